import Foundation
import TestSupport
import Testing

/// Random programs here and in QEMU, which nobody here wrote: every register, control register,
/// illegal instruction and byte of memory must be the same.
///
/// `RANVIER_FUZZ_BATCHES` (default 16) and `RANVIER_FUZZ_SEED` (default 1) choose how much is
/// compared; a failure prints its seed and the instructions that matter.
@Suite struct DifferentialTests {
  static let casesPerBatch = 256
  static let instructionsPerCase = 100

  private static func setting(_ name: String, _ standard: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? standard
  }

  @Test(
    "Random programs end as in QEMU",
    .enabled(if: Oracle.qemu.isUsable, "qemu-riscv32 is not installed"))
  func randomPrograms() async throws {
    let batchCount = Self.setting("RANVIER_FUZZ_BATCHES", 16)
    let firstSeed = Self.setting("RANVIER_FUZZ_SEED", 1)
    var legalCount = 0
    var failureCount = 0
    for seed in firstSeed..<firstSeed + batchCount {
      var generator = DifferentialGenerator(seed: UInt64(seed))
      let cases = (0..<Self.casesPerBatch).map { _ in
        generator.next(instructionCount: Self.instructionsPerCase)
      }
      let comparison = try await DifferentialRunner.compare(cases)
      legalCount += generator.vectorInstructionCount - comparison.trapCount
      for index in cases.indices
      where comparison.differences[index] != nil && failureCount < 8 {
        failureCount += 1
        let failure = try await DifferentialRunner.minimise(cases[index])
        Issue.record("seed \(seed), case \(index): \(failure)")
      }
    }
    #expect(legalCount >= 6500 * batchCount, "\(legalCount) vector instructions did not trap")
  }
}
