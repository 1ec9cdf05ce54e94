import ChipDescription
import ChipGeometry
import SpikeTrace

extension Command {
  static let traceShift = Command(
    name: "trace shift",
    summary: "move all events of a trace in time",
    discussion: """
      --by TIME makes them later, with a minus sign earlier; events that would come before 0 are an
      error. A tick is 8 ns; times that are no whole ticks are rounded up.
      """,
    positionals: [.one("TRACE", "a trace, text or binary")],
    options: [
      .value("--by", "TIME", "such as 10us or -500ticks"),
      .output("the new trace (.spikes: as text)"),
    ],
    examples: ["ranvier trace shift run.trace --by 48us -o later.trace"],
    run: { invocation in
      let arguments = invocation.arguments
      guard let text = arguments.value("--by") else { throw ToolError("--by TIME is missing") }
      let isEarlier = text.hasPrefix("-")
      let cycles = try ChipArguments.time("--by", String(text.drop { $0 == "-" })).cycles
      let ticks = (cycles + ClockTime.cyclesPerTick - 1) / ClockTime.cyclesPerTick
      let path = arguments.positional("TRACE")
      try TraceChange.run(path, invocation) { event, output in
        var moved = event
        if isEarlier {
          guard event.tick >= ticks else {
            throw ToolError(
              "\(path): an event at tick \(event.tick) would come before the beginning; at most "
                + "-\(event.tick)ticks are possible")
          }
          moved.tick -= ticks
        } else {
          moved.tick += ticks
        }
        output.append(moved)
      }
      return .done
    })

  static let traceJitter = Command(
    name: "trace jitter",
    summary: "move each event of a trace by a random time",
    discussion: """
      Gaussian, cut at four standard deviations, rounded to ticks of 8 ns; events stay in order of
      time, and none comes before 0. Ends of samples are not moved, so events near them can change the
      sample. The same seed gives the same trace.
      """,
    positionals: [.one("TRACE", "a trace, text or binary")],
    options: [
      .value("--sigma", "TIME", "standard deviation, such as 100ns"),
      .value("--kind", "FLAG", "only events with this flag, such as neuron", repeats: true),
      .value("--seed", "N", "of the random numbers (default 1)"),
      .output("the new trace (.spikes: as text)"),
    ],
    examples: ["ranvier trace jitter run.trace --sigma 100ns --kind neuron -o moved.trace"],
    run: { invocation in
      let arguments = invocation.arguments
      guard let text = arguments.value("--sigma") else {
        throw ToolError("--sigma TIME is missing")
      }
      let cycles = try ChipArguments.time("--sigma", text).cycles
      var flags: SpikeEvent.Flags = []
      for word in arguments.all("--kind") {
        flags.formUnion(try TraceArguments.flags(word, "--kind"))
      }
      let seed = UInt64(try arguments.integer("--seed", in: 0...Int.max) ?? 1)
      var jitter = TraceJitter(
        deviation: Double(cycles) / Double(ClockTime.cyclesPerTick), flags: flags, seed: seed)
      try TraceChange.run(arguments.positional("TRACE"), invocation) { event, output in
        jitter.take(event, into: &output)
      } end: { output in
        jitter.finish(into: &output)
      }
      return .done
    })

  static let traceMerge = Command(
    name: "trace merge",
    summary: "write several traces as one, in order of time",
    discussion: """
      Of events of one tick those of the first trace come first. The header is that of the first
      trace; names of sources are those of all. Two traces' samples are not told apart.
      """,
    positionals: [.many("TRACE", "traces, text or binary")],
    options: [.output("the new trace (.spikes: as text)")],
    examples: ["ranvier trace merge stimulus.spikes teacher.spikes -o both.spikes"],
    run: { invocation in
      let arguments = invocation.arguments
      let paths = arguments.many("TRACE")
      let output = try TraceArguments.output(arguments)
      try TraceArguments.checkPaths(paths, output)
      let merge = try TraceMerge(paths.map { try TraceReader(path: $0) })
      for note in merge.notes { invocation.warn(note) }
      let writer = try TraceWriter.start(output, merge.header)
      while let event = try merge.next() { try writer.append(event) }
      try writer.finish()
      return .done
    })
}

/// Reads a trace, changes its events, and writes it.
enum TraceChange {
  static func run(
    _ path: String, _ invocation: Invocation,
    _ change: (SpikeEvent, inout [SpikeEvent]) throws -> Void,
    end: (inout [SpikeEvent]) throws -> Void = { _ in }
  ) throws {
    let output = try TraceArguments.output(invocation.arguments)
    try TraceArguments.checkPaths([path], output)
    let reader = try TraceReader(path: path)
    let writer = try TraceWriter.start(output, reader.header)
    var changed: [SpikeEvent] = []
    while let event = try reader.next() {
      try change(event, &changed)
      try writer.append(contentsOf: changed)
      changed.removeAll(keepingCapacity: true)
    }
    try end(&changed)
    try writer.append(contentsOf: changed)
    try writer.finish()
  }
}
