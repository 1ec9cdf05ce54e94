/// How codes of the parameter memory become the parameters of a nominal circuit.
///
///     threshold = v · code                 leak, reset = v · code - drop         (volts)
///     τm = k_m / code      τs = k_s / code      gain = s · code · τm / 12 µs
///
/// and an input lifts (inhibitory: lowers) the resting membrane by
///
///     o · (code of its shift - centre) · code of its gain / 500 · τm / 12 µs
///
/// Leak and reset pass a source follower, the threshold does not. Currents act in proportion to
/// their codes. Only what a source is named for is published.
public struct ParameterTransfer: Equatable, BitwiseCopyable, Sendable {
  /// v in volts: 1.9 mV on the membrane (section 2.4).
  public var voltagePerCode: Double
  /// In volts: threshold code 300 and leak code 700 are the same membrane voltage (section 2.2).
  public var followerDrop: Double
  /// k_m in cycles: 948 µs, since calibrated codes for 6 µs are 158 on average (section 6.1a).
  public var membraneTime: Double
  /// k_s in cycles: 486 µs, since codes for 6 µs are 84 and 78 (section 6.1a).
  public var synapticTime: Double
  /// s in threshold units: the published default code of 500 makes weight 63 a current of 8 thresholds
  /// at τm = 12 µs. Not published.
  public var gainPerCode: Double
  /// o in threshold units: 120 codes, the spread of calibrated ones, are some half a threshold. Not
  /// published.
  public var shiftPerCode: Double
  /// The shift code of a nominal circuit: calibrated ones are 314 and 294 on average (section 6.1a).
  public var shiftCentre: Double

  public init(
    voltagePerCode: Double = 0.0019, followerDrop: Double = 0.76, membraneTime: Double = 237_000,
    synapticTime: Double = 121_500, gainPerCode: Double = 0.016,
    shiftPerCode: Double = 0.004, shiftCentre: Double = 304
  ) {
    self.voltagePerCode = voltagePerCode
    self.followerDrop = followerDrop
    self.membraneTime = membraneTime
    self.synapticTime = synapticTime
    self.gainPerCode = gainPerCode
    self.shiftPerCode = shiftPerCode
    self.shiftCentre = shiftCentre
  }

  /// All finite; slopes and time constants positive.
  public var isPossible: Bool {
    values.allSatisfy(\.isFinite) && voltagePerCode > 0 && membraneTime > 0 && synapticTime > 0
      && gainPerCode >= 0 && shiftPerCode >= 0
  }

  static let valueCount = 7

  var values: [Double] {
    [
      voltagePerCode, followerDrop, membraneTime, synapticTime, gainPerCode, shiftPerCode,
      shiftCentre,
    ]
  }

  init(values v: [Double]) {
    self.init(
      voltagePerCode: v[0], followerDrop: v[1], membraneTime: v[2], synapticTime: v[3],
      gainPerCode: v[4], shiftPerCode: v[5], shiftCentre: v[6])
  }

  /// Time constants lie within 0.1 and 2000 µs, the range of the published fits (section 2.4).
  static let timeConstants = 25.0...500_000.0

  /// 12 µs in cycles, for which gains and shifts are stated.
  static let referenceTime = 3000.0
  /// The gain code for which shifts are stated.
  static let referenceGain = 500.0

  /// Volts of a potential in threshold units: 0 is level 80 of the column converters, 0.42 V, and a
  /// threshold 45 levels, 0.2025 V.
  static let zeroVoltage = 0.42
  static let thresholdVoltage = 0.2025

  /// The parameters of one circuit.
  func parameters(
    _ code: (ParameterCell) -> UInt16, refractoryTime: Double, _ deviations: CircuitParameters,
    excitatory hasExcitatory: Bool, inhibitory hasInhibitory: Bool
  ) -> NeuronParameters {
    func value(_ cell: ParameterCell) -> Double {
      let code = code(cell)
      return code == ParameterCell.codeCount - 1 ? 0 : Double(code)
    }
    func potential(_ volts: Double) -> Double {
      (volts - Self.zeroVoltage) / Self.thresholdVoltage
    }
    func time(_ scale: Double, _ strength: Double) -> Double {
      let range = Self.timeConstants
      return strength > 0
        ? min(max(scale / strength, range.lowerBound), range.upperBound)
        : range.upperBound
    }
    let tau = time(membraneTime, value(.leakBias) * deviations.leakConductance)
    func push(_ gain: ParameterCell, _ shift: ParameterCell, _ deviation: Double) -> Double {
      shiftPerCode * (value(shift) - shiftCentre - deviation) * value(gain) / Self.referenceGain
        * tau / Self.referenceTime
    }
    var leak = potential(voltagePerCode * value(.leak) - followerDrop + deviations.leak)
    if hasExcitatory { leak += push(.excitatoryGain, .excitatoryShift, deviations.shift.0) }
    if hasInhibitory { leak -= push(.inhibitoryGain, .inhibitoryShift, deviations.shift.1) }
    return NeuronParameters(
      membraneTimeConstant: tau,
      excitatoryTimeConstant: time(
        synapticTime, value(.excitatoryTimeConstant) * deviations.synapticConductance.0),
      inhibitoryTimeConstant: time(
        synapticTime, value(.inhibitoryTimeConstant) * deviations.synapticConductance.1),
      leak: leak,
      reset: potential(voltagePerCode * value(.reset) - followerDrop + deviations.reset),
      threshold: potential(voltagePerCode * value(.threshold) + deviations.threshold),
      refractoryTime: refractoryTime,
      excitatoryGain: gainPerCode * value(.excitatoryGain) * deviations.gain.0
        * tau / Self.referenceTime,
      inhibitoryGain: gainPerCode * value(.inhibitoryGain) * deviations.gain.1
        * tau / Self.referenceTime)
  }
}

/// How one circuit differs from the nominal one; pairs are excitatory and inhibitory.
struct CircuitParameters: Sendable {
  /// In volts.
  var leak = 0.0
  var reset = 0.0
  var threshold = 0.0
  /// Factors.
  var leakConductance = 1.0
  var synapticConductance = (1.0, 1.0)
  var gain = (1.0, 1.0)
  /// In codes.
  var shift = (0.0, 0.0)
}
