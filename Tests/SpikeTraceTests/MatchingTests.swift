import ChipGeometry
import SpikeTrace
import TestSupport
import Testing

/// The tolerant comparison against the enumeration of all matchings.
@Suite struct MatchingTests {
  /// What a matching is judged by, best first.
  struct Figures: Comparable, Hashable {
    var unmatchedPairs = 0
    var totalShift: UInt64 = 0
    var shifted: UInt64 = 0
    var maximumShift: UInt64 = 0

    static func < (a: Self, b: Self) -> Bool {
      (a.unmatchedPairs, a.totalShift, a.shifted, a.maximumShift)
        < (b.unmatchedPairs, b.totalShift, b.shifted, b.maximumShift)
    }
  }

  /// All matchings that keep the order, as figures with the earliest event without a partner.
  static func alignments(
    _ left: ArraySlice<UInt64>, _ right: ArraySlice<UInt64>, _ tolerance: UInt64,
    _ figures: Figures = Figures(), _ firstUnmatched: UInt64 = .max,
    _ visit: (Figures, UInt64) -> Void
  ) {
    guard let l = left.first, let r = right.first else {
      var end = figures
      end.unmatchedPairs += left.count + right.count
      return visit(end, min(firstUnmatched, left.first ?? .max, right.first ?? .max))
    }
    var skipped = figures
    skipped.unmatchedPairs += 1
    alignments(left.dropFirst(), right, tolerance, skipped, min(firstUnmatched, l), visit)
    alignments(left, right.dropFirst(), tolerance, skipped, min(firstUnmatched, r), visit)
    let shift = max(l, r) - min(l, r)
    guard shift <= tolerance else { return }
    var matched = figures
    matched.totalShift += shift
    matched.shifted += shift > 0 ? 1 : 0
    matched.maximumShift = max(matched.maximumShift, shift)
    alignments(
      left.dropFirst(), right.dropFirst(), tolerance, matched, firstUnmatched, visit)
  }

  /// The best of all matchings whatever their order: fewest without a partner, smallest sum.
  static func assignment(
    _ left: ArraySlice<UInt64>, _ right: [UInt64], _ tolerance: UInt64
  ) -> (unmatched: Int, sum: UInt64) {
    guard let l = left.first else { return (right.count, 0) }
    let rest = left.dropFirst()
    var best = assignment(rest, right, tolerance)
    best.unmatched += 1
    for (index, r) in right.enumerated() where max(l, r) - min(l, r) <= tolerance {
      var others = right
      others.remove(at: index)
      var candidate = assignment(rest, others, tolerance)
      candidate.sum += max(l, r) - min(l, r)
      if candidate < best { best = candidate }
    }
    return best
  }

  static func train(_ random: inout RandomStream, atMost count: UInt64) -> [UInt64] {
    (0..<random.next() % (count + 1)).map { _ in random.next() % 24 }.sorted()
  }

  static func events(_ ticks: [UInt64], _ label: UInt16 = 1) -> [SpikeEvent] {
    ticks.map { Samples.event($0, label, .neuron) }
  }

  static func compare(
    _ left: [SpikeEvent], _ right: [SpikeEvent], _ tolerance: UInt64
  ) throws -> TraceComparison {
    func reader(_ events: [SpikeEvent]) throws -> TraceReader {
      let header = SpikeTraceHeader(toolVersion: "0")
      return try TraceReader(
        bytes: Trace(header: header, events: events).bytes(form: .binary), name: "memory")
    }
    return try TraceDiff(toleranceTicks: tolerance).compare(reader(left), reader(right))
  }

