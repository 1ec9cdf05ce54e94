import Foundation

/// What an expression is: a number, or the lanes of a vector register or of memory.
package struct DebugValue: Equatable {
  /// Zero-extended.
  package var elements: [UInt32]
  /// Bytes of an element: 1, 2, 4.
  package var width: Int
  /// Whether it is several things, even if there is but one.
  package var isVector: Bool
  /// The number of the first element, where it is a part.
  package var firstIndex = 0

  package init(_ word: UInt32) { (elements, width, isVector) = ([word], 4, false) }

  /// Bytes cut into elements, the lowest first.
  package init(_ bytes: [UInt8], width: Int, firstIndex: Int = 0) {
    elements = stride(from: 0, to: bytes.count - width + 1, by: width).map { start in
      (0..<width).reversed().reduce(0) { $0 << 8 | UInt32(bytes[start + $1]) }
    }
    (self.width, isVector, self.firstIndex) = (width, true, firstIndex)
  }

  package var word: UInt32 { elements.first ?? 0 }
}

/// How numbers are printed.
package enum NumberFormat: Equatable, Sendable {
  /// Signed, and hexadecimal beside it where there is room.
  case standard
  case hexadecimal
  case signed
  case unsigned
  case binary
  /// A signed fixed-point number with so many bits of fraction.
  case fixedPoint(Int)

  /// `x`, `d`, `u`, `t`, `q15`.
  package init?(_ name: Substring) {
    switch name {
    case "x": self = .hexadecimal
    case "d": self = .signed
    case "u": self = .unsigned
    case "t": self = .binary
    default:
      guard name.first == "q", let bits = Int(name.dropFirst()), (0...31).contains(bits) else {
        return nil
      }
      self = .fixedPoint(bits)
    }
  }

  package static let syntax = "x, d, u, t, or q with the bits of the fraction as in q15"

  /// A number of `width` bytes.
  package func text(_ value: UInt32, width: Int) -> String {
    let shift = UInt32(32 - 8 * width)
    let signed = Int32(bitPattern: value << shift) >> Int32(shift)
    switch self {
    case .standard: return "\(signed)"
    case .hexadecimal: return "0x" + Self.digits(value, radix: 16, count: 2 * width)
    case .signed: return "\(signed)"
    case .unsigned: return "\(value)"
    case .binary: return "0b" + Self.digits(value, radix: 2, count: 8 * width)
    case .fixedPoint(let bits):
      let number = Double(signed) / Double(UInt64(1) << UInt64(bits))
      return String(format: "%.\(min(max(3, (bits * 3 + 9) / 10 + 2), 10))f", number)
    }
  }

  static func digits(_ value: UInt32, radix: Int, count: Int) -> String {
    let digits = String(value, radix: radix)
    return String(repeating: "0", count: max(0, count - digits.count)) + digits
  }
}

extension DebugValue {
  /// One line for a number, rows of eight for lanes.
  package func text(_ format: NumberFormat) -> String {
    guard isVector else {
      guard format == .standard else { return format.text(word, width: width) }
      return "\(NumberFormat.signed.text(word, width: width)) "
        + "(0x\(String(word, radix: 16)))"
    }
    let cells = elements.map { format.text($0, width: width) }
    if cells.count == 1 { return cells[0] }
    let cellWidth = cells.map(\.count).max() ?? 0
    let last = firstIndex + cells.count - 1
    let indexWidth = "\(last)".count
    return stride(from: 0, to: cells.count, by: 8).map { first in
      let index = "\(firstIndex + first)"
      let row = cells[first..<min(first + 8, cells.count)].map {
        String(repeating: " ", count: cellWidth - $0.count) + $0
      }
      return String(repeating: " ", count: indexWidth - index.count) + "[\(index)] "
        + row.joined(separator: " ")
    }.joined(separator: "\n")
  }
}

/// What a person has asked for in vain.
package struct DebuggerError: Error, Equatable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
