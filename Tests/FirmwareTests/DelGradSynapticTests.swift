import Learning
import Testing

@Suite("delgrad_synaptic.s")
struct DelGradSynapticTests {
  static func example(
    seed: UInt64, hidden: Int = 30, membraneTicks: Int = 1500
  ) -> Case {
    var example = Case(seed: seed, hidden: hidden, membraneTicks: membraneTicks)
    example.program = Firmware.delgradSynaptic
    example.drawSynapticDelays()
    return example
  }

  @Test(
    "gradients by weights and by each synapse's delay: the bounded reference",
    arguments: [(1500, 30), (500, 30), (750, 30), (3000, 30), (1500, 5), (1500, 1)])
  func gradients(membraneTicks: Int, hidden: Int) {
    var example = Self.example(seed: 1, hidden: hidden, membraneTicks: membraneTicks)
    let samples = (0..<10).map { _ in example.spikes() }
    let bench = DelGradTests.learned(example, samples)
    let exact = ReferenceDelGrad(
      network: example.network(), loss: .shiftInvariant(margin: 0.3),
      bounds: DelGradTests.bounds(DelGradTests.errorUnit)
    ).gradient(of: samples.map(example.observed))
    let weights = GradientAgreement(
      example.gradient(bench, errorUnit: DelGradTests.errorUnit), reference: exact.weights)
    #expect(weights.cosine > 0.9999 && weights.relativeError < 0.015, "\(weights)")
    let delays = GradientAgreement(
      example.synapticGradient(bench, errorUnit: DelGradTests.errorUnit),
      reference: exact.synapseDelays)
    #expect(delays.cosine > 0.9995 && delays.relativeError < 0.03, "\(delays)")
    #expect(exact.synapseDelays.contains { $0 != 0 })
  }

  @Test("the gradients of all of a target's delays add up to its error, target by target")
  func invariant() {
    var example = Self.example(seed: 4)
    let stimulus = GradientCheck.Stimulus(
      inputs: example.observed(example.spikes()).inputs, label: 1)
    let sample = ExactSimulation.simulate(example.network(), [stimulus])[0]
    #expect(sample.outputs.allSatisfy { !$0.isEmpty })
    let spikes = example.spikes(sample)
    let bench = DelGradTests.learned(example, [spikes], ["error_shift": 4, "bound_adjoint": 16000])
    let gradient = example.synapticGradient(bench, errorUnit: DelGradTests.errorUnit / 2)
    let errors = FirstSpikeLoss.shiftInvariant(margin: 0.3).evaluate(
      example.observed(spikes).firstOutputSpikes, label: 1
    ).derivatives
    for output in 0..<3 {
      let sum = gradient[(150 + 30 * output)..<(180 + 30 * output)].reduce(0, +)
      #expect((sum / errors[output] - 1).magnitude < 0.01, "output \(output): \(sum)")
    }
    var compared = 0
    for hidden in 0..<30 {
      let error = (0..<3).reduce(0) { $0 + gradient[150 + 30 * $1 + hidden] }
      let sum = (0..<5).reduce(0) { $0 + gradient[30 * $1 + hidden] }
      guard error.magnitude > 0.02 else { continue }
      #expect((sum / error - 1).magnitude < 0.02, "hidden neuron \(hidden): \(sum), \(error)")
      compared += 1
    }
    #expect(compared > 8)
  }

  /// What an update makes of masters, and whether it moved each down or up.
  func moved(_ before: Int16, _ gradient: Int) -> Int {
    let start = max(20 * 16, min(650 * 16, Int(before)))
    return max(20 * 16, min(650 * 16, start - gradient.signum() * 300))
  }

