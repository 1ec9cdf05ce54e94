/// The adjoints of one neuron over one sample, swept backwards through its own spikes.
struct AdjointSweep {
  var model: NeuronModel
  var bounds: AdjointBounds
  /// The neuron's own spikes, ascending, and the error of each.
  var spikes: [Double]
  var errors: [Double]
  /// What arrived, ascending, and with which weight.
  var arrivals: [Arrival]
  var weights: [Double]

  struct Adjoints {
    /// λV and λI.
    var membrane = 0.0
    var current = 0.0
  }

  /// The adjoints at each arrival.
  func readings() -> [Adjoints] {
    var readings = Array(repeating: Adjoints(), count: arrivals.count)
    var adjoints = Adjoints()
    var time = Double.infinity
    var arrival = arrivals.count - 1
    for spike in spikes.indices.reversed() {
      let release = releaseTime(spike)
      read(&readings, &arrival, after: release, &adjoints, &time)
      advance(&adjoints, &time, to: release)
      let released = adjoints.membrane
      adjoints.membrane = 0
      read(&readings, &arrival, after: spikes[spike], &adjoints, &time)
      advance(&adjoints, &time, to: spikes[spike])
      adjoints.membrane = jump(spike, released: released, at: release)
    }
    read(&readings, &arrival, after: -.infinity, &adjoints, &time)
    return readings
  }

  /// The end of the refractory time.
  private func releaseTime(_ spike: Int) -> Double {
    let end = spikes[spike] + model.refractory
    return spike + 1 < spikes.count ? min(end, spikes[spike + 1]) : end
  }

  private func jump(_ spike: Int, released: Double, at release: Double) -> Double {
    let error = AdjointBounds.saturate(errors[spike], bounds.error)
    let carried = released == 0 ? 0 : (current(at: release) - model.reset) * released
    let slope = current(at: spikes[spike]) - model.threshold
    return AdjointBounds.saturate((carried + error) * bounds.reciprocal(of: slope), bounds.jump)
  }

  /// The neuron's synaptic current at `time`, with what arrives at that very moment.
  func current(at time: Double) -> Double {
    var sum = 0.0
    for (arrival, weight) in zip(arrivals, weights) {
      guard arrival.time <= time else { break }
      sum += weight * model.synapticDecay(time - arrival.time)
    }
    return sum
  }

  private func read(
    _ readings: inout [Adjoints], _ arrival: inout Int, after end: Double,
    _ adjoints: inout Adjoints, _ time: inout Double
  ) {
    while arrival >= 0, arrivals[arrival].time > end {
      advance(&adjoints, &time, to: arrivals[arrival].time)
      readings[arrival] = adjoints
      arrival -= 1
    }
  }

  /// Back in time without a jump.
  private func advance(_ adjoints: inout Adjoints, _ time: inout Double, to earlier: Double) {
    let distance = time - earlier
    time = earlier
    // Nothing happens before the first jump, and nothing within no time.
    guard distance > 0, adjoints.membrane != 0 || adjoints.current != 0 else { return }
    adjoints.current =
      adjoints.current * model.synapticDecay(distance)
      + adjoints.membrane * model.adjointCurrent(distance)
    adjoints.membrane *= model.membraneDecay(distance)
  }
}
