import InstructionSet
import PlasticityProcessor
import Testing

@Suite struct ControlRegisterTests {
  @Test("Every documented register can be read, others cannot")
  func existence() {
    let processor = PlasticityProcessor(hartID: 1)
    let known: Set<UInt32> = [
      0x008, 0x009, 0x00A, 0x00F, 0xC20, 0xC21, 0xC22,  // vector unit
      0xC00, 0xC01, 0xC02, 0xC80, 0xC81, 0xC82,  // counters
      0xF11, 0xF12, 0xF13, 0xF14, 0xF15,  // information
      0x300, 0x301, 0x304, 0x305, 0x310, 0x340, 0x341, 0x342, 0x343, 0x344,  // traps
      0xB00, 0xB02, 0xB80, 0xB82,  // machine counters
    ]
    for number: UInt32 in 0..<4096 {
      #expect((processor.controlRegister(number) != nil) == known.contains(number))
    }
    #expect(processor.controlRegister(0xF14) == 1)
    #expect(processor.controlRegister(0xC22) == 128)
    #expect(processor.controlRegister(0x301) == 0x4000_1100)
  }

  /// Register, value written, value read back after reset state.
  static let writes: [(UInt32, UInt32, UInt32)] = [
    (0x008, .max, 1023), (0x009, .max, 1), (0x00A, .max, 3), (0x00F, .max, 7), (0x300, 0, 0x1800),
    (0x300, .max, 0x8000_1E88), (0x301, 0, 0x4000_1100), (0x304, .max, 0x1_0080),
    (0x305, .max, .max - 2), (0x310, .max, 0), (0x340, 0x1234_5678, 0x1234_5678),
    (0x341, .max, .max - 3), (0x342, 0x8000_0007, 0x8000_0007), (0x343, 5, 5), (0x344, .max, 0),
  ]

  @Test("Fields that do not exist read as zero", arguments: writes)
  func fields(_ c: (number: UInt32, value: UInt32, read: UInt32)) {
    var processor = PlasticityProcessor()
    #expect(processor.setControlRegister(c.number, to: c.value) == true)
    #expect(processor.controlRegister(c.number) == c.read)
  }

  @Test("csrrw, csrrs and csrrc exchange, set and clear bits and return the old value")
  func operations() {
    var processor = PlasticityProcessor(
      program: [
        Code.csrrw(10, 0x340, 5), Code.csrrs(11, 0x340, 6), Code.csrrc(12, 0x340, 7),
        Code.csrrwi(13, 0x340, 21), Code.csrrsi(14, 0x340, 2), Code.csrrw(5, 0x340, 5),
      ])
    processor[x: 5] = 0b1100
    processor[x: 6] = 0b0011
    processor[x: 7] = 0b0110
    _ = processor.run(untilCycle: 6)
    #expect((10...14).map { processor[x: $0] } == [0, 0b1100, 0b1111, 0b1001, 21])
    #expect(processor[x: 5] == 23, "the old value, although it is the source")
    #expect(processor.controlRegister(0x340) == 0b1100)
  }

  @Test("vcsr is vxrm and vxsat")
  func vcsr() {
    var processor = PlasticityProcessor()
    processor.setControlRegister(0x00F, to: 0b101)
    #expect(processor.controlRegister(0x00A) == 2)
    #expect(processor.controlRegister(0x009) == 1)
  }

  @Test("The counters count instructions and cycles, and programs may set them")
  func counters() {
    var processor = PlasticityProcessor(
      program: [
        Code.nop, Code.register(1, 0, 5, 5, 5), Code.csrrs(10, 0xC00, 0), Code.csrrs(11, 0xC02, 0),
        Code.csrrwi(0, 0xB02, 20), Code.csrrs(12, 0xC02, 0), Code.csrrwi(0, 0xB00, 3),
        Code.csrrs(13, 0xB00, 0), Code.csrrwi(0, 0xB80, 1), Code.csrrs(14, 0xC80, 0),
        Code.csrrs(15, 0xC01, 0),
      ])
    _ = processor.run(untilCycle: 14)
    // nop 1 cycle, mul 4.
    #expect(processor[x: 10] == 5)
    #expect(processor[x: 11] == 3)
    #expect(processor[x: 12] == 20, "what was written is read by the next instruction")
    #expect(processor[x: 13] == 3)
    #expect(processor[x: 14] == 1)
    #expect(processor[x: 15] == 13 / 2, "the clock in ticks does not follow mcycle")
    #expect(processor.cycle == 14)
    #expect(processor.instructionCount == 11)
  }

  @Test("mstatus.VS is Initial at reset, Dirty after vector code, and Off makes that illegal")
  func vectorStatus() {
    var processor = PlasticityProcessor(
      program: [
        Code.csrrs(10, 0x300, 0), Code.vsetivli(0, 4, .e8m1), Code.csrrs(11, 0x300, 0),
        Code.csrrw(0, 0x300, 5), Code.csrrwi(0, 0x00A, 1), Code.csrrs(12, 0x300, 0),
        Code.csrrw(0, 0x300, 0), Code.vsetivli(0, 4, .e8m1),
      ])
    processor[x: 5] = 1 << 9
    guard case .trapped(let trap) = processor.finish() else {
      Issue.record("no trap")
      return
    }
    #expect(processor[x: 10] >> 9 & 3 == 1)
    #expect(processor[x: 11] >> 9 & 3 == 3)
    #expect(processor[x: 11] >> 31 == 1)
    #expect(processor[x: 12] >> 9 & 3 == 3, "writing vxrm is vector code too")
    #expect(trap.programCounter == 28)
    #expect(trap.cause == .illegalInstruction)
    processor.load(Code.bytes([Code.csrrs(10, 0xC21, 0)]), at: 0)
    processor.programCounter = 0
    guard case .trapped = processor.finish() else {
      Issue.record("vtype could be read")
      return
    }
  }
}
