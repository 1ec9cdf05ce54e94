import Learning
import Testing

@Suite("fastdeep.s")
struct FastDeepTests {
  /// Samples of one kind, so that every sum grows in one direction.
  private func learned(
    _ example: Case, _ spikes: Case.Spikes, _ parameters: [String: Int32] = [:]
  ) -> Bench {
    let common: [String: Int32] = [
      "loss": 0, "error_shift": 6, "batch": 12, "rate_hidden": 0, "rate_output": 0,
      "push_hidden": 0, "push_output": 0,
    ]
    var bench = example.bench(common.merging(parameters) { $1 })
    for index in 0..<12 { bench.sample(example.entries(spikes, start: 7001 * index)) }
    return bench
  }

  @Test(
    "Short sums never saturate, with all jumps at their limit, for any ratio of the time constants",
    arguments: [375, 750, 1500, 6000])
  func shortSums(membraneTicks: Int) {
    var example = Case(seed: 8, membraneTicks: membraneTicks)
    example.program = Firmware.fastdeep
    let spikes = example.spikes()
    let bench = learned(example, spikes)
    let sample = example.observed(spikes)
    let unit = 1.0 / Double(750 << 6)
    let exact = ReferenceDelGrad(
      network: example.network(), loss: .shiftInvariant(margin: 0.3),
      bounds: AdjointBounds(error: .infinity, jump: 22000 * unit, reciprocal: 50)
    ).gradient(of: (0..<12).map { _ in sample })
    let agreement = GradientAgreement(
      example.gradient(bench, errorUnit: unit), reference: exact.weights)
    #expect(agreement.relativeError < 0.005, "\(agreement)")
  }

  @Test("Short sums follow the errors: up within a batch, down again for the next")
  func shiftOfShortSums() {
    var example = Case(seed: 8)
    example.program = Firmware.fastdeep
    let large = example.spikes()
    var small = large
    // The right output alone: nothing but its early-spike term.
    small.outputs = small.outputs.indices.map { $0 == small.label ? [1200] : [] }
    let unit = 750.0 / 75 / 32768
    let reference = ReferenceDelGrad(
      network: example.network(),
      loss: .crossEntropy(scale: 0.1, earlyWeight: 0.005, earlyScale: 1),
      bounds: AdjointBounds(error: .infinity, jump: 22000 * unit, reciprocal: 50))
    var bench = example.bench([
      "batch": 12, "rate_hidden": 0, "rate_output": 0, "push_hidden": 0, "push_output": 0,
    ])
    let batches = [
      [Case.Spikes](repeating: small, count: 9) + [large, small, large],
      [Case.Spikes](repeating: small, count: 12),
    ]
    var time = 0
    for batch in batches {
      for spikes in batch {
        bench.sample(example.entries(spikes, start: time))
        time += 7001
      }
      let exact = reference.gradient(of: batch.map { example.observed($0) })
      let agreement = GradientAgreement(
        example.gradient(bench, errorUnit: unit), reference: exact.weights)
      #expect(agreement.cosine > 0.9999, "\(agreement)")
      #expect(agreement.worst?.reference != 0, "no gradient")
    }
  }

  @Test("A limit of the jumps of which one sample could saturate a short sum is refused")
  func refusal() {
    var example = Case(seed: 8, membraneTicks: 100)
    example.program = Firmware.fastdeep
    example.outputs = 1
    let refused = example.bench(["bound_adjoint": 23000])
    #expect(refused.mailbox(Word.status) == 64)
    let accepted = example.bench(["bound_adjoint": 22000])
    #expect(accepted.mailbox(Word.status) == 0)
  }
}
