import ChipDescription
import ChipGeometry
import SpikeTrace

extension Command {
  static let diff = Command(
    name: "diff",
    summary: "compare two spike traces",
    discussion: """
      Without options the events must be the same entry by entry: tick, label, flags and the order of
      simultaneous events. With a tolerance the spikes of each source are matched one to one, in the
      order of time, as many as possible and with the smallest sum of shifts. The first divergence is
      printed with the events around it. A tick is 8 ns.

      Headers are compared and their differences printed, but they do not make traces different
      unless --header is given. Exit status: 0 the same, 1 different, 2 a file cannot be read.
      """,
    positionals: [
      .one("A", "a trace, text or binary"),
      .one("B", "the trace to compare it with"),
    ],
    options: [
      .value("--tolerance-ticks", "N", "match spikes that are at most N ticks apart"),
      .flag("--header", "different headers count too, except for tool and tool_version"),
      .value("--context", "N", "events to print before and after the first divergence (default 3)"),
      .json,
    ],
    examples: [
      "ranvier diff before.trace after.trace",
      "ranvier diff chip.trace simulated.trace --tolerance-ticks 12 --json",
    ],
    run: { invocation in
      let arguments = invocation.arguments
      let tolerance = try arguments.integer("--tolerance-ticks", in: 0...Int(UInt32.max))
      var diff = TraceDiff(toleranceTicks: tolerance.map(UInt64.init))
      diff.contextCount = try arguments.integer("--context", in: 0...1000) ?? diff.contextCount
      let (left, right) = (arguments.positional("A"), arguments.positional("B"))
      let comparison = try diff.compare(left, right)
      let report = DiffReport(
        left: left, right: right, comparison: comparison,
        countsHeader: arguments.flag("--header"))
      if invocation.wantsJSON {
        invocation.print(report.json)
      } else {
        invocation.output.write(report.text)
      }
      return report.isEqual ? .done : .checkFailed
    })
}

/// A comparison as text and as JSON.
struct DiffReport {
  let left: String
  let right: String
  let comparison: TraceComparison
  /// Whether headers must be the same too.
  let countsHeader: Bool

  var isEqual: Bool { comparison.isEqual && (!countsHeader || relevantDifferences.isEmpty) }

  private var relevantDifferences: [HeaderDifference] {
    comparison.headerDifferences.filter { $0.field != "tool" && $0.field != "tool_version" }
  }

  var text: String {
    var text = ""
    for difference in comparison.headerDifferences {
      text += "header: \(difference.field): "
      text += "\(difference.left ?? "(none)") | \(difference.right ?? "(none)")\n"
    }
    text += verdict + "\n"
    guard let divergence = comparison.firstDivergence else { return text }
    let name = name(divergence.label).map { " \($0)" } ?? ""
    text += "first divergence at tick \(divergence.tick) (\(microseconds(divergence.tick)) µs), "
    text += "label \(Self.label(divergence.label))\(name)"
    text += divergence.index.map { ", entry \($0)\n" } ?? "\n"
    text += "  \(left): \(line(divergence.left))\n"
    text += "  \(right): \(line(divergence.right))\n"
    text += excerpt(left, divergence.leftExcerpt, divergence.left)
    text += excerpt(right, divergence.rightExcerpt, divergence.right)
    return text
  }

  /// The name of a label, nil if no header has one.
  private func name(_ label: EventLabel) -> String? {
    comparison.sourceNames.first { $0.label == label.rawValue }?.name
  }

  private var verdict: String {
    let within =
      comparison.toleranceTicks.map { " within \($0) tick\($0 == 1 ? "" : "s")" } ?? ""
    var text: String
    if comparison.isEqual {
      text = "\(isEqual ? "equal" : "headers differ, events equal")\(within): "
      text += "\(comparison.matched) events"
    } else {
      text = "different\(within): \(comparison.matched) matched, "
      text += "\(comparison.missing) missing, \(comparison.extra) extra"
    }
    if comparison.shifted > 0 {
      text += ", \(comparison.shifted) shifted by up to \(comparison.maxShiftTicks)"
    }
    if comparison.reorderedTicks > 0 {
      text += ", another order at \(comparison.reorderedTicks) tick"
      text += comparison.reorderedTicks == 1 ? "" : "s"
    }
    return text
  }

