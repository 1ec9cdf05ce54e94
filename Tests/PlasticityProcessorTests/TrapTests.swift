import InstructionSet
import PlasticityProcessor
import Testing

@Suite struct TrapTests {
  static let mstatus = 0x300
  static let mie = 0x304
  static let mtvec = 0x305
  static let mepc: UInt32 = 0x341
  static let mcause: UInt32 = 0x342
  static let mtval: UInt32 = 0x343

  /// Programs that trap: the words, registers 10 and 11, cause, pc, tval.
  static let faults: [(String, [UInt32], UInt32, TrapCause, UInt32, UInt32)] = [
    ("an illegal word", [Code.nop, 0], 0, .illegalInstruction, 4, 0),
    ("a compressed instruction", [0x0000_4501], 0, .illegalInstruction, 0, 0x4501),
    ("ebreak", [Code.nop, Code.nop, Code.ebreak], 0, .breakpoint, 8, 8),
    (
      "an unknown control register", [Code.csrrs(5, 0x7C0, 0)], 0, .illegalInstruction, 0,
      Code.csrrs(5, 0x7C0, 0)
    ),
    (
      "a write to vl", [Code.csrrw(0, 0xC20, 5)], 0, .illegalInstruction, 0, Code.csrrw(0, 0xC20, 5)
    ),
    (
      "a set bit in a read-only register", [Code.csrrsi(0, 0xC22, 1)], 0, .illegalInstruction, 0,
      Code.csrrsi(0, 0xC22, 1)
    ),
    ("a jump to 2 modulo 4", [Code.nop, Code.jal(1, 6)], 0, .instructionAddressMisaligned, 4, 10),
    ("a branch to 2 modulo 4", [Code.branch(0, 0, 0, 2)], 0, .instructionAddressMisaligned, 0, 2),
    ("jalr to 2 modulo 4", [Code.jalr(1, 10, 0)], 0x102, .instructionAddressMisaligned, 0, 0x102),
    (
      "jalr out of the SRAM", [Code.jalr(1, 10, 0)], 0x4000, .instructionAccessFault, 0x4000, 0x4000
    ),
    (
      "a branch out of the SRAM", [Code.branch(0, 0, 0, -8)], 0, .instructionAccessFault,
      0xFFFF_FFF8, 0xFFFF_FFF8
    ),
    (
      "a misaligned load from the bus", [Code.lw(5, 2, 10)], 0x2000_0000, .loadAddressMisaligned, 0,
      0x2000_0002
    ),
    (
      "a misaligned store to the bus", [Code.store(1, 5, 1, 10)], 0x2000_0000,
      .storeAddressMisaligned, 0, 0x2000_0001
    ),
    ("an unknown environment call", [Code.ecall], 0, .environmentCall, 0, 0),
    (
      "a vector instruction before vsetvli", [Code.vector(0, 0, 1, 2, 3)], 0, .illegalInstruction,
      0, Code.vector(0, 0, 1, 2, 3)
    ),
  ]

  @Test("A fault without a handler stops with its cause, place and value", arguments: faults)
  func withoutHandler(
    _ c: (name: String, program: [UInt32], x10: UInt32, cause: TrapCause, pc: UInt32, value: UInt32)
  ) {
    var processor = PlasticityProcessor(program: c.program)
    processor[x: 10] = c.x10
    let stop = processor.finish()
    guard case .trapped(let trap) = stop else {
      Issue.record("\(c.name): \(stop)")
      return
    }
    #expect(trap.cause == c.cause)
    #expect(trap.programCounter == c.pc)
    #expect(trap.value == c.value)
    #expect(processor.programCounter == c.pc)
    if processor.isInSRAM(c.pc, byteCount: 4) {
      #expect(trap.instruction == processor.readWord(at: c.pc))
    }
  }

  @Test("The same faults reach a handler, which sees them in its registers", arguments: faults)
  func withHandler(
    _ c: (name: String, program: [UInt32], x10: UInt32, cause: TrapCause, pc: UInt32, value: UInt32)
  ) {
    var processor = PlasticityProcessor(program: c.program)
    processor.load(Code.bytes([Code.addi(17, 0, 1), Code.wfi]), at: 0x400)
    processor.setControlRegister(UInt32(Self.mtvec), to: 0x400)
    processor[x: 10] = c.x10
    #expect(processor.finish() == .waiting, "\(c.name)")
    #expect(processor[x: 17] == 1)
    #expect(processor.controlRegister(Self.mcause) == c.cause.rawValue)
    #expect(processor.controlRegister(Self.mepc) == c.pc & ~3)
    #expect(processor.controlRegister(Self.mtval) == c.value)
  }

  @Test("A misaligned jump does not write its link register")
  func link() {
    var processor = PlasticityProcessor(program: [Code.jal(1, 6)])
    processor[x: 1] = 77
    _ = processor.finish()
    #expect(processor[x: 1] == 77)
  }

