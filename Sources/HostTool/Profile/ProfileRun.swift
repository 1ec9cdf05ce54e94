import ChipDescription
import Assembler
import ChipGeometry
import Debugging
import Foundation
import Learning
import PlasticityProcessor

/// The work of `ranvier profile`.
struct ProfileRun {
  private let invocation: Invocation
  private let file: LoadedProgram
  private let execution: any Execution
  private let profiler: Profiler
  private let stop: ExecutionStop
  private let sampleCount: Int
  /// What a learning program needed until it was ready for the first sample, if that was counted.
  private let startCycles: UInt64

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    let arguments = invocation.arguments
    let target = try ExecutionArguments.target(invocation)
    let (file, execution) = (target.file, target.execution)
    let skipped = try arguments.integer("--skip", in: 0...5000) ?? 0
    let session = execution as? SessionExecution
    if skipped > 0 {
      guard let session, skipped < session.samples.count else {
        throw ToolError("--skip: only for a learning program, and below --samples")
      }
      _ = try session.skip(samples: skipped)
    }
    var profiler = Profiler(
      file.image, hartID: execution.hartID,
      memory: target.isBare ? Self.extent(of: file.image) : 0..<AddressMap.sramByteCount,
      hasChip: !target.isBare)
    var start: UInt64 = 0
    do {
      if let session, skipped == 0 {
        _ = try session.run(samples: 0, observer: &profiler)
        start = profiler.total.busy
      }
      stop = try execution.run(observer: &profiler)
    } catch let error as SessionError {
      throw error.toolError(file.learningProgram)
    }
    profiler.finish(at: execution.withProcessor { $0.cycle })
    startCycles = start
    self.profiler = profiler
    (self.file, self.execution) = (file, execution)
    sampleCount = session.map { $0.sampleCount - skipped } ?? 0
  }
}

extension ProfileRun {
  /// From the first to the last word of a program.
  private static func extent(of image: ProgramImage) -> Range<UInt32> {
    let start = (image.segments.map(\.address).min() ?? 0) & ~3
    return start..<max(start, (image.end &- 1) | 3)
  }

  /// Prints the tables and writes the files that were asked for.
  func report() throws -> ExitStatus {
    let arguments = invocation.arguments
    let paths = ["--folded", "--annotate", "--chrome"].compactMap { arguments.value($0) }
    for (index, path) in paths.enumerated() where paths[..<index].contains(path) {
      throw ToolError("\(path): is the name of two outputs")
    }
    if let path = arguments.value("--folded") {
      try OutputFile.write(FoldedStacks.text(profiler), to: path)
    }
    if let path = arguments.value("--annotate") {
      try OutputFile.write(annotatedListing(), to: path)
    }
    if let path = arguments.value("--chrome") {
      try ChromeTrace.write(profiler, execution.eventNames, to: path)
    }
    let top = try arguments.integer("--top", in: 1...100_000) ?? 12
    if invocation.wantsJSON {
      invocation.print(json())
    } else {
      invocation.print(text(top: top))
    }
    return try status()
  }

  /// A program that trapped is reported as `run` reports it.
  private func status() throws -> ExitStatus {
    switch stop {
    case .paused, .finished: return .done
    case .stopped(_, .exited(let code)): return code == 0 ? .done : .trapped
    case .stopped(_, .watchedStore(let value)): return value == 1 ? .done : .trapped
    case .stopped(_, .trapped(let trap)):
      let registers = execution.withProcessor { processor in (0..<32).map { processor[x: $0] } }
      throw ToolError(
        TrapReport.text(
          trap, "\(file.path): the program", registers: registers,
          place: file.place(trap.programCounter)
        ).trimmingLastLineBreak, status: .trapped)
    case .stopped: return .trapped
    }
  }

  private func annotatedListing() -> String {
    let sources = SourceFiles(folder: file.lines.folder)
    return AnnotatedListing.text(profiler, file.lines) { location in
      guard let lines = sources.lines(location.file), lines.indices.contains(location.line - 1)
      else { return nil }
      return String(lines[location.line - 1])
    }
  }

