import Foundation
import Learning
import TestSupport
import Testing

@Suite struct YinYangTests {
  @Test(
    "The classes are as numerous as published",
    arguments: [
      (YinYang.Split.train, [1681, 1702, 1617]), (.validation, [316, 336, 348]),
      (.test, [350, 316, 334]),
    ])
  func classCounts(split: YinYang.Split, expected: [Int]) {
    let samples = YinYang.samples(of: split)
    #expect(samples.count == split.sampleCount)
    let counts = (0..<3).map { label in samples.count { $0.label == label } }
    #expect(counts == expected)
  }

  @Test(
    "The first samples are as published",
    arguments: [
      (YinYang.Split.train, 0.68030754, 0.45049925, 2),
      (.validation, 0.68057273, 0.32097339, 0), (.test, 0.23409665, 0.40172498, 2),
    ])
  func firstSamples(split: YinYang.Split, x: Double, y: Double, label: Int) {
    let sample = YinYang.samples(of: split)[0]
    #expect(abs(sample.x - x) < 5e-9 && abs(sample.y - y) < 5e-9 && sample.label == label)
    #expect(sample.values == [sample.x, sample.y, 1 - sample.x, 1 - sample.y])
  }

  /// The authors' algorithm, on NumPy's own generator.
  static let original = """
    import sys, numpy as np
    r_small, r_big = 0.1, 0.5
    def which(x, y):
        right = np.sqrt((x - 1.5 * r_big)**2 + (y - r_big)**2)
        left = np.sqrt((x - 0.5 * r_big)**2 + (y - r_big)**2)
        yin = (right <= r_small or (left > r_small and left <= 0.5 * r_big)
               or (y > r_big and right > 0.5 * r_big))
        return 2 if right < r_small or left < r_small else int(yin)
    for seed, size in ((42, 5000), (41, 1000), (40, 1000)):
        rng = np.random.RandomState(seed)
        for _ in range(size):
            goal = rng.randint(3)
            while True:
                x, y = rng.rand(2) * 2. * r_big
                if np.sqrt((x - r_big)**2 + (y - r_big)**2) > r_big:
                    continue
                if which(x, y) == goal:
                    break
            values = np.array([x, y, 1. - x, 1. - y])
            print(*("%016x" % v for v in values.view(np.uint64)), goal)
    """

  @Test(
    "All splits are bit for bit those of NumPy",
    .enabled(if: Oracle.python.isUsable, "needs python3 with numpy"))
  func bitIdentical() throws {
    let result = try Oracle.python.run(["-c", Self.original])
    try #require(result.status == 0, "\(result.errors)")
    let ours = [YinYang.Split.train, .validation, .test].flatMap(YinYang.samples(of:)).map {
      let digits = $0.values.map { value in
        let hex = String(value.bitPattern, radix: 16)
        return String(repeating: "0", count: 16 - hex.count) + hex
      }
      return digits.joined(separator: " ") + " \($0.label)"
    }
    let theirs = result.text.split(separator: "\n").map(String.init)
    #expect(ours.count == theirs.count)
    let first = zip(ours, theirs).enumerated().first { $0.element.0 != $0.element.1 }
    #expect(first == nil)
  }

  @Test("The generator gives the numbers of the reference implementation's seed 5489")
  func mersenneTwister() {
    var generator = MersenneTwister(seed: 5489)
    #expect(generator.next() == 3_499_211_612)
    for _ in 1..<9999 { _ = generator.next() }
    // The 10000th number is fixed by the C++ standard [rand.predef].
    #expect(generator.next() == 4_123_659_995)
  }
}

@Suite struct SpikeTimeEncoderTests {
  @Test("Values 0 and 1 spike at 0.15 and 2 τs, the bias at 0.9 τs")
  func times() {
    let times = SpikeTimeEncoder().times(of: [0, 1, 0.5])
    #expect(zip(times, [0.15, 2, 1.075, 0.9]).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  @Test("Ticks are rounded to the nearest, a half up")
  func ticks() {
    var encoder = SpikeTimeEncoder()
    // 0.15 · 750 = 112.5; 2 · 750 = 1500; 0.9 · 750 = 675.
    #expect(encoder.ticks(of: [0, 1]) == [113, 1500, 675])
    encoder.bias = nil
    #expect(encoder.ticks(of: [0.001]) == [114])  // 113.8875
    #expect(encoder.ticks(of: [0.0006]) == [113])  // 113.3325
  }
}
