import ChipDescription
import Learning

/// What `ranvier eval` prints.
struct EvaluationReport {
  private let evaluation: Evaluation
  private let results: [Evaluation.Result]
  /// Of the first chip.
  private let options: TrainingOptions

  init(
    _ evaluation: Evaluation, _ results: [Evaluation.Result], _ options: TrainingOptions
  ) {
    self.evaluation = evaluation
    self.results = results
    self.options = options
  }

  private var split: YinYang.Split { evaluation.plan.split }
  private var learns: Bool { evaluation.plan.epochs > 0 }
  private var stored: Distribution {
    Distribution(results.map(\.evaluation.stored.result.accuracy))
  }
  private var outcome: Distribution {
    Distribution(results.map(\.evaluation.outcome.result.accuracy))
  }

  // MARK: JSON

  /// The keys of `train`; accuracies of splits that were not evaluated are null.
  var json: JSONValue {
    var value: JSONValue = [
      "tool_version": .string(HostTool.version), "program": .string(evaluation.program.name),
      "program_sha256": .string(evaluation.program.sha256), "task": "yin-yang",
      "split": .string(split.rawValue), "samples": .integer(evaluation.sampleCount),
      "settings": .object(options.settings.map { .init($0.name, .string($0.value)) }),
      "weights": .string(evaluation.weightsPath), "trained_on_chip_seed": trainedOn,
      "chips": .array(results.map(json)),
    ]
    value.append(distribution(outcome, split.rawValue + "_accuracy"))
    if split != .test { value.append(nothing("test_accuracy")) }
    if learns { value.append(distribution(stored, split.rawValue + "_accuracy_before")) }
    return value
  }

  private var trainedOn: JSONValue {
    evaluation.network.chipSeed.map(JSONValue.unsigned) ?? .null
  }

  private func distribution(_ values: Distribution, _ name: String) -> JSONValue {
    [
      name + "_mean": .number(values.mean), name + "_std": .number(values.deviation),
      name + "_min": .number(values.quantile(0)),
      name + "_quantiles": [
        "0.05": .number(values.quantile(0.05)), "0.25": .number(values.quantile(0.25)),
        "0.5": .number(values.quantile(0.5)), "0.75": .number(values.quantile(0.75)),
        "0.95": .number(values.quantile(0.95)),
      ],
    ]
  }

  private func nothing(_ name: String) -> JSONValue {
    [name + "_mean": .null, name + "_std": .null]
  }

  private func json(_ result: Evaluation.Result) -> JSONValue {
    let evaluation = result.evaluation
    let outcome = evaluation.outcome
    func accuracy(_ of: YinYang.Split, _ accuracy: ChipEvaluation.Accuracy) -> JSONValue {
      if of == split { return .number(accuracy.result.accuracy) }
      guard of == .validation, let validation = accuracy.validation else { return .null }
      return .number(validation.accuracy)
    }
    let learned = evaluation.adapted?.epochs.last?.training
    var value: JSONValue = [
      "chip_seed": .unsigned(evaluation.chipSeed),
      "epochs": .integer(evaluation.adapted?.epochs.count ?? 0),
      "train_accuracy": learned.map { .number($0.accuracy) } ?? accuracy(.train, outcome),
      "validation_accuracy": accuracy(.validation, outcome),
      "test_accuracy": accuracy(.test, outcome), "loss": .number(outcome.result.loss),
      "spikes_per_sample": .number(outcome.result.spikesPerSample),
      "cycles_per_sample_mean": .number(outcome.result.cyclesMean),
      "cycles_per_sample_max": .unsigned(outcome.result.cyclesMax),
      "cycles_update": .unsigned(learned?.updateCycles ?? 0),
      "analog_reads": .unsigned(evaluation.analogReads),
      "weights_sha256": .string(outcome.weightsSHA256),
      "wall_seconds": .number(result.wallSeconds), "mismatch": evaluation.spreads.json,
      "jitter": .number(evaluation.spreads.jitter),
    ]
    guard learns else { return value }
    value.append([
      "validation_accuracy_before": accuracy(.validation, evaluation.stored),
      "\(split.rawValue)_accuracy_before": accuracy(split, evaluation.stored),
      "weights_sha256_before": .string(evaluation.stored.weightsSHA256),
    ])
    return value
  }

  // MARK: Text

  var lines: [String] {
    var lines = results.map(\.evaluation).map(line)
    guard results.count > 1 else { return lines }
    if learns { lines.append(summary(stored, "\(split.rawValue) accuracy before")) }
    lines.append(summary(outcome, "\(split.rawValue) accuracy" + (learns ? " after" : "")))
    return lines
  }

  private func line(_ chip: ChipEvaluation) -> String {
    var text = "chip \(chip.chipSeed): \(split.rawValue) accuracy "
    if chip.adapted != nil { text += Self.percent(chip.stored.result.accuracy) + " -> " }
    text += Self.percent(chip.outcome.result.accuracy)
    if let validation = chip.outcome.validation {
      let before = chip.adapted == nil ? nil : chip.stored.validation
      text += " (validation " + (before.map { Self.percent($0.accuracy) + " -> " } ?? "")
      text += Self.percent(validation.accuracy) + ")"
    }
    return text + ", \(ProgressLine.decimal(chip.outcome.result.spikesPerSample, 1)) spikes and "
      + "\(ProgressLine.decimal(chip.outcome.result.cyclesMean, 0)) cycles per sample"
  }

  private func summary(_ values: Distribution, _ name: String) -> String {
    "\(values.values.count) chips: \(name) \(Self.percent(values.mean)) +- "
      + "\(Self.percent(values.deviation)), lowest \(Self.percent(values.quantile(0))), "
      + "quartiles \(Self.percent(values.quantile(0.25))), "
      + "\(Self.percent(values.quantile(0.5))), \(Self.percent(values.quantile(0.75)))"
  }

  private static func percent(_ accuracy: Double) -> String { TrainingSummary.percent(accuracy) }
}
