import InstructionSet
import PlasticityProcessor
import Testing

@Suite struct ScalarTests {
  @Test("A loop sums the numbers from 1 to 10 and exits with the sum")
  func loop() {
    var processor = PlasticityProcessor(
      program: [
        Code.addi(10, 0, 0), Code.addi(5, 0, 10),
        Code.register(0, 0, 10, 10, 5), Code.addi(5, 5, -1), Code.branch(1, 5, 0, -8),
      ] + Code.exit)
    #expect(processor.finish() == .exited(code: 55))
    #expect(processor.instructionCount == 2 + 30 + 1)
    // 9 taken branches at 3 cycles.
    #expect(processor.cycle == 2 + 30 + 18 + 1)
  }

  /// Function 7, function 3, operands, result.
  static let registerCases: [(UInt32, UInt32, UInt32, UInt32, UInt32)] = [
    (0x00, 0, 0xFFFF_FFFF, 2, 1),  // add
    (0x20, 0, 1, 2, 0xFFFF_FFFF),  // sub
    (0x00, 1, 1, 33, 2),  // sll: the low five bits of the amount
    (0x00, 2, 0xFFFF_FFFF, 0, 1),  // slt
    (0x00, 3, 0xFFFF_FFFF, 0, 0),  // sltu
    (0x00, 4, 0b1100, 0b1010, 0b0110),  // xor
    (0x00, 5, 0x8000_0000, 36, 0x0800_0000),  // srl
    (0x20, 5, 0x8000_0000, 36, 0xF800_0000),  // sra
    (0x00, 6, 0b1100, 0b1010, 0b1110),  // or
    (0x00, 7, 0b1100, 0b1010, 0b1000),  // and
    (0x01, 0, 0x1234_5678, 0x10, 0x2345_6780),  // mul
    (0x01, 1, 0x8000_0000, 0x8000_0000, 0x4000_0000),  // mulh
    (0x01, 1, 0xFFFF_FFFF, 2, 0xFFFF_FFFF),
    (0x01, 2, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF),  // mulhsu: rs1 is signed
    (0x01, 3, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFE),  // mulhu
    (0x01, 4, 7, 0xFFFF_FFFE, 0xFFFF_FFFD),  // div rounds towards zero
    (0x01, 4, 7, 0, 0xFFFF_FFFF),
    (0x01, 4, 0x8000_0000, 0xFFFF_FFFF, 0x8000_0000),
    (0x01, 5, 7, 0, 0xFFFF_FFFF),  // divu
    (0x01, 5, 0xFFFF_FFFE, 2, 0x7FFF_FFFF),
    (0x01, 6, 0xFFFF_FFF9, 2, 0xFFFF_FFFF),  // rem has the sign of the dividend
    (0x01, 6, 7, 0, 7),
    (0x01, 6, 0x8000_0000, 0xFFFF_FFFF, 0),
    (0x01, 7, 7, 0, 7),  // remu
    (0x01, 7, 0xFFFF_FFFF, 10, 5),
  ]

  @Test("Register arithmetic has the results of the manual", arguments: registerCases)
  func arithmetic(_ c: (f7: UInt32, f3: UInt32, a: UInt32, b: UInt32, result: UInt32)) {
    var processor = PlasticityProcessor(program: [Code.register(c.f7, c.f3, 12, 10, 11)])
    processor[x: 10] = c.a
    processor[x: 11] = c.b
    #expect(processor.run(untilCycle: 1) == .cycleLimit)
    #expect(processor[x: 12] == c.result)
  }

  /// Function 3, second function, operand, immediate, result.
  static let immediateCases: [(UInt32, UInt32, Int, UInt32)] = [
    (0, 0x8000_0000, -1, 0x7FFF_FFFF), (2, 0xFFFF_FFFF, 0, 1), (2, 5, 5, 0), (3, 0, -1, 1),
    (3, 5, 5, 0),
    (4, 0xFF, -1, 0xFFFF_FF00), (6, 0x0F, -256, 0xFFFF_FF0F), (7, 0xFFF, -256, 0xF00),
    (1, 1, 31, 0x8000_0000), (5, 0x8000_0000, 31, 1), (5, 0x8000_0000, 0x400 + 31, 0xFFFF_FFFF),
  ]

