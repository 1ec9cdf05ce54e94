public import ChipGeometry

/// Moves each event by a random time, Gaussian and cut at four standard deviations, and puts the events
/// back in order.
///
/// Needs memory for as many events as come within eight standard deviations.
public struct TraceJitter {
  private let deviation: Double
  private let flags: SpikeEvent.Flags
  private var random: RandomStream
  private var waiting: [(event: SpikeEvent, order: UInt64)] = []
  private var order: UInt64 = 0

  /// - Parameters:
  ///   - deviation: in ticks.
  ///   - flags: only events with one of these are moved; all if none is said. Ends of samples never
  ///     are.
  ///   - seed: of the random numbers.
  public init(deviation: Double, flags: SpikeEvent.Flags = [], seed: UInt64) {
    self.deviation = deviation
    self.flags = flags
    random = RandomStream(seed: seed, name: "trace jitter")
  }

  /// Takes an event and appends those that no later one can precede.
  public mutating func take(_ event: SpikeEvent, into output: inout [SpikeEvent]) {
    var moved = event
    let isMoved = flags.isEmpty || !flags.isDisjoint(with: event.flags)
    if isMoved, !event.flags.contains(.endOfSample) {
      let shift = (deviation * random.gaussian(truncatedAt: 4)).rounded()
      let tick = Double(event.tick) + shift
      moved.tick = tick <= 0 ? 0 : event.tick &+ UInt64(bitPattern: Int64(shift))
    }
    insert(moved)
    let reach = UInt64((4 * deviation).rounded(.up)) + 1
    let safe = event.tick > reach ? event.tick - reach : 0
    while let first = waiting.first, first.event.tick < safe {
      output.append(first.event)
      removeFirst()
    }
  }

  /// The rest, in order.
  public mutating func finish(into output: inout [SpikeEvent]) {
    while let first = waiting.first {
      output.append(first.event)
      removeFirst()
    }
  }

  // A binary heap by time, then by order of arrival.

  private func isBefore(_ a: Int, _ b: Int) -> Bool {
    (waiting[a].event.tick, waiting[a].order) < (waiting[b].event.tick, waiting[b].order)
  }

  private mutating func insert(_ event: SpikeEvent) {
    waiting.append((event, order))
    order += 1
    var child = waiting.count - 1
    while child > 0, isBefore(child, (child - 1) / 2) {
      waiting.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func removeFirst() {
    waiting.swapAt(0, waiting.count - 1)
    waiting.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < waiting.count {
        if isBefore(child, least) { least = child }
      }
      guard least != parent else { return }
      waiting.swapAt(parent, least)
      parent = least
    }
  }
}
