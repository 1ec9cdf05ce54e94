import Learning
import Testing

@Suite("eventprop.s: gradients")
struct EventPropGradientTests {
  /// Adjoints in quarters of a tick, limited to 16000; 1 / (I - θ) limited to 50.
  func bounds(errorUnit: Double) -> AdjointBounds {
    AdjointBounds(error: .infinity, jump: 16000 * errorUnit, reciprocal: 50)
  }

  func agreement(
    _ example: Case, samples: Int, loss: FirstSpikeLoss, errorUnit: Double,
    _ parameters: [String: Int32]
  ) -> GradientAgreement {
    var example = example
    var bench = example.bench(parameters.merging(["batch": 1000]) { $1 })
    let reference = ReferenceEventProp(
      network: example.network(), loss: loss, bounds: bounds(errorUnit: errorUnit))
    var exact = NetworkGradient(of: reference.network)
    for sample in 0..<samples {
      let spikes = example.spikes()
      bench.sample(example.entries(spikes, start: 60000 + 7001 * sample))
      reference.accumulate(example.observed(spikes), into: &exact)
    }
    return GradientAgreement(
      example.gradient(bench, errorUnit: errorUnit), reference: exact.weights)
  }

  @Test(
    "one spike per neuron: the bounded reference, for any ratio of the time constants",
    arguments: [375, 749, 750, 751, 1125, 1500, 3000])
  func oneSpike(membraneTicks: Int) {
    let agreement = agreement(
      Case(seed: 1, membraneTicks: membraneTicks), samples: 10,
      loss: .shiftInvariant(margin: 0.3), errorUnit: 1 / 3000, [:])
    #expect(agreement.cosine > 0.9999)
    #expect(agreement.relativeError < 0.01)
  }

  @Test("up to four spikes per neuron: the refractory time is in the equations", arguments: 2...4)
  func severalSpikes(slots: Int) {
    let agreement = agreement(
      Case(seed: 2, slots: slots, refractoryTicks: 350), samples: 10,
      loss: .shiftInvariant(margin: 0.3), errorUnit: 1 / 3000, [:])
    #expect(agreement.cosine > 0.9999)
    #expect(agreement.relativeError < 0.015)
  }

  @Test("cross-entropy", arguments: [750, 3000])
  func crossEntropy(synapticTicks: Int) {
    var example = Case(seed: 3, membraneTicks: 2 * synapticTicks)
    example.synapticTicks = synapticTicks
    let agreement = agreement(
      example, samples: 10, loss: .defaultCrossEntropy, errorUnit: 5.0 / 8192,
      [
        "loss": 1, "loss_tau0_ticks": Int32(synapticTicks / 5),
        "loss_tau1_ticks": Int32(synapticTicks),
      ])
    #expect(agreement.cosine > 0.9999)
    #expect(agreement.relativeError < 0.01)
  }

  @Test("fewer neurons use fewer lanes", arguments: [1, 29, 30, 31, 61, 119])
  func sizes(hidden: Int) {
    let agreement = agreement(
      Case(seed: 4, hidden: hidden), samples: 6, loss: .shiftInvariant(margin: 0.3),
      errorUnit: 1 / 3000, [:])
    #expect(agreement.cosine > 0.999)
  }

  @Test(
    "exponentials to two units of the last place, for any time constants",
    arguments: [
      (1500, 750), (750, 750), (751, 750), (375, 750), (16, 8), (8, 16), (20000, 1000), (30, 29),
    ])
  func tables(membraneTicks: Int, synapticTicks: Int) {
    let bench = Bench(
      Firmware.eventprop,
      [
        "tau_m_ticks": Int32(membraneTicks), "tau_s_ticks": Int32(synapticTicks),
        "loss_tau0_ticks": 1000, "loss_tau1_ticks": 1000,
      ])
    let ratio = Double(membraneTicks) / Double(synapticTicks)
    let model = NeuronModel(membraneTime: ratio)
    func check(_ register: Int, _ step: Double, _ exact: (Double) -> Double) {
      for lane in 0..<64 {
        let value = exact(step * Double(lane) / Double(synapticTicks)) * 32768
        #expect(abs(Double(bench.lane(register, lane)) - min(value, 32767)) < 2)
      }
    }
    check(30, 1, model.synapticDecay)
    check(31, 1, model.postsynapticPotential)
    check(24, 64, model.synapticDecay)
    check(26, 64, model.membraneDecay)
    check(28, 64, model.postsynapticPotential)
  }

  @Test("1 / (I - θ) is good to a thousandth")
  func reciprocal() {
    var example = Case(seed: 5, hidden: 30)
    var bench = example.bench(["batch": 1000, "error_shift": 6, "bound_adjoint": 22000])
    let reference = ReferenceEventProp(
      network: example.network(), loss: .shiftInvariant(margin: 0.3),
      bounds: AdjointBounds(error: .infinity, jump: 22000 / 48000, reciprocal: 50))
    var exact = NetworkGradient(of: reference.network)
    for _ in 0..<10 {
      // Small errors in a fine unit, so that nothing but the reciprocal is rounded much.
      var spikes = example.spikes()
      for o in 0..<3 { spikes.outputs[o] = [2000 + (o == spikes.label ? 0 : 190 + 40 * o)] }
      bench.sample(example.entries(spikes, start: 0))
      reference.accumulate(example.observed(spikes), into: &exact)
    }
    let agreement = GradientAgreement(
      example.gradient(bench, errorUnit: 1 / 48000), reference: exact.weights)
    #expect(agreement.relativeError < 0.001)
  }
}
