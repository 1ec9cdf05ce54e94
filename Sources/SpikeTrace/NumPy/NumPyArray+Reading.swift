/// Why a NumPy file cannot be read.
public struct NumPyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Byte offset in the file.
  public var offset: Int
  public var found: String
  public var expected: String

  public var description: String {
    "byte \(offset): found \(found), expected \(expected)"
  }
}

extension NumPyArray {
  /// Reads a `.npy` file.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - origin: added to the offsets in errors, for arrays inside an archive.
  /// - Throws: what is wrong where.
  public init(bytes: [UInt8], origin: Int = 0) throws(NumPyError) {
    guard bytes.count >= 10, bytes[0] == 0x93, bytes[1..<6].elementsEqual("NUMPY".utf8) else {
      throw NumPyError(offset: origin, found: "other bytes", expected: "a NumPy array")
    }
    guard bytes[6] == 1 || bytes[6] == 2 else {
      throw NumPyError(
        offset: origin + 6, found: "format version \(bytes[6])", expected: "version 1 or 2")
    }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    guard bytes.count >= 8 + lengthBytes else {
      throw NumPyError(offset: origin + bytes.count, found: "the end", expected: "a header")
    }
    var length = 0
    for i in (0..<lengthBytes).reversed() { length = length << 8 | Int(bytes[8 + i]) }
    let start = 8 + lengthBytes + length
    guard start <= bytes.count else {
      throw NumPyError(
        offset: origin + 8, found: "a header of \(length) bytes",
        expected: "at most \(bytes.count - 8 - lengthBytes)")
    }
    let header = String(decoding: bytes[(8 + lengthBytes)..<start], as: UTF8.self)
    let at = origin + 8 + lengthBytes
    let descriptor = try Self.quoted("descr", in: header, at)
    let isColumnMajor = try Self.flag("fortran_order", in: header, at)
    let shape = try Self.shape(in: header, at)
    let count = try Self.product(shape, limit: bytes.count, at)
    let data = bytes[start...]
    let stored = try Self.values(descriptor, data, count: count, start: origin + start, at)
    values = isColumnMajor && shape.count > 1 ? Self.rowMajor(stored, shape) : stored
    self.shape = shape
  }

  private static func entry(_ key: String, in header: String) -> Substring? {
    guard let range = header.firstRange(of: "'\(key)':") else { return nil }
    return header[range.upperBound...].drop { $0 == " " }
  }

  private static func flag(
    _ key: String, in header: String, _ offset: Int
  ) throws(NumPyError) -> Bool {
    let text = entry(key, in: header)
    if text?.hasPrefix("True") == true { return true }
    guard text?.hasPrefix("False") == true else {
      throw NumPyError(offset: offset, found: "no '\(key)'", expected: "'\(key)': True or False")
    }
    return false
  }

  /// The elements of an array in Fortran order, whose first index runs fastest, in C order.
  private static func rowMajor(_ values: Values, _ shape: [Int]) -> Values {
    var places: [Int] = [0]
    var stride = 1
    for size in shape {
      // The last index runs fastest here.
      places = places.flatMap { place in (0..<size).map { place + $0 * stride } }
      stride *= size
    }
    return switch values {
    case .int16(let values): .int16(places.map { values[$0] })
    case .int32(let values): .int32(places.map { values[$0] })
    case .int64(let values): .int64(places.map { values[$0] })
    case .float64(let values): .float64(places.map { values[$0] })
    case .text(let values): .text(places.map { values[$0] })
    }
  }

  private static func quoted(
    _ key: String, in header: String, _ offset: Int
  ) throws(NumPyError) -> String {
    guard let text = entry(key, in: header), text.first == "'",
      let end = text.dropFirst().firstIndex(of: "'")
    else { throw NumPyError(offset: offset, found: "no '\(key)'", expected: "'\(key)': '…'") }
    return String(text[text.index(after: text.startIndex)..<end])
  }

