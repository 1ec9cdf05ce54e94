/// Every line that was read, in the order of reading, and what is to be said about them.
struct SourceMap {
  /// A line, as often as it was read: once, or once per expansion.
  struct Line {
    /// Index into ``SourceMap/files``.
    var file: Int
    /// From 1.
    var number: Int
    /// Where the text begins in the line, from 0.
    var column: Int
    var text: [UInt8]
    /// Index into ``SourceMap/expansions``, nil in the text of a given file.
    var expansion: Int?

    /// Where the first visible character stands, from 0.
    var statementColumn: Int { column + text.prefix(while: isBlankByte).count }
  }

  struct File {
    var path: String
    var lines: [[UInt8]]
  }

  /// An inclusion, an expansion of a macro or a turn of a repetition.
  struct Expansion {
    var title: String
    /// Where it was asked for.
    var caller: Position
    /// An included file has lines of its own; what a macro expands to belongs to its caller.
    var isInclusion: Bool
    /// How many expansions lie around it.
    var depth: Int
  }

  var files: [File] = []
  var lines: [Line] = []
  var expansions: [Expansion] = []
  private(set) var reports: [Report] = []
  private(set) var errorCount = 0
  /// A flood of consequences helps nobody.
  static let maximumErrorCount = 200

  struct Report {
    var severity: Diagnostic.Severity
    var position: Position
    var message: String
  }

  mutating func report(_ error: SourceError) {
    report(.error, at: error.position, error.message)
  }

  mutating func report(_ severity: Diagnostic.Severity, at position: Position, _ message: String) {
    if severity == .error {
      errorCount += 1
      guard errorCount <= Self.maximumErrorCount else { return }
    }
    reports.append(Report(severity: severity, position: position, message: message))
  }

  /// Whether nothing more that is said would be heard.
  var isFull: Bool { errorCount > Self.maximumErrorCount }

  func hasError(at position: Position) -> Bool {
    reports.contains { $0.position == position && $0.severity == .error }
  }

  /// All reports, in the order of the sources.
  var diagnostics: [Diagnostic] {
    reports.enumerated().sorted {
      ($0.element.position.line, $0.element.position.column, $0.offset)
        < ($1.element.position.line, $1.element.position.column, $1.offset)
    }.map { diagnostic($0.element) }
  }

  private func diagnostic(_ report: Report) -> Diagnostic {
    guard report.position.line < lines.count else {
      return Diagnostic(
        severity: report.severity, file: files.first?.path ?? "(program)", line: 1, column: 1,
        message: report.message,
        sourceLine: "", notes: [])
    }
    let line = lines[report.position.line]
    // Comments are shown where the text is the file's own.
    let isOwnText = line.expansion.map { expansions[$0].isInclusion } ?? true
    let text =
      isOwnText
      ? files[line.file].lines[line.number - 1]
      : [UInt8](repeating: 0x20, count: line.column) + line.text
    return Diagnostic(
      severity: report.severity, file: files[line.file].path, line: line.number,
      column: report.position.column + 1, message: report.message,
      sourceLine: String(decoding: text, as: UTF8.self), notes: notes(line.expansion))
  }

  private func notes(_ expansion: Int?) -> [Diagnostic.Note] {
    var notes: [Diagnostic.Note] = []
    var next = expansion
    while let index = next {
      let expansion = expansions[index]
      let caller = lines[expansion.caller.line]
      notes.append(
        Diagnostic.Note(
          file: files[caller.file].path, line: caller.number, text: expansion.title))
      next = caller.expansion
      // Both ends of a long chain tell the story.
      if notes.count == 8, expansion.depth > 12 {
        notes.append(
          Diagnostic.Note(file: files[caller.file].path, line: caller.number, text: "and so on"))
        break
      }
    }
    return notes
  }

  /// The line of a file that a debugger should show for a line that was read: in a macro, the
  /// line that called the outermost one.
  func debugLine(of line: Int) -> (file: Int, number: Int) {
    var result = line
    var index: Int? = line
    while let current = index, let expansion = lines[current].expansion {
      let caller = expansions[expansion].caller.line
      if !expansions[expansion].isInclusion { result = caller }
      index = caller
    }
    return (lines[result].file, lines[result].number)
  }
}
