/// What is wrong with an ELF file, and where.
public struct ELFError: Error, Sendable, Equatable, CustomStringConvertible {
  /// From the start of the file.
  public let offset: Int
  public let message: String

  public var description: String { "byte \(offset) (0x\(String(offset, radix: 16))): \(message)" }
}

/// Reads little-endian numbers from a part of a file, and never beyond it.
struct ByteReader {
  private let bytes: [UInt8]
  private(set) var offset: Int
  let end: Int

  /// Clamps the range to the file.
  init(_ bytes: [UInt8], _ range: Range<Int>? = nil) {
    self.bytes = bytes
    let range = (range ?? 0..<bytes.count).clamped(to: 0..<bytes.count)
    offset = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { offset >= end }

  func error(_ message: String) -> ELFError { ELFError(offset: offset, message: message) }

  private func require(_ count: Int) throws(ELFError) {
    guard count <= end - offset else { throw error("the file ends within a field") }
  }

  mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(ELFError) -> T {
    try require(T.bitWidth / 8)
    var value: T = 0
    for index in 0..<(T.bitWidth / 8) {
      value |= T(truncatingIfNeeded: bytes[offset + index]) << (8 * index)
    }
    offset += T.bitWidth / 8
    return value
  }

  mutating func skip(_ count: Int) throws(ELFError) {
    guard count >= 0 else { throw error("a negative length") }
    try require(count)
    offset += count
  }

  /// The next `count` bytes as a reader of their own.
  mutating func part(_ count: Int) throws(ELFError) -> ByteReader {
    let start = offset
    try skip(count)
    return ByteReader(bytes, start..<offset)
  }

  /// A string up to its zero.
  mutating func string() throws(ELFError) -> String {
    guard let zero = bytes[offset..<end].firstIndex(of: 0) else {
      throw error("a string without its end")
    }
    defer { offset = zero + 1 }
    return String(decoding: bytes[offset..<zero], as: UTF8.self)
  }

  mutating func unsignedLEB() throws(ELFError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try integer(UInt8.self)
      if shift < 64 { value |= UInt64(byte & 0x7F) << shift }
      shift += 7
      if byte & 0x80 == 0 { return value }
    }
  }

  mutating func signedLEB() throws(ELFError) -> Int64 {
    var value: Int64 = 0
    var shift: Int64 = 0
    while true {
      let byte = try integer(UInt8.self)
      if shift < 64 { value |= Int64(byte & 0x7F) << shift }
      shift += 7
      guard byte & 0x80 == 0 else { continue }
      return byte & 0x40 != 0 && shift < 64 ? value | -1 << shift : value
    }
  }
}
