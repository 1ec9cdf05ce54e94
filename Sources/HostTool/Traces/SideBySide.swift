import ChipGeometry
import SpikeTrace

/// The events around a divergence in two columns.
struct SideBySide {
  struct Row: Equatable {
    var left: SpikeEvent?
    var right: SpikeEvent?
    /// A blank for equal events, `~` for shifted ones, `<` and `>` for events on one side only, `|` for
    /// the entries at which an exact comparison diverges.
    var mark: Character

    fileprivate var tick: UInt64 {
      min(left?.tick ?? .max, right?.tick ?? .max)
    }
  }

  private let comparison: TraceComparison
  private(set) var rows: [Row]

  init(_ comparison: TraceComparison, _ divergence: TraceComparison.Divergence) {
    self.comparison = comparison
    let left = divergence.leftExcerpt.events
    let right = divergence.rightExcerpt.events
    let tolerance = comparison.toleranceTicks
    let rows =
      tolerance.map { Self.paired(left, right, divergence, $0) }
      ?? Self.merged(left, right, divergence)
    // An event at the edge of an excerpt may have its partner outside of the other one.
    let ticks = Self.commonTicks(comparison, divergence)
    let slack = tolerance ?? 0
    self.rows = rows.filter { row in
      if row.left != nil && row.right != nil { return true }
      let isHere = row.left.map { $0 == divergence.left } ?? (row.right == divergence.right)
      return isHere
        || row.tick >= ticks.lowerBound + slack && row.tick + slack <= ticks.upperBound
    }
  }

  /// The columns under the names of the files.
  func text(_ leftName: String, _ rightName: String) -> String {
    let lefts = rows.map { $0.left.map(comparison.line) ?? "" }
    let width = max(lefts.map(\.count).max() ?? 0, leftName.count)
    var text = "  \(TextTable.left(leftName, width))     \(rightName)\n"
    for (row, left) in zip(rows, lefts) {
      let right = row.right.map(comparison.line) ?? ""
      let line = "  \(TextTable.left(left, width))  \(row.mark)  \(right)"
      text += String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }
    return text
  }

  /// The ticks that both excerpts show.
  private static func commonTicks(
    _ comparison: TraceComparison, _ divergence: TraceComparison.Divergence
  ) -> ClosedRange<UInt64> {
    var (lower, upper) = (UInt64(0), UInt64(Int64.max))
    for (excerpt, count) in [
      (divergence.leftExcerpt, comparison.leftCount),
      (divergence.rightExcerpt, comparison.rightCount),
    ] {
      guard let first = excerpt.events.first, let last = excerpt.events.last else { continue }
      let end = excerpt.firstIndex + UInt64(excerpt.events.count)
      if excerpt.firstIndex > 0 { lower = max(lower, min(first.tick, divergence.tick)) }
      if end < count { upper = min(upper, max(last.tick, divergence.tick)) }
    }
    return lower...upper
  }

  /// Equal entries beside each other, in the order of both.
  private static func merged(
    _ left: [SpikeEvent], _ right: [SpikeEvent], _ divergence: TraceComparison.Divergence
  ) -> [Row] {
    var rows: [Row] = []
    var (i, j) = (0, 0)
    while i < left.count || j < right.count {
      let l = i < left.count ? left[i] : nil
      let r = j < right.count ? right[j] : nil
      let isHere = divergence.index != nil && l == divergence.left && r == divergence.right
      if let l, let r, l == r || isHere {
        rows.append(Row(left: l, right: r, mark: isHere ? "|" : " "))
        (i, j) = (i + 1, j + 1)
      } else if let l, r.map({ isEarlier(l, $0) }) ?? true {
        rows.append(Row(left: l, right: nil, mark: "<"))
        i += 1
      } else {
        rows.append(Row(left: nil, right: r, mark: ">"))
        j += 1
      }
    }
    return rows
  }

  private static func isEarlier(_ a: SpikeEvent, _ b: SpikeEvent) -> Bool {
    (a.tick, SpikeEventSource(a)) < (b.tick, SpikeEventSource(b))
  }

  /// Events of a source beside the first ones within the tolerance that have no partner yet; the one
  /// that diverges has none.
  private static func paired(
    _ left: [SpikeEvent], _ right: [SpikeEvent], _ divergence: TraceComparison.Divergence,
    _ tolerance: UInt64
  ) -> [Row] {
    var rows: [Row] = []
    var isFree = [Bool](repeating: true, count: right.count)
    let lonely = right.firstIndex { $0 == divergence.right }
    if let lonely { isFree[lonely] = false }
    for (index, event) in left.enumerated() {
      let isLonely = event == divergence.left && left.firstIndex(of: event) == index
      let partner = right.indices.first {
        isFree[$0] && SpikeEventSource(right[$0]) == SpikeEventSource(event)
          && max(right[$0].tick, event.tick) - min(right[$0].tick, event.tick) <= tolerance
      }
      if let partner, !isLonely {
        isFree[partner] = false
        let isShifted = right[partner].tick != event.tick
        rows.append(Row(left: event, right: right[partner], mark: isShifted ? "~" : " "))
      } else {
        rows.append(Row(left: event, right: nil, mark: "<"))
      }
    }
    for index in right.indices where isFree[index] || lonely == index {
      rows.append(Row(left: nil, right: right[index], mark: ">"))
    }
    let order = rows.indices.sorted { (rows[$0].tick, $0) < (rows[$1].tick, $1) }
    return order.map { rows[$0] }
  }
}
