import ChipGeometry
import SpikeTrace
import Testing

/// The distances against their definitions.
@Suite struct DistanceTests {
  @Test("The distances that are known")
  func known() {
    let (a, b) = ([10.0, 20, 30], [12.0, 24, 30])
    let c = [100.0, 200, 300, 400]
    let d = c.map { $0 + 1 }
    for (a, b, slow, fast, rossum) in [
      (a, b, 0.6, 4.0, 0.983968), (c, d, 0.4, 4.0, 0.872524), ([], [10.0], 1, 1, 1),
    ] {
      #expect(abs(SpikeDistance.victorPurpura(a, b, cost: 0.1) - slow) < 1e-12)
      #expect(abs(SpikeDistance.victorPurpura(a, b, cost: 1) - fast) < 1e-12)
      #expect(abs(SpikeDistance.vanRossum(a, b, timeConstant: 10) - rossum) < 1e-6)
    }
  }

  static func train(_ random: inout RandomStream, atMost count: UInt64) -> [Double] {
    (0..<random.next() % (count + 1)).map { _ in Double(random.next() % 200) / 4 }.sorted()
  }

  /// The whole table of the recursion.
  static func victorPurpura(_ a: [Double], _ b: [Double], _ cost: Double) -> Double {
    var table = [(0...b.count).map(Double.init)]
    for i in a.indices {
      var row = [Double(i + 1)]
      for j in b.indices {
        let shift = a[i] == b[j] ? 0 : cost * abs(a[i] - b[j])
        row.append(min(table[i][j + 1] + 1, row[j] + 1, table[i][j] + shift))
      }
      table.append(row)
    }
    return table[a.count][b.count]
  }

  @Test("Victor-Purpura is that of the whole table, however much of it is left out")
  func band() {
    var random = RandomStream(seed: 1, name: "band")
    for round in 0..<90 {
      let size = [3, 12, 30][round % 3]
      var (a, b) = (Self.train(&random, atMost: UInt64(size)), Self.train(&random, atMost: 30))
      if round % 5 == 0 { b = a.map { $0 + Double(random.next() % 8) / 4 } }
      if round % 5 == 1 { swap(&a, &b) }
      b.sort()
      for cost in [0, 0.01, 0.1, 0.5, 3, .infinity] {
        let found = SpikeDistance.victorPurpura(a, b, cost: cost)
        #expect(abs(found - Self.victorPurpura(a, b, cost)) < 1e-9, "\(a) \(b) \(cost)")
      }
    }
  }

  @Test("At infinite cost, the spikes without one at the same time are counted")
  func infiniteCost() {
    let (a, b) = ([1.0, 2, 2, 5], [2.0, 2, 2, 6])
    #expect(SpikeDistance.victorPurpura(a, b, cost: .infinity) == 4)
    #expect(SpikeDistance.victorPurpura(a, a, cost: .infinity) == 0)
    #expect(SpikeDistance.victorPurpura(a, b, cost: 0) == 0)
  }

  @Test("Victor-Purpura of long trains: regular ones far apart, and ones that differ at the ends")
  func long() {
    let a = (0..<3000).map(Double.init)
    // Each spike is 0.25 from a partner; the first and the last 40 have none.
    let b = a.dropFirst(40).map { $0 + 0.25 } + (0..<40).map { Double($0) + 2e5 }
    for cost in [0.5, 2.0] {
      let shifts = Double(a.count - 40) * 0.25 * cost
      #expect(abs(SpikeDistance.victorPurpura(a, b, cost: cost) - (80 + shifts)) < 1e-6)
    }
    // Without a window in time: all of one train is in reach of all of the other.
    let c = a.map { $0 + 0.5 }
    #expect(abs(SpikeDistance.victorPurpura(a, c, cost: 1e-6) - 0.0015) < 1e-9)
    #expect(SpikeDistance.victorPurpura(a, Array(a.dropFirst(7)), cost: 0) == 7)
  }

  @Test("Van Rossum is the integral over the square of the filtered difference")
  func integral() {
    var random = RandomStream(seed: 2, name: "integral")
    for _ in 0..<30 {
      let (a, b) = (Self.train(&random, atMost: 20), Self.train(&random, atMost: 20))
      for tau in [0.1, 2, 30, 1000] {
        func product(_ x: [Double], _ y: [Double]) -> Double {
          x.map { s in y.map { ElementaryFunctions.exp(-abs(s - $0) / tau) }.reduce(0, +) }
            .reduce(0, +)
        }
        let square = product(a, a) + product(b, b) - 2 * product(a, b)
        let found = SpikeDistance.vanRossum(a, b, timeConstant: tau)
        #expect(abs(found * found - square) < 1e-10)
      }
    }
  }

