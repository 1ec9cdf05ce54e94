import AnalogCore
import Chip
import ChipGeometry
import EventFabric
import PlasticityProcessor
import Testing

@Suite struct ProcessorTests {
  typealias W = Words
  static let recorder = AddressMap.recorderRegisters.base
  static let timer = AddressMap.timer.base
  static let control = AddressMap.control.base

  /// Sleeps until the recorder has seen the label 0x700, then leaves mcycle and the count at 0x1000.
  static let waitForEnd: [UInt32] =
    W.poke(recorder + 0x18, 0x700) + W.li(W.t2, 1 << 16) + [W.csrw(W.mie, W.t2), W.wfi]
    + W.li(W.t1, 0x1000) + [W.csrr(W.a0, W.mcycle), W.sw(W.a0, 0, W.t1)]
    + W.peek(W.a0, recorder) + W.li(W.t1, 0x1004) + [W.sw(W.a0, 0, W.t1)]
    + W.poke(recorder + 0x1C, 0) + W.sleepForever

  @Test("wfi sleeps until the recorder sees the wake-up label, to the cycle")
  func recorderWakes() throws {
    var chip = Chip.ideal()
    try chip.start(Self.waitForEnd)
    #expect(chip.run(until: distantFuture, stopping: .whenAsleep) == .asleep)
    #expect(chip.now.cycles < 100 && chip.isRunning(.top) == false)
    try chip.send(0x123, tick: 5000)
    try chip.send(0x700, tick: 6000, .endOfSample)
    #expect(chip.run(until: distantFuture, stopping: .whenAsleep) == .asleep)
    // lui and addi for the address 0x1000 come before mcycle is read.
    #expect(chip.readWord(.top, at: 0x1000) == 12_000 + 2)
    #expect(chip.readWord(.top, at: 0x1004) == 2)
    #expect(chip.now.cycles > 12_000 && chip.now.cycles < 12_100)
  }

  @Test("A sleeping chip of one second costs no host time")
  func sleepIsFree() throws {
    var chip = Chip.ideal()
    for hemisphere in Hemisphere.allCases { try chip.start(Self.waitForEnd, on: hemisphere) }
    _ = chip.run(until: distantFuture, stopping: .whenAsleep)
    let before = [chip.instructionCount(.top), chip.instructionCount(.bottom)]
    let start = ContinuousClock.now
    let second = ClockTime(cycles: 250_000_000)
    #expect(chip.run(until: second) == .reachedTime)
    // A nanosecond of host time per cycle would already be a quarter of a second.
    #expect(start.duration(to: .now) < .milliseconds(100))
    #expect(chip.now == second && second.seconds == 1)
    #expect([chip.instructionCount(.top), chip.instructionCount(.bottom)] == before)
    #expect(chip.run(until: ClockTime(cycles: .max)) == .idle)
  }

  @Test("The timer interrupt comes at its tick and stays until the compare register moves")
  func timerWakes() throws {
    var chip = Chip.ideal()
    let program =
      W.poke(Self.timer + 0xC, 0) + W.poke(Self.timer + 8, 1000) + W.li(W.t2, 1 << 7)
      + [W.csrw(W.mie, W.t2), W.wfi, W.csrr(W.a0, W.mcycle), W.csrr(W.a1, W.mip)]
      + W.poke(Self.timer + 8, 3000) + [W.csrr(W.a2, W.mip), W.wfi, W.csrr(W.s2, W.mcycle)]
      + W.peek(W.s3, Self.timer) + [W.wfi] + W.exit
    try chip.start(program)
    #expect(chip.run(until: distantFuture) == .processorStopped(.top, .exited(code: 2000)))
    let registers = chip.withProcessor(.top) { p in
      [p[x: W.a1], p[x: W.a2], p[x: W.s2], p[x: W.s3]]
    }
    // The load of TIME starts three instructions after cycle 6000: mcycle, lui and addi.
    #expect(registers == [1 << 7, 0, 6000, 3001])
  }

