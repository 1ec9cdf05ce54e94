/// A strict reader of JSON (RFC 8259): one value, no comments, no trailing commas, no duplicate
/// keys, no unpaired surrogates, UTF-8 without byte order mark.
public struct JSONReader {
  /// Arrays and objects inside each other.
  public static let maximumDepth = 64

  private let bytes: [UInt8]
  private var index = 0
  private var line = 1
  /// Where the line begins.
  private var lineStart = 0
  /// Bytes of this line that continue a character.
  private var continuations = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads a whole text.
  public static func read(_ bytes: [UInt8]) throws(DescriptionError) -> JSONNode {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw DescriptionError(.start, "", "the text is not UTF-8")
    }
    var reader = JSONReader(bytes)
    let node = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.index == bytes.count else {
      throw reader.unexpected("the end of the text")
    }
    return node
  }

  // MARK: Places

  private var position: JSONPosition {
    JSONPosition(line: line, column: index - lineStart - continuations + 1)
  }

  private var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func advance() {
    let byte = bytes[index]
    index += 1
    if byte == UInt8(ascii: "\n") {
      line += 1
      lineStart = index
      continuations = 0
    } else if byte & 0xC0 == 0x80 {
      continuations += 1
    }
  }

  private func unexpected(_ expected: String) -> DescriptionError {
    DescriptionError(position, "", "expected \(expected), found \(found)")
  }

  /// The next character, in words.
  private var found: String {
    guard let byte else { return "the end of the text" }
    guard byte >= 0x20, byte != 0x7F else { return "a control character" }
    var end = index + 1
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return "'\(String(decoding: bytes[index..<end], as: UTF8.self))'"
  }

  private mutating func skipSpace() {
    while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { advance() }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: character) else { return false }
    advance()
    return true
  }

  // MARK: Values

  private mutating func value(depth: Int) throws(DescriptionError) -> JSONNode {
    skipSpace()
    let start = position
    switch byte {
    case UInt8(ascii: "{"): return JSONNode(value: try object(depth), position: start)
    case UInt8(ascii: "["): return JSONNode(value: try array(depth), position: start)
    case UInt8(ascii: "\""): return JSONNode(value: .string(try string()), position: start)
    case .some(UInt8(ascii: "0")...UInt8(ascii: "9")), UInt8(ascii: "-"):
      return JSONNode(value: .number(try number()), position: start)
    default:
      for (word, value) in Self.words where bytes[index...].starts(with: word.utf8) {
        for _ in word.utf8 { advance() }
        return JSONNode(value: value, position: start)
      }
      throw unexpected("a value")
    }
  }

  private static let words: [(String, JSONNode.Value)] = [
    ("true", .bool(true)), ("false", .bool(false)), ("null", .null),
  ]

  private func check(_ depth: Int) throws(DescriptionError) {
    guard depth < Self.maximumDepth else {
      throw DescriptionError(
        position, "", "lists and objects are more than \(Self.maximumDepth) deep")
    }
  }

  private mutating func array(_ depth: Int) throws(DescriptionError) -> JSONNode.Value {
    try check(depth)
    advance()
    var nodes: [JSONNode] = []
    skipSpace()
    if take("]") { return .array([]) }
    while true {
      nodes.append(try value(depth: depth + 1))
      skipSpace()
      if take("]") { return .array(nodes) }
      guard take(",") else { throw unexpected("',' or ']'") }
    }
  }

  private mutating func object(_ depth: Int) throws(DescriptionError) -> JSONNode.Value {
    try check(depth)
    advance()
    var members: [JSONNode.Member] = []
    var seen: [String: JSONPosition] = [:]
    skipSpace()
    if take("}") { return .object([]) }
    while true {
      skipSpace()
      guard byte == UInt8(ascii: "\"") else { throw unexpected("a key in quotation marks") }
      let place = position
      let key = try string()
      if let first = seen.updateValue(place, forKey: key) {
        throw DescriptionError(place, "", "the key '\(key)' was given before, at \(first)")
      }
      skipSpace()
      guard take(":") else { throw unexpected("':'") }
      members.append(.init(key: key, position: place, value: try value(depth: depth + 1)))
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw unexpected("',' or '}'") }
    }
  }

  private mutating func number() throws(DescriptionError) -> String {
    let start = index
    let place = position
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    guard Double(text)?.isFinite == true else {
      throw DescriptionError(place, "", "the number \(text.prefix(40)) is too large")
    }
    return text
  }

  private mutating func digits() throws(DescriptionError) {
    let start = index
    while let byte, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { advance() }
    guard index > start else { throw unexpected("a digit") }
  }

  // MARK: Strings

  private mutating func string() throws(DescriptionError) -> String {
    advance()
    var text: [UInt8] = []
    while true {
      guard let byte else { throw unexpected("the end of the string") }
      switch byte {
      case UInt8(ascii: "\""):
        advance()
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
      case 0..<0x20: throw unexpected("a character of the string (control characters as \\uXXXX)")
      default:
        text.append(byte)
        advance()
      }
    }
  }

  private static let escapes: [(UInt8, Unicode.Scalar)] = [
    (UInt8(ascii: "\""), "\""), (UInt8(ascii: "\\"), "\\"), (UInt8(ascii: "/"), "/"),
    (UInt8(ascii: "b"), "\u{8}"), (UInt8(ascii: "f"), "\u{C}"), (UInt8(ascii: "n"), "\n"),
    (UInt8(ascii: "r"), "\r"), (UInt8(ascii: "t"), "\t"),
  ]

  private mutating func escape() throws(DescriptionError) -> Unicode.Scalar {
    let place = position
    advance()
    if let known = Self.escapes.first(where: { $0.0 == byte }) {
      advance()
      return known.1
    }
    guard take("u") else { throw unexpected("one of \" \\ / b f n r t u") }
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    // Two surrogates make a character.
    guard first < 0xDC00, take("\\"), take("u") else {
      throw DescriptionError(place, "", "half of a character: a surrogate without its pair")
    }
    let second = try fourDigits()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw DescriptionError(place, "", "half of a character: a surrogate without its pair") }
    return scalar
  }

  private mutating func fourDigits() throws(DescriptionError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte, let digit = Self.digit(byte)
      else { throw unexpected("a hexadecimal digit") }
      value = value << 4 | digit
      advance()
    }
    return value
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
