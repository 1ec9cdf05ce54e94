import ChipDescription
import ChipGeometry
import SpikeTrace

/// Rates and distances of two traces as text and as JSON.
struct StatisticsReport {
  let options: DiffOptions
  let result: TraceStatisticsResult
  let names: [SpikeTraceHeader.SourceName]

  typealias Figures = TraceStatisticsResult.Figures

  /// Whether rates and thresholds let the traces pass.
  var isEqual: Bool { !result.differsInRate && exceeded.isEmpty }

  private var exceeded: [DistanceThreshold] {
    options.thresholds.filter { $0.value(result.total) ?? 0 > $0.limit }
  }

  private var level: Double { options.statistics?.level ?? 0 }
  private var differingCount: Int { result.sources.count { $0.figures.differsInRate } }

  var text: String {
    let total = result.total
    var text = "\nrates: \(differingCount) of \(result.sources.count) sources differ, "
    text += "\(total.leftCount) and \(total.rightCount) events in all "
    text += total.differsInRate ? "differ" : "do not"
    text += " (level \(level), p of the total \(Self.probability(total.rateProbability)))\n"
    if let distances = total.distances, let window = result.windowTicks {
      text += "distances, ticks \(window.lowerBound) to \(window.upperBound): "
      text += "Victor-Purpura \(Self.decimal(distances.victorPurpura)) "
      text += "(\(Self.decimal(total.victorPurpuraPerSpike)) per spike), "
      text += "van Rossum \(Self.decimal(distances.vanRossum)) "
      text += "(\(Self.decimal(total.vanRossumPerRootSpike)) per root of the spikes), "
      text += "ISI \(Self.decimal(distances.isi)), SPIKE \(Self.decimal(distances.spike))\n"
    }
    text += table
    guard options.isStatistical else { return text }
    text += "statistically \(isEqual ? "equal" : "different")"
    let reasons =
      (result.differsInRate ? ["rates"] : [])
      + exceeded.map {
        "\($0.distance.rawValue) \(Self.decimal($0.value(result.total))) above \($0.limit)"
      }
    return text + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: ", ")) + "\n"
  }

  /// A line for each source whose rate differs, or for all.
  private var table: String {
    let shown = result.sources.filter { options.showsSources || $0.figures.differsInRate }
    guard !shown.isEmpty else { return "" }
    let hasDistances = result.total.distances != nil
    var heads = ["A", "B", "p"]
    if hasDistances { heads += ["VP", "Rossum", "ISI", "SPIKE"] }
    let rows = shown.map { source in
      let figures = source.figures
      var row = ["\(figures.leftCount)", "\(figures.rightCount)"]
      row.append(Self.probability(figures.rateProbability) + (figures.differsInRate ? "*" : " "))
      if let distances = figures.distances {
        row += [distances.victorPurpura, distances.vanRossum, distances.isi, distances.spike]
          .map(Self.decimal)
      }
      return row
    }
    let widths = heads.indices.map { column in
      max(heads[column].count, rows.map { $0[column].count }.max() ?? 0)
    }
    func line(_ cells: [String], _ end: String) -> String {
      zip(cells, widths).map { "  " + TextTable.right($0, $1) }.joined() + "  \(end)\n"
    }
    return line(heads, "source")
      + zip(rows, shown).map { line($0, name(of: $1.source)) }.joined()
  }

  private func name(of source: SpikeEventSource) -> String {
    let flags = EventFlagNames.text(source.flags)
    let name = names.first { $0.label == source.label.rawValue }?.name ?? ""
    return [DiffReport.label(source.label), flags, name].filter { !$0.isEmpty }
      .joined(separator: " ")
  }

  private static func decimal(_ value: Double?) -> String { FixedPoint.text(value ?? 0, digits: 4) }

  private static func probability(_ value: Double) -> String {
    value < 0.0001 ? "<0.0001" : FixedPoint.text(value, digits: 4)
  }
}

extension StatisticsReport {
  var json: JSONValue {
    let perMicrosecond = Double(ClockTime.ticksPerMicrosecond)
    let statistics = options.statistics ?? TraceStatistics()
    return [
      "equal": options.isStatistical ? .bool(isEqual) : .null,
      "level": .number(level),
      "rates_differ": .bool(result.differsInRate),
      "sources_with_different_rates": .integer(differingCount),
      "window_ticks": result.windowTicks.map {
        .array([.unsigned($0.lowerBound), .unsigned($0.upperBound)])
      } ?? .null,
      "cost_per_us": .number(statistics.shiftCostPerTick * perMicrosecond),
      "tau_us": .number(statistics.timeConstantTicks / perMicrosecond),
      "total": .object(members(result.total)),
      "thresholds": .array(
        options.thresholds.map {
          [
            "name": .string($0.distance.rawValue), "limit": .number($0.limit),
            "value": .number($0.value(result.total) ?? 0),
            "exceeded": .bool($0.value(result.total) ?? 0 > $0.limit),
          ]
        }),
      "sources": .array(
        result.sources.map { source in
          let name = names.first { $0.label == source.source.label.rawValue }?.name
          return .object(
            [
              JSONValue.Member("label", .integer(Int(source.source.label.rawValue))),
              JSONValue.Member("flags", .integer(Int(source.source.flags.rawValue))),
              JSONValue.Member("name", name.map { .string($0) } ?? .null),
            ] + members(source.figures))
        }),
    ]
  }

  private func members(_ figures: Figures) -> [JSONValue.Member] {
    func number(_ key: String, _ value: Double?) -> JSONValue.Member {
      JSONValue.Member(key, value.map { .number($0) } ?? .null)
    }
    return [
      JSONValue.Member("left_events", .unsigned(figures.leftCount)),
      JSONValue.Member("right_events", .unsigned(figures.rightCount)),
      number("rate_p", figures.rateProbability),
      JSONValue.Member("rate_differs", .bool(figures.differsInRate)),
      number("victor_purpura", figures.distances?.victorPurpura),
      number("victor_purpura_per_spike", figures.victorPurpuraPerSpike),
      number("van_rossum", figures.distances?.vanRossum),
      number("van_rossum_per_root_spike", figures.vanRossumPerRootSpike),
      number("isi", figures.distances?.isi),
      number("spike", figures.distances?.spike),
    ]
  }
}
