import ChipDescription
import ChipGeometry
import SpikeTrace

extension Command {
  static let traceInfo = Command(
    name: "trace info",
    summary: "tell what a spike trace holds",
    discussion: """
      Reads the whole trace, so a file that is cut off or damaged is found. Prints the header and the
      figures of the events; --json prints everything, the initial weights included.
      """,
    positionals: [.one("TRACE", "a trace, text or binary")],
    options: [.flag("--sources", "also print a line for each source"), .json],
    examples: ["ranvier trace info run.trace --sources"],
    run: { invocation in
      let path = invocation.arguments.positional("TRACE")
      let summary = try TraceSummary(reading: TraceReader(path: path))
      let report = TraceReport(path: path, summary: summary)
      if invocation.wantsJSON {
        invocation.print(report.json)
      } else {
        let withSources = invocation.arguments.flag("--sources")
        invocation.output.write(report.text(withSources: withSources))
      }
      return .done
    })
}

/// A summary as text and as JSON.
struct TraceReport {
  let path: String
  let summary: TraceSummary

  private var header: SpikeTraceHeader { summary.header }
  private var formName: String { summary.form == .text ? "text" : "binary" }

  func text(withSources: Bool) -> String {
    var rows: [(String, String)] = [
      ("file", "\(path) (\(formName) form \(SpikeTraceHeader.formatVersion))")
    ]
    rows += keys.map { ($0.0, $0.2) }
    rows += header.extra.map { ($0.key, $0.value) }
    rows += header.parameters.isEmpty ? [] : [("parameters", "\(header.parameters.count)")]
    rows += header.arrays.map { ($0.name, shape($0)) }
    rows.append(("events", "\(summary.eventCount)"))
    rows += kinds.filter { $0.1 > 0 }.map { ("  " + $0.0, "\($0.1)") }
    rows.append(("samples", samples))
    if let first = summary.firstTick, let last = summary.lastTick {
      let milliseconds = ProgressLine.decimal(summary.durationSeconds * 1e3, 6)
      rows.append(("duration", "\(milliseconds) ms (ticks \(first) to \(last))"))
    }
    if let rate = summary.eventsPerSecond {
      rows.append(("rate", "\(ProgressLine.decimal(rate, 0)) events per second of chip time"))
    }
    if let spikes = summary.neuronSpikesPerSample {
      rows.append(("spikes per sample", ProgressLine.decimal(spikes, 2)))
    }
    rows.append(("sources", "\(summary.sources.count)"))
    let width = rows.map(\.0.count).max() ?? 0
    var text = rows.map { name, value in
      name + String(repeating: " ", count: width + 2 - name.count) + value + "\n"
    }.joined()
    if withSources { text += sourceTable }
    return text
  }

  private var samples: String {
    let unfinished = summary.eventsAfterLastSample
    let rest = unfinished > 0 ? ", \(unfinished) events after the last" : ""
    return "\(summary.sampleCount) (\(summary.taughtSampleCount) with teacher)\(rest)"
  }

  private var sourceTable: String {
    summary.sources.map { source in
      let count = String(source.count)
      let flags = EventFlagNames.text(source.source.flags)
      let words = [DiffReport.label(source.source.label), flags, source.name ?? ""]
      let padding = String(repeating: " ", count: max(0, 12 - count.count))
      return padding + count + "  " + words.filter { !$0.isEmpty }.joined(separator: "  ") + "\n"
    }.joined()
  }

  private var kinds: [(String, UInt64)] {
    let counts = summary.counts
    return [
      ("neuron", counts.neuron), ("stimulus", counts.stimulus), ("background", counts.background),
      ("teacher", counts.teacher), ("end_of_sample", counts.endOfSample),
      ("processor", counts.processor), ("other", counts.other),
    ]
  }

