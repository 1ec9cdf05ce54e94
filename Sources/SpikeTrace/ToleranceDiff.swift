import ChipGeometry

/// The comparison with a tolerance; see ``TraceDiff`` for what it finds.
struct ToleranceDiff {
  private let tolerance: UInt64
  private let divergenceCount: Int
  private var matchings: [SourceMatching] = []
  /// The numbers are indices of ``matchings``.
  private var numbering = SourceNumbering()
  /// The right events that a left one may still match, over all sources.
  private var pending = Queue<(tick: UInt64, source: Int)>()

  init(tolerance: UInt64, divergenceCount: Int) {
    self.tolerance = tolerance
    self.divergenceCount = divergenceCount
  }

  mutating func run(
    _ leftReader: TraceReader, _ rightReader: TraceReader
  ) throws(TraceError) -> TraceComparison {
    var left = try EventCursor(leftReader, historyCount: 0)
    var right = try EventCursor(rightReader, historyCount: 0)
    while let event = left.current {
      let tick = event.tick
      // Right events before the reach of this left event are before that of all later ones too.
      expire(before: tick)
      while let other = right.current, other.tick <= tick + tolerance {
        takeRight(other, isPending: other.tick + tolerance >= tick)
        try right.advance()
      }
      matchings[index(of: event)].takeLeft(tick, tolerance: tolerance)
      try left.advance()
    }
    expire(before: .max)
    while let other = right.current {
      takeRight(other, isPending: false)
      try right.advance()
    }
    return summary(left.passedCount, right.passedCount)
  }

  private mutating func takeRight(_ event: SpikeEvent, isPending: Bool) {
    let source = index(of: event)
    matchings[source].takeRight(event.tick)
    if isPending {
      pending.append((event.tick, source))
    } else {
      matchings[source].dropFirstRight()
    }
  }

  /// Drops the right events that a left one at `tick` does not reach.
  private mutating func expire(before tick: UInt64) {
    while let first = pending.first, first.tick + tolerance < tick {
      matchings[first.source].dropFirstRight()
      pending.removeFirst()
    }
  }

  private mutating func index(of event: SpikeEvent) -> Int {
    let source = SpikeEventSource(event)
    let index = numbering.number(of: source)
    if index == matchings.count {
      // The first one is known without a list.
      let listedCount = divergenceCount > 1 ? divergenceCount : 0
      matchings.append(SourceMatching(source: source, listedCount: listedCount))
    }
    return index
  }

  private mutating func summary(_ leftCount: UInt64, _ rightCount: UInt64) -> TraceComparison {
    var result = TraceComparison(toleranceTicks: tolerance)
    var first: (tick: UInt64, source: SpikeEventSource, isLeft: Bool)?
    for matching in matchings {
      let best = matching.best
      result.matched += best.matched
      result.shifted += best.shifted
      result.totalShiftTicks += best.totalShift
      result.maxShiftTicks = max(result.maxShiftTicks, best.maximumShift)
      guard let tick = best.firstUnmatchedTick else { continue }
      let isEarlier = first.map { (tick, matching.source) < ($0.tick, $0.source) } ?? true
      if isEarlier { first = (tick, matching.source, best.isFirstUnmatchedLeft) }
    }
    result.leftCount = leftCount
    result.rightCount = rightCount
    result.missing = leftCount - result.matched
    result.extra = rightCount - result.matched
    if let first {
      let event = first.source.event(at: first.tick)
      result.firstDivergence = TraceComparison.Divergence(
        left: first.isLeft ? event : nil, right: first.isLeft ? nil : event)
    }
    result.laterDivergences = laterDivergences()
    return result
  }

  private mutating func laterDivergences() -> [TraceComparison.Divergence] {
    guard divergenceCount > 1 else { return [] }
    var all: [(event: UnmatchedEvent, source: SpikeEventSource)] = []
    for index in matchings.indices {
      all += matchings[index].unmatched().map { ($0, matchings[index].source) }
    }
    // Of one source, they are in order.
    let order = all.indices.sorted {
      (all[$0].event.tick, all[$0].source, $0) < (all[$1].event.tick, all[$1].source, $1)
    }
    return order.prefix(divergenceCount).dropFirst().map { index in
      let event = all[index].source.event(at: all[index].event.tick)
      let isLeft = all[index].event.isLeft
      return TraceComparison.Divergence(left: isLeft ? event : nil, right: isLeft ? nil : event)
    }
  }
}

