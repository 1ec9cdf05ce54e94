import ChipGeometry
import EventFabric
import Testing

@Suite struct FabricStateTests {
  /// A fabric with everything in use.
  static func busy() -> EventFabric {
    var fabric = EventFabric(
      FabricConfiguration(
        busQueueDepth: 3, crossbarLatencyCycles: 1, linkIntervalTicks: 2, linkQueueDepth: 3))
    for node in 0..<76 { fabric.crossbar[node] = .open }
    for index in 0..<512 {
      fabric.backends.configure(
        NeuronIndex(index), addressOut: UInt8(index % 50), isEnabled: index % 7 != 0)
      fabric.delayLines[index < 256 ? .top : .bottom, index % 256] = UInt16(index % 40)
    }
    for row in 0..<6 {
      fabric.taps.setTaps(
        DelayTaps(
          row < 3 ? .top : .bottom, row: row, count: 3, label: EventLabel(UInt16(64 * row))),
        ofNeuron: NeuronIndex(60 * row))
      for tap in 0..<3 { fabric.taps[row < 3 ? .top : .bottom, 64 * row + tap] = UInt16(9 * tap) }
    }
    for generator in 0..<8 {
      fabric.configureBackground(
        generator,
        BackgroundGenerator(
          isRandom: generator % 2 == 1, periodCycles: UInt16(11 + generator), rate: 100,
          seed: UInt32(generator), label: UInt16(generator), randomLabelBits: 0x3C),
        at: ClockTime(cycles: 0))
    }
    fabric.topRecorder.sources = .all
    fabric.bottomRecorder.mask = 1
    return fabric
  }

  static let stimuli: [Stimulus] = {
    var stream = RandomStream(seed: 4, name: "stimuli")
    var stimuli: [Stimulus] = []
    for cycle in 0..<UInt64(2000) {
      if stream.next(below: 2) == 0 {
        stimuli.append(.host(UInt16(stream.next(below: 0x10000)), at: cycle))
      }
      if stream.next(below: 3) == 0 {
        stimuli.append(.neuron(Int(stream.next(below: 512)), at: cycle))
      }
      if stream.next(below: 90) == 0 { stimuli.append(.processor(0x155, .bottom, at: cycle)) }
    }
    return stimuli
  }()

  @Test("A fabric saved and restored at random points goes on byte for byte")
  func splitRun() throws {
    var whole = Self.busy()
    let expected = drive(&whole, Self.stimuli, until: 2500)
    #expect(whole.busDropCounts.contains { $0 > 0 }, "the case is meant to be congested")
    #expect(whole.links.lostCounts.contains { $0 > 0 })
    var fabric = Self.busy()
    var carried: [Carried] = []
    var stream = RandomStream(seed: 5, name: "cuts")
    var start: UInt64 = 0
    while start < 2500 {
      let end = min(start + 1 + stream.next(below: 200), 2500)
      carried += drive(&fabric, Self.stimuli, from: start, until: end)
      var reader = StateReader(state(of: fabric))
      fabric = try EventFabric.restored(from: &reader)
      #expect(reader.isAtEnd)
      start = end
    }
    #expect(carried == expected)
    #expect(state(of: fabric) == state(of: whole))
  }

  @Test("Keeping a log for the host changes neither behaviour nor state")
  func logging() {
    var quiet = Self.busy()
    var logging = Self.busy()
    logging.isLogging = true
    let a = drive(&quiet, Self.stimuli, until: 2100)
    #expect(a == drive(&logging, Self.stimuli, until: 2100))
    #expect(state(of: quiet) == state(of: logging))
    #expect(logging.log.count > Self.stimuli.count / 2 && quiet.log.isEmpty)
    #expect(logging.linkLog.count > 100 && quiet.linkLog.isEmpty)
  }

  @Test("Each setting changes the state")
  func eachField() {
    let fresh = state(of: EventFabric())
    var seen = [fresh]
    func expectChange(_ what: String, _ change: (inout EventFabric) -> Void) {
      var fabric = EventFabric()
      change(&fabric)
      #expect(state(of: fabric) != fresh, "\(what)")
    }
    #expect(state(of: EventFabric(FabricConfiguration(busQueueDepth: 3))) != fresh)
    #expect(state(of: EventFabric(FabricConfiguration(crossbarLatencyCycles: 3))) != fresh)
    #expect(state(of: EventFabric(FabricConfiguration(linkIntervalTicks: 3))) != fresh)
    #expect(state(of: EventFabric(FabricConfiguration(linkQueueDepth: 3))) != fresh)
    let neuron = NeuronIndex(9)
    expectChange("address") { $0.backends.configure(neuron, addressOut: 1, isEnabled: false) }
    expectChange("enable") { $0.backends.configure(neuron, addressOut: 0, isEnabled: true) }
    expectChange("counter") { _ = $0.backends.label(ofSpikeFrom: neuron) }
    expectChange("delay") { $0.delayLines[.bottom, 3] = 1 }
    expectChange("tap delay") { $0.taps[.bottom, 4095] = 1 }
    expectChange("taps") {
      $0.taps.setTaps(DelayTaps(.top, row: 0, count: 1, label: EventLabel(0)), ofNeuron: neuron)
    }
    let tapped = EventLabel(9)
    for taps in [
      DelayTaps(.top, row: 0, count: 1, label: EventLabel(0)),
      DelayTaps(.bottom, row: 0, count: 1, label: EventLabel(0)),
      DelayTaps(.top, row: 1, count: 1, label: EventLabel(0)),
      DelayTaps(.top, row: 0, count: 2, label: EventLabel(0)),
      DelayTaps(.top, row: 0, count: 1, label: EventLabel(1)),
    ] {
      var fabric = EventFabric()
      fabric.taps.setTaps(taps, ofHostEvent: tapped)
      seen.append(state(of: fabric))
    }
    for (index, one) in seen.enumerated() { #expect(seen.firstIndex(of: one) == index) }
    expectChange("node") { $0.crossbar[75] = .open }
    expectChange("node's drop flag") {
      $0.crossbar[75] = CrossbarNode(mask: 0, target: 0x3FFF, countsDrops: false)
    }
    expectChange("mask") { $0.topRecorder.mask = 1 }
    expectChange("target") { $0.bottomRecorder.target = 1 }
    expectChange("wake mask") { $0.topRecorder.wakeMask = 1 }
    expectChange("wake target") { $0.topRecorder.wakeTarget = 1 }
    expectChange("sources") { $0.topRecorder.sources = [] }
    expectChange("pending") { $0.topRecorder.isPending = true }
    expectChange("entries") { $0.inject(RecorderTests.event(1)) }
    expectChange("background") {
      $0.configureBackground(
        1, BackgroundGenerator(periodCycles: 9, label: 0), at: ClockTime(cycles: 0))
    }
  }

  @Test("A state that ends too early is refused")
  func truncated() {
    let bytes = state(of: Self.busy())
    for count in stride(from: 0, to: bytes.count, by: 37) {
      #expect(throws: StateError.self) {
        var reader = StateReader(Array(bytes[..<count]))
        _ = try EventFabric.restored(from: &reader)
      }
    }
  }
}
