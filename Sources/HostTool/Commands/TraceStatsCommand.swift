import ChipDescription
import ChipGeometry
import SpikeTrace

extension Command {
  static let traceStats = Command(
    name: "trace stats",
    summary: "rates, intervals and counts of the sources of a trace",
    discussion: """
      A line a source: events, rate in kHz of chip time (Hz of biological time at an acceleration of
      1000), mean interval in microseconds, CV (standard deviation over mean of the intervals), CV2 (of
      neighbouring intervals), Fano factor (variance over mean of the counts in whole windows). The
      synchrony is the variance of all counts together over the sum of the sources' variances: 1 if
      they are independent. What a source is too short for is printed as -, in JSON null.

      --json: events, duration_us, window_us, synchrony, sources (a list of label, name, flags,
      events, rate_khz, mean_interval_us, cv, cv2, fano_factor).
      """,
    positionals: [.one("TRACE", "a trace, text or binary")],
    options: [.value("--window", "TIME", "of the Fano factor and the synchrony (default 100us)")]
      + TraceArguments.selection + [.json],
    examples: [
      "ranvier trace stats run.trace --kind neuron",
      "ranvier trace stats run.trace --source hidden --window 48us --json",
    ],
    run: { invocation in
      let arguments = invocation.arguments
      let window = try TraceArguments.ticks("--window", arguments) ?? 12_500
      guard window > 0 else { throw ToolError("--window: expected more than no time") }
      let reader = try TraceReader(path: arguments.positional("TRACE"))
      var selection = try TraceArguments.selection(arguments, reader.header)
      var statistics = SpikeTrainStatistics(windowTicks: window)
      var count = 0
      while let event = try reader.next() {
        if selection.isOver(event) { break }
        guard selection.takes(event) else { continue }
        statistics.add(event)
        count += 1
      }
      let report = TrainStatisticsReport(
        header: reader.header, statistics: statistics, eventCount: count, windowTicks: window)
      if invocation.wantsJSON {
        invocation.print(report.json)
      } else {
        for line in report.lines { invocation.print(line) }
      }
      return .done
    })
}

/// Statistics as text and as JSON.
struct TrainStatisticsReport {
  let header: SpikeTraceHeader
  let statistics: SpikeTrainStatistics
  let eventCount: Int
  let windowTicks: UInt64

  private func name(_ label: EventLabel) -> String? {
    header.sourceNames.first { $0.label == label.rawValue }?.name
  }

  private func interval(_ source: SpikeTrainStatistics.Source) -> Double? {
    source.meanInterval.map { $0 * 0.008 }
  }

  var lines: [String] {
    let heads = ["events", "rate/kHz", "interval/us", "CV", "CV2", "Fano"]
    let sources = statistics.sources()
    let names = sources.map { source in
      (name(source.source.label) ?? DiffReport.label(source.source.label)) + "  "
        + EventFlagNames.text(source.source.flags)
    }
    let width = max(8, names.map(\.count).max() ?? 0)
    func row(_ cells: [String]) -> String { cells.map { TextTable.right($0, 13) }.joined() }
    func number(_ value: Double?, _ digits: Int) -> String {
      value.map { ProgressLine.decimal($0, digits) } ?? "-"
    }
    var lines = [TextTable.left("source", width) + row(heads)]
    for (source, name) in zip(sources, names) {
      lines.append(
        TextTable.left(name, width)
          + row([
            "\(source.count)", number(source.rate.map { $0 / 1000 }, 4),
            number(interval(source), 3),
            number(source.variation, 3), number(source.localVariation, 3),
            number(source.fanoFactor, 3),
          ]))
    }
    let time = EventLines.microseconds(statistics.durationTicks)
    lines.append(
      "\(eventCount) events of \(sources.count) sources in \(time) us, synchrony "
        + number(statistics.synchrony(), 3) + " in windows of "
        + EventLines.microseconds(windowTicks) + " us")
    return lines
  }

  var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return [
      "events": .integer(eventCount),
      "duration_us": .number(ClockTime(ticks: statistics.durationTicks).seconds * 1e6),
      "window_us": .number(ClockTime(ticks: windowTicks).seconds * 1e6),
      "synchrony": number(statistics.synchrony()),
      "sources": .array(
        statistics.sources().map { source in
          [
            "label": .integer(Int(source.source.label.rawValue)),
            "name": name(source.source.label).map { .string($0) } ?? .null,
            "flags": .string(EventFlagNames.text(source.source.flags)),
            "events": .unsigned(source.count), "rate_khz": number(source.rate.map { $0 / 1000 }),
            "mean_interval_us": number(interval(source)), "cv": number(source.variation),
            "cv2": number(source.localVariation), "fano_factor": number(source.fanoFactor),
          ]
        }),
    ]
  }
}