  @Test("Immediate arithmetic has the results of the manual", arguments: immediateCases)
  func immediates(_ c: (f3: UInt32, a: UInt32, immediate: Int, result: UInt32)) {
    var processor = PlasticityProcessor(
      program: [Code.immediate(0x13, c.f3, 12, 10, c.immediate)])
    processor[x: 10] = c.a
    #expect(processor.run(untilCycle: 1) == .cycleLimit)
    #expect(processor[x: 12] == c.result)
  }

  @Test("Branches compare as they say")
  func branches() {
    let pairs: [(UInt32, UInt32)] = [(1, 1), (1, 2), (2, 1), (0xFFFF_FFFF, 1), (1, 0xFFFF_FFFF)]
    for (a, b) in pairs {
      let expected: [UInt32: Bool] = [
        0: a == b, 1: a != b, 4: Int32(bitPattern: a) < Int32(bitPattern: b),
        5: Int32(bitPattern: a) >= Int32(bitPattern: b), 6: a < b, 7: a >= b,
      ]
      for f3: UInt32 in [0, 1, 4, 5, 6, 7] {
        var processor = PlasticityProcessor(program: [Code.nop, Code.branch(f3, 10, 11, -4)])
        processor.programCounter = 4
        processor[x: 10] = a
        processor[x: 11] = b
        // Every word is decoded at its first execution; the cycle limit stops after it.
        #expect(processor.run(untilCycle: 1) == .cycleLimit)
        #expect((processor.programCounter == 0) == expected[f3], "f3 \(f3) of \(a), \(b)")
      }
    }
  }

  @Test("A write to x0 is lost, also by loads, jumps and control registers")
  func zero() {
    var processor = PlasticityProcessor(
      program: [
        Code.addi(0, 0, 5), Code.lw(0, 0, 0), Code.csrrs(0, 0xF14, 0), Code.jal(0, 4),
        Code.register(1, 0, 0, 10, 10), Code.addi(11, 0, 0),
      ] + Code.exit)
    processor[x: 10] = 3
    #expect(processor.finish() == .exited(code: 3))
    #expect(processor[x: 0] == 0)
    #expect(processor[x: 11] == 0)
  }

