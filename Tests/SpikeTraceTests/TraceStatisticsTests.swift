import ChipGeometry
import SpikeTrace
import TestSupport
import Testing

@Suite struct RateTestTests {
  @Test("The probabilities are those of SciPy's binomtest(a, a + b)")
  func probabilities() {
    for (a, b, expected) in [
      (2, 8, 0.109375), (0, 5, 0.0625), (3, 3, 1), (0, 0, 1), (0, 1, 1),
      (17, 20, 0.7428293587290682), (40, 100, 4.143396431880526e-07),
      (100, 150, 0.0018833009350761602), (4800, 5200, 6.593515598672343e-05),
      (49_900_000, 50_100_000, 5.517565485894982e-89),
    ] as [(UInt64, UInt64, Double)] {
      for found in [RateTest.probability(a, b), RateTest.probability(b, a)] {
        #expect(abs(found - expected) <= expected * 1e-6, "\(a), \(b): \(found)")
      }
    }
  }

  @Test("Holm's procedure stops at the first test that passes")
  func holm() {
    // Limits of the sorted ones: 0.0125, 0.0167, 0.025, 0.05.
    #expect(
      RateTest.failures(of: [0.03, 0.01, 0.04, 0.016], level: 0.05) == [false, true, false, true])
    #expect(
      RateTest.failures(of: [0.013, 0.9, 0.9, 0.9], level: 0.05) == [false, false, false, false])
    #expect(RateTest.failures(of: [], level: 0.05).isEmpty)
  }
}

@Suite struct TraceStatisticsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func write(_ events: [SpikeEvent], _ name: String) throws -> String {
    try Trace(header: Samples.header, events: events).write(to: folder.path(name), form: .binary)
    return folder.path(name)
  }

  static func ticks(_ events: [SpikeEvent], _ source: SpikeEventSource) -> [Double] {
    events.filter { SpikeEventSource($0) == source }.map { Double($0.tick) }
  }

  @Test("Each source has its counts and distances, the total theirs, however few are held at once")
  func sources() throws {
    func some(_ seed: UInt64, _ shift: UInt64) -> [SpikeEvent] {
      Samples.events(samples: 20, seed: seed).filter { $0.label.rawValue % 16 == 3 }
        .map { Samples.event($0.tick + shift, $0.label.rawValue, $0.flags) }
    }
    let (left, right) = (some(1, 5000), some(2, 0))
    let (a, b) = (try write(left, "a"), try write(right, "b"))
    var statistics = TraceStatistics()
    statistics.computesDistances = true
    statistics.shiftCostPerTick = 0.003
    statistics.timeConstantTicks = 400
    let result = try statistics.compare(a, b)
    let window = Double(right[0].tick)...Double(left[left.count - 1].tick)
    #expect(result.windowTicks.map { Double($0.lowerBound)...Double($0.upperBound) } == window)
    let sources = Set((left + right).map(SpikeEventSource.init)).sorted()
    #expect(result.sources.map(\.source) == sources)
    var sums = [0.0, 0, 0, 0]
    for found in result.sources {
      let (x, y) = (Self.ticks(left, found.source), Self.ticks(right, found.source))
      #expect(Int(found.figures.leftCount) == x.count && Int(found.figures.rightCount) == y.count)
      let distances = try #require(found.distances)
      #expect(distances.victorPurpura == SpikeDistance.victorPurpura(x, y, cost: 0.003))
      #expect(distances.vanRossum == SpikeDistance.vanRossum(x, y, timeConstant: 400))
      #expect(abs(distances.isi - SpikeDistance.isi(x, y, in: window)) < 1e-12)
      #expect(abs(distances.spike - SpikeDistance.spike(x, y, in: window)) < 1e-12)
      let rossum = distances.vanRossum * distances.vanRossum
      for (index, value) in [distances.victorPurpura, rossum, distances.isi, distances.spike]
        .enumerated()
      {
        sums[index] += value
      }
    }
    let total = try #require(result.total.distances)
    #expect(total.victorPurpura == sums[0] && total.vanRossum == sums[1].squareRoot())
    #expect(total.isi == sums[2] / Double(sources.count))
    #expect(total.spike == sums[3] / Double(sources.count))
    #expect(result.total.victorPurpuraPerSpike == sums[0] / Double(left.count + right.count))
    for held in [60] as [UInt64] {
      statistics.heldEventCount = held
      #expect(try statistics.compare(a, b) == result)
    }
  }

  @Test("A source of another rate is found, and the same rates pass")
  func rates() throws {
    let events = Samples.events(samples: 60)
    // Another seed has the same rates, other spikes.
    let other = try write(Samples.events(samples: 60, seed: 9), "other")
    let a = try write(events, "a")
    let same = try TraceStatistics().compare(a, other)
    #expect(!same.differsInRate && same.total.distances == nil)
    let silenced = try write(events.filter { $0.label.rawValue != 0x105 }, "silenced")
    let result = try TraceStatistics().compare(a, silenced)
    #expect(result.differsInRate)
    #expect(
      result.sources.filter { $0.figures.differsInRate }.map(\.source.label.rawValue) == [0x105])
    var strict = TraceStatistics()
    strict.level = 1e-30
    #expect(try !strict.compare(a, silenced).differsInRate)
  }

  @Test("Empty traces are equal; what cannot be read twice is refused")
  func odd() throws {
    let empty = try write([], "empty")
    var statistics = TraceStatistics()
    statistics.computesDistances = true
    let result = try statistics.compare(empty, empty)
    #expect(result.sources.isEmpty && !result.differsInRate && result.windowTicks == nil)
    // All events at one tick.
    let one = try write([Samples.event(7, 1, .neuron)], "one")
    let distances = try statistics.compare(empty, one).total.distances
    #expect(distances?.victorPurpura == 1 && distances?.vanRossum == 1)
    #expect(distances?.spike.isFinite == true)
    let error = #expect(throws: TraceError.self) { try statistics.compare(one, folder.url.path) }
    #expect(error?.kind == .unreadable)
  }
}
