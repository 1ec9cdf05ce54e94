/// One thing that is wrong in a source: where, what was found, and what was expected.
public struct Diagnostic: Sendable, Equatable, CustomStringConvertible {
  public enum Severity: String, Sendable { case error, warning }

  /// How the assembler came to a place: an expansion or an inclusion.
  public struct Note: Sendable, Equatable {
    public let file: String
    /// From 1.
    public let line: Int
    public let text: String
  }

  public let severity: Severity
  public let file: String
  /// From 1.
  public let line: Int
  /// From 1, in bytes.
  public let column: Int
  public let message: String
  /// The line as the assembler read it; in a macro, with the arguments in place.
  public let sourceLine: String
  /// The way to this place, the nearest first.
  public let notes: [Note]

  /// The same as an error.
  var asError: Diagnostic {
    Diagnostic(
      severity: .error, file: file, line: line, column: column, message: message,
      sourceLine: sourceLine, notes: notes)
  }

  /// The message with its position, the source line, a caret, and the way to it.
  public var description: String {
    var text = "\(file):\(line):\(column): \(severity.rawValue): \(message)\n"
    if !sourceLine.isEmpty {
      let before = String(decoding: sourceLine.utf8.prefix(column - 1), as: UTF8.self)
      let indentation = String(before.map { $0 == "\t" ? "\t" : " " })
      text += "\(sourceLine)\n\(indentation)^\n"
    }
    for note in notes { text += "\(note.file):\(note.line): note: \(note.text)\n" }
    return text
  }
}

/// Why a program could not be assembled: everything that was found wrong in one run.
public struct AssemblyError: Error, Sendable, CustomStringConvertible {
  /// In the order of the sources; warnings included.
  public let diagnostics: [Diagnostic]

  public var description: String {
    let count = diagnostics.count { $0.severity == .error }
    return diagnostics.map(\.description).joined()
      + "\(count) error\(count == 1 ? "" : "s")\n"
  }
}

/// A column of a line that the assembler has read.
struct Position: Equatable, Sendable {
  /// Index into ``SourceMap/lines``.
  var line: Int
  /// From 0, in bytes.
  var column: Int
}

/// What stops the work on a statement.
struct SourceError: Error {
  var position: Position
  var message: String
}
