import ChipGeometry

/// Reads spikes from tables: comma-separated with a heading, and NEST's.
struct TableImport {
  private var lines: LineReader
  private let options: ConversionOptions
  private var sources = ImportedSources()

  init(_ source: ByteSource, _ options: ConversionOptions) {
    lines = LineReader(source)
    self.options = options
  }

  // MARK: Comma-separated

  /// Which column is what.
  private struct Columns {
    var time = -1
    /// Of the time's unit in nanoseconds, as a power of ten; nil: ticks.
    var exponent: Int? = 3
    var source: Int?
    var label: Int?
    var flags: Int?
  }

  private static let times: [(name: String, exponent: Int?)] = [
    ("time_us", 3), ("time_ms", 6), ("time_s", 9), ("time_ns", 0), ("tick", nil), ("t_us", 3),
    ("t_ms", 6),
  ]
  private static let sourceNames = ["source", "neuron", "sender", "unit", "id", "node_id"]

  mutating func commaSeparated() throws(TraceError) -> ImportedTrace {
    guard let heading = try lines.next() else {
      throw lines.error(
        .truncated, column: 1, found: "an empty file", expected: "a heading such as time_us,source")
    }
    let columns = try columns(heading)
    while let line = try lines.next() {
      if line.allSatisfy(\.isWhitespace) { continue }
      try takeRow(line, columns)
    }
    return sources.finish()
  }

  private func columns(_ heading: String) throws(TraceError) -> Columns {
    let names = try fields(heading).map { $0.text.lowercased() }
    var columns = Columns()
    for (index, name) in names.enumerated() {
      if let time = Self.times.first(where: { $0.name == name }) {
        columns.time = index
        columns.exponent = time.exponent
      } else if Self.sourceNames.contains(name) {
        columns.source = index
      } else if name == "label" {
        columns.label = index
      } else if name == "flags" {
        columns.flags = index
      }
    }
    let known = Self.times.map(\.name).joined(separator: ", ")
    guard columns.time >= 0 else {
      throw lines.error(
        .malformed, column: 1, found: TraceError.quoted(heading.utf8),
        expected: "a column with the time and its unit: \(known)")
    }
    guard columns.source != nil || columns.label != nil else {
      throw lines.error(
        .malformed, column: 1, found: TraceError.quoted(heading.utf8),
        expected: "a column that says who: label, " + Self.sourceNames.joined(separator: ", "))
    }
    return columns
  }

  private mutating func takeRow(_ line: String, _ columns: Columns) throws(TraceError) {
    let fields = try fields(line)
    func field(_ column: Int, _ what: String) throws(TraceError) -> Field {
      guard column < fields.count else {
        throw lines.error(
          .malformed, column: line.utf8.count + 1, found: "\(fields.count) fields", expected: what)
      }
      return fields[column]
    }
    let time = try field(columns.time, "a time")
    let reading = try reading(time.text, columns.exponent, at: time.column)
    var flags = options.flags
    if let column = columns.flags {
      let words = try field(column, "flags")
      guard let found = Self.flags(words.text) else {
        throw lines.error(
          .malformed, column: words.column, found: TraceError.quoted(words.text.utf8),
          expected: "flags, such as neuron+bottom")
      }
      flags = found
    }
    if let column = columns.label {
      let number = try field(column, "a label")
      guard let label = UInt16(number.text) else {
        throw lines.error(
          .malformed, column: number.column, found: TraceError.quoted(number.text.utf8),
          expected: "a label of 16 bits")
      }
      if let column = columns.source {
        let name = try field(column, "a source").text
        let plain = "0x" + TraceError.hexadecimal(UInt64(label), digits: 3)
        if !name.isEmpty, name != plain, UInt64(name) == nil { sources.name(label, name) }
      }
      sources.append(reading, label, flags)
    } else if let column = columns.source {
      let name = try field(column, "a source")
      sources.append(reading, try label(name.text, at: name.column), flags)
    }
  }

