import ChipDescription
import ChipGeometry
import SpikeTrace

extension DiffReport {
  var json: JSONValue { .object(members) }

  var members: [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      JSONValue.Member("equal", .bool(isEqual)),
      JSONValue.Member("events_equal", .bool(comparison.isEqual)),
      JSONValue.Member(
        "tolerance_ticks", comparison.toleranceTicks.map { .unsigned($0) } ?? .null),
      JSONValue.Member(
        "left", ["file": .string(left), "events": .unsigned(comparison.leftCount)]),
      JSONValue.Member(
        "right", ["file": .string(right), "events": .unsigned(comparison.rightCount)]),
    ]
    for (key, value) in [
      ("matched", comparison.matched), ("missing", comparison.missing),
      ("extra", comparison.extra), ("shifted", comparison.shifted),
      ("max_shift_ticks", comparison.maxShiftTicks),
      ("total_shift_ticks", comparison.totalShiftTicks),
      ("reordered_ticks", comparison.reorderedTicks),
    ] {
      members.append(JSONValue.Member(key, .unsigned(value)))
    }
    return members + [
      JSONValue.Member(
        "first_divergence",
        comparison.firstDivergence.map { .object(Self.members($0, comparison)) } ?? .null),
      JSONValue.Member(
        "divergences", .array(comparison.divergences.map { .object(Self.members($0, comparison)) })),
      JSONValue.Member("statistics", statistics?.json ?? .null),
      JSONValue.Member(
        "header_differences",
        .array(
          comparison.headerDifferences.map {
            [
              "field": .string($0.field), "left": $0.left.map { .string($0) } ?? .null,
              "right": $0.right.map { .string($0) } ?? .null,
            ]
          })),
    ]
  }

  static func members(
    _ divergence: TraceComparison.Divergence, _ comparison: TraceComparison
  ) -> [JSONValue.Member] {
    func entry(_ event: SpikeEvent?) -> JSONValue {
      guard let event else { return .null }
      return [
        "tick": .unsigned(event.tick), "label": .integer(Int(event.label.rawValue)),
        "flags": .integer(Int(event.flags.rawValue)),
      ]
    }
    return [
      JSONValue.Member("tick", .unsigned(divergence.tick)),
      JSONValue.Member("label", .integer(Int(divergence.label.rawValue))),
      JSONValue.Member("name", comparison.name(divergence.label).map { .string($0) } ?? .null),
      JSONValue.Member("index", divergence.index.map { .unsigned($0) } ?? .null),
      JSONValue.Member("left", entry(divergence.left)),
      JSONValue.Member("right", entry(divergence.right)),
    ]
  }
}
