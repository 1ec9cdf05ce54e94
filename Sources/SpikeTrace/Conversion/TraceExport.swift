public import ChipGeometry

/// Writes the events of a trace as another program reads them.
///
/// The file appears under its name when ``finish()`` has returned.
public final class TraceExport {
  private let sink: ByteSink
  private let format: ForeignFormat
  private let header: SpikeTraceHeader
  private let acceleration: UInt64
  private var output: [UInt8] = []
  private var numbers = SourceNumbering()
  private var names: [UInt16: String] = [:]
  /// Of formats that begin with the number of events.
  private var events: [SpikeEvent] = []
  private var waveform: WaveformText?
  private var count: UInt64 = 0
  private var hasInstants = false

  private static let bufferByteCount = 1 << 18

  /// Where the bytes are until ``finish()``; nil if they go to the target directly.
  public var temporaryPath: String? { sink.scratch }

  /// Starts a file; `sources` are all sources of the trace, for formats that declare them first
  /// (``needsSources(_:)``).
  ///
  /// - Throws: if the file cannot be made.
  public init(
    path: String, _ format: ForeignFormat, header: SpikeTraceHeader,
    sources: [SpikeEventSource] = [], _ options: ConversionOptions = ConversionOptions()
  ) throws(TraceError) {
    sink = try ByteSink(path: path)
    self.format = format
    self.header = header
    acceleration = options.acceleration
    for source in header.sourceNames { names[source.label] = source.name }
    switch format {
    case .csv: output = Array("time_us,source,label,flags\n".utf8)
    case .nest:
      output = Array(
        """
        # NEST version: none, written by \(header.toolName) \(header.toolVersion)
        # RecordingBackendASCII version: 2
        sender\ttime_ms

        """.utf8)
    case .vcd:
      let wires = sources.map { ($0, Self.name(of: $0.label, names)) }
      var text = WaveformText(wires, acceleration: acceleration)
      text.begin(header, &output)
      waveform = text
    case .chrome: output = Array("{\"displayTimeUnit\": \"ns\", \"traceEvents\": [".utf8)
    case .gdf, .npy, .npz: break
    }
  }

  /// Whether the format declares its sources before its events.
  public static func needsSources(_ format: ForeignFormat) -> Bool { format == .vcd }

  public func append(contentsOf batch: [SpikeEvent]) throws(TraceError) {
    switch format {
    case .csv: for event in batch { appendRow(event) }
    case .nest, .gdf: for event in batch { appendSender(event) }
    case .npy, .npz: events += batch
    case .vcd: for event in batch { waveform?.append(event, &output) }
    case .chrome: for event in batch { appendInstant(event) }
    }
    count += UInt64(batch.count)
    if output.count >= Self.bufferByteCount { try flush() }
  }

  /// Writes the end and gives the file its name.
  ///
  /// - Returns: what the trace holds and the file does not, in words.
  public func finish() throws(TraceError) -> [String] {
    switch format {
    case .csv, .nest, .gdf: break
    case .npy: output = numbersArray.bytes
    case .npz: output = archive.bytes
    case .vcd: waveform?.end(&output)
    case .chrome: endInstants()
    }
    try flush()
    try sink.commit()
    return losses
  }

  private func flush() throws(TraceError) {
    try sink.write(output)
    output.removeAll(keepingCapacity: true)
  }

  // MARK: Losses

  private var losses: [String] {
    var losses: [String] = []
    if format != .npz {
      var parts = ["keys"]
      if !header.parameters.isEmpty { parts.append("\(header.parameters.count) parameters") }
      if !header.arrays.isEmpty { parts.append("\(header.arrays.count) arrays") }
      if !header.sourceNames.isEmpty, [.nest, .gdf, .npy].contains(format) {
        parts.append("\(header.sourceNames.count) names of sources")
      }
      losses.append("the header is left out: " + parts.joined(separator: ", "))
    }
    if count > 0, format == .nest || format == .gdf {
      losses.append("flags are left out: who stimulus, teacher and neurons were")
    }
    if let doubles = waveform?.doubleCount, doubles > 0 {
      losses.append("\(doubles) events of a source at the tick of its last one are left out")
    }
    return losses
  }

  // MARK: Lines

