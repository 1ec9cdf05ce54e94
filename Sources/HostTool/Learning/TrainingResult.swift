import ChipDescription
import AnalogCore
import Learning

/// What one chip has learned, for the report.
struct TrainingResult: Sendable {
  var chipSeed: UInt64
  var epochs: Int
  var training: PassReport
  var validation: PassReport
  var test: PassReport
  var analogReads: UInt64
  /// Events that found the queue of their bus full, in all of the run.
  var eventsLost: Int
  var weightsSHA256: String
  var delays: SourceDelays
  var wallSeconds: Double
  var spreads: RealisedSpreads
  var isSpikeOnly: Bool
  var masters: WeightMasters
  /// Of the epochs of this run.
  var history: [EpochReport] = []

  /// What somebody who reads the accuracy should know.
  var warnings: [String] {
    var lines: [String] = []
    if eventsLost > 0 {
      lines.append(
        "warning: \(eventsLost) events found the queue of their PADI bus full and were lost")
    }
    if test.undecided > 0 {
      lines.append(
        "\(test.undecided) of \(test.samples) test samples brought no output spike: no decision")
    }
    return lines
  }

  var json: JSONValue {
    [
      "chip_seed": .unsigned(chipSeed), "epochs": .integer(epochs),
      "train_accuracy": .number(training.accuracy),
      "validation_accuracy": .number(validation.accuracy),
      "test_accuracy": .number(test.accuracy),
      "test_undecided": .integer(test.undecided), "loss": .number(training.loss),
      "spikes_per_sample": .number(training.spikesPerSample),
      "hidden_spikes_per_sample": .number(training.hiddenSpikesPerSample),
      "cycles_per_sample_mean": .number(training.cyclesMean),
      "cycles_per_sample_max": .unsigned(training.cyclesMax),
      "cycles_update": .unsigned(training.updateCycles), "analog_reads": .unsigned(analogReads),
      "events_lost": .integer(eventsLost), "spike_only": .bool(isSpikeOnly),
      "weights_sha256": .string(weightsSHA256),
      "delays_sha256": .string(delays.sha256),
      "wall_seconds": .number(wallSeconds), "mismatch": spreads.json,
      "jitter": .number(spreads.jitter),
      "history": .array(
        history.map {
          [
            "epoch": .integer($0.epoch), "loss": .number($0.training.loss),
            "train_accuracy": .number($0.training.accuracy),
            "validation_accuracy": .number($0.validation.accuracy),
            "spikes_per_sample": .number($0.training.spikesPerSample),
            "cycles_per_sample_mean": .number($0.training.cyclesMean),
          ]
        }),
    ]
  }
}

extension RealisedMismatch {
  /// Relative standard deviations.
  var json: JSONValue {
    [
      "tau_m": .number(membraneTimeConstant),
      "tau_s_excitatory": .number(excitatoryTimeConstant),
      "tau_s_inhibitory": .number(inhibitoryTimeConstant), "threshold": .number(threshold),
      "gain_excitatory": .number(excitatoryGain), "gain_inhibitory": .number(inhibitoryGain),
      "weight": .number(weight),
    ]
  }

  var text: String {
    func percent(_ values: Double...) -> String {
      values.map { ProgressLine.decimal(100 * $0, 1) }.joined(separator: " / ") + " %"
    }
    return "tau_m \(percent(membraneTimeConstant)), "
      + "tau_s \(percent(excitatoryTimeConstant, inhibitoryTimeConstant)), "
      + "threshold \(percent(threshold)), gain \(percent(excitatoryGain, inhibitoryGain)), "
      + "weight \(percent(weight))"
  }
}

extension RealisedSpreads {
  /// Relative standard deviations over the neurons and synapses of the network.
  var json: JSONValue { mismatch.json }

  var text: String { mismatch.text + ", jitter \(ProgressLine.decimal(jitter, 4)) tau_s" }
}

/// The results of several chips together.
enum TrainingSummary {
  static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }

  /// Standard deviation of the sample, 0 for one value.
  static func deviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = mean(values)
    let sum = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (sum / Double(values.count - 1)).squareRoot()
  }

  static func json(
    _ program: LearningProgram, _ results: [TrainingResult], _ options: TrainingOptions
  ) -> JSONValue {
    let accuracies = results.map(\.test.accuracy)
    return [
      "tool_version": .string(HostTool.version), "program": .string(program.name),
      "program_sha256": .string(program.sha256), "task": "yin-yang",
      "settings": .object(options.settings.map { .init($0.name, .string($0.value)) }),
      "chips": .array(results.map(\.json)), "test_accuracy_mean": .number(mean(accuracies)),
      "test_accuracy_std": .number(deviation(accuracies)),
    ]
  }

  static func percent(_ accuracy: Double) -> String {
    ProgressLine.decimal(100 * accuracy, 2) + " %"
  }

  /// One line a chip, and the mean.
  static func lines(_ results: [TrainingResult]) -> [String] {
    var lines = results.map { result in
      "chip \(result.chipSeed): test accuracy \(percent(result.test.accuracy)), weights "
        + "\(result.weightsSHA256.prefix(16)), \(ProgressLine.decimal(result.wallSeconds, 1)) s"
    }
    if results.count > 1 {
      let accuracies = results.map(\.test.accuracy)
      lines.append(
        "\(results.count) chips: test accuracy \(percent(mean(accuracies))) +- "
          + "\(percent(deviation(accuracies))), lowest \(percent(accuracies.min() ?? 0))")
    }
    return lines
  }
}
