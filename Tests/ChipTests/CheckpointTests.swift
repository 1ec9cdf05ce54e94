import AnalogCore
import Chip
import ChipGeometry
import EventFabric
import Testing

@Suite struct CheckpointTests {
  typealias W = Words

  /// For ever: draw a weight, write it, count the recorder's entries, emit, sleep 300 ticks.
  static let gardener: [UInt32] =
    W.poke(AddressMap.recorderRegisters.base + 0x20, 31)
    + W.li(W.t2, 1 << 7) + [W.csrw(W.mie, W.t2)]
    + W.poke(AddressMap.timer.base + 0xC, 0)
    // Loop.
    + W.peek(W.a0, AddressMap.randomGenerators.base + 9, byteCount: 1)
    + W.li(W.t0, AddressMap.synapseWeights.base + 248 * 256)
    + [W.add(W.t0, W.t0, W.a0), W.store(1, W.a0, 0, W.t0)]
    + W.li(W.t0, 0x1000) + [W.add(W.s2, W.s2, W.a0), W.sw(W.s2, 0, W.t0)]
    + W.peek(W.a1, AddressMap.recorderRegisters.base)
    + W.poke(AddressMap.control.base + 8, 0x3FF) + W.poke(AddressMap.neuronReset.base + 4, 0x101)
    + W.peek(W.a1, AddressMap.timer.base) + [W.addi(W.a1, W.a1, 300)]
    + W.li(W.t0, AddressMap.timer.base) + [W.sw(W.a1, 8, W.t0), W.wfi, W.jump(-32 * 4)]

  /// For ever: wait for a label of the recorder, reset a neuron, clear the recorder, turn a delay.
  static let watcher: [UInt32] =
    W.poke(AddressMap.recorderRegisters.base + 0x20, 0x1F)
    + W.poke(AddressMap.recorderRegisters.base + 0x14, 7)
    + W.poke(AddressMap.recorderRegisters.base + 0x18, 5)
    + W.li(W.t2, 1 << 16) + [W.csrw(W.mie, W.t2)]
    // Loop.
    + [W.wfi]
    + W.peek(W.a0, AddressMap.recorderEntries.base + 4)
    + W.poke(AddressMap.neuronReset.base + 4, 0x0001_0100)
    + W.li(W.t0, AddressMap.delayLines.base + 20)
    + [W.add(W.s2, W.s2, W.a0), W.andi(W.t1, W.s2, 255), W.store(2, W.t1, 0, W.t0)]
    + W.poke(AddressMap.recorderRegisters.base + 4, 0)
    + W.poke(AddressMap.recorderRegisters.base + 0x1C, 0)
    + [W.jump(-24 * 4)]

  /// A chip with mismatch and noise on which everything is going on, for 40,000 cycles.
  static func busyChip() throws -> Chip {
    var chip = Chip(
      ChipConfiguration(
        analog: AnalogConfiguration(chipSeed: 3, noiseSeed: 4),
        fabric: FabricConfiguration(
          busQueueDepth: 1, crossbarLatencyCycles: 1, linkIntervalTicks: 1, linkQueueDepth: 1)))
    let network = try LayeredNetwork(inputs: 4, hidden: 120, outputs: 3)
    network.configure(&chip)
    var stream = RandomStream(seed: 8, name: "busy chip")
    func weight() -> Int { Int(stream.next(below: 100)) - 36 }
    for h in 0..<120 {
      for k in 0..<5 {
        network.setWeight(
          weight(), from: .input(k), toColumn: LayeredNetwork.column(hidden: h), on: &chip)
      }
      for o in 0..<3 {
        network.setWeight(
          weight(), from: .hidden(h), toColumn: LayeredNetwork.column(output: o), on: &chip)
      }
      chip.setDelay(
        UInt16(stream.next(below: 900)), .top, line: LayeredNetwork.column(hidden: h))
    }
    for link in 1...3 { chip.setNode(from: .link(link), to: .bus(.top, 0), .open) }
    for generator in 0..<4 {
      chip.setNode(from: .background(generator), to: .bus(.top, generator), .open)
      chip.setBackground(
        generator,
        BackgroundGenerator(
          isRandom: true, periodCycles: 91, rate: 60, seed: UInt32(generator + 1), label: 0x520,
          randomLabelBits: 7))
    }
    try chip.load(Program(words: gardener), into: .top)
    try chip.load(Program(words: watcher), into: .bottom)
    for sample in 0..<UInt64(8) {
      for k in 0..<5 {
        try chip.send(0x520 + UInt16(k), tick: sample * 2400 + 100 + stream.next(below: 1500))
      }
      for _ in 0..<3 { try chip.send(0x520, tick: sample * 2400 + 1900) }
      for link in 1...3 as ClosedRange<UInt16> {
        try chip.send(link << 14 | 0x520, tick: sample * 2400 + 1910)
      }
      try chip.send(0x700, tick: sample * 2400 + 2300, .endOfSample)
    }
    return chip
  }

