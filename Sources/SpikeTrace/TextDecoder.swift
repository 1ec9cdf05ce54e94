import ChipGeometry

/// Reads the text form.
final class TextDecoder: EventDecoder {
  let header: SpikeTraceHeader
  private var window: InputWindow
  private var lineNumber: Int
  private var previousTick: UInt64 = 0
  private var eventCount: UInt64 = 0
  private var hasEnded = false

  private static let eventsPerBatch = 8192

  init(_ window: InputWindow) throws(TraceError) {
    var window = window
    var parser = HeaderParser(file: window.name)
    var byteCount = 0
    while true {
      let line = try Self.line(of: &window, number: parser.lineNumber + 1)
      guard let line else {
        throw TraceError(
          .truncated, file: window.name, at: .text(line: parser.lineNumber + 1, column: 1),
          found: "the end of the file", expected: "[events]")
      }
      byteCount += line.count + 1
      if byteCount > TraceLimits.headerBytes {
        throw TraceError(
          .tooLarge, file: window.name, at: .text(line: parser.lineNumber + 1, column: 1),
          found: "a header that goes on here", expected: "at most \(TraceLimits.headerBytes) bytes")
      }
      if try parser.take(line) { break }
    }
    try parser.finish()
    header = parser.header
    lineNumber = parser.lineNumber
    self.window = window
  }

  func next(into events: inout [SpikeEvent]) throws(TraceError) -> Bool {
    events.removeAll(keepingCapacity: true)
    while events.isEmpty && !hasEnded {
      try window.fill(TraceLimits.lineBytes + 2)
      let bytes = window.bytes
      let end = (bytes[window.position...].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
      let count = Self.eventsPerBatch - events.count
      let (taken, lines) = Self.decode(
        bytes.span, from: window.position, to: end, atMost: count, after: previousTick,
        into: &events)
      window.consume(taken - window.position)
      lineNumber += lines
      previousTick = events.last?.tick ?? previousTick
      // Whatever stopped the loop above, if it was not the end of the batch, is one unusual line.
      if events.count < Self.eventsPerBatch { try takeUnusualLine(into: &events) }
    }
    eventCount += UInt64(events.count)
    return !events.isEmpty
  }

  /// Takes plain event lines until one is unusual, `end` or `limit` is reached. Returns where it
  /// stopped, at the start of a line, and how many lines it took.
  private static func decode(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, atMost limit: Int, after: UInt64,
    into events: inout [SpikeEvent]
  ) -> (position: Int, lines: Int) {
    let space = UInt8(ascii: " ")
    let lineFeed = UInt8(ascii: "\n")
    var position = start
    var count = 0
    var previous = after
    // Every line before `end` has its line feed, which no loop here steps over.
    while count < limit && position < end {
      var cursor = position
      var tick: UInt64 = 0
      while bytes[cursor] &- 0x30 < 10 {
        tick = tick &* 10 &+ UInt64(bytes[cursor] &- 0x30)
        cursor += 1
      }
      // Eighteen digits stay below 2^63.
      let digitCount = cursor - position
      guard digitCount > 0, digitCount <= 18, tick >= previous, bytes[cursor] == space,
        bytes[cursor + 1] == UInt8(ascii: "0"), bytes[cursor + 2] == UInt8(ascii: "x")
      else { break }
      cursor += 3
      let labelStart = cursor
      var label: UInt32 = 0
      while let digit = hexadecimalDigit(bytes[cursor]) {
        label = label << 4 | digit
        cursor += 1
      }
      guard cursor > labelStart, cursor - labelStart <= 4 else { break }
      var flags: UInt16 = 0
      if bytes[cursor] == space {
        guard let found = flagWords(bytes, &cursor) else { break }
        flags = found
      }
      guard bytes[cursor] == lineFeed else { break }
      events.append(
        SpikeEvent(
          tick: tick, label: EventLabel(UInt16(truncatingIfNeeded: label)),
          flags: SpikeEvent.Flags(rawValue: flags)))
      previous = tick
      count += 1
      position = cursor + 1
    }
    return (position, count)
  }

  /// The flags in words from the space at `cursor` on, which then stands at the line feed.
  private static func flagWords(_ bytes: Span<UInt8>, _ cursor: inout Int) -> UInt16? {
    var flags: UInt16 = 0
    repeat {
      cursor += 1
      var word = PackedWord()
      while bytes[cursor] > 0x20 && bytes[cursor] != UInt8(ascii: "+") {
        word.append(bytes[cursor])
        cursor += 1
      }
      let bit = EventFlagNames.bit(of: word)
      guard bit != 0 else { return nil }
      flags |= bit
    } while bytes[cursor] == UInt8(ascii: "+")
    return flags
  }

  private static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
    if byte &- 0x30 < 10 { return UInt32(byte &- 0x30) }
    let letter = byte | 0x20
    return letter &- 0x61 < 6 ? UInt32(letter &- 0x61 &+ 10) : nil
  }

  /// Takes one line of any kind: comment, odd spelling, the end, or an error.
  private func takeUnusualLine(into events: inout [SpikeEvent]) throws(TraceError) {
    guard let line = try Self.line(of: &window, number: lineNumber + 1) else {
      throw TraceError(
        .truncated, file: window.name, at: .text(line: lineNumber + 1, column: 1),
        found: "the end of the file", expected: "an event or [end]")
    }
    lineNumber += 1
    let parser = EventLineParser(line: line, number: lineNumber, file: window.name)
    switch try parser.parse(after: previousTick) {
    case .nothing: break
    case .event(let event):
      events.append(event)
      previousTick = event.tick
    case .end(let count):
      let found = eventCount + UInt64(events.count)
      if let count, count != found {
        throw TraceError(
          .corrupted, file: window.name, at: .text(line: lineNumber, column: 1),
          found: "\(found) events", expected: "\(count), as [end \(count)] says")
      }
      hasEnded = true
      try expectNothingMore()
    }
  }

  private func expectNothingMore() throws(TraceError) {
    while let line = try Self.line(of: &window, number: lineNumber + 1) {
      lineNumber += 1
      let parser = EventLineParser(line: line, number: lineNumber, file: window.name)
      guard !parser.isBlank else { continue }
      throw TraceError(
        .malformed, file: window.name, at: .text(line: lineNumber, column: 1),
        found: TraceError.quoted(line), expected: "nothing after [end]")
    }
  }

  /// The next line without its line feed; nil at the end of the file.
  private static func line(
    of window: inout InputWindow, number: Int
  ) throws(TraceError) -> ArraySlice<UInt8>? {
    try window.fill(TraceLimits.lineBytes + 1)
    if window.available == 0 { return nil }
    let rest = window.bytes[window.position...].prefix(TraceLimits.lineBytes + 1)
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
      if rest.count <= TraceLimits.lineBytes {
        throw TraceError(
          .truncated, file: window.name, at: .text(line: number, column: rest.count + 1),
          found: "the end of the file within a line", expected: "a line feed")
      }
      throw TraceError(
        .tooLarge, file: window.name, at: .text(line: number, column: 1),
        found: "a line of more than \(TraceLimits.lineBytes) bytes", expected: "shorter lines")
    }
    let line = rest[..<end]
    window.consume(line.count + 1)
    return line
  }
}