  @Test("A trap disables interrupts, mret restores them and returns")
  func stack() {
    var processor = PlasticityProcessor(
      program: [Code.csrrsi(0, Self.mstatus, 8), Code.ecall, Code.addi(10, 10, 1)] + [Code.wfi])
    // The handler skips the ecall.
    processor.load(
      Code.bytes([
        Code.csrrs(11, Self.mstatus, 0), Code.csrrs(5, 0x341, 0), Code.addi(5, 5, 4),
        Code.csrrw(0, 0x341, 5), Code.mret,
      ]), at: 0x400)
    processor.setControlRegister(UInt32(Self.mtvec), to: 0x400)
    #expect(processor.finish() == .waiting)
    #expect(processor[x: 10] == 1)
    #expect(processor[x: 11] & 0x88 == 0x80, "MIE moved to MPIE")
    #expect(processor.controlRegister(UInt32(Self.mstatus))! & 0x1888 == 0x1888)
    #expect(processor.controlRegister(Self.mcause) == 11)
  }

  @Test("wfi sleeps until an enabled line is raised, whatever mstatus.MIE says")
  func wfi() {
    var processor = PlasticityProcessor(program: [Code.wfi, Code.addi(10, 0, 7)] + Code.exit)
    processor.setControlRegister(UInt32(Self.mie), to: 1 << 16)
    #expect(processor.finish() == .waiting)
    #expect(processor.isWaiting == true)
    #expect(processor.isAwake == false)
    #expect(processor.programCounter == 4)
    processor.setInterrupt(.timer, true)
    #expect(processor.finish() == .waiting, "the timer is not enabled")
    processor.sleep(untilCycle: 5000)
    #expect(processor.cycle == 5000)
    processor.sleep(untilCycle: 10)
    #expect(processor.cycle == 5000)
    processor.setInterrupt(.recorder, true)
    #expect(processor.isAwake == true)
    #expect(processor.finish() == .exited(code: 7))
    #expect(processor.instructionCount == 3)
  }

  @Test("wfi does not sleep when an enabled line is up already")
  func noSleep() {
    var processor = PlasticityProcessor(program: [Code.wfi] + Code.exit)
    processor.setControlRegister(UInt32(Self.mie), to: 1 << 7)
    processor.setInterrupt(.timer, true)
    #expect(processor.finish() == .exited(code: 0))
  }

  @Test("Interrupts go to the vector of their cause, the timer first, exceptions to the base")
  func vectored() {
    var processor = PlasticityProcessor(program: [Code.wfi, Code.ecall])
    for line in 0..<32 {
      processor.load(Code.bytes([Code.addi(10, 0, line), Code.wfi]), at: 0x400 + UInt32(line) * 4)
    }
    // Word k is `li a0, k`, overwritten by the next; the last writes stay.
    for line: Int in [0, 7, 16] {
      processor.load(
        Code.bytes([Code.jal(0, 0x400)]), at: 0x400 + UInt32(line) * 4)
      processor.load(
        Code.bytes([Code.addi(10, 0, line + 1), Code.mret]), at: 0x800 + UInt32(line) * 4)
    }
    processor.setControlRegister(UInt32(Self.mtvec), to: 0x401)
    processor.setControlRegister(UInt32(Self.mie), to: 1 << 7 | 1 << 16)
    processor.setControlRegister(UInt32(Self.mstatus), to: 8)
    #expect(processor.finish() == .waiting)
    processor.setInterrupt(.recorder, true)
    processor.setInterrupt(.timer, true)
    // Jump, li, mret: the timer's handler comes first.
    _ = processor.run(untilCycle: processor.cycle + 3 + 3 + 1)
    #expect(processor[x: 10] == 8)
    #expect(processor.controlRegister(Self.mcause) == 0x8000_0007)
    #expect(processor.controlRegister(Self.mepc) == 4, "behind the wfi")
    processor.setInterrupt(.timer, false)
    _ = processor.run(untilCycle: processor.cycle + 3 + 3 + 3 + 1)
    #expect(processor[x: 10] == 17)
    #expect(processor.controlRegister(Self.mcause) == 0x8000_0010)
    processor.setInterrupt(.recorder, false)
    _ = processor.run(untilCycle: processor.cycle + 3 + 3 + 3 + 1)
    #expect(processor[x: 10] == 1, "ecall goes to the base")
    #expect(processor.controlRegister(Self.mcause) == 11)
  }

  @Test("An interrupt waits for mstatus.MIE and is taken before the next instruction")
  func enabling() {
    var processor = PlasticityProcessor(
      program: [
        Code.addi(10, 10, 1), Code.csrrsi(0, Self.mstatus, 8), Code.addi(10, 10, 1), Code.wfi,
      ])
    processor.load(Code.bytes([Code.wfi]), at: 0x400)
    processor.setControlRegister(UInt32(Self.mtvec), to: 0x400)
    processor.setControlRegister(UInt32(Self.mie), to: 1 << 7)
    processor.setInterrupt(.timer, true)
    _ = processor.run(untilCycle: 5)
    #expect(processor[x: 10] == 1)
    #expect(processor.programCounter == 0x400)
    #expect(processor.controlRegister(Self.mepc) == 8)
  }

  @Test("A handler outside the SRAM stops the processor instead of trapping for ever")
  func lostHandler() {
    var processor = PlasticityProcessor(program: [Code.ecall])
    processor.setControlRegister(UInt32(Self.mtvec), to: 0x8000_0000)
    guard case .trapped(let trap) = processor.finish() else {
      Issue.record("no trap")
      return
    }
    #expect(trap.cause == .instructionAccessFault)
    #expect(trap.programCounter == 0x8000_0000)
  }
}
