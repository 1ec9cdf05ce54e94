import Learning
import Testing

@Suite("delgrad.s")
struct DelGradTests {
  /// Errors in eighths of a tick.
  static let errorUnit = 1.0 / 6000
  /// Random spikes bring every jump to its limit, which is low here so that no short sum saturates.
  static func bounds(_ unit: Double) -> AdjointBounds {
    AdjointBounds(error: .infinity, jump: 4000 * unit, reciprocal: 50)
  }

  static func example(
    seed: UInt64, hidden: Int = 120, membraneTicks: Int = 1500
  ) -> Case {
    var example = Case(seed: seed, hidden: hidden, membraneTicks: membraneTicks)
    example.program = Firmware.delgrad
    example.drawDelays()
    return example
  }

  /// What the program comes with where the tests want something else.
  static let parameters: [String: Int32] = [
    "range_output": 512, "error_shift": 3, "bound_adjoint": 4000, "delay_max": 750,
    "rate_hidden": 0, "rate_output": 0,
    "rate_delay": 0, "push_hidden": 0, "push_output": 0,
  ]

  /// A bench that has learned these samples as one batch.
  static func learned(
    _ example: Case, _ samples: [Case.Spikes], _ more: [String: Int32] = [:]
  ) -> Bench {
    var parameters = Self.parameters.merging(more) { $1 }
    parameters["batch"] = Int32(samples.count)
    var bench = example.bench(parameters)
    for (index, spikes) in samples.enumerated() {
      bench.sample(example.entries(spikes, start: 60000 + 7001 * index))
    }
    return bench
  }

  @Test(
    "gradients by weights and by delays: the bounded reference, for any ratio of time constants",
    arguments: [500, 749, 750, 751, 1125, 1500, 3000])
  func gradients(membraneTicks: Int) {
    var example = Self.example(seed: 1, membraneTicks: membraneTicks)
    let samples = (0..<10).map { _ in example.spikes() }
    let bench = Self.learned(example, samples)
    let exact = ReferenceDelGrad(
      network: example.network(), loss: .shiftInvariant(margin: 0.3),
      bounds: Self.bounds(Self.errorUnit)
    ).gradient(of: samples.map(example.observed))
    let weights = GradientAgreement(
      example.gradient(bench, errorUnit: Self.errorUnit), reference: exact.weights)
    #expect(weights.cosine > 0.9999, "\(weights)")
    #expect(weights.relativeError < 0.015, "\(weights)")
    let delays = GradientAgreement(
      example.delayGradient(bench, errorUnit: Self.errorUnit), reference: exact.delays)
    #expect(delays.cosine > 0.9995, "\(delays)")
    #expect(delays.relativeError < 0.03, "\(delays)")
  }

  @Test("cross-entropy, and fewer neurons", arguments: [1, 29, 31, 61, 119])
  func crossEntropy(hidden: Int) {
    var example = Self.example(seed: 3, hidden: hidden)
    let samples = (0..<6).map { _ in example.spikes() }
    let bench = Self.learned(example, samples, ["loss": 1])
    let unit = 5.0 / 8192
    let exact = ReferenceDelGrad(
      network: example.network(), loss: .defaultCrossEntropy,
      bounds: Self.bounds(unit)
    ).gradient(of: samples.map(example.observed))
    let weights = example.gradient(bench, errorUnit: unit)
    #expect(GradientAgreement(weights, reference: exact.weights).cosine > 0.999)
    let delays = example.delayGradient(bench, errorUnit: unit)
    #expect(GradientAgreement(delays, reference: exact.delays).cosine > 0.999)
  }

  @Test("the delay gradients of all causes add up to the errors: to nothing, for this loss")
  func invariant() {
    var example = Self.example(seed: 4, hidden: 40)
    let stimuli = (0..<12).map { _ in
      GradientCheck.Stimulus(inputs: example.observed(example.spikes()).inputs, label: 1)
    }
    let samples = ExactSimulation.simulate(example.network(), stimuli).map(example.spikes)
    #expect(samples.allSatisfy { $0.outputs.allSatisfy { !$0.isEmpty } })
    let gradient = example.delayGradient(
      Self.learned(example, samples, ["error_shift": 4, "bound_adjoint": 16000]),
      errorUnit: Self.errorUnit / 2)
    for sources in [gradient[..<5], gradient[5...]] {
      let magnitude = sources.reduce(0) { $0 + $1.magnitude }
      #expect(magnitude > 0.1)
      #expect(sources.reduce(0, +).magnitude < 0.02 * magnitude, "\(sources.reduce(0, +))")
    }
  }

