/// Bytes of a file in the making; numbers are little-endian.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  var count: Int { bytes.count }

  mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

  mutating func integer<T: FixedWidthInteger>(_ value: T) {
    for index in 0..<(T.bitWidth / 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index)))
    }
  }

  /// A string with a zero after it.
  mutating func string(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    bytes.append(0)
  }

  mutating func unsignedLEB(_ value: Int) {
    append(LEB128.unsigned(UInt64(truncatingIfNeeded: value)))
  }

  mutating func signedLEB(_ value: Int) { append(LEB128.signed(Int64(value))) }

  /// Zeros up to a multiple of `alignment`.
  mutating func align(_ alignment: Int) {
    while bytes.count % alignment != 0 { bytes.append(0) }
  }

  /// Writes over what stands at `offset`.
  mutating func overwrite(_ more: [UInt8], at offset: Int) {
    bytes.replaceSubrange(offset..<(offset + more.count), with: more)
  }

  /// Writes a 32-bit number over what stands at `offset`.
  mutating func patch(_ value: UInt32, at offset: Int) {
    for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
  }
}
