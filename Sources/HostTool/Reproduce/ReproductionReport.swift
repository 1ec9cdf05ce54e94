import ChipDescription
import Learning

/// What an experiment brought, as text, JSON and CSV.
struct ReproductionReport: Sendable {
  let name: Experiment.Name
  let scale: Experiment.Scale
  let experiment: Experiment
  let identities: [String]
  let results: [CellResult]

  // MARK: Text

  var text: String {
    var head = "\(name.rawValue): \(experiment.cells.count) cells"
    if scale.isQuick { head += ", quick: fewer epochs, chips and points" }
    if let epochs = scale.epochs { head += ", \(epochs) epochs instead of the schedule's" }
    if let samples = scale.samples { head += ", only \(samples) samples of each split" }
    head += "\n"
    return head + experiment.tables.map { "\n" + text($0) }.joined()
  }

  private func text(_ table: ResultTable) -> String {
    var lines: [[String]] = [
      [table.subject, "published", "ours", "n", "difference"]
        + table.further.map(Self.heading) + ["published for"]
    ]
    for row in table.rows {
      let own = row.spread(row.measure, results)
      var cells = [row.label]
      cells.append(
        row.published.map { Self.number($0.value, $0.deviation, row.measure) } ?? "-")
      cells.append(
        own.map { Self.number($0.mean, $0.count > 1 ? $0.deviation : nil, row.measure) } ?? "-")
      cells.append("\(own?.count ?? 0)")
      cells.append(difference(row, own))
      for measure in table.further {
        cells.append(row.spread(measure, results).map { Self.number($0.mean, nil, measure) } ?? "-")
      }
      cells.append(row.published?.note ?? "")
      lines.append(cells)
    }
    var text = table.title + "\n" + Self.aligned(lines)
    for ratio in table.ratios {
      let value = ratio.value(table, results).map { ProgressLine.decimal($0, 1) } ?? "-"
      text += "\(ratio.label): \(value) (published: \(ratio.published))\n"
    }
    return text
  }

  private func difference(_ row: ResultTable.Row, _ own: Spread?) -> String {
    guard let published = row.published, let own else { return "-" }
    let scale = row.measure.isAccuracy ? 100.0 : 1
    let text = ProgressLine.decimal(scale * (own.mean - published.value), 2)
    return text.hasPrefix("-") ? text : "+" + text
  }

  private static func heading(_ measure: CellResult.Measure) -> String {
    switch measure {
    case .trainAccuracy: "train"
    case .validationAccuracy: "validation"
    case .testAccuracy: "test"
    case .spikesPerSample: "spikes"
    case .cyclesPerSample: "cycles"
    case .bytesPerSample: "bytes"
    case .jitter: "jitter"
    case .otherChips: "other chips"
    }
  }

  /// `97.31 +- 0.46 %`, or a plain number.
  static func number(
    _ value: Double, _ deviation: Double?, _ measure: CellResult.Measure
  ) -> String {
    let isAccuracy = measure.isAccuracy
    let scale = isAccuracy ? 100.0 : 1
    let digits = isAccuracy ? 2 : measure == .jitter ? 4 : measure == .spikesPerSample ? 1 : 0
    let spread = deviation.map { " +- " + ProgressLine.decimal(scale * $0, digits) } ?? ""
    return ProgressLine.decimal(scale * value, digits) + spread + (isAccuracy ? " %" : "")
  }

