import InstructionSet

/// An operand as the source has it; numbers may still depend on the layout.
struct ParsedOperand {
  enum Content {
    /// A register, `v0.t`, or a name.
    case fixed(Operand)
    case number(Expression, Modifier?)
    case address(Expression, Modifier?, base: Int)
  }

  /// The operators that split an address between two instructions.
  enum Modifier: String, CaseIterable {
    case high = "hi"
    case low = "lo"
    case programCounterHigh = "pcrel_hi"
    case programCounterLow = "pcrel_lo"
    /// The low part that goes with an `auipc` just before: only in pseudo-instructions.
    case lowOfPrevious = "previous_lo"
  }

  var content: Content
  var position: Position
}

extension AssemblyState {
  /// Reads the operand for one slot of an instruction.
  mutating func parseOperand(
    _ tokens: OperandTokens, _ slot: OperandSlot, _ reader: StatementReader, isPseudo: Bool
  ) throws(SourceError) -> ParsedOperand {
    var inner = StatementReader(Array(tokens) + [reader.tokens[tokens.endIndex]], like: reader)
    // In a pseudo-instruction, where the source has the operand.
    let written = tokens.first { $0.column != reader.tokens[0].column } ?? inner.tokens[0]
    let position = Position(
      line: reader.line, column: isPseudo ? written.column : inner.position.column)
    let content = try parseContent(&inner, slot, isPseudo: isPseudo)
    try inner.expectEndOfOperand(slot)
    return ParsedOperand(content: content, position: position)
  }

  private mutating func parseContent(
    _ reader: inout StatementReader, _ slot: OperandSlot, isPseudo: Bool
  ) throws(SourceError) -> ParsedOperand.Content {
    let expected = reader.expected(slot.expectation)
    switch slot.kind {
    case .integerRegister:
      guard let name = reader.takeIdentifier(), let number = RegisterName.integer(named: name)
      else { throw expected }
      return .fixed(.integerRegister(number))
    case .vectorRegister, .maskRegister:
      guard let name = reader.takeIdentifier(), let number = RegisterName.vector(named: name)
      else { throw expected }
      return .fixed(.vectorRegister(number))
    case .mask:
      guard reader.takeIdentifier() == "v0.t" else { throw expected }
      return .fixed(.mask)
    case .immediate, .target:
      if reader.isAtRegister { throw expected }
      let (expression, modifier) = try parseModified(&reader, isPseudo: isPseudo)
      return .number(expression, modifier)
    case .address, .baseAddress:
      return try parseAddress(&reader, slot, isPseudo: isPseudo)
    case .controlRegister:
      if case .identifier(let name) = reader.token.kind,
        ControlRegister.number(named: name) != nil || file.names[name] == nil
      {
        reader.advance()
        return .fixed(.name(name))
      }
      return .number(try parseExpression(&reader), nil)
    case .fenceSet:
      if let name = reader.takeIdentifier() { return .fixed(.name(name)) }
      return .number(try parseExpression(&reader), nil)
    case .vectorType: return .number(try parseExpression(&reader), nil)
    }
  }

  /// `4(a0)`, `(a0)`, `%lo(name)(a0)`
  private mutating func parseAddress(
    _ reader: inout StatementReader, _ slot: OperandSlot, isPseudo: Bool
  ) throws(SourceError) -> ParsedOperand.Content {
    let expected = reader.expected(slot.expectation)
    if reader.isAtRegister { throw expected }
    var offset = Expression(0, at: reader.position)
    var modifier: ParsedOperand.Modifier?
    if reader.token.kind != .symbol(.leftParenthesis) || !reader.isRegister(1) {
      (offset, modifier) = try parseModified(&reader, isPseudo: isPseudo)
    }
    guard reader.take(.leftParenthesis) else {
      throw reader.expected("a base register in parentheses, as in 4(a0)")
    }
    let register = reader.expected("an integer register")
    guard let name = reader.takeIdentifier(), let base = RegisterName.integer(named: name) else {
      throw register
    }
    try reader.expect(.rightParenthesis)
    return .address(offset, modifier, base: base)
  }

  /// An expression, perhaps in `%hi(…)` and the like.
  private mutating func parseModified(
    _ reader: inout StatementReader, isPseudo: Bool
  ) throws(SourceError) -> (Expression, ParsedOperand.Modifier?) {
    guard reader.take(.percent) else { return (try parseExpression(&reader), nil) }
    let expected = reader.expected("hi, lo, pcrel_hi or pcrel_lo after '%'")
    guard let name = reader.takeIdentifier(),
      let modifier = ParsedOperand.Modifier(rawValue: name),
      modifier != .lowOfPrevious || isPseudo
    else { throw expected }
    try reader.expect(.leftParenthesis)
    let expression = try parseExpression(&reader)
    try reader.expect(.rightParenthesis)
    return (expression, modifier)
  }
}

extension StatementReader {
  /// Whether the token at a distance names an integer register.
  func isRegister(_ distance: Int) -> Bool {
    guard case .identifier(let name) = peek(distance) else { return false }
    return RegisterName.integer(named: name) != nil
  }

  /// Whether a register stands where a number should.
  var isAtRegister: Bool {
    guard case .identifier(let name) = token.kind else { return false }
    return RegisterName.integer(named: name) != nil || RegisterName.vector(named: name) != nil
  }

  /// The end of the tokens of an operand; the last one belongs to what follows.
  fileprivate func expectEndOfOperand(_ slot: OperandSlot) throws(SourceError) {
    guard index == tokens.count - 1 else { throw expected("',' or the end after \(slot.name)") }
  }
}
