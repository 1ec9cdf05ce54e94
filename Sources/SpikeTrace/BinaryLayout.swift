/// The binary form: `magic`, the format version, chunks. See `traces/README.md`.
enum BinaryLayout {
  /// As in PNG: a byte above 0x7F, a name, and line ends that careless transfers change.
  static let magic: [UInt8] = [0x93, 0x52, 0x56, 0x54, 0x0D, 0x0A, 0x1A, 0x0A]
  /// Magic and version.
  static let prefixByteCount = 12
  /// Type and length.
  static let chunkHeaderByteCount = 8
  static let checksumByteCount = 4
  /// Event count and first tick, before the records of an `EVTS` chunk.
  static let eventHeaderByteCount = 12
  /// A record: a difference of one byte, a label.
  static let minimumRecordByteCount = 3
  /// Event count, chunk count and check of a `DONE` chunk.
  static let doneByteCount = 16

  enum ChunkType: UInt32 {
    case header = 0x4441_4548  // "HEAD", little-endian
    case events = 0x5354_5645  // "EVTS"
    case done = 0x454E_4F44  // "DONE"
  }
}

extension Span<UInt8> {
  /// A little-endian number anywhere in the span; traps outside.
  func littleEndian<T: FixedWidthInteger & UnsignedInteger>(_ offset: Int, as type: T.Type) -> T {
    var value: T = 0
    for index in 0..<MemoryLayout<T>.size { value |= T(self[offset + index]) << (8 * index) }
    return value
  }
}

extension [UInt8] {
  mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