  /// First and last column to the left, the others to the right.
  private static func aligned(_ rows: [[String]]) -> String {
    let count = rows.first?.count ?? 0
    let widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, text in
        let isLeft = column == 0 || column == count - 1
        return isLeft
          ? TextTable.left(text, widths[column]) : TextTable.right(text, widths[column])
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

// MARK: JSON and CSV

extension ReproductionReport {
  var json: JSONValue {
    [
      "tool_version": .string(HostTool.version), "experiment": .string(name.rawValue),
      "quick": .bool(scale.isQuick), "tables": .array(experiment.tables.map(json)),
      "common_settings": .object(
        commonSettings.map { JSONValue.Member($0.name, .string($0.value)) }),
      "cells": .array(experiment.cells.indices.map(cell)),
    ]
  }

  private func json(_ table: ResultTable) -> JSONValue {
    let rows = table.rows.map { row -> JSONValue in
      let own = row.spread(row.measure, results)
      var members: [JSONValue.Member] = [
        .init("label", .string(row.label)), .init("measure", .string(row.measure.rawValue)),
        .init("published", Self.optional(row.published?.value)),
        .init("published_std", Self.optional(row.published?.deviation)),
        .init("published_for", row.published.map { .string($0.note) } ?? .null),
        .init("mean", Self.optional(own?.mean)), .init("std", Self.optional(own?.deviation)),
        .init("lowest", Self.optional(own?.lowest)), .init("count", .integer(own?.count ?? 0)),
        .init("cells", .array(row.cells.map { .integer($0) })),
      ]
      for measure in table.further {
        members.append(
          .init(
            measure.rawValue + "_mean", Self.optional(row.spread(measure, results)?.mean)))
      }
      return .object(members)
    }
    let ratios = table.ratios.map { ratio -> JSONValue in
      [
        "label": .string(ratio.label), "published": .string(ratio.published),
        "value": Self.optional(ratio.value(table, results)),
      ]
    }
    return [
      "title": .string(table.title), "rows": .array(rows), "ratios": .array(ratios),
    ]
  }

  private static func optional(_ value: Double?) -> JSONValue {
    value.map { .number($0) } ?? .null
  }

  private func cell(_ index: Int) -> JSONValue {
    let (cell, result) = (experiment.cells[index], results[index])
    var members: [JSONValue.Member] = [
      .init("name", .string(cell.name)), .init("identity", .string(identities[index])),
      .init("program", cell.program.map { .string($0.name) } ?? .null),
      .init("program_sha256", cell.program.map { .string($0.sha256) } ?? .null),
      .init(
        "begins_with", cell.predecessor.map { .string(identities[$0]) } ?? .null),
      .init(
        "settings",
        .object(
          settings(cell, varyingSettings).filter { $0.value != "" }
            .map { .init($0.name, .string($0.value)) })),
    ]
    for measure in CellResult.Measure.allCases where measure != .otherChips {
      members.append(.init(measure.rawValue, Self.optional(result.values(measure).first)))
    }
    members += [
      .init("other_chips_test_accuracy", .array((result.otherChips ?? []).map { .number($0) })),
      .init("analog_reads", result.analogReads.map { .unsigned($0) } ?? .null),
      .init("weights_sha256", result.weightsSHA256.map { .string($0) } ?? .null),
      .init("delays_sha256", result.delaysSHA256.map { .string($0) } ?? .null),
    ]
    return .object(members)
  }

  /// A line for each cell; settings that all cells share are only in the JSON file.
  var csv: String {
    let varying = varyingSettings
    var lines = [
      ["cell", "identity", "program", "program_sha256"] + varying
        + CellResult.Measure.allCases.map(\.rawValue) + ["weights_sha256", "delays_sha256"]
    ]
    for (index, cell) in experiment.cells.enumerated() {
      let result = results[index]
      // Without commas inside: not every reader knows quotes.
      let name = cell.name.replacing(",", with: ";")
      var line = [name, identities[index], cell.program?.name, cell.program?.sha256]
      line += settings(cell, varying).map(\.value)
      line += CellResult.Measure.allCases.map { measure in
        result.values(measure).map { "\($0)" }.joined(separator: " ")
      }
      line += [result.weightsSHA256, result.delaysSHA256]
      lines.append(line.map { $0 ?? "" })
    }
    return lines.map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { ",\"\n".contains($0) }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }

  // MARK: Settings

  // Cells of different work have different settings: those that a cell lacks do not count.

  /// All names of settings, in the order in which they first appear.
  private var settingNames: [String] {
    var names: [String] = []
    var known: Set<String> = []
    for cell in experiment.cells {
      for setting in cell.settings where known.insert(setting.name).inserted {
        names.append(setting.name)
      }
    }
    return names
  }

  private func values(_ name: String) -> [String?] {
    experiment.cells.map { cell in cell.settings.last { $0.name == name }?.value }
  }

  private var varyingSettings: [String] {
    settingNames.filter { name in
      let values = values(name).compactMap { $0 }
      return values.contains { $0 != values[0] }
    }
  }

  private var commonSettings: [(name: String, value: String)] {
    settingNames.compactMap { name in
      let values = values(name).compactMap { $0 }
      guard let first = values.first, values.allSatisfy({ $0 == first }) else { return nil }
      return (name, first)
    }
  }

  private func settings(
    _ cell: ExperimentCell, _ names: [String]
  ) -> [(name: String, value: String)] {
    names.map { name in (name, cell.settings.last { $0.name == name }?.value ?? "") }
  }
}
