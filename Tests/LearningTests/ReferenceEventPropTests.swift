import Foundation
import Learning
import Testing

@Suite struct ReferenceEventPropTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var ratio: Double
    var refractory: Double
    var loss: FirstSpikeLoss
    var testDescription: String { "τm/τs \(ratio), refractory \(refractory) τs, \(loss)" }

    init(_ ratio: Double, _ refractory: Double, _ loss: FirstSpikeLoss) {
      self.ratio = ratio
      self.refractory = refractory
      self.loss = loss
    }
  }

  @Test(
    "The gradient equals central differences to 1e-7, for weights and delays",
    arguments: [
      Case(0.5, 0.4, .defaultCrossEntropy), Case(1, 0, .defaultShiftInvariant),
      Case(1.01, 0.4, .defaultShiftInvariant), Case(2, 16 / 3.0, .defaultCrossEntropy),
    ])
  func centralDifferences(_ c: Case) {
    #expect(relativeError(c, simulate: ClosedFormNetwork.simulate) <= 1e-7)
  }

  @Test(
    "The gradient equals central differences of the analog core to 1e-6",
    arguments: [
      Case(1, 0.4, .defaultShiftInvariant), Case(1, 16 / 3.0, .defaultCrossEntropy),
      Case(1.5, 0.4, .defaultCrossEntropy), Case(1.5, 16 / 3.0, .defaultShiftInvariant),
      Case(2, 0.4, .defaultShiftInvariant), Case(2, 16 / 3.0, .defaultCrossEntropy),
    ])
  func analogCore(_ c: Case) {
    #expect(relativeError(c, simulate: ExactSimulation.simulate) <= 1e-6)
  }

  /// Of a batch of random stimuli, weights and delays.
  func relativeError(_ c: Case, simulate: @escaping GradientCheck.Simulator) -> Double {
    let model = NeuronModel(membraneTime: c.ratio, refractory: c.refractory)
    let hasSeveralSpikes = c.refractory < 1
    var cases = RandomCases(
      seed: 7, hidden: 5, model: model, outputScale: hasSeveralSpikes ? 0.3 : 1)
    var check = GradientCheck(loss: c.loss, simulate: simulate)
    check.includesDelays = true
    var network = cases.network()
    for index in network.inputDelays.indices {
      network.inputDelays[index] = 0.1 * Double(index + 1)
    }
    for index in network.hiddenDelays.indices {
      network.hiddenDelays[index] = 0.05 * Double(index + 1)
    }
    let report = check.run(network, count: 3) { cases.stimulus() }
    #expect(report.samples == 3 && report.silent == 0)
    #expect((report.repeatedSpikes > 0) == hasSeveralSpikes)
    return report.agreement.relativeError
  }

  /// The chip's own neurons, and the little simulator of the tests.
  @Test(
    "The exact mode of the analog core agrees with closed forms",
    arguments: [0.5, 1, 1.5, 2])
  func exactSimulation(ratio: Double) throws {
    var cases = RandomCases(
      seed: 21, hidden: 10, model: NeuronModel(membraneTime: ratio, refractory: 0.4),
      outputScale: 0.3)
    var network = cases.network()
    for index in 0..<5 { network.inputDelays[index] = 0.1 * Double(index) }
    for index in 0..<10 { network.hiddenDelays[index] = 0.05 * Double(index) }
    let stimuli = (0..<5).map { _ in cases.stimulus() }
    let ours = ExactSimulation.simulate(network, stimuli)
    let theirs = ClosedFormNetwork.simulate(network, stimuli)
    for (a, b) in zip(ours, theirs) {
      #expect(a.inputs == b.inputs && a.label == b.label)
      #expect(a.hidden.map(\.count) == b.hidden.map(\.count))
      #expect(a.outputs.map(\.count) == b.outputs.map(\.count))
      for (x, y) in zip((a.hidden + a.outputs).joined(), (b.hidden + b.outputs).joined()) {
        #expect((x - y).magnitude < 1e-10)
      }
    }
  }

  @Test("Neurons may differ in every parameter")
  func differentNeurons() {
    var cases = RandomCases(
      seed: 3, hidden: 5, model: NeuronModel(refractory: 0.5), outputScale: 0.3)
    var network = cases.network()
    for index in network.hiddenModels.indices {
      let x = Double(index) / 10
      network.hiddenModels[index] = NeuronModel(
        membraneTime: 1.7 + x, synapticTime: 0.9 + x, threshold: 0.8 + x, reset: -0.3 + x,
        refractory: 0.3 + x)
    }
    network.outputModels[1].synapticTime = 1.2
    network.outputModels[2].threshold = 1.1
    let check = GradientCheck(loss: .defaultShiftInvariant, simulate: ClosedFormNetwork.simulate)
    let report = check.run(network, count: 3) { cases.stimulus() }
    #expect(report.agreement.relativeError <= 1e-8, "\(report)")
    #expect(report.repeatedSpikes > 0)
  }

  @Test("A loss that knows only differences does not care when a sample starts")
  func shiftInvariance() {
    var cases = RandomCases(seed: 11, hidden: 20, model: NeuronModel(refractory: 0.5))
    let network = cases.network()
    let sample = ClosedFormNetwork.simulate(network, cases.stimulus())
    let rule = ReferenceEventProp(network: network, loss: .defaultShiftInvariant)
    let gradient = rule.gradient(of: [sample])
    #expect(gradient.loss > 0)
    // Delaying all inputs alike, or all hidden neurons alike, moves all outputs alike.
    let scale = gradient.inputDelays.map(\.magnitude).max() ?? 0
    #expect(scale > 1e-3)
    #expect(gradient.inputDelays.reduce(0, +).magnitude < 1e-10 * scale)
    #expect(gradient.hiddenDelays.reduce(0, +).magnitude < 1e-10 * scale)
  }

  @Test("A batch is the sum of its samples")
  func batch() {
    var cases = RandomCases(seed: 5, hidden: 8, model: NeuronModel(refractory: 5))
    let network = cases.network()
    let samples = (0..<3).map { _ in ClosedFormNetwork.simulate(network, cases.stimulus()) }
    let rule = ReferenceEventProp(network: network, loss: .defaultCrossEntropy)
    let parts = samples.map { rule.gradient(of: [$0]) }
    let whole = rule.gradient(of: samples)
    for index in whole.weights.indices {
      let sum = parts.reduce(0) { $0 + $1.weights[index] }
      #expect((whole.weights[index] - sum).magnitude <= 1e-12 * sum.magnitude)
    }
  }
}

