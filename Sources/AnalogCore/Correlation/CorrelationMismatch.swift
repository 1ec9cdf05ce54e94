import ChipGeometry

/// How far the sensors of synapses differ from nominal; truncated like ``MismatchSpreads``.
public struct CorrelationSpreads: Equatable, BitwiseCopyable, Sendable {
  /// Relative standard deviation of η, each sensor by itself.
  public var amplitude: Double
  /// Relative standard deviation of τ, each sensor by itself.
  public var timeConstant: Double

  public init(amplitude: Double, timeConstant: Double) {
    self.amplitude = amplitude
    self.timeConstant = timeConstant
  }

  public static func uniform(_ spread: Double) -> CorrelationSpreads {
    CorrelationSpreads(amplitude: spread, timeConstant: spread)
  }

  /// Not published. As calibration bits leave the uncalibrated ones: with a step of 0.2 they bring
  /// most of the codes' range to within half a step.
  public static let calibrated = CorrelationSpreads(amplitude: 0.15, timeConstant: 0.15)

  /// Not published; the published test allows a factor of 2 between the 30th and the 70th
  /// percentile, that is a deviation of 0.6. Half of that.
  public static let uncalibrated = CorrelationSpreads(amplitude: 0.30, timeConstant: 0.30)

  public static let ideal = uniform(0)

  static let valueCount = 2

  var values: [Double] { [amplitude, timeConstant] }

  init(values v: [Double]) { self.init(amplitude: v[0], timeConstant: v[1]) }
}

/// What the two sensors of a synapse are, mismatch and calibration included.
public struct RealisedCorrelation: Equatable, BitwiseCopyable, Sendable {
  /// η in steps of the column converter.
  public var causalAmplitude: Double
  public var acausalAmplitude: Double
  /// τ in cycles.
  public var causalTimeConstant: Double
  public var acausalTimeConstant: Double
}

/// The deviations of the sensors of one synapse row, 256 h + r, of 256 columns: drawn when the row is
/// first used, from streams of its own, so that a chip draws what it needs.
struct CorrelationMismatch {
  private let causalAmplitude: [Double]
  private let acausalAmplitude: [Double]
  private let causalTime: [Double]
  private let acausalTime: [Double]

  init(seed: UInt64, spreads: CorrelationSpreads, row: Int) {
    let synapses = CircuitDeviations(seed: seed, count: ChipSize.columns)
    causalAmplitude = synapses.factors("causal amplitude \(row)", spreads.amplitude)
    acausalAmplitude = synapses.factors("acausal amplitude \(row)", spreads.amplitude)
    causalTime = synapses.factors("causal time constant \(row)", spreads.timeConstant)
    acausalTime = synapses.factors("acausal time constant \(row)", spreads.timeConstant)
  }

  func realised(
    _ common: CommonCorrelation, _ calibration: CorrelationCalibration,
    _ transfer: CorrelationTransfer, column: Int
  ) -> RealisedCorrelation {
    let amplitude =
      common.amplitude * (1 + (Double(calibration.amplitude) - 1) * transfer.amplitudeStep)
    let time = common.timeConstant * (1 + (Double(calibration.time) - 1) * transfer.timeStep)
    return RealisedCorrelation(
      causalAmplitude: amplitude * causalAmplitude[column],
      acausalAmplitude: amplitude * acausalAmplitude[column],
      causalTimeConstant: time * causalTime[column],
      acausalTimeConstant: time * acausalTime[column])
  }
}
