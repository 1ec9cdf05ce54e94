import ChipDescription
import Learning
import SpikeTrace

extension Command {
  static let weightsImport = Command(
    name: "weights import",
    summary: "quantise the weights of a network from elsewhere to 6 bits and sign",
    discussion: """
      INPUT is an .npz file with two arrays of numbers, or two tables as numpy.savetxt writes them,
      first the hidden layer, then the output layer: [source][neuron], weights in thresholds. A spike
      adds its weight to the current I of tau_m V' = -V + I; the potential then peaks at a quarter of
      the weight for tau_m = 2 tau_s. The last source of the hidden layer is the bias. An .npz file may
      also say range_hidden and range_output (thresholds that code 63 means) and delays (ticks of
      8 ns, inputs then hidden neurons).

      A range that is given holds for both methods; train --initial-weights wants that of the program
      (--hidden-range 8 --output-range 2 for eventprop.s).

      Two methods are compared. uniform: the step is the range over 63, by default the largest weight.
      als, alternating least squares: without a range, steps and codes are fitted in turn, which clips a few large
      weights where that makes the rest finer; its squared error is never the larger one. With --group
      target each neuron (each row of a matrix [neuron][source]) has a step of its own, realised as the
      gain of its synaptic input; firmware/inference.s runs such networks, learning programs want one
      step per layer. A source has no gain of its own on the chip.

      With --evaluate the accuracy on chips stands beside that of the real-valued network on an ideal
      one. -o writes what eval and train --initial-weights read.
      """,
    positionals: [.many("INPUT", "network.npz, or hidden.csv output.csv")],
    options: [
      .output("write the quantised network (.npz)"),
      .value("--method", "NAME", "which result -o writes: uniform or als (default als)"),
      .value("--group", "NAME", "weights that share a step: layer or target (default layer)"),
      .value("--arrays", "H,O", "names of the arrays in the .npz file (default hidden,output)"),
      .flag("--transposed", "arrays and tables are [neuron][source], as PyTorch has them"),
      .flag("--no-bias", "the last source of the hidden layer is an input like the others"),
      .value("--scale", "F", "thresholds that a weight of 1 means (default 1)"),
      .value("--hidden-range", "R", "thresholds that code 63 means (default: as the method says)"),
      .value("--output-range", "R", "the same for the output layer"),
      .value("--evaluate", "PROGRAM", "report accuracies with it, such as firmware/inference.s"),
      .value("--split", "SPLIT", "train, validation or test (default validation)"),
      .value("--samples", "N", "samples used, from the first (default all)"),
      .value("--chips", "N", "chips with seeds from --chip-seed on (default 1)"),
    ] + ChipArguments.options + [
      .value("--tau-ratio", "R", "membrane over synaptic time constant (default 2)"),
      .value("--refractory-us", "T", "refractory time in microseconds of chip time (default 32)"),
      .value("--jobs", "N", "chips that are simulated at a time (default: one per core)"),
    ] + LoadedProgram.options + [.json, .progress],
    examples: [
      "ranvier weights import network.npz -o network6.npz",
      "ranvier weights import hidden.csv output.csv --transposed --evaluate firmware/inference.s "
        + "--chips 10",
    ],
    run: { invocation in
      let work = try WeightsImport(invocation)
      let report = try work.report()
      if let path = invocation.arguments.value("--output") {
        try OutputFile.write(work.chosen.stored.archive.bytes, to: path)
      }
      if invocation.wantsJSON {
        invocation.print(report.json)
      } else {
        for line in report.lines { invocation.print(line) }
      }
      return .done
    })
}

