import InstructionSet

/// The tokens of one operand.
typealias OperandTokens = ArraySlice<Token>

extension AssemblyState {
  /// Cuts the rest of a statement into operands, at the commas outside parentheses.
  func operands(_ reader: StatementReader) throws(SourceError) -> [OperandTokens] {
    let tokens = reader.tokens[reader.index...].dropLast()
    guard !tokens.isEmpty else { return [] }
    var operands: [OperandTokens] = []
    var start = tokens.startIndex
    var depth = 0
    for index in tokens.indices {
      switch tokens[index].kind {
      case .symbol(.leftParenthesis): depth += 1
      case .symbol(.rightParenthesis): depth -= 1
      case .symbol(.comma) where depth == 0:
        operands.append(tokens[start..<index])
        start = index + 1
      default: break
      }
    }
    operands.append(tokens[start...])
    for operand in operands where operand.isEmpty {
      var reader = reader
      reader.skip(to: operand.startIndex)
      throw reader.expected("an operand")
    }
    return operands
  }

  /// Replaces a pseudo-instruction by what it stands for. Nil: it is none, or none that takes such
  /// operands.
  mutating func expandPseudo(
    _ name: String, _ operands: [OperandTokens], _ reader: StatementReader
  ) throws(SourceError) -> [[Token]]? {
    guard let rows = PseudoTable.rows[name] else { return nil }
    for row in rows {
      guard let arguments = try match(row.parameters, operands, reader) else { continue }
      if let message = row.message { throw SourceError(position: start(reader), message: message) }
      return row.instructions.map { splice($0, arguments, reader) }
    }
    guard InstructionTable.row(name) == nil else { return nil }
    let forms = rows.map {
      $0.parameters.isEmpty
        ? "\(name) without operands" : "\(name) \($0.parameters.joined(separator: ", "))"
    }
    throw SourceError(
      position: start(reader), message: "expected \(forms.joined(separator: " or "))")
  }

  private func start(_ reader: StatementReader) -> Position {
    Position(line: reader.line, column: reader.tokens[max(0, reader.index - 1)].column)
  }

  private mutating func match(
    _ parameters: [String], _ operands: [OperandTokens], _ reader: StatementReader
  ) throws(SourceError) -> [String: OperandTokens]? {
    let required = parameters.count { $0.last != "?" }
    guard operands.count >= required, operands.count <= parameters.count else { return nil }
    var arguments: [String: OperandTokens] = [:]
    for (parameter, operand) in zip(parameters, operands) {
      guard try fits(parameter, operand, reader) else { return nil }
      arguments["$" + parameter.filter { $0 != "?" }] = operand
    }
    return arguments
  }

  private mutating func fits(
    _ parameter: String, _ operand: OperandTokens, _ reader: StatementReader
  ) throws(SourceError) -> Bool {
    var name: String?
    if operand.count == 1, case .identifier(let word)? = operand.first?.kind { name = word }
    let isRegister = name.map { RegisterName.integer(named: $0) != nil } ?? false
    let isVector = name.map { RegisterName.vector(named: $0) != nil } ?? false
    switch parameter {
    case "rd", "rs", "rt": return isRegister
    case "vd", "va", "vb", "vt": return isVector
    case "v0": return name == "v0"
    case "vm", "vm?": return name == "v0.t"
    case "csr": return true
    case "address": return Self.isAddress(operand)
    case "symbol":
      guard !isRegister, !isVector, !Self.isAddress(operand),
        operand.first?.kind != .symbol(.percent)
      else { return false }
      var inner = StatementReader(Array(operand) + [reader.tokens[operand.endIndex]], like: reader)
      let value = try parseExpression(&inner)
      guard inner.index == inner.tokens.count - 1 else { return false }
      return value.constant.map { $0.section != nil } ?? true
    case "0":
      guard !isRegister, !isVector else { return false }
      var inner = StatementReader(Array(operand) + [reader.tokens[operand.endIndex]], like: reader)
      return try parseExpression(&inner).constant == Value(0)
    default: return !isRegister && !isVector && !Self.isAddress(operand)
    }
  }

  /// Whether an operand ends with a register in parentheses.
  static func isAddress(_ operand: OperandTokens) -> Bool {
    guard operand.count >= 3, operand.last?.kind == .symbol(.rightParenthesis),
      operand[operand.endIndex - 3].kind == .symbol(.leftParenthesis),
      case .identifier(let name) = operand[operand.endIndex - 2].kind
    else { return false }
    return RegisterName.integer(named: name) != nil
  }

  /// The tokens of an expansion, with the operands in place.
  private func splice(
    _ template: [Token], _ arguments: [String: OperandTokens], _ reader: StatementReader
  ) -> [Token] {
    let mnemonic = reader.tokens[max(0, reader.index - 1)]
    var result: [Token] = []
    for token in template {
      if case .identifier(let name) = token.kind, name.first == "$" {
        if let argument = arguments[name] {
          result += argument
        } else {
          result.removeLast()
        }
        continue
      }
      // Mistakes are shown at the mnemonic, apart from those in the operands.
      result.append(Token(kind: token.kind, column: mnemonic.column, end: mnemonic.end))
    }
    return result
  }
}