  @Test("Van Rossum of nearly equal trains is exact, of identical ones zero")
  func nearlyEqual() {
    let a = [1.0, 2, 5, 5, 9]
    #expect(SpikeDistance.vanRossum(a, a, timeConstant: 3) == 0)
    // One spike moved by δ ≪ τ: D² = 2 (1 - exp(-δ/τ)), about 2 δ/τ.
    for exponent in [8, 20, 40] {
      let shift = Double(sign: .plus, exponent: -exponent, significand: 1)
      let found = SpikeDistance.vanRossum([1], [1 + shift], timeConstant: 2)
      let ratio = found * found / shift
      #expect(abs(ratio - (1 - shift / 4)) < shift * shift + 1e-15)
    }
    #expect(SpikeDistance.vanRossum([1, 2, 2], [2, 7], timeConstant: 0) == 3.0.squareRoot())
    #expect(SpikeDistance.vanRossum([1, 2, 2], [2], timeConstant: .infinity) == 2)
  }

  /// Averages over a window by looking at each of many moments anew.
  static func sampled(
    _ window: ClosedRange<Double>, _ value: (Double) -> Double
  ) -> Double {
    let count = 4000
    let step = (window.upperBound - window.lowerBound) / Double(count)
    return (0..<count).map { value(window.lowerBound + (Double($0) + 0.5) * step) }
      .reduce(0, +) / Double(count)
  }

  @Test("ISI and SPIKE are the averages over moments that they say they are")
  func moments() {
    // Inside of the window, where edges play no part: spikes at both of its ends.
    let a = [0.0, 3, 4, 9, 20], b = [0.0, 2, 10, 11, 15, 20]
    func around(_ t: Double, _ x: [Double]) -> (Double, Double) {
      (x.last { $0 <= t } ?? 0, x.first { $0 > t } ?? 20)
    }
    func distance(_ t: Double, _ x: [Double]) -> Double { x.map { abs($0 - t) }.min() ?? 0 }
    let isi = Self.sampled(0...20) { t in
      let (p, q) = (around(t, a), around(t, b))
      let (x, y) = (p.1 - p.0, q.1 - q.0)
      return abs(x - y) / max(x, y)
    }
    let spike = Self.sampled(0...20) { t in
      func s(_ p: (Double, Double), _ other: [Double]) -> Double {
        (distance(p.0, other) * (p.1 - t) + distance(p.1, other) * (t - p.0)) / (p.1 - p.0)
      }
      let (p, q) = (around(t, a), around(t, b))
      let (x, y) = (p.1 - p.0, q.1 - q.0)
      return (s(p, b) * y + s(q, a) * x) * 2 / ((x + y) * (x + y))
    }
    #expect(abs(SpikeDistance.isi(a, b, in: 0...20) - isi) < 1e-3)
    #expect(abs(SpikeDistance.spike(a, b, in: 0...20) - spike) < 1e-3)
  }

  @Test("Distances are symmetric, zero for identical trains, and finite whatever the edges")
  func properties() {
    var random = RandomStream(seed: 3, name: "properties")
    for round in 0..<200 {
      var (a, b) = (Self.train(&random, atMost: 6), Self.train(&random, atMost: 6))
      if round % 4 == 0 { a = [50] }
      if round % 8 == 0 { b = [50, 50] }
      if round % 7 == 0 { b = [0] }
      for distance in [
        { SpikeDistance.victorPurpura($0, $1, cost: 0.3) },
        { SpikeDistance.vanRossum($0, $1, timeConstant: 5) },
        { SpikeDistance.isi($0, $1, in: 0...50) }, { SpikeDistance.spike($0, $1, in: 0...50) },
      ] as [([Double], [Double]) -> Double] {
        let there = distance(a, b)
        #expect(there.isFinite && there >= 0)
        #expect(abs(there - distance(b, a)) < 1e-12)
        #expect(distance(a, a) == 0)
      }
    }
  }

  @Test("Spikes outside of the window do not count, simultaneous ones once")
  func window() {
    let (a, b) = ([1.0, 5, 5, 8, 30], [2.0, 8])
    let (c, d) = ([5.0, 8], [2.0, 8, 8])
    #expect(SpikeDistance.isi(a, b, in: 2...10) == SpikeDistance.isi(c, d, in: 2...10))
    #expect(SpikeDistance.spike(a, b, in: 2...10) == SpikeDistance.spike(c, d, in: 2...10))
    #expect(SpikeDistance.spike(a, b, in: 2...10) != SpikeDistance.spike(a, b, in: 2...12))
  }
}
