import ChipGeometry
import SpikeTrace
import TestSupport
import Testing

/// The list of divergences.
@Suite struct LaterDivergenceTests {
  static func compare(
    _ left: [SpikeEvent], _ right: [SpikeEvent], tolerance: UInt64?, count: Int
  ) throws -> TraceComparison {
    func reader(_ events: [SpikeEvent]) throws -> TraceReader {
      let header = SpikeTraceHeader(toolVersion: "0")
      return try TraceReader(
        bytes: Trace(header: header, events: events).bytes(form: .binary), name: "memory")
    }
    var diff = TraceDiff(toleranceTicks: tolerance)
    diff.divergenceCount = count
    return try diff.compare(reader(left), reader(right))
  }

  static func train(_ random: inout RandomStream, _ sources: UInt64) -> [SpikeEvent] {
    (0..<random.next() % 12).map { _ in
      Samples.event(random.next() % 10, UInt16(random.next() % sources), .neuron)
    }.sorted { $0.tick < $1.tick }
  }

  /// What is left of `a` when each event of `b` takes one that is equal.
  static func rest(_ a: [SpikeEvent], _ b: [SpikeEvent]) -> [SpikeEvent] {
    var rest = a
    for event in b { rest.firstIndex(of: event).map { _ = rest.remove(at: $0) } }
    return rest
  }

  @Test("An exact comparison lists every event without a partner once, in order of time")
  func exact() throws {
    var random = RandomStream(seed: 1, name: "exact list")
    for _ in 0..<60 {
      let (a, b) = (Self.train(&random, 3), Self.train(&random, 3))
      let result = try Self.compare(a, b, tolerance: nil, count: 100)
      var (missing, extra) = (Self.rest(a, b), Self.rest(b, a))
      for divergence in result.laterDivergences {
        #expect((divergence.left == nil) != (divergence.right == nil))
        if let left = divergence.left {
          missing.remove(at: try #require(missing.firstIndex(of: left)))
        }
        if let right = divergence.right {
          extra.remove(at: try #require(extra.firstIndex(of: right)))
        }
      }
      // What is not listed, the first divergence shows.
      #expect(missing.count <= 1 && extra.count <= 1)
      #expect(missing.allSatisfy { $0 == result.firstDivergence?.left })
      #expect(extra.allSatisfy { $0 == result.firstDivergence?.right })
      let ticks = result.laterDivergences.map(\.tick)
      #expect(ticks == ticks.sorted())
      let three = try Self.compare(a, b, tolerance: nil, count: 3)
      #expect(three.divergences == Array(result.divergences.prefix(3)))
    }
  }

  /// The events without a partner of every alignment, with its figures.
  static func alignments(
    _ left: ArraySlice<UInt64>, _ right: ArraySlice<UInt64>, _ tolerance: UInt64,
    _ unmatched: [String], _ sum: UInt64, _ visit: ([String], UInt64) -> Void
  ) {
    if left.isEmpty && right.isEmpty { return visit(unmatched.sorted(), sum) }
    if let l = left.first {
      alignments(left.dropFirst(), right, tolerance, unmatched + ["\(l) left"], sum, visit)
    }
    if let r = right.first {
      alignments(left, right.dropFirst(), tolerance, unmatched + ["\(r) right"], sum, visit)
    }
    if let l = left.first, let r = right.first, max(l, r) - min(l, r) <= tolerance {
      let shift = max(l, r) - min(l, r)
      alignments(left.dropFirst(), right.dropFirst(), tolerance, unmatched, sum + shift, visit)
    }
  }

  @Test("With a tolerance, the list is what a best matching leaves over")
  func tolerant() throws {
    var random = RandomStream(seed: 2, name: "tolerant list")
    for round in 0..<40 {
      let (a, b) = (Self.train(&random, 1).prefix(5), Self.train(&random, 1).prefix(5))
      let tolerance = UInt64(round % 4)
      var best = (count: Int.max, sum: UInt64.max)
      var lists: Set<[String]> = []
      Self.alignments(
        a.map(\.tick)[...], b.map(\.tick)[...], tolerance, [], 0
      ) { list, sum in
        if (list.count, sum) < best { (best, lists) = ((list.count, sum), []) }
        if (list.count, sum) == best { lists.insert(list) }
      }
      let result = try Self.compare(Array(a), Array(b), tolerance: tolerance, count: 100)
      let list = result.divergences.map { "\($0.tick) \($0.left != nil ? "left" : "right")" }
      #expect(lists.contains(list.sorted()), "\(a.map(\.tick)) against \(b.map(\.tick))")
      #expect(UInt64(list.count) == result.missing + result.extra)
    }
  }

  @Test("With a tolerance, fewer divergences are the first of more, over all sources")
  func prefix() throws {
    var random = RandomStream(seed: 3, name: "prefix")
    for tolerance in [0, 1, 3] as [UInt64] {
      for _ in 0..<12 {
        let (a, b) = (Self.train(&random, 3), Self.train(&random, 3))
        let all = try Self.compare(a, b, tolerance: tolerance, count: 100)
        let one = try Self.compare(a, b, tolerance: tolerance, count: 1)
        #expect(one.firstDivergence == all.firstDivergence)
        #expect(one.laterDivergences.isEmpty)
        for count in [2, 4] {
          let some = try Self.compare(a, b, tolerance: tolerance, count: count)
          #expect(some.divergences == Array(all.divergences.prefix(count)))
        }
        #expect(UInt64(all.divergences.count) == all.missing + all.extra)
        let ticks = all.divergences.map(\.tick)
        #expect(ticks == ticks.sorted())
      }
    }
  }

  @Test("Every divergence of files has the events around it", arguments: [nil, 0, 2])
  func excerpts(tolerance: UInt64?) throws {
    let folder = try TemporaryFolder()
    let events = Samples.events(samples: 3)
    var changed = events
    for index in [250, 120, 119, 5] { changed.remove(at: index) }
    let header = Samples.header
    try Trace(header: header, events: events).write(to: folder.path("a"), form: .text)
    try Trace(header: header, events: changed).write(to: folder.path("b"), form: .binary)
    var diff = TraceDiff(toleranceTicks: tolerance)
    diff.divergenceCount = 10
    diff.contextCount = 2
    let result = try diff.compare(folder.path("a"), folder.path("b"))
    #expect(result.divergences.count >= 4)
    for (number, divergence) in result.divergences.enumerated() {
      for (excerpt, trace) in [
        (divergence.leftExcerpt, events), (divergence.rightExcerpt, changed),
      ] {
        // The first one of an exact comparison is cut by entry, not by tick.
        if number == 0 && tolerance == nil { continue }
        let index = trace.firstIndex { $0.tick >= divergence.tick } ?? trace.count
        let range = max(index - 2, 0)..<min(index + 3, trace.count)
        #expect(excerpt.events == Array(trace[range]))
        #expect(excerpt.firstIndex == UInt64(range.lowerBound))
      }
    }
  }
}
