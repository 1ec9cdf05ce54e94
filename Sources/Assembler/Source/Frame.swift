/// A run of statements that is being read: a file, an expansion of a macro, a repetition.
struct Frame {
  enum Kind { case file, macro, repetition }

  var kind: Kind
  var statements: [RawStatement]
  var next = 0
  /// Index into ``SourceMap/files``.
  var file: Int
  /// Index into ``SourceMap/expansions``.
  var expansion: Int?
  /// Open `.if`s outside it.
  var conditionCount: Int
}

/// One `.if` and what follows it, up to its `.endif`.
struct Condition {
  /// Of the `.if`.
  var position: Position
  /// Whether the statements here are to be assembled.
  var isActive: Bool
  /// Whether a branch was taken, or none may be.
  var isDecided: Bool
  var hasElse = false
}

extension AssemblyState {
  static let maximumExpansionDepth = 100

  /// The next statement of the innermost frame, as a line of the map; nil at the end of the file.
  mutating func nextStatement() -> Int? {
    while let frame = file.frames.last, !map.isFull {
      if file.isDone || frame.next >= frame.statements.count {
        closeFrame()
        continue
      }
      file.frames[file.frames.count - 1].next += 1
      let statement = frame.statements[frame.next]
      map.lines.append(
        SourceMap.Line(
          file: frame.file, number: statement.line, column: statement.column,
          text: statement.text, expansion: frame.expansion))
      if map.lines.count > options.statementLimit {
        map.report(
          .error, at: Position(line: map.lines.count - 1, column: 0),
          "more than \(options.statementLimit) statements; is there a repetition without end?")
        file.frames = []
        file.conditions = []
        return nil
      }
      return map.lines.count - 1
    }
    return nil
  }

  private mutating func closeFrame() {
    guard let frame = file.frames.popLast() else { return }
    while file.conditions.count > frame.conditionCount, let open = file.conditions.popLast() {
      if !file.isDone {
        map.report(.error, at: open.position, "this .if has no .endif")
      }
    }
  }

  /// Enters a frame that an expansion or inclusion at `position` opens.
  mutating func push(
    _ kind: Frame.Kind, _ statements: [RawStatement], file sourceFile: Int, title: String,
    at position: Position
  ) throws(SourceError) {
    let depth = file.frames.last?.expansion.map { map.expansions[$0].depth + 1 } ?? 1
    guard depth <= Self.maximumExpansionDepth else {
      throw SourceError(
        position: position,
        message: "more than \(Self.maximumExpansionDepth) expansions within each other")
    }
    map.expansions.append(
      SourceMap.Expansion(
        title: title, caller: position, isInclusion: kind == .file, depth: depth))
    file.frames.append(
      Frame(
        kind: kind, statements: statements, file: sourceFile,
        expansion: map.expansions.count - 1, conditionCount: file.conditions.count))
  }

  /// The statements up to the directive that closes a block whose opening directive was just read;
  /// blocks of the same kind may lie inside.
  mutating func collectBody(
    opening: Set<String>, closing: Set<String>, at position: Position
  ) throws(SourceError) -> (statements: [RawStatement], file: Int) {
    var statements: [RawStatement] = []
    var depth = 1
    let frameCount = file.frames.count
    let sourceFile = file.frames.last?.file ?? 0
    // A body cannot begin in one frame and end in another.
    while file.frames.count == frameCount, let frame = file.frames.last,
      frame.next < frame.statements.count, let line = nextStatement()
    {
      let source = map.lines[line]
      var reader = StatementReader(source, line: line)
      while case .symbol(.colon) = reader.peek() {
        reader.advance()
        reader.advance()
      }
      if case .identifier(let name) = reader.token.kind {
        let name = name.lowercased()
        if opening.contains(name) { depth += 1 }
        if closing.contains(name) {
          depth -= 1
          if depth == 0 { return (statements, sourceFile) }
        }
      }
      statements.append(
        RawStatement(line: source.number, column: source.column, text: source.text))
    }
    let name = closing.sorted().first ?? ""
    throw SourceError(position: position, message: "this block has no \(name)")
  }
}
