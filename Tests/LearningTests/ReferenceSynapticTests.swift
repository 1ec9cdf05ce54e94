import Learning
import Testing

/// Gradients by a delay per synapse.
@Suite struct ReferenceSynapticTests {
  /// A network in which every delay is another, and its stimuli.
  static func example(
    ratio: Double, refractory: Double = 6, outputScale: Double = 1
  ) -> (FeedForwardNetwork, [GradientCheck.Stimulus]) {
    var cases = RandomCases(
      seed: 7, hidden: 6, model: NeuronModel(membraneTime: ratio, refractory: refractory),
      outputScale: outputScale)
    var network = cases.network()
    for index in network.inputDelays.indices { network.inputDelays[index] = 0.04 * Double(index) }
    for index in network.hiddenSynapseDelays.indices {
      network.hiddenSynapseDelays[index] = 0.02 + 0.37 * Double(index * 7 % 30) / 30
    }
    for index in network.outputSynapseDelays.indices {
      network.outputSynapseDelays[index] = 0.02 + 0.37 * Double(index * 5 % 18) / 18
    }
    return (network, (0..<4).map { _ in cases.stimulus() })
  }

  @Test(
    "On nominal spikes the gradient is that of EventProp", arguments: [0.5, 1, 1.3, 2],
    [FirstSpikeLoss.defaultShiftInvariant, .defaultCrossEntropy])
  func eventProp(ratio: Double, loss: FirstSpikeLoss) {
    let (network, stimuli) = Self.example(ratio: ratio)
    let samples = ClosedFormNetwork.simulate(network, stimuli)
    let ours = ReferenceDelGrad(network: network, loss: loss).gradient(of: samples)
    let theirs = ReferenceEventProp(network: network, loss: loss).gradient(of: samples)
    #expect(ours.synapseDelays.count { $0 != 0 } > 20)
    #expect(GradientAgreement(ours.weights, reference: theirs.weights).relativeError < 1e-9)
    #expect(
      GradientAgreement(ours.synapseDelays, reference: theirs.synapseDelays).relativeError < 1e-9)
  }

  @Test(
    "Central differences of the analog core and of closed forms, one and several spikes",
    arguments: [1.0, 2], [6, 0.4])
  func differences(ratio: Double, refractory: Double) {
    let isOne = refractory > 1
    let (network, stimuli) = Self.example(
      ratio: ratio, refractory: refractory, outputScale: isOne ? 1 : 0.3)
    for simulate: GradientCheck.Simulator in [
      ExactSimulation.simulate, ClosedFormNetwork.simulate,
    ] {
      var check = GradientCheck(loss: .defaultShiftInvariant, simulate: simulate)
      check.rule = isOne ? .delGrad : .eventProp
      check.includesSynapseDelays = true
      var next = 0
      let report = check.run(network, count: 2) {
        next += 1
        return stimuli[next % stimuli.count]
      }
      #expect(report.samples == 2 && report.silent == 0)
      #expect(report.agreement.relativeError <= 1e-6, "\(report)")
    }
  }

  @Test("Summed over the sources they are the error of each target, over the targets axonal")
  func sums() {
    let (network, stimuli) = Self.example(ratio: 2)
    var sample = ClosedFormNetwork.simulate(network, stimuli)[0]
    for index in sample.outputs.indices where !sample.outputs[index].isEmpty {
      sample.outputs[index][0] += 0.05 * Double(index)
    }
    let loss = FirstSpikeLoss.defaultCrossEntropy
    let gradient = ReferenceDelGrad(network: network, loss: loss).gradient(of: [sample])
    let errors = loss.evaluate(sample.firstOutputSpikes, label: sample.label).derivatives
    #expect(errors.allSatisfy { $0 != 0 })
    for output in 0..<3 {
      let sum = gradient.outputSynapseDelays[output * 6..<output * 6 + 6].reduce(0, +)
      #expect((sum - errors[output]).magnitude < 1e-12)
    }
    for hidden in 0..<6 {
      let toOutputs = (0..<3).reduce(0) { $0 + gradient.outputSynapseDelays[$1 * 6 + hidden] }
      #expect((toOutputs - gradient.hiddenDelays[hidden]).magnitude < 1e-12)
      let fromInputs = (0..<5).reduce(0) { $0 + gradient.hiddenSynapseDelays[$1 * 6 + hidden] }
      #expect((fromInputs - gradient.hiddenDelays[hidden]).magnitude < 1e-12)
    }
    for input in 0..<5 {
      let sum = gradient.hiddenSynapseDelays[input * 6..<input * 6 + 6].reduce(0, +)
      #expect((sum - gradient.inputDelays[input]).magnitude < 1e-12)
    }
  }
}
