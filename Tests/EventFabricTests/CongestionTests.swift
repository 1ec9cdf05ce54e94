import ChipGeometry
import EventFabric
import Testing

@Suite struct CongestionTests {
  /// All neurons of output 0, top, reach bus 0.
  static func fabric(depth: Int, latency: UInt64 = 0) -> EventFabric {
    var fabric = EventFabric(
      FabricConfiguration(busQueueDepth: depth, crossbarLatencyCycles: latency))
    openNode(&fabric, .neuronOutput(0), .bus(.top, 0))
    for column in 0..<32 {
      fabric.backends.configure(
        NeuronIndex(.top, column: column), addressOut: UInt8(column), isEnabled: true)
    }
    return fabric
  }

  @Test("A bus carries one event per 8 ns, first come, first served")
  func serialisation() {
    var fabric = Self.fabric(depth: 16)
    let burst = (0..<5).map { Stimulus.neuron($0, at: 100) } + [.neuron(9, at: 103)]
    #expect(
      drive(&fabric, burst, until: 1000) == [
        Carried(100, 0, 0), Carried(102, 0, 1), Carried(104, 0, 2), Carried(106, 0, 3),
        Carried(108, 0, 4), Carried(110, 0, 9),
      ])
    let next = fabric.nextCycle()
    #expect(next == .max)
    #expect(
      drive(&fabric, [.neuron(1, at: 1001), .neuron(2, at: 1002)], until: 2000)
        == [Carried(1001, 0, 1), Carried(1003, 0, 2)], "a bus is free two cycles after an event")
  }

  @Test("A full queue drops what comes last, and counts it", arguments: [0, 1, 4, 16])
  func drops(depth: Int) {
    var fabric = Self.fabric(depth: depth)
    let burst = (0..<32).map { Stimulus.neuron($0, at: 7) }
    let carried = drive(&fabric, burst, until: 1000)
    let expected = (0...depth).map { (n: Int) in Carried(UInt64(7 + 2 * n), 0, UInt16(n)) }
    #expect(carried == expected)
    #expect(fabric.busDropCounts == [UInt32(31 - depth), 0, 0, 0, 0, 0, 0, 0])
    #expect(fabric.crossbar.dropCounts[0] == UInt16(31 - depth))
    #expect(fabric.crossbar.eventCounts[0] == UInt32(depth + 1))
    fabric.clearBusDropCount(0)
    #expect(fabric.busDropCounts[0] == 0)
  }

  @Test("A queue that empties takes as many events again")
  func ring() {
    var fabric = Self.fabric(depth: 3)
    var sent: [Stimulus] = []
    // Bursts of three whenever the queue has just room for them.
    for burst in 0..<20 {
      for k in 0..<3 { sent.append(.neuron((3 * burst + k) % 32, at: UInt64(6 * burst))) }
    }
    let carried = drive(&fabric, sent, until: 1000)
    let expected = (0..<60).map { (n: Int) in Carried(UInt64(2 * n), 0, UInt16(n % 32)) }
    #expect(carried == expected)
    #expect(fabric.busDropCounts[0] == 0)
  }

  @Test("One event that two outputs take waits at each by itself")
  func independentBuses() {
    var fabric = Self.fabric(depth: 4)
    openNode(&fabric, .neuronOutput(0), .bus(.bottom, 0))
    openNode(&fabric, .link(0), .bus(.top, 0))
    let carried = drive(&fabric, [.host(0x3F, at: 10), .neuron(2, at: 10)], until: 100)
    #expect(carried == [Carried(10, 0, 0x3F), Carried(10, 4, 2), Carried(12, 0, 2)])
  }

  @Test("The crossbar latency delays every event by so many cycles")
  func latency() {
    var fabric = Self.fabric(depth: 4, latency: 5)
    fabric.delayLines[.top, 1] = 3
    #expect(
      drive(&fabric, [.neuron(0, at: 20), .neuron(1, at: 20)], until: 100)
        == [Carried(25, 0, 0), Carried(31, 0, 1)])
  }

  @Test("A processor's event enters the four buses of its hemisphere at once")
  func processorEvent() {
    var fabric = Self.fabric(depth: 1)
    let carried = drive(
      &fabric, [.neuron(0, at: 4), .processor(0x123, .top, at: 4), .processor(9, .bottom, at: 4)],
      until: 100)
    #expect(
      carried == [
        Carried(4, 0, 0), Carried(4, 1, 0x123), Carried(4, 2, 0x123), Carried(4, 3, 0x123),
        Carried(4, 4, 9), Carried(4, 5, 9), Carried(4, 6, 9), Carried(4, 7, 9),
        Carried(6, 0, 0x123),
      ])
  }
}

