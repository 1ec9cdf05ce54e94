package import ChipGeometry

/// An event that a PADI bus hands to its synapse drivers.
package struct BusEvent: Hashable, BitwiseCopyable, Sendable {
  /// 0…7, the top hemisphere's first.
  package var bus: UInt8
  package var label: EventLabel

  package init(bus: UInt8, label: EventLabel) {
    self.bus = bus
    self.label = label
  }
}

/// The eight PADI buses with the queues before them.
///
/// A bus carries one event per 8 ns. An event that finds its bus busy waits in the queue; one that
/// finds the queue full is lost. Depth and arbitration are not published; here first come, first
/// served.
package struct PADIBuses: Sendable {
  /// Cycles that an event occupies its bus.
  package static let cyclesPerEvent = ClockTime.cyclesPerTick

  package let queueDepth: Int
  /// Labels that wait: `queueDepth` places per bus, used as rings.
  private var waiting: [UInt16]
  private var heads = [Int](repeating: 0, count: ChipSize.buses)
  private var counts = [Int](repeating: 0, count: ChipSize.buses)
  /// When each bus has carried everything that it accepted. The events in the queue leave at this
  /// cycle minus 2, 4, …
  private var freeCycles = [UInt64](repeating: 0, count: ChipSize.buses)
  /// One bit per bus with a queue that is not empty.
  private var waitingBuses: UInt8 = 0

  package init(queueDepth: Int) {
    precondition(queueDepth >= 0, "a queue cannot have a depth of \(queueDepth)")
    self.queueDepth = queueDepth
    waiting = [UInt16](repeating: 0, count: ChipSize.buses * queueDepth)
  }

  /// When the next event leaves a queue, all ones if none waits.
  package var nextCycle: UInt64 {
    var next = UInt64.max
    var rest = waitingBuses
    while rest != 0 {
      next = min(next, headCycle(rest.trailingZeroBitCount))
      rest &= rest &- 1
    }
    return next
  }

  private func headCycle(_ bus: Int) -> UInt64 {
    freeCycles[bus] - Self.cyclesPerEvent * UInt64(counts[bus])
  }

  /// What becomes of an event that arrives at a bus.
  package enum Acceptance: Sendable { case carriedNow, waits, lost }

  /// - Precondition: events due before or at `cycle` were removed.
  package mutating func accept(_ event: BusEvent, at cycle: UInt64) -> Acceptance {
    let bus = Int(event.bus)
    if cycle >= freeCycles[bus] {
      freeCycles[bus] = cycle + Self.cyclesPerEvent
      return .carriedNow
    }
    guard counts[bus] < queueDepth else { return .lost }
    var place = heads[bus] + counts[bus]
    if place >= queueDepth { place -= queueDepth }
    waiting[bus * queueDepth + place] = event.label.rawValue
    counts[bus] += 1
    freeCycles[bus] += Self.cyclesPerEvent
    waitingBuses |= 1 << event.bus
    return .waits
  }

  /// Appends the queued events that leave at `cycle`, by bus.
  package mutating func removeDue(at cycle: UInt64, into carried: inout [BusEvent]) {
    var rest = waitingBuses
    while rest != 0 {
      let bus = rest.trailingZeroBitCount
      rest &= rest &- 1
      guard headCycle(bus) == cycle else { continue }
      let label = EventLabel(waiting[bus * queueDepth + heads[bus]])
      carried.append(BusEvent(bus: UInt8(bus), label: label))
      heads[bus] = heads[bus] + 1 == queueDepth ? 0 : heads[bus] + 1
      counts[bus] -= 1
      if counts[bus] == 0 { waitingBuses &= ~(1 << UInt8(bus)) }
    }
  }

  package func save(to writer: inout StateWriter) {
    writer.section("buses")
    for bus in 0..<ChipSize.buses {
      writer.write(freeCycles[bus])
      writer.writeArray((0..<counts[bus]).map { waiting[place(bus, $0)] })
    }
  }

  private func place(_ bus: Int, _ index: Int) -> Int {
    bus * queueDepth + (heads[bus] + index) % queueDepth
  }

  package init(queueDepth: Int, from reader: inout StateReader) throws(StateError) {
    self.init(queueDepth: queueDepth)
    try reader.section("buses")
    for bus in 0..<ChipSize.buses {
      freeCycles[bus] = try reader.read()
      let labels: [UInt16] = try reader.readArray()
      guard labels.count <= queueDepth else {
        throw .invalidValue(offset: reader.offset, meaning: "at most \(queueDepth) queued events")
      }
      counts[bus] = labels.count
      for (index, label) in labels.enumerated() { waiting[place(bus, index)] = label }
      if !labels.isEmpty { waitingBuses |= 1 << UInt8(bus) }
    }
  }
}