  @Test("An enabled interrupt is taken between instructions, and mret returns")
  func interruptHandler() throws {
    var chip = Chip.ideal()
    // The handler at 0x100 counts in s2, clears PENDING and returns; the program counts in s3.
    let handler = [W.addi(W.s2, W.s2, 1)] + W.poke(Self.recorder + 0x1C, 0) + [W.mret]
    let main =
      W.poke(Self.recorder + 0x18, 0x700) + W.li(W.t2, 0x100) + [W.csrw(W.mtvec, W.t2)]
      + W.li(W.t2, 1 << 16) + [W.csrw(W.mie, W.t2)] + W.li(W.t2, 8) + [W.csrw(W.mstatus, W.t2)]
      + [W.addi(W.s3, W.s3, 1), W.jump(-4)]
    let words = main + [UInt32](repeating: W.nop, count: 64 - main.count) + handler
    try chip.start(words)
    for tick: UInt64 in [500, 600, 601, 700] { try chip.send(0x700, tick: tick, .endOfSample) }
    #expect(chip.run(until: ClockTime(cycles: 2000)) == .reachedTime)
    let (interrupts, count) = chip.withProcessor(.top) { ($0[x: W.s2], $0[x: W.s3]) }
    // The event at tick 601 finds the handler at work and PENDING set.
    #expect(interrupts == 3)
    #expect(count > 400)
    #expect(chip.isRunning(.top) == true, "the watchdog finds the program running")
    #expect([14, 15].contains(chip.programCounter(.top) / 4))
  }

  @Test("A spike-only program traps when it reads the converter; without, the read is counted")
  func spikeOnly() throws {
    var chip = Chip.ideal()
    let address = AddressMap.columnADC.base + 40
    #expect(try chip.result(W.peek(W.a0, address)) == .value(0x5050_5050))
    #expect(chip.analogReadCount == 4)
    #expect(chip.isSpikeOnly(.top) == false)
    let declared = W.poke(Self.control, 1)
    #expect(try chip.result(declared + W.peek(W.a0, address)) == .trap(.loadAccessFault, address))
    #expect(chip.isSpikeOnly(.top) == true && chip.analogReadCount == 4)
    #expect(
      try chip.result(declared + W.poke(Self.control, 0) + W.peek(W.a0, Self.control)) == .value(1),
      "the declaration cannot be taken back")
    #expect(
      try chip.result(W.peek(W.a0, address, byteCount: 1), on: .bottom) == .value(0x50),
      "it binds one processor")
    #expect(chip.analogReadCount == 5)
  }

  @Test("The converter gives 80 at rest, 45 more per threshold, and ends at 0 and 255")
  func columnADC() throws {
    var chip = Chip.ideal()
    let cases: [(Double, UInt32)] = [
      (0, 80), (1, 125), (0.51, 103), (0.5, 103), (0.49, 102), (-1, 35), (-2, 0), (4, 255),
    ]
    for (column, (potential, _)) in cases.enumerated() {
      chip.setParameters(
        NeuronParameters(leak: potential, reset: potential, threshold: 10),
        of: NeuronIndex(.top, column: column))
    }
    chip.resetNeurons()
    for (column, (_, code)) in cases.enumerated() {
      let address = AddressMap.columnADC.base + UInt32(column)
      #expect(try chip.result(W.peek(W.a0, address, byteCount: 1)) == .value(code))
    }
  }

  @Test("A trap is reported with cause, pc and instruction; the other processor goes on")
  func trap() throws {
    var chip = Chip.ideal()
    try chip.start([W.nop, W.nop, 0, W.nop], on: .bottom)
    try chip.start([W.addi(W.a0, W.a0, 1), W.jump(-4)], on: .top)
    guard case .processorStopped(.bottom, .trapped(let trap)) = chip.run(until: distantFuture)
    else {
      Issue.record("no trap")
      return
    }
    #expect(trap.cause == .illegalInstruction && trap.programCounter == 8 && trap.instruction == 0)
    #expect(chip.now.cycles == 2)
    #expect(chip.isRunning(.bottom) == false && chip.isRunning(.top) == true)
    #expect(chip.run(until: ClockTime(cycles: 400)) == .reachedTime)
    #expect(chip.instructionCount(.top) >= 200 && chip.instructionCount(.bottom) == 2)
  }

  @Test("A program can write to the console")
  func console() throws {
    var chip = Chip.ideal()
    try chip.start(
      W.li(W.a1, 0x1000) + W.li(W.a2, 5) + [W.addi(W.a7, 0, 64), W.ecall] + W.exit)
    chip.writeMemory(.top, at: 0x1000, Array("hello".utf8))
    let stop = chip.run(until: distantFuture)
    #expect(stop == .consoleWrite(.top, address: 0x1000, byteCount: 5))
    #expect(chip.readMemory(.top, at: 0x1000, byteCount: 5) == Array("hello".utf8))
    #expect(chip.run(until: distantFuture) == .processorStopped(.top, .exited(code: 5)))
  }

  @Test("A program that does not fit is refused with need and have")
  func programSize() {
    var chip = Chip.ideal()
    let large = Program(words: [UInt32](repeating: 0x13, count: 4097))
    #expect(throws: ChipError.programDoesNotFit(address: 0, byteCount: 16388)) {
      try chip.load(large, into: .top)
    }
    #expect(
      ChipError.programDoesNotFit(address: 0, byteCount: 16388).description
        == "the program needs 16388 bytes from address 0x0 on, the SRAM has 16384 bytes from 0x0")
    for entry: UInt32 in [2, 16384, 0x1000_0000] {
      #expect(throws: ChipError.badEntry(entry)) {
        try chip.load(Program(segments: [], entry: entry), into: .top)
      }
    }
    #expect(chip.isRunning(.top) == false)
  }

  @Test("A program loaded later starts at the chip's present")
  func lateStart() throws {
    var chip = Chip.ideal()
    #expect(chip.run(until: ClockTime(cycles: 5000)) == .reachedTime)
    #expect(try chip.result([W.csrr(W.a0, W.mcycle)]) == .value(5000))
    #expect(try chip.result(W.peek(W.a0, Self.timer)) == .value(2502))
  }
}