  // MARK: Text

  private func text(top: Int) -> String {
    let total = profiler.total
    let seconds = Double(total.busy) * 4e-3
    var text = """
      program       \(file.path)  sha256 \(file.image.sha256.prefix(16))
      stopped       \(stopReason)
      instructions  \(total.instructions)
      cycles awake  \(total.busy) (\(FixedPoint.text(seconds, digits: 1)) us), asleep \(total[.wait])

      """
    if sampleCount > 0 {
      let each = (total.busy - startCycles) / UInt64(sampleCount)
      text += "samples       \(sampleCount), \(each) cycles awake each"
      text += startCycles > 0 ? ", \(startCycles) before the first\n" : "\n"
    }
    text += "state         \(execution.stateHash)\n\n"
    let symbols = ProfileTable.bySymbol(profiler)
    text += Self.table("symbol", symbols, total, top: top) + "\n"
    if !file.lines.rows.isEmpty {
      text += Self.table("line", .byLine(profiler, file.lines), total, top: top)
    }
    return String(text.dropLast())
  }

  private static func table(
    _ title: String, _ table: ProfileTable, _ total: CycleSums, top: Int
  ) -> String {
    let causes = CycleCause.allCases.filter { total[$0] > 0 }
    var text = "     %    cycles     count"
    for cause in causes { text += TextTable.right(cause.name, 10) }
    text += "  \(title)\n"
    func line(_ name: String, _ sums: CycleSums) {
      let share = 100 * Double(sums.busy) / Double(max(1, total.busy))
      text += TextTable.right(FixedPoint.text(share, digits: 1), 6)
      text += TextTable.right("\(sums.busy)", 10) + TextTable.right("\(sums.instructions)", 10)
      for cause in causes { text += TextTable.right("\(sums[cause])", 10) }
      text += "  \(name)\n"
    }
    for row in table.rows.prefix(top) { line(row.name, row.sums) }
    if table.rows.count > top {
      var rest = CycleSums()
      for row in table.rows.dropFirst(top) { rest += row.sums }
      line("(\(table.rows.count - top) more)", rest)
    }
    line("(all)", total)
    return text
  }

  private var stopReason: String {
    switch stop {
    case .paused: "paused"
    case .finished(let reason): reason
    case .stopped(_, .exited(let code)): "the program ended with code \(code)"
    case .stopped(_, .watchedStore(value: 1)): "the program passed"
    case .stopped(_, .watchedStore(let value)): "the program failed in test \(value >> 1)"
    case .stopped(_, .trapped(let trap)): "the program trapped: \(trap.cause.summary)"
    case .stopped: "the program stopped"
    }
  }

  // MARK: JSON

  private func json() -> JSONValue {
    let total = profiler.total
    func causes(_ sums: CycleSums) -> JSONValue {
      .object(CycleCause.allCases.map { .init($0.name, .unsigned(sums[$0])) })
    }
    func rows(_ table: ProfileTable) -> JSONValue {
      .array(
        table.rows.map { row in
          [
            "name": .string(row.name), "instructions": .unsigned(row.sums.instructions),
            "cycles": .unsigned(row.sums.busy), "causes": causes(row.sums),
          ]
        })
    }
    return [
      "program": .string(file.path),
      "program_sha256": .string(file.image.sha256),
      "stop_reason": .string(stopReason),
      "instructions": .unsigned(total.instructions),
      "cycles": .unsigned(total.busy),
      "wait_cycles": .unsigned(total[.wait]),
      "samples": .integer(sampleCount),
      "cycles_per_sample": sampleCount > 0
        ? .number(Double(total.busy - startCycles) / Double(sampleCount)) : .null,
      "start_cycles": .unsigned(startCycles),
      "causes": causes(total),
      "symbols": rows(.bySymbol(profiler)),
      "lines": rows(.byLine(profiler, file.lines)),
      "state_sha256": .string(execution.stateHash),
    ]
  }
}
