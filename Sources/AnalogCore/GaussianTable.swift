import ChipGeometry

/// Quick Gaussian deviates: quantiles of the standard normal distribution at equally probable points,
/// with straight lines between them, cut off at a bound.
struct GaussianTable: Sendable {
  private static let binBits: UInt64 = 10
  private static let binCount = 1 << Int(binBits)
  private let quantiles: [Double]

  /// - Parameter tail: the probability beyond the bound, on each side.
  private init(tail: Double) {
    quantiles = (0...Self.binCount).map { i in
      NormalDistribution.quantile(tail + (1 - 2 * tail) * Double(i) / Double(Self.binCount))
    }
  }

  /// Cut off at 2.5 σ, for fixed-pattern mismatch.
  static let mismatch = GaussianTable(tail: 0.006_209_665_325_776_132)

  /// Cut off at 3.5 σ, for temporal noise.
  static let noise = GaussianTable(tail: 0.000_232_629_079_035_525_04)

  /// The deviate of 64 random bits.
  @inline(__always)
  func deviate(_ bits: UInt64) -> Double {
    let bin = Int(truncatingIfNeeded: bits >> (64 - Self.binBits))
    let fraction = Double((bits << Self.binBits) >> 11) * 0x1p-53
    let low = quantiles[bin]
    return low + (quantiles[bin + 1] - low) * fraction
  }
}

/// A small generator (SplitMix64, Steele, Lea and Flood 2014), one per neuron, so that a neuron's
/// noise does not depend on what others do.
struct NoiseStream: BitwiseCopyable, Sendable {
  var state: UInt64

  /// What each number adds to the state.
  static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inline(__always)
  mutating func next() -> UInt64 {
    state &+= Self.increment
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
