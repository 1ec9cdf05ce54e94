/// Cuts a statement into tokens.
struct Lexer {
  private let text: [UInt8]
  /// The column of the first byte.
  private let base: Int
  private var index = 0

  /// The tokens of a statement whose first byte stands in `column`; the last is ``Token/Kind/end``.
  static func tokens(_ text: [UInt8], column: Int) -> [Token] {
    var lexer = Lexer(text: text, base: column)
    var tokens: [Token] = []
    repeat { tokens.append(lexer.next()) } while tokens[tokens.count - 1].kind != .end
    return tokens
  }

  private init(text: [UInt8], base: Int) {
    self.text = text
    self.base = base
  }

  private func byte(_ offset: Int = 0) -> UInt8 {
    index + offset < text.count ? text[index + offset] : 0
  }

  private mutating func next() -> Token {
    while index < text.count, isBlankByte(text[index]) { index += 1 }
    let start = index
    let kind = index < text.count ? kind() : .end
    index = min(index, text.count)
    return Token(kind: kind, column: base + start, end: base + index)
  }

  private mutating func kind() -> Token.Kind {
    let first = byte()
    if NameBytes.isDigit(first) { return number() }
    if first == UInt8(ascii: "."), NameBytes.isDigit(byte(1)), !isSizeDirective { return real() }
    if NameBytes.isFirst(first) {
      let start = index
      while NameBytes.isInner(byte()) { index += 1 }
      return .identifier(String(decoding: text[start..<index], as: UTF8.self))
    }
    if first == UInt8(ascii: "\"") { return string() }
    if first == UInt8(ascii: "'") { return character() }
    return symbol()
  }

  /// `.2byte` and its kin look like fractions.
  private var isSizeDirective: Bool {
    byte(2) == UInt8(ascii: "b") && byte(3) == UInt8(ascii: "y")
  }

  private mutating func symbol() -> Token.Kind {
    for length in [2, 1] where index + length <= text.count {
      let word = String(decoding: text[index..<index + length], as: UTF8.self)
      if let symbol = Token.Symbol(rawValue: word) {
        index += length
        return .symbol(symbol)
      }
    }
    let start = index
    index += 1
    // The rest of a character of several bytes.
    while byte() & 0xC0 == 0x80 { index += 1 }
    return .malformed(
      "the character '\(String(decoding: text[start..<index], as: UTF8.self))'")
  }
}

// MARK: Numbers

