extension AssemblyState {
  /// Whether the statements here are to be assembled.
  var isActive: Bool { file.conditions.last?.isActive ?? true }

  /// Handles `.if` and its kin, also where nothing else is read. False: the name is another one.
  mutating func conditional(
    _ name: String, _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) -> Bool {
    switch name {
    case ".else", ".elseif", ".endif": try continueCondition(name, &reader, at: position)
    case ".if", ".ifne", ".ifeq", ".ifgt", ".ifge", ".iflt", ".ifle", ".ifdef", ".ifndef",
      ".ifnotdef", ".ifb", ".ifnb", ".ifc", ".ifnc", ".ifeqs", ".ifnes":
      let wasActive = isActive
      file.conditions.append(
        Condition(position: position, isActive: false, isDecided: true))
      guard wasActive else { return true }
      // If the condition cannot be read, no branch is taken and its .endif still belongs to it.
      let holds = try condition(name, &reader)
      file.conditions[file.conditions.count - 1].isActive = holds
      file.conditions[file.conditions.count - 1].isDecided = holds
    default: return false
    }
    return true
  }

  private mutating func continueCondition(
    _ name: String, _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) {
    let outer = file.frames.last?.conditionCount ?? 0
    guard file.conditions.count > outer else {
      throw SourceError(position: position, message: "\(name) without .if")
    }
    let top = file.conditions.count - 1
    if name == ".endif" {
      file.conditions.removeLast()
      return try reader.expectEnd()
    }
    guard !file.conditions[top].hasElse else {
      throw SourceError(position: position, message: "\(name) after .else")
    }
    let isDecided = file.conditions[top].isDecided
    file.conditions[top].isActive = false
    if name == ".else" {
      file.conditions[top].hasElse = true
      file.conditions[top].isActive = !isDecided
      file.conditions[top].isDecided = true
      return try reader.expectEnd()
    }
    guard !isDecided else { return }
    file.conditions[top].isDecided = true
    let holds = try condition(".if", &reader)
    file.conditions[top].isActive = holds
    file.conditions[top].isDecided = holds
  }

  private mutating func condition(
    _ name: String, _ reader: inout StatementReader
  ) throws(SourceError) -> Bool {
    switch name {
    case ".ifdef", ".ifndef", ".ifnotdef":
      let symbol = try reader.expectName()
      try reader.expectEnd()
      let isDefined = file.names[symbol].map { symbols[$0].isDefined } ?? false
      return isDefined == (name == ".ifdef")
    case ".ifb": return reader.isAtEnd
    case ".ifnb": return !reader.isAtEnd
    case ".ifeqs", ".ifnes":
      let first = try reader.expectString()
      try reader.expect(.comma)
      let second = try reader.expectString()
      try reader.expectEnd()
      return (first == second) == (name == ".ifeqs")
    case ".ifc", ".ifnc":
      let first = try untilComma(&reader)
      try reader.expect(.comma)
      return (first == reader.rest) == (name == ".ifc")
    default:
      let value = try parseNumber(&reader, "the condition")
      try reader.expectEnd()
      return switch name {
      case ".ifeq": value == 0
      case ".ifgt": value > 0
      case ".ifge": value >= 0
      case ".iflt": value < 0
      case ".ifle": value <= 0
      default: value != 0
      }
    }
  }

  private func untilComma(_ reader: inout StatementReader) throws(SourceError) -> [UInt8] {
    let start = reader.token.column
    var end = start
    while !reader.isAtEnd, reader.token.kind != .symbol(.comma) {
      end = reader.token.end
      reader.advance()
    }
    return reader.text(from: start, to: end)
  }
}