  private func excerpt(
    _ file: String, _ excerpt: TraceComparison.Excerpt, _ marked: SpikeEvent?
  ) -> String {
    guard !excerpt.events.isEmpty else { return "" }
    let width = String(excerpt.firstIndex + UInt64(excerpt.events.count)).count
    var text = "\n\(file)\n"
    var isMarked = false
    for (offset, event) in excerpt.events.enumerated() {
      let index = excerpt.firstIndex + UInt64(offset)
      let isHere = comparison.firstDivergence?.index.map { $0 == index } ?? (event == marked)
      let number = String(index)
      text += isHere && !isMarked ? "> " : "  "
      isMarked = isMarked || isHere
      text += String(repeating: " ", count: width - number.count) + "\(number)  \(line(event))\n"
    }
    return text
  }

  private func line(_ event: SpikeEvent?) -> String {
    guard let event else {
      return comparison.toleranceTicks == nil ? "(the end)" : "(nothing that matches)"
    }
    let flags = EventFlagNames.text(event.flags)
    let name = name(event.label).map { "  \($0)" } ?? ""
    return "\(event.tick) \(Self.label(event.label))\(flags.isEmpty ? "" : " " + flags)\(name)"
  }

  private func microseconds(_ tick: UInt64) -> String {
    let perMicrosecond = ClockTime.ticksPerMicrosecond
    let fraction = String(1000 + tick % perMicrosecond * 1000 / perMicrosecond).dropFirst()
    return "\(tick / perMicrosecond).\(fraction)"
  }

  static func label(_ label: EventLabel) -> String {
    let digits = String(label.rawValue, radix: 16)
    return "0x" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}

extension DiffReport {
  var json: JSONValue {
    [
      "equal": .bool(isEqual),
      "tolerance_ticks": comparison.toleranceTicks.map { .unsigned($0) } ?? .null,
      "left": ["file": .string(left), "events": .unsigned(comparison.leftCount)],
      "right": ["file": .string(right), "events": .unsigned(comparison.rightCount)],
      "matched": .unsigned(comparison.matched),
      "missing": .unsigned(comparison.missing),
      "extra": .unsigned(comparison.extra),
      "shifted": .unsigned(comparison.shifted),
      "max_shift_ticks": .unsigned(comparison.maxShiftTicks),
      "total_shift_ticks": .unsigned(comparison.totalShiftTicks),
      "reordered_ticks": .unsigned(comparison.reorderedTicks),
      "first_divergence": comparison.firstDivergence.map(json) ?? .null,
      "header_differences": .array(
        comparison.headerDifferences.map {
          [
            "field": .string($0.field), "left": $0.left.map { .string($0) } ?? .null,
            "right": $0.right.map { .string($0) } ?? .null,
          ]
        }),
    ]
  }

  private func json(_ divergence: TraceComparison.Divergence) -> JSONValue {
    func entry(_ event: SpikeEvent?) -> JSONValue {
      guard let event else { return .null }
      return [
        "tick": .unsigned(event.tick), "label": .integer(Int(event.label.rawValue)),
        "flags": .integer(Int(event.flags.rawValue)),
      ]
    }
    return [
      "tick": .unsigned(divergence.tick),
      "label": .integer(Int(divergence.label.rawValue)),
      "name": name(divergence.label).map { .string($0) } ?? .null,
      "index": divergence.index.map { .unsigned($0) } ?? .null,
      "left": entry(divergence.left),
      "right": entry(divergence.right),
    ]
  }
}
