import ChipDescription
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
      train-sample-delgrad    the same with DelGrad: weights and axonal delays
      cycles-delgrad          of its gradients, updates included
      processor               all of the following, and where qemu-riscv32 is installed the same
                              programs there: how many times as fast as QEMU we are
        scalar                CRC-32 loop (million instructions per second)
        scalar-mix            a mix like Dhrystone's, compiled by clang -O2 (the same)
        vector-fixed-point    vle16 vle16 vsmul vsadd vwmacc vse16 at e16, m1 (ns per instruction)
        vector-e16-m1-…       single vector instructions of every class (ns per instruction)
      synaptic-events         events into 120 neurons below threshold (million per second)
      analog                  all of the following: neurons under Poisson input, cost per synaptic
                              event and against biological time (a second is a millisecond of the
                              chip); without CASE only 512 neurons with 128 sources of 20 Hz
        analog-lif-NxS-Rhz    N leaky neurons, S sources of R Hz that reach all of them (ns)
        analog-adex-NxS-Rhz   the same with adaptation and exponential term, integrated (ns)
      trace-diff              exact diff of two binary traces (million events per second)
      """,
    positionals: [.optional("CASE", "only the cases whose name begins so")],
    options: [
      .value("--program", "FILE", "the EventProp program (default firmware/eventprop.s)"),
      .value("--delgrad", "FILE", "the DelGrad program (default firmware/delgrad.s)"),
      .flag("--quick", "a hundredth of the work: whether it runs, not how fast"),
    ] + LoadedProgram.options + [.json],
    examples: [
      "ranvier bench", "ranvier bench processor", "ranvier bench train-sample --json",
    ],
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
    /// The same work under QEMU, and how many times as fast we are.
    var qemu: (value: Double, ratio: Double)?

    var json: JSONValue {
      [
        "name": .string(name), "value": .number(value), "unit": .string(unit),
        "note": .string(note), "qemu_value": qemu.map { .number($0.value) } ?? .null,
        "qemu_ratio": qemu.map { .number($0.ratio) } ?? .null,
      ]
    }
    var line: String {
      let digits = value < 10 ? 4 : 1
      var line =
        name.padding(toLength: max(name.count, 24), withPad: " ", startingAt: 0)
        + EpochTable.pad(ProgressLine.decimal(value, digits), 10) + " "
        + unit.padding(toLength: 24, withPad: " ", startingAt: 0) + note
      if let qemu {
        line += "; QEMU \(ProgressLine.decimal(qemu.value, qemu.value < 10 ? 2 : 1))"
        line += ", ratio \(ProgressLine.decimal(qemu.ratio, 2))"
      }
      return line
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

  /// All cases of the processor at once.
  static let processor = "processor"
  static let names =
    [
      "train-sample-eventprop", "cycles-eventprop", "train-sample-delgrad", "cycles-delgrad",
      processor,
    ]
    + ProcessorBenchmark.workloads.map(\.name) + ["synaptic-events"]
    + AnalogWorkload.all.map(\.name) + ["trace-diff"]

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
    for (rule, option) in [("eventprop", "--program"), ("delgrad", "--delgrad")]
    where wants("train-sample-" + rule, "cycles-" + rule) {
      let path = invocation.arguments.value(option) ?? "firmware/\(rule).s"
      let result = try training(path)
      let note =
        "\(ProgressLine.decimal(result.spikesPerSample, 1)) spikes per sample, weights "
        + result.weightsSHA256.prefix(16)
      add("train-sample-" + rule, result.sampleMilliseconds, "ms", note)
      add("cycles-" + rule, result.cycles, "cycles", note)
    }
    try measureProcessor { measurement in
      let result = Case(
        name: measurement.name, value: measurement.value, unit: measurement.unit,
        note: measurement.note,
        qemu: measurement.qemu.flatMap { value in measurement.ratio.map { (value, $0) } })
      cases.append(result)
      if !invocation.wantsJSON { invocation.print(result.line) }
    }
    if wants("synaptic-events") {
      add(
        "synaptic-events", AnalogBenchmark.synapticEvents(deliveries: 200_000 / scale),
        "million events/s", "one source, 120 neurons")
    }
    for workload in prefix.isEmpty ? AnalogWorkload.references : AnalogWorkload.all
    where wants(workload.name) {
      let effort = workload.neuron == .lif ? 10_000_000 : 2_000_000
      let result = workload.run(synapticEvents: effort / scale)
      add(workload.name, result.nanosecondsPerEvent, "ns", result.note)
    }
    if wants("trace-diff") {
      let result = try TraceBenchmark.run(eventCount: 3_000_000 / scale)
      add("trace-diff", result.exactDiff, "million events/s", "exact, binary, in memory")
    }
    return cases
  }

  /// The processor's cases. The single vector instructions and QEMU only take part when they were
  /// asked for.
  private func measureProcessor(
    _ report: (ProcessorBenchmark.Measurement) -> Void
  ) throws {
    let workloads =
      if prefix.isEmpty {
        ProcessorBenchmark.programs
      } else if Self.processor.hasPrefix(prefix) {
        ProcessorBenchmark.workloads
      } else {
        ProcessorBenchmark.workloads.filter { $0.name.hasPrefix(prefix) }
      }
    let qemu = prefix.isEmpty || workloads.isEmpty ? nil : QEMUBenchmark()
    for (index, workload) in workloads.enumerated() {
      let effort: ProcessorBenchmark.Effort =
        isQuick ? .quick : index < ProcessorBenchmark.programs.count ? .full : .short
      report(try ProcessorBenchmark.measure(workload, effort, qemu: qemu))
    }
  }

  private func training(_ path: String) throws -> TrainingBenchmark {
    let program = try LoadedProgram(path, invocation).learningProgram
    do {
      return try TrainingBenchmark.run(program, warmUp: isQuick ? 0 : 8)
    } catch let error as SessionError {
      throw error.toolError(program)
    }
  }
}
