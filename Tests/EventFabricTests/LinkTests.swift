import ChipGeometry
import EventFabric
import Testing

@Suite struct LinkTests {
  static func fabric(interval: UInt64, depth: Int) -> EventFabric {
    EventFabric(FabricConfiguration(linkIntervalTicks: interval, linkQueueDepth: depth))
  }

  @Test("Without a limit every event passes its link at once")
  func unlimited() {
    var fabric = Self.fabric(interval: 0, depth: 0)
    for _ in 0..<100 {
      let tick = fabric.links.passage(2, at: 7)
      #expect(tick == 7)
    }
    #expect(fabric.links.lostCounts.allSatisfy { $0 == 0 })
  }

  @Test("A link carries one event per interval, and loses what finds its queue full")
  func bandwidth() {
    var fabric = Self.fabric(interval: 5, depth: 2)
    let burst = (0..<5).map { _ in fabric.links.passage(1, at: 100) }
    #expect(burst == [100, 105, 110, nil, nil])
    let other = fabric.links.passage(3, at: 100)
    #expect(other == 100, "links do not wait for each other")
    // At 105 the second passes, so one waits; there is room for one more.
    let later = (0..<2).map { _ in fabric.links.passage(1, at: 105) }
    #expect(later == [115, nil])
    let free = fabric.links.passage(1, at: 120)
    #expect(free == 120)
    #expect(fabric.links.lostCounts == [0, 3, 0, 0, 0, 0, 0, 0])
  }

  @Test("As a queue that is served event by event", arguments: [(1, 0), (3, 1), (7, 4)])
  func queue(interval: Int, depth: Int) {
    var fabric = Self.fabric(interval: UInt64(interval), depth: depth)
    var random = RandomStream(seed: 3, name: "link \(interval)")
    var waiting: [Int] = []
    var passed: [Int] = []
    var expected: [Int] = []
    var sent = 0
    var lost = 0
    var nextFree = 0
    // Events are numbered; the k-th that passes must be the k-th that was taken.
    for tick in 0..<4000 {
      for _ in 0..<Int(random.next(below: 3) / 2 + random.next(below: 2)) where tick < 3900 {
        if waiting.isEmpty, nextFree <= tick {
          expected.append(tick)
          nextFree = tick + interval
        } else if waiting.count < depth {
          waiting.append(sent)
        } else {
          lost += 1
        }
        sent += 1
        if let passage = fabric.links.passage(0, at: UInt64(tick)) { passed.append(Int(passage)) }
      }
      if !waiting.isEmpty, nextFree <= tick + 1 {
        // It passes at the next tick, before those that then come.
        waiting.removeFirst()
        expected.append(tick + 1)
        nextFree = tick + 1 + interval
      }
    }
    #expect(passed == expected)
    #expect(fabric.links.lostCounts[0] == UInt32(lost))
    #expect(lost > 50 && (depth == 0 || passed.count > 100))
  }

  @Test("The host receives what nodes pass to links, with the tick of passing and the origin")
  func received() {
    var fabric = Self.fabric(interval: 4, depth: 1)
    fabric.isLogging = true
    openNode(&fabric, .neuronOutput(1), .link(1))
    openNode(&fabric, .link(1), .link(1))
    let column = 40
    fabric.backends.configure(NeuronIndex(.bottom, column: column), addressOut: 9, isEnabled: true)
    let neuron = 256 + column
    _ = drive(
      &fabric,
      [
        .neuron(neuron, at: 21), .host(0x4003, at: 22), .neuron(neuron, at: 23),
        .neuron(neuron, at: 60),
      ], until: 100)
    let label = EventLabel(eventOutput: 1, addressOut: 9)
    #expect(
      fabric.linkLog == [
        SpikeEvent(tick: 10, label: label, flags: .neuron),
        SpikeEvent(tick: 14, label: EventLabel(0x4003), flags: .stimulus),
        SpikeEvent(tick: 30, label: label, flags: .neuron),
      ])
    #expect(fabric.links.lostCounts[5] == 1)
    #expect(fabric.crossbar.eventCounts[9] == 3 && fabric.crossbar.dropCounts[1] == 1)
  }
}
