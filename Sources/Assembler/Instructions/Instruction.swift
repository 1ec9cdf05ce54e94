import InstructionSet

extension AssemblyState {
  /// Puts an instruction into the section; its word is made at the end.
  mutating func instruction(
    _ name: String, _ reader: inout StatementReader, at position: Position, depth: Int = 0
  ) throws(SourceError) {
    let operands = try operands(reader)
    if name == "li" { return try loadImmediate(operands, reader, at: position) }
    if let expansion = try expandPseudo(name, operands, reader) {
      for tokens in expansion {
        var inner = StatementReader(tokens, like: reader)
        guard let name = inner.takeIdentifier() else { continue }
        try instruction(name, &inner, at: position, depth: depth + 1)
      }
      return
    }
    guard let row = InstructionTable.row(name) else {
      throw SourceError(
        position: position, message: "unknown instruction '\(name)'\(Suggestion.text(for: name))")
    }
    let parsed = try parseOperands(operands, row, reader, at: position, isPseudo: depth > 0)
    try append(row, parsed, at: position)
  }

  private mutating func parseOperands(
    _ operands: [OperandTokens], _ row: InstructionRow, _ reader: StatementReader,
    at position: Position, isPseudo: Bool
  ) throws(SourceError) -> [ParsedOperand] {
    var parsed: [ParsedOperand] = []
    var rest = operands[...]
    for slot in row.operands {
      guard let operand = rest.first else {
        if slot.kind == .mask { break }
        throw SourceError(
          position: Position(line: reader.line, column: lastColumn(reader)),
          message: "an operand is missing: expected \(row.syntax)")
      }
      if slot.kind == .vectorType, case .identifier(let name)? = operand.first?.kind,
        file.names[name] == nil
      {
        parsed += try vectorType(rest, slot, reader)
        rest = []
        continue
      }
      parsed.append(try parseOperand(operand, slot, reader, isPseudo: isPseudo))
      rest = rest.dropFirst()
    }
    if let extra = rest.first {
      var reader = reader
      reader.skip(to: extra.startIndex)
      throw reader.error("one operand too many: expected \(row.syntax)")
    }
    return parsed
  }

  private func lastColumn(_ reader: StatementReader) -> Int {
    reader.tokens[reader.tokens.count - 1].column
  }

  /// The parts of a vector type in their order; what is left out is e8, m1, tu, mu.
  private static func completed(_ names: [String]) -> [String] {
    var rest = names[...]
    let parts: [(Set<String>, String)] = [
      (["e8", "e16", "e32", "e64"], "e8"),
      (["m1", "m2", "m4", "m8", "mf2", "mf4", "mf8"], "m1"), (["ta", "tu"], "tu"),
      (["ma", "mu"], "mu"),
    ]
    let complete = parts.map { (choices, standard) in
      guard let name = rest.first, choices.contains(name) else { return standard }
      rest.removeFirst()
      return name
    }
    return rest.isEmpty ? complete : names
  }

  /// `e16, m1, ta, ma`, perhaps not all of them.
  private func vectorType(
    _ operands: ArraySlice<OperandTokens>, _ slot: OperandSlot, _ reader: StatementReader
  ) throws(SourceError) -> [ParsedOperand] {
    var names: [String] = []
    for operand in operands {
      guard operand.count == 1, case .identifier(let name)? = operand.first?.kind else {
        var reader = reader
        reader.skip(to: operand.startIndex)
        throw reader.expected(slot.expectation)
      }
      names.append(name)
    }
    names = Self.completed(names)
    let position = Position(line: reader.line, column: operands.first?.first?.column ?? 0)
    return names.map { ParsedOperand(content: .fixed(.name($0)), position: position) }
  }

  private mutating func append(
    _ row: InstructionRow, _ operands: [ParsedOperand], at position: Position
  ) throws(SourceError) {
    let offset = sections[file.section].size
    if offset & 3 != 0 {
      warn(
        .alignment, at: position,
        "the instruction does not lie at a multiple of 4; .p2align 2 helps")
    }
    guard !sections[file.section].isZeroFill else {
      throw SourceError(position: position, message: "a section of zeros cannot hold instructions")
    }
    try emit([0, 0, 0, 0], isCode: true, at: position)
    instructions.append(
      PendingInstruction(
        section: file.section, offset: offset, position: position, row: row, operands: operands))
    let source = file.location.map { (file: ~$0.file, number: $0.line) }
    let (fileIndex, line) = source ?? map.debugLine(of: position.line)
    sections[file.section].lines.append(
      InputSection.LineEntry(offset: offset, file: fileIndex, line: line))
  }

  /// `li rd, number` as clang has it: `addi`, `lui`, both, or `addi` and a shift.
  private mutating func loadImmediate(
    _ operands: [OperandTokens], _ reader: StatementReader, at position: Position
  ) throws(SourceError) {
    guard operands.count == 2, case .identifier(let name)? = operands[0].first?.kind,
      operands[0].count == 1, let rd = RegisterName.integer(named: name)
    else { throw SourceError(position: position, message: "expected li rd, number") }
    var inner = StatementReader(
      Array(operands[1]) + [reader.tokens[operands[1].endIndex]], like: reader)
    let start = inner.position
    if inner.isAtRegister { throw inner.expected("a number") }
    let expression = try parseExpression(&inner)
    guard inner.index == inner.tokens.count - 1 else { throw inner.expected("the end") }
    guard let value = try evaluate(expression), value.section == nil else {
      throw SourceError(
        position: start,
        message: "li needs a number that is known at this point; for an address, use la")
    }
    guard value.offset >= -(1 << 31), value.offset < 1 << 32 else {
      throw SourceError(
        position: start,
        message: "\(value.offset) does not fit into 32 bits: expected -2147483648 to 4294967295")
    }
    let number = Int32(truncatingIfNeeded: value.offset)
    let low = (number << 20) >> 20
    let high = Int64(UInt32(bitPattern: number &- low) >> 12)
    let zeros = Int32(number.trailingZeroBitCount)
    let register = Operand.integerRegister(rd)
    if low != 0, high != 0, zeros > 0, (-32...31).contains(number >> zeros) {
      // Not shorter, but compressible: clang's choice, on processors without compression too.
      try append(
        "addi", [register, .integerRegister(0), .immediate(Int64(number >> zeros))], at: position)
      return try append("slli", [register, register, .immediate(Int64(zeros))], at: position)
    }
    if high != 0 { try append("lui", [register, .immediate(high)], at: position) }
    if low != 0 || high == 0 {
      let source = high == 0 ? Operand.integerRegister(0) : register
      try append("addi", [register, source, .immediate(Int64(low))], at: position)
    }
  }

  private mutating func append(
    _ name: String, _ operands: [Operand], at position: Position
  ) throws(SourceError) {
    guard let row = InstructionTable.row(name) else {
      preconditionFailure("the table has no \(name)")
    }
    try append(
      row, operands.map { ParsedOperand(content: .fixed($0), position: position) }, at: position)
  }
}
