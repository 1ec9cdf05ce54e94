import ChipDescription
import Learning

extension Command {
  static let eval = Command(
    name: "eval",
    summary: "accuracy of stored weights on chips of any seed, without and with further learning",
    discussion: """
      Puts weights into PROGRAM, presents the samples of a split without teacher, and reports the
      program's decisions. With several chips the same weights run on each: how a network moves
      between chips. firmware/inference.s is the smallest program for it and takes weights of any
      other. Sizes, weight ranges and time constants are those of the weights file.

      With --learn N the learning program then goes on learning on each chip for N epochs and is
      evaluated again. Choose rates and N by the validation accuracy, which is reported beside that
      of the test split.
      """,
    positionals: [.one("PROGRAM", "firmware/inference.s or a learning program: .s or ELF")],
    options: [
      .value("--weights", "FILE", "weights as from train --weights (.npz)"),
      .value("--split", "SPLIT", "train, validation or test (default test)"),
      .value("--samples", "N", "samples used of each split, from the first (default all)"),
      .value("--learn", "N", "epochs of further learning on each chip"),
    ] + SessionOptions.learning + SessionOptions.options + LoadedProgram.options
      + [.json, .progress],
    examples: [
      "ranvier train firmware/eventprop.s --weights run.npz",
      "ranvier eval firmware/inference.s --weights run.npz --chip-seed 2 --chips 99",
      "ranvier eval firmware/eventprop.s --weights run.npz --chip-seed 2 --chips 5 --learn 2 "
        + "--learning-rate 0.004",
    ],
    run: { invocation in
      let evaluation = try Evaluation(invocation)
      let results = try evaluation.run()
      let report = EvaluationReport(
        evaluation, results, try evaluation.options(chipSeed: evaluation.seeds[0]))
      if invocation.wantsJSON {
        invocation.print(report.json)
      } else {
        for line in report.lines { invocation.print(line) }
      }
      return .done
    })
}

/// The work of `ranvier eval`.
struct Evaluation: Sendable {
  struct Result: Sendable {
    var evaluation: ChipEvaluation
    var wallSeconds: Double
  }

  let invocation: Invocation
  let program: LearningProgram
  let chip: ChosenChip
  let seeds: [UInt64]
  let sampleCount: Int
  let plan: ChipEvaluation.Plan
  let weightsPath: String
  let network: StoredNetwork

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    let arguments = invocation.arguments
    program = try LoadedProgram(arguments.positional("PROGRAM"), invocation).learningProgram
    chip = try ChosenChip(arguments)
    seeds = try chip.seeds(arguments)
    var plan = ChipEvaluation.Plan()
    let name = try arguments.choice("--split", of: YinYang.Split.allCases.map(\.rawValue))
    plan.split = name.flatMap(YinYang.Split.init(rawValue:)) ?? .test
    plan.epochs = try arguments.integer("--learn", in: 0...1_000_000) ?? 0
    if plan.epochs > 0, program.isInferenceOnly {
      throw ToolError("--learn: \(program.name) only decides, it does not learn")
    }
    self.plan = plan
    sampleCount =
      try arguments.integer("--samples", in: 1...plan.split.sampleCount) ?? plan.split.sampleCount
    guard let path = arguments.value("--weights") else {
      throw ToolError(
        "--weights FILE is missing", hint: "ranvier train PROGRAM --weights FILE writes one")
    }
    weightsPath = path
    network = try WeightsFile.read(path)
    _ = try options(chipSeed: seeds[0])
  }

  /// The options of one chip: what the file says of the network, unless an option says the same.
  func options(chipSeed: UInt64) throws(ToolError) -> TrainingOptions {
    let arguments = invocation.arguments
    let given = try SessionOptions.configuration(
      arguments, program, chip.configuration(seed: chipSeed))
    var session = given
    do {
      try network.apply(to: &session, of: program)
      if arguments.flag("--hidden") { session.hiddenCount = given.hiddenCount }
      if arguments.flag("--output-range") { session.outputRange = given.outputRange }
      if arguments.flag("--tau-ratio") { session.membraneTicks = given.membraneTicks }
      try network.check(session)
    } catch {
      throw ToolError("\(weightsPath): \(error)", hint: WeightsFile.hint(error))
    }
    do { try session.checkTask() } catch { throw ToolError("\(weightsPath): \(error)") }
    if arguments.flag("--refractory-us") || arguments.flag("--spikes-per-neuron") {
      session.refractoryTicks = given.refractoryTicks
    }
    if program.isInferenceOnly {
      // The loss is the host's business then.
      for index in session.parameters.indices { session.parameters[index].isRequired = false }
    }
    var options = try SessionOptions.training(arguments, session)
    options.session.parameters += try SessionOptions.settings(arguments)
    options.trainingCount = min(options.trainingCount, sampleCount(of: .train))
    options.validationCount = sampleCount(of: .validation)
    options.testCount = sampleCount(of: .test)
    return options
  }

  private func sampleCount(of split: YinYang.Split) -> Int {
    guard invocation.arguments.flag("--samples") else { return split.sampleCount }
    return min(sampleCount, split.sampleCount)
  }

  func run() throws -> [Result] {
    let total = ChipEvaluation.sampleCount(try options(chipSeed: seeds[0]), plan)
    let progress = invocation.progress(total: seeds.count * total, unit: "samples")
    defer { progress.finish() }
    let jobs = try SessionOptions.jobs(invocation.arguments)
    return try ChipWorkers.map(seeds.count, jobs: jobs) { index in
      try evaluate(seeds[index], progress)
    }
  }

  private func evaluate(_ seed: UInt64, _ progress: ProgressLine) throws -> Result {
    let start = ProgressLine.wallClock()
    do {
      let evaluation = try ChipEvaluation(
        program, options(chipSeed: seed), weights: network.masters, plan
      ) { progress.advance(by: $0, note: "chip \(seed)") }
      return Result(evaluation: evaluation, wallSeconds: ProgressLine.wallClock() - start)
    } catch let error as SessionError {
      throw error.toolError(program, prefix: seeds.count > 1 ? "chip \(seed), " : "")
    }
  }
}
