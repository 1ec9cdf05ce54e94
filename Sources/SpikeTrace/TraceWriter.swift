public import ChipGeometry

/// Writes a trace of either form, in constant memory.
///
/// The file appears under its name when ``finish()`` has returned; a writer that is dropped before
/// leaves nothing.
public final class TraceWriter {
  public let form: TraceForm
  /// How many events were appended.
  public private(set) var eventCount: UInt64 = 0

  /// Where the bytes are until ``finish()``, for programs that clean up after being interrupted; nil
  /// if they go to the target directly.
  public var temporaryPath: String? { sink?.scratch }

  private let name: String
  private let sink: ByteSink?
  /// What is not written yet; everything if there is no sink.
  private var output: [UInt8] = []
  /// The records of the chunk in the making.
  private var records: [UInt8] = []
  private var chunkEventCount = 0
  private var chunkFirstTick: UInt64 = 0
  private var chunkCount: UInt32 = 0
  private var total = CRC32()
  private var previous = SpikeEvent(tick: 0, label: EventLabel(0), flags: [])
  private var isFinished = false

  private static let bufferByteCount = 1 << 18
  private static let eventsPerChunk = 8192

  /// Starts a file and writes the header.
  ///
  /// - Throws: Also if the header holds a name that the format does not allow.
  public convenience init(
    path: String, form: TraceForm, header: SpikeTraceHeader
  ) throws(TraceError) {
    try self.init(sink: ByteSink(path: path), name: path, form: form, header: header)
  }

  init(
    sink: ByteSink?, name: String, form: TraceForm, header: SpikeTraceHeader
  ) throws(TraceError) {
    self.form = form
    self.sink = sink
    self.name = name
    let text = Array(HeaderText.lines(of: header).utf8)
    try Self.check(text, says: header, name: name)
    switch form {
    case .text: output = text + Array("\n[events]\n".utf8)
    case .binary:
      output = BinaryLayout.magic
      output.appendLittleEndian(UInt32(SpikeTraceHeader.formatVersion))
      appendChunk(.header, text)
    }
  }

  /// Appends an event.
  ///
  /// - Throws: If it is earlier than the one before, or the disk is full.
  public func append(_ event: SpikeEvent) throws(TraceError) {
    precondition(!isFinished, "the trace is finished")
    guard event.tick >= previous.tick, event.tick < TraceLimits.ticks else {
      throw TraceError(
        event.tick < previous.tick ? .timeRunsBackwards : .tooLarge, file: name, at: .none,
        found: "tick \(event.tick) as event \(eventCount)",
        expected: "at least \(previous.tick), below 2^63")
    }
    switch form {
    case .text: TextEncoding.append(event, to: &output)
    case .binary: appendRecord(event)
    }
    previous = event
    eventCount += 1
    if output.count >= Self.bufferByteCount { try flush() }
  }

  /// Appends events in order.
  public func append(contentsOf events: some Sequence<SpikeEvent>) throws(TraceError) {
    for event in events { try append(event) }
  }

  /// Writes the end and gives the file its name. Nothing can be appended after.
  public func finish() throws(TraceError) {
    end()
    try flush()
    try sink?.commit()
  }

  /// The whole trace; for a writer without a file.
  func finishInMemory() -> [UInt8] {
    end()
    return output
  }

  private func end() {
    precondition(!isFinished, "the trace is finished")
    isFinished = true
    switch form {
    case .text: output += Array("[end \(eventCount)]\n".utf8)
    case .binary:
      endChunk()
      var body: [UInt8] = []
      body.appendLittleEndian(eventCount)
      body.appendLittleEndian(chunkCount)
      body.appendLittleEndian(total.value)
      appendChunk(.done, body)
    }
  }

  private func appendRecord(_ event: SpikeEvent) {
    var before = previous
    if chunkEventCount == 0 {
      chunkFirstTick = event.tick
      before = SpikeEvent(tick: event.tick, label: EventLabel(0), flags: [])
    }
    EventRecords.encode(event, after: before, into: &records)
    chunkEventCount += 1
    if chunkEventCount == Self.eventsPerChunk { endChunk() }
  }

  private func endChunk() {
    guard chunkEventCount > 0 else { return }
    var body: [UInt8] = []
    body.reserveCapacity(records.count + BinaryLayout.eventHeaderByteCount)
    body.appendLittleEndian(UInt32(chunkEventCount))
    body.appendLittleEndian(chunkFirstTick)
    body += records
    records.removeAll(keepingCapacity: true)
    chunkEventCount = 0
    appendChunk(.events, body)
  }

  private func appendChunk(_ type: BinaryLayout.ChunkType, _ body: [UInt8]) {
    let start = output.count
    output.appendLittleEndian(type.rawValue)
    output.appendLittleEndian(UInt32(body.count))
    output += body
    var check = CRC32()
    check.update(output.span.extracting(start..<output.count))
    output.appendLittleEndian(check.value)
    total.update(output.span.extracting(output.count - 4..<output.count))
    chunkCount += 1
  }

  private func flush() throws(TraceError) {
    guard let sink else { return }
    try sink.write(output)
    output.removeAll(keepingCapacity: true)
  }

  /// A header is written only if a reader would get back the same.
  private static func check(
    _ text: [UInt8], says header: SpikeTraceHeader, name: String
  ) throws(TraceError) {
    var parser = HeaderParser(file: "\(name) (header)")
    for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      _ = try parser.take(line)
    }
    try parser.finish()
    guard parser.header == header, text.count <= TraceLimits.headerBytes else {
      throw TraceError(
        .malformed, file: name, at: .none, found: "a header that does not survive being written",
        expected: "keys and names as the format allows")
    }
  }
}

enum TextEncoding {
  /// Appends the line of an event.
  static func append(_ event: SpikeEvent, to output: inout [UInt8]) {
    appendDecimal(event.tick, to: &output)
    output.append(UInt8(ascii: " "))
    output.append(UInt8(ascii: "0"))
    output.append(UInt8(ascii: "x"))
    let label = event.label.rawValue
    if label > 0xFFF { output.append(digit(label >> 12)) }
    output.append(digit(label >> 8 & 15))
    output.append(digit(label >> 4 & 15))
    output.append(digit(label & 15))
    if event.flags.rawValue != 0 {
      output.append(UInt8(ascii: " "))
      switch event.flags {
      case .neuron: output += Self.neuron
      case .stimulus: output += Self.stimulus
      default: output += Array(EventFlagNames.text(event.flags).utf8)
      }
    }
    output.append(UInt8(ascii: "\n"))
  }

  private static let neuron = Array("neuron".utf8)
  private static let stimulus = Array("stimulus".utf8)

  private static func digit(_ value: UInt16) -> UInt8 {
    UInt8(truncatingIfNeeded: value < 10 ? 0x30 + value : 0x57 + value)
  }

  static func appendDecimal(_ value: UInt64, to output: inout [UInt8]) {
    let start = output.count
    var rest = value
    repeat {
      output.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    output[start...].reverse()
  }
}
