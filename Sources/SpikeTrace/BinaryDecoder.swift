import ChipGeometry

/// Reads the binary form.
final class BinaryDecoder: EventDecoder {
  let header: SpikeTraceHeader
  private var window: InputWindow
  private var previousTick: UInt64 = 0
  private var eventCount: UInt64 = 0
  private var chunkCount: UInt32
  /// Over the checks of all chunks so far.
  private var total: CRC32
  private var hasEnded = false

  /// What a chunk says about itself.
  private struct Chunk {
    var type: UInt32
    /// The place of the chunk in the file.
    var offset: UInt64
    /// Where the body is in the window.
    var body: Range<Int>
    var check: UInt32
    /// Of the body, in the file.
    var bodyOffset: UInt64 { offset + UInt64(BinaryLayout.chunkHeaderByteCount) }
  }

  init(_ window: InputWindow) throws(TraceError) {
    var window = window
    try Self.takePrefix(&window)
    let chunk = try Self.chunk(&window)
    guard chunk.type == BinaryLayout.ChunkType.header.rawValue else {
      throw TraceError(
        .malformed, file: window.name, at: .byte(chunk.offset),
        found: "chunk \(Self.name(chunk.type))", expected: "chunk \"HEAD\" first")
    }
    header = try Self.header(window.bytes[chunk.body], chunk, file: window.name)
    total = CRC32()
    Self.add(chunk.check, to: &total)
    chunkCount = 1
    self.window = window
  }

  func next(into events: inout [SpikeEvent]) throws(TraceError) -> Bool {
    events.removeAll(keepingCapacity: true)
    while events.isEmpty && !hasEnded {
      let chunk = try Self.chunk(&window)
      switch BinaryLayout.ChunkType(rawValue: chunk.type) {
      case .events: try takeEvents(chunk, into: &events)
      case .done: try takeDone(chunk)
      case .header:
        throw error(
          .malformed, at: chunk.offset, found: "a second chunk \"HEAD\"", expected: "one")
      case nil:
        // As in PNG, a lower-case first letter says that a reader may skip the chunk.
        guard chunk.type & 0x20 != 0 else {
          throw error(
            .unsupported, at: chunk.offset, found: "chunk \(Self.name(chunk.type))",
            expected: "a chunk of format version \(SpikeTraceHeader.formatVersion)")
        }
      }
      Self.add(chunk.check, to: &total)
      chunkCount &+= 1
    }
    return !events.isEmpty
  }

  private func takeEvents(_ chunk: Chunk, into events: inout [SpikeEvent]) throws(TraceError) {
    let bytes = window.bytes
    let body = bytes.span.extracting(chunk.body)
    guard body.count >= BinaryLayout.eventHeaderByteCount else {
      throw error(
        .malformed, at: chunk.bodyOffset, found: "\(body.count) bytes",
        expected: "at least \(BinaryLayout.eventHeaderByteCount)")
    }
    let count = Int(body.littleEndian(0, as: UInt32.self))
    let first = body.littleEndian(4, as: UInt64.self)
    let recordBytes = body.count - BinaryLayout.eventHeaderByteCount
    guard count > 0, count <= recordBytes / BinaryLayout.minimumRecordByteCount else {
      throw error(
        .malformed, at: chunk.bodyOffset, found: "\(count) events in \(recordBytes) bytes",
        expected: "at least one event, at least 3 bytes for each")
    }
    guard first >= previousTick, first < TraceLimits.ticks else {
      throw error(
        first < previousTick ? .timeRunsBackwards : .malformed, at: chunk.bodyOffset + 4,
        found: "tick \(first)", expected: "at least \(previousTick), below 2^63")
    }
    events.reserveCapacity(count)
    do throws(EventRecords.Failure) {
      try EventRecords.decode(body, count: count, from: first, into: &events)
    } catch {
      throw self.error(
        .malformed, at: chunk.bodyOffset + UInt64(error.offset), found: error.found,
        expected: error.expected)
    }
    previousTick = events[count - 1].tick
    eventCount += UInt64(count)
  }

  private func takeDone(_ chunk: Chunk) throws(TraceError) {
    let bytes = window.bytes
    let body = bytes.span.extracting(chunk.body)
    guard body.count == BinaryLayout.doneByteCount else {
      throw error(
        .malformed, at: chunk.bodyOffset, found: "\(body.count) bytes",
        expected: "\(BinaryLayout.doneByteCount)")
    }
    let events = body.littleEndian(0, as: UInt64.self)
    let chunks = body.littleEndian(8, as: UInt32.self)
    let check = body.littleEndian(12, as: UInt32.self)
    guard chunks == chunkCount else {
      throw error(
        .corrupted, at: chunk.bodyOffset + 8, found: "\(chunkCount) chunks before the end",
        expected: "\(chunks), as the end says")
    }
    guard events == eventCount else {
      throw error(
        .corrupted, at: chunk.bodyOffset, found: "\(eventCount) events",
        expected: "\(events), as the end says")
    }
    guard check == total.value else {
      throw error(
        .corrupted, at: chunk.bodyOffset + 12, found: "total check \(Self.text(total.value))",
        expected: "\(Self.text(check)), as the end says")
    }
    hasEnded = true
    try window.fill(1)
    if window.available > 0 {
      throw error(
        .malformed, at: window.offset, found: "more bytes", expected: "nothing after the end")
    }
  }

