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