  @Test("Loads extend, and misaligned accesses work inside the SRAM")
  func memory() {
    var processor = PlasticityProcessor(
      program: [
        Code.immediate(0x03, 0, 10, 8, 1), Code.immediate(0x03, 4, 11, 8, 1),
        Code.immediate(0x03, 1, 12, 8, 1), Code.immediate(0x03, 5, 13, 8, 1),
        Code.lw(14, 1, 8), Code.sw(14, 7, 8), Code.store(1, 14, 13, 8), Code.store(0, 14, 17, 8),
      ] + Code.exit)
    processor[x: 8] = 0x1000
    processor.load([1, 0x82, 0x93, 0x74, 0xF5] + [UInt8](repeating: 0xEE, count: 16), at: 0x1000)
    _ = processor.finish()
    #expect(processor[x: 10] == 0xFFFF_FF82)
    #expect(processor[x: 11] == 0x82)
    #expect(processor[x: 12] == 0xFFFF_9382)
    #expect(processor[x: 13] == 0x9382)
    #expect(processor[x: 14] == 0xF574_9382)
    #expect(
      processor.read(at: 0x1005, byteCount: 15)
        == [
          0xEE, 0xEE, 0x82, 0x93, 0x74, 0xF5, 0xEE, 0xEE, 0x82, 0x93, 0xEE, 0xEE, 0x82, 0xEE, 0xEE,
        ])
  }

  @Test("Jumps link and go, and jalr clears the lowest bit")
  func jumps() {
    var processor = PlasticityProcessor(
      program: [
        Code.jal(1, 12), Code.addi(10, 0, 1), Code.ecall, Code.addi(17, 0, 93), Code.jalr(1, 1, 1),
      ])
    #expect(processor.finish() == .exited(code: 1))
    #expect(processor[x: 1] == 20)
    #expect(processor.programCounter == 8)
  }

  @Test("A program may overwrite instructions that have run, by words, bytes and vectors")
  func selfModifying() {
    // Twice around: the instruction at 8 adds 4, then what the store has made of it.
    let stores: [([UInt32], Int32)] = [
      ([Code.sw(6, 8, 0)], 104),
      // Byte 3 of the word holds the high bits of the immediate: 6 << 4 | 4.
      ([Code.store(0, 7, 11, 0)], 4 + 100),
      ([Code.vsetivli(0, 1, .e32m1), Code.vectorMemory(store: true, 32, 0, 1, 5)], 104),
      ([Code.vsetivli(0, 1, .e32m1), Code.vectorMemory(store: true, 32, 2, 1, 5, 0)], 104),
    ]
    for (store, expected) in stores {
      let loop = [
        Code.addi(5, 0, 8), Code.addi(9, 0, 2), Code.addi(10, 10, 4), Code.addi(9, 9, -1),
      ]
      let back = 8 - (loop.count + store.count) * 4
      var processor = PlasticityProcessor(
        program: loop + store + [Code.branch(1, 9, 0, back)] + Code.exit)
      processor[x: 6] = Code.addi(10, 10, 100)
      processor[x: 7] = 6
      processor.setLanes(1, [Code.addi(10, 10, 100)])
      #expect(processor.finish() == .exited(code: expected))
    }
  }

  @Test("A vector instruction that replaces another is examined anew")
  func replacedVectorInstruction() {
    var processor = PlasticityProcessor(
      program: [Code.vsetivli(0, 4, .e16m2), Code.vector(0, 0, 8, 16, 24)] + Code.exit)
    #expect(processor.finish() == .exited(code: 0))
    // An odd register is no group of two.
    let illegal = Code.vector(0, 0, 9, 16, 24)
    processor.writeWord(illegal, at: 4)
    processor.programCounter = 0
    #expect(
      processor.finish()
        == .trapped(
          Trap(cause: .illegalInstruction, programCounter: 4, value: illegal, instruction: illegal))
    )
  }

  @Test("The host may replace a program that has run")
  func reload() {
    var processor = PlasticityProcessor(program: [Code.addi(10, 0, 1)] + Code.exit)
    #expect(processor.finish() == .exited(code: 1))
    processor.load(Code.bytes([Code.addi(10, 0, 2)]), at: 0)
    processor.programCounter = 0
    #expect(processor.finish() == .exited(code: 2))
    processor.writeWord(Code.addi(10, 0, 3), at: 0)
    processor.programCounter = 0
    #expect(processor.finish() == .exited(code: 3))
  }

  @Test("A processor elsewhere in the address space sees its own addresses")
  func base() {
    var processor = PlasticityProcessor(sramBase: 0x8000_0000, sramByteCount: 1 << 16)
    processor.load(
      Code.bytes(
        [0x0000_0517 /* auipc a0, 0 */, Code.sw(10, 0x100, 10), Code.jal(1, 4)] + Code.exit),
      at: 0x8000_0000)
    processor.programCounter = 0x8000_0000
    #expect(processor.finish() == .exited(code: Int32(bitPattern: 0x8000_0000)))
    #expect(processor.readWord(at: 0x8000_0100) == 0x8000_0000)
    #expect(processor[x: 1] == 0x8000_000C)
  }

  @Test("A console write returns the bytes it covers and the program goes on")
  func console() {
    var processor = PlasticityProcessor(
      program: [
        Code.addi(17, 0, 64), Code.addi(11, 0, 0x100), Code.addi(12, 0, 5), Code.ecall,
      ] + Code.exit)
    processor.load(Array("hello".utf8), at: 0x100)
    #expect(processor.finish() == .consoleWrite(address: 0x100, byteCount: 5))
    #expect(processor.finish() == .exited(code: 5))
  }
}
