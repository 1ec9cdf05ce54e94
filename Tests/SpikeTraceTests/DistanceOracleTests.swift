import Foundation
import SpikeTrace
import TestSupport
import Testing

/// The distances against Elephant 1.2.1 and PySpike 0.9.0.
///
/// `spike_train_distances.py` made the table and says how; what makes the trains is repeated here.
@Suite struct DistanceOracleTests {
  /// The same integers as in the script.
  struct Generator {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
  }

  struct Pair {
    var window: ClosedRange<Double>
    var a: [Double]
    var b: [Double]

    /// In sixteenths of a millisecond; see `pair` in the script for what the kinds are.
    init(_ number: Int) {
      var random = Generator(state: UInt64(number))
      let start = [0, 800, 123_456][random.below(3)]
      let length = [1600, 16_000, 48_000][random.below(3)]
      func train(_ count: Int) -> [Int] { (0..<count).map { _ in random.below(length + 1) } }
      var a = train(1 + random.below(20))
      var b = train(1 + random.below(20))
      switch number % 12 {
      case 0: a = []
      case 1: (a, b) = ([a[0]], [b[0]])
      case 2: a = [a[0]]
      case 3: b = a.map { min($0 + random.below(40), length) }
      case 4: b = a.filter { _ in random.below(4) > 0 } + b.prefix(3)
      case 5:
        a += [[0], [length], [0, length]][random.below(3)]
        b += [[0], [length], [0, length], []][random.below(4)]
      case 6:
        a = [[0], [length]][random.below(2)]
        b = [b, [b[0]], [0], []][random.below(4)]
      case 7: a = a.prefix(4).flatMap { Array(stride(from: $0, to: min($0 + 60, length), by: 7)) }
      case 8:
        a = a.flatMap { Array(repeating: $0, count: 1 + random.below(3)) }
        b += a.prefix(2)
      case 9:
        a = train(80 + random.below(80))
        b = train(80 + random.below(80))
      case 10:
        if random.below(5) == 0 { a = [] }
        b = a
      case 11 where number % 300 == 11:
        a = train(1500)
        b = a.compactMap {
          guard random.below(20) > 0 else { return nil }
          return min($0 + random.below(9), length)
        }
      default: break
      }
      window = Double(start) / 16...Double(start + length) / 16
      self.a = a.sorted().map { Double(start + $0) / 16 }
      self.b = b.sorted().map { Double(start + $0) / 16 }
    }
  }

  static let costs = [0.0, 0.002, 0.05, 0.3, 4.0, .infinity]
  static let timeConstants = [0.25, 3.0, 40.0, 1000.0, .infinity]

  @Test("All four agree to 1e-9 with Elephant and PySpike, the documented exceptions aside")
  func table() throws {
    let path = "Tests/SpikeTraceTests/spike_train_distances.txt"
    let text = try String(contentsOf: repository.appendingPathComponent(path), encoding: .utf8)
    var pairCount = 0
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      let number = try #require(Int(words[0]))
      let pair = Pair(number)
      let (a, b, window) = (pair.a, pair.b, pair.window)
      try #require(words[1] == "\(a.count)" && words[2] == "\(b.count)", "pair \(number)")
      let expected = words.dropFirst(3).map { Double($0) ?? .infinity }
      let cost = Self.costs[number % 7 % Self.costs.count]
      var purpura = SpikeDistance.victorPurpura(a, b, cost: cost)
      // Elephant lets no spikes coincide at infinite cost.
      if cost == .infinity { purpura += Double(2 * Self.coincidences(a, b)) }
      let timeConstant = Self.timeConstants[number % 11 % Self.timeConstants.count]
      let rossum = SpikeDistance.vanRossum(a, b, timeConstant: timeConstant)
      // Of nearly equal trains Elephant's is the root of a difference that cancels.
      let rossumError = rossum < 1e-5 ? 1e-6 : 1e-9
      // Two intervals of no length, at one edge: PySpike divides zero by zero.
      let isEdge = a.count == 1 && a == b && a[0] == window.upperBound
      let (isi, spike) = (
        SpikeDistance.isi(a, b, in: window), SpikeDistance.spike(a, b, in: window)
      )
      #expect(abs(purpura - expected[0]) <= 1e-9, "pair \(number): Victor-Purpura \(purpura)")
      #expect(abs(rossum - expected[1]) <= rossumError, "pair \(number): van Rossum \(rossum)")
      if !isEdge {
        #expect(abs(isi - expected[2]) <= 1e-9, "pair \(number): ISI \(isi)")
        #expect(abs(spike - expected[3]) <= 1e-9, "pair \(number): SPIKE \(spike)")
      }
      pairCount += 1
    }
    #expect(pairCount == 1200)
  }

  /// How many spikes have their own partner at the same time.
  static func coincidences(_ a: [Double], _ b: [Double]) -> Int {
    var rest = b
    return a.count { time in
      rest.firstIndex(of: time).map { _ = rest.remove(at: $0) } != nil
    }
  }
}
