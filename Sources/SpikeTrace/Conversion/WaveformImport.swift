import ChipGeometry

/// Reads spikes from value change dumps: an event where a wire of one bit goes from low to high.
struct WaveformImport {
  private var lines: LineReader
  private let options: ConversionOptions
  private var sources = ImportedSources()
  private struct Wire {
    var name: String
    var flags: SpikeEvent.Flags
    var isHigh = false
    /// Known when it has spiked, or from a comment of ours.
    var label: UInt16?
  }

  /// By the short name.
  private var wires: [String: Wire] = [:]
  /// Of a unit of time, as a power of ten of nanoseconds, and how many of them: 1, 10 or 100.
  private var exponent = 0
  private var scopes: [String] = []
  private var ignoredCount = 0
  private var now = TimeText.Reading(tick: 0, isRounded: false)

  init(_ source: ByteSource, _ options: ConversionOptions) {
    lines = LineReader(source)
    self.options = options
  }

  mutating func read() throws(TraceError) -> ImportedTrace {
    var command: [Substring] = []
    var isDefined = false
    while let line = try lines.next() {
      for word in line.split(whereSeparator: \.isWhitespace) {
        if !command.isEmpty {
          if word == "$end" {
            if command[0] == "$enddefinitions" { isDefined = true }
            try take(command)
            command = []
          } else if command.count < 64 {
            command.append(word)
          }
        } else if word.first == "$" {
          // What is between $dumpvars and $end are ordinary changes.
          if !["$dumpvars", "$dumpall", "$dumpon", "$dumpoff", "$end"].contains(word) {
            command = [word]
          }
        } else {
          guard isDefined else {
            throw lines.error(
              .malformed, column: column(word, line), found: TraceError.quoted(word.utf8),
              expected: "a declaration, such as $var")
          }
          try change(word, line)
        }
      }
    }
    guard isDefined else {
      throw lines.error(
        .truncated, column: 1, found: "the end of the file", expected: "$enddefinitions")
    }
    if ignoredCount > 0 {
      sources.note("\(ignoredCount) variables that are no wires of one bit are left out")
    }
    return sources.finish()
  }

  private func column(_ word: Substring, _ line: String) -> Int {
    line.utf8.distance(from: line.startIndex, to: word.startIndex) + 1
  }

  private mutating func take(_ command: [Substring]) throws(TraceError) {
    switch command[0] {
    case "$timescale": try timescale(command.dropFirst().joined())
    case "$comment": takeSource(command)
    case "$scope": scopes.append(command.count > 2 ? String(command[2]) : "")
    case "$upscope": _ = scopes.popLast()
    case "$var":
      guard command.count >= 5 else {
        throw lines.error(
          .malformed, column: 1, found: TraceError.quoted(command.joined(separator: " ").utf8),
          expected: "$var, type, size, short name and name")
      }
      guard command[2] == "1", command[1] != "real" else { return ignoredCount += 1 }
      let name = command[4...].joined(separator: " ")
      let flags = scopes.last.flatMap { TableImport.flags($0) } ?? options.flags
      wires[String(command[3])] = Wire(
        name: name, flags: flags.isEmpty ? options.flags : flags)
    default: break
    }
  }

  /// `$comment source CODE LABEL NAME`, as ``WaveformText`` writes it after a wire.
  private mutating func takeSource(_ command: [Substring]) {
    guard command.count >= 5, command[1] == "source", command[3].hasPrefix("0x"),
      let label = UInt16(command[3].dropFirst(2), radix: 16), wires[String(command[2])] != nil
    else { return }
    wires[String(command[2])]?.label = label
    let name = command[4...].joined(separator: " ")
    if name != command[3] { sources.name(label, name) }
  }

  private mutating func timescale(_ text: String) throws(TraceError) {
    let units = ["s": 9, "ms": 6, "us": 3, "ns": 0, "ps": -3, "fs": -6]
    let digits = text.prefix { $0.isNumber }
    guard let zeros = ["1": 0, "10": 1, "100": 2][String(digits)],
      let unit = units[String(text.dropFirst(digits.count))]
    else {
      throw lines.error(
        .malformed, column: 1, found: TraceError.quoted(text.utf8),
        expected: "1, 10 or 100 and a unit from s to fs")
    }
    exponent = unit + zeros
  }

  private mutating func append(_ wire: Wire, _ code: String) throws(TraceError) {
    guard let label = wire.label ?? sources.label(ofSource: wire.name) else {
      throw lines.error(.tooLarge, column: 1, found: "one more source", expected: "at most 65536")
    }
    wires[code]?.label = label
    sources.append(now, label, wire.flags)
  }

  private mutating func change(_ word: Substring, _ line: String) throws(TraceError) {
    switch word.first {
    case "#":
      guard
        let reading = TimeText.tick(
          word.dropFirst(), exponent: exponent, acceleration: options.acceleration)
      else {
        throw lines.error(
          .malformed, column: column(word, line), found: TraceError.quoted(word.utf8),
          expected: "# and a time")
      }
      now = reading
    case "0", "1", "x", "X", "z", "Z":
      guard let wire = wires[String(word.dropFirst())] else { return }
      let isHigh = word.first == "1"
      wires[String(word.dropFirst())]?.isHigh = isHigh
      if isHigh, !wire.isHigh { try append(wire, String(word.dropFirst())) }
    default:
      // Values of several bits and real ones: a word for the value, one for the name.
      break
    }
  }
}
