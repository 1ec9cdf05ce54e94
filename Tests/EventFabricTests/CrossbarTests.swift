import ChipGeometry
import EventFabric
import Testing

@Suite struct CrossbarTests {
  @Test("The 76 nodes are where the chip has them, and nowhere else")
  func layout() {
    var nodes: [Int] = []
    for input in CrossbarInput.all {
      let i = Int(input.rawValue)
      for output in CrossbarOutput.all {
        let o = Int(output.rawValue)
        // Chip reference, section 1.3, as a rule of its own.
        let exists =
          switch i {
          case 0..<8: o % 4 == i % 4
          case 8..<12: o < 8 || o - 8 == i - 8
          default: o == i - 12 || o - 8 == (i - 12) % 4
          }
        let node = CrossbarLayout.nodeIndex(from: input, to: output)
        #expect((node != nil) == exists, "input \(i), output \(o)")
        if let node { nodes.append(node) }
      }
    }
    #expect(nodes.count == 76 && Set(nodes) == Set(0..<76))
  }

  /// An event into each input: the source and the label it has at the crossbar.
  static func emit(_ fabric: inout EventFabric, into input: CrossbarInput) {
    let i = Int(input.rawValue)
    let time = ClockTime(cycles: 10)
    switch i {
    case 0..<8:
      let neuron = NeuronIndex(i % 2 == 0 ? .top : .bottom, column: 32 * i + 5)
      fabric.backends.configure(neuron, addressOut: 0x21, isEnabled: true)
      fabric.emit(neuron, at: time)
    case 8..<12:
      fabric.emit(hostEvent: EventLabel(UInt16(i - 8) << 14 | 0x155), flags: .stimulus, at: time)
    default:
      fabric.configureBackground(
        i - 12, BackgroundGenerator(periodCycles: 10, label: 0x77), at: ClockTime(cycles: 0))
      fabric.emitBackground(at: time)
    }
  }

  @Test("Each node alone carries its input's event to its output", arguments: 0..<76)
  func eachNode(node: Int) throws {
    for input in CrossbarInput.all {
      let outputs = CrossbarLayout.outputs(of: input)
      var fabric = EventFabric()
      fabric.crossbar[node] = .open
      Self.emit(&fabric, into: input)
      let reached = outputs.filter { CrossbarLayout.nodeIndex(from: input, to: $0) == node }
      #expect(
        fabric.busEvents.map { Int($0.bus) } == reached.map { Int($0.rawValue) }.filter { $0 < 8 })
      for output in CrossbarOutput.all {
        let count = fabric.crossbar.eventCounts[Int(output.rawValue)]
        #expect(count == (reached.contains(output) ? 1 : 0))
      }
    }
  }

  @Test("A fresh crossbar passes nothing")
  func silent() {
    var fabric = EventFabric()
    for input in CrossbarInput.all { Self.emit(&fabric, into: input) }
    #expect(fabric.busEvents.isEmpty)
    #expect(fabric.crossbar.eventCounts.allSatisfy { $0 == 0 })
    for label in 0...UInt16.max where CrossbarNode.silent.passes(EventLabel(label)) {
      Issue.record("the silent node passes \(label)")
    }
  }

  @Test("A node compares the 14 label bits under its mask")
  func mask() {
    let node = CrossbarNode(mask: 0x3FFB, target: 0x521)
    #expect(node.passes(EventLabel(0x521)) && node.passes(EventLabel(0x525)))
    #expect(node.passes(EventLabel(0xC521)), "the link bits are not compared")
    #expect(!node.passes(EventLabel(0x520)) && !node.passes(EventLabel(0x2521)))
  }

  @Test("An event output serves 32 columns of both hemispheres and one bus in each")
  func publishedLimits() throws {
    var fabric = EventFabric()
    for node in 0..<76 { fabric.crossbar[node] = .open }
    for index in 0..<512 {
      let neuron = NeuronIndex(index)
      fabric.backends.configure(neuron, addressOut: UInt8(index % 32), isEnabled: true)
      // Two cycles apart, so that no event waits.
      let cycle = UInt64(2 * index + 2)
      let carried = drive(&fabric, [.neuron(index, at: cycle)], from: cycle, until: cycle + 1)
      let output = index % 256 / 32
      let label = UInt16(output << 8 | index % 32)
      #expect(
        carried == [Carried(cycle, output % 4, label), Carried(cycle, 4 + output % 4, label)])
    }
  }

  @Test("Event counters have 24 bits, drop counters stay at 65535")
  func counterWidths() {
    var crossbar = Crossbar()
    for _ in 0..<70_000 { crossbar.countDrop(input: 3, node: 0) }
    #expect(crossbar.dropCounts[3] == 65535)
    crossbar[0] = CrossbarNode(mask: 0, target: 0, countsDrops: false)
    crossbar.clearDropCount(input: 3)
    crossbar.countDrop(input: 3, node: 0)
    #expect(crossbar.dropCounts[3] == 0, "a node can be excluded from the drop counter")
    for _ in 0..<5 { crossbar.countEvent(output: 7) }
    #expect(crossbar.eventCounts[7] == 5)
    crossbar.clearEventCount(output: 7)
    #expect(crossbar.eventCounts[7] == 0)
  }
}

@Suite struct NeuronBackendTests {
  @Test("A spike carries the event output and the back end's address")
  func label() {
    var backends = NeuronBackends()
    let neuron = NeuronIndex(.bottom, column: 77)
    #expect(backends.label(ofSpikeFrom: neuron) == nil, "back ends are disabled at reset")
    backends.configure(neuron, addressOut: 0xA5, isEnabled: true)
    #expect(backends.label(ofSpikeFrom: neuron) == EventLabel(0x2A5))
    #expect(backends.neuron(emitting: EventLabel(0x2A5), in: .bottom) == neuron)
    #expect(backends.neuron(emitting: EventLabel(0x2A5), in: .top) == nil)
  }

  @Test("Spike counters count to 255, then set their overflow bit")
  func counter() {
    var backends = NeuronBackends()
    let neuron = NeuronIndex(3)
    for _ in 0..<255 { _ = backends.label(ofSpikeFrom: neuron) }
    #expect(backends.spikeCount(neuron) == 255)
    _ = backends.label(ofSpikeFrom: neuron)
    #expect(backends.spikeCount(neuron) == 0x100)
    _ = backends.label(ofSpikeFrom: neuron)
    #expect(backends.spikeCount(neuron) == 0x101, "the overflow bit stays")
    for _ in 0..<300 { _ = backends.label(ofSpikeFrom: neuron) }
    #expect(backends.spikeCount(neuron) == 0x100 | UInt16((257 + 300) % 256))
    backends.clearSpikeCount(neuron)
    #expect(backends.spikeCount(neuron) == 0)
  }
}
