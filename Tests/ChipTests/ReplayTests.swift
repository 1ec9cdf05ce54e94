import AnalogCore
import Chip
import ChipGeometry
import Testing

@Suite struct ReplayTests {
  typealias W = Words

  /// At every end of sample: adds the first 60 entries of the recorder, word by word, to a sum that
  /// goes to 0x1000 and, in part, to a weight; resets the neurons; clears; sleeps again.
  static let summer: [UInt32] =
    W.poke(AddressMap.recorderRegisters.base + 0x18, 0x700) + W.li(W.t2, 1 << 16)
    + [W.csrw(W.mie, W.t2)]
    // Loop.
    + [W.wfi] + W.li(W.t0, AddressMap.recorderEntries.base) + W.li(W.t2, 120)
    + [
      W.lw(W.a0, 0, W.t0), W.add(W.s2, W.s2, W.a0), W.addi(W.t0, W.t0, 4),
      W.addi(W.t2, W.t2, -1), W.bne(W.t2, W.zero, -16),
    ]
    + W.li(W.t0, 0x1000) + [W.sw(W.s2, 0, W.t0), W.addi(W.s3, W.s3, 1), W.sw(W.s3, 4, W.t0)]
    + W.li(W.t0, AddressMap.synapseWeights.base + 248 * 256 + 40)
    + [W.store(1, W.s2, 0, W.t0)]
    + W.li(W.t0, AddressMap.neuronReset.base) + W.li(W.t1, 256)
    + [
      W.store(1, W.t1, 0, W.t0), W.addi(W.t0, W.t0, 1), W.addi(W.t1, W.t1, -1),
      W.bne(W.t1, W.zero, -12),
    ]
    + W.poke(AddressMap.recorderRegisters.base + 4, 0)
    + W.poke(AddressMap.recorderRegisters.base + 0x1C, 0)
    + [W.jump(-36 * 4)]

  static func chip(noiseSeed: UInt64) throws -> Chip {
    var chip = Chip(ChipConfiguration(chipSeed: 2, noiseSeed: noiseSeed))
    let network = try LayeredNetwork(inputs: 4, hidden: 120, outputs: 3)
    network.configure(&chip)
    for h in 0..<120 {
      for k in 0..<5 {
        network.setWeight(
          12 + (h * 7 + k * 13) % 40, from: .input(k), toColumn: LayeredNetwork.column(hidden: h),
          on: &chip)
      }
    }
    try chip.load(Program(words: summer), into: .top)
    #expect(chip.run(until: distantFuture, stopping: .whenAsleep) == .asleep)
    return chip
  }

  static func record(_ chip: inout Chip) throws -> [SpikeEvent] {
    chip.isRecording = true
    for sample in 0..<5 {
      let start = chip.now.ticks + 1
      for k in 0..<5 {
        try chip.send(0x520 + UInt16(k), tick: start + UInt64(300 * k + 91 * sample))
      }
      try chip.send(0x700, tick: start + 6000, .endOfSample)
      #expect(chip.run(until: distantFuture, stopping: .whenAsleep) == .asleep)
      #expect(chip.readWord(.top, at: 0x1004) == UInt32(sample + 1))
    }
    return chip.events()
  }

  @Test("The replay of a trace does the same to the program with the neurons switched off")
  func replay() throws {
    var live = try Self.chip(noiseSeed: 1)
    let trace = try Self.record(&live)
    #expect(trace.filter { $0.flags.contains(.neuron) }.count > 200)

    var other = try Self.chip(noiseSeed: 7)
    other.setAnalog(on: false)
    other.isRecording = true
    for event in trace {
      #expect(other.replay(event, until: distantFuture) == .asleep)
    }
    #expect(other.readWord(.top, at: 0x1000) == live.readWord(.top, at: 0x1000))
    #expect(other.readWord(.top, at: 0x1004) == 5)
    #expect(
      other.readMemory(.top, at: 0, byteCount: 16384)
        == live.readMemory(.top, at: 0, byteCount: 16384))
    for row in 0..<256 {
      for column in 0..<256 {
        #expect(
          other.weight(.top, row: row, column: column)
            == live.weight(.top, row: row, column: column))
      }
    }
    #expect(other.events() == trace, "the recording of a replay is the trace")

    var noisy = try Self.chip(noiseSeed: 7)
    #expect(try Self.record(&noisy) != trace, "other noise gives other spikes")
  }

  @Test("A replayed trace with one spike moved by a tick is another run")
  func sensitivity() throws {
    var live = try Self.chip(noiseSeed: 1)
    var trace = try Self.record(&live)
    let spike = try #require(trace.firstIndex { $0.flags.contains(.neuron) })
    trace[spike].tick += 1
    var other = try Self.chip(noiseSeed: 1)
    other.setAnalog(on: false)
    for event in trace { _ = other.replay(event, until: distantFuture) }
    #expect(other.readWord(.top, at: 0x1000) == live.readWord(.top, at: 0x1000) &+ 1)
  }

  @Test("With the analog core off, host events reach recorders but no neuron spikes")
  func silence() throws {
    var chip = try Self.chip(noiseSeed: 1)
    chip.setAnalog(on: false)
    let trace = try Self.record(&chip)
    #expect(trace.count == 30 && trace.allSatisfy { !$0.flags.contains(.neuron) })
  }

  @Test("The host cannot send into the past; events of one tick keep their order")
  func queue() throws {
    var chip = Chip.ideal()
    chip.isRecording = true
    _ = chip.run(until: ClockTime(cycles: 201))
    #expect(throws: ChipError.eventInThePast(tick: 100, now: ClockTime(cycles: 201))) {
      try chip.send(1, tick: 100)
    }
    #expect(
      ChipError.eventInThePast(tick: 99, now: ClockTime(cycles: 201)).description
        == "an event at tick 99 cannot be sent at tick 100")
    for (label, tick) in [(1, 500), (2, 300), (3, 500), (4, 300), (5, 400), (6, 101)] {
      try chip.send(UInt16(label), tick: UInt64(tick))
    }
    #expect(chip.isHostQueueEmpty == false)
    _ = chip.run(until: distantFuture)
    #expect(chip.isHostQueueEmpty == true)
    #expect(chip.events().map(\.label.rawValue) == [6, 2, 4, 5, 1, 3])
  }
}
