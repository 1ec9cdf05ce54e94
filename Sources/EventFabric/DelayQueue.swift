package import ChipGeometry

/// An event on its way through a delay line.
package struct DelayedEvent: BitwiseCopyable, Sendable {
  /// When it reaches the crossbar.
  package var cycle: UInt64
  /// How many events entered a delay line before it; decides between events of one cycle.
  package var order: UInt64
  package var label: EventLabel
  /// The crossbar input that it arrives at.
  package var input: UInt8

  /// Earlier cycles first, then earlier ones of a cycle; one number, compared without branches.
  @inline(__always) private var rank: UInt128 { UInt128(cycle) << 64 | UInt128(order) }

  @inline(__always) static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
}

/// Events that wait in delay lines, the next one first (a binary heap).
package struct DelayQueue: Sendable {
  private var heap: [DelayedEvent] = []
  private var entered: UInt64 = 0

  package init() { heap.reserveCapacity(1024) }

  /// When the next event leaves, all ones if none waits.
  package var nextCycle: UInt64 { heap.isEmpty ? .max : heap[0].cycle }
  package var count: Int { heap.count }

  package mutating func insert(_ label: EventLabel, input: UInt8, at cycle: UInt64) {
    let event = DelayedEvent(cycle: cycle, order: entered, label: label, input: input)
    entered &+= 1
    heap.append(event)
    var places = heap.mutableSpan
    var child = places.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard event < places[parent] else { break }
      places[child] = places[parent]
      child = parent
    }
    places[child] = event
  }

  /// - Precondition: an event waits.
  package mutating func removeFirst() -> DelayedEvent {
    let first = heap[0]
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    var places = heap.mutableSpan
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < places.count else { break }
      if child + 1 < places.count { child += places[child + 1] < places[child] ? 1 : 0 }
      guard places[child] < last else { break }
      places[parent] = places[child]
      parent = child
    }
    places[parent] = last
    return first
  }

  package func save(to writer: inout StateWriter) {
    writer.section("delayed")
    writer.write(entered)
    writer.write(UInt32(heap.count))
    for event in heap {
      writer.write(event.cycle)
      writer.write(event.order)
      writer.write(event.label.rawValue)
      writer.write(event.input)
    }
  }

  package init(from reader: inout StateReader) throws(StateError) {
    try reader.section("delayed")
    heap.reserveCapacity(1024)
    entered = try reader.read()
    let count = try reader.read(UInt32.self)
    for _ in 0..<count {
      let event = DelayedEvent(
        cycle: try reader.read(), order: try reader.read(), label: EventLabel(try reader.read()),
        input: try reader.read())
      guard event.input < CrossbarInput.count else {
        throw .invalidValue(offset: reader.offset - 1, meaning: "a crossbar input")
      }
      heap.append(event)
    }
  }
}
