import ChipGeometry

/// How far the converters differ from the nominal one; truncated like ``MismatchSpreads``.
public struct ConverterSpreads: Equatable, BitwiseCopyable, Sendable {
  /// Standard deviation of the channels' offsets, in LSB.
  public var channelOffset: Double
  /// Standard deviation of what the offsets of a quadrant have in common, in LSB.
  public var rampOffset: Double
  /// Relative standard deviation of the slope that a quadrant's channels share.
  public var rampSlope: Double

  public init(channelOffset: Double, rampOffset: Double, rampSlope: Double) {
    self.channelOffset = channelOffset
    self.rampOffset = rampOffset
    self.rampSlope = rampSlope
  }

  /// Offsets are that part of a threshold.
  public static func uniform(_ spread: Double) -> ConverterSpreads {
    let offset = spread * ConverterLevel.perThreshold
    return ConverterSpreads(channelOffset: offset, rampOffset: offset, rampSlope: spread)
  }

  /// What calibration leaves: of the offsets their rounding to whole codes and the noise of a few
  /// conversions (published bound: 3 LSB; chip reference, section 6.1c), of the ramps a step of their
  /// codes.
  public static let calibrated = ConverterSpreads(
    channelOffset: 0.5, rampOffset: 0.5, rampSlope: 0.005)

  /// Channels: 9.95 after the cut, the published spread of calibrated offset codes. Ramps: the inverse image of
  /// their calibrated codes, offsets 25 to 40 at 1.9 mV, slopes 348 to 389 (section 6.1a).
  public static let uncalibrated = ConverterSpreads(
    channelOffset: 10.4, rampOffset: 2.5, rampSlope: 0.05)

  public static let ideal = uniform(0)

  static let valueCount = 3

  var values: [Double] { [channelOffset, rampOffset, rampSlope] }

  init(values v: [Double]) {
    self.init(channelOffset: v[0], rampOffset: v[1], rampSlope: v[2])
  }
}

/// The deviations of one chip's column converters.
struct ConverterMismatch: Sendable {
  /// 512 h + 256 k + c, k 0 for the causal channels.
  let channelOffset: [Double]
  /// By quadrant.
  let rampOffset: [Double]
  let rampSlope: [Double]

  init(seed: UInt64, spreads: ConverterSpreads) {
    let channels = CircuitDeviations(seed: seed, count: ColumnADC.channelCount)
    channelOffset = channels.additive("column ADC channel offset", spreads.channelOffset)
    let quadrants = CircuitDeviations(seed: seed, count: 4)
    rampOffset = quadrants.additive("column ADC ramp offset", spreads.rampOffset)
    rampSlope = quadrants.factors("column ADC ramp slope", spreads.rampSlope)
  }
}