  static let end = ClockTime(cycles: 40_000)

  @Test("A run that is split by checkpoints at random points goes on byte for byte")
  func splitRun() throws {
    var whole = try Self.busyChip()
    whole.isRecording = true
    #expect(whole.run(until: Self.end) == .reachedTime)
    let expected = whole.events()
    #expect(expected.filter { $0.flags.contains(.neuron) }.count > 100, "neurons are active")
    #expect(expected.filter { $0.flags.contains(.processor) }.count > 50, "so is the gardener")
    #expect(whole.busDropCounts.contains { $0 > 0 }, "queues overflow")
    #expect(whole.linkDropCounts.contains { $0 > 0 }, "and links")
    #expect(whole.readMemory(.bottom, at: 0, byteCount: 4) != [0, 0, 0, 0])

    var chip = try Self.busyChip()
    var stream = RandomStream(seed: 9, name: "cuts")
    var events: [SpikeEvent] = []
    while chip.now < Self.end {
      let cut = min(chip.now.cycles + 1 + stream.next(below: 14000), Self.end.cycles)
      chip.isRecording = true
      #expect(chip.run(until: ClockTime(cycles: cut)) == .reachedTime)
      events += chip.events()
      let bytes = chip.checkpoint()
      chip = try Chip.restored(from: bytes)
      #expect(chip.checkpoint() == bytes)
    }
    #expect(events == expected)
    #expect(chip.checkpoint() == whole.checkpoint())
    #expect(chip.stateHash == whole.stateHash)
  }

  @Test("Splitting a run without a checkpoint changes nothing, down to single cycles")
  func fineSplit() throws {
    var whole = try Self.busyChip()
    var split = try Self.busyChip()
    #expect(whole.run(until: ClockTime(cycles: 1500)) == .reachedTime)
    for cycle in 1...1500 {
      #expect(split.run(until: ClockTime(cycles: UInt64(cycle))) == .reachedTime)
    }
    #expect(split.stateHash == whole.stateHash)
  }

  @Test("Recording does not perturb")
  func recording() throws {
    var quiet = try Self.busyChip()
    var recording = try Self.busyChip()
    recording.isRecording = true
    _ = quiet.run(until: Self.end)
    _ = recording.run(until: Self.end)
    #expect(!recording.events().isEmpty && quiet.events().isEmpty)
    #expect(quiet.stateHash == recording.stateHash)
  }

  @Test("Events come out in the total order, stamped with their emission")
  func order() throws {
    var chip = try Self.busyChip()
    chip.isRecording = true
    _ = chip.run(until: Self.end)
    let events = chip.events()
    #expect(zip(events, events.dropFirst()).allSatisfy { $0.tick <= $1.tick })
    #expect(chip.events().isEmpty, "taken once")
  }

