import ChipGeometry
import PlasticityProcessor
import Testing

@Suite struct CheckpointTests {
  /// Scalar and vector work, interrupts and a trap handler, for ever.
  static func start() -> PlasticityProcessor {
    let loop = [
      Code.vsetvli(5, 6, .e16m2), Code.vectorMemory(store: false, 16, 0, 8, 8),
      Code.vector(0x27, 0, 12, 8, 8), Code.vector(0x21, 0, 16, 12, 16),
      Code.vectorMemory(store: true, 16, 0, 16, 8), Code.register(1, 0, 10, 10, 7),
      Code.addi(10, 10, 13), Code.sw(10, 0, 9), Code.csrrs(11, 0xC00, 0), Code.ecall,
    ]
    var processor = PlasticityProcessor(program: loop + [Code.jal(0, -loop.count * 4)])
    processor.load(
      Code.bytes([
        Code.csrrs(12, 0x341, 0), Code.addi(12, 12, 4), Code.csrrw(0, 0x341, 12), Code.mret,
      ]), at: 0x400)
    processor.setControlRegister(0x305, to: 0x400)
    processor[x: 6] = 100
    processor[x: 7] = 1_664_525
    processor[x: 8] = 0x1000
    processor[x: 9] = 0x1010
    processor.load((0..<200).map { UInt8(truncatingIfNeeded: $0 * 37) }, at: 0x1000)
    return processor
  }

  static func state(_ processor: borrowing PlasticityProcessor) -> [UInt8] {
    var writer = StateWriter()
    processor.checkpoint(into: &writer)
    return writer.bytes
  }

  @Test("A run in one piece, in pieces, and across checkpoints ends in the same state")
  func split() throws {
    var whole = Self.start()
    #expect(whole.run(untilCycle: 20_000) == .cycleLimit)
    let expected = Self.state(whole)
    #expect(whole.saturationCount > 0)

    var pieces = Self.start()
    var limit: UInt64 = 0
    while pieces.cycle < 20_000 {
      limit = min(limit + 7 + limit % 11, 20_000)
      #expect(pieces.run(untilCycle: limit) == .cycleLimit)
    }
    #expect(Self.state(pieces) == expected)

    var saved = Self.state(Self.start())
    for limit: UInt64 in stride(from: 1003, through: 20_000, by: 1003) {
      var next = PlasticityProcessor()
      var reader = StateReader(saved)
      try next.restore(from: &reader)
      #expect(reader.isAtEnd)
      _ = next.run(untilCycle: limit)
      saved = Self.state(next)
    }
    var last = PlasticityProcessor()
    var reader = StateReader(saved)
    try last.restore(from: &reader)
    _ = last.run(untilCycle: 20_000)
    #expect(Self.state(last) == expected)
  }

  @Test("Restoring replaces everything, whatever the processor did before")
  func dirty() throws {
    let saved = Self.state(Self.start())
    var used = Self.start()
    _ = used.run(untilCycle: 5000)
    used.setInterrupt(.timer, true)
    used.setControlRegister(0x00F, to: 7)
    var reader = StateReader(saved)
    try used.restore(from: &reader)
    #expect(Self.state(used) == saved)
  }

  @Test("Sleep, pending interrupts and a pending fault survive")
  func waiting() throws {
    var sleeper = PlasticityProcessor(program: [Code.wfi])
    _ = sleeper.finish()
    sleeper.setInterrupt(.recorder, true)
    var copy = PlasticityProcessor()
    var reader = StateReader(Self.state(sleeper))
    try copy.restore(from: &reader)
    #expect(copy.isWaiting == true)
    #expect(copy.controlRegister(0x344) == 1 << 16)

    var faulty = PlasticityProcessor(program: [Code.lw(5, 0, 8)])
    faulty[x: 8] = 0x4000_0000
    _ = faulty.finish()
    faulty.failBusAccess()
    reader = StateReader(Self.state(faulty))
    try copy.restore(from: &reader)
    guard case .trapped(let trap) = copy.finish() else {
      Issue.record("the fault was forgotten")
      return
    }
    #expect(trap.cause == .loadAccessFault)
  }

  @Test("A state of another processor or of other bytes is refused")
  func refusal() {
    let saved = Self.state(Self.start())
    var other = PlasticityProcessor(hartID: 1)
    #expect(throws: StateError.self) {
      var reader = StateReader(saved)
      try other.restore(from: &reader)
    }
    for count in [0, 3, 100, saved.count / 2, saved.count - 1] {
      var same = PlasticityProcessor()
      #expect(throws: StateError.self) {
        var reader = StateReader(Array(saved.prefix(count)))
        try same.restore(from: &reader)
      }
    }
    // The last number but one: when the result of v31 is there. The processor would wait for ever.
    var stuck = saved
    for index in saved.count - 12..<saved.count - 4 { stuck[index] = 0xFF }
    #expect(throws: StateError.self) {
      var same = PlasticityProcessor()
      var reader = StateReader(stuck)
      try same.restore(from: &reader)
    }
  }
}