/// The best matching of one source so far, by dynamic programming over the right events in reach.
///
/// The matchings form an alignment of two sequences. Cell k is the best alignment of all left events
/// so far with the right events up to the k-th of those in reach. Later left events reach no earlier
/// right events, so what lies before the reach needs no cell.
struct SourceMatching {
  let source: SpikeEventSource
  private var rights = Queue<UInt64>()
  /// One more than ``rights``.
  private var cells = Queue<Alignment>()
  /// What the cells have left without a partner.
  private var chains: UnmatchedChains

  /// `listedCount` is how many events without a partner ``unmatched()`` lists.
  init(source: SpikeEventSource, listedCount: Int) {
    self.source = source
    chains = UnmatchedChains(listedCount: listedCount)
    cells.append(Alignment())
  }

  /// The best alignment of everything.
  var best: Alignment { cells[cells.count - 1] }

  /// Takes a right event that no left event so far reaches.
  mutating func takeRight(_ tick: UInt64) {
    rights.append(tick)
    cells.append(chains.adding(tick, isLeft: false, to: best.skippingRight(tick)))
  }

  /// No left event from here on reaches the first right event.
  mutating func dropFirstRight() {
    rights.removeFirst()
    cells.removeFirst()
    if cells.count == 1 { chains.settle(&cells[0]) }
  }

  /// The first events without a partner, in order of time. Nothing can be taken after.
  mutating func unmatched() -> [UnmatchedEvent] {
    chains.settle(&cells[cells.count - 1])
    return chains.settled
  }

  /// Takes a left event; all right events within the tolerance have been taken.
  mutating func takeLeft(_ tick: UInt64, tolerance: UInt64) {
    var diagonal = cells[0]
    cells[0] = chains.adding(tick, isLeft: true, to: diagonal.skippingLeft(tick))
    if cells.count == 1 { chains.settle(&cells[0]) }
    for k in 0..<rights.count {
      let above = cells[k + 1]
      var best = above.skippingLeft(tick)
      let beside = cells[k].skippingRight(rights[k])
      let isBeside = beside.isBetter(than: best)
      if isBeside { best = beside }
      let shift = rights[k] > tick ? rights[k] - tick : tick - rights[k]
      if shift <= tolerance {
        // On a tie the earlier events keep their partners.
        let matched = diagonal.matching(shift)
        if matched.isBetter(than: best) {
          cells[k + 1] = matched
          diagonal = above
          continue
        }
      }
      cells[k + 1] = chains.adding(isBeside ? rights[k] : tick, isLeft: !isBeside, to: best)
      diagonal = above
    }
  }
}

/// The figures of an alignment of two trains.
struct Alignment: BitwiseCopyable {
  private(set) var matched: UInt64 = 0
  private(set) var totalShift: UInt64 = 0
  private(set) var shifted: UInt64 = 0
  private(set) var maximumShift: UInt64 = 0
  /// `UInt64.max` for none.
  private var firstUnmatched = UInt64.max
  private(set) var isFirstUnmatchedLeft = false
  /// The last link of its chain in ``UnmatchedChains``, -1 for none.
  var chain: Int32 = -1

  var firstUnmatchedTick: UInt64? { firstUnmatched == .max ? nil : firstUnmatched }

  func skippingLeft(_ tick: UInt64) -> Alignment {
    guard tick < firstUnmatched else { return self }
    var result = self
    result.firstUnmatched = tick
    result.isFirstUnmatchedLeft = true
    return result
  }

  func skippingRight(_ tick: UInt64) -> Alignment {
    guard tick < firstUnmatched else { return self }
    var result = self
    result.firstUnmatched = tick
    result.isFirstUnmatchedLeft = false
    return result
  }

  func matching(_ shift: UInt64) -> Alignment {
    var result = self
    result.matched += 1
    result.totalShift += shift
    result.shifted += shift > 0 ? 1 : 0
    result.maximumShift = max(maximumShift, shift)
    return result
  }

  func isBetter(than other: Alignment) -> Bool {
    if matched != other.matched { return matched > other.matched }
    if totalShift != other.totalShift { return totalShift < other.totalShift }
    if shifted != other.shifted { return shifted < other.shifted }
    return maximumShift < other.maximumShift
  }
}
