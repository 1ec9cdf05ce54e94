import AnalogCore

/// Feed-forward networks in the analog core's exact mode: the chip's own neurons with real-valued
/// weights and times, no noise, no clock, no queues.
public enum ExactSimulation {
  /// Clock cycles of the nominal τs: the unit of time of this module's networks.
  public static let cyclesPerUnit = 1500.0
  /// End of a sample, in nominal τs.
  public static let sampleEnd = 8.0

  /// What happens in the network; fits ``GradientCheck/simulate``.
  public static func simulate(
    _ network: FeedForwardNetwork, _ stimuli: [GradientCheck.Stimulus]
  ) -> [ObservedSample] {
    let exact = ExactNetwork(neurons: neurons(of: network), connections: connections(of: network))
    return stimuli.map { stimulus in
      let spikes = exact.run(
        stimulus.inputs.enumerated().flatMap { input, times in
          times.map { ExactNetwork.Stimulus(time: $0 * cyclesPerUnit, input: input) }
        }, until: sampleEnd * cyclesPerUnit)
      var times = [[Double]](
        repeating: [], count: network.hiddenCount + network.outputCount)
      for spike in spikes { times[spike.neuron].append(spike.time / cyclesPerUnit) }
      return ObservedSample(
        inputs: stimulus.inputs, hidden: Array(times[..<network.hiddenCount]),
        outputs: Array(times[network.hiddenCount...]), label: stimulus.label)
    }
  }

  private static func neurons(of network: FeedForwardNetwork) -> [NeuronParameters] {
    (network.hiddenModels + network.outputModels).map { model in
      NeuronParameters(
        membraneTimeConstant: model.membraneTime * cyclesPerUnit,
        excitatoryTimeConstant: model.synapticTime * cyclesPerUnit,
        inhibitoryTimeConstant: model.synapticTime * cyclesPerUnit,
        reset: model.reset, threshold: model.threshold,
        refractoryTime: model.refractory * cyclesPerUnit)
    }
  }

  private static func connections(of network: FeedForwardNetwork) -> [ExactNetwork.Connection] {
    var connections: [ExactNetwork.Connection] = []
    for hidden in 0..<network.hiddenCount {
      for input in 0..<network.inputCount {
        connections.append(
          ExactNetwork.Connection(
            source: .input(input), target: hidden,
            weight: network.hiddenWeight(input: input, hidden: hidden),
            delay: network.hiddenDelay(input: input, hidden: hidden) * cyclesPerUnit))
      }
      for output in 0..<network.outputCount {
        connections.append(
          ExactNetwork.Connection(
            source: .neuron(hidden), target: network.hiddenCount + output,
            weight: network.outputWeight(hidden: hidden, output: output),
            delay: network.outputDelay(hidden: hidden, output: output) * cyclesPerUnit))
      }
    }
    return connections
  }
}
