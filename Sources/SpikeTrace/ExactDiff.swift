import ChipGeometry

/// The exact comparison, in constant memory.
enum ExactDiff {
  static func run(
    _ leftReader: TraceReader, _ rightReader: TraceReader, contextCount: Int,
    divergenceCount: Int
  ) throws(TraceError) -> TraceComparison {
    var result = TraceComparison(toleranceTicks: nil)
    var left = try EventCursor(leftReader, historyCount: contextCount)
    var right = try EventCursor(rightReader, historyCount: contextCount)
    while !left.isAtEnd && !right.isAtEnd {
      let count = min(left.remaining, right.remaining)
      let same = commonPrefix(
        left.batch.span.extracting(left.index..<left.index + count),
        right.batch.span.extracting(right.index..<right.index + count))
      try left.advance(same)
      try right.advance(same)
      if same < count { break }
    }
    result.matched = left.passedCount
    if left.current != nil || right.current != nil {
      var divergence = TraceComparison.Divergence(left: left.current, right: right.current)
      divergence.index = left.passedCount
      divergence.leftExcerpt.events = left.passed
      divergence.rightExcerpt.events = right.passed
      let before = UInt64(left.passed.count)
      divergence.leftExcerpt.firstIndex = left.passedCount - before
      divergence.rightExcerpt.firstIndex = right.passedCount - before
      result.firstDivergence = divergence
      var group = SimultaneousEvents(
        shown: [divergence.left, divergence.right], wantedCount: divergenceCount - 1)
      try countDifferences(&left, &right, Int(before) + contextCount + 1, &group, &result)
    }
    result.leftCount = left.passedCount
    result.rightCount = right.passedCount
    return result
  }

  /// How many events at the start of both are equal.
  private static func commonPrefix(_ left: Span<SpikeEvent>, _ right: Span<SpikeEvent>) -> Int {
    var index = 0
    while index < left.count {
      let (a, b) = (left[index], right[index])
      if a.tick != b.tick || a.label.rawValue != b.label.rawValue
        || a.flags.rawValue != b.flags.rawValue
      {
        break
      }
      index += 1
    }
    return index
  }

  /// From the first divergence on: matches the events of each tick whatever their order.
  private static func countDifferences(
    _ left: inout EventCursor, _ right: inout EventCursor, _ excerptCount: Int,
    _ group: inout SimultaneousEvents, _ result: inout TraceComparison
  ) throws(TraceError) {
    while true {
      let (l, r) = (left.current, right.current)
      if let l, r == nil || l.tick <= r?.tick ?? 0 {
        if l.tick != group.tick { group.close(at: l.tick, &result) }
        show(l, &result.firstDivergence!.leftExcerpt)
        try left.advance()
        if l == r {
          result.matched += 1
          show(l, &result.firstDivergence!.rightExcerpt)
          try right.advance()
        } else {
          group.add(l, side: 1, &result)
        }
      } else if let r {
        if r.tick != group.tick { group.close(at: r.tick, &result) }
        group.add(r, side: -1, &result)
        show(r, &result.firstDivergence!.rightExcerpt)
        try right.advance()
      } else {
        group.close(at: nil, &result)
        return
      }
    }
    func show(_ event: SpikeEvent, _ excerpt: inout TraceComparison.Excerpt) {
      if excerpt.events.count < excerptCount { excerpt.events.append(event) }
    }
  }
}

/// The events of one tick that have no partner yet.
private struct SimultaneousEvents {
  private(set) var tick: UInt64?
  /// Left events without a partner count up, right ones down.
  private var balance: [SpikeEvent: Int] = [:]
  private var unbalancedCount = 0
  private var isOrderDifferent = false
  /// Events of the first divergence, which are not listed again.
  private var shown: [SpikeEvent?]
  /// How many events without a partner are listed.
  private let wantedCount: Int

  init(shown: [SpikeEvent?], wantedCount: Int) {
    self.shown = shown
    self.wantedCount = wantedCount
  }

  private var isBalanced: Bool { unbalancedCount == 0 }

  mutating func add(_ event: SpikeEvent, side: Int, _ result: inout TraceComparison) {
    isOrderDifferent = true
    let before = balance[event, default: 0]
    balance[event] = before + side
    if before * side < 0 {
      unbalancedCount -= 1
      result.matched += 1
      if side > 0 { result.extra -= 1 } else { result.missing -= 1 }
    } else {
      unbalancedCount += 1
      if side > 0 { result.missing += 1 } else { result.extra += 1 }
    }
  }

  mutating func close(at next: UInt64?, _ result: inout TraceComparison) {
    if isOrderDifferent && isBalanced { result.reorderedTicks += 1 }
    if !isBalanced && result.laterDivergences.count < wantedCount { list(&result) }
    if isOrderDifferent { balance.removeAll(keepingCapacity: true) }
    isOrderDifferent = false
    unbalancedCount = 0
    tick = next
  }

  private mutating func list(_ result: inout TraceComparison) {
    let left = balance.filter { $0.value != 0 }
      .sorted { SpikeEventSource($0.key) < SpikeEventSource($1.key) }
    for (event, count) in left {
      for _ in 0..<abs(count) {
        // The first divergence shows at most one event of each side.
        let side = count > 0 ? 0 : 1
        if shown[side] == event {
          shown[side] = nil
        } else if result.laterDivergences.count < wantedCount {
          result.laterDivergences.append(
            TraceComparison.Divergence(
              left: side == 0 ? event : nil, right: side == 1 ? event : nil))
        }
      }
    }
  }
}
