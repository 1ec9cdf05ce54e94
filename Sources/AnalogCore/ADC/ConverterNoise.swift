import ChipGeometry

/// The noise of some converters: a number of its own for each of them in each cycle, from a seed and
/// nothing else, so that there is no state to keep.
struct ConverterNoise: Sendable {
  private let seed: UInt64
  private let count: Int

  init(seed: UInt64, name: String, count: Int) {
    var seeds = RandomStream(seed: seed, name: name)
    self.seed = seeds.next()
    self.count = count
  }

  /// A standard normal deviate for one of `count` converters.
  func deviate(_ index: Int, _ time: ClockTime) -> Double {
    let position = time.cycles &* UInt64(count) &+ UInt64(index)
    var stream = NoiseStream(state: seed &+ position &* NoiseStream.increment)
    return GaussianTable.noise.deviate(stream.next())
  }
}