  /// The header's fields that are there: name, JSON value, text.
  private var keys: [(String, JSONValue, String)] {
    func number(_ name: String, _ value: UInt64?) -> [(String, JSONValue, String)] {
      value.map { [(name, .unsigned($0), String($0))] } ?? []
    }
    func word(_ name: String, _ value: String?) -> [(String, JSONValue, String)] {
      value.map { [(name, .string($0), $0)] } ?? []
    }
    var keys = word("tool", header.toolName) + word("tool_version", header.toolVersion)
    keys += number("tick_ns", UInt64(SpikeTraceHeader.tickNanoseconds))
    keys += number("chip_seed", header.chipSeed) + number("noise_seed", header.noiseSeed)
    keys += number("data_seed", header.dataSeed) + word("program", header.programName)
    keys += word("program_sha256", header.programSHA256) + word("task", header.task)
    keys += number("inputs", header.inputCount.map(UInt64.init))
    keys += number("hidden", header.hiddenCount.map(UInt64.init))
    return keys + number("outputs", header.outputCount.map(UInt64.init))
  }

  private func shape(_ array: SpikeTraceHeader.NamedArray) -> String {
    array.shape.map(String.init).joined(separator: " x ")
  }
}

extension TraceReport {
  var json: JSONValue {
    var members = [
      JSONValue.Member("file", .string(path)), JSONValue.Member("form", .string(formName)),
      JSONValue.Member("format_version", .integer(SpikeTraceHeader.formatVersion)),
    ]
    members += headerJSON
    members += [
      JSONValue.Member("events", .unsigned(summary.eventCount)),
      JSONValue.Member(
        "counts", .object(kinds.map { JSONValue.Member($0.0, .unsigned($0.1)) })),
      JSONValue.Member("samples", .unsigned(summary.sampleCount)),
      JSONValue.Member("taught_samples", .unsigned(summary.taughtSampleCount)),
      JSONValue.Member("events_after_last_sample", .unsigned(summary.eventsAfterLastSample)),
      JSONValue.Member("first_tick", summary.firstTick.map { .unsigned($0) } ?? .null),
      JSONValue.Member("last_tick", summary.lastTick.map { .unsigned($0) } ?? .null),
      JSONValue.Member("duration_seconds", .number(summary.durationSeconds)),
      JSONValue.Member(
        "events_per_second", summary.eventsPerSecond.map { .number($0) } ?? .null),
      JSONValue.Member(
        "spikes_per_sample", summary.neuronSpikesPerSample.map { .number($0) } ?? .null),
      JSONValue.Member("sources", .array(summary.sources.map(json))),
    ]
    return .object(members)
  }

  private var headerJSON: [JSONValue.Member] {
    let keys = keys.map { JSONValue.Member($0.0, $0.1) }
    let extra = header.extra.map { JSONValue.Member($0.key, .string($0.value)) }
    let parameters = header.parameters.map { JSONValue.Member($0.name, .integer(Int($0.value))) }
    let arrays = header.arrays.map { array -> JSONValue in
      [
        "name": .string(array.name), "shape": .array(array.shape.map { .integer($0) }),
        "values": .array(array.values.map { .integer(Int($0)) }),
      ]
    }
    let names = header.sourceNames.map {
      JSONValue.Member(DiffReport.label(EventLabel($0.label)), .string($0.name))
    }
    return [
      JSONValue.Member("header", .object(keys + extra)),
      JSONValue.Member("parameters", .object(parameters)),
      JSONValue.Member("arrays", .array(arrays)),
      JSONValue.Member("source_names", .object(names)),
    ]
  }

  private func json(_ source: TraceSummary.SourceCount) -> JSONValue {
    [
      "label": .integer(Int(source.source.label.rawValue)),
      "flags": .integer(Int(source.source.flags.rawValue)),
      "name": source.name.map { .string($0) } ?? .null,
      "events": .unsigned(source.count),
      "first_tick": .unsigned(source.firstTick),
      "last_tick": .unsigned(source.lastTick),
    ]
  }
}
