/// Reads a header line by line; one instance per header.
struct HeaderParser {
  private(set) var header = SpikeTraceHeader(toolName: "", toolVersion: "")
  private(set) var lineNumber = 0
  private let file: String
  private var section = Section.start
  private var sectionLine = 0
  /// What the array of this section has so far.
  private var values: [Int16] = []
  private var keys: Set<String> = []
  private var parameterNames: Set<String> = []
  private var arrayNames: Set<String> = []
  private var labels: Set<UInt16> = []
  private var hasParameters = false
  private var hasSources = false

  private enum Section: Equatable {
    case start, keys, parameters, sources
    case array(name: String, shape: [Int])
  }

  init(file: String) { self.file = file }

  /// Takes the next line, without its line feed. Returns true if it was `[events]`.
  mutating func take(_ bytes: ArraySlice<UInt8>) throws(TraceError) -> Bool {
    lineNumber += 1
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let valid = String(decoding: bytes, as: UTF8.self).utf8
      let column = zip(valid, bytes).prefix { $0 == $1 }.count
      throw error(
        found: TraceError.quoted(bytes.dropFirst(column)), expected: "UTF-8 text",
        column: column + 1)
    }
    if section == .start {
      try takeSignature(text)
      return false
    }
    let line = Self.trimmed(text[...])
    if line.isEmpty || line.first == "#" { return false }
    if line.first == "[" { return try takeSection(line, of: text) }
    switch section {
    case .start, .keys: try takeKey(line, of: text)
    case .parameters: try takeParameter(line, of: text)
    case .sources: try takeSource(line, of: text)
    case .array(let name, let shape): try takeValues(line, of: text, name: name, shape: shape)
    }
    return false
  }

  /// Called after the last line: what must be there is there.
  mutating func finish() throws(TraceError) {
    if section == .start {
      throw error(found: "an empty header", expected: "\"\(HeaderText.signature) 1\"", column: 1)
    }
    try endSection()
    for field in [HeaderField.tool, .toolVersion, .tick] where !keys.contains(field.rawValue) {
      throw error(
        found: "a header without \"\(field.rawValue)\"",
        expected: "a line \"\(field.rawValue): …\"",
        column: 1)
    }
  }

  private mutating func takeSignature(_ text: String) throws(TraceError) {
    let prefix = HeaderText.signature + " "
    guard text.hasPrefix(prefix) else {
      throw error(
        found: TraceError.quoted(text.utf8),
        expected: "\"\(HeaderText.signature) \(SpikeTraceHeader.formatVersion)\"", column: 1)
    }
    let version = Self.trimmed(text[...]).utf8.dropFirst(prefix.utf8.count)
    guard DecimalText.unsigned(Substring(version)) == UInt64(SpikeTraceHeader.formatVersion) else {
      throw error(
        .unsupported, found: "format version \(TraceError.quoted(version))",
        expected: "version \(SpikeTraceHeader.formatVersion)", column: prefix.utf8.count + 1)
    }
    section = .keys
  }

  private mutating func takeSection(_ line: Substring, of text: String) throws(TraceError) -> Bool {
    try endSection()
    sectionLine = lineNumber
    let words = Self.words(line.dropFirst().prefix(while: { $0 != "]" }))
    let isClosed = line.last == "]"
    switch words.first {
    case "events" where words.count == 1 && isClosed: return true
    case "parameters" where words.count == 1 && isClosed && !hasParameters:
      hasParameters = true
      section = .parameters
    case "sources" where words.count == 1 && isClosed && !hasSources:
      hasSources = true
      section = .sources
    case "array" where words.count == 4 && isClosed && words[2] == "int16":
      section = try array(name: words[1], shape: words[3], of: text)
    default:
      throw error(
        found: TraceError.quoted(line.utf8),
        expected: "[parameters], [array NAME int16 SHAPE], [sources] or [events], each once",
        at: line, of: text)
    }
    return false
  }

  private mutating func array(
    name: Substring, shape: Substring, of text: String
  ) throws(TraceError) -> Section {
    guard HeaderText.isName(String(name)), arrayNames.insert(String(name)).inserted else {
      throw error(
        found: TraceError.quoted(name.utf8),
        expected: "a name of letters, digits, _ . and $ that no other array has", at: name, of: text
      )
    }
    var count = 1
    var dimensions: [Int] = []
    for word in shape.split(separator: "x", omittingEmptySubsequences: false) {
      guard let size = DecimalText.unsigned(word), size >= 1,
        size <= UInt64(TraceLimits.arrayValues), count * Int(size) <= TraceLimits.arrayValues
      else {
        throw error(
          found: TraceError.quoted(shape.utf8),
          expected: "a shape such as 5x128 of at most \(TraceLimits.arrayValues) values",
          at: shape, of: text)
      }
      count *= Int(size)
      dimensions.append(Int(size))
    }
    values = []
    return .array(name: String(name), shape: dimensions)
  }

  private mutating func endSection() throws(TraceError) {
    guard case .array(let name, let shape) = section else { return }
    let count = shape.reduce(1, *)
    guard values.count == count else {
      throw error(
        .truncated, found: "\(values.count) values in array \(name) of line \(sectionLine)",
        expected: "\(count)", column: 1)
    }
    header.arrays.append(SpikeTraceHeader.NamedArray(name, shape: shape, values: values))
    section = .keys
  }

  private mutating func takeKey(_ line: Substring, of text: String) throws(TraceError) {
    guard let colon = line.firstIndex(of: ":"), HeaderText.isKey(String(line[..<colon])) else {
      throw error(
        found: TraceError.quoted(line.utf8), expected: "\"key: value\" or a section", at: line,
        of: text)
    }
    let key = String(line[..<colon])
    guard keys.insert(key).inserted else {
      throw error(found: "a second \"\(key)\"", expected: "every key once", at: line, of: text)
    }
    let raw = Self.trimmed(line[line.index(after: colon)...])
    guard let value = HeaderText.unescaped(String(raw)) else {
      throw error(
        found: TraceError.quoted(raw.utf8), expected: "\\xHH below 0x80 after every backslash",
        at: raw, of: text)
    }
    guard let field = HeaderField(rawValue: key) else {
      header.extra.append(SpikeTraceHeader.Entry(key, value))
      return
    }
    if let expected = field.set(value, in: &header) {
      throw error(found: TraceError.quoted(raw.utf8), expected: expected, at: raw, of: text)
    }
  }

  private mutating func takeParameter(_ line: Substring, of text: String) throws(TraceError) {
    let words = Self.words(line)
    guard words.count == 2, HeaderText.isName(String(words[0])) else {
      throw error(
        found: TraceError.quoted(line.utf8), expected: "a parameter: NAME VALUE", at: line, of: text
      )
    }
    guard let value = DecimalText.signed(words[1], as: Int32.self) else {
      throw error(
        found: TraceError.quoted(words[1].utf8),
        expected: "a decimal number from -2147483648 to 2147483647", at: words[1], of: text)
    }
    guard parameterNames.insert(String(words[0])).inserted else {
      throw error(
        found: "a second \"\(words[0])\"", expected: "every parameter once", at: line, of: text)
    }
    header.parameters.append(SpikeTraceHeader.Parameter(String(words[0]), value))
  }

  private mutating func takeSource(_ line: Substring, of text: String) throws(TraceError) {
    let label = line.prefix { $0 != " " && $0 != "\t" }
    let rest = Self.trimmed(line.dropFirst(label.count))
    guard label.hasPrefix("0x"), label.utf8.count <= 6,
      let value = UInt16(label.dropFirst(2), radix: 16), !label.contains("+"),
      !rest.isEmpty, let name = HeaderText.unescaped(String(rest))
    else {
      throw error(
        found: TraceError.quoted(line.utf8),
        expected: "a source: 0xLABEL NAME, the label in hexadecimal below 0x10000", at: line,
        of: text)
    }
    guard labels.insert(value).inserted else {
      throw error(
        found: "a second name for \(label)", expected: "every label once", at: line, of: text)
    }
    header.sourceNames.append(SpikeTraceHeader.SourceName(label: value, name: name))
  }

  private mutating func takeValues(
    _ line: Substring, of text: String, name: String, shape: [Int]
  ) throws(TraceError) {
    let count = shape.reduce(1, *)
    for word in Self.words(line) {
      guard let value = DecimalText.signed(word, as: Int16.self) else {
        throw error(
          found: TraceError.quoted(word.utf8), expected: "a decimal number from -32768 to 32767",
          at: word, of: text)
      }
      guard values.count < count else {
        throw error(
          found: "more than \(count) values in array \(name)", expected: "\(count)", at: word,
          of: text)
      }
      values.append(value)
    }
  }

  private func error(
    _ kind: TraceError.Kind = .malformed, found: String, expected: String, column: Int
  ) -> TraceError {
    TraceError(
      kind, file: file, at: .text(line: max(lineNumber, 1), column: column), found: found,
      expected: expected)
  }

  private func error(
    found: String, expected: String, at part: Substring, of text: String
  ) -> TraceError {
    let column = text.utf8.distance(from: text.startIndex, to: part.startIndex) + 1
    return error(found: found, expected: expected, column: column)
  }

  /// Without spaces, tabs and a carriage return at either end.
  private static func trimmed(_ text: Substring) -> Substring {
    let bytes = text.utf8
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    guard let start = bytes.firstIndex(where: { !isBlank($0) }),
      let last = bytes.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return text[start..<bytes.index(after: last)]
  }

  private static func words(_ text: Substring) -> [Substring] {
    text.split { $0 == " " || $0 == "\t" }
  }
}
