import ChipDescription
import ChipGeometry
import SpikeTrace

extension Command {
  static let traceConvert = Command(
    name: "trace convert",
    summary: "convert spikes between our traces, CSV, NEST, NumPy, VCD and Chrome's trace JSON",
    discussion: """
      The names of the files decide, or --from-format and --to-format:

        spikes, txt  our text form           csv  time_us,source,label,flags, a line an event
        trace, …     our binary form         dat  NEST: sender and time_ms; gdf: without comments
        npy          int64 rows of (tick, label, flags)
        npz          tick, label, flags, and the header: loses nothing
        vcd          a wire a source, high for 4 ns from each spike on (GTKWave, Surfer)
        json         Chrome trace events (ui.perfetto.dev)

      All of them can be read too, by whatever program they were written: tables need a heading with
      the time and its unit (time_us, time_ms, time_s, time_ns, tick) and a source (source, neuron,
      sender, unit, id, label); sources that are no numbers of 16 bits get labels. What a format
      cannot hold, and times that are no whole ticks of 8 ns, is said on standard error.

      Times are those of the chip. --acceleration 1000 writes and reads biological time, a
      microsecond of the chip as a millisecond.
      """,
    positionals: [.one("INPUT", "a trace or a file of one of the formats")],
    options: [
      .output("the file to write"),
      .value("--from-format", "NAME", "spikes, trace, csv, dat, gdf, npy, npz, vcd or json"),
      .value("--to-format", "NAME", "the same for the output"),
      .value("--acceleration", "N", "times outside over times of the chip (default 1)"),
      .value(
        "--as", "FLAG", "what imported events are that do not say it (default neuron)"),
    ],
    examples: [
      "ranvier trace convert run.trace -o run.csv",
      "ranvier trace convert spikes.dat -o stimulus.spikes --acceleration 1000 --as stimulus",
      "ranvier trace convert run.trace -o run.vcd",
    ],
    run: { invocation in
      try TraceConversion(invocation).run()
      return .done
    })
}

/// The work of `ranvier trace convert`.
private struct TraceConversion {
  private enum Format: Equatable {
    case own(TraceForm)
    case foreign(ForeignFormat)
  }

  private let invocation: Invocation
  private let input: String
  private let output: String
  private let source: Format
  private let target: Format
  private let options: ConversionOptions

  init(_ invocation: Invocation) throws(ToolError) {
    self.invocation = invocation
    let arguments = invocation.arguments
    input = arguments.positional("INPUT")
    output = try TraceArguments.output(arguments)
    try TraceArguments.checkPaths([input], output)
    source = try Self.format("--from-format", arguments) ?? Self.format(of: input)
    target = try Self.format("--to-format", arguments) ?? Self.format(of: output)
    let acceleration = try arguments.integer("--acceleration", in: 1...1_000_000) ?? 1
    let flags = try arguments.value("--as").map { word throws(ToolError) in
      try TraceArguments.flags(word, "--as")
    }
    options = ConversionOptions(acceleration: UInt64(acceleration), flags: flags ?? .neuron)
  }

  private static let names = ["spikes", "trace", "csv", "dat", "gdf", "npy", "npz", "vcd", "json"]

  private static func format(
    _ option: String, _ arguments: ParsedArguments
  ) throws(ToolError) -> Format? {
    guard let name = try arguments.choice(option, of: names) else { return nil }
    return format(of: "x." + name)
  }

  private static func format(of path: String) -> Format {
    ForeignFormat(path: path).map { .foreign($0) } ?? .own(TraceForm(path: path))
  }

  func run() throws {
    switch source {
    case .own: try convert(TraceReader(path: input))
    case .foreign(let format):
      let imported =
        try format == .chrome
        ? ChromeTraceImport.read(input, options)
        : ForeignTraces.read(path: input, format, options)
      for note in imported.notes { invocation.warn("\(input): \(note)") }
      var header = imported.header ?? SpikeTraceHeader(toolVersion: HostTool.version)
      if imported.header == nil { header.sourceNames = imported.sourceNames }
      try write(header, imported.events)
    }
  }

  /// In constant memory, where the formats allow it.
  private func convert(_ reader: TraceReader) throws {
    switch target {
    case .own(let form):
      let writer = try TraceWriter(path: output, form: form, header: reader.header)
      if let unfinished = writer.temporaryPath { OutputFile.removeIfInterrupted(unfinished) }
      var batch: [SpikeEvent] = []
      while try reader.next(into: &batch) { try writer.append(contentsOf: batch) }
      try writer.finish()
    case .foreign(let format):
      var sources: [SpikeEventSource] = []
      if TraceExport.needsSources(format) {
        // The second pass needs a file that can be read again.
        guard let status = try? FileStatus(input), status.isRegular else {
          throw ToolError(
            "\(input): is read twice for \(format.rawValue), and must be a regular file")
        }
        sources = try TraceSummary(reading: TraceReader(path: input)).sources.map(\.source)
      }
      let export = try begin(format, reader.header, sources)
      var batch: [SpikeEvent] = []
      while try reader.next(into: &batch) { try export.append(contentsOf: batch) }
      for loss in try export.finish() { invocation.warn("\(output): \(loss)") }
    }
  }

  private func write(_ header: SpikeTraceHeader, _ events: [SpikeEvent]) throws {
    switch target {
    case .own(let form):
      let writer = try TraceWriter(path: output, form: form, header: header)
      if let unfinished = writer.temporaryPath { OutputFile.removeIfInterrupted(unfinished) }
      try writer.append(contentsOf: events)
      try writer.finish()
    case .foreign(let format):
      let export = try begin(format, header, Set(events.map { SpikeEventSource($0) }).sorted())
      try export.append(contentsOf: events)
      for loss in try export.finish() { invocation.warn("\(output): \(loss)") }
    }
  }

  private func begin(
    _ format: ForeignFormat, _ header: SpikeTraceHeader, _ sources: [SpikeEventSource]
  ) throws -> TraceExport {
    // Wires of one kind stand together.
    let sorted = sources.sorted {
      ($0.flags.rawValue, $0.label.rawValue) < ($1.flags.rawValue, $1.label.rawValue)
    }
    let export = try TraceExport(path: output, format, header: header, sources: sorted, options)
    if let unfinished = export.temporaryPath { OutputFile.removeIfInterrupted(unfinished) }
    return export
  }
}
