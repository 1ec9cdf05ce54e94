/// The cyclic redundancy check of zip, PNG and Ethernet: polynomial 0x04C11DB7, reflected, initial
/// value and final complement all ones. CRC-32 of "123456789" is 0xCBF43926.
public struct CRC32: BitwiseCopyable, Sendable {
  private var state: UInt32 = 0xFFFF_FFFF

  public init() {}

  /// The check of all bytes so far.
  public var value: UInt32 { ~state }

  public static func of(_ bytes: [UInt8]) -> UInt32 {
    var check = CRC32()
    check.update(bytes.span)
    return check.value
  }

  /// Takes more bytes, eight at a time (Intel's "slicing by 8").
  public mutating func update(_ bytes: Span<UInt8>) {
    let table = Self.table
    state = unsafe Self.update(state, bytes.bytes, table.span)
  }

  private static func update(_ start: UInt32, _ bytes: RawSpan, _ table: Span<UInt32>) -> UInt32 {
    precondition(table.count == 2048)
    // The table has 2048 entries, so 0…255 plus 0, 256 … 1792 is inside.
    func entry(_ slice: Int, _ byte: UInt64) -> UInt32 {
      unsafe table[unchecked: slice << 8 | Int(truncatingIfNeeded: byte & 255)]
    }
    var state = start
    var offset = 0
    while bytes.byteCount - offset >= 8 {
      // Inside, by the line above.
      let loaded = unsafe bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: offset, as: UInt64.self)
      let word = UInt64(littleEndian: loaded) ^ UInt64(state)
      state =
        entry(7, word) ^ entry(6, word >> 8) ^ entry(5, word >> 16) ^ entry(4, word >> 24)
        ^ entry(3, word >> 32) ^ entry(2, word >> 40) ^ entry(1, word >> 48) ^ entry(0, word >> 56)
      offset += 8
    }
    while offset < bytes.byteCount {
      let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
      state = state >> 8 ^ entry(0, UInt64(UInt8(truncatingIfNeeded: state) ^ byte))
      offset += 1
    }
    return state
  }

  /// Entry 256 k + b: what byte b does when k zero bytes follow it.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 2048)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
      table[byte] = value
    }
    for index in 256..<2048 {
      let before = table[index - 256]
      table[index] = before >> 8 ^ table[Int(before & 255)]
    }
    return table
  }()
}
