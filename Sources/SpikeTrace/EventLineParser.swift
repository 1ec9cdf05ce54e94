import ChipGeometry

/// Reads a line after `[events]` that the fast loop does not take, and says what is wrong with it.
struct EventLineParser {
  let line: ArraySlice<UInt8>
  let number: Int
  let file: String

  enum Content {
    case nothing
    case event(SpikeEvent)
    /// `[end]`, with the number of events if it is given.
    case end(UInt64?)
  }

  /// Whether there is nothing but blanks and a comment.
  var isBlank: Bool { words().isEmpty }

  func parse(after previousTick: UInt64) throws(TraceError) -> Content {
    let words = words()
    guard let first = words.first else { return .nothing }
    if first.first == UInt8(ascii: "[") { return .end(try end(words)) }
    guard let tick = Self.unsigned(first), tick < TraceLimits.ticks else {
      throw error(
        found: TraceError.quoted(first), expected: "a tick: a decimal number below 2^63",
        at: first.startIndex)
    }
    guard tick >= previousTick else {
      throw error(
        .timeRunsBackwards, found: "tick \(tick)", expected: "at least \(previousTick)",
        at: first.startIndex)
    }
    guard words.count > 1, let label = Self.label(words[1]) else {
      throw error(
        found: words.count > 1 ? TraceError.quoted(words[1]) : "the end of the line",
        expected: "a label: 0x0 to 0xffff",
        at: words.count > 1 ? words[1].startIndex : line.endIndex)
    }
    let flags = words.count > 2 ? try flags(words[2]) : 0
    guard words.count <= 3 else {
      throw error(
        found: TraceError.quoted(words[3]), expected: "the end of the line",
        at: words[3].startIndex)
    }
    return .event(
      SpikeEvent(
        tick: tick, label: EventLabel(label), flags: SpikeEvent.Flags(rawValue: flags)))
  }

  private func end(_ words: [ArraySlice<UInt8>]) throws(TraceError) -> UInt64? {
    let text = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    if text == "[end]" { return nil }
    guard text.hasPrefix("[end "), text.hasSuffix("]"),
      let count = DecimalText.unsigned(text.dropFirst(5).dropLast())
    else {
      throw error(
        found: TraceError.quoted(text.utf8), expected: "[end] or [end COUNT]",
        at: words[0].startIndex)
    }
    return count
  }

  private func flags(_ word: ArraySlice<UInt8>) throws(TraceError) -> UInt16 {
    var flags: UInt16 = 0
    for part in word.split(separator: UInt8(ascii: "+"), omittingEmptySubsequences: false) {
      var bits = Self.hexadecimal(part) ?? 0
      if bits == 0 && !part.contains(0) {
        var packed = PackedWord()
        for byte in part { packed.append(byte) }
        bits = EventFlagNames.bit(of: packed)
      }
      guard bits != 0 else {
        throw error(
          found: TraceError.quoted(part),
          expected: "flags: neuron stimulus background teacher end-of-sample processor bottom"
            + " or 0xBITS, joined by +",
          at: part.startIndex)
      }
      flags |= bits
    }
    return flags
  }

  private func words() -> [ArraySlice<UInt8>] {
    let text = line.prefix { $0 != UInt8(ascii: "#") }
    return text.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
  }

  private func error(
    _ kind: TraceError.Kind = .malformed, found: String, expected: String, at index: Int
  ) -> TraceError {
    TraceError(
      kind, file: file, at: .text(line: number, column: index - line.startIndex + 1),
      found: found, expected: expected)
  }

  private static func label(_ word: ArraySlice<UInt8>) -> UInt16? {
    hexadecimal(word) ?? unsigned(word).flatMap { UInt16(exactly: $0) }
  }

  private static func unsigned(_ word: ArraySlice<UInt8>) -> UInt64? {
    DecimalText.unsigned(String(decoding: word, as: UTF8.self))
  }

  /// `0x` and one to four digits.
  private static func hexadecimal(_ word: ArraySlice<UInt8>) -> UInt16? {
    let text = String(decoding: word, as: UTF8.self)
    let digits = text.dropFirst(2)
    guard text.hasPrefix("0x"), digits.utf8.count <= 4, digits.utf8.first != UInt8(ascii: "+")
    else { return nil }
    return UInt16(digits, radix: 16)
  }
}
