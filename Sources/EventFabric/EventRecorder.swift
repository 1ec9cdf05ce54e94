package import ChipGeometry

/// The event recorder of one plasticity processor: a time-stamped memory of the chip's events.
///
/// Not on today's silicon. It sees every event at its emission, before delay lines and queues, and
/// keeps those that come from an enabled source and carry a label that fits.
package struct EventRecorder: Sendable {
  /// Which events a recorder accepts, by origin.
  package struct Sources: OptionSet, BitwiseCopyable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let ownNeurons = Sources(rawValue: 1)
    package static let otherNeurons = Sources(rawValue: 2)
    package static let host = Sources(rawValue: 4)
    package static let background = Sources(rawValue: 8)
    package static let processors = Sources(rawValue: 16)
    package static let all = Sources(rawValue: 31)
  }

  package let hemisphere: Hemisphere
  /// Stamp in bits 31:0, label in 47:32, flags in 63:48: the eight bytes that the processor reads.
  private var entries = [UInt64](repeating: 0, count: AddressMap.recorderCapacity)
  /// Entries since the last clear.
  private(set) package var count = 0
  /// Events lost because the memory was full.
  private(set) package var overflowCount: UInt32 = 0
  package var mask: UInt32 = 0
  package var target: UInt32 = 0
  package var wakeMask: UInt32 = 0xFFFF
  /// At reset a value that no 16-bit label equals.
  package var wakeTarget: UInt32 = 0xFFFF_FFFF
  package var sources: Sources = [.ownNeurons, .host]
  /// Whether the recorder interrupt is asserted.
  package var isPending = false

  package init(_ hemisphere: Hemisphere) { self.hemisphere = hemisphere }

  /// Keeps the event if it passes the filter. An event that finds the memory full is lost and
  /// counted, but still wakes the processor: a program must not sleep through the end of a sample.
  package mutating func record(_ event: SpikeEvent) {
    let label = UInt32(event.label.rawValue)
    guard label & mask == target, !sources.isDisjoint(with: origin(of: event.flags)) else { return }
    if count < AddressMap.recorderCapacity {
      entries[count] =
        UInt64(UInt32(truncatingIfNeeded: event.tick)) | UInt64(label) << 32
        | UInt64(event.flags.rawValue) << 48
      count += 1
    } else {
      overflowCount &+= 1
    }
    if label & wakeMask == wakeTarget { isPending = true }
  }

  private func origin(of flags: SpikeEvent.Flags) -> Sources {
    if flags.contains(.neuron) {
      return flags.contains(.bottom) == (hemisphere == .bottom) ? .ownNeurons : .otherNeurons
    }
    if flags.contains(.background) { return .background }
    if flags.contains(.processor) { return .processors }
    return .host
  }

  /// Forgets all entries and the overflow count.
  package mutating func clear() {
    count = 0
    overflowCount = 0
  }

  /// Eight bytes of the memory; entries that were not recorded since the last clear read as 0.
  ///
  /// - Precondition: `index` is 0…511.
  package func entry(_ index: Int) -> UInt64 { index < count ? entries[index] : 0 }

  /// The bytes of the memory from `offset` on that an entry still has, the low ones of at most four.
  ///
  /// - Precondition: `offset` is 0…4095.
  package func word(at offset: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: entry(offset >> 3) >> UInt64(8 * (offset & 7)))
  }

  /// Copies bytes of the memory from `offset` on.
  ///
  /// - Precondition: all of them are inside.
  package func copy(from offset: Int, into bytes: inout MutableSpan<UInt8>) {
    var index = 0
    while index < bytes.count {
      let place = offset + index
      var rest = entry(place >> 3) >> UInt64(8 * (place & 7))
      for _ in 0..<min(8 - place & 7, bytes.count - index) {
        bytes[index] = UInt8(truncatingIfNeeded: rest)
        rest >>= 8
        index += 1
      }
    }
  }

  package func save(to writer: inout StateWriter) {
    writer.section("recorder")
    writer.writeArray(Array(entries[..<count]))
    for value in [overflowCount, mask, target, wakeMask, wakeTarget, sources.rawValue] {
      writer.write(value)
    }
    writer.write(isPending)
  }

  package init(_ hemisphere: Hemisphere, from reader: inout StateReader) throws(StateError) {
    self.hemisphere = hemisphere
    try reader.section("recorder")
    let recorded: [UInt64] = try reader.readArray()
    guard recorded.count <= AddressMap.recorderCapacity else {
      throw .invalidValue(offset: reader.offset, meaning: "at most 512 recorder entries")
    }
    count = recorded.count
    entries.replaceSubrange(..<count, with: recorded)
    overflowCount = try reader.read()
    mask = try reader.read()
    target = try reader.read()
    wakeMask = try reader.read()
    wakeTarget = try reader.read()
    sources = Sources(rawValue: try reader.read())
    isPending = try reader.readBool()
  }
}
