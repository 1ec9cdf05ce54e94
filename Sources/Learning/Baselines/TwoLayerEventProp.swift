import ChipGeometry

/// Inputs → hidden neurons → outputs, simulated exactly and differentiated by EventProp in double
/// precision; all neurons have τm = 2 τs, threshold 1, reset 0.
///
/// What ``ExactSimulation`` and ``ReferenceEventProp`` do for any network, here for this one case and
/// fast enough to train with: with x = e^(-t/τm) between two events
///
///     V = (V0 + I0) x - I0 x²        I = I0 x²
///
/// so a spike is the larger root of a quadratic, and no exponential is needed but one logarithm per
/// spike. Times are in τs; a moment is also kept as its *growth* e^(t/τm).
struct TwoLayerEventProp: Sendable {
  let inputCount: Int
  let hiddenCount: Int
  let outputCount: Int
  /// [input][hidden neuron].
  var hiddenWeights: [Double]
  /// [output][hidden neuron].
  var outputWeights: [Double]
  /// Whether a hidden neuron can spike again at once; otherwise it stays silent after its first spike.
  var spikesAgain = false
  var bounds = AdjointBounds.unbounded
  /// End of a sample in τs.
  var end = ExactSimulation.sampleEnd

  /// Sums over the samples learned from since they were set to zero.
  var hiddenGradient: [Double]
  var outputGradient: [Double]

  struct Spike: BitwiseCopyable, Sendable {
    var growth: Double
    var neuron: Int
    /// Just before the spike.
    var current: Double
  }

  // Of the last sample:
  /// Inputs in order of time.
  private var arrivals: [(growth: Double, input: Int)] = []
  /// Neuron by neuron.
  private(set) var hiddenSpikes: [Spike] = []
  /// Where the spikes of a neuron begin, and where those of the last end.
  private var firstSpike: [Int]
  /// Indices of ``hiddenSpikes`` in order of time.
  private var order: [Int] = []
  /// The first of each output.
  private var outputSpikes: [Spike?] = []
  private var spikeErrors: [Double] = []

  init(inputs: Int, hidden: Int, outputs: Int) {
    (inputCount, hiddenCount, outputCount) = (inputs, hidden, outputs)
    hiddenWeights = Array(repeating: 0, count: inputs * hidden)
    outputWeights = Array(repeating: 0, count: outputs * hidden)
    hiddenGradient = hiddenWeights
    outputGradient = outputWeights
    firstSpike = Array(repeating: 0, count: hidden + 1)
  }

  /// First spike of each output of the last sample in τs, nil for a silent one.
  var outputTimes: [Double?] { outputSpikes.map { $0.map { Self.time($0.growth) } } }

  /// Spike times of the hidden neurons in the last sample, in τs.
  var hiddenTimes: [[Double]] {
    (0..<hiddenCount).map { neuron in
      hiddenSpikes[firstSpike[neuron]..<firstSpike[neuron + 1]].map { Self.time($0.growth) }
    }
  }

  private static func growth(_ time: Double) -> Double { ElementaryFunctions.exp(time / 2) }
  private static func time(_ growth: Double) -> Double { 2 * ElementaryFunctions.log(growth) }

  // MARK: Forward

  /// Simulates a sample with one spike per input, at `times` in τs.
  mutating func simulate(_ times: [Double]) {
    arrivals.removeAll(keepingCapacity: true)
    for (input, time) in times.enumerated() where time <= end {
      arrivals.append((Self.growth(time), input))
    }
    arrivals.sort { ($0.growth, $0.input) < ($1.growth, $1.input) }
    let last = Self.growth(end)
    hiddenSpikes.removeAll(keepingCapacity: true)
    for neuron in 0..<hiddenCount {
      firstSpike[neuron] = hiddenSpikes.count
      simulateHidden(neuron, until: last)
    }
    firstSpike[hiddenCount] = hiddenSpikes.count
    order = Array(hiddenSpikes.indices)
    order.sort { a, b in
      let (left, right) = (hiddenSpikes[a].growth, hiddenSpikes[b].growth)
      return left != right ? left < right : a < b
    }
    outputSpikes.removeAll(keepingCapacity: true)
    for output in 0..<outputCount { outputSpikes.append(firstOutputSpike(output, until: last)) }
  }

