import InstructionSet
import PlasticityProcessor
import Testing

@Suite struct CycleTests {
  /// Runs one instruction and tells what it costs.
  static func cost(_ words: [UInt32], skip: Int = 0) -> UInt64 {
    var processor = PlasticityProcessor(program: words)
    processor[x: 8] = 0x1000
    processor[x: 9] = 128
    for _ in 0..<skip { _ = processor.run(untilCycle: processor.cycle + 1) }
    let before = processor.cycle
    _ = processor.run(untilCycle: before + 1)
    return processor.cycle - before
  }

  @Test("Scalar instructions cost what the table says")
  func scalar() {
    for row in InstructionTable.rows where !row.isVector {
      // mscratch, where there is a register number.
      let word =
        row.match | (row.mask & 0x000F_8000 == 0 ? 8 << 15 : 0)
        | (row.mnemonic.hasPrefix("csr") ? 0x340 << 20 : 0)
      let instruction = Decoder.decode(word)
      let expected: UInt64 =
        switch CycleCosts.costClass(instruction.opcode) {
        case .branch: 3
        case .memory: 3
        case .multiply: 4
        case .divide: 31
        default: 1
        }
      switch instruction.opcode {
      case .ecall, .ebreak: continue
      // Not taken: x8 is not x0.
      case .beq, .blt, .bltu: #expect(Self.cost([word]) == 1, "\(row.syntax)")
      default: #expect(Self.cost([word]) == expected, "\(row.syntax)")
      }
    }
  }

  @Test("A taken branch costs three cycles")
  func taken() { #expect(Self.cost([Code.branch(0, 0, 0, 8)]) == 3) }

  /// Words at e8, m4 and their cost.
  static let vectorCases: [(String, UInt32, UInt64)] = [
    ("vadd.vv", Code.vector(0, 0, 8, 12, 16), 4), ("vsadd.vx", Code.vector(0x21, 4, 8, 12, 1), 4),
    ("vmseq.vv", Code.vector(0x18, 0, 8, 12, 16), 4),
    ("vsmul.vv", Code.vector(0x27, 0, 8, 12, 16), 4),
    ("vwadd.vv", Code.vector(0x31, 2, 8, 16, 20), 8),
    ("vwmul.vv", Code.vector(0x3B, 2, 8, 16, 20), 8),
    ("vnsrl.wv", Code.vector(0x2C, 0, 8, 16, 24), 8),
    ("vredsum.vs", Code.vector(0, 2, 8, 12, 16), 32),
    ("vslideup.vi", Code.vector(0x0E, 3, 8, 12, 1), 32),
    ("vrgather.vv", Code.vector(0x0C, 0, 8, 12, 16), 32),
    ("vcompress.vm", Code.vector(0x17, 2, 8, 12, 16), 32),
    ("vmand.mm", Code.vector(0x19, 2, 8, 12, 16), 1),
    ("vcpop.m", Code.vector(0x10, 2, 8, 12, 16), 1), ("vid.v", Code.vector(0x14, 2, 8, 0, 17), 4),
    ("vmv.x.s", Code.vector(0x10, 2, 8, 12, 0), 1), ("vmv8r.v", Code.vector(0x27, 3, 8, 16, 7), 8),
    ("vmerge.vvm", Code.vector(0x17, 0, 8, 12, 16, masked: true), 4),
    ("vsetvli", Code.vsetvli(5, 9, .e16m1), 1),
  ]

  @Test("Vector instructions cost what the table says, at e8, m4", arguments: vectorCases)
  func vector(_ c: (name: String, word: UInt32, cost: UInt64)) {
    #expect(
      Self.cost([Code.vsetvli(6, 0, VectorType(sew: 8, lmul: 2)), c.word], skip: 1) == c.cost)
  }

  @Test("A result of the multiplier is there after four cycles, register by register")
  func latency() {
    let multiply = Code.vector(0x25, 2, 8, 16, 24)
    let reader = Code.vector(0, 0, 16, 16, 8)
    let other = Code.vector(0, 0, 24, 24, 24)
    let m2 = VectorType(sew: 16, lmul: 1)
    let m4 = VectorType(sew: 16, lmul: 2)
    func cost(_ type: VectorType, _ words: [UInt32]) -> UInt64 {
      Self.cost([Code.vsetvli(6, 0, type)] + words, skip: words.count)
    }
    #expect(cost(.e16m1, [multiply, reader]) == 1 + 3)
    #expect(cost(.e16m1, [multiply, other, reader]) == 1 + 2)
    #expect(cost(.e16m1, [multiply, other, other, other, reader]) == 1)
    #expect(cost(m2, [multiply, reader]) == 2 + 2)
    #expect(cost(m4, [multiply, reader]) == 4)
    #expect(cost(.e16m1, [multiply, other]) == 1)
    #expect(cost(.e16m1, [multiply, multiply]) == 1, "its own result is not an operand")
    let accumulate = Code.vector(0x2D, 2, 8, 16, 24)
    #expect(cost(.e16m1, [accumulate, accumulate]) == 1 + 3)
    let store = Code.vectorMemory(store: true, 16, 0, 8, 8)
    #expect(cost(.e16m1, [multiply, store]) == 48 + 3)
    let mask = Code.vector(0, 0, 16, 16, 16, masked: true)
    let intoMask = Code.vector(0x25, 2, 0, 16, 24)
    #expect(cost(.e16m1, [intoMask, mask]) == 1 + 3)
    #expect(cost(.e16m1, [multiply, Code.addi(5, 5, 1)]) == 1)
    #expect(cost(.e16m1, [multiply, Code.nop, reader]) == 1 + 2)
    let element = Code.vector(0x10, 2, 5, 8, 0)
    #expect(cost(.e16m1, [multiply, element]) == 1 + 3)
  }

  @Test("A run ends at the first instruction boundary at or past the limit")
  func limit() {
    var processor = PlasticityProcessor(
      program: [Code.nop, Code.register(1, 0, 5, 5, 5), Code.nop, Code.nop])
    #expect(processor.run(untilCycle: 2) == .cycleLimit)
    #expect(processor.cycle == 5)
    #expect(processor.run(untilCycle: 5) == .cycleLimit)
    #expect(processor.cycle == 5)
    #expect(processor.run(untilCycle: 6) == .cycleLimit)
    #expect(processor.instructionCount == 3)
  }

  @Test("Time beyond 2^32 cycles is counted")
  func long() {
    var processor = PlasticityProcessor(program: [Code.wfi, Code.jal(0, 0)])
    _ = processor.finish()
    processor.sleep(untilCycle: 1 << 40)
    processor.setControlRegister(0x304, to: 1 << 7)
    processor.setInterrupt(.timer, true)
    #expect(processor.run(untilCycle: 1 << 40 + 30) == .cycleLimit)
    #expect(processor.cycle == 1 << 40 + 30)
    #expect(processor.controlRegister(0xC80) == 256)
  }
}

extension InstructionRow {
  /// An instruction of this row with zero operands.
  var sample: Instruction { Decoder.decode(match) }
  var isVector: Bool {
    if case .vector = sample.opcode { true } else { false }
  }
}
