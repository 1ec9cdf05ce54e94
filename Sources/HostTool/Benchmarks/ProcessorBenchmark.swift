import Assembler
import PlasticityProcessor

/// How fast instructions are simulated: small programs on a processor without a chip.
enum ProcessorBenchmark {
  /// Million instructions per second of a CRC-32 over a kilobyte of memory, bit by bit.
  static func scalar(instructions: Int) throws -> Double {
    let seconds = try run(
      """
      _start: li s1, 0xEDB88320
      pass:   li t0, 0x1000
              li t1, 0x1400
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
              j pass
      """, instructions: instructions)
    return Double(instructions) / seconds / 1e6
  }

  /// Nanoseconds per vector instruction of a fixed-point kernel: `vle16 vle16 vsmul.vv vsadd.vv
  /// vwmacc.vv vse16` at e16, m1, vl = 64, with `addi` and `bnez` per turn.
  static func fixedPoint(instructions: Int) throws -> Double {
    let seconds = try run(
      """
      _start: li a1, 0x1000
              li a2, 0x1080
              li a3, 0x1100
              li t1, 64
              vsetvli t0, t1, e16, m1, ta, ma
      again:  li t2, 1000
      turn:   vle16.v v8, (a1)
              vle16.v v9, (a2)
              vsmul.vv v10, v8, v9
              vsadd.vv v11, v10, v8
              vwmacc.vv v12, v8, v9
              vse16.v v11, (a3)
              addi t2, t2, -1
              bnez t2, turn
              j again
      """, instructions: instructions)
    return seconds * 1e9 / (Double(instructions) * 6 / 8)
  }

  /// Seconds for about that many instructions.
  private static func run(_ source: String, instructions: Int) throws -> Double {
    let image = try Assembler.assemble(text: source, path: "benchmark").image
    var processor = PlasticityProcessor()
    for segment in image.segments { processor.load(segment.bytes, at: segment.address) }
    // Data with all bits in play, of which nothing saturates for ever.
    processor.load((0..<1024).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }, at: 0x1000)
    processor.programCounter = image.entry
    let slice: UInt64 = 100_000
    let start = BenchmarkClock.now()
    while processor.instructionCount < UInt64(instructions) {
      let stop = processor.run(untilCycle: processor.cycle + slice)
      precondition(stop == .cycleLimit, "the benchmark program stopped: \(stop)")
    }
    let seconds = BenchmarkClock.now() - start
    return seconds * Double(instructions) / Double(processor.instructionCount)
  }
}