  private func reading(
    _ text: String, _ exponent: Int?, at column: Int
  ) throws(TraceError) -> TimeText.Reading {
    if let exponent {
      if let reading = TimeText.tick(
        text, exponent: exponent, acceleration: options.acceleration)
      {
        return reading
      }
    } else if let tick = UInt64(text), tick < TraceLimits.ticks {
      return TimeText.Reading(tick: tick, isRounded: false)
    }
    throw lines.error(
      .malformed, column: column, found: TraceError.quoted(text.utf8),
      expected: "a time of at least 0")
  }

  private mutating func label(_ text: String, at column: Int) throws(TraceError) -> UInt16 {
    guard !text.isEmpty, let label = sources.label(ofSource: text) else {
      throw lines.error(
        .malformed, column: column, found: TraceError.quoted(text.utf8),
        expected: "a source, of at most 65536")
    }
    return label
  }

  static func flags(_ text: String) -> SpikeEvent.Flags? {
    var bits: UInt16 = 0
    for word in text.split(separator: "+") {
      let known = EventFlagNames.bit(of: PackedWord(String(word.prefix(16))))
      if known != 0, word.utf8.count <= 16 {
        bits |= known
      } else if word.hasPrefix("0x"), let other = UInt16(word.dropFirst(2), radix: 16) {
        bits |= other
      } else {
        return nil
      }
    }
    return SpikeEvent.Flags(rawValue: bits)
  }

  private struct Field {
    var text: String
    /// Of the line, from 1.
    var column: Int
  }

  /// The fields of a line, quotes taken off (RFC 4180, without line breaks inside).
  private func fields(_ line: String) throws(TraceError) -> [Field] {
    var fields: [Field] = []
    let bytes = Array(line.utf8)
    var position = 0
    while true {
      var text: [UInt8] = []
      let start = position
      if position < bytes.count, bytes[position] == 0x22 {
        position += 1
        while true {
          guard position < bytes.count else {
            throw lines.error(
              .malformed, column: start + 1, found: "a quote that does not end", expected: "\"")
          }
          if bytes[position] == 0x22 {
            position += 1
            guard position < bytes.count, bytes[position] == 0x22 else { break }
          }
          text.append(bytes[position])
          position += 1
        }
      } else {
        while position < bytes.count, bytes[position] != 0x2C {
          text.append(bytes[position])
          position += 1
        }
      }
      let trimmed = String(decoding: text, as: UTF8.self).drop { $0 == " " || $0 == "\t" }
      let end = trimmed.lastIndex { $0 != " " && $0 != "\t" }
      fields.append(Field(text: end.map { String(trimmed[...$0]) } ?? "", column: start + 1))
      guard position < bytes.count else { return fields }
      guard bytes[position] == 0x2C else {
        throw lines.error(
          .malformed, column: position + 1, found: TraceError.quoted(bytes[position...].prefix(8)),
          expected: "a comma after the quote")
      }
      position += 1
    }
  }

  // MARK: NEST

  /// Senders and times in milliseconds; comments and the heading of `.dat` files are skipped.
  mutating func nest() throws(TraceError) -> ImportedTrace {
    while let line = try lines.next() {
      let words = line.split { $0 == " " || $0 == "\t" }
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      if first == "sender" {
        guard words.count >= 2, words[1] == "time_ms" else {
          throw lines.error(
            .unsupported, column: 1, found: TraceError.quoted(line.utf8),
            expected: "sender and time_ms: times in steps need the step's length")
        }
        continue
      }
      func column(_ word: Substring) -> Int {
        line.utf8.distance(from: line.startIndex, to: word.startIndex) + 1
      }
      guard words.count >= 2 else {
        throw lines.error(
          .malformed, column: line.utf8.count + 1, found: "the end of the line",
          expected: "a time in milliseconds")
      }
      let reading = try reading(String(words[1]), 6, at: column(words[1]))
      guard let sender = UInt16(first) else {
        throw lines.error(
          .malformed, column: column(first), found: TraceError.quoted(first.utf8),
          expected: "a sender of 16 bits")
      }
      sources.append(reading, sender, options.flags)
    }
    return sources.finish()
  }
}