  private static func shape(in header: String, _ offset: Int) throws(NumPyError) -> [Int] {
    guard let text = entry("shape", in: header), text.first == "(",
      let end = text.firstIndex(of: ")")
    else { throw NumPyError(offset: offset, found: "no 'shape'", expected: "'shape': (…)") }
    let words = text[text.index(after: text.startIndex)..<end].split(separator: ",")
    var shape: [Int] = []
    for word in words {
      let digits = word.drop { $0 == " " }
      if digits.isEmpty { continue }
      guard let size = Int(digits), size >= 0 else {
        throw NumPyError(offset: offset, found: "size '\(digits)'", expected: "a whole number")
      }
      shape.append(size)
    }
    return shape
  }

  private static func product(
    _ shape: [Int], limit: Int, _ offset: Int
  ) throws(NumPyError) -> Int {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= limit else {
        throw NumPyError(
          offset: offset, found: "shape \(shape)", expected: "no more elements than bytes")
      }
      count = product
    }
    return count
  }

  private static func values(
    _ descriptor: String, _ data: ArraySlice<UInt8>, count: Int, start: Int, _ offset: Int
  ) throws(NumPyError) -> Values {
    let widths = ["<i2": 2, "<i4": 4, "<i8": 8, "<f4": 4, "<f8": 8, "|i1": 1, "|u1": 1]
    guard let width = widths[descriptor] ?? textWidth(descriptor).map({ 4 * $0 }) else {
      throw NumPyError(
        offset: offset, found: "element type '\(descriptor)'",
        expected: "<i2, <i4, <i8, <f4, <f8, |i1, |u1 or <U")
    }
    let (size, overflow) = count.multipliedReportingOverflow(by: width)
    guard !overflow, data.count == size else {
      throw NumPyError(
        offset: start, found: "\(data.count) bytes of data",
        expected: "\(count) elements of \(width) bytes")
    }
    if descriptor.hasPrefix("<U") {
      return try text(data, count: count, width: width / 4, start: start)
    }
    func word(_ index: Int) -> UInt64 {
      let first = data.startIndex + index * width
      return (0..<width).reversed().reduce(0) { $0 << 8 | UInt64(data[first + $1]) }
    }
    let range = 0..<count
    return switch descriptor {
    case "<i2": .int16(range.map { Int16(truncatingIfNeeded: word($0)) })
    case "|i1": .int16(range.map { Int16(Int8(truncatingIfNeeded: word($0))) })
    case "|u1": .int16(range.map { Int16(truncatingIfNeeded: word($0)) })
    case "<i4": .int32(range.map { Int32(truncatingIfNeeded: word($0)) })
    case "<f4":
      .float64(range.map { Double(Float(bitPattern: UInt32(truncatingIfNeeded: word($0)))) })
    case "<i8": .int64(range.map { Int64(bitPattern: word($0)) })
    default: .float64(range.map { Double(bitPattern: word($0)) })
    }
  }

  /// Letters of `<U12`, which are 4 bytes each; nil for another type.
  private static func textWidth(_ descriptor: String) -> Int? {
    guard descriptor.hasPrefix("<U"), let width = Int(descriptor.dropFirst(2)),
      (1...1_000_000).contains(width)
    else { return nil }
    return width
  }

  private static func text(
    _ data: ArraySlice<UInt8>, count: Int, width: Int, start: Int
  ) throws(NumPyError) -> Values {
    var texts: [String] = []
    for index in 0..<count {
      var letters = String.UnicodeScalarView()
      for i in 0..<width {
        let at = data.startIndex + 4 * (index * width + i)
        let code = (0..<4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32(data[at + $1]) }
        guard code != 0 else { break }
        guard let letter = Unicode.Scalar(code) else {
          throw NumPyError(
            offset: start + 4 * (index * width + i), found: "\(code)",
            expected: "a Unicode scalar")
        }
        letters.append(letter)
      }
      texts.append(String(letters))
    }
    return .text(texts)
  }
}
