/// The lines of a text file, with their numbers for messages.
struct LineReader {
  private(set) var number = 0
  private var window: InputWindow

  init(_ source: ByteSource) { window = InputWindow(source) }

  var name: String { window.name }

  /// The next line without its line break (a carriage return before the line feed is dropped); nil
  /// at the end. The last line need not have one.
  mutating func next() throws(TraceError) -> String? {
    try window.fill(TraceLimits.lineBytes + 2)
    guard window.available > 0 else { return nil }
    number += 1
    let rest = window.bytes[window.position...].prefix(TraceLimits.lineBytes + 1)
    let end = rest.firstIndex(of: UInt8(ascii: "\n"))
    if end == nil, rest.count > TraceLimits.lineBytes {
      throw error(
        .tooLarge, column: 1, found: "a line of more than \(TraceLimits.lineBytes) bytes",
        expected: "shorter lines")
    }
    var line = rest[..<(end ?? rest.endIndex)]
    window.consume(line.count + (end == nil ? 0 : 1))
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    guard let text = String(validating: line, as: UTF8.self) else {
      throw error(.malformed, column: 1, found: TraceError.quoted(line), expected: "UTF-8 text")
    }
    return text
  }

  func error(
    _ kind: TraceError.Kind, column: Int, found: String, expected: String
  ) -> TraceError {
    TraceError(
      kind, file: name, at: .text(line: max(number, 1), column: column), found: found,
      expected: expected)
  }
}
