/// How steeply membranes crossed their thresholds, and what the threshold noise therefore did to the
/// times of the spikes.
///
/// An offset of the threshold moves a crossing by offset / slope (to first order), so with noise of
/// standard deviation σ each spike's time has the standard deviation σ / slope. Slopes are counted in
/// bins an eighth of an octave wide.
public struct SpikeJitter: Equatable, Sendable {
  /// Standard deviation of the threshold noise, in threshold units.
  public let thresholdNoise: Double
  private(set) var counts = [UInt64](repeating: 0, count: binCount)

  static let binCount = 256
  /// Slopes below 2^-26 threshold units per cycle share the first bin.
  private static let firstExponent = 1023 - 26

  init(thresholdNoise: Double) { self.thresholdNoise = thresholdNoise }

  init(thresholdNoise: Double, counts: [UInt64]) {
    self.thresholdNoise = thresholdNoise
    self.counts = counts
  }

  /// Counts a crossing of this slope; a spike without a crossing has slope zero and does not count.
  @inline(__always)
  mutating func count(slope: Double) {
    guard slope > 0 else { return }
    let bin = Int(slope.bitPattern >> 49) - Self.firstExponent * 8
    counts[Swift.min(Swift.max(bin, 0), Self.binCount - 1)] += 1
  }

  /// Threshold crossings counted.
  public var spikeCount: UInt64 { counts.reduce(0, +) }

  /// The standard deviation of a spike's time, in cycles, that the fraction `p` of the spikes stays
  /// below: 0.5 for the median. Zero without spikes.
  public func quantile(_ p: Double) -> Double {
    let total = Double(spikeCount)
    guard total > 0 else { return 0 }
    // The steepest crossings jitter least.
    var seen = 0.0
    for bin in counts.indices.reversed() {
      seen += Double(counts[bin])
      if seen >= p * total { return thresholdNoise / Self.slope(of: bin) }
    }
    return thresholdNoise / Self.slope(of: 0)
  }

  /// The median, in cycles.
  public var median: Double { quantile(0.5) }

  /// The mean over all spikes, in cycles. Rare grazing crossings make it larger than the median.
  public var mean: Double {
    var sum = 0.0
    for bin in counts.indices { sum += Double(counts[bin]) * thresholdNoise / Self.slope(of: bin) }
    return sum == 0 ? 0 : sum / Double(spikeCount)
  }

  /// The middle of a bin.
  private static func slope(of bin: Int) -> Double {
    let low = Double(bitPattern: UInt64(bin + firstExponent * 8) << 49)
    let high = Double(bitPattern: UInt64(bin + 1 + firstExponent * 8) << 49)
    return 0.5 * (low + high)
  }
}
