/// Walks over the tokens of one statement.
struct StatementReader {
  let tokens: [Token]
  private let text: [UInt8]
  private let column: Int
  /// Index into ``SourceMap/lines``.
  let line: Int
  private(set) var index = 0

  init(_ source: SourceMap.Line, line: Int) {
    text = source.text
    column = source.column
    tokens = Lexer.tokens(text, column: column)
    self.line = line
  }

  /// A reader of other tokens of the same statement.
  init(_ tokens: [Token], like reader: StatementReader) {
    self.tokens = tokens
    text = reader.text
    column = reader.column
    line = reader.line
  }

  var token: Token { tokens[index] }
  var position: Position { Position(line: line, column: token.column) }
  var isAtEnd: Bool { token.kind == .end }

  func peek(_ distance: Int = 1) -> Token.Kind {
    index + distance < tokens.count ? tokens[index + distance].kind : .end
  }

  /// Whether blanks stand before the current token.
  var hasBlankBefore: Bool { index > 0 && tokens[index - 1].end < token.column }

  mutating func advance() { if index < tokens.count - 1 { index += 1 } }

  mutating func skip(to other: Int) { index = other }

  mutating func take(_ symbol: Token.Symbol) -> Bool {
    guard token.kind == .symbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func takeIdentifier() -> String? {
    guard case .identifier(let name) = token.kind else { return nil }
    advance()
    return name
  }

  /// The text from the current token to the end, without blanks at its end.
  var rest: [UInt8] {
    guard !isAtEnd else { return [] }
    let bytes = text[(token.column - column)...]
    return Array(bytes.prefix(bytes.count - bytes.reversed().prefix(while: isBlankByte).count))
  }

  /// The bytes between two columns.
  func text(from start: Int, to end: Int) -> [UInt8] {
    Array(text[(start - column)..<(end - column)])
  }

  func error(_ message: String) -> SourceError { SourceError(position: position, message: message) }

  func expected(_ what: String) -> SourceError {
    error("expected \(what), found \(token.description(in: text, startingAt: column))")
  }

  mutating func expect(_ symbol: Token.Symbol) throws(SourceError) {
    guard take(symbol) else { throw expected("'\(symbol.rawValue)'") }
  }

  func expectEnd() throws(SourceError) {
    guard isAtEnd else { throw expected("the end of the statement") }
  }

  /// A name, or a string in its place.
  mutating func expectName(_ what: String = "a symbol name") throws(SourceError) -> String {
    switch token.kind {
    case .identifier(let name):
      advance()
      return name
    case .string(let bytes) where !bytes.isEmpty:
      advance()
      return String(decoding: bytes, as: UTF8.self)
    default: throw expected(what)
    }
  }

  mutating func expectString(_ what: String = "a string in quotes") throws(SourceError) -> [UInt8] {
    guard case .string(let bytes) = token.kind else { throw expected(what) }
    advance()
    return bytes
  }
}
