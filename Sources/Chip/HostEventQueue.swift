import ChipGeometry

/// Events that the host has sent and that are not due yet, in the order in which they will be.
struct HostEventQueue: Sendable {
  private var events: [SpikeEvent] = []
  /// Events before this one have left.
  private var first = 0

  init() { events.reserveCapacity(64) }

  var isEmpty: Bool { first == events.count }

  /// When the next event is due, all ones if there is none.
  var nextCycle: UInt64 {
    first < events.count ? ClockTime(ticks: events[first].tick).cycles : .max
  }

  /// Adds an event after all that are due at or before its time.
  mutating func insert(_ event: SpikeEvent) {
    var place = events.count
    while place > first, events[place - 1].tick > event.tick { place -= 1 }
    if place == events.count { events.append(event) } else { events.insert(event, at: place) }
  }

  /// - Precondition: the queue is not empty.
  mutating func removeFirst() -> SpikeEvent {
    let event = events[first]
    first += 1
    if first == events.count {
      events.removeAll(keepingCapacity: true)
      first = 0
    } else if first >= 4096, 2 * first >= events.count {
      events.removeFirst(first)
      first = 0
    }
    return event
  }

  func save(to writer: inout StateWriter) {
    writer.write(UInt32(events.count - first))
    for event in events[first...] {
      writer.write(event.tick)
      writer.write(event.label.rawValue)
      writer.write(event.flags.rawValue)
    }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    events.removeAll(keepingCapacity: true)
    first = 0
    for _ in 0..<(try reader.read(UInt32.self)) {
      events.append(
        SpikeEvent(
          tick: try reader.read(), label: EventLabel(try reader.read()),
          flags: SpikeEvent.Flags(rawValue: try reader.read())))
    }
  }
}
