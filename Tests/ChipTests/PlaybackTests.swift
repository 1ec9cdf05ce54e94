import Chip
import ChipGeometry
import Testing

@Suite struct PlaybackTests {
  typealias W = Words
  typealias Place = PlaybackProgram.Place

  static func run(
    _ instructions: [PlaybackProgram.Instruction], on chip: inout Chip
  ) -> (stop: PlaybackRun.Stop, responses: [PlaybackRun.Response]) {
    var run = PlaybackRun(PlaybackProgram(instructions), on: chip)
    let stop = run.advance(&chip)
    return (stop, run.responses)
  }

  @Test("Instructions happen in order, each a tick after the one before or when its time has come")
  func times() throws {
    var chip = Chip.ideal()
    chip.isRecording = true
    let time = Place(.top, AddressMap.timer.base)
    let spike = PlaybackProgram.Instruction.send(EventLabel(7), .stimulus)
    let (stop, responses) = Self.run(
      [
        .read(time), .read(time), .waitUntil(100), spike, spike, .wait(50), .read(time),
        .waitUntil(20), .send(EventLabel(9), .teacher), .read(time),
      ], on: &chip)
    #expect(stop == .finished)
    #expect(responses.map(\.index) == [0, 1, 6, 9])
    #expect(responses.map(\.tick) == [0, 1, 152, 154])
    #expect(responses.map(\.value) == [0, 1, 152, 154], "the chip's time is the timer's")
    #expect(
      chip.events().map { [UInt64($0.label.rawValue), $0.tick] } == [
        [7, 100], [7, 101], [9, 153],
      ])
    #expect(chip.now == ClockTime(ticks: 155))
  }

  @Test("The timer begins with the program: at the next tick of a chip that has run")
  func laterStart() throws {
    var chip = Chip.ideal()
    chip.isRecording = true
    _ = chip.run(until: ClockTime(cycles: 31))
    let (_, responses) = Self.run(
      [
        .waitUntil(10), .send(EventLabel(1), .stimulus),
        .read(Place(.bottom, AddressMap.timer.base)),
      ],
      on: &chip)
    #expect(chip.events().map(\.tick) == [26])
    #expect(responses.first?.tick == 11 && responses.first?.value == 27)
  }

  @Test("The host reads and writes memories and registers of both sides in all widths")
  func memories() {
    var chip = Chip.ideal()
    let weights = AddressMap.synapseWeights.base
    let (stop, responses) = Self.run(
      [
        .write(Place(.bottom, weights + 0x204), 0x0403_02C1),
        .read(Place(.bottom, weights + 0x204)),
        .read(Place(.bottom, weights + 0x206, byteCount: 2)),
        .read(Place(.bottom, weights + 0x207, byteCount: 1)), .read(Place(.top, weights + 0x204)),
        .write(Place(.top, 0x3F02, byteCount: 2), 0xABCD), .read(Place(.top, 0x3F00)),
        .write(Place(.top, AddressMap.shared.base + 8), 77),
        .read(Place(.bottom, AddressMap.shared.base + 8)),
      ], on: &chip)
    #expect(stop == .finished)
    #expect(responses.map(\.value) == [0x0403_0201, 0x0403, 4, 0, 0xABCD_0000, 77])
    #expect(chip.weight(.bottom, row: 2, column: 5) == 2)
  }

  @Test("A place that the bus does not have is a failure that names the instruction")
  func failures() {
    for place in [
      Place(.top, 0x7000_0000), Place(.top, AddressMap.neuronReset.base),
      Place(.top, AddressMap.timer.base, byteCount: 2), Place(.top, 2),
      Place(.top, 0, byteCount: 3),
    ] {
      var chip = Chip.ideal()
      let (stop, responses) = Self.run([.wait(3), .read(place), .wait(1)], on: &chip)
      #expect(stop == .failed(.noSuchPlace(index: 1)), "\(place)")
      #expect(responses.isEmpty)
    }
    var chip = Chip.ideal()
    let (stop, _) = Self.run([.write(Place(.top, AddressMap.timer.base), 0)], on: &chip)
    #expect(stop == .failed(.noSuchPlace(index: 0)), "the time is not to be written")
    let (last, _) = Self.run([.wait(.max), .wait(.max)], on: &chip)
    #expect(last == .failed(.tooLong(index: 1)))
  }

  @Test("A poll waits for a program; in vain it ends in time and says what was there")
  func poll() throws {
    var chip = Chip.ideal()
    // Waits for 4000 turns, then writes 5 to the mailbox.
    let mailbox = AddressMap.mailbox.base
    try chip.start(
      W.li(W.t0, 4000) + [W.addi(W.t0, W.t0, -1), W.bne(W.t0, W.zero, -4)]
        + W.poke(mailbox, 5) + [W.wfi])
    let place = Place(.top, mailbox)
    let (stop, responses) = Self.run(
      [
        .poll(place, mask: 6, target: 4, ticks: 100_000), .read(place),
        .poll(place, mask: .max, target: 6, ticks: 1000),
      ], on: &chip)
    #expect(stop == .failed(.timeout(index: 2, last: 5)))
    #expect(responses.map(\.value) == [5, 5])
    // 4000 turns take 16,000 cycles, read every 125 ticks.
    let tick = try #require(responses.first?.tick)
    #expect(tick % 125 == 0 && (8000...8250).contains(tick), "\(tick)")
    #expect(chip.now == ClockTime(ticks: tick + 2 + 1000))
  }

  @Test("What a program does is passed on, and the playback goes on after it")
  func programStops() throws {
    var chip = Chip.ideal()
    try chip.start(W.li(W.a0, 3) + W.exit)
    var run = PlaybackRun(
      PlaybackProgram([.waitUntil(500), .read(Place(.top, AddressMap.timer.base))]), on: chip)
    #expect(run.advance(&chip) == .chip(.processorStopped(.top, .exited(code: 3))))
    #expect(run.responses.isEmpty)
    #expect(run.advance(&chip) == .finished)
    #expect(run.responses.map(\.tick) == [500])
  }

  @Test("The host reads analog observables of a spike-only program, and that is not counted")
  func analogObservables() throws {
    var chip = Chip.ideal()
    try chip.start(W.poke(AddressMap.control.base, 1) + [W.wfi])
    let adc = Place(.top, AddressMap.columnADC.base, byteCount: 1)
    let (stop, responses) = Self.run([.wait(100), .read(adc)], on: &chip)
    #expect(stop == .finished && chip.isSpikeOnly(.top) && chip.analogReadCount == 0)
    #expect(responses.map(\.value) == [80])
  }

  @Test("An emission that the host writes reaches the synapses")
  func emission() throws {
    var chip = Chip.ideal()
    chip.isRecording = true
    let emit = Place(.bottom, AddressMap.control.base + 8)
    let (stop, _) = Self.run([.wait(40), .write(emit, 0x123)], on: &chip)
    #expect(stop == .finished)
    #expect(chip.events().map { [UInt64($0.label.rawValue), $0.tick] } == [[0x123, 40]])
  }
}