  @Test("A checkpoint that is cut, changed or of another version is refused with the reason")
  func damage() throws {
    let bytes = Chip.ideal().checkpoint()
    func error(_ bytes: [UInt8]) -> CheckpointError? {
      do throws(CheckpointError) {
        _ = try Chip.restored(from: bytes)
        return nil
      } catch {
        return error
      }
    }
    #expect(error(bytes) == nil)
    #expect(error([]) == .notACheckpoint)
    #expect(error(Array("RNVRCHIX".utf8) + bytes[8...]) == .notACheckpoint)
    #expect(error(Array(bytes[..<30])) == .wrongLength(found: 30, expected: 52))
    for count in [100, bytes.count / 2, bytes.count - 1] {
      #expect(
        error(Array(bytes[..<count])) == .wrongLength(found: count, expected: bytes.count))
    }
    #expect(
      error(bytes + [0]) == .wrongLength(found: bytes.count + 1, expected: bytes.count))
    var version = bytes
    version[8] = 200
    #expect(
      error(version) == .otherVersion(found: 200, supported: Chip.checkpointVersion))
    for place in [20, 21, bytes.count / 3, bytes.count - 33, bytes.count - 1] {
      var changed = bytes
      changed[place] ^= 0x10
      #expect(error(changed) == .corrupted, "byte \(place)")
    }
    #expect(
      CheckpointError.otherVersion(found: 2, supported: 1).description
        == "the checkpoint has format version 2, this program reads version 1")
  }

  @Test("A checkpoint whose content does not fit its checksum's promise is refused too")
  func invalidContent() throws {
    let bytes = Chip.ideal().checkpoint()
    // The state begins with the section's name "chip"; spoil it and sign again.
    var spoiled = Array(bytes[..<(bytes.count - 32)])
    spoiled[24] ^= 1
    var hash = SHA256()
    hash.update(spoiled)
    spoiled += hash.digest()
    #expect(throws: CheckpointError.invalid(.wrongSection(offset: 0, expected: "chip"))) {
      _ = try Chip.restored(from: spoiled)
    }
  }

  @Test("Each seed and each setting changes the state's hash")
  func eachField() throws {
    let fresh = Chip.ideal().stateHash
    #expect(Chip.ideal().stateHash == fresh)
    func expectChange(_ what: String, _ change: (inout Chip) throws -> Void) rethrows {
      var chip = Chip.ideal()
      try change(&chip)
      #expect(chip.stateHash != fresh, "\(what)")
    }
    expectChange("time") { _ = $0.run(until: ClockTime(cycles: 1)) }
    expectChange("analog switch") { $0.setAnalog(on: false) }
    try expectChange("host event") { try $0.send(1, tick: 9) }
    try expectChange("program") { try $0.load(Program(words: [0x13]), into: .bottom) }
    expectChange("memory") { $0.writeWord(.top, at: 0x3F00, 1) }
    expectChange("weight") { $0.setWeight(1, .bottom, row: 255, column: 255) }
    expectChange("label") { $0.setSynapseLabel(62, .top, row: 0, column: 0) }
    expectChange("row mode") { $0.setRowMode(.excitatory, .top, row: 5) }
    expectChange("row select") { $0.setRowSelectMask(0, .bottom, driver: 127) }
    expectChange("short-term plasticity") {
      $0.setShortTermPlasticity(ShortTermPlasticity(), ofDriver: 127, .bottom)
    }
    expectChange("recovery clock") {
      $0.setCommonShortTermPlasticity(CommonShortTermPlasticity(recoveryClock: nil), .top)
    }
    expectChange("back end") { $0.setBackend(NeuronIndex(3), addressOut: 0, isEnabled: true) }
    expectChange("node") { $0.setNode(from: .link(3), to: .bus(.top, 0), .open) }
    expectChange("delay") { $0.setDelay(1, .top, line: 511) }
    expectChange("tap delay") { $0.setTapDelay(1, .bottom, row: 63, tap: 63) }
    expectChange("taps") {
      $0.setTaps(
        DelayTaps(.top, row: 0, count: 1, label: EventLabel(1)), of: NeuronIndex(.top, column: 7))
    }
    expectChange("background") {
      $0.setBackground(0, BackgroundGenerator(periodCycles: 5, label: 1))
    }
    expectChange("parameters") {
      $0.setParameters(NeuronParameters(threshold: 2), of: NeuronIndex(511))
    }
    var configuration = ChipConfiguration.ideal
    configuration.generatorSeed = 99
    #expect(Chip(configuration).stateHash != fresh)
    configuration = .ideal
    configuration.analog.noiseSeed = 99
    #expect(Chip(configuration).stateHash != fresh)
  }
}
