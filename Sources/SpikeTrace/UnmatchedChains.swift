/// An event that an alignment leaves without a partner.
struct UnmatchedEvent: BitwiseCopyable {
  var tick: UInt64
  var isLeft: Bool
}

/// What the alignments of one source have left without a partner, to list the first of it.
///
/// Alignments grow out of each other, so each is a chain of links that shares its beginning with
/// others. When a single alignment is left, its chain is final.
struct UnmatchedChains {
  /// The first events of the final chain in order of time, at most ``listedCount``.
  private(set) var settled: [UnmatchedEvent] = []
  private var links: [(event: UnmatchedEvent, previous: Int32)] = []
  private let listedCount: Int

  init(listedCount: Int) { self.listedCount = listedCount }

  /// `alignment` with one more event that has no partner.
  mutating func adding(_ tick: UInt64, isLeft: Bool, to alignment: Alignment) -> Alignment {
    guard settled.count < listedCount else { return alignment }
    var result = alignment
    links.append((UnmatchedEvent(tick: tick, isLeft: isLeft), alignment.chain))
    result.chain = Int32(links.count - 1)
    return result
  }

  /// Takes the chain of the only alignment that is left. What comes later is not earlier.
  mutating func settle(_ alignment: inout Alignment) {
    guard listedCount > 0 else { return }
    var events: [UnmatchedEvent] = []
    var link = alignment.chain
    while link >= 0 {
      events.append(links[Int(link)].event)
      link = links[Int(link)].previous
    }
    events.reverse()
    // Along a chain, the events of each side are in order.
    let order = events.indices.sorted { (events[$0].tick, $0) < (events[$1].tick, $1) }
    settled += order.prefix(listedCount - settled.count).map { events[$0] }
    links.removeAll(keepingCapacity: true)
    alignment.chain = -1
  }
}
