import ChipGeometry

/// The events around some ticks of a file, in one more reading of it.
enum Excerpts {
  /// For each of `ticks`, which are sorted: the last `count` events before it, and the first ones from
  /// it on, `count` and one more.
  static func read(
    _ path: String, around ticks: [UInt64], _ count: Int
  ) throws(TraceError) -> [TraceComparison.Excerpt] {
    let reader = try TraceReader(path: path)
    var excerpts: [TraceComparison.Excerpt] = []
    /// The first excerpt that still takes events.
    var open = 0
    var before = Queue<SpikeEvent>()
    func start(_ index: UInt64) {
      var excerpt = TraceComparison.Excerpt()
      excerpt.events = (0..<before.count).map { before[$0] }
      excerpt.firstIndex = index - UInt64(before.count)
      excerpts.append(excerpt)
    }
    while open < ticks.count, let event = try reader.next() {
      while excerpts.count < ticks.count && event.tick >= ticks[excerpts.count] {
        start(reader.eventCount - 1)
      }
      for number in open..<excerpts.count {
        excerpts[number].events.append(event)
        // They close in the order in which they began.
        let tick = ticks[number]
        let following = excerpts[number].events.reversed().prefix { $0.tick >= tick }.count
        if following > count { open = number + 1 }
      }
      before.append(event)
      if before.count > count { before.removeFirst() }
    }
    while excerpts.count < ticks.count { start(reader.eventCount) }
    return excerpts
  }
}

extension TraceComparison {
  /// Gives the divergence of this number, counted from 0, its excerpts.
  mutating func setExcerpts(of number: Int, _ left: Excerpt, _ right: Excerpt) {
    if number == 0 {
      firstDivergence?.leftExcerpt = left
      firstDivergence?.rightExcerpt = right
    } else {
      laterDivergences[number - 1].leftExcerpt = left
      laterDivergences[number - 1].rightExcerpt = right
    }
  }
}
