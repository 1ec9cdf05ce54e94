import ChipDescription
import Chip
import Learning
import SpikeTrace

extension Command {
  static let replay = Command(
    name: "replay",
    summary: "feed a recorded trace to a learning program, without the analog core",
    discussion: """
      The program sees the recorded events with their stamps and nothing else, so it writes the same
      weights as when the trace was recorded, here, on a chip, or by another simulator. Parameters
      and initial weights come from the trace's header; --set and --initial-weights override them.

      --gradients writes the gradient of each batch: arrays gradient_hidden [batch][input][hidden]
      and gradient_output [batch][hidden][output], int32, in the program's unit (firmware/README.md),
      without the momentum that the program's accumulators carry; of a program that learns delays also
      gradient_delays [batch][input, then hidden].
      """,
    positionals: [
      .one("PROGRAM", "a learning program: .s or ELF"),
      .one("TRACE", "a trace as from train --record"),
    ],
    options: [
      .value("--weights", "FILE", "write the final weights and delays as NumPy arrays (.npz)"),
      .value("--gradients", "FILE", "write the gradient of each batch as NumPy arrays (.npz)"),
      .value("--initial-weights", "FILE", "begin with these weights (.npz), not the trace's"),
      .value(
        "--set", "NAME=VALUE", "set a parameter of the program, a 32-bit word; may be repeated",
        repeats: true),
    ] + LoadedProgram.options + [.json, .progress],
    examples: [
      "ranvier train firmware/eventprop.s --epochs 1 --record run.trace",
      "ranvier replay firmware/eventprop.s run.trace --weights run.npz --json",
    ],
    run: { invocation in
      try Replay(invocation).run()
      return .done
    })
}

/// The work of `ranvier replay`.
struct Replay {
  let invocation: Invocation
  let program: LearningProgram
  let path: String

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    program =
      try LoadedProgram(invocation.arguments.positional("PROGRAM"), invocation).learningProgram
    path = invocation.arguments.positional("TRACE")
  }

  func run() throws {
    do {
      try replay()
    } catch let error as TraceError {
      throw ToolError("\(error)", standsAlone: true)
    } catch let error as SessionError {
      throw error.toolError(program)
    }
  }

  private func replay() throws {
    let outputs = ["--weights", "--gradients"].compactMap { invocation.arguments.value($0) }
    try OutputFile.checkDistinct(outputs + [path])
    for output in outputs { try OutputFile.check(output) }
    let reader = try TraceReader(path: path)
    var header = reader.header
    for setting in try SessionOptions.settings(invocation.arguments) {
      guard program.parameter(setting.name) != nil else {
        throw SessionError.unknownParameter(
          setting.name, known: program.parameters.map(\.name))
      }
      header.parameters.removeAll { $0.name == setting.name }
      header.parameters.append(.init(setting.name, setting.value))
    }
    var replay = try ReplaySession(program, header, weights: try initialWeights(header))
    if !replay.ignoredParameters.isEmpty {
      invocation.warn(
        "of the trace's parameters the program has no use for: "
          + replay.ignoredParameters.joined(separator: ", "))
    }
    let momentum = replay.session.parameters().first { $0.name == "momentum" }?.value ?? 0
    var gradients = invocation.arguments.value("--gradients").map {
      GradientsFile(path: $0, momentum: momentum)
    }
    let progress = invocation.progress(total: 0, unit: "samples")
    defer { progress.finish() }
    while let event = try reader.next() {
      switch try replay.replay(event) {
      case .event: break
      case .sample: progress.advance()
      case .update:
        progress.advance()
        if gradients != nil { gradients?.append(try replay.session.gradients()) }
      }
    }
    try finish(replay, gradients)
  }

  private func initialWeights(_ header: SpikeTraceHeader) throws -> WeightMasters? {
    guard let path = invocation.arguments.value("--initial-weights") else { return nil }
    var session = SessionConfiguration()
    session.hasBias = false
    session.inputCount = header.inputCount ?? session.inputCount + 1
    session.hiddenCount = header.hiddenCount ?? session.hiddenCount
    session.outputCount = header.outputCount ?? session.outputCount
    let network = try WeightsFile.read(path)
    do { try network.checkSizes(session) } catch { throw ToolError("\(path): \(error)") }
    return network.masters
  }

  private func finish(_ replay: borrowing ReplaySession, _ gradients: GradientsFile?) throws {
    let masters = try replay.session.masters()
    let delays = replay.session.delays()
    if let path = invocation.arguments.value("--weights") {
      try WeightsFile.write(replay.session, to: path)
    }
    try gradients?.write(masters)
    let cycles =
      replay.sampleCount == 0 ? 0 : Double(replay.cycleSum) / Double(replay.sampleCount)
    if invocation.wantsJSON {
      invocation.print(
        [
          "tool_version": .string(HostTool.version), "program": .string(program.name),
          "program_sha256": .string(program.sha256), "trace": .string(path),
          "samples": .integer(replay.sampleCount), "weights_sha256": .string(masters.sha256),
          "delays_sha256": .string(delays.sha256), "cycles_per_sample_mean": .number(cycles),
          "analog_reads": .unsigned(replay.session.chip.analogReadCount),
        ])
    } else {
      invocation.print(
        """
        samples            \(replay.sampleCount)
        weights sha256     \(masters.sha256)
        delays sha256      \(delays.sha256)
        cycles per sample  \(ProgressLine.decimal(cycles, 1))
        """)
    }
  }
}

/// The gradients of all batches, to be written as NumPy arrays.
struct GradientsFile {
  let path: String
  private var decoder: BatchGradients
  private var hidden: [Int32] = []
  private var output: [Int32] = []
  private var delays: [Int32] = []
  private var batchCount = 0

  init(path: String, momentum: Int32) {
    self.path = path
    decoder = BatchGradients(momentum: momentum)
  }

  mutating func append(_ sums: GradientSums) {
    let batch = decoder.next(sums)
    hidden += batch.hidden
    output += batch.output
    delays += batch.delays
    batchCount += 1
  }

  func write(_ masters: WeightMasters) throws(ToolError) {
    var archive = NumPyArchive()
    archive.append(
      "gradient_hidden",
      NumPyArray(
        shape: [batchCount, masters.inputCount, masters.hiddenCount], values: .int32(hidden)))
    archive.append(
      "gradient_output",
      NumPyArray(
        shape: [batchCount, masters.hiddenCount, masters.outputCount], values: .int32(output)))
    if let all = masters.delays?.values {
      archive.append(
        "gradient_delays", NumPyArray(shape: [batchCount, all.count], values: .int32(delays)))
    }
    try OutputFile.write(archive.bytes, to: path)
  }
}
