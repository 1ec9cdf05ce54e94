/// An array as NumPy's `.npy` files hold it (format version 1.0 written, 1.0 and 2.0 read): little
/// endian, in C order, to which Fortran order is brought when read.
public struct NumPyArray: Equatable, Sendable {
  /// The elements; integers of up to 64 bits and floating point are read into the nearest of these.
  public enum Values: Equatable, Sendable {
    case int16([Int16])
    case int32([Int32])
    case int64([Int64])
    case float64([Double])
    /// Unicode strings.
    case text([String])

    public var count: Int {
      switch self {
      case .int16(let values): values.count
      case .int32(let values): values.count
      case .int64(let values): values.count
      case .float64(let values): values.count
      case .text(let values): values.count
      }
    }

    /// Unicode scalars of the longest text, at least 1.
    var width: Int {
      guard case .text(let values) = self else { return 0 }
      return values.map(\.unicodeScalars.count).reduce(1, max)
    }

    var descriptor: String {
      switch self {
      case .int16: "<i2"
      case .int32: "<i4"
      case .int64: "<i8"
      case .float64: "<f8"
      case .text: "<U\(width)"
      }
    }
  }

  public var shape: [Int]
  public var values: Values

  /// - Precondition: the shape's product is the number of values.
  public init(shape: [Int], values: Values) {
    precondition(shape.reduce(1, *) == values.count, "shape \(shape) and \(values.count) values")
    self.shape = shape
    self.values = values
  }

  /// The elements as doubles, whatever their type; nil of text.
  public var doubles: [Double]? {
    switch values {
    case .int16(let values): values.map(Double.init)
    case .int32(let values): values.map(Double.init)
    case .int64(let values): values.map { Double($0) }
    case .float64(let values): values
    case .text: nil
    }
  }

  /// The whole file.
  public var bytes: [UInt8] {
    let tuple = shape.map { "\($0)," }.joined(separator: " ")
    var header =
      "{'descr': '\(values.descriptor)', 'fortran_order': False, 'shape': (\(tuple)), }"
    // Magic, version and length take 10 bytes; the data begin at a multiple of 64.
    let padding = 63 - (10 + header.utf8.count) % 64
    header += String(repeating: " ", count: padding) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes += [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]
    bytes += Array(header.utf8)
    func append<T: FixedWidthInteger>(_ value: T) {
      for shift in stride(from: 0, to: T.bitWidth, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value >> T(shift)))
      }
    }
    switch values {
    case .int16(let values): for value in values { append(value) }
    case .int32(let values): for value in values { append(value) }
    case .int64(let values): for value in values { append(value) }
    case .text(let values):
      let width = self.values.width
      for value in values {
        let letters = value.unicodeScalars.map(\.value)
        for i in 0..<width { append(i < letters.count ? letters[i] : 0) }
      }
    case .float64(let values): for value in values { append(value.bitPattern) }
    }
    return bytes
  }
}
