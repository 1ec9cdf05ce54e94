import ChipGeometry

/// How far the short-term plasticity of drivers differs from nominal; truncated like
/// ``MismatchSpreads``.
public struct ShortTermSpreads: Equatable, BitwiseCopyable, Sendable {
  /// Standard deviation of the efficacy, in parts of the full pulse.
  public var offset: Double
  /// Relative standard deviation.
  public var utilisation: Double
  /// Relative standard deviation of the time constant.
  public var recovery: Double

  public init(offset: Double, utilisation: Double, recovery: Double) {
    self.offset = offset
    self.utilisation = utilisation
    self.recovery = recovery
  }

  /// All spreads alike, the offset's that part of the full pulse.
  public static func uniform(_ spread: Double) -> ShortTermSpreads {
    ShortTermSpreads(offset: spread, utilisation: spread, recovery: spread)
  }

  /// Not published; the offset as the 4-bit calibration leaves it with the default step, twice its
  /// rounding. Calibration touches nothing else.
  public static let calibrated = ShortTermSpreads(offset: 0.01, utilisation: 0.05, recovery: 0.20)

  /// Not published; the offset such that its codes span 2.5 σ, the utilisation, a ratio of
  /// capacitors, as the weight converter, recovery as uncalibrated synaptic time constants.
  public static let uncalibrated = ShortTermSpreads(
    offset: 0.05, utilisation: 0.05, recovery: 0.20)

  public static let ideal = uniform(0)

  static let valueCount = 3

  var values: [Double] { [offset, utilisation, recovery] }

  init(values v: [Double]) { self.init(offset: v[0], utilisation: v[1], recovery: v[2]) }
}

/// What the short-term plasticity of a driver is, mismatch included.
public struct RealisedShortTermPlasticity: Equatable, BitwiseCopyable, Sendable {
  /// u, 0…1.
  public var utilisation: Double
  /// τ in cycles; infinite while the recovery clock is off.
  public var recoveryTime: Double
  /// Part of the full pulse that adds to the efficacy, from code and mismatch together.
  public var offset: Double
}

/// The deviations of one chip's drivers: 128 h + d. Drawn when a chip first has a driver with
/// short-term plasticity: a stream of its own name for each parameter, so that nothing else is
/// drawn differently.
struct ShortTermMismatch: Sendable {
  private let offset: [Double]
  private let utilisation: [Double]
  private let recovery: [Double]

  init(seed: UInt64, spreads: ShortTermSpreads) {
    let drivers = CircuitDeviations(seed: seed, count: 2 * ChipSize.drivers)
    offset = drivers.additive("short-term offset", spreads.offset)
    utilisation = drivers.factors("short-term utilisation", spreads.utilisation)
    recovery = drivers.factors("short-term recovery", spreads.recovery)
  }

  /// What driver 128 h + d really does with these codes.
  func realised(
    _ nominal: ShortTermPlasticity, recoveryClock: UInt8?, _ transfer: ShortTermTransfer,
    of driver: Int
  ) -> RealisedShortTermPlasticity {
    let u = transfer.fullUtilisation * Double(nominal.utilisation) / 15
    let time =
      recoveryClock.map { transfer.recoveryTime(code: nominal.recovery, clock: $0) } ?? .infinity
    return RealisedShortTermPlasticity(
      utilisation: min(u * utilisation[driver], 1), recoveryTime: time * recovery[driver],
      offset: (Double(nominal.offset) - 8) * transfer.offsetStep + offset[driver])
  }
}

extension ShortTermTransfer {
  /// τ in cycles.
  fileprivate func recoveryTime(code: UInt8, clock: UInt8) -> Double {
    let slowest = shortestRecovery * 16 / (Double(code) + 1)
    let range = ElementaryFunctions.log(longestRecovery / (16 * shortestRecovery))
    return slowest * ElementaryFunctions.exp(range * (15 - Double(clock)) / 15)
  }
}
