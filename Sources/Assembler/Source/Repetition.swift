extension AssemblyState {
  private static let openings: Set = [".rept", ".rep", ".irp", ".irpc"]

  private mutating func collectRepetition(
    _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) -> (statements: [RawStatement], file: Int) {
    try collectBody(opening: Self.openings, closing: [".endr"], at: position)
  }

  /// `.rept count`
  mutating func repeatBody(
    _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) {
    let body = try collectRepetition(&reader, at: position)
    let count = try parseNumber(&reader, "the count of .rept")
    try reader.expectEnd()
    guard count >= 0 else { throw SourceError(position: position, message: "negative count") }
    guard !body.statements.isEmpty, count > 0 else { return }
    try checkCount(Int(count), of: body.statements, at: position)
    try push(
      .repetition, Array(repeatElement(body.statements, count: Int(count)).joined()),
      file: body.file, title: "in the repetition that begins here", at: position)
  }

  private func checkCount(
    _ count: Int, of body: [RawStatement], at position: Position
  ) throws(SourceError) {
    guard count <= options.statementLimit / max(1, body.count) else {
      throw SourceError(
        position: position,
        message: "more than \(options.statementLimit) statements in this repetition")
    }
  }

  /// `.irp name, value, value, …`: the body once for each value.
  mutating func repeatOverValues(
    _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) {
    let body = try collectRepetition(&reader, at: position)
    let name = try reader.expectName("the name of the parameter")
    var values: [[UInt8]] = []
    if reader.take(.comma), reader.isAtEnd { values.append([]) }
    while !reader.isAtEnd {
      values.append(try parseArgument(&reader))
      _ = reader.take(.comma)
    }
    try repeatBody(body, name, values.isEmpty ? [[]] : values, at: position)
  }

  /// `.irpc name, characters`: the body once for each character.
  mutating func repeatOverCharacters(
    _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) {
    let body = try collectRepetition(&reader, at: position)
    let name = try reader.expectName("the name of the parameter")
    _ = reader.take(.comma)
    try repeatBody(body, name, try parseArgument(&reader).map { [$0] }, at: position)
    try reader.expectEnd()
  }

  private mutating func repeatBody(
    _ body: (statements: [RawStatement], file: Int), _ name: String, _ values: [[UInt8]],
    at position: Position
  ) throws(SourceError) {
    try checkCount(values.count, of: body.statements, at: position)
    var statements: [RawStatement] = []
    for value in values {
      let substitution = Substitution(arguments: [name: value], count: nil)
      statements += try substitution.apply(to: body.statements, at: position)
    }
    guard !statements.isEmpty else { return }
    try push(
      .repetition, statements, file: body.file, title: "in the repetition that begins here",
      at: position)
  }

  /// `.exitm`: leaves the innermost macro.
  mutating func exitMacro(at position: Position) throws(SourceError) {
    guard let index = file.frames.lastIndex(where: { $0.kind == .macro }) else {
      throw SourceError(position: position, message: ".exitm outside a macro")
    }
    let conditionCount = file.frames[index].conditionCount
    file.conditions.removeLast(max(0, file.conditions.count - conditionCount))
    file.frames.removeSubrange(index...)
  }
}
