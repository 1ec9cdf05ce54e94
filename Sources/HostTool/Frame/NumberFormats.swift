import Foundation

/// Decimal text that carries every bit of a double.
enum SignificantDigits {
  static func seventeen(_ value: Double) -> String { String(format: "%.17g", value) }
}

/// Decimal text with so many digits after the point.
enum FixedPoint {
  static func text(_ value: Double, digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }
}

/// NumPy's array file, format version 1.0.
enum NumPyFile {
  /// A two-dimensional array of little-endian doubles in C order.
  static func bytes(rows: [[Double]], columnCount: Int) -> [UInt8] {
    var header =
      "{'descr': '<f8', 'fortran_order': False, 'shape': (\(rows.count), \(columnCount)), }"
    // Magic, version and length take 10 bytes; the data begin at a multiple of 64.
    let padding = 63 - (10 + header.utf8.count) % 64
    header += String(repeating: " ", count: padding) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes += [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]
    bytes += Array(header.utf8)
    for value in rows.joined() {
      let pattern = value.bitPattern
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: pattern >> UInt64(shift)))
      }
    }
    return bytes
  }
}
