import ChipDescription
import ChipGeometry
import SpikeTrace

/// A comparison as text and as JSON.
struct DiffReport {
  let left: String
  let right: String
  let options: DiffOptions
  let comparison: TraceComparison
  /// Nil if nobody asked.
  let statistics: StatisticsReport?

  /// Compares two files.
  init(_ left: String, _ right: String, _ options: DiffOptions) throws(TraceError) {
    self.left = left
    self.right = right
    self.options = options
    let comparison = try options.diff.compare(left, right)
    self.comparison = comparison
    guard let wanted = options.statistics else {
      statistics = nil
      return
    }
    statistics = StatisticsReport(
      options: options, result: try wanted.compare(left, right), names: comparison.sourceNames)
  }

  /// Whether the exit status is 0.
  var isEqual: Bool {
    let isSame = options.isStatistical ? statistics?.isEqual ?? true : comparison.isEqual
    return isSame && (!options.countsHeader || relevantDifferences.isEmpty)
  }

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
    for (number, divergence) in comparison.divergences.enumerated() {
      text += number > 0 ? "\n" : ""
      text += self.text(divergence, number == 0 ? "first divergence" : "divergence \(number + 1)")
    }
    if let statistics { text += statistics.text }
    return text
  }

  private func text(_ divergence: TraceComparison.Divergence, _ title: String) -> String {
    let name = comparison.name(divergence.label).map { " \($0)" } ?? ""
    var text = "\(title) at tick \(divergence.tick) (\(Self.microseconds(divergence.tick)) µs), "
    text += "label \(Self.label(divergence.label))\(name)"
    text += divergence.index.map { ", entry \($0)\n" } ?? "\n"
    if options.isSideBySide {
      return text + SideBySide(comparison, divergence).text(left, right)
    }
    text += "  \(left): \(line(divergence.left, in: divergence))\n"
    text += "  \(right): \(line(divergence.right, in: divergence))\n"
    text += excerpt(left, divergence.leftExcerpt, divergence.left, divergence)
    return text + excerpt(right, divergence.rightExcerpt, divergence.right, divergence)
  }

  /// The comparison of the events in a line.
  var verdict: String {
    let within =
      comparison.toleranceTicks.map { " within \($0) tick\($0 == 1 ? "" : "s")" } ?? ""
    var text: String
    if comparison.isEqual {
      let isHeaderDifferent = options.countsHeader && !relevantDifferences.isEmpty
      text = "\(isHeaderDifferent ? "headers differ, events equal" : "equal")\(within): "
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
    _ file: String, _ excerpt: TraceComparison.Excerpt, _ marked: SpikeEvent?,
    _ divergence: TraceComparison.Divergence
  ) -> String {
    guard !excerpt.events.isEmpty else { return "" }
    let width = String(excerpt.firstIndex + UInt64(excerpt.events.count)).count
    var text = "\n\(file)\n"
    var isMarked = false
    for (offset, event) in excerpt.events.enumerated() {
      let index = excerpt.firstIndex + UInt64(offset)
      let isHere = divergence.index.map { $0 == index } ?? (event == marked)
      text += isHere && !isMarked ? "> " : "  "
      isMarked = isMarked || isHere
      text += TextTable.right(String(index), width) + "  \(comparison.line(event))\n"
    }
    return text
  }

  private func line(
    _ event: SpikeEvent?, in divergence: TraceComparison.Divergence
  ) -> String {
    guard let event else {
      return divergence.index == nil ? "(nothing that matches)" : "(the end)"
    }
    return comparison.line(event)
  }

  static func microseconds(_ tick: UInt64) -> String {
    let perMicrosecond = ClockTime.ticksPerMicrosecond
    let fraction = String(1000 + tick % perMicrosecond * 1000 / perMicrosecond).dropFirst()
    return "\(tick / perMicrosecond).\(fraction)"
  }

  static func label(_ label: EventLabel) -> String {
    let digits = String(label.rawValue, radix: 16)
    return "0x" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}

extension TraceComparison {
  /// The name of a label, nil if no header has one.
  func name(_ label: EventLabel) -> String? {
    sourceNames.first { $0.label == label.rawValue }?.name
  }

  /// `1310 0x003 neuron  hidden[3]`
  func line(_ event: SpikeEvent) -> String {
    let flags = EventFlagNames.text(event.flags)
    let name = name(event.label).map { "  \($0)" } ?? ""
    return
      "\(event.tick) \(DiffReport.label(event.label))\(flags.isEmpty ? "" : " " + flags)\(name)"
  }
}
