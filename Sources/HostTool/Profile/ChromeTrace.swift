import ChipDescription
import ChipGeometry
import Debugging

/// A profile's phases, calls and events as Chrome trace JSON, for `ui.perfetto.dev` and
/// `chrome://tracing`.
///
/// Times are microseconds of chip time. Process 1 is the processor: phases of the outermost function,
/// calls and sleep as nested complete events. Process 2 is the chip: each spike an instant event, one
/// track for each kind of source. Format: "Trace Event Format", types X, i and M.
enum ChromeTrace {
  static func write(
    _ profiler: Profiler, _ names: EventNames, to path: String
  ) throws(ToolError) {
    let file = try OutputFile(path)
    var entries = header()
    for span in profiler.timeline.spans { entries.append(entry(span, profiler.symbols)) }
    for event in profiler.timeline.events { entries.append(entry(event, names)) }
    try file.write("{\"displayTimeUnit\": \"ns\", \"traceEvents\": [\n")
    for (index, entry) in entries.enumerated() {
      try file.write(entry.line + (index < entries.count - 1 ? ",\n" : "\n"))
    }
    try file.write("]}\n")
    try file.commit()
  }

  private static let processor = 1
  private static let chip = 2

  private enum Track: Int, CaseIterable {
    case stimulus = 1
    case neurons, teacher, end, other
  }

  private static func header() -> [JSONValue] {
    func name(_ kind: String, _ process: Int, _ thread: Int, _ text: String) -> JSONValue {
      [
        "ph": "M", "name": .string(kind), "pid": .integer(process), "tid": .integer(thread),
        "args": ["name": .string(text)],
      ]
    }
    return [
      name("process_name", processor, 1, "plasticity processor"),
      name("thread_name", processor, 1, "program"),
      name("process_name", chip, 1, "events"),
    ] + Track.allCases.map { name("thread_name", chip, $0.rawValue, "\($0)") }
  }

  private static func entry(_ span: Timeline.Span, _ symbols: ProfileSymbols) -> JSONValue {
    let category =
      switch span.kind {
      case .phase: "phase"
      case .call: "call"
      case .sleep: "sleep"
      }
    return [
      "ph": "X", "name": .string(span.symbol < 0 ? "asleep" : symbols.names[span.symbol]),
      "cat": .string(category), "pid": .integer(processor), "tid": 1,
      "ts": microseconds(cycles: span.start), "dur": microseconds(cycles: span.end - span.start),
      "args": ["cycles": .unsigned(span.end - span.start)],
    ]
  }

  private static func entry(_ event: SpikeEvent, _ names: EventNames) -> JSONValue {
    let track: Track =
      if event.flags.contains(.endOfSample) {
        .end
      } else if event.flags.contains(.teacher) {
        .teacher
      } else if event.flags.contains(.stimulus) {
        .stimulus
      } else if event.flags.contains(.neuron) {
        .neurons
      } else {
        .other
      }
    return [
      "ph": "i", "name": .string(names.name(of: event.label)), "cat": "spike", "s": "t",
      "pid": .integer(chip), "tid": .integer(track.rawValue),
      "ts": microseconds(cycles: ClockTime(ticks: event.tick).cycles),
      "args": ["tick": .unsigned(event.tick), "label": .integer(Int(event.label.rawValue))],
    ]
  }

  /// 250 cycles are a microsecond.
  private static func microseconds(cycles: UInt64) -> JSONValue {
    .number(Double(cycles) / 250)
  }
}
