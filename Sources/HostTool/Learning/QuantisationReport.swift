import ChipDescription
import Learning

/// What `ranvier weights import` prints: errors and accuracies of both methods.
struct QuantisationReport {
  struct Accuracies {
    var split: YinYang.Split
    var samples: Int
    var chipSeeds: [UInt64]
    /// Of the real-valued network without mismatch and noise.
    var ideal: Double
    /// By method, then by chip.
    var onChips: [[Double]]
  }

  var groups: WeightGroups
  var results: [(QuantisationMethod, QuantisedNetwork)]
  var accuracies: Accuracies?

  private static func layers(_ network: QuantisedNetwork) -> [(String, QuantisedLayer)] {
    [("hidden", network.hidden), ("output", network.output)]
  }

  // MARK: JSON

  var json: JSONValue {
    [
      "tool_version": .string(HostTool.version), "group": .string(groups.rawValue),
      "methods": .array(results.indices.map(json)),
      "float_ideal_accuracy": accuracies.map { .number($0.ideal) } ?? .null,
      "split": accuracies.map { .string($0.split.rawValue) } ?? .null,
      "samples": accuracies.map { .integer($0.samples) } ?? .null,
    ]
  }

  private func json(_ index: Int) -> JSONValue {
    let (method, network) = results[index]
    var value: JSONValue = [
      "method": .string(method.rawValue),
      "weights_sha256": .string(network.stored.masters.sha256),
      "layers": .array(Self.layers(network).map(json)),
    ]
    guard let accuracies else { return value }
    let onChips = accuracies.onChips[index]
    let distribution = Distribution(onChips)
    value.append([
      "accuracy_mean": .number(distribution.mean), "accuracy_std": .number(distribution.deviation),
      "chips": .array(
        zip(accuracies.chipSeeds, onChips).map {
          ["chip_seed": .unsigned($0), "accuracy": .number($1)]
        }),
    ])
    return value
  }

  private func json(_ name: String, _ layer: QuantisedLayer) -> JSONValue {
    let errors = layer.errors
    return [
      "layer": .string(name), "sources": .integer(layer.original.sourceCount),
      "neurons": .integer(layer.original.neuronCount),
      "range_min": .number(layer.ranges.min() ?? 0), "range_max": .number(layer.ranges.max() ?? 0),
      "error_max": .number(errors.largest), "error_rms": .number(errors.rootMeanSquare),
      "error_relative": .number(errors.relative), "clipped": .integer(layer.clippedCount),
      "vanished": .integer(errors.vanished), "codes_used": .integer(errors.codesUsed),
    ]
  }

  // MARK: Text

  var lines: [String] {
    var lines = [
      Self.row(
        "layer", "method", "range", "largest error", "rms", "relative", "clipped", "to zero",
        "codes")
    ]
    for (method, network) in results {
      for (name, layer) in Self.layers(network) {
        let errors = layer.errors
        lines.append(
          Self.row(
            name, method.rawValue, Self.range(layer.ranges), Self.decimal(errors.largest),
            Self.decimal(errors.rootMeanSquare),
            ProgressLine.decimal(100 * errors.relative, 3) + " %", "\(layer.clippedCount)",
            "\(errors.vanished)", "\(errors.codesUsed)"))
      }
    }
    guard let accuracies else { return lines }
    lines.append(
      "\(accuracies.split.rawValue) accuracy of the real-valued network, ideal: "
        + TrainingSummary.percent(accuracies.ideal))
    for (index, result) in results.enumerated() {
      let chips = Distribution(accuracies.onChips[index])
      lines.append(
        "\(accuracies.split.rawValue) accuracy of \(result.0.rawValue) on "
          + "\(chips.values.count) chip\(chips.values.count == 1 ? "" : "s"): "
          + "\(TrainingSummary.percent(chips.mean)) +- "
          + "\(TrainingSummary.percent(chips.deviation)), lowest "
          + TrainingSummary.percent(chips.quantile(0)))
    }
    return lines
  }

  private static func row(_ columns: String...) -> String {
    let widths = [8, 9, 18, 14, 10, 10, 8, 8, 6]
    return zip(columns, widths).enumerated().map { index, column in
      index < 2 ? TextTable.left(column.0, column.1) : TextTable.right(column.0, column.1)
    }.joined()
  }

  private static func decimal(_ value: Double) -> String { ProgressLine.decimal(value, 5) }

  private static func range(_ ranges: [Double]) -> String {
    let low = ProgressLine.decimal(ranges.min() ?? 0, 3)
    let high = ProgressLine.decimal(ranges.max() ?? 0, 3)
    return low == high ? high : "\(low) - \(high)"
  }
}
