/// One step of one circuit by the method of Dormand and Prince (1980): order 5, error estimate of
/// order 4, and between the ends the polynomial of order 4 that Hairer, Nørsett and Wanner give for
/// it (Solving Ordinary Differential Equations I, section II.6). Its local error is of the order
/// that the estimate controls.
///
/// An explicit method: where the exponential term is strong, solutions run apart instead of
/// together, so that small steps are called for by accuracy and an implicit method would gain
/// nothing. Strong conductances between compartments are what makes it slow (steps stay below about
/// 3 of their time constants).
struct StepRecord: BitwiseCopyable {
  /// At the beginning and the end of the step.
  var start = Pair()
  var end = Pair()
  var startStrengths = Pair()
  var endStrengths = Pair()
  /// Where the derivative is asked for.
  var input = Pair()
  // Derivatives at the stages.
  var k1 = Pair()
  var k2 = Pair()
  var k3 = Pair()
  var k4 = Pair()
  var k5 = Pair()
  var k6 = Pair()
  var k7 = Pair()
  /// What draws the membrane, and the conductance it meets, at the stages (index 1…5: 0.2, 0.3,
  /// 0.8, 8/9, 1; index 0: 0), in units of the leak.
  var sources = SIMD8<Double>()
  var conductances = SIMD8<Double>()
  /// Work space of the node and the line that this member names.
  var nodeCurrent = 0.0
  var lineSum = 0.0

  static let stageCount = 6

  /// Sets ``input`` for a stage: 1…5 of the step, 6 its end.
  @inline(__always)
  mutating func prepare(stage: Int, _ h: Double) {
    typealias T = Tableau
    let move: Pair
    switch stage {
    case 1: move = k1 * T.a21
    case 2: move = mix(k1, T.a31, k2, T.a32)
    case 3: move = mix(k1, T.a41, k2, T.a42) + k3 * T.a43
    case 4: move = mix(k1, T.a51, k2, T.a52) + mix(k3, T.a53, k4, T.a54)
    case 5: move = mix(k1, T.a61, k2, T.a62) + mix(k3, T.a63, k4, T.a64) + k5 * T.a65
    default: move = mix(k1, T.a71, k3, T.a73) + mix(k4, T.a74, k5, T.a75) + k6 * T.a76
    }
    input = start + move * h
    if stage == Self.stageCount { end = input }
  }

  @inline(__always)
  private func mix(_ a: Pair, _ x: Double, _ b: Pair, _ y: Double) -> Pair { a * x + b * y }

  @inline(__always)
  mutating func setDerivative(stage: Int, _ k: Pair) {
    switch stage {
    case 0: k1 = k
    case 1: k2 = k
    case 2: k3 = k
    case 3: k4 = k
    case 4: k5 = k
    case 5: k6 = k
    default: k7 = k
    }
  }

  /// The estimated error over what is allowed, the larger of both components.
  @inline(__always)
  func error(_ h: Double, _ settings: IntegrationSettings) -> Double {
    typealias T = Tableau
    let first = mix(k1, T.e1, k3, T.e3) + mix(k4, T.e4, k5, T.e5)
    let error = (first + mix(k6, T.e6, k7, T.e7)) * h
    let a = start.replacing(with: -start, where: start .< 0)
    let b = end.replacing(with: -end, where: end .< 0)
    let size = a.replacing(with: b, where: b .> a)
    let scale = size * settings.relativeTolerance + settings.absoluteTolerance
    let ratio = error / scale
    return Swift.max(ratio[0].magnitude, ratio[1].magnitude)
  }

  /// The last three coefficients of the polynomial, of the first and of second order in what the
  /// ends do not tell.
  private func coefficients(_ h: Double) -> (Pair, Pair, Pair) {
    let difference = end - start
    let third = k1 * h - difference
    let fourth = difference - k7 * h - third
    typealias T = Tableau
    let low = mix(k1, T.d1, k3, T.d3) + k4 * T.d4
    let high = mix(k5, T.d5, k6, T.d6) + k7 * T.d7
    return (third, fourth, (low + high) * h)
  }

  /// The state at the fraction `x` of the step.
  func value(_ x: Double, _ h: Double) -> Pair {
    let (third, fourth, fifth) = coefficients(h)
    let y = 1 - x
    let inner = third + (fourth + fifth * y) * x
    return start + ((end - start) + inner * y) * x
  }

  /// The potential of the node that the member names, over the step.
  func potential(_ h: Double) -> Quartic {
    let (third, fourth, fifth) = coefficients(h)
    return Quartic(
      start: start[0], difference: end[0] - start[0], third: third[0], fourth: fourth[0],
      fifth: fifth[0])
  }
}

/// The coefficients of the method.
private enum Tableau {
  static let a21 = 1.0 / 5
  static let a31 = 3.0 / 40
  static let a32 = 9.0 / 40
  static let a41 = 44.0 / 45
  static let a42 = -56.0 / 15
  static let a43 = 32.0 / 9
  static let a51 = 19372.0 / 6561
  static let a52 = -25360.0 / 2187
  static let a53 = 64448.0 / 6561
  static let a54 = -212.0 / 729
  static let a61 = 9017.0 / 3168
  static let a62 = -355.0 / 33
  static let a63 = 46732.0 / 5247
  static let a64 = 49.0 / 176
  static let a65 = -5103.0 / 18656
  static let a71 = 35.0 / 384
  static let a73 = 500.0 / 1113
  static let a74 = 125.0 / 192
  static let a75 = -2187.0 / 6784
  static let a76 = 11.0 / 84
  /// Order 5 minus order 4.
  static let e1 = 71.0 / 57600
  static let e3 = -71.0 / 16695
  static let e4 = 71.0 / 1920
  static let e5 = -17253.0 / 339200
  static let e6 = 22.0 / 525
  static let e7 = -1.0 / 40
  /// Of the polynomial.
  static let d1 = -12_715_105_075.0 / 11_282_082_432
  static let d3 = 87_487_479_700.0 / 32_700_410_799
  static let d4 = -10_690_763_975.0 / 1_880_347_072
  static let d5 = 701_980_252_875.0 / 199_316_789_632
  static let d6 = -1_453_857_185.0 / 822_651_844
  static let d7 = 69_997_945.0 / 29_380_423
}