  private func error(
    _ kind: TraceError.Kind, at offset: UInt64, found: String, expected: String
  ) -> TraceError {
    TraceError(kind, file: window.name, at: .byte(offset), found: found, expected: expected)
  }
}

extension BinaryDecoder {
  private static func takePrefix(_ window: inout InputWindow) throws(TraceError) {
    try window.fill(BinaryLayout.prefixByteCount)
    let prefix = window.bytes[window.position...].prefix(BinaryLayout.prefixByteCount)
    let magic = prefix.prefix(BinaryLayout.magic.count)
    let isCut = prefix.count < BinaryLayout.prefixByteCount
    if !magic.elementsEqual(BinaryLayout.magic.prefix(magic.count)) {
      throw TraceError(
        .malformed, file: window.name, at: .byte(0), found: TraceError.quoted(magic),
        expected: TraceError.quoted(BinaryLayout.magic) + " (were line ends converted?)")
    }
    if isCut { throw truncated(window, "the first \(BinaryLayout.prefixByteCount) bytes") }
    let version = prefix.span.littleEndian(BinaryLayout.magic.count, as: UInt32.self)
    if version != SpikeTraceHeader.formatVersion {
      throw TraceError(
        .unsupported, file: window.name, at: .byte(UInt64(BinaryLayout.magic.count)),
        found: "format version \(version)",
        expected: "version \(SpikeTraceHeader.formatVersion)")
    }
    window.consume(BinaryLayout.prefixByteCount)
  }

  /// The next chunk, whole and checked; the window stands behind it but still holds its body.
  private static func chunk(_ window: inout InputWindow) throws(TraceError) -> Chunk {
    let offset = window.offset
    try window.fill(BinaryLayout.chunkHeaderByteCount)
    if window.available < BinaryLayout.chunkHeaderByteCount { throw truncated(window, "a chunk") }
    var start = window.position
    let type = window.bytes.span.littleEndian(start, as: UInt32.self)
    let count = Int(window.bytes.span.littleEndian(start + 4, as: UInt32.self))
    let limit =
      type == BinaryLayout.ChunkType.events.rawValue
      ? TraceLimits.eventChunkBytes : TraceLimits.headerBytes
    guard count <= limit else {
      throw TraceError(
        .tooLarge, file: window.name, at: .byte(offset + 4), found: "a chunk of \(count) bytes",
        expected: "at most \(limit)")
    }
    let covered = BinaryLayout.chunkHeaderByteCount + count
    try window.fill(covered + BinaryLayout.checksumByteCount)
    if window.available < covered + BinaryLayout.checksumByteCount {
      throw truncated(window, "\(count) bytes of chunk \(name(type)) and its check")
    }
    start = window.position
    let bytes = window.bytes
    var check = CRC32()
    check.update(bytes.span.extracting(start..<start + covered))
    let stored = bytes.span.littleEndian(start + covered, as: UInt32.self)
    guard check.value == stored else {
      throw TraceError(
        .corrupted, file: window.name, at: .byte(offset),
        found: "chunk \(name(type)) with check \(text(check.value))",
        expected: "\(text(stored)), as it says")
    }
    window.consume(covered + BinaryLayout.checksumByteCount)
    let body = start + BinaryLayout.chunkHeaderByteCount..<start + covered
    return Chunk(type: type, offset: offset, body: body, check: stored)
  }

  private static func header(
    _ body: ArraySlice<UInt8>, _ chunk: Chunk, file: String
  ) throws(TraceError) -> SpikeTraceHeader {
    var parser = HeaderParser(file: file)
    do throws(TraceError) {
      for line in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      where try parser.take(line) {
        throw TraceError(
          .malformed, file: file, at: .text(line: parser.lineNumber, column: 1),
          found: "[events]", expected: "the header only")
      }
      try parser.finish()
    } catch {
      guard case .text(let line, let column) = error.position else { throw error }
      var located = error
      located.position = .header(byte: chunk.bodyOffset, line: line, column: column)
      throw located
    }
    return parser.header
  }

  private static func truncated(_ window: InputWindow, _ expected: String) -> TraceError {
    TraceError(
      .truncated, file: window.name, at: .byte(window.offset + UInt64(window.available)),
      found: "the end of the file", expected: expected)
  }

  private static func add(_ check: UInt32, to total: inout CRC32) {
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(check)
    total.update(bytes.span)
  }

  private static func name(_ type: UInt32) -> String {
    TraceError.quoted((0..<4).map { UInt8(truncatingIfNeeded: type >> ($0 * 8)) })
  }

  private static func text(_ check: UInt32) -> String {
    "0x" + TraceError.hexadecimal(UInt64(check), digits: 8)
  }
}