/// The work of `ranvier weights import`.
struct WeightsImport: Sendable {
  let invocation: Invocation
  let network: FloatNetwork
  let groups: WeightGroups
  private let method: QuantisationMethod
  private let chip: ChosenChip

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    let arguments = invocation.arguments
    if arguments.value("--group") == "source" {
      throw ToolError(
        "--group source: a source's two synapse rows hold codes alone, no gain of their own",
        hint: "--group target: the gain of each neuron's synaptic input")
    }
    chip = try ChosenChip(arguments)
    groups =
      try arguments.choice("--group", of: WeightGroups.allCases.map(\.rawValue))
      .flatMap(WeightGroups.init(rawValue:)) ?? .layer
    method =
      try arguments.choice("--method", of: QuantisationMethod.allCases.map(\.rawValue))
      .flatMap(QuantisationMethod.init(rawValue:)) ?? .als
    var network = try FloatNetworkFile.read(arguments.many("INPUT"), arguments)
      .scaled(by: arguments.number("--scale", in: -1e6...1e6) ?? 1)
    let limits = 1e-3...1e4
    network.hiddenRanges =
      try arguments.number("--hidden-range", in: limits).map { [$0] } ?? network.hiddenRanges
    network.outputRanges =
      try arguments.number("--output-range", in: limits).map { [$0] } ?? network.outputRanges
    self.network = network
    if let output = arguments.value("--output") {
      try OutputFile.checkDistinct(arguments.many("INPUT") + [output])
    }
    for method in QuantisationMethod.allCases {
      let result = network.quantised(method, groups)
      guard let range = (result.hidden.ranges + result.output.ranges).max(), range < 1e6 else {
        throw ToolError(
          "\(arguments.many("INPUT")[0]): weights up to a million thresholds and more are none of this "
            + "chip", hint: "--scale F says how many thresholds a weight of 1 means")
      }
    }
    _ = try session(chipSeed: chip.seed)
  }

  /// What `-o` writes, with the times of the options.
  var chosen: QuantisedNetwork { network.quantised(method, groups) }

  func report() throws -> QuantisationReport {
    let results = QuantisationMethod.allCases.map { network.quantised($0, groups) }
    return QuantisationReport(
      groups: groups, results: Array(zip(QuantisationMethod.allCases, results)),
      accuracies: try accuracies(results))
  }

  // MARK: Accuracy

  private func session(chipSeed: UInt64) throws -> SessionConfiguration {
    let arguments = invocation.arguments
    var session = SessionConfiguration()
    session.chip = try chip.configuration(seed: chipSeed)
    let ratio = try arguments.number("--tau-ratio", in: 0.5...8) ?? 2
    session.membraneTicks = Int((ratio * Double(session.synapticTicks)).rounded())
    let refractory = try arguments.number("--refractory-us", in: 0.04...65) ?? 32
    session.refractoryTicks = Int((refractory * 125).rounded())
    return session
  }

  private func accuracies(
    _ results: [QuantisedNetwork]
  ) throws -> QuantisationReport.Accuracies? {
    let arguments = invocation.arguments
    guard let path = arguments.value("--evaluate") else { return nil }
    let program = try LoadedProgram(path, invocation).learningProgram
    let name = try arguments.choice("--split", of: YinYang.Split.allCases.map(\.rawValue))
    let split = name.flatMap(YinYang.Split.init(rawValue:)) ?? .validation
    let count = try arguments.integer("--samples", in: 1...split.sampleCount) ?? split.sampleCount
    let seeds = try chip.seeds(arguments)
    var session = try session(chipSeed: seeds[0])
    session.inputCount = network.hidden.sourceCount - (network.hasBias ? 1 : 0)
    session.outputCount = network.output.neuronCount
    do {
      try session.checkTask()
    } catch {
      let isInput = session.inputCount != YinYang.inputCount
      throw ToolError(
        "--evaluate: \(error)", hint: isInput ? "--no-bias if its last source is no bias" : nil)
    }
    let progress = invocation.progress(
      total: seeds.count * results.count * count, unit: "samples")
    defer { progress.finish() }
    let jobs = try SessionOptions.jobs(arguments)
    let onChips = try results.map { result in
      try ChipWorkers.map(seeds.count, jobs: jobs) { index in
        try accuracy(result, program, split, count, seeds[index], progress)
      }
    }
    return QuantisationReport.Accuracies(
      split: split, samples: count, chipSeeds: seeds,
      ideal: network.idealAccuracy(split, count: count, session), onChips: onChips)
  }

  private func accuracy(
    _ result: QuantisedNetwork, _ program: LearningProgram, _ split: YinYang.Split, _ count: Int,
    _ seed: UInt64, _ progress: ProgressLine
  ) throws -> Double {
    var options = TrainingOptions()
    options.session = try session(chipSeed: seed)
    (options.trainingCount, options.validationCount, options.testCount) = (count, count, count)
    do {
      let stored = result.stored
      try stored.apply(to: &options.session, of: program)
      var run = try TrainingRun(program, options, weights: stored.masters)
      return try run.evaluate(split) { progress.advance(by: $0, note: "chip \(seed)") }.accuracy
    } catch let error as StoredNetworkError {
      throw ToolError("--evaluate: \(error)", hint: WeightsFile.hint(error))
    } catch let error as SessionError {
      throw error.toolError(program, prefix: "chip \(seed), ")
    }
  }
}

/// Real-valued networks in files.
enum FloatNetworkFile {
  static func read(
    _ paths: [String], _ arguments: ParsedArguments
  ) throws(ToolError) -> FloatNetwork {
    let isTransposed = arguments.flag("--transposed")
    let hasBias = !arguments.flag("--no-bias")
    if paths.count == 1 {
      return try archive(paths[0], arguments, isTransposed: isTransposed, hasBias: hasBias)
    }
    guard paths.count == 2 else {
      throw ToolError("expected one .npz file or two tables, found \(paths.count) files")
    }
    let layers = [try table(paths[0]), try table(paths[1])].map {
      isTransposed ? $0.transposed : $0
    }
    do {
      return try FloatNetwork(hidden: layers[0], output: layers[1], hasBias: hasBias)
    } catch {
      throw ToolError(
        "\(paths[1]): \(error)", hint: isTransposed ? nil : "--transposed for [neuron][source]")
    }
  }

  private static func archive(
    _ path: String, _ arguments: ParsedArguments, isTransposed: Bool, hasBias: Bool
  ) throws(ToolError) -> FloatNetwork {
    var names = FloatNetwork.Names(areTransposed: isTransposed)
    if let text = arguments.value("--arrays") {
      let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard words.count == 2, words.allSatisfy({ !$0.isEmpty }) else {
        throw ToolError("--arrays: '\(text)' is not two names, such as fc1.weight,fc2.weight")
      }
      (names.hidden, names.output) = (words[0], words[1])
    }
    let bytes = try InputFile.bytes(path)
    do {
      return try FloatNetwork(NumPyArchive(bytes: bytes), names, hasBias: hasBias)
    } catch let error as StoredNetworkError {
      throw ToolError("\(path): \(error)", hint: hint(error, isTransposed))
    } catch {
      throw ToolError(
        "\(path): \(error)",
        hint: path.hasSuffix(".npz") ? nil : "two tables are: hidden.csv output.csv")
    }
  }

  private static func hint(_ error: StoredNetworkError, _ isTransposed: Bool) -> String? {
    switch error {
    case .missing: "--arrays H,O names the two arrays"
    case .shape("output", _, _) where !isTransposed: "--transposed for [neuron][source]"
    default: nil
    }
  }

  private static func table(_ path: String) throws(ToolError) -> WeightMatrix {
    let text = try InputFile.text(path)
    do { return try WeightMatrix(text: text) } catch { throw ToolError("\(path): \(error)") }
  }
}