  @Test(
    "The matching is the best of all that keep the order", arguments: [0, 1, 3, 8, 30] as [UInt64])
  func alignment(tolerance: UInt64) throws {
    var random = RandomStream(seed: tolerance, name: "alignment")
    for _ in 0..<60 {
      let (left, right) = (Self.train(&random, atMost: 5), Self.train(&random, atMost: 5))
      var best: Figures?
      var firsts: Set<UInt64> = []
      Self.alignments(left[...], right[...], tolerance) { figures, first in
        if best.map({ figures < $0 }) ?? true { (best, firsts) = (figures, []) }
        if best == figures { firsts.insert(first) }
      }
      let result = try Self.compare(Self.events(left), Self.events(right), tolerance)
      let found = Figures(
        unmatchedPairs: Int(result.missing + result.extra), totalShift: result.totalShiftTicks,
        shifted: result.shifted, maximumShift: result.maxShiftTicks)
      #expect(found == best, "\(left) against \(right)")
      #expect(firsts.contains(result.firstDivergence?.tick ?? .max), "\(left) against \(right)")
      #expect(result.matched + result.missing == UInt64(left.count))
      #expect(result.matched + result.extra == UInt64(right.count))
    }
  }

  @Test("No matching in any order leaves fewer events or has a smaller sum of shifts")
  func assignment() throws {
    var random = RandomStream(seed: 2, name: "assignment")
    for _ in 0..<150 {
      let (left, right) = (Self.train(&random, atMost: 5), Self.train(&random, atMost: 5))
      let tolerance = random.next() % 9
      let best = Self.assignment(left[...], right, tolerance)
      let result = try Self.compare(Self.events(left), Self.events(right), tolerance)
      #expect(Int(result.missing + result.extra) == best.unmatched, "\(left), \(right)")
      #expect(result.totalShiftTicks == best.sum, "\(left), \(right)")
    }
  }

  @Test("Sources are matched independently, however they are interleaved")
  func sources() throws {
    var random = RandomStream(seed: 3, name: "sources")
    for tolerance in [0, 2, 7, 50] as [UInt64] {
      var trains: [[SpikeEvent]] = [[], []]
      for side in 0..<2 {
        for label in 0..<40 as Range<UInt16> {
          let count = random.next() % 30
          let ticks = (0..<count).map { _ in random.next() % 1000 }
          trains[side] += Self.events(ticks, label)
        }
        trains[side].sort { ($0.tick, $0.label) < ($1.tick, $1.label) }
      }
      let whole = try Self.compare(trains[0], trains[1], tolerance)
      var sum = TraceComparison(toleranceTicks: tolerance)
      for label in 0..<40 as Range<UInt16> {
        let part = try Self.compare(
          trains[0].filter { $0.label.rawValue == label },
          trains[1].filter { $0.label.rawValue == label }, tolerance)
        sum.leftCount += part.leftCount
        sum.rightCount += part.rightCount
        sum.matched += part.matched
        sum.missing += part.missing
        sum.extra += part.extra
        sum.shifted += part.shifted
        sum.totalShiftTicks += part.totalShiftTicks
        sum.maxShiftTicks = max(sum.maxShiftTicks, part.maxShiftTicks)
        let (first, other) = (sum.firstDivergence, part.firstDivergence)
        if let other, first.map({ other.tick < $0.tick }) ?? true { sum.firstDivergence = other }
      }
      #expect(whole == sum)
    }
  }

  @Test("A spike keeps the partner at its own tick when another is in reach")
  func notGreedy() throws {
    let result = try Self.compare(Self.events([10]), Self.events([9, 10]), 1)
    #expect([result.matched, result.shifted, result.extra] == [1, 0, 1])
    #expect(result.firstDivergence?.right?.tick == 9)
    let pairs = try Self.compare(Self.events([10, 12]), Self.events([12, 14]), 2)
    #expect([pairs.matched, pairs.shifted, pairs.totalShiftTicks] == [2, 2, 4])
  }
  @Test("Of equal sums, the one with fewer shifts counts, then the one with the smaller largest")
  func ties() throws {
    for (left, right, shifted, largest) in [
      ([10, 11], [8, 11, 12], 1, 2), ([10, 11], [9, 10, 13], 1, 2),
      ([10, 13], [8, 11, 16], 2, 2), ([10, 13], [7, 12, 15], 2, 2),
    ] as [([UInt64], [UInt64], UInt64, UInt64)] {
      let result = try Self.compare(Self.events(left), Self.events(right), 3)
      #expect([result.matched, result.shifted, result.maxShiftTicks] == [2, shifted, largest])
    }
  }
}