@Suite struct AdjointBoundsTests {
  /// One input at 0.5 τs, one hidden neuron that spikes at 1, one output of two that spikes at 2.
  static func gradient(_ bounds: AdjointBounds) -> NetworkGradient {
    var network = FeedForwardNetwork(inputs: 1, hidden: 1, outputs: 2)
    network.hiddenWeights = [6]
    network.outputWeights = [5, 5]
    let sample = ObservedSample(inputs: [[0.5]], hidden: [[1]], outputs: [[2], [4]], label: 0)
    return ReferenceEventProp(network: network, loss: .shiftInvariant(margin: 1), bounds: bounds)
      .gradient(of: [sample])
  }

  @Test("Without bounds the gradient is the closed form of a chain of three spikes")
  func unbounded() {
    let gradient = Self.gradient(.unbounded)
    func kappa(_ s: Double) -> Double { 2 * (exp(-s / 2) - exp(-s)) }
    // The outputs' errors are -1 and 1; I at their spikes is 5 e^-1 and 5 e^-3.
    let j0 = -1 / (5 * exp(-1.0) - 1)
    let j1 = 1 / (5 * exp(-3.0) - 1)
    #expect((gradient.outputWeights[0] + j0 * kappa(1)).magnitude < 1e-14)
    #expect((gradient.outputWeights[1] + j1 * kappa(3)).magnitude < 1e-14)
    let error: Double = 5 * j0 * (exp(-1 / 2) - kappa(1)) + 5 * j1 * (exp(-3 / 2) - kappa(3))
    let expected = -kappa(0.5) * error / (6 * exp(-0.5) - 1)
    #expect((gradient.hiddenWeights[0] - expected).magnitude < 1e-12)
    #expect((gradient.hiddenDelays[0] - error).magnitude < 1e-12)
  }

