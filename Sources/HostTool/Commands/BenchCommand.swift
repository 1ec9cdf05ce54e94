import Foundation
import Learning

extension Command {
  static let bench = Command(
    name: "bench",
    summary: "measure how fast this machine simulates",
    discussion: """
      Each case prints a value with its unit, and what it did. Times are of the working thread, so
      that other programs on the machine count little; still, compare only within one run.

      train-sample-eventprop  a taught sample of 4-120-3 with bias, forward on the analog core and
                              backward instruction by instruction, on a trained network (ms)
      cycles-eventprop        simulated processor cycles of its backward pass, updates included
      scalar                  CRC-32 loop (million instructions per second)
      vector-fixed-point      vle16 vle16 vsmul vsadd vwmacc vse16 at e16, m1 (ns per instruction)
      synaptic-events         events into 120 neurons below threshold (million per second)
      trace-diff              exact diff of two binary traces (million events per second)
      """,
    positionals: [.optional("CASE", "only the cases whose name begins so")],
    options: [
      .value("--program", "FILE", "the EventProp program (default firmware/eventprop.s)"),
      .flag("--quick", "a hundredth of the work: whether it runs, not how fast"),
    ] + LoadedProgram.options + [.json],
    examples: ["ranvier bench", "ranvier bench train-sample --json"],
    run: { invocation in
      let cases = try Benchmarks(invocation).run()
      if invocation.wantsJSON {
        invocation.print(
          ["tool_version": .string(HostTool.version), "cases": .array(cases.map(\.json))])
      }
      return .done
    })
}

/// The work of `ranvier bench`.
struct Benchmarks {
  struct Case {
    var name: String
    var value: Double
    var unit: String
    var note: String

    var json: JSONValue {
      [
        "name": .string(name), "value": .number(value), "unit": .string(unit),
        "note": .string(note),
      ]
    }
    var line: String {
      let digits = value < 10 ? 4 : 1
      return name.padding(toLength: 24, withPad: " ", startingAt: 0)
        + EpochTable.pad(ProgressLine.decimal(value, digits), 10) + " "
        + unit.padding(toLength: 24, withPad: " ", startingAt: 0) + note
    }
  }

  let invocation: Invocation
  let prefix: String
  let isQuick: Bool

  init(_ invocation: Invocation) throws(ToolError) {
    self.invocation = invocation
    prefix = invocation.arguments.optional("CASE") ?? ""
    isQuick = invocation.arguments.flag("--quick")
    guard Self.names.contains(where: { $0.hasPrefix(prefix) }) else {
      throw ToolError(
        "there is no case '\(prefix)'; the cases are: \(Self.names.joined(separator: ", "))")
    }
  }

  static let names = [
    "train-sample-eventprop", "cycles-eventprop", "scalar", "vector-fixed-point",
    "synaptic-events", "trace-diff",
  ]

  func run() throws -> [Case] {
    var cases: [Case] = []
    func add(_ name: String, _ value: Double, _ unit: String, _ note: String) {
      guard name.hasPrefix(prefix) else { return }
      let result = Case(name: name, value: value, unit: unit, note: note)
      cases.append(result)
      if !invocation.wantsJSON { invocation.print(result.line) }
    }
    func wants(_ names: String...) -> Bool { names.contains { $0.hasPrefix(prefix) } }
    let scale = isQuick ? 100 : 1
    if wants("train-sample-eventprop", "cycles-eventprop") {
      let result = try training()
      let note =
        "\(ProgressLine.decimal(result.spikesPerSample, 1)) spikes per sample, weights "
        + result.weightsSHA256.prefix(16)
      add("train-sample-eventprop", result.sampleMilliseconds, "ms", note)
      add("cycles-eventprop", result.cycles, "cycles", note)
    }
    if wants("scalar") {
      add(
        "scalar", try ProcessorBenchmark.scalar(instructions: 200_000_000 / scale),
        "million instructions/s", "CRC-32 loop")
    }
    if wants("vector-fixed-point") {
      add(
        "vector-fixed-point",
        try ProcessorBenchmark.fixedPoint(instructions: 20_000_000 / scale), "ns/instruction",
        "e16, m1, vl = 64")
    }
    if wants("synaptic-events") {
      add(
        "synaptic-events", AnalogBenchmark.synapticEvents(deliveries: 200_000 / scale),
        "million events/s", "one source, 120 neurons")
    }
    if wants("trace-diff") {
      let result = try TraceBenchmark.run(eventCount: 3_000_000 / scale)
      add("trace-diff", result.exactDiff, "million events/s", "exact, binary, in memory")
    }
    return cases
  }

  private func training() throws -> TrainingBenchmark {
    let path = invocation.arguments.value("--program") ?? "firmware/eventprop.s"
    let program = try LoadedProgram(path, invocation).learningProgram
    do {
      return try TrainingBenchmark.run(program, warmUp: isQuick ? 0 : 8)
    } catch let error as SessionError {
      throw error.toolError(program)
    }
  }
}
