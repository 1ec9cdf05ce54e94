import Chip
import Learning

extension Command {
  static let eval = Command(
    name: "eval",
    summary: "accuracy of stored weights on chips of any seed",
    discussion: """
      Puts weights into PROGRAM, presents the samples of a split without teacher, and reports the
      program's decisions. With several chips the same weights run on each: how a network moves
      between chips.
      """,
    positionals: [.one("PROGRAM", "a learning program: .s or ELF")],
    options: [
      .value("--weights", "FILE", "weights as from train --weights (.npz)"),
      .value("--split", "SPLIT", "train, validation or test (default test)"),
      .value("--samples", "N", "samples used, from the first (default all)"),
    ] + SessionOptions.options + LoadedProgram.options + [.json, .progress],
    examples: [
      "ranvier train firmware/eventprop.s --weights run.npz",
      "ranvier eval firmware/eventprop.s --weights run.npz --chip-seed 2 --chips 10",
    ],
    run: { invocation in
      let evaluation = try Evaluation(invocation)
      let results = try evaluation.run()
      if invocation.wantsJSON {
        invocation.print(evaluation.json(results))
      } else {
        for line in evaluation.lines(results) { invocation.print(line) }
      }
      return .done
    })
}

/// The work of `ranvier eval`.
struct Evaluation: Sendable {
  struct Result: Sendable {
    var chipSeed: UInt64
    var report: PassReport
    var analogReads: UInt64
    var weightsSHA256: String
    var wallSeconds: Double
    var spreads: RealisedSpreads
  }

  let invocation: Invocation
  let program: LearningProgram
  let seeds: [UInt64]
  let split: YinYang.Split
  let sampleCount: Int
  let weightsPath: String

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    let arguments = invocation.arguments
    program = try LoadedProgram(arguments.positional("PROGRAM"), invocation).learningProgram
    seeds = try SessionOptions.chipSeeds(arguments)
    let name = try arguments.choice("--split", of: YinYang.Split.allCases.map(\.rawValue))
    split = name.flatMap(YinYang.Split.init(rawValue:)) ?? .test
    sampleCount =
      try arguments.integer("--samples", in: 1...split.sampleCount) ?? split.sampleCount
    guard let path = arguments.value("--weights") else {
      throw ToolError(
        "--weights FILE is missing", hint: "ranvier train PROGRAM --weights FILE writes one")
    }
    weightsPath = path
  }

  func run() throws -> [Result] {
    let progress = invocation.progress(total: seeds.count * sampleCount, unit: "samples")
    defer { progress.finish() }
    let jobs = try SessionOptions.jobs(invocation.arguments)
    return try ChipWorkers.map(seeds.count, jobs: jobs) { index in
      try evaluate(seeds[index], progress)
    }
  }

  private func evaluate(_ seed: UInt64, _ progress: ProgressLine) throws -> Result {
    let start = ProgressLine.wallClock()
    var options = TrainingOptions()
    options.session = try SessionOptions.configuration(
      invocation.arguments, program, chipSeed: seed)
    options.session.parameters += try SessionOptions.settings(invocation.arguments)
    switch split {
    case .train: options.trainingCount = sampleCount
    case .validation: options.validationCount = sampleCount
    case .test: options.testCount = sampleCount
    }
    let weights = try WeightsFile.read(weightsPath, for: options.session)
    do {
      var run = try TrainingRun(program, options, weights: weights)
      let report = try run.evaluate(split) { progress.advance(by: $0, note: "chip \(seed)") }
      return Result(
        chipSeed: seed, report: report, analogReads: run.session.chip.analogReadCount,
        weightsSHA256: try run.session.masters().sha256,
        wallSeconds: ProgressLine.wallClock() - start, spreads: run.session.realisedSpreads())
    } catch {
      throw error.toolError(program, prefix: seeds.count > 1 ? "chip \(seed), " : "")
    }
  }

  /// The keys of `train`; accuracies of splits that were not evaluated are null.
  func json(_ results: [Result]) -> JSONValue {
    let accuracies = results.map(\.report.accuracy)
    let chips = results.map { result -> JSONValue in
      func accuracy(_ of: YinYang.Split) -> JSONValue {
        of == split ? .number(result.report.accuracy) : .null
      }
      return [
        "chip_seed": .unsigned(result.chipSeed), "epochs": 0, "train_accuracy": accuracy(.train),
        "validation_accuracy": accuracy(.validation), "test_accuracy": accuracy(.test),
        "loss": .number(result.report.loss),
        "spikes_per_sample": .number(result.report.spikesPerSample),
        "cycles_per_sample_mean": .number(result.report.cyclesMean),
        "cycles_per_sample_max": .unsigned(result.report.cyclesMax), "cycles_update": 0,
        "analog_reads": .unsigned(result.analogReads),
        "weights_sha256": .string(result.weightsSHA256),
        "wall_seconds": .number(result.wallSeconds), "mismatch": result.spreads.json,
        "jitter": .number(result.spreads.jitter),
      ]
    }
    let isTest = split == .test
    return [
      "tool_version": .string(HostTool.version), "program": .string(program.name),
      "program_sha256": .string(program.sha256), "task": "yin-yang",
      "split": .string(split.rawValue), "samples": .integer(sampleCount),
      "chips": .array(chips),
      "test_accuracy_mean": isTest ? .number(TrainingSummary.mean(accuracies)) : .null,
      "test_accuracy_std": isTest ? .number(TrainingSummary.deviation(accuracies)) : .null,
    ]
  }

  func lines(_ results: [Result]) -> [String] {
    var lines = results.map { result in
      "chip \(result.chipSeed): \(split.rawValue) accuracy "
        + "\(TrainingSummary.percent(result.report.accuracy)), "
        + "\(ProgressLine.decimal(result.report.spikesPerSample, 1)) spikes and "
        + "\(ProgressLine.decimal(result.report.cyclesMean, 0)) cycles per sample"
    }
    if results.count > 1 {
      let accuracies = results.map(\.report.accuracy)
      lines.append(
        "\(results.count) chips: \(split.rawValue) accuracy "
          + "\(TrainingSummary.percent(TrainingSummary.mean(accuracies))) +- "
          + "\(TrainingSummary.percent(TrainingSummary.deviation(accuracies))), lowest "
          + TrainingSummary.percent(accuracies.min() ?? 0))
    }
    return lines
  }
}
