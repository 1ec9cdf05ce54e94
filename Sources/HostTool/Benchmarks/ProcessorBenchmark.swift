import Assembler
import PlasticityProcessor

/// How fast instructions are simulated: small programs on a processor without a chip, and the same
/// programs under QEMU, where it is installed.
enum ProcessorBenchmark {
  /// Where the programs lie, in 16 MiB of memory.
  static let base: UInt32 = 0x8000_0000
  static let byteCount = 16 << 20

  /// Instructions of one kind, repeated; or a program that counts them all.
  struct Measurement {
    var name: String
    /// What it does, in words.
    var note: String
    /// Nanoseconds per repetition, or million instructions per second.
    var isRate: Bool
    var value: Double
    /// The same for QEMU; nil if that was not measured.
    var qemu: Double?

    var unit: String { isRate ? "million instructions/s" : "ns/instruction" }
    /// How many times as fast as QEMU.
    var ratio: Double? { qemu.map { isRate ? value / $0 : $0 / value } }
  }

  /// A program that repeats its work `turns` times and ends.
  struct Workload {
    var name: String
    var note: String
    /// The instructions per turn whose time is asked for; nil: all that retire, as a rate.
    var measuredPerTurn: Int?
    var program: @Sendable (_ turns: Int) throws -> BenchmarkProgram
  }

  static let crc = Workload(name: "scalar", note: "CRC-32 loop", measuredPerTurn: nil) { turns in
    try BenchmarkProgram(
      """
      _start: li s0, \(turns)
              li s1, 0xEDB88320
      pass:   la t0, data
              addi t1, t0, 1024
              li a0, -1
      byte:   lbu t2, 0(t0)
              xor a0, a0, t2
              li t3, 8
      bit:    andi t4, a0, 1
              neg t4, t4
              and t4, t4, s1
              srli a0, a0, 1
              xor a0, a0, t4
              addi t3, t3, -1
              bnez t3, bit
              addi t0, t0, 1
              bne t0, t1, byte
              addi s0, s0, -1
              bnez s0, pass
      """)
  }

  static let mix = Workload(
    name: "scalar-mix", note: "a mix like Dhrystone's, compiled by clang -O2",
    measuredPerTurn: nil, program: MixProgram.program(turns:))

  static let fixedPoint = Workload(
    name: "vector-fixed-point", note: "vle16 vle16 vsmul vsadd vwmacc vse16 at e16, m1, vl = 64",
    measuredPerTurn: 6
  ) { turns in
    try BenchmarkProgram(
      """
      _start: la a1, data
              addi a2, a1, 128
              addi a3, a1, 256
              li t1, 64
              vsetvli t0, t1, e16, m1, ta, ma
              li t2, \(turns)
      turn:   vle16.v v8, (a1)
              vle16.v v9, (a2)
              vsmul.vv v10, v8, v9
              vsadd.vv v11, v10, v8
              vwmacc.vv v12, v8, v9
              vse16.v v11, (a3)
              addi t2, t2, -1
              bnez t2, turn
      """)
  }

  /// Whole programs, then single vector instructions.
  static let programs = [crc, mix, fixedPoint]
  static let workloads = programs + VectorClasses.workloads

  // MARK: Here

  /// How much work to do.
  struct Effort {
    /// Seconds that one repetition of a workload should take.
    var seconds: Double
    /// The shortest of so many counts.
    var repetitions: Int

    static let full = Effort(seconds: 0.04, repetitions: 5)
    /// For the many single instructions.
    static let short = Effort(seconds: 0.008, repetitions: 3)
    static let quick = Effort(seconds: 0.0005, repetitions: 1)
  }

