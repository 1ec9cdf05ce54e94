extension AssemblyState {
  /// `.q15 0.5, -1/3, SCALE*0.1`: fixed-point numbers, -1 up to just below 1.
  ///
  /// The expression has the operators `+ - * /`, parentheses and names of constants, and is computed
  /// in double precision; the result is rounded to the nearest, a tie away from zero.
  mutating func fractions(
    _ reader: inout StatementReader, fractionBits: Int
  ) throws(SourceError) {
    guard !reader.isAtEnd else { return }
    repeat {
      let position = reader.position
      let value = try parseReal(&reader, minimumPrecedence: 1, nesting: 0)
      let scale = Double(Int64(1) << Int64(fractionBits))
      let scaled = (value * scale).rounded(.toNearestOrAwayFromZero)
      // NaN fails both comparisons.
      guard scaled >= -scale, scaled <= scale - 1 else {
        throw SourceError(
          position: position,
          message: "\(value) is out of range of .q\(fractionBits): expected -1 to "
            + "\((scale - 1) / scale)")
      }
      try emit(Self.bytes(Int64(scaled), (fractionBits + 1) / 8), at: position)
    } while reader.take(.comma)
  }

  private mutating func parseReal(
    _ reader: inout StatementReader, minimumPrecedence: Int, nesting: Int
  ) throws(SourceError) -> Double {
    var left = try parseRealPrimary(&reader, nesting: nesting)
    while case .symbol(let symbol) = reader.token.kind {
      let precedence = symbol == .plus || symbol == .minus ? 1 : 2
      guard [.plus, .minus, .star, .slash].contains(symbol), precedence >= minimumPrecedence else {
        break
      }
      let position = reader.position
      reader.advance()
      let right = try parseReal(
        &reader, minimumPrecedence: precedence + 1, nesting: nesting + 1)
      switch symbol {
      case .plus: left += right
      case .minus: left -= right
      case .star: left *= right
      default:
        guard right != 0 else {
          throw SourceError(position: position, message: "division by zero")
        }
        left /= right
      }
    }
    return left
  }

  private mutating func parseRealPrimary(
    _ reader: inout StatementReader, nesting: Int
  ) throws(SourceError) -> Double {
    guard nesting < Expression.maximumDepth else {
      throw reader.error("the expression is nested too deeply")
    }
    let position = reader.position
    switch reader.token.kind {
    case .symbol(.minus):
      reader.advance()
      return try -parseRealPrimary(&reader, nesting: nesting + 1)
    case .symbol(.plus):
      reader.advance()
      return try parseRealPrimary(&reader, nesting: nesting + 1)
    case .symbol(.leftParenthesis):
      reader.advance()
      let value = try parseReal(&reader, minimumPrecedence: 1, nesting: nesting + 1)
      try reader.expect(.rightParenthesis)
      return value
    case .real(let text):
      // `1.` and `.5` are numbers here, not in Swift.
      guard let value = Double(text) ?? Double("0\(text)") ?? Double("\(text)0") else {
        throw reader.expected("a number")
      }
      reader.advance()
      return value
    case .integer(let value):
      reader.advance()
      return Double(value)
    case .identifier(let name) where name != ".":
      reader.advance()
      let index = symbolIndex(name)
      if symbols[index].usedAt == nil { symbols[index].usedAt = position }
      guard case .value(let value) = symbols[index].definition, value.section == nil else {
        throw SourceError(
          position: position, message: "'\(name)' must be a number that is known at this point")
      }
      return Double(value.offset)
    default: throw reader.expected("a number, a constant or '('")
    }
  }
}
