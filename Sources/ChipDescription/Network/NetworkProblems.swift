import AnalogCore
import ChipGeometry

// What is wrong with a network although each of its fields is right.

extension NetworkDescription {
  public func problem() -> DescriptionProblem? {
    nameProblem() ?? stimulusProblem()
      ?? projections.indices.lazy.compactMap { projectionProblem($0) }.first
  }

  private func nameProblem() -> DescriptionProblem? {
    var seen: Set<String> = []
    let names =
      populations.indices.map { ("populations[\($0)].name", populations[$0].name) }
      + stimuli.indices.map { ("stimuli[\($0)].name", stimuli[$0].name) }
    for (path, name) in names where !seen.insert(name).inserted {
      return DescriptionProblem(path, "the name '\(name)' is given twice")
    }
    return nil
  }

  /// Host events of a stimulus that are kept at a time.
  private static let maximumEventCount = 2e7

  private func eventCount(_ stimulus: Stimulus) -> Double {
    Double(stimulus.size) * (Double(durationTicks) / Double(stimulus.periodTicks)).rounded(.up)
  }

  private func stimulusProblem() -> DescriptionProblem? {
    let plain = Stimulus()
    for (index, stimulus) in stimuli.enumerated() {
      let path = "stimuli[\(index)]"
      if stimulus.kind == .file, stimulus.file.isEmpty {
        return DescriptionProblem(path, "'file' is missing, expected the path of a trace or table")
      }
      let count = eventCount(stimulus)
      if stimulus.kind == .regular, count > Self.maximumEventCount {
        return DescriptionProblem(
          path,
          "found \(FieldType.text(count)) regular events within the duration, expected at most "
            + FieldType.text(Self.maximumEventCount))
      }
      let strange = [
        ("file", stimulus.file != plain.file, Stimulus.Kind.file),
        ("rate", stimulus.rate != plain.rate, .poisson),
        ("seed", stimulus.seed != plain.seed, .poisson),
        ("start", stimulus.startTicks != plain.startTicks, .regular),
        ("period", stimulus.periodTicks != plain.periodTicks, .regular),
        ("stagger", stimulus.staggerTicks != plain.staggerTicks, .regular),
      ].first { $0.1 && $0.2 != stimulus.kind }
      if let strange {
        return DescriptionProblem("\(path).\(strange.0)", "is for stimuli of another kind")
      }
    }
    return nil
  }

  private func projectionProblem(_ index: Int) -> DescriptionProblem? {
    let projection = projections[index]
    let path = "projections[\(index)]"
    let targets = populations.map(\.name)
    let sources = targets + stimuli.map(\.name)
    guard let sourceCount = size(of: projection.source) else {
      return DescriptionProblem(
        "\(path).source", "there is no population or stimulus '\(projection.source)'",
        hint: Spelling.suggestion(for: projection.source, among: sources))
    }
    guard let targetCount = population(projection.target)?.size else {
      return DescriptionProblem(
        "\(path).target", "there is no population '\(projection.target)'",
        hint: Spelling.suggestion(for: projection.target, among: targets))
    }
    if projection.connectivity == .oneToOne, sourceCount != targetCount {
      return DescriptionProblem(
        path,
        "one-to-one: '\(projection.source)' has \(sourceCount) members, "
          + "'\(projection.target)' \(targetCount)")
    }
    let isRecurrent = projection.source == projection.target && !projection.hasSelfConnections
    let most = sourceCount - (isRecurrent ? 1 : 0)
    if projection.connectivity == .random, projection.fanIn > most {
      return DescriptionProblem(
        "\(path).fan_in",
        "found \(projection.fanIn), '\(projection.source)' has \(most) members "
          + "to choose from")
    }
    if projection.connectivity != .list, !projection.connections.isEmpty {
      return DescriptionProblem("\(path).connections", "is for the connectivity list")
    }
    return weightProblem(projection, path, projection.weight, "\(path).weight")
      ?? projection.connections.indices.lazy.compactMap { number in
        connectionProblem(
          projection, "\(path).connections[\(number)]", projection.connections[number],
          sourceCount, targetCount)
      }.first
  }

  private func connectionProblem(
    _ projection: Projection, _ path: String, _ connection: Connection, _ sourceCount: Int,
    _ targetCount: Int
  ) -> DescriptionProblem? {
    if connection.source >= sourceCount {
      return DescriptionProblem(
        "\(path).source",
        "found \(connection.source), '\(projection.source)' has members 0 to "
          + "\(sourceCount - 1)")
    }
    if connection.target >= targetCount {
      return DescriptionProblem(
        "\(path).target",
        "found \(connection.target), '\(projection.target)' has members 0 to "
          + "\(targetCount - 1)")
    }
    return weightProblem(projection, path, connection.weight, "\(path).weight")
  }

  private func weightProblem(
    _ projection: Projection, _ owner: String, _ weight: Double, _ path: String
  ) -> DescriptionProblem? {
    guard code(weight, projection) == nil else { return nil }
    let found = "found \(FieldType.text(weight)), expected "
    guard projection.weightUnit == .thresholds,
      let neuron = population(projection.target)?.parameters
    else { return DescriptionProblem(path, found + "a whole number of codes from -63 to 63") }
    return DescriptionProblem(
      path,
      found + "-\(FieldType.text(neuron.inhibitoryGain)) to "
        + "\(FieldType.text(neuron.excitatoryGain)) thresholds, the gains of '\(projection.target)'"
    )
  }
}
