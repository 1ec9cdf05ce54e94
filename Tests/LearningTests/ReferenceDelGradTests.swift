import Foundation
import Learning
import Testing

@Suite struct ReferenceDelGradTests {
  /// A neuron with three causes and one that came too late.
  struct Causes {
    var times = [0.2, 0.7, 1.1, 2.4]
    var weights = [2.5, -0.8, 1.9, 3]
    var model: NeuronModel
    var spike = 0.0

    /// A spike that the nominal neuron emits, at 1.6 or a little before.
    init(ratio: Double) {
      model = NeuronModel(membraneTime: ratio, refractory: 9)
      let potential = zip(times, weights).prefix(3).reduce(0) {
        $0 + $1.1 * model.postsynapticPotential(1.6 - $1.0)
      }
      for index in 0..<3 { weights[index] *= 1.05 / potential }
      spike = Self.spike(self)
    }

    static func spike(_ causes: Causes) -> Double {
      var network = FeedForwardNetwork(inputs: 4, hidden: 1, outputs: 0, model: causes.model)
      network.hiddenWeights = causes.weights
      let stimulus = GradientCheck.Stimulus(inputs: causes.times.map { [$0] }, label: 0)
      return ClosedFormNetwork.simulate(network, stimulus).hidden[0][0]
    }