@Suite struct DelayLineTests {
  @Test("Each source has its own delay, in ticks")
  func perSource() {
    var fabric = CongestionTests.fabric(depth: 16)
    openNode(&fabric, .link(0), .bus(.top, 1))
    openNode(&fabric, .background(2), .bus(.top, 2))
    fabric.delayLines[.top, 0] = 10
    fabric.delayLines[.top, 2] = 8191
    fabric.delayLines[.top, 256 + 0x34] = 7
    fabric.delayLines[.bottom, 512 + 2] = 4
    fabric.configureBackground(
      2, BackgroundGenerator(periodCycles: 1000, label: 0x99), at: ClockTime(cycles: 0))
    let carried = drive(
      &fabric, [.host(0x134, at: 50), .neuron(0, at: 50), .neuron(1, at: 50), .neuron(2, at: 51)],
      until: 1009)
    #expect(
      carried == [
        Carried(50, 0, 1), Carried(64, 1, 0x134), Carried(70, 0, 0), Carried(1008, 2, 0x99),
      ])
    #expect(
      drive(&fabric, [], from: 1009, until: 17_000).filter { $0.bus == 0 }
        == [Carried(51 + 16382, 0, 2)])
  }

  @Test("A delay register has 13 bits; the hemispheres' neurons have lines of their own")
  func register() {
    var lines = DelayLines()
    lines[.top, 5] = 0xFFFF
    lines[.bottom, 5] = 12
    lines[.bottom, 300] = 77
    #expect(lines[.top, 5] == 8191 && lines[.bottom, 5] == 12)
    #expect(lines.delay(of: NeuronIndex(.bottom, column: 5)) == 12)
    #expect(lines[.top, 300] == 77, "host events' lines are common")
    #expect(lines.delay(ofHostEvent: EventLabel(0x72C)) == 77)
    lines[.top, 519] = 3
    #expect(lines.delay(ofBackground: 7) == 3)
  }

  @Test("Events leave the delay lines by time, those of one cycle in the order of emission")
  func order() {
    var queue = DelayQueue()
    var stream = RandomStream(seed: 1, name: "delays")
    var expected: [(cycle: UInt64, label: UInt16)] = []
    for label in 0..<500 {
      let cycle = stream.next(below: 40)
      queue.insert(EventLabel(UInt16(label)), input: 0, at: cycle)
      expected.append((cycle, UInt16(label)))
    }
    expected.sort { ($0.cycle, $0.label) < ($1.cycle, $1.label) }
    for event in expected {
      #expect(queue.nextCycle == event.cycle)
      #expect(queue.removeFirst().label.rawValue == event.label)
    }
    #expect(queue.nextCycle == .max)
  }

  @Test("All delays that end in a cycle precede the events emitted in it")
  func endingDelaysComeFirst() {
    var fabric = CongestionTests.fabric(depth: 16)
    openNode(&fabric, .link(0), .bus(.top, 0))
    for column in 3..<6 { fabric.delayLines[.top, column] = UInt16(20 - column) }
    let sent = (3..<6).map { Stimulus.neuron($0, at: UInt64(60 + 2 * $0)) }
    let carried = drive(&fabric, sent + [.host(0x33, at: 100)], until: 200)
    #expect(
      carried == [
        Carried(100, 0, 3), Carried(102, 0, 4), Carried(104, 0, 5), Carried(106, 0, 0x33),
      ])
  }

  @Test("Recorders see an event at its emission, whatever its delay")
  func recorderBeforeDelay() {
    var fabric = CongestionTests.fabric(depth: 16)
    fabric.delayLines[.top, 4] = 100
    _ = drive(&fabric, [.neuron(4, at: 31)], until: 32)
    #expect(fabric.topRecorder.count == 1)
    #expect(fabric.topRecorder.entry(0) == 15 | 4 << 32 | 1 << 48)
  }
}
