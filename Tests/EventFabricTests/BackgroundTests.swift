import ChipGeometry
import EventFabric
import Testing

@Suite struct BackgroundTests {
  static func fabric(_ settings: BackgroundGenerator, at start: UInt64 = 0) -> EventFabric {
    var fabric = EventFabric()
    openNode(&fabric, .background(5), .bus(.bottom, 1))
    fabric.configureBackground(5, settings, at: ClockTime(cycles: start))
    return fabric
  }

  @Test("A regular generator emits exactly once per period, first after one full period")
  func regular() {
    var fabric = Self.fabric(BackgroundGenerator(periodCycles: 625, label: 0x3ABC), at: 17)
    let carried = drive(&fabric, [], from: 17, until: 17 + 625 * 1000 + 1)
    let expected = (1...1000).map { (n: Int) in Carried(UInt64(17 + 625 * n), 5, 0x3ABC) }
    #expect(carried == expected)
  }

  @Test("A generator that is off never emits, and one can be stopped")
  func off() {
    var fabric = Self.fabric(BackgroundGenerator(periodCycles: 10, label: 1))
    #expect(drive(&fabric, [], until: 35).count == 3)
    fabric.configureBackground(5, .off, at: ClockTime(cycles: 35))
    let next = fabric.nextCycle()
    #expect(next == .max)
  }

  @Test("A random generator emits with probability (rate + 1) / 256", arguments: [0, 15, 127, 255])
  func rate(rate: Int) {
    let periods = 40_000
    var fabric = Self.fabric(
      BackgroundGenerator(
        isRandom: true, periodCycles: 4, rate: UInt8(rate), seed: 0xDEAD_BEEF, label: 1))
    let carried = drive(&fabric, [], until: UInt64(4 * periods + 1))
    #expect(carried.allSatisfy { $0.cycle % 4 == 0 })
    let p = Double(rate + 1) / 256
    let deviation = (Double(periods) * p * (1 - p)).squareRoot()
    // Five standard deviations of the binomial distribution.
    #expect(abs(Double(carried.count) - Double(periods) * p) <= 5 * deviation)
  }

  @Test("Intervals of a random generator are geometric: they have no memory")
  func intervals() {
    var fabric = Self.fabric(
      BackgroundGenerator(isRandom: true, periodCycles: 1, rate: 31, seed: 99, label: 1))
    // One period per cycle would let events wait for the bus; recorders see the emission.
    fabric.isLogging = true
    _ = drive(&fabric, [], until: 400_000)
    #expect(fabric.log.count > 49_000)
    var source = BackgroundSource(
      BackgroundGenerator(isRandom: true, periodCycles: 1, rate: 31, seed: 99, label: 1),
      at: ClockTime(cycles: 0))
    var counts = [Int](repeating: 0, count: 4)
    var last: UInt64 = 0
    let total = 40_000
    for _ in 0..<total {
      let interval = Int(source.nextCycle - last)
      last = source.nextCycle
      if interval <= 4 { counts[interval - 1] += 1 }
      source.advance()
    }
    for (index, count) in counts.enumerated() {
      var p = 32.0 / 256
      for _ in 0..<index { p *= 224.0 / 256 }
      let deviation = (Double(total) * p * (1 - p)).squareRoot()
      #expect(abs(Double(count) - Double(total) * p) <= 5 * deviation, "interval \(index + 1)")
    }
  }

  @Test("Random label bits are those of the mask, each value about as often")
  func labels() {
    var fabric = Self.fabric(
      BackgroundGenerator(
        isRandom: true, periodCycles: 2, seed: 5, label: 0x2AF0, randomLabelBits: 0b111))
    var counts = [Int](repeating: 0, count: 8)
    for event in drive(&fabric, [], until: 32_002) {
      #expect(event.label & ~7 == 0x2AF0)
      counts[Int(event.label & 7)] += 1
    }
    #expect(counts.reduce(0, +) == 16_000)
    // Five standard deviations: sqrt(16000 / 8 · 7 / 8) = 42.
    #expect(counts.allSatisfy { abs($0 - 2000) < 210 }, "\(counts)")
  }

  @Test("A zero seed is as good as one, and other seeds give other events")
  func seeds() {
    func times(_ seed: UInt32) -> [Carried] {
      var fabric = Self.fabric(
        BackgroundGenerator(isRandom: true, periodCycles: 3, rate: 20, seed: seed, label: 1))
      return drive(&fabric, [], until: 10_000)
    }
    #expect(times(0) == times(1))
    #expect(times(1) != times(2))
  }
}
