import InstructionSet

extension AssemblyState {
  /// Reads one source file to its end.
  mutating func assembleFile(_ path: String, _ bytes: [UInt8]) {
    let object = file.object
    file = FileState()
    file.object = object
    let index = addFile(path, bytes)
    file.frames = [
      Frame(
        kind: .file, statements: statements(ofFile: index), file: index, expansion: nil,
        conditionCount: 0)
    ]
    // The three sections that every object file has.
    let start = Position(line: map.lines.count, column: 0)
    for name in [".bss", ".data", ".text"] { try? select(name, at: start) }
    sections[file.section].alignment = 4
    file.previousSection = file.section
    for (name, value) in options.defines {
      try? assign(name, Expression(value, at: start), at: start)
    }
    while let line = nextStatement() { assembleStatement(line) }
    reportUndefinedLabels()
    file.object += 1
  }

  private mutating func addFile(_ path: String, _ bytes: [UInt8]) -> Int {
    map.files.append(SourceMap.File(path: path, lines: splitLines(bytes)))
    return map.files.count - 1
  }

  private mutating func statements(ofFile index: Int) -> [RawStatement] {
    let split = StatementSplitter.split(map.files[index].lines)
    if let (number, column) = split.unclosedComment {
      map.lines.append(
        SourceMap.Line(file: index, number: number, column: 0, text: [], expansion: nil))
      map.report(
        .error, at: Position(line: map.lines.count - 1, column: column),
        "this comment is not closed")
    }
    return split.statements
  }

  /// `.include "file"`
  mutating func include(
    _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) {
    let (path, bytes) = try load(&reader)
    try reader.expectEnd()
    let known = map.files.firstIndex { $0.path == path }
    let index = known ?? addFile(path, bytes)
    try push(
      .file, statements(ofFile: index), file: index, title: "included here", at: position)
  }

  /// Reads the file whose name stands next: from the including file's folder or the search path.
  mutating func load(
    _ reader: inout StatementReader
  ) throws(SourceError) -> (path: String, bytes: [UInt8]) {
    let position = reader.position
    let name = String(decoding: try reader.expectString("a file name in quotes"), as: UTF8.self)
    var tried: [String] = []
    if name.hasPrefix("/") {
      tried = [name]
    } else {
      let includer = map.files[map.lines[position.line].file].path
      let folder = includer.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      for place in [folder.joined(separator: "/")] + options.includePaths {
        let isRoot = place.isEmpty && includer.hasPrefix("/")
        tried.append(place.isEmpty && !isRoot ? name : "\(place)/\(name)")
      }
    }
    for path in tried {
      if let bytes = options.load(path) { return (path, bytes) }
    }
    throw SourceError(
      position: position,
      message: "the file '\(name)' cannot be read; tried \(tried.joined(separator: ", "))")
  }

  private mutating func assembleStatement(_ line: Int) {
    let section = file.section
    let start = sections[section].size
    do {
      try assembleStatement(StatementReader(map.lines[line], line: line))
    } catch {
      map.report(error)
    }
    // A statement that changes the section puts nothing anywhere.
    if section == file.section, sections[section].size > start {
      emissions.append(
        Emission(line: line, section: section, start: start, end: sections[section].size))
    }
  }

  private mutating func assembleStatement(_ given: StatementReader) throws(SourceError) {
    var reader = given
    while reader.peek() == .symbol(.colon) {
      let position = reader.position
      switch reader.token.kind {
      case .integer(let number) where isActive: defineNumericLabel(number)
      case .identifier(let name) where isActive: try defineLabel(name, at: position)
      case .string(let name) where isActive:
        try defineLabel(String(decoding: name, as: UTF8.self), at: position)
      case .integer, .identifier, .string: break
      default: throw reader.expected("a label")
      }
      reader.advance()
      reader.advance()
    }
    guard !reader.isAtEnd else { return }
    let position = reader.position
    guard let name = reader.takeIdentifier() else {
      guard isActive else { return }
      throw reader.expected("a label, an instruction or a directive")
    }
    let key = name.lowercased()
    if try conditional(key, &reader, at: position) { return }
    guard isActive else { return }
    if let macro = file.macros[key] { return try expand(macro, &reader, at: position) }
    if reader.take(.assign) {
      // Two of them are the operator `==`, one token; `a == b` is `.equiv` in GNU as.
      let value = try parseExpression(&reader)
      try reader.expectEnd()
      return try assign(name, value, at: position)
    }
    if key.hasPrefix(".") {
      try directive(key, &reader, at: position)
    } else {
      try instruction(key, &reader, at: position)
    }
  }

  /// A numeric label that was referred to forwards and never came.
  private mutating func reportUndefinedLabels() {
    for index in symbols.indices where symbols[index].object == file.object {
      guard !symbols[index].isDefined, let use = symbols[index].usedAt,
        let number = symbols[index].numericLabel
      else { continue }
      map.report(.error, at: use, "no label '\(number):' follows '\(number)f'")
      // One message is enough.
      symbols[index].definition = .value(Value(0))
    }
  }
}
