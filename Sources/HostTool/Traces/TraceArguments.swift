import ChipDescription
import ChipGeometry
import SpikeTrace

/// Options that several trace commands share.
enum TraceArguments {
  /// Which events.
  static let selection: [Command.Option] = [
    .value("--from", "TIME", "events from then on, such as 10us or 1250ticks"),
    .value("--to", "TIME", "events before then"),
    .value("--samples", "A-B", "samples by number, from 0: 3 or 3-7"),
    .value(
      "--source", "WORD", "label, name or pattern of names, such as 0x520, 'hidden[3]', 'input*'",
      repeats: true),
    .value("--kind", "FLAG", "events with this flag, such as neuron or stimulus", repeats: true),
  ]

  static func selection(
    _ arguments: ParsedArguments, _ header: SpikeTraceHeader, words: [String] = []
  ) throws(ToolError) -> TraceSelection {
    var selection = TraceSelection()
    selection.start = try ticks("--from", arguments) ?? 0
    selection.end = try ticks("--to", arguments) ?? .max
    if let text = arguments.value("--samples") {
      let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
      guard let first = parts.first ?? nil, let last = parts.last ?? nil, parts.count <= 2,
        first <= last
      else { throw ToolError("--samples: '\(text)' is not a number or a range such as 3-7") }
      selection.samples = first...last
    }
    let names = arguments.all("--source") + words
    for word in names {
      guard let labels = TraceSelection.labels(word, in: header) else {
        throw ToolError(
          "'\(word)': the trace has no source of that name",
          hint: Spelling.suggestion(for: word, among: header.sourceNames.map(\.name))
            ?? "ranvier trace info --sources lists them; labels are 0x520 or 1312")
      }
      selection.labels = (selection.labels ?? []).union(labels)
    }
    for word in arguments.all("--kind") { selection.flags.formUnion(try flags(word, "--kind")) }
    return selection
  }

  static func flags(_ word: String, _ option: String) throws(ToolError) -> SpikeEvent.Flags {
    for bit in 0..<16 as Range<UInt16> {
      let flag = SpikeEvent.Flags(rawValue: 1 << bit)
      if EventFlagNames.text(flag) == word { return flag }
    }
    let known = (0..<7 as Range<UInt16>).map {
      EventFlagNames.text(SpikeEvent.Flags(rawValue: 1 << $0))
    }
    throw ToolError(
      "\(option): '\(word)' is no kind of event", hint: "known are \(known.joined(separator: ", "))"
    )
  }

  /// A time in ticks, rounded up; nil if the option is not given.
  static func ticks(_ option: String, _ arguments: ParsedArguments) throws(ToolError) -> UInt64? {
    guard let text = arguments.value(option) else { return nil }
    let cycles = try ChipArguments.time(option, text).cycles
    return (cycles + ClockTime.cyclesPerTick - 1) / ClockTime.cyclesPerTick
  }

  /// Whether two files are meant to be different ones, and are.
  static func checkPaths(_ inputs: [String], _ output: String?) throws(ToolError) {
    guard let output, output != "-" else { return }
    for input in inputs where InputFile.isSame(input, output) {
      throw ToolError("\(output): would replace the trace that is read")
    }
  }

  /// The file that must be named.
  static func output(_ arguments: ParsedArguments) throws(ToolError) -> String {
    guard let path = arguments.value("--output") else {
      throw ToolError("--output FILE is missing")
    }
    return path
  }
}

/// Events as lines for people.
struct EventLines {
  private var names: [UInt16: String] = [:]

  init(_ header: SpikeTraceHeader) {
    for source in header.sourceNames { names[source.label] = source.name }
  }

  /// Tick, microseconds, label, name and flags.
  func line(_ event: SpikeEvent) -> String {
    let name = names[event.label.rawValue].map { TextTable.left($0, 14) } ?? ""
    let label = TextTable.left(DiffReport.label(event.label), 8)
    return TextTable.right("\(event.tick)", 12) + "  "
      + TextTable.right(Self.microseconds(event.tick), 14) + " us  " + label
      + (names.isEmpty ? "" : TextTable.left(name, 16)) + EventFlagNames.text(event.flags)
  }

  /// All three decimals of a time.
  static func microseconds(_ tick: UInt64) -> String {
    let thousandths = tick % 125 * 8
    return "\(tick / 125)." + String("000\(thousandths)".suffix(3))
  }
}