  /// Measures a workload here, and under QEMU if there is one.
  static func measure(
    _ workload: Workload, _ effort: Effort, qemu: QEMUBenchmark?
  ) throws -> Measurement {
    var turns = 16
    var sample = try run(workload.program(turns))
    while sample.seconds < effort.seconds {
      turns *= 4
      sample = try run(workload.program(turns))
    }
    let program = try workload.program(turns)
    for _ in 1..<max(effort.repetitions, 2) {
      sample.seconds = min(sample.seconds, run(program).seconds)
    }
    var result = Measurement(
      name: workload.name, note: workload.note, isRate: workload.measuredPerTurn == nil, value: 0)
    result.value = value(
      workload, seconds: sample.seconds, turns: turns, instructions: sample.instructions)
    if let qemu {
      let theirs = try qemu.measure(workload, effort)
      let instructions = sample.instructions / Double(turns) * theirs.turns
      result.qemu = value(
        workload, seconds: theirs.seconds, turns: Int(theirs.turns), instructions: instructions)
    }
    return result
  }

  private static func value(
    _ workload: Workload, seconds: Double, turns: Int, instructions: Double
  ) -> Double {
    guard let measured = workload.measuredPerTurn else { return instructions / seconds / 1e6 }
    return seconds * 1e9 / Double(turns * measured)
  }

  private static func run(_ program: BenchmarkProgram) -> (seconds: Double, instructions: Double) {
    var processor = PlasticityProcessor(sramBase: base, sramByteCount: byteCount)
    processor.load(program.bytes, at: base)
    processor.programCounter = program.entry
    let start = BenchmarkClock.now()
    while true {
      switch processor.run(untilCycle: processor.cycle + 100_000) {
      case .cycleLimit, .consoleWrite: continue
      case .exited:
        return (BenchmarkClock.now() - start, Double(processor.instructionCount))
      case let stop: preconditionFailure("the benchmark program stopped: \(stop)")
      }
    }
  }
}

/// A program for a processor with memory at ``ProcessorBenchmark/base``, and for QEMU.
struct BenchmarkProgram {
  /// From ``ProcessorBenchmark/base`` on.
  var bytes: [UInt8]
  var entry: UInt32

  init(bytes: [UInt8], entry: UInt32) {
    self.bytes = bytes
    self.entry = entry
  }

  /// Assembles a source that begins at `_start`; exit and data of 4 KiB with all bits in play follow,
  /// these in a page of their own: QEMU translates a page's code again when something is stored there.
  init(_ source: String) throws {
    var options = Assembler.Options()
    options.textBase = ProcessorBenchmark.base
    let image = try Assembler.assemble(
      text: """
        \(source)
                li a0, 0
                li a7, 93
                ecall
                .p2align 12
        data:   .zero 4096
        """, path: "benchmark", options: options
    ).image
    bytes = []
    for segment in image.segments {
      let offset = Int(segment.address - ProcessorBenchmark.base)
      bytes += [UInt8](repeating: 0, count: offset - bytes.count) + segment.bytes
    }
    let data = Int((image.address(of: "data") ?? image.entry) - ProcessorBenchmark.base)
    for k in 0..<4096 { bytes[data + k] = UInt8(truncatingIfNeeded: k &* 37 &+ 11) }
    entry = image.entry
  }

  /// An ELF executable of one segment that may be read, written and executed.
  var elf: [UInt8] {
    func little(_ value: UInt32, _ byteCount: Int) -> [UInt8] {
      (0..<byteCount).map { UInt8(value >> UInt32(8 * $0) & 255) }
    }
    let base = ProcessorBenchmark.base
    let (size, page, stack) = (UInt32(bytes.count), UInt32(0x1000), UInt32(0x10000))
    var file: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 1, 1, 1] + [UInt8](repeating: 0, count: 9)
    file += little(2, 2) + little(243, 2)
    file += [1, entry, 52, 0, 0].flatMap { little($0, 4) }
    file += [52, 32, 1, 40, 0, 0].flatMap { little($0, 2) }
    file += [1, page, base, base, size, size + stack, 7, page].flatMap { little($0, 4) }
    file += [UInt8](repeating: 0, count: Int(page) - file.count)
    return file + bytes
  }
}
