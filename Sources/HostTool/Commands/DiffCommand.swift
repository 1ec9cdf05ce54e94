import ChipDescription
import ChipGeometry
import SpikeTrace

extension Command {
  static let diff = Command(
    name: "diff",
    summary: "compare two spike traces, or two folders of them",
    discussion: """
      Without options the events must be the same entry by entry: tick, label, flags and the order of
      simultaneous events. With a tolerance the spikes of each source are matched one to one, in the
      order of time, as many as possible and with the smallest sum of shifts. The first divergence is
      printed with the events around it. A tick is 8 ns.

      --distances measures how far the trains of each source are from each other: Victor-Purpura,
      van Rossum, ISI- and SPIKE-distance. --statistics makes the verdict a statistical one: the
      number of spikes of no source, and of all together, may differ by more than chance allows
      (exact test of two Poisson rates, Holm's correction for many tests), and no distance may exceed
      its --threshold. The matching is printed too, but does not count then.

      Thresholds are for the totals: vp is Victor-Purpura per spike and rossum van Rossum per root of
      the spikes (both 0 for equal traces, 1 if no spike is near another), isi and spike are means over
      the sources. ISI and SPIKE look at the time from the first to the last event of both files.

      Of two folders, files of the same name are compared, also in subfolders; a trace that only one of
      them has is a difference.

      Headers are compared and their differences printed, but they do not make traces different
      unless --header is given. Exit status: 0 the same, 1 different, 2 a file cannot be read.

      Memory is constant for an exact comparison; with a tolerance it grows with the events within
      twice the tolerance. For distances the files are read several times, and about 16 million spike
      times are held at once, or those of one source if it has more.
      """,
    positionals: [
      .one("A", "a trace, text or binary, or a folder"),
      .one("B", "the trace or folder to compare it with"),
    ],
    options: [
      .value("--tolerance-ticks", "N", "match spikes that are at most N ticks apart"),
      .flag("--header", "different headers count too, except for tool and tool_version"),
      .value("--first", "N", "print the first N divergences (default 1)"),
      .value("--context", "N", "events to print before and after a divergence (default 3)"),
      .flag("--side-by-side", "print the events around a divergence in two columns"),
      .flag("--distances", "measure the distances of the trains of each source"),
      .value("--cost", "C", "Victor-Purpura: cost of a shift by 1 us (default 0.1)"),
      .value("--tau", "US", "van Rossum: time constant in us (default 10)"),
      .flag("--statistics", "let rates and thresholds decide, not single spikes"),
      .value("--level", "P", "probability of a false alarm of all rate tests (default 0.01)"),
      .value(
        "--threshold", "NAME=X", "with --statistics: the largest vp, rossum, isi or spike",
        repeats: true),
      .flag("--sources", "print a line for each source, not only for those whose rates differ"),
      .json,
    ],
    examples: [
      "ranvier diff before.trace after.trace",
      "ranvier diff chip.trace simulated.trace --tolerance-ticks 12 --json",
      "ranvier diff a.trace b.trace --statistics --threshold spike=0.1 --threshold vp=0.2",
      "ranvier diff traces/ new-traces/ --first 5 --side-by-side",
    ],
    run: { invocation in
      let options = try DiffOptions(invocation.arguments)
      let (left, right) = (
        invocation.arguments.positional("A"), invocation.arguments.positional("B")
      )
      if let folders = try FolderDiff(left, right, options) {
        return try folders.run(invocation)
      }
      let report = try DiffReport(left, right, options)
      if invocation.wantsJSON {
        invocation.print(report.json)
      } else {
        invocation.output.write(report.text)
      }
      return report.isEqual ? .done : .checkFailed
    })
}

/// What the user wants to know of two traces.
struct DiffOptions {
  var diff: TraceDiff
  /// Whether headers must be the same too.
  var countsHeader: Bool
  var isSideBySide: Bool
  /// Nil if neither rates nor distances are asked for.
  var statistics: TraceStatistics?
  /// Whether these, not the single events, decide.
  var isStatistical: Bool
  var thresholds: [DistanceThreshold]
  var showsSources: Bool

  init(_ arguments: ParsedArguments) throws(ToolError) {
    let tolerance = try arguments.integer("--tolerance-ticks", in: 0...Int(UInt32.max))
    diff = TraceDiff(toleranceTicks: tolerance.map(UInt64.init))
    diff.contextCount = try arguments.integer("--context", in: 0...1000) ?? diff.contextCount
    diff.divergenceCount = try arguments.integer("--first", in: 1...10_000) ?? 1
    countsHeader = arguments.flag("--header")
    isSideBySide = arguments.flag("--side-by-side")
    isStatistical = arguments.flag("--statistics")
    showsSources = arguments.flag("--sources")
    thresholds = []
    for text in arguments.all("--threshold") { thresholds.append(try DistanceThreshold(text)) }
    let needed = isStatistical || arguments.flag("--distances")
    for (name, isUsable, partner) in [
      ("--threshold", isStatistical, "--statistics"), ("--level", isStatistical, "--statistics"),
      ("--sources", needed, "--distances or --statistics"),
      ("--cost", needed, "--distances or --statistics"),
      ("--tau", needed, "--distances or --statistics"),
    ] where arguments.flag(name) && !isUsable {
      throw ToolError("\(name) means nothing without \(partner)")
    }
    guard needed else { return }
    var statistics = TraceStatistics()
    statistics.computesDistances = arguments.flag("--distances") || !thresholds.isEmpty
    let perMicrosecond = Double(ClockTime.ticksPerMicrosecond)
    if let cost = try arguments.number("--cost", in: 0...1e9) {
      statistics.shiftCostPerTick = cost / perMicrosecond
    }
    if let tau = try arguments.number("--tau", in: 0...1e12) {
      statistics.timeConstantTicks = tau * perMicrosecond
    }
    statistics.level = try arguments.number("--level", in: 0...1) ?? statistics.level
    self.statistics = statistics
  }
}

/// The largest value of a distance that counts as the same.
struct DistanceThreshold {
  enum Distance: String, CaseIterable {
    case victorPurpura = "vp"
    case vanRossum = "rossum"
    case isi
    case spike
  }

  var distance: Distance
  var limit: Double

  /// Reads `NAME=X`.
  init(_ text: String) throws(ToolError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let names = Distance.allCases.map(\.rawValue)
    guard let distance = Distance(rawValue: String(parts[0])) else {
      throw ToolError(
        "--threshold: '\(parts[0])' is not one of \(names.joined(separator: ", "))",
        hint: Spelling.suggestion(for: String(parts[0]), among: names))
    }
    guard parts.count == 2, let limit = Double(parts[1]), limit >= 0 else {
      throw ToolError("--threshold: expected \(parts[0])=X with X at least 0, found '\(text)'")
    }
    self.distance = distance
    self.limit = limit
  }

  func value(_ figures: TraceStatisticsResult.Figures) -> Double? {
    switch distance {
    case .victorPurpura: figures.victorPurpuraPerSpike
    case .vanRossum: figures.vanRossumPerRootSpike
    case .isi: figures.distances?.isi
    case .spike: figures.distances?.spike
    }
  }
}
