/// Why a saved state cannot be read back.
public enum StateError: Error, Equatable, Sendable {
  /// The bytes end before the state does.
  case truncated(offset: Int)
  /// A component's section begins with another component's name.
  case wrongSection(offset: Int, expected: String)
  /// A count or a code that this chip cannot have.
  case invalidValue(offset: Int, meaning: String)
}

/// Writes the state of components as bytes, little endian; ``StateReader`` reads them back.
public struct StateWriter: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// Begins a component's section; the name makes a misplaced reader fail at once.
  public mutating func section(_ name: String) { writeArray(Array(name.utf8)) }

  @inlinable
  public mutating func write<T: FixedWidthInteger>(_ value: T) {
    var rest = value
    for _ in 0..<(T.bitWidth / 8) {
      append(UInt8(truncatingIfNeeded: rest))
      if T.bitWidth > 8 { rest >>= 8 }
    }
  }

  public mutating func write(_ value: Bool) { append(value ? 1 : 0) }
  /// All bits, so that negative zero and infinities survive.
  public mutating func write(_ value: Double) { write(value.bitPattern) }

  @usableFromInline mutating func append(_ byte: UInt8) { bytes.append(byte) }

  /// The number of elements, then each.
  @inlinable
  public mutating func writeArray<T: FixedWidthInteger>(_ values: [T]) {
    write(UInt32(values.count))
    if let plain = values as? [UInt8] {
      append(contentsOf: plain)
    } else {
      for value in values { write(value) }
    }
  }

  /// The number of elements, then each.
  public mutating func writeArray(_ values: [Double]) {
    write(UInt32(values.count))
    for value in values { write(value) }
  }

  @usableFromInline mutating func append(contentsOf plain: [UInt8]) { bytes += plain }
}

/// Reads what a ``StateWriter`` wrote, in the same order.
public struct StateReader: Sendable {
  private let bytes: [UInt8]
  /// Bytes read so far.
  public private(set) var offset = 0

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public var isAtEnd: Bool { offset == bytes.count }

  public mutating func section(_ name: String) throws(StateError) {
    let start = offset
    let found: [UInt8] = try readArray()
    guard found == Array(name.utf8) else {
      throw .wrongSection(offset: start, expected: name)
    }
  }

  @inlinable
  public mutating func read<T: FixedWidthInteger>(_: T.Type = T.self) throws(StateError) -> T {
    var value: T = 0
    for index in 0..<(T.bitWidth / 8) {
      value |= T(truncatingIfNeeded: try next()) << T(truncatingIfNeeded: 8 * index)
    }
    return value
  }

  public mutating func readBool() throws(StateError) -> Bool {
    let byte = try next()
    guard byte <= 1 else { throw .invalidValue(offset: offset - 1, meaning: "a truth value") }
    return byte == 1
  }

  public mutating func readDouble() throws(StateError) -> Double {
    Double(bitPattern: try read())
  }

  @usableFromInline mutating func next() throws(StateError) -> UInt8 {
    guard offset < bytes.count else { throw .truncated(offset: offset) }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// A count, then as many elements; with `count`, no other number is accepted.
  @inlinable
  public mutating func readArray<T: FixedWidthInteger>(
    count expectedCount: Int? = nil
  ) throws(StateError) -> [T] {
    let count = try readCount(expectedCount, elementByteCount: T.bitWidth / 8)
    if let plain = take(count, ifBytes: T.self) { return plain }
    var values: [T] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try read()) }
    return values
  }

  public mutating func readDoubles(count expectedCount: Int? = nil) throws(StateError) -> [Double] {
    let count = try readCount(expectedCount, elementByteCount: 8)
    var values: [Double] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try readDouble()) }
    return values
  }

  @usableFromInline mutating func take<T>(_ count: Int, ifBytes _: T.Type) -> [T]? {
    guard T.self == UInt8.self else { return nil }
    defer { offset += count }
    return Array(bytes[offset..<offset + count]) as? [T]
  }

  @usableFromInline mutating func readCount(
    _ expected: Int?, elementByteCount: Int
  ) throws(StateError) -> Int {
    let start = offset
    let count = Int(try read(UInt32.self))
    if let expected, expected != count {
      throw .invalidValue(offset: start, meaning: "\(expected) elements, not \(count)")
    }
    guard count <= (bytes.count - offset) / elementByteCount else {
      throw .truncated(offset: bytes.count)
    }
    return count
  }
}