  /// The name of a label, else the label itself.
  private static func name(of label: EventLabel, _ names: [UInt16: String]) -> String {
    names[label.rawValue] ?? "0x" + TraceError.hexadecimal(UInt64(label.rawValue), digits: 3)
  }

  private func nanoseconds(_ event: SpikeEvent) -> UInt64 {
    // Beyond 2^63 ns · acceleration nobody counts; saturate rather than wrap.
    let (time, hasOverflowed) = event.tick.multipliedReportingOverflow(
      by: UInt64(SpikeTraceHeader.tickNanoseconds) * acceleration)
    return hasOverflowed ? .max : time
  }

  private func appendRow(_ event: SpikeEvent) {
    TimeText.append(nanoseconds: nanoseconds(event), exponent: 3, to: &output)
    output.append(UInt8(ascii: ","))
    output += Self.quoted(Self.name(of: event.label, names))
    output.append(UInt8(ascii: ","))
    TextEncoding.appendDecimal(UInt64(event.label.rawValue), to: &output)
    output.append(UInt8(ascii: ","))
    output += Array(EventFlagNames.text(event.flags).utf8)
    output.append(UInt8(ascii: "\n"))
  }

  /// A field of a table: in quotes where it must be (RFC 4180).
  private static func quoted(_ text: String) -> [UInt8] {
    let needsQuotes = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
    guard needsQuotes else { return Array(text.utf8) }
    return [0x22] + text.utf8.flatMap { $0 == 0x22 ? [0x22, 0x22] : [$0] } + [0x22]
  }

  private func appendSender(_ event: SpikeEvent) {
    TextEncoding.appendDecimal(UInt64(event.label.rawValue), to: &output)
    output.append(UInt8(ascii: "\t"))
    TimeText.append(nanoseconds: nanoseconds(event), exponent: 6, to: &output)
    output.append(UInt8(ascii: "\n"))
  }

  // MARK: Instant events

  private func appendInstant(_ event: SpikeEvent) {
    let track = numbers.number(of: SpikeEventSource(event)) + 1
    separateInstants()
    output += Array("{\"ph\":\"i\",\"s\":\"t\",\"pid\":1,\"tid\":\(track),\"ts\":".utf8)
    TimeText.append(nanoseconds: nanoseconds(event), exponent: 3, to: &output)
    output += Array(",\"name\":".utf8)
    output += Self.json(Self.name(of: event.label, names))
    output += Array(
      ",\"args\":{\"label\":\(event.label.rawValue),\"flags\":\"\(EventFlagNames.text(event.flags))\"}}"
        .utf8)
  }

  private func separateInstants() {
    output += Array((hasInstants ? ",\n" : "\n").utf8)
    hasInstants = true
  }

  private func endInstants() {
    for (index, source) in numbers.sources.enumerated() {
      separateInstants()
      output += Array(
        "{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":1,\"tid\":\(index + 1),\"args\":{\"name\":"
          .utf8)
      output += Self.json(Self.name(of: source.label, names))
      output += Array("}}".utf8)
    }
    output += Array("\n]}\n".utf8)
  }

  private static func json(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = [0x22]
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C: bytes += [0x5C, byte]
      case 0..<0x20: bytes += Array("\\u00\(TraceError.hexadecimal(UInt64(byte), digits: 2))".utf8)
      default: bytes.append(byte)
      }
    }
    return bytes + [0x22]
  }

  // MARK: NumPy

  private var numbersArray: NumPyArray {
    NumPyArray(
      shape: [events.count, 3],
      values: .int64(
        events.flatMap {
          [Int64($0.tick), Int64($0.label.rawValue), Int64($0.flags.rawValue)]
        }))
  }

  private var archive: NumPyArchive {
    var archive = NumPyArchive()
    archive.append(
      "header", NumPyArray(shape: [1], values: .text([HeaderText.lines(of: header)])))
    archive.append(
      "tick", NumPyArray(shape: [events.count], values: .int64(events.map { Int64($0.tick) })))
    archive.append(
      "label",
      NumPyArray(shape: [events.count], values: .int32(events.map { Int32($0.label.rawValue) })))
    archive.append(
      "flags",
      NumPyArray(shape: [events.count], values: .int32(events.map { Int32($0.flags.rawValue) })))
    return archive
  }
}