@Suite struct LockstepTests {
  typealias W = Words

  /// Two programs of which one writes delay line 300, common to both, and the other reads it, each
  /// after some cycles of waiting.
  static func race(writer: Hemisphere, writeAfter: Int, readAfter: Int) throws -> Outcome {
    var chip = Chip.ideal()
    let line = AddressMap.delayLines.base + 600
    let reader: Hemisphere = writer == .top ? .bottom : .top
    func nops(_ count: Int) -> [UInt32] { [UInt32](repeating: W.nop, count: count) }
    let write = W.li(W.t0, line) + W.li(W.t1, 77)
    try chip.start(
      write + nops(writeAfter) + [W.store(2, W.t1, 0, W.t0), W.jump(0)], on: writer)
    try chip.start(
      W.li(W.t0, line) + nops(readAfter + 2) + [W.load(2, W.a0, 0, W.t0)] + W.exit, on: reader)
    guard case .processorStopped(reader, .exited(let code)) = chip.run(until: distantFuture) else {
      return .other(.idle)
    }
    return .value(UInt32(bitPattern: code))
  }

  @Test("Accesses happen in the order of time; of one cycle the top processor's first")
  func order() throws {
    for delay in [0, 1, 7, 40] {
      #expect(try Self.race(writer: .bottom, writeAfter: delay, readAfter: delay + 1) == .value(77))
      #expect(try Self.race(writer: .top, writeAfter: delay, readAfter: delay + 1) == .value(77))
      #expect(try Self.race(writer: .top, writeAfter: delay, readAfter: delay) == .value(77))
      #expect(try Self.race(writer: .bottom, writeAfter: delay, readAfter: delay) == .value(0))
      #expect(try Self.race(writer: .top, writeAfter: delay + 1, readAfter: delay) == .value(0))
    }
  }

  @Test("An event that one processor emits interrupts the other in the same cycle")
  func crossInterrupt() throws {
    var chip = Chip.ideal()
    let recorder = AddressMap.recorderRegisters.base
    try chip.start(
      W.poke(recorder + 0x20, 16) + W.poke(recorder + 0x18, 0x55) + W.li(W.t2, 1 << 16)
        + [W.csrw(W.mie, W.t2), W.wfi, W.csrr(W.a0, W.mcycle)] + W.exit, on: .bottom)
    let emit = AddressMap.control.base + 8
    try chip.start(
      W.li(W.t2, 100) + [W.addi(W.t2, W.t2, -1), W.bne(W.t2, 0, -4)] + W.li(W.t0, emit)
        + [W.addi(W.t1, 0, 0x55), W.csrr(W.s2, W.mcycle), W.sw(W.t1, 0, W.t0)] + W.sleepForever)
    guard case .processorStopped(.bottom, .exited(let code)) = chip.run(until: distantFuture) else {
      Issue.record("the bottom processor sleeps on")
      return
    }
    let emitted = chip.withProcessor(.top) { $0[x: W.s2] } + 1
    #expect(UInt32(bitPattern: code) == emitted)
  }
}
