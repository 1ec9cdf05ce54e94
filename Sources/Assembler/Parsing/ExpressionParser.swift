extension AssemblyState {
  /// Reads an expression. What is known is computed at once; names that have no value yet stay.
  mutating func parseExpression(
    _ reader: inout StatementReader, minimumPrecedence: Int = 1, nesting: Int = 0
  ) throws(SourceError) -> Expression {
    var left = try parseUnary(&reader, nesting: nesting)
    while case .symbol(let symbol) = reader.token.kind, let binary = BinaryOperator(symbol),
      binary.precedence >= minimumPrecedence
    {
      let position = reader.position
      reader.advance()
      let right = try parseExpression(
        &reader, minimumPrecedence: binary.precedence + 1, nesting: nesting + 1)
      left = try combine(binary, left, right, at: position)
    }
    return left
  }

  private mutating func parseUnary(
    _ reader: inout StatementReader, nesting: Int
  ) throws(SourceError) -> Expression {
    guard nesting < Expression.maximumDepth else {
      throw reader.error("the expression is nested too deeply")
    }
    let position = reader.position
    guard case .symbol(let symbol) = reader.token.kind else { return try parsePrimary(&reader) }
    switch symbol {
    case .plus:
      reader.advance()
      return try parseUnary(&reader, nesting: nesting + 1)
    case .minus, .tilde, .exclamation:
      guard let unary = UnaryOperator(rawValue: symbol.rawValue) else { break }
      reader.advance()
      let operand = try parseUnary(&reader, nesting: nesting + 1)
      if let value = operand.constant, value.section == nil {
        return Expression(unary.apply(value.offset), at: position)
      }
      return try grown(.unary(unary, operand.node), operand, operand, at: position)
    case .leftParenthesis:
      reader.advance()
      let inner = try parseExpression(&reader, nesting: nesting + 1)
      try reader.expect(.rightParenthesis)
      return inner
    default: break
    }
    throw reader.expected("a number, a symbol or '('")
  }

  private mutating func parsePrimary(
    _ reader: inout StatementReader
  ) throws(SourceError) -> Expression {
    let position = reader.position
    switch reader.token.kind {
    case .integer(let value):
      reader.advance()
      return Expression(Int64(bitPattern: value), at: position)
    case .localReference(let number, let isForward):
      reader.advance()
      return try localReference(number, isForward: isForward, at: position)
    case .identifier("."):
      reader.advance()
      return Expression(.value(here), at: position)
    case .identifier(let name):
      reader.advance()
      return reference(to: name, at: position)
    case .string(let bytes) where !bytes.isEmpty:
      reader.advance()
      return reference(to: String(decoding: bytes, as: UTF8.self), at: position)
    case .real:
      throw reader.error("a number with a fraction is allowed only in .q7, .q15 and .q31")
    default: throw reader.expected("a number, a symbol or '('")
    }
  }

  private mutating func localReference(
    _ number: UInt64, isForward: Bool, at position: Position
  ) throws(SourceError) -> Expression {
    let count = file.numericLabelCounts[number, default: 0]
    guard isForward || count > 0 else {
      throw SourceError(
        position: position, message: "no label '\(number):' stands before '\(number)b'")
    }
    return use(numericLabel(number, isForward ? count + 1 : count), at: position)
  }

  /// An expression for the present value of a name, or for the name if it has none yet.
  private mutating func reference(to name: String, at position: Position) -> Expression {
    use(symbolIndex(name), at: position)
  }

  private mutating func use(_ index: Int, at position: Position) -> Expression {
    if symbols[index].usedAt == nil { symbols[index].usedAt = position }
    // Another file may have a definition that wins.
    if symbols[index].binding == .weak { return Expression(.symbol(index), at: position) }
    switch symbols[index].definition {
    case .value(let value): return Expression(.value(value), at: position)
    case .expression(var expression) where symbols[index].isVariable:
      // It keeps this value even if the name gets another one.
      expression.position = position
      return expression
    default: return Expression(.symbol(index), at: position)
    }
  }

  private func combine(
    _ binary: BinaryOperator, _ left: Expression, _ right: Expression, at position: Position
  ) throws(SourceError) -> Expression {
    if let a = left.constant, let b = right.constant,
      let value = try apply(binary, a, b, at: position)
    {
      return Expression(.value(value), at: left.position)
    }
    return try grown(.binary(binary, left.node, right.node), left, right, at: left.position)
  }

  private func grown(
    _ node: Expression.Node, _ left: Expression, _ right: Expression, at position: Position
  ) throws(SourceError) -> Expression {
    let result = Expression(
      node, at: position, depth: max(left.depth, right.depth) + 1, size: left.size + right.size + 1)
    guard result.depth <= Expression.maximumDepth, result.size <= Expression.maximumSize else {
      throw SourceError(position: position, message: "the expression is too complicated")
    }
    return result
  }

  // MARK: Values

  /// The value, as far as it is known; nil if it depends on something that is not.
  func evaluate(_ expression: Expression) throws(SourceError) -> Value? {
    var steps = 0
    return try evaluate(expression.node, at: expression.position, depth: 0, &steps)
  }

  /// `steps` counts the nodes visited: definitions that refer to each other twice each would take
  /// for ever.
  private func evaluate(
    _ node: Expression.Node, at position: Position, depth: Int, _ steps: inout Int
  ) throws(SourceError) -> Value? {
    steps += 1
    guard depth < 4 * Expression.maximumDepth, steps < 100_000 else {
      throw SourceError(position: position, message: "a symbol is defined in terms of itself")
    }
    switch node {
    case .value(let value): return value
    case .symbol(let index):
      switch symbols[resolved(index)].definition {
      case .undefined: return nil
      case .value(let value): return value
      case .expression(let expression):
        return try evaluate(expression.node, at: position, depth: depth + 1, &steps)
      }
    case .unary(let unary, let operand):
      guard let value = try evaluate(operand, at: position, depth: depth + 1, &steps) else {
        return nil
      }
      guard value.section == nil else {
        throw SourceError(
          position: position, message: "'\(unary.rawValue)' needs a number, not an address")
      }
      return Value(unary.apply(value.offset))
    case .binary(let binary, let left, let right):
      guard let a = try evaluate(left, at: position, depth: depth + 1, &steps),
        let b = try evaluate(right, at: position, depth: depth + 1, &steps)
      else { return nil }
      return try apply(binary, a, b, at: position)
    }
  }

  /// The symbol that a name means: after all files have been read, perhaps one of another file.
  func resolved(_ index: Int) -> Int {
    let symbol = symbols[index]
    return symbol.isDefined && symbol.binding != .weak ? index : globals[symbol.name] ?? index
  }

  /// Nil if the places have no addresses yet.
  private func apply(
    _ binary: BinaryOperator, _ a: Value, _ b: Value, at position: Position
  ) throws(SourceError) -> Value? {
    func failure(_ message: String) -> SourceError {
      SourceError(position: position, message: message)
    }
    switch (a.section, b.section) {
    case (nil, nil):
      guard let result = binary.apply(a.offset, b.offset) else {
        throw failure("division by zero")
      }
      return Value(result)
    case (let section?, nil) where binary == .add || binary == .subtract:
      return Value(
        binary == .add ? a.offset &+ b.offset : a.offset &- b.offset, in: section)
    case (nil, let section?) where binary == .add:
      return Value(a.offset &+ b.offset, in: section)
    case (let first?, let second?) where binary == .subtract || binary.isComparison:
      if first == second {
        return binary.apply(a.offset, b.offset).map { Value($0) }
      }
      guard addresses.count > max(first, second) else { return nil }
      return binary.apply(a.offset &+ addresses[first], b.offset &+ addresses[second])
        .map { Value($0) }
    case (_?, _?) where binary == .add:
      throw failure("two addresses cannot be added; one minus the other gives a number")
    default: throw failure("'\(binary.rawValue)' needs numbers, not addresses")
    }
  }

  /// The number that an expression has here and now.
  mutating func parseNumber(
    _ reader: inout StatementReader, _ what: String
  ) throws(SourceError) -> Int64 {
    let position = reader.position
    let expression = try parseExpression(&reader)
    guard let value = try evaluate(expression), value.section == nil else {
      throw SourceError(
        position: position, message: "\(what) must be a number that is known at this point")
    }
    return value.offset
  }
}
