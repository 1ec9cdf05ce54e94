import Foundation
import Learning

/// A little simulator that shares nothing with the reference gradient but the equations: textbook
/// closed forms from the system library and bisection.
enum ClosedFormNetwork {
  static let end = 8.0

  static func simulate(
    _ network: FeedForwardNetwork, _ stimuli: [GradientCheck.Stimulus]
  ) -> [ObservedSample] { stimuli.map { simulate(network, $0) } }

  static func simulate(
    _ network: FeedForwardNetwork, _ stimulus: GradientCheck.Stimulus
  ) -> ObservedSample {
    let hidden = layer(
      network.hiddenModels, stimulus.inputs,
      delay: {
        network.inputDelays[$0] + network.hiddenSynapseDelays[$0 * network.hiddenCount + $1]
      },
      weight: { network.hiddenWeight(input: $0, hidden: $1) })
    let outputs = layer(
      network.outputModels, hidden,
      delay: {
        network.hiddenDelays[$0] + network.outputSynapseDelays[$1 * network.hiddenCount + $0]
      },
      weight: { network.outputWeight(hidden: $0, output: $1) })
    return ObservedSample(
      inputs: stimulus.inputs, hidden: hidden, outputs: outputs, label: stimulus.label)
  }

  private static func layer(
    _ models: [NeuronModel], _ sources: [[Double]], delay: (Int, Int) -> Double,
    weight: (Int, Int) -> Double
  ) -> [[Double]] {
    models.enumerated().map { neuron, model in
      let arrivals = sources.enumerated().flatMap { source, times in
        times.map { (time: $0 + delay(source, neuron), source: source) }
      }.sorted { $0.time < $1.time }
      return spikes(model, arrivals.map { ($0.time, weight($0.source, neuron)) })
    }
  }

  /// V and I at the distance t from a state.
  private static func state(
    _ n: NeuronModel, _ v: Double, _ i: Double, _ t: Double
  ) -> (v: Double, i: Double) {
    let m = exp(-t / n.membraneTime)
    let s = exp(-t / n.synapticTime)
    if n.membraneTime == n.synapticTime { return (v * m + i * t / n.membraneTime * m, i * s) }
    let k = n.synapticTime / (n.membraneTime - n.synapticTime)
    return ((v + k * i) * m - k * i * s, i * s)
  }

  private static func spikes(_ n: NeuronModel, _ arrivals: [(Double, Double)]) -> [Double] {
    var spikes: [Double] = []
    var (time, v, i, release) = (0.0, 0.0, 0.0, -1.0)
    for (arrival, weight) in arrivals + [(end, 0)] {
      while time < arrival {
        if time < release {
          let next = min(release, arrival)
          i *= exp(-(next - time) / n.synapticTime)
          (time, v) = (next, n.reset)
        } else if let spike = crossing(n, v, i, arrival - time) {
          i = state(n, v, i, spike).i
          v = n.reset
          time += spike
          release = time + n.refractory
          spikes.append(time)
        } else {
          (v, i) = state(n, v, i, arrival - time)
          time = arrival
        }
      }
      i += weight
    }
    return spikes
  }

  /// The membrane has at most one maximum in an interval, where V = I.
  private static func crossing(
    _ n: NeuronModel, _ v: Double, _ i: Double, _ length: Double
  ) -> Double? {
    guard i > v else { return nil }
    var peak = length
    let last = state(n, v, i, length)
    if last.v > last.i {
      peak = bisect(length) { state(n, v, i, $0).v > state(n, v, i, $0).i }
    }
    guard state(n, v, i, peak).v > n.threshold else { return nil }
    return bisect(peak) { state(n, v, i, $0).v >= n.threshold }
  }

  /// Where a condition that is false at zero and true at `end` becomes true.
  private static func bisect(_ end: Double, _ condition: (Double) -> Bool) -> Double {
    var (low, high) = (0.0, end)
    while true {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { return high }
      if condition(middle) { high = middle } else { low = middle }
    }
  }
}