extension Lexer {
  private mutating func number() -> Token.Kind {
    let start = index
    var radix: UInt64 = 10
    if byte() == UInt8(ascii: "0") {
      switch byte(1) | 0x20 {
      case UInt8(ascii: "x"): (radix, index) = (16, index + 2)
      case UInt8(ascii: "b") where byte(2) == UInt8(ascii: "0") || byte(2) == UInt8(ascii: "1"):
        (radix, index) = (2, index + 2)
      default: break
      }
    }
    let digits = index
    var value: UInt64 = 0
    var isTooLarge = false
    while let digit = Self.digit(byte()), digit < radix {
      let (high, low) = value.multipliedFullWidth(by: radix)
      let sum = low.addingReportingOverflow(digit)
      isTooLarge = isTooLarge || high != 0 || sum.overflow
      value = sum.partialValue
      index += 1
    }
    guard radix == 10 else {
      if index == digits { return malformedNumber(from: start) }
      return finishInteger(value, isTooLarge, from: start)
    }
    let isReference =
      (byte() | 0x20 == UInt8(ascii: "b") || byte() | 0x20 == UInt8(ascii: "f"))
      && !NameBytes.isInner(byte(1))
    if isReference, !isTooLarge {
      index += 1
      return .localReference(number: value, isForward: text[index - 1] | 0x20 == UInt8(ascii: "f"))
    }
    if byte() == UInt8(ascii: ".") || byte() | 0x20 == UInt8(ascii: "e") {
      index = start
      return real()
    }
    let isOctal = text[start] == UInt8(ascii: "0") && index - start > 1
    guard isOctal else { return finishInteger(value, isTooLarge, from: start) }
    value = 0
    for digit in text[start..<index] {
      let digit = UInt64(digit - UInt8(ascii: "0"))
      guard digit < 8 else { return malformedNumber(from: start) }
      isTooLarge = isTooLarge || value >> 61 != 0
      value = value << 3 | digit
    }
    return finishInteger(value, isTooLarge, from: start)
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// Steps over the suffixes `u` and `l` of C, which mean nothing here.
  private mutating func finishInteger(
    _ value: UInt64, _ isTooLarge: Bool, from start: Int
  ) -> Token.Kind {
    while byte() | 0x20 == UInt8(ascii: "u") || byte() | 0x20 == UInt8(ascii: "l") { index += 1 }
    if NameBytes.isInner(byte()) { return malformedNumber(from: start) }
    if isTooLarge {
      return .malformed(
        "the number '\(String(decoding: text[start..<index], as: UTF8.self))' of more than 64 bits")
    }
    return .integer(value)
  }

  private mutating func malformedNumber(from start: Int) -> Token.Kind {
    while NameBytes.isInner(byte()) { index += 1 }
    return .malformed(
      "the malformed number '\(String(decoding: text[start..<index], as: UTF8.self))'")
  }

  private mutating func real() -> Token.Kind {
    let start = index
    while NameBytes.isDigit(byte()) { index += 1 }
    if byte() == UInt8(ascii: ".") { index += 1 }
    while NameBytes.isDigit(byte()) { index += 1 }
    if byte() | 0x20 == UInt8(ascii: "e") {
      let hasSign = byte(1) == UInt8(ascii: "-") || byte(1) == UInt8(ascii: "+")
      guard NameBytes.isDigit(byte(hasSign ? 2 : 1)) else { return malformedNumber(from: start) }
      index += hasSign ? 2 : 1
      while NameBytes.isDigit(byte()) { index += 1 }
    }
    if NameBytes.isInner(byte()) { return malformedNumber(from: start) }
    return .real(String(decoding: text[start..<index], as: UTF8.self))
  }
}

// MARK: Strings and characters

extension Lexer {
  private mutating func string() -> Token.Kind {
    index += 1
    var bytes: [UInt8] = []
    while index < text.count {
      switch byte() {
      case UInt8(ascii: "\""):
        index += 1
        return .string(bytes)
      case UInt8(ascii: "\\"):
        index += 1
        guard let value = escape() else { return .malformed("an unknown escape in the string") }
        bytes.append(value)
      default:
        bytes.append(byte())
        index += 1
      }
    }
    return .malformed("a string that is not closed")
  }

  /// The byte that the characters after a backslash stand for.
  private mutating func escape() -> UInt8? {
    let letter = byte()
    index += 1
    switch letter {
    case UInt8(ascii: "b"): return 8
    case UInt8(ascii: "f"): return 12
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "'"): return letter
    case UInt8(ascii: "x"), UInt8(ascii: "X"):
      guard Self.digit(byte()) != nil else { return nil }
      var value: UInt64 = 0
      while let digit = Self.digit(byte()) {
        value = (value << 4 | digit) & 0xFF
        index += 1
      }
      return UInt8(value)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      var value = Int(letter - UInt8(ascii: "0"))
      for _ in 0..<2 where byte() >= UInt8(ascii: "0") && byte() <= UInt8(ascii: "7") {
        value = value << 3 | Int(byte() - UInt8(ascii: "0"))
        index += 1
      }
      return value < 256 ? UInt8(value) : nil
    default: return nil
    }
  }

  private mutating func character() -> Token.Kind {
    index += 1
    guard index < text.count else { return .malformed("a character constant without a character") }
    let value: UInt8
    if byte() == UInt8(ascii: "\\") {
      index += 1
      guard let escaped = escape() else { return .malformed("an unknown escape") }
      value = escaped
    } else {
      value = byte()
      index += 1
      // A character of several bytes has no place in a byte.
      if byte() & 0xC0 == 0x80 {
        while byte() & 0xC0 == 0x80 { index += 1 }
        return .malformed("a character outside ASCII")
      }
    }
    if byte() == UInt8(ascii: "'") { index += 1 }
    return .integer(UInt64(value))
  }
}