  private mutating func simulateHidden(_ neuron: Int, until last: Double) {
    var state = State()
    for index in arrivals.indices {
      let arrival = arrivals[index]
      state.advance(to: arrival.growth)
      state.current += hiddenWeights[arrival.input * hiddenCount + neuron]
      let next = index + 1 < arrivals.count ? arrivals[index + 1].growth : last
      while let spike = state.nextSpike(before: next) {
        hiddenSpikes.append(Spike(growth: spike, neuron: neuron, current: state.current))
        guard spikesAgain else { return }
      }
    }
  }

  private func firstOutputSpike(_ output: Int, until last: Double) -> Spike? {
    var state = State()
    let row = output * hiddenCount
    for (place, index) in order.enumerated() {
      let spike = hiddenSpikes[index]
      state.advance(to: spike.growth)
      state.current += outputWeights[row + spike.neuron]
      let next = place + 1 < order.count ? hiddenSpikes[order[place + 1]].growth : last
      if let growth = state.nextSpike(before: next) {
        return Spike(growth: growth, neuron: output, current: state.current)
      }
    }
    return nil
  }

  /// A neuron between two events.
  private struct State {
    var membrane = 0.0
    var current = 0.0
    var growth = 1.0

    mutating func advance(to later: Double) {
      let x = growth / later
      membrane = (membrane + current) * x - current * x * x
      current *= x * x
      growth = later
    }

    /// The next spike up to `end`, nil if there is none; the membrane is reset by it.
    mutating func nextSpike(before end: Double) -> Double? {
      guard current > membrane else { return nil }
      let sum = membrane + current
      let discriminant = sum * sum - 4 * current
      guard discriminant >= 0, sum > 0 else { return nil }
      let x = (sum + discriminant.squareRoot()) / (2 * current)
      guard x * end >= growth else { return nil }
      growth /= min(x, 1)
      current *= min(x, 1) * min(x, 1)
      membrane = 0
      return growth
    }
  }

  // MARK: Backward

  /// Adds the gradient of the last simulated sample.
  ///
  /// - Parameter errors: ∂L/∂t of each output's first spike.
  mutating func accumulate(errors: [Double]) {
    spikeErrors.removeAll(keepingCapacity: true)
    spikeErrors.append(contentsOf: repeatElement(0, count: hiddenSpikes.count))
    for (output, spike) in outputSpikes.enumerated() where errors[output] != 0 {
      guard let spike else { continue }
      propagate(output, spike, error: errors[output])
    }
    for neuron in 0..<hiddenCount where firstSpike[neuron] < firstSpike[neuron + 1] {
      propagateHidden(neuron)
    }
  }

  private func jump(_ spike: Spike, carried: Double, error: Double) -> Double {
    let error = AdjointBounds.saturate(error, bounds.error)
    return AdjointBounds.saturate(
      (carried + error) * bounds.reciprocal(of: spike.current - 1), bounds.jump)
  }

  private mutating func propagate(_ output: Int, _ spike: Spike, error: Double) {
    let jump = jump(spike, carried: 0, error: error)
    let row = output * hiddenCount
    for index in order {
      let source = hiddenSpikes[index]
      guard source.growth <= spike.growth else { break }
      let y = source.growth / spike.growth
      let membrane = jump * y
      let current = 2 * jump * (y - y * y)
      let weight = row + source.neuron
      outputGradient[weight] -= current
      spikeErrors[index] += outputWeights[weight] * (membrane - current)
    }
  }

  private mutating func propagateHidden(_ neuron: Int) {
    var (membrane, current, growth) = (0.0, 0.0, 1.0)
    var arrival = arrivals.count - 1
    for index in (firstSpike[neuron]..<firstSpike[neuron + 1]).reversed() {
      let spike = hiddenSpikes[index]
      while arrival >= 0, arrivals[arrival].growth > spike.growth {
        read(arrival, neuron, membrane, current, growth)
        arrival -= 1
      }
      let y = membrane == 0 && current == 0 ? 0 : spike.growth / growth
      current = current * y * y + 2 * membrane * (y - y * y)
      membrane = jump(
        spike, carried: spike.current * membrane * y, error: spikeErrors[index])
      growth = spike.growth
    }
    while arrival >= 0 {
      read(arrival, neuron, membrane, current, growth)
      arrival -= 1
    }
  }

  private mutating func read(
    _ arrival: Int, _ neuron: Int, _ membrane: Double, _ current: Double, _ growth: Double
  ) {
    guard membrane != 0 || current != 0 else { return }
    let y = arrivals[arrival].growth / growth
    hiddenGradient[arrivals[arrival].input * hiddenCount + neuron] -=
      current * y * y + 2 * membrane * (y - y * y)
  }
}
