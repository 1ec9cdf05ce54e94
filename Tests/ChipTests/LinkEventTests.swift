import Chip
import ChipGeometry
import EventFabric
import Testing

@Suite struct LinkEventTests {
  static func chip(interval: UInt64) -> Chip {
    var configuration = ChipConfiguration.ideal
    configuration.fabric.linkIntervalTicks = interval
    configuration.fabric.linkQueueDepth = 2
    var chip = Chip(configuration)
    chip.isRecording = true
    return chip
  }

  @Test("Host events of one link happen as the link brings them, in their order")
  func order() throws {
    var chip = Self.chip(interval: 10)
    for label: UInt16 in [1, 2, 3, 4, 0x4005] { try chip.send(label, tick: 100) }
    try chip.send(6, tick: 104)
    try chip.send(7, tick: 113)
    try chip.send(8, tick: 200)
    #expect(chip.run(until: distantFuture, stopping: .whenAsleep) == .asleep)
    let isEmpty = chip.isHostQueueEmpty
    #expect(isEmpty)
    // 4 and 6 find two waiting; 5 comes by another link.
    let seen = chip.events().map { [UInt64($0.label.rawValue), $0.tick] }
    #expect(seen == [[1, 100], [0x4005, 100], [2, 110], [3, 120], [7, 130], [8, 200]])
    #expect(chip.linkDropCounts == [2, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test("Without a limit host events happen when they were sent for")
  func unlimited() throws {
    var chip = Self.chip(interval: 0)
    for label: UInt16 in 1...40 { try chip.send(label, tick: 100) }
    _ = chip.run(until: ClockTime(ticks: 300))
    #expect(chip.events().map(\.tick) == [UInt64](repeating: 100, count: 40))
  }

  @Test("The host receives what the crossbar sends to it, and recording changes nothing")
  func received() throws {
    var chip = Self.chip(interval: 10)
    var quiet = Self.chip(interval: 10)
    quiet.isRecording = false
    func work(_ chip: inout Chip) throws -> String {
      chip.setNode(from: .link(2), to: .link(2), .open)
      for tick: UInt64 in [50, 60, 61] { try chip.send(0x8000 + UInt16(tick), tick: tick) }
      _ = chip.run(until: ClockTime(ticks: 300))
      return chip.stateHash
    }
    let hash = try work(&chip)
    #expect(try work(&quiet) == hash)
    var received: [SpikeEvent] = []
    chip.takeReceivedEvents(into: &received)
    #expect(received.map(\.tick) == [50, 60, 70])
    #expect(received.map(\.label.rawValue) == [0x8032, 0x803C, 0x803D])
    chip.takeReceivedEvents(into: &received)
    #expect(received.isEmpty)
  }
}
