import Assembler
import Foundation
import PlasticityProcessor
import TestSupport
import Testing

/// Random programs here and in QEMU, which nobody here wrote: every register, control register,
/// illegal instruction and byte of memory must be the same.
///
/// `RANVIER_FUZZ_BATCHES` (default 16) and `RANVIER_FUZZ_SEED` (default 1) choose how much is
/// compared; `RANVIER_FUZZ_COMPLETE=1` takes all lengths in the table of vector instructions. A failure
/// prints its seed and, as a program to assemble, the instructions that matter.
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
      where comparison.differences[index] != nil && failureCount < 3 {
        failureCount += 1
        let failure = try await DifferentialRunner.minimise(cases[index])
        Issue.record("\(failure.report("seed \(seed), case \(index)"))")
      }
    }
    #expect(legalCount >= 6500 * batchCount, "\(legalCount) vector instructions did not trap")
  }

  private func compare(_ cases: [DifferentialCase], _ name: String) async throws -> Int {
    var failureCount = 0
    var trapCount = 0
    for start in stride(from: 0, to: cases.count, by: Self.casesPerBatch) {
      let batch = Array(cases[start..<min(start + Self.casesPerBatch, cases.count)])
      let comparison = try await DifferentialRunner.compare(batch)
      trapCount += comparison.trapCount
      for index in batch.indices where comparison.differences[index] != nil && failureCount < 3 {
        failureCount += 1
        let failure = try await DifferentialRunner.minimise(batch[index])
        Issue.record("\(failure.report("\(name), case \(start + index)"))")
      }
    }
    return trapCount
  }

  @Test(
    "Every vector instruction, vector type, mask and kind of length ends as in QEMU",
    .enabled(if: Oracle.qemu.isUsable, "qemu-riscv32 is not installed"))
  func vectorTable() async throws {
    var generator = DifferentialGenerator(seed: 2)
    let cases = generator.vectorTable(isComplete: Self.setting("RANVIER_FUZZ_COMPLETE", 0) != 0)
    let trapCount = try await compare(cases, "vector table")
    let legalCount = generator.vectorInstructionCount - trapCount
    #expect(legalCount >= 5000, "\(legalCount) vector instructions did not trap")
  }

  @Test(
    "All scalar arithmetic on all pairs of values at the limits ends as in QEMU",
    .enabled(if: Oracle.qemu.isUsable, "qemu-riscv32 is not installed"))
  func scalarTable() async throws {
    var generator = DifferentialGenerator(seed: 3)
    let cases = generator.scalarTable()
    #expect(cases.count > 100)
    _ = try await compare(cases, "scalar table")
  }

  @Test("The program of a failure assembles, and does what the case does")
  func failureSource() throws {
    var generator = DifferentialGenerator(seed: 4)
    let item = generator.scalarTable()[60]
    let failure = DifferentialRunner.Failure(item: item, difference: "x7: we 1, QEMU 2")
    let report = failure.report("seed 4, case 60")
    #expect(report.hasPrefix("# seed 4, case 60: x7: we 1, QEMU 2\n"))
    let image = try Assembler.assemble(text: report).image
    var processor = PlasticityProcessor(sramByteCount: 1 << 20)
    for segment in image.segments { processor.load(segment.bytes, at: segment.address) }
    processor.programCounter = image.entry
    #expect(
      processor.run(untilCycle: 1_000_000) == .exited(code: Int32(bitPattern: processor[x: 10])))
    let dump = DifferentialRunner.runHere(DifferentialProgram([item]))
    func word(_ offset: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(dump[offset + $1]) << UInt32(8 * $1) }
    }
    for x in 1..<32 where x != Int(item.reserved) && x != 17 {
      #expect(processor[x: x] == word(4 * x), "x\(x)")
    }
    #expect(
      processor[v: 31]
        == Array(
          dump[
            Int(DifferentialProgram.vectorOffset) + 31 * 128..<Int(DifferentialProgram.vectorOffset)
              + 32 * 128]))
  }
}