  @Test("synaptic delays move by a step against their gradient, and all taps of the network follow")
  func synapticUpdate() throws {
    var example = Self.example(seed: 6)
    let samples = (0..<3).map { _ in example.spikes() }
    let bench = DelGradTests.learned(
      example, samples, ["rate_delay": 300 << 16, "delay_min": 20, "delay_max": 650])
    let before = try #require(example.synapticDelays)
    var expectedTaps: [Int: Int] = [:]
    var moves = [0, 0]
    for (symbol, start, tap) in [
      ("hidden", before.hidden, { (row: Int, lane: Int) in 64 * (32 + row) + lane }),
      ("output", before.output, { (row: Int, lane: Int) in 64 * lane + row }),
    ] {
      let gradients = bench.gradients("gradient_synaptic_\(symbol)", start.count, lanes: 32)
      let masters = bench.masters("delays_synaptic_\(symbol)", start.count, lanes: 32)
      for row in start.indices {
        for lane in 0..<30 {
          let expected = moved(start[row][lane], gradients[row][lane])
          #expect(masters[row][lane] == expected)
          expectedTaps[tap(row, lane)] = (expected + 8) / 16
          moves[gradients[row][lane] > 0 ? 1 : 0] += 1
        }
      }
    }
    #expect(moves[0] > 40 && moves[1] > 40)
    for tap in 0..<4096 { #expect(bench.delayTaps[tap] == expectedTaps[tap]) }
    let lines = bench.delayLines
    #expect(lines.allSatisfy { $0 == nil })
  }

  @Test("dendritic delays move by the sum of the gradients of their target's synapses")
  func dendriticUpdate() throws {
    var example = Self.example(seed: 8)
    // One delay per target.
    let drawn = try #require(example.synapticDelays)
    let before = (
      hidden: [[Int16]](repeating: drawn.hidden[0], count: 5),
      output: drawn.output.map { [Int16](repeating: $0[7], count: 32) }
    )
    example.synapticDelays = before
    let samples = (0..<3).map { _ in example.spikes() }
    let settings: [String: Int32] = [
      "rate_delay": 300 << 16, "delay_min": 20, "delay_max": 650,
    ]
    let bench = DelGradTests.learned(example, samples, settings.merging(["delay_kind": 1]) { $1 })
    let hidden = bench.gradients("gradient_synaptic_hidden", 5, lanes: 32)
    let output = bench.gradients("gradient_synaptic_output", 3, lanes: 32)
    let synaptic = DelGradTests.learned(example, samples, settings)
    #expect(synaptic.gradients("gradient_synaptic_hidden", 5, lanes: 32) == hidden)
    #expect(synaptic.gradients("gradient_synaptic_output", 3, lanes: 32) == output)
    var disagreements = 0
    let toHidden = bench.masters("delays_synaptic_hidden", 5, lanes: 32)
    for lane in 0..<30 {
      let sum = hidden.reduce(0) { $0 + $1[lane] }
      for row in 0..<5 {
        #expect(toHidden[row][lane] == moved(before.hidden[row][lane], sum))
        if hidden[row][lane].signum() != sum.signum() { disagreements += 1 }
      }
    }
    let toOutput = bench.masters("delays_synaptic_output", 3, lanes: 32)
    for row in 0..<3 {
      let sum = output[row].reduce(0, +)
      for lane in 0..<30 {
        #expect(toOutput[row][lane] == moved(before.output[row][lane], sum))
        if output[row][lane].signum() != sum.signum() { disagreements += 1 }
        #expect(bench.delayTaps[64 * lane + row] == (toOutput[row][lane] + 8) / 16)
      }
    }
    #expect(disagreements > 20, "otherwise the sum would prove nothing")
  }

  @Test("the momentum of the delays' gradients decays from batch to batch")
  func momentum() {
    var example = Self.example(seed: 9)
    let spikes = example.spikes()
    func sums(_ momentum: Int32) -> [[Int]] {
      let parameters = DelGradTests.parameters.merging(["batch": 1, "momentum": momentum]) { $1 }
      var bench = example.bench(parameters)
      for _ in 0..<2 { bench.sample(example.entries(spikes, start: 9000)) }
      return bench.gradients("gradient_synaptic_hidden", 5, lanes: 32)
        + bench.gradients("gradient_synaptic_output", 3, lanes: 32)
    }
    let (one, both) = (sums(0), sums(1 << 30))
    for (a, b) in zip(one.joined(), both.joined()) { #expect((2 * b - 3 * a).magnitude <= 2) }
    #expect(one.allSatisfy { $0.contains { $0 != 0 } })
  }

  @Test("without preloaded ones delays are drawn, one per synapse or one per target")
  func initialDelays() {
    func rows(_ kind: Int32) -> (hidden: [[Int]], output: [[Int]]) {
      let bench = Bench(
        Firmware.delgradSynaptic,
        [
          "delay_kind": kind, "init_delay_mean": 4000, "init_delay_deviation": 4000,
          "delay_max": 500,
        ])
      func masters(_ symbol: String, _ count: Int) -> [[Int]] {
        bench.masters(symbol, count, lanes: 32).map { Array($0.prefix(30)) }
      }
      let rows = (
        hidden: masters("delays_synaptic_hidden", 5), output: masters("delays_synaptic_output", 3)
      )
      for lane in 0..<30 {
        for row in 0..<5 {
          #expect(bench.delayTaps[64 * (32 + row) + lane] == (rows.hidden[row][lane] + 8) / 16)
        }
        for row in 0..<3 {
          #expect(bench.delayTaps[64 * lane + row] == (rows.output[row][lane] + 8) / 16)
        }
      }
      return rows
    }
    let synaptic = rows(0)
    let all = (synaptic.hidden + synaptic.output).flatMap { $0 }
    #expect(all.min() == 0 && all.max() == 8000)
    #expect(Set(all).count > 100)
    let dendritic = rows(1)
    #expect(Set(dendritic.hidden).count == 1 && Set(dendritic.hidden[0]).count > 15)
    #expect(dendritic.output.allSatisfy { Set($0).count == 1 })
    #expect(Set(dendritic.output.map { $0[0] }).count > 1)
  }

  @Test(
    "a parameter out of its limits stops the program with its number",
    arguments: [
      ("hidden", 31, 2), ("delay_kind", 2, 39), ("delay_max", 2048, 35), ("delay_min", 800, 64),
    ] as [(String, Int32, Int32)])
  func limits(name: String, value: Int32, status: Int32) {
    let bench = Bench(Firmware.delgradSynaptic, [name: value])
    #expect(bench.mailbox(Word.status) == status)
    let taps = bench.delayTaps
    #expect(bench.mailbox(Word.ready) == 0 && taps.allSatisfy { $0 == nil })
  }
}