    var derivatives: SpikeDerivatives {
      SpikeDerivatives(of: spike, model: model, arrivals: times, weights: weights)
    }
    /// e^(t_i / τ) of those that arrive before the spike, 0 for the others.
    func growth(_ tau: Double) -> [Double] { times.map { $0 <= spike ? exp($0 / tau) : 0 } }
    func sum(_ values: [Double]) -> Double { zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  func expectClose(_ values: [Double], _ expected: [Double], _ comment: Comment) {
    for (value, exact) in zip(values, expected) {
      #expect((value - exact).magnitude <= 1e-12 * max(1, exact.magnitude), comment)
    }
  }

  @Test("Equal time constants: the closed form with the Lambert function, its derivatives")
  func equalTimeConstants() {
    let c = Causes(ratio: 1)
    let g = c.growth(1)
    let (a1, b) = (c.sum(g), c.sum(zip(c.times, g).map { $0 * $1 }))
    let d = a1 + b - a1 * c.spike
    // T = b/a1 - W0(-(θ/a1) e^(b/a1)): W e^W = x, checked without computing W.
    let w = b / a1 - c.spike
    #expect((w * exp(w) + exp(b / a1) / a1).magnitude < 1e-12)
    expectClose(
      c.derivatives.byWeight, zip(c.times, g).map { -$1 * (c.spike - $0) / d }, "by weight")
    expectClose(
      c.derivatives.byArrival,
      zip(c.weights, zip(c.times, g)).map { -$0 * $1.1 * (c.spike - $1.0 - 1) / d }, "by arrival")
  }

  @Test("τm = 2 τs: the closed form with the square root, its derivatives")
  func doubleTimeConstant() {
    let c = Causes(ratio: 2)
    let (gs, gm) = (c.growth(1), c.growth(2))
    let (a1, a2) = (c.sum(gs), c.sum(gm))
    #expect((2 * log(2 * a1 / (a2 + (a2 * a2 - 4 * a1).squareRoot())) - c.spike).magnitude < 1e-12)
    let z = exp(-c.spike / 2)
    let d = 2 * a1 * z - a2
    expectClose(c.derivatives.byWeight, zip(gs, gm).map { -2 * ($1 - z * $0) / d }, "by weight")
    expectClose(
      c.derivatives.byArrival,
      zip(c.weights, zip(gs, gm)).map { $0 * (2 * z * $1.0 - $1.1) / d }, "by arrival")
  }

  @Test(
    "Any ratio of the time constants: central differences of the spike time",
    arguments: [0.5, 1, 1.01, 1.5, 2, 7])
  func anyRatio(ratio: Double) {
    let c = Causes(ratio: ratio)
    let derivatives = c.derivatives
    for index in 0..<4 {
      func difference(_ path: WritableKeyPath<Causes, [Double]>) -> Double {
        let steps = [1e-4, -1e-4].map { step in
          var moved = c
          moved[keyPath: path][index] += step
          return Causes.spike(moved)
        }
        return (steps[0] - steps[1]) / 2e-4
      }
      #expect((difference(\.weights) - derivatives.byWeight[index]).magnitude < 1e-6)
      #expect((difference(\.times) - derivatives.byArrival[index]).magnitude < 1e-6)
    }
    #expect(derivatives.byWeight[3] == 0 && derivatives.byArrival[3] == 0)
  }

  @Test(
    "With all its causes a spike moves as much as they do, whenever it was observed",
    arguments: [0.5, 1, 2, 3])
  func invariant(ratio: Double) {
    let c = Causes(ratio: ratio)
    for shift in [-0.05, 0, 0.1] {
      let derivatives = SpikeDerivatives(
        of: c.spike + shift, model: c.model, arrivals: c.times, weights: c.weights)
      #expect((derivatives.byArrival.reduce(0, +) - 1).magnitude < 1e-12)
    }
  }

  /// A network with delays and its nominal spikes.
  func example(ratio: Double) -> (FeedForwardNetwork, [GradientCheck.Stimulus]) {
    var cases = RandomCases(
      seed: 7, hidden: 6, model: NeuronModel(membraneTime: ratio, refractory: 6))
    var network = cases.network()
    for index in network.inputDelays.indices { network.inputDelays[index] = 0.1 * Double(index) }
    for index in network.hiddenDelays.indices { network.hiddenDelays[index] = 0.07 * Double(index) }
    return (network, (0..<4).map { _ in cases.stimulus() })
  }

  @Test(
    "On nominal spikes the gradient is that of EventProp, for weights and delays",
    arguments: [0.5, 1, 1.3, 2],
    [FirstSpikeLoss.defaultShiftInvariant, .defaultCrossEntropy])
  func eventProp(ratio: Double, loss: FirstSpikeLoss) {
    let (network, stimuli) = example(ratio: ratio)
    let samples = ClosedFormNetwork.simulate(network, stimuli)
    let ours = ReferenceDelGrad(network: network, loss: loss).gradient(of: samples)
    let theirs = ReferenceEventProp(network: network, loss: loss).gradient(of: samples)
    #expect(ours.loss == theirs.loss)
    #expect(GradientAgreement(ours.weights, reference: theirs.weights).relativeError < 1e-9)
    #expect(GradientAgreement(ours.delays, reference: theirs.delays).relativeError < 1e-9)
  }

  @Test("Central differences of the analog core, for weights and delays", arguments: [1, 1.5, 2])
  func analogCore(ratio: Double) {
    var (network, _) = example(ratio: ratio)
    var cases = RandomCases(seed: 8, hidden: 6, model: network.hiddenModels[0])
    network.inputDelays[0] = 0.02
    network.hiddenDelays[0] = 0.02
    var check = GradientCheck(loss: .defaultShiftInvariant, simulate: ExactSimulation.simulate)
    check.rule = .delGrad
    check.includesDelays = true
    let report = check.run(network, count: 2) { cases.stimulus() }
    #expect(report.samples == 2 && report.silent == 0)
    #expect(report.agreement.relativeError <= 1e-6, "\(report)")
  }

  @Test("The delay gradients of a layer's sources add up to the errors of its spikes")
  func layerSums() {
    let (network, stimuli) = example(ratio: 2)
    let sample = ClosedFormNetwork.simulate(network, stimuli)[0]
    var observed = sample
    for index in observed.outputs.indices where !observed.outputs[index].isEmpty {
      observed.outputs[index][0] += 0.05 * Double(index)
    }
    let loss = FirstSpikeLoss.defaultCrossEntropy
    let gradient = ReferenceDelGrad(network: network, loss: loss).gradient(of: [observed])
    let errors = loss.evaluate(observed.firstOutputSpikes, label: observed.label).derivatives
    let sum = errors.reduce(0, +)
    #expect(sum.magnitude > 1e-3)
    #expect((gradient.hiddenDelays.reduce(0, +) - sum).magnitude < 1e-12)
    #expect((gradient.inputDelays.reduce(0, +) - sum).magnitude < 1e-12)
  }

  @Test("Bounds limit 1 / (τm V') and the jump, and nothing else")
  func bounds() {
    let (network, stimuli) = example(ratio: 2)
    let samples = ClosedFormNetwork.simulate(network, stimuli)
    func gradient(_ bounds: AdjointBounds) -> NetworkGradient {
      ReferenceDelGrad(network: network, loss: .defaultShiftInvariant, bounds: bounds)
        .gradient(of: samples)
    }
    let exact = gradient(.unbounded)
    let wide = gradient(AdjointBounds(error: 0, jump: 1e6, reciprocal: 1e6))
    #expect(GradientAgreement(wide.weights, reference: exact.weights).relativeError < 1e-12)
    let limited = gradient(AdjointBounds(error: 0, jump: 1e6, reciprocal: 1e-3))
    // All slopes are above 1e3 thresholds then, so J = e / 1000 for the outputs.
    let jumps = limited.outputWeights.map(\.magnitude).max() ?? 0
    #expect(jumps > 0 && jumps < 0.01)
    let small = gradient(AdjointBounds(error: 0, jump: 1e-4, reciprocal: 1e6))
    // Four samples, τm ε at most 1/2 for τm = 2.
    #expect((small.outputWeights.map(\.magnitude).max() ?? 1) <= 4 * 1e-4 / 2 * 1.001)
    #expect(small != exact)
  }
}
