import ChipGeometry
import EventFabric
import Testing

@Suite struct DelayTapTests {
  /// Neuron 3 in four copies, on bus 0.
  static func fabric(depth: Int = 16, count: Int = 4, delays: [UInt16] = []) -> EventFabric {
    var fabric = CongestionTests.fabric(depth: depth)
    fabric.taps.setTaps(
      DelayTaps(.top, row: 5, count: count, label: EventLabel(0x7C2)),
      ofNeuron: NeuronIndex(.top, column: 3))
    for (tap, delay) in delays.enumerated() { fabric.taps[.top, 5 * 64 + tap] = delay }
    return fabric
  }

  @Test("An event becomes a copy per tap, each with its own label and delay, the line's on top")
  func copies() {
    var fabric = Self.fabric(delays: [10, 0, 10, 3, 1])
    fabric.delayLines[.top, 3] = 2
    let carried = drive(&fabric, [.neuron(3, at: 100), .neuron(4, at: 110)], until: 1000)
    #expect(
      carried == [
        Carried(104, 0, 0x7C3), Carried(110, 0, 0x7C5), Carried(112, 0, 4),
        Carried(124, 0, 0x7C2), Carried(126, 0, 0x7C4),
      ])
    #expect(fabric.topRecorder.count == 2, "recorders see the emission, once")
    #expect(fabric.topRecorder.entry(0) == 50 | 3 << 32 | 1 << 48)
  }

  @Test("Copies of one cycle leave by tap, behind events that entered a delay line before")
  func order() {
    var fabric = Self.fabric(delays: [7, 7, 7, 7])
    fabric.delayLines[.top, 9] = 8
    let carried = drive(&fabric, [.neuron(9, at: 98), .neuron(3, at: 100)], until: 1000)
    let taps = (0..<4).map { (n: Int) in Carried(UInt64(116 + 2 * n), 0, UInt16(0x7C2 + n)) }
    #expect(carried == [Carried(114, 0, 9)] + taps)
  }

  @Test("Copies that find the queue full are lost and counted, the last ones first")
  func drops() {
    var fabric = Self.fabric(depth: 16, count: 20)
    let carried = drive(&fabric, [.neuron(3, at: 6)], until: 1000)
    let expected = (0..<17).map { (n: Int) in Carried(UInt64(6 + 2 * n), 0, UInt16(0x7C2 + n)) }
    #expect(carried == expected)
    #expect(fabric.busDropCounts[0] == 3 && fabric.crossbar.dropCounts[0] == 3)
  }

  @Test("A host event's copies come in by its link, and the crossbar sees their labels")
  func hostEvents() throws {
    var fabric = EventFabric()
    for bus in 0..<2 {
      let node = try #require(
        CrossbarLayout.nodeIndex(from: .link(1), to: .bus(.bottom, bus)))
      fabric.crossbar[node] = CrossbarNode(mask: 0x2001, target: 0x2000 | UInt16(bus))
    }
    fabric.taps.setTaps(
      DelayTaps(.bottom, row: 63, count: 3, label: EventLabel(0x2004)),
      ofHostEvent: EventLabel(0x34))
    fabric.taps[.bottom, 63 * 64 + 1] = 5
    let carried = drive(&fabric, [.host(0x4134, at: 20), .host(0x4135, at: 20)], until: 100)
    #expect(
      carried == [Carried(20, 4, 0x2004), Carried(22, 4, 0x2006), Carried(30, 5, 0x2005)])
  }

  @Test("Tap delays have 13 bits; each hemisphere has 64 rows of 64 of its own")
  func memory() {
    var taps = TapMemory()
    taps[.top, 4095] = 0xFFFF
    taps[.bottom, 4095] = 12
    taps[.bottom, 0] = 9
    #expect(taps[.top, 4095] == 8191 && taps[.bottom, 4095] == 12)
    #expect(taps[.top, 0] == 0 && taps[.bottom, 0] == 9)
  }

  @Test("What was set is what is read, and nil takes the taps away")
  func settings() {
    var fabric = Self.fabric()
    let label = EventLabel(0x1FF)
    let taps = DelayTaps(.bottom, row: 17, count: 64, label: EventLabel(0xFFC0))
    fabric.taps.setTaps(taps, ofHostEvent: label)
    #expect(fabric.taps.taps(ofHostEvent: EventLabel(0xFF)) == taps)
    #expect(fabric.taps.taps(ofHostEvent: EventLabel(0xFE)) == nil)
    #expect(fabric.taps.taps(ofNeuron: NeuronIndex(.bottom, column: 3)) == nil)
    let neuron = NeuronIndex(.top, column: 3)
    #expect(fabric.taps.taps(ofNeuron: neuron)?.row == 5)
    fabric.taps.setTaps(nil, ofNeuron: neuron)
    #expect(drive(&fabric, [.neuron(3, at: 4)], until: 100) == [Carried(4, 0, 3)])
  }

  @Test("A saved state whose taps cannot be is refused")
  func invalidState() throws {
    let fabric = Self.fabric(count: 7)
    let plain = state(of: fabric)
    // The count of neuron 3, behind the section's name and the delays.
    let name = Array("delay taps".utf8)
    let start =
      try #require(
        plain.indices.first { plain[$0...].starts(with: name) }) + name.count
    let place = start + 4 + 2 * 2 * 4096 + 4 + 3
    #expect(plain[place] == 7)
    var spoiled = plain
    spoiled[place] = 65
    #expect(throws: StateError.self) {
      var reader = StateReader(spoiled)
      _ = try EventFabric.restored(from: &reader)
    }
  }
}