  @Test("The error of a spike saturates")
  func error() {
    let gradient = Self.gradient(
      AdjointBounds(error: 0.25, jump: .infinity, reciprocal: .infinity))
    let exact = Self.gradient(.unbounded)
    #expect((gradient.outputWeights[0] / exact.outputWeights[0] - 0.25).magnitude < 1e-14)
    #expect((gradient.outputWeights[1] / exact.outputWeights[1] - 0.25).magnitude < 1e-14)
  }

  @Test("The jump of an adjoint saturates")
  func jump() {
    let gradient = Self.gradient(AdjointBounds(error: .infinity, jump: 0.5, reciprocal: .infinity))
    let kappa = 2 * (exp(-0.5) - exp(-1))
    #expect((gradient.outputWeights[0] - 0.5 * kappa).magnitude < 1e-14)
  }

  @Test("The reciprocal is bounded, and the bound itself where the current is below threshold")
  func reciprocal() {
    // 5 e^-1 - 1 = 0.839, so 1/(I - 1) = 1.19; 5 e^-3 - 1 = -0.75.
    let gradient = Self.gradient(AdjointBounds(error: 9, jump: 9, reciprocal: 1))
    func kappa(_ s: Double) -> Double { 2 * (exp(-s / 2) - exp(-s)) }
    #expect((gradient.outputWeights[0] - kappa(1)).magnitude < 1e-14)
    #expect((gradient.outputWeights[1] + kappa(3)).magnitude < 1e-14)
    let wide = Self.gradient(AdjointBounds(error: 9, jump: 9, reciprocal: 2))
    #expect((wide.outputWeights[0] - kappa(1) / (5 * exp(-1) - 1)).magnitude < 1e-14)
    #expect((wide.outputWeights[1] + 2 * kappa(3)).magnitude < 1e-14)
  }

  @Test("A spike that arrives with the neuron's own spike is one of its causes")
  func simultaneous() {
    var network = FeedForwardNetwork(inputs: 2, hidden: 1, outputs: 2)
    network.hiddenWeights = [6, 3]
    network.outputWeights = [5, 5]
    let rule = ReferenceEventProp(network: network, loss: .defaultShiftInvariant)
    func gradient(_ second: Double) -> Double {
      rule.gradient(of: [
        ObservedSample(
          inputs: [[0.5], [second]], hidden: [[1]], outputs: [[2], [2.5]], label: 0)
      ]).hiddenWeights[0]
    }
    // The current is continuous from the left only: with the second input, it jumps by 3.
    #expect((gradient(1) / gradient(1 - 1e-9) - 1).magnitude < 1e-8)
    #expect((gradient(1) / gradient(1 + 1e-9) - 1).magnitude > 0.1)
  }

  @Test("A spike that arrives with an output's first spike is blamed for it")
  func simultaneousOutput() {
    var network = FeedForwardNetwork(inputs: 1, hidden: 2, outputs: 2)
    network.hiddenWeights = [6, 6]
    network.outputWeights = [5, 5, 5, 0]
    let rule = ReferenceEventProp(network: network, loss: .defaultShiftInvariant)
    func delay(_ second: Double) -> Double {
      let sample = ObservedSample(
        inputs: [[0.5]], hidden: [[1], [second]], outputs: [[2], [3]], label: 0)
      return rule.gradient(of: [sample]).hiddenDelays[1]
    }
    #expect((delay(2) / delay(2 - 1e-9) - 1).magnitude < 1e-8)
    #expect(delay(2 + 1e-9) == 0)
  }

  @Test("A refractory time ends at the latest with the next spike")
  func earlyNextSpike() {
    func gradient(refractory: Double) -> [Double] {
      var network = FeedForwardNetwork(inputs: 1, hidden: 1, outputs: 2)
      network.hiddenModels[0].refractory = refractory
      network.hiddenWeights = [20]
      network.outputWeights = [5, 3]
      let sample = ObservedSample(
        inputs: [[0.5]], hidden: [[0.6, 1]], outputs: [[1.5], [2]], label: 0)
      return ReferenceEventProp(network: network, loss: .defaultShiftInvariant)
        .gradient(of: [sample]).hiddenWeights
    }
    #expect(gradient(refractory: 0.4) == gradient(refractory: 0.5))
    #expect(gradient(refractory: 0.3) != gradient(refractory: 0.4))
  }
}