  @Test("a spike that arrives after the neuron's own is no cause of it")
  func causality() {
    var example = Self.example(seed: 5, hidden: 4)
    var spikes = example.spikes()
    spikes.hidden = [[900], [900], [900], [900]]
    spikes.outputs = [[1500], [1600], [1700]]
    example.outputMasters = example.outputMasters.map { _ in
      (0..<128).map { $0 < 4 ? 20000 : 0 }
    }
    // Arrivals at 1499, 1500, 1501, 1700.
    for (h, delay) in [599, 600, 601, 800].enumerated() {
      example.delays!.hidden[h] = Int16(delay * 16)
    }
    let bench = Self.learned(example, [spikes], ["delay_max": 2000])
    let gradients = bench.gradients("gradient_output", 3)
    #expect(
      (0..<3).map { output in (0..<4).map { gradients[output][$0] != 0 } } == [
        // At the very moment, eps is 0.
        [true, false, false, false], [true, true, true, false], [true, true, true, false],
      ])
    #expect(bench.gradients("gradient_delay_hidden", 1)[0][..<4].allSatisfy { $0 != 0 })
  }

  @Test("delays move by one step against the sign of their gradient, within their bounds")
  func updates() {
    var example = Self.example(seed: 6)
    let samples = (0..<3).map { _ in example.spikes() }
    let bench = Self.learned(
      example, samples, ["rate_delay": 300 << 16, "delay_min": 20, "delay_max": 650])
    #expect(bench.mailbox(Word.updates) == 1)
    func check(_ before: [Int16], _ gradients: [Int], _ after: [Int], lines: (Int) -> Int) {
      var moves = [0, 0, 0]
      for index in before.indices {
        // Before the first sample the delays were put within their bounds.
        let start = max(20 * 16, min(650 * 16, Int(before[index])))
        let expected = max(20 * 16, min(650 * 16, start - gradients[index].signum() * 300))
        #expect(after[index] == expected)
        #expect(bench.delayLines[lines(index)] == (expected + 8) / 16)
        moves[1 + (expected - start).signum()] += 1
      }
      #expect(moves[0] > 0 && moves[2] > 0)
    }
    check(
      example.delays!.inputs, bench.inputs("gradient_delay_input", 5, bytesPerLane: 4),
      bench.inputs("delays_input", 5, bytesPerLane: 2)
    ) { 256 + 0x20 + $0 }
    let lanes = (0..<120).map(example.lane)
    let gradients = bench.gradients("gradient_delay_hidden", 1)[0]
    let masters = bench.masters("delays_hidden", 1)[0]
    check(
      lanes.map { example.delays!.hidden[$0] }, lanes.map { gradients[$0] },
      lanes.map { masters[$0] }
    ) { lanes[$0] }
    let written = bench.delayLines.indices.filter { bench.delayLines[$0] != nil }
    #expect(written == lanes + (0..<5).map { 288 + $0 })
  }

  @Test("without preloaded ones delays are drawn, within their bounds")
  func initialDelays() {
    let bench = Bench(
      Firmware.delgrad,
      [
        "hidden": 120, "init_delay_mean": 4000, "init_delay_deviation": 4000, "delay_max": 500,
      ])
    let lanes = (0..<128).filter { $0 % 32 < 30 }
    let masters = bench.masters("delays_hidden", 1)[0]
    let values = lanes.map { masters[$0] }
    #expect(values.min() == 0 && values.max() == 8000)
    #expect(values.count { $0 > 0 && $0 < 8000 } > 60)
    #expect(lanes.allSatisfy { bench.delayLines[$0] == (masters[$0] + 8) / 16 })
    #expect(bench.inputs("delays_input", 5, bytesPerLane: 2) == [4000, 4000, 4000, 4000, 4000])
  }

  @Test(
    "a parameter out of its limits stops the program with its number",
    arguments: [
      ("spike_slots", 2, 4), ("delay_min", -1, 34), ("delay_max", 2048, 35),
      ("init_delay_deviation", -1, 38), ("delay_min", 800, 64),
    ] as [(String, Int32, Int32)])
  func limits(name: String, value: Int32, status: Int32) {
    let bench = Bench(Firmware.delgrad, [name: value])
    #expect(bench.mailbox(Word.status) == status)
    #expect(bench.mailbox(Word.ready) == 0)
    let lines = bench.delayLines
    #expect(lines.allSatisfy { $0 == nil })
  }

  @Test("the gradients and their share of the update keep within 8,000 cycles")
  func cycles() {
    var example = Self.example(seed: 7)
    var bench = example.bench(Self.parameters.merging(["batch": 40]) { $1 })
    var sum = 0
    for sample in 0..<40 {
      bench.sample(example.entries(example.spikes(), start: 7001 * sample))
      sum += bench.cycles
    }
    #expect(bench.mailbox(Word.updateCycles) > 0)
    #expect(sum / 40 < 8000)
  }
}
