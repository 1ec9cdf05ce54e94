/// A word of a statement.
struct Token: Equatable, Sendable {
  enum Kind: Equatable, Sendable {
    case identifier(String)
    case integer(UInt64)
    /// A number with a decimal point or an exponent, as written.
    case real(String)
    /// `1b` and `1f`.
    case localReference(number: UInt64, isForward: Bool)
    case string([UInt8])
    case symbol(Symbol)
    /// Text that is no token, and what is wrong with it.
    case malformed(String)
    case end
  }

  enum Symbol: String, Sendable {
    case plus = "+", minus = "-", star = "*", slash = "/", percent = "%", tilde = "~"
    case exclamation = "!", ampersand = "&", bar = "|", caret = "^", and = "&&", or = "||"
    case equal = "==", notEqual = "!=", differs = "<>", less = "<", lessOrEqual = "<="
    case greater = ">", greaterOrEqual = ">=", shiftLeft = "<<", shiftRight = ">>"
    case leftParenthesis = "(", rightParenthesis = ")", comma = ",", colon = ":", assign = "="
    case at = "@", backslash = "\\", leftBracket = "[", rightBracket = "]", dollar = "$"
  }

  var kind: Kind
  /// From 0, in the line.
  var column: Int
  /// The column after it.
  var end: Int

  /// How messages call it.
  func description(in text: [UInt8], startingAt column: Int) -> String {
    switch kind {
    case .end: return "the end of the statement"
    case .malformed(let problem): return problem
    default:
      let range = (self.column - column)..<(end - column)
      return "'\(String(decoding: text[range], as: UTF8.self))'"
    }
  }
}

/// Which bytes make up names.
enum NameBytes {
  static func isFirst(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "$"):
      true
    default: false
    }
  }

  static func isInner(_ byte: UInt8) -> Bool {
    isFirst(byte) || isDigit(byte) || byte == UInt8(ascii: "?")
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}
