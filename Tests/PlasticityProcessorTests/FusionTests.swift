import ChipGeometry
import PlasticityProcessor
import Testing

/// The loop may do two or three instructions in one turn: nobody may notice.
@Suite struct FusionTests {
  /// Instructions that often stand together, on registers 10…15 and on 1 KiB of memory from x8 on.
  static func instruction(_ random: inout RandomStream) -> UInt32 {
    func draw(_ count: Int) -> Int { Int(random.next() >> 33) % count }
    let (rd, rs1, rs2) = (draw(7) + 9, draw(7) + 9, draw(7) + 9)
    let offset = draw(256) * 4
    let immediate = draw(4096) - 2048
    // Forwards, so that every program ends.
    let forward = (draw(4) + 2) * 4
    return switch draw(24) {
    case 0, 1, 2, 3: Code.addi(rd, rs1, immediate)
    case 4, 5: Code.register(0, 0, rd, rs1, rs2)
    case 6: Code.register(0x20, 0, rd, draw(2) == 0 ? 0 : rs1, rs2)
    case 7: Code.immediate(0x13, 1, rd, rs1, draw(32))
    case 8: Code.immediate(0x13, 5, rd, rs1, draw(32))
    case 9: Code.immediate(0x13, 5, rd, rs1, draw(32) | 0x400)
    case 10: Code.immediate(0x13, 7, rd, rs1, immediate)
    case 11, 12: Code.register(0, 4, rd, rs1, rs2)
    case 13: Code.register(0, 7, rd, rs1, rs2)
    case 14: Code.lui(rd, UInt32(draw(1 << 20)))
    case 15: UInt32(draw(1 << 20)) << 12 | UInt32(rd) << 7 | 0x17
    case 16, 17: Code.lw(rd, offset, 8)
    case 18: Code.immediate(0x03, 4, rd, 8, offset + draw(4))
    case 19, 20: Code.sw(rs2, offset, 8)
    case 21: Code.store(0, rs2, offset + draw(4), 8)
    case 22: Code.branch([0, 1, 4, 5, 6, 7][draw(6)], rs1, rs2, forward)
    default: draw(2) == 0 ? Code.jal(rd, forward) : Code.register(1, 0, rd, rs1, rs2)
    }
  }

  static func program(seed: UInt64) -> [UInt32] {
    var random = RandomStream(seed: seed, name: "fusion")
    // Often each reads what the one before it has written: the chains of a CRC.
    let chains: [[UInt32]] = [
      [Code.immediate(0x13, 7, 11, 10, 1), Code.register(0x20, 0, 12, 0, 11)]
        + [Code.register(0, 7, 13, 12, 14)],
      [Code.immediate(0x13, 1, 11, 10, 31), Code.immediate(0x13, 5, 11, 11, 31 | 0x400)]
        + [Code.register(0, 7, 11, 11, 14)],
      [Code.lui(11, 0x12345), Code.addi(11, 11, 7)],
      [0x0000_0097 /* auipc ra, 0 */, Code.jalr(1, 1, 12), Code.nop],
    ]
    return (0..<100).flatMap { _ in
      random.next() >> 61 == 0 ? chains[Int(random.next() >> 62)] : [instruction(&random)]
    }
  }

  /// All that a program can know, and the time.
  static func state(_ processor: borrowing PlasticityProcessor) -> [UInt64] {
    (0..<32).map { UInt64(processor[x: $0]) }
      + processor.read(at: 0x1000, byteCount: 1024).map { UInt64($0) }
      + [processor.cycle, processor.instructionCount, UInt64(processor.programCounter)]
  }

  /// Runs twice, so that the second time everything is decoded.
  static func run(_ words: [UInt32], limit: (UInt64) -> UInt64) -> [UInt64] {
    var processor = PlasticityProcessor(program: words + Code.exit)
    var states: [UInt64] = []
    for _ in 0..<2 {
      processor.programCounter = 0
      processor[x: 8] = 0x1000
      processor[x: 17] = 0
      while case .cycleLimit = processor.run(untilCycle: limit(processor.cycle)) {}
      states += state(processor)
    }
    return states
  }

  @Test("Programs pass through the same states in long runs, in short ones and in single steps")
  func splits() {
    for seed in 0..<UInt64(60) {
      let words = Self.program(seed: seed)
      let whole = Self.run(words) { $0 + 1_000_000 }
      #expect(whole == Self.run(words) { $0 + 1 }, "seed \(seed), single steps")
      for length in UInt64(9)...14 {
        #expect(whole == Self.run(words) { $0 + length }, "seed \(seed), \(length) cycles")
      }
    }
  }

  @Test("A run ends at the first boundary of an instruction at or past its limit")
  func limits() {
    for seed in 0..<UInt64(20) {
      var processor = PlasticityProcessor(program: Self.program(seed: seed) + Code.exit)
      func start() {
        processor.programCounter = 0
        for register in 1..<32 { processor[x: register] = register == 8 ? 0x1000 : 0 }
      }
      start()
      var boundaries: [UInt64] = []
      while case .cycleLimit = processor.run(untilCycle: processor.cycle + 1) {
        boundaries.append(processor.cycle)
      }
      let end = boundaries.last ?? 0
      for limit in 1..<end {
        start()
        let begin = processor.cycle
        #expect(processor.run(untilCycle: begin + limit) == .cycleLimit)
        let expected = boundaries.first { $0 >= limit } ?? 0
        #expect(processor.cycle - begin == expected, "seed \(seed), \(limit) cycles")
      }
    }
  }

  @Test("A store into the second or third of instructions done together separates them")
  func stores() {
    // lw a1, 0(s0); addi a2, a2, 1; addi a3, a3, 1; the addends are stored before a second time.
    for place in [1, 2] {
      var processor = PlasticityProcessor(
        program: [
          Code.immediate(0x03, 4, 11, 8, 0), Code.addi(12, 12, 1), Code.addi(13, 13, 1),
          Code.addi(9, 9, 1), Code.sw(14, place * 4, 0), Code.branch(1, 9, 15, -20),
        ] + Code.exit)
      processor[x: 8] = 0x1000
      processor[x: 14] = Code.addi(10, 10, 100)
      processor[x: 15] = 3
      #expect(processor.finish() == .exited(code: 200))
      #expect(processor[x: 11 + (3 - place)] == 3)
      #expect(processor[x: 11 + place] == 1)
    }
  }

  @Test("If the second of instructions done together traps, the first one has happened")
  func traps() {
    var processor = PlasticityProcessor(
      program: [Code.addi(10, 10, 1), Code.branch(1, 10, 11, -4), Code.nop, Code.nop])
    processor[x: 11] = 2
    processor[x: 12] = 0x100
    // From the second time on, addi and lw are done together.
    processor.load(Code.bytes([Code.addi(10, 10, 1), Code.lw(5, 0, 12), Code.jal(0, -8)]), at: 0)
    #expect(processor.run(untilCycle: 40) == .cycleLimit)
    processor.programCounter = 0
    processor[x: 10] = 0
    processor[x: 12] = 0xFFFF_0000
    let cycle = processor.cycle
    let count = processor.instructionCount
    #expect(processor.finish() == .busAccess)
    #expect(processor[x: 10] == 1)
    #expect(processor.programCounter == 4)
    #expect(processor.cycle == cycle + 1)
    #expect(processor.instructionCount == count + 1)
  }
}
