import ChipDescription
import ChipGeometry
import SpikeTrace

extension Command {
  static let traceHead = Command(
    name: "trace head",
    summary: "print the first events of a trace",
    discussion: """
      A line an event: tick of 8 ns, microseconds, label, name, flags. With --from, --source and so
      on the first of those that are chosen; 'trace grep' prints all of them.
      """,
    positionals: [.one("TRACE", "a trace, text or binary")],
    options: [.value("--events", short: "-n", "N", "how many (default 20)")]
      + TraceArguments.selection,
    examples: ["ranvier trace head run.trace", "ranvier trace head run.trace -n 5 --kind teacher"],
    run: { invocation in
      let limit = try invocation.arguments.integer("--events", in: 0...Int.max) ?? 20
      try TracePrinter.run(invocation, words: [], limit: limit)
      return .done
    })

  static let traceGrep = Command(
    name: "trace grep",
    summary: "print the events of some sources",
    discussion: """
      WORD is a label (0x520, 1312), a name (hidden[3]) or a pattern of names in which * stands for
      anything; a name without its brackets stands for all its members; so does --source. --count
      prints how many there are. Exit status 1 if there are none.
      """,
    positionals: [
      .one("TRACE", "a trace, text or binary"), .many("WORD", "label, name or pattern"),
    ],
    options: [.flag("--count", "print the number of events instead")]
      + TraceArguments.selection,
    examples: [
      "ranvier trace grep run.trace hidden", "ranvier trace grep run.trace 0x520 'out*' --count",
    ],
    run: { invocation in
      let words = invocation.arguments.many("WORD")
      let count = try TracePrinter.run(
        invocation, words: words, limit: .max, countsOnly: invocation.arguments.flag("--count"))
      return count > 0 ? .done : .checkFailed
    })

  static let traceCut = Command(
    name: "trace cut",
    summary: "write a part of a trace: by time, samples, sources or kind",
    discussion: """
      What is said must all hold; several --source or --kind are alternatives. The header stays as it
      is: parameters and initial weights are those of the beginning of the run, so that only a part
      from the beginning replays as before. --rebase moves the time so that --from, or the beginning
      of the first sample that is kept, becomes 0.
      """,
    positionals: [.one("TRACE", "a trace, text or binary")],
    options: TraceArguments.selection + [
      .flag("--rebase", "time begins with the part"),
      .output("the new trace (.spikes: as text)"),
    ],
    examples: [
      "ranvier trace cut run.trace --samples 0-99 -o first.trace",
      "ranvier trace cut run.trace --from 1ms --to 2ms --kind neuron --rebase -o part.spikes",
    ],
    run: { invocation in
      let arguments = invocation.arguments
      let path = arguments.positional("TRACE")
      let output = try TraceArguments.output(arguments)
      try TraceArguments.checkPaths([path], output)
      let reader = try TraceReader(path: path)
      var selection = try TraceArguments.selection(arguments, reader.header)
      let writer = try TraceWriter.start(output, reader.header)
      var origin: UInt64? = arguments.flag("--rebase") ? nil : 0
      if origin == nil, arguments.flag("--from") { origin = selection.start }
      // Where the sample began that the next event belongs to.
      var sampleStart: UInt64 = 0
      while let event = try reader.next() {
        if selection.isOver(event) { break }
        let begin = sampleStart
        if event.flags.contains(.endOfSample) { sampleStart = event.tick }
        guard selection.takes(event) else { continue }
        let start = origin ?? (selection.samples == nil ? event.tick : begin)
        origin = start
        var moved = event
        moved.tick -= start
        try writer.append(moved)
      }
      try writer.finish()
      return .done
    })
}

/// Prints the events that a selection takes.
enum TracePrinter {
  /// - Returns: how many there were.
  @discardableResult
  static func run(
    _ invocation: Invocation, words: [String], limit: Int, countsOnly: Bool = false
  ) throws -> Int {
    let reader = try TraceReader(path: invocation.arguments.positional("TRACE"))
    var selection = try TraceArguments.selection(
      invocation.arguments, reader.header, words: words)
    let lines = EventLines(reader.header)
    var count = 0
    while count < limit, let event = try reader.next() {
      if selection.isOver(event) { break }
      guard selection.takes(event) else { continue }
      count += 1
      if !countsOnly { invocation.print(lines.line(event)) }
    }
    if countsOnly { invocation.print("\(count)") }
    return count
  }
}
