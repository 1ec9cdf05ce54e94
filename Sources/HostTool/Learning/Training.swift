import Assembler
import Chip
import AnalogCore
import Learning
import PlasticityProcessor
import SpikeTrace

/// The work of `ranvier train`.
struct Training: Sendable {
  let invocation: Invocation
  let program: LearningProgram
  let chip: ChosenChip
  let seeds: [UInt64]
  let jobs: Int
  let epochs: Int?

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    let arguments = invocation.arguments
    program = try LoadedProgram(arguments.positional("PROGRAM"), invocation).learningProgram
    chip = try ChosenChip(arguments)
    seeds = try chip.seeds(arguments)
    jobs = try SessionOptions.jobs(arguments)
    epochs = try arguments.integer("--epochs", in: 1...1_000_000)
    guard !program.isInferenceOnly else {
      throw ToolError("\(program.name): only decides, it does not learn")
    }
    if arguments.flag("--resume"), arguments.flag("--initial-weights") {
      throw ToolError("--resume goes on with the checkpoint's weights, without --initial-weights")
    }
    for seed in seeds {
      _ = try options(chipSeed: seed)
      try TrainingFiles(invocation, seed: seed, isAlone: seeds.count == 1).checkPaths()
    }
  }

  /// The options of one chip.
  func options(chipSeed: UInt64) throws(ToolError) -> TrainingOptions {
    let arguments = invocation.arguments
    var session = try SessionOptions.configuration(
      arguments, program, chip.configuration(seed: chipSeed))
    session.hasBias = !arguments.flag("--no-bias")
    var options = try SessionOptions.training(arguments, session)
    options.epochs = epochs ?? options.epochs
    options.trainingCount = try arguments.integer("--samples", in: 1...5000) ?? 5000
    if let longest = try arguments.number("--delays", in: 0...2) {
      let ticks = (longest * Double(session.synapticTicks)).rounded()
      options.session.parameters.append(.init("delay_max", Int32(ticks)))
    }
    options.session.parameters += try SessionOptions.settings(arguments)
    options.pool = try pool(chipSeed: chipSeed, options)
    return options
  }

  /// What `--inject-noise` says.
  private func pool(chipSeed: UInt64, _ options: TrainingOptions) throws(ToolError) -> ChipPool? {
    let arguments = invocation.arguments
    let count = try arguments.integer("--inject-noise", in: 1...999)
    let first = try arguments.integer("--pool-seed", in: 0...Int.max / 2)
    let samples = try arguments.integer("--redraw-samples", in: 1...1_000_000)
    guard let count else {
      guard first == nil && samples == nil else {
        throw ToolError("--pool-seed and --redraw-samples go with --inject-noise N")
      }
      return nil
    }
    let seeds =
      first.map { first in (0..<UInt64(count)).map { UInt64(first) + $0 } }
      ?? ChipPool.defaultSeeds(chipSeed: chipSeed, count: count)
    guard !seeds.contains(chipSeed) else {
      throw ToolError(
        "--pool-seed: among chips \(seeds[0]) to \(seeds[seeds.count - 1]) is chip \(chipSeed) itself, "
          + "on which the network is tested")
    }
    let batch =
      options.session.parameters.last { $0.name == "batch" }?.value
      ?? program.parameter("batch")?.value ?? 1
    return ChipPool(seeds: seeds, samplesPerTurn: samples ?? max(1, Int(batch)))
  }

  func run() throws -> [TrainingResult] {
    let perChip = try options(chipSeed: seeds[0])
    let samples = perChip.trainingCount + perChip.validationCount
    let total = seeds.count * (perChip.epochs * samples + perChip.testCount)
    let progress = invocation.progress(total: total, unit: "samples")
    let isQuiet = invocation.wantsJSON
    let output = OrderedOutput(count: seeds.count) { line in
      guard !isQuiet else { return }
      invocation.print(line)
      // An epoch's line is there when the epoch is over, also in a file or a pipe.
      _ = invocation.output.flush()
    }
    let heading = [description(of: perChip), EpochTable.heading]
    defer { progress.finish() }
    return try ChipWorkers.map(seeds.count, jobs: jobs) { index in
      defer { output.complete(index) }
      return try train(seeds[index]) {
        if index == 0 { for line in heading { output.write(line, of: 0) } }
      } print: { line in
        output.write(line, of: index)
      } progress: { count, note in
        progress.advance(by: count, note: note)
      }
    }
  }

  private func description(of options: TrainingOptions) -> String {
    let session = options.session
    let inputs = "\(session.inputCount)" + (session.hasBias ? "+bias" : "")
    return """
      program  \(program.name)  sha256 \(program.sha256.prefix(16))
      network  \(inputs)-\(session.hiddenCount)-\(session.outputCount), yin-yang, \
      \(options.epochs) epochs of \(options.trainingCount) samples, data seed \(options.dataSeed), \
      noise seed \(session.chip.analog.noiseSeed)\(pool(options))
      """
  }

  private func pool(_ options: TrainingOptions) -> String {
    guard let pool = options.pool, let first = pool.seeds.first, let last = pool.seeds.last else {
      return ""
    }
    return
      "\ninjected circuits of chips \(first) to \(last) in turn, \(pool.samplesPerTurn) samples "
      + "each; validation and test on the chip's own"
  }

  private func train(
    _ seed: UInt64, whenStarted started: () -> Void, print: (String) -> Void,
    progress: (Int, String) -> Void
  ) throws -> TrainingResult {
    let start = ProgressLine.wallClock()
    let options = try options(chipSeed: seed)
    do {
      var run = try begin(options)
      started()
      let files = try TrainingFiles(invocation, seed: seed, isAlone: seeds.count == 1)
      try files.beginRecording(&run)
      var note = "chip \(seed)"
      var history: [EpochReport] = []
      while run.epoch < options.epochs {
        let report = try run.runEpoch { progress($0, note) }
        history.append(report)
        note =
          "chip \(seed), epoch \(report.epoch): validation "
          + TrainingSummary.percent(report.validation.accuracy)
        print(EpochTable.line(chipSeed: seed, report, options.session))
        try files.saveCheckpoint(&run)
      }
      var result = try finish(&run, seed: seed, start: start) { progress($0, note) }
      result.history = history
      try files.finish(&run)
      print("chip \(seed)   realised spreads: \(result.spreads.text)")
      for line in result.warnings { print("chip \(seed)   \(line)") }
      return result
    } catch let error as SessionError {
      throw error.toolError(program, prefix: seeds.count > 1 ? "chip \(seed), " : "")
    }
  }

  private func begin(_ options: TrainingOptions) throws -> TrainingRun {
    if let path = invocation.arguments.value("--resume") {
      let run = try TrainingFiles.resume(path, program, options, isAlone: seeds.count == 1)
      guard run.epoch <= options.epochs else {
        throw ToolError(
          "\(path): has \(run.epoch) epochs already, --epochs says \(options.epochs)")
      }
      return run
    }
    let weights = try invocation.arguments.value("--initial-weights").map {
      try WeightsFile.read($0, for: options.session, program)
    }
    return try TrainingRun(program, options, weights: weights)
  }

  private func finish(
    _ run: inout TrainingRun, seed: UInt64, start: Double, progress: (Int) -> Void
  ) throws -> TrainingResult {
    let test = try run.evaluate(.test, progress: progress)
    let masters = try run.session.masters()
    guard let last = run.lastEpoch else {
      throw ToolError("the checkpoint has already as many epochs; raise --epochs")
    }
    return TrainingResult(
      chipSeed: seed, epochs: run.epoch, training: last.training, validation: last.validation,
      test: test, analogReads: run.session.chip.analogReadCount,
      eventsLost: run.session.chip.busDropCounts.reduce(0) { $0 + Int($1) },
      weightsSHA256: masters.sha256, delays: run.session.delays(),
      wallSeconds: ProgressLine.wallClock() - start,
      spreads: run.session.realisedSpreads(),
      isSpikeOnly: run.session.isSpikeOnly, masters: masters)
  }
}

extension SessionError {
  /// The message and exit status that the tool reports.
  func toolError(_ program: LearningProgram, prefix: String = "") -> ToolError {
    switch self {
    case .trapped(let trap, let registers, let sample):
      ToolError(
        TrapReport.text(
          trap, "\(program.name): \(prefix)\(Self.place(sample)): the program",
          registers: registers,
          place: program.image.description(of: trap.programCounter)
        ).trimmingLastLineBreak,
        status: .trapped)
    case .refused(_, .some, _), .refused(Self.combinationStatus, _, _):
      ToolError("\(program.name): \(prefix)\(self)")
    case .exited, .neverReady, .refused:
      ToolError("\(program.name): \(prefix)\(self)", status: .trapped)
    case .decision: ToolError("\(program.name): \(prefix)\(self)", status: .checkFailed)
    case .missingSymbol, .symbolOutside, .header, .task, .unknownParameter, .mapping, .chip, .trace,
      .traceOfOtherProgram,
      .processorState:
      ToolError("\(prefix)\(self)")
    }
  }
}
