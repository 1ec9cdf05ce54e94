import AnalogCore
import ChipGeometry
import Testing

/// One neuron, its inputs and the spikes that an independent integration found.
struct SpikeTimeCase {
  /// τm, τs excitatory and inhibitory, leak, reset, threshold, refractory time.
  var parameters: [Double]
  /// Time and signed weight.
  var inputs: [(Double, Double)]
  var end: Double
  /// Time, excitatory and inhibitory current just before.
  var spikes: [(Double, Double, Double)]

  var neuron: NeuronParameters {
    NeuronParameters(
      membraneTimeConstant: parameters[0], excitatoryTimeConstant: parameters[1],
      inhibitoryTimeConstant: parameters[2], leak: parameters[3], reset: parameters[4],
      threshold: parameters[5], refractoryTime: parameters[6])
  }

  var network: ExactNetwork {
    ExactNetwork(
      neurons: [neuron],
      connections: inputs.enumerated().map {
        .init(source: .input($0.offset), target: 0, weight: $0.element.1)
      })
  }

  var stimuli: [ExactNetwork.Stimulus] {
    inputs.enumerated().map { .init(time: $0.element.0, input: $0.offset) }
  }
}

@Suite struct SpikeTimeTests {
  @Test("Spike times agree with a high-precision integration to 1e-13 for every ratio of τm to τs")
  func exact() {
    var ratios: [Double] = []
    var worst = 0.0
    for reference in spikeTimeTable {
      ratios.append(reference.parameters[0] / reference.parameters[1])
      let spikes = reference.network.run(reference.stimuli, until: reference.end)
      #expect(spikes.count == reference.spikes.count)
      for (spike, expected) in zip(spikes, reference.spikes) {
        worst = max(worst, (spike.time / expected.0 - 1).magnitude)
        #expect((spike.time / expected.0 - 1).magnitude < 1e-13)
        #expect((spike.excitatoryCurrent - expected.1).magnitude < 1e-12 * (1 + expected.1))
        #expect((spike.inhibitoryCurrent - expected.2).magnitude < 1e-12 * (1 + expected.2))
      }
    }
    for ratio in [0.5, 0.999999, 1, 1.000001, 1.5, 2, 4, 0.05, 25] {
      #expect(ratios.contains { ($0 / ratio - 1).magnitude < 1e-12 })
    }
    print("worst relative error of a spike time: \(worst)")
  }
}
