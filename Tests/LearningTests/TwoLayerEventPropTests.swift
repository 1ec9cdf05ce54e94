import Testing

@testable import Learning

@Suite struct TwoLayerEventPropTests {
  /// The same network for the fast code.
  static func fast(_ network: FeedForwardNetwork, spikesAgain: Bool) -> TwoLayerEventProp {
    var fast = TwoLayerEventProp(
      inputs: network.inputCount, hidden: network.hiddenCount, outputs: network.outputCount)
    fast.hiddenWeights = network.hiddenWeights
    fast.outputWeights = network.outputWeights
    fast.spikesAgain = spikesAgain
    return fast
  }

  @Test(
    "Spike times are those of the exact simulation, gradients those of the reference",
    arguments: [false, true])
  func agreement(spikesAgain: Bool) {
    let model = NeuronModel(refractory: spikesAgain ? 0 : 100)
    var cases = RandomCases(seed: 3, hidden: 40, model: model, outputScale: 0.7)
    let loss = FirstSpikeLoss.shiftInvariant(margin: 0.3)
    var spikes = 0
    var repeated = 0
    for _ in 0..<12 {
      let network = cases.network()
      let stimulus = cases.stimulus()
      let sample = ExactSimulation.simulate(network, [stimulus])[0]
      var fast = Self.fast(network, spikesAgain: spikesAgain)
      fast.simulate(stimulus.inputs.map { $0[0] })
      #expect(fast.hiddenTimes.map(\.count) == sample.hidden.map(\.count))
      for (own, other) in zip(fast.hiddenTimes.joined(), sample.hidden.joined()) {
        #expect(abs(own - other) < 1e-10)
      }
      #expect(fast.outputTimes.map { $0 == nil } == sample.firstOutputSpikes.map { $0 == nil })
      for (own, other) in zip(fast.outputTimes, sample.firstOutputSpikes) {
        if let own, let other { #expect(abs(own - other) < 1e-10) }
      }
      spikes += sample.hidden.joined().count
      repeated += sample.hidden.count { $0.count > 1 }

      let reference = ReferenceEventProp(network: network, loss: loss).gradient(of: [sample])
      let slopes = loss.evaluate(fast.outputTimes, label: stimulus.label).derivatives
      fast.accumulate(errors: slopes)
      let agreement = GradientAgreement(
        fast.hiddenGradient + fast.outputGradient, reference: reference.weights)
      #expect(agreement.relativeError < 1e-7, "\(agreement)")
    }
    #expect(spikes > 200)
    #expect((repeated > 20) == spikesAgain)
  }

  @Test("Bounds limit the jumps as the reference's do")
  func bounds() {
    var cases = RandomCases(seed: 5, hidden: 30, model: NeuronModel(refractory: 100))
    let loss = FirstSpikeLoss.shiftInvariant(margin: 0.3)
    let bounds = AdjointBounds(error: .infinity, jump: 0.05, reciprocal: 2)
    for _ in 0..<6 {
      let network = cases.network()
      let stimulus = cases.stimulus()
      let sample = ExactSimulation.simulate(network, [stimulus])[0]
      var fast = Self.fast(network, spikesAgain: false)
      fast.bounds = bounds
      fast.simulate(stimulus.inputs.map { $0[0] })
      fast.accumulate(
        errors: loss.evaluate(fast.outputTimes, label: stimulus.label).derivatives)
      let reference = ReferenceEventProp(network: network, loss: loss, bounds: bounds)
        .gradient(of: [sample])
      let agreement = GradientAgreement(
        fast.hiddenGradient + fast.outputGradient, reference: reference.weights)
      #expect(agreement.relativeError < 1e-7)
    }
  }

  @Test("Training in double precision learns, and twice the same")
  func training() {
    var options = DoublePrecisionTraining.Options()
    options.hiddenCount = 30
    options.spikesAgain = false
    options.batch = 10
    options.outputStart = WeightStart(mean: 0.5, deviation: 1)
    options.trainingCount = 600
    options.validationCount = 200
    var outcomes: [[PassReport]] = []
    for _ in 0..<2 {
      var training = DoublePrecisionTraining(options)
      let before = training.evaluate(.validation)
      let reports = [training.runEpoch(), training.runEpoch(), training.runEpoch()]
      let after = training.evaluate(.validation)
      #expect(after.accuracy > max(0.55, before.accuracy + 0.1), "\(before) \(after)")
      #expect(reports[2].loss < reports[0].loss)
      outcomes.append(reports + [after])
    }
    #expect(outcomes[0] == outcomes[1])
  }
}
