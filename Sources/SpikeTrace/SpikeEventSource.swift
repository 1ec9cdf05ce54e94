public import ChipGeometry

/// What tells sources of events apart: a label with its flags.
public struct SpikeEventSource: Hashable, Comparable, BitwiseCopyable, Sendable {
  public var label: EventLabel
  public var flags: SpikeEvent.Flags

  public init(_ event: SpikeEvent) {
    label = event.label
    flags = event.flags
  }

  func event(at tick: UInt64) -> SpikeEvent {
    SpikeEvent(tick: tick, label: label, flags: flags)
  }

  fileprivate var key: UInt32 { UInt32(label.rawValue) << 16 | UInt32(flags.rawValue) }

  /// By label, then by flags.
  public static func < (a: Self, b: Self) -> Bool { a.key < b.key }
}

/// Numbers sources in the order in which they appear; a hash table of two arrays.
struct SourceNumbering {
  /// A power of two, at most half full.
  private var slots = [Int32](repeating: -1, count: 64)
  private(set) var sources: [SpikeEventSource] = []

  /// The number of `source`, a new one if it is new.
  mutating func number(of source: SpikeEventSource) -> Int {
    var slot = slot(of: source)
    while slots[slot] >= 0 {
      let number = Int(slots[slot])
      if sources[number].key == source.key { return number }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(sources.count)
    sources.append(source)
    if sources.count * 2 > slots.count { grow() }
    return sources.count - 1
  }

  private func slot(of source: SpikeEventSource) -> Int {
    // Fibonacci hashing: the golden ratio spreads neighbouring labels.
    let product = UInt64(source.key) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: product >> 32) & (slots.count - 1)
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (number, source) in sources.enumerated() {
      var slot = slot(of: source)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }
}
