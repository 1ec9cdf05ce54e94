/// A statement of a file, before macro expansion; comments are blanks.
struct RawStatement {
  /// From 1.
  var line: Int
  /// Where the text begins in its line, from 0.
  var column: Int
  var text: [UInt8]

  var isBlank: Bool { text.allSatisfy(isBlankByte) }
}

func isBlankByte(_ byte: UInt8) -> Bool {
  byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0C
}

/// Cuts text into statements: at line ends and at semicolons outside strings.
///
/// Comments begin with `#` or `//` and end with the line, or stand between `/*` and `*/`.
struct StatementSplitter {
  private(set) var statements: [RawStatement] = []
  private var current: [UInt8] = []
  private var start = 0
  private var line: Int
  private var isInComment = false
  /// Where a comment began that never ended.
  private(set) var unclosedComment: (line: Int, column: Int)?

  private init(line: Int) { self.line = line }

  /// The statements of `lines`; blank ones are left out.
  static func split(_ lines: [[UInt8]], firstLine: Int = 1) -> StatementSplitter {
    var splitter = StatementSplitter(line: firstLine)
    for line in lines {
      splitter.add(line)
      splitter.line += 1
    }
    if !splitter.isInComment { splitter.unclosedComment = nil }
    return splitter
  }

  private mutating func finish(column: Int) {
    while let last = current.last, isBlankByte(last) { current.removeLast() }
    let statement = RawStatement(line: line, column: start, text: current)
    if !statement.isBlank { statements.append(statement) }
    current = []
    start = column
  }

  private mutating func add(_ text: [UInt8]) {
    var index = 0
    func byte(_ offset: Int) -> UInt8 { index + offset < text.count ? text[index + offset] : 0 }
    while index < text.count {
      let start = index
      if isInComment {
        isInComment = !(byte(0) == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/"))
        index += isInComment ? 1 : 2
        blank(from: start, to: index, in: text)
        continue
      }
      switch byte(0) {
      case UInt8(ascii: "#"):
        index = text.count
      case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
        index = text.count
      case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
        isInComment = true
        unclosedComment = (line, start)
        index += 2
        blank(from: start, to: index, in: text)
      case UInt8(ascii: ";"):
        index += 1
        finish(column: index)
      case UInt8(ascii: "\""):
        index = Self.endOfString(text, from: index)
        current += text[start..<index]
      case UInt8(ascii: "'"):
        // 'a' '\n' and, as GNU as reads them, 'a
        index += byte(1) == UInt8(ascii: "\\") ? 3 : 2
        if byte(0) == UInt8(ascii: "'") { index += 1 }
        index = min(index, text.count)
        current += text[start..<index]
      default:
        current.append(byte(0))
        index += 1
      }
    }
    finish(column: 0)
  }

  /// Blanks for a comment, tabs kept.
  private mutating func blank(from start: Int, to end: Int, in text: [UInt8]) {
    for byte in text[start..<min(end, text.count)] { current.append(byte == 0x09 ? 0x09 : 0x20) }
  }

  /// The index after the closing quote, or the end of the line.
  private static func endOfString(_ text: [UInt8], from start: Int) -> Int {
    var index = start + 1
    while index < text.count {
      if text[index] == UInt8(ascii: "\"") { return index + 1 }
      index += text[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return text.count
  }
}

/// The lines of a text, without their ends.
func splitLines(_ bytes: some Collection<UInt8>) -> [[UInt8]] {
  var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
    $0.last == 0x0D ? Array($0.dropLast()) : Array($0)
  }
  if lines.last?.isEmpty == true { lines.removeLast() }
  return lines
}
