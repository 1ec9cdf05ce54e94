/// Short-term plasticity of a synapse driver, both of its rows together: a simplified
/// Tsodyks-Markram model with one voltage (chip reference, section 3).
///
/// Between events the driver's voltage V goes to a recovery potential; an event finds it, gets a
/// pulse of the length that it stands for, and then moves it towards a charging potential:
///
///     V' = (V_recover - V) / τ
///     efficacy = (V_silent - V) / (V_silent - V_full) + offset, clipped to 0…1
///     V += u (V_charge - V)
///
/// The charge of every synapse that the event reaches is that part, the efficacy, of the full
/// pulse's. All events that the driver takes from its bus count, also those whose label no synapse
/// has and those of disabled rows. How codes become τ, u and offset, and voltages efficacies, is
/// not published: ``ShortTermTransfer``.
///
/// Charge sharing and renewing, the chip's other modes, are published as broken and left out.
public struct ShortTermPlasticity: Equatable, BitwiseCopyable, Sendable {
  /// Which of the two pairs of potentials of ``CommonShortTermPlasticity`` a driver works with.
  public enum VoltageSet: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    /// Facilitating by default.
    case first = 0
    /// Depressing by default.
    case second = 1
  }

  public var voltages: VoltageSet
  /// u as a code, 0…15.
  public var utilisation: UInt8
  /// The speed of recovery as a code, 0…15, the fastest 15; the common clock scales it.
  public var recovery: UInt8
  /// A code for calibration, 0…15, that adds to the efficacy; nothing at 8.
  public var offset: UInt8

  /// By default u is about 0.2, as is typical on the chip.
  public init(
    voltages: VoltageSet = .first, utilisation: UInt8 = 4, recovery: UInt8 = 8, offset: UInt8 = 8
  ) {
    self.voltages = voltages
    self.utilisation = utilisation
    self.recovery = recovery
    self.offset = offset
  }

  /// Why no driver can have these settings; nil if one can.
  public var problem: String? {
    for (name, code) in [
      ("a utilisation", utilisation), ("a recovery", recovery), ("an offset", offset),
    ] where code > 15 {
      return "\(name) code of \(code); 0…15 expected"
    }
    return nil
  }
}

/// The two potentials of short-term plasticity, as codes of the parameter memory, 0…1022.
public struct ShortTermVoltages: Equatable, BitwiseCopyable, Sendable {
  /// Where events drive the voltage to (`stp_v_charge`).
  public var charge: UInt16
  /// Where it goes by itself (`stp_v_recover`).
  public var recover: UInt16

  public init(charge: UInt16, recover: UInt16) {
    self.charge = charge
    self.recover = recover
  }

  /// The published default of set 0.
  public static let facilitating = ShortTermVoltages(charge: 100, recover: 400)
  /// The published default of set 1.
  public static let depressing = ShortTermVoltages(charge: 330, recover: 50)
}

/// What the drivers of a hemisphere have in common. On the chip its two parameter blocks can have
/// different potentials.
public struct CommonShortTermPlasticity: Equatable, BitwiseCopyable, Sendable {
  /// The recovery clock as a code, 0…15, the fastest 15; nil: off, nothing recovers.
  public var recoveryClock: UInt8?
  public var first: ShortTermVoltages
  public var second: ShortTermVoltages

  public init(
    recoveryClock: UInt8? = 8, first: ShortTermVoltages = .facilitating,
    second: ShortTermVoltages = .depressing
  ) {
    self.recoveryClock = recoveryClock
    self.first = first
    self.second = second
  }

  subscript(set: ShortTermPlasticity.VoltageSet) -> ShortTermVoltages {
    switch set {
    case .first: first
    case .second: second
    }
  }

  /// Why no hemisphere can have these settings; nil if one can.
  public var problem: String? {
    if let recoveryClock, recoveryClock > 15 {
      return "a recovery clock code of \(recoveryClock); 0…15 expected"
    }
    for code in [first.charge, first.recover, second.charge, second.recover] where code > 1022 {
      return "a short-term plasticity voltage code of \(code); 0…1022 expected"
    }
    return nil
  }
}

/// How the codes of short-term plasticity act, none of which is published.
public struct ShortTermTransfer: Equatable, BitwiseCopyable, Sendable {
  /// u at code 15, 0…1; u is proportional to the code. Default 0.74, the highest measured on
  /// prototypes (27 to 74 %; chip reference, section 3); code 4 is then the typical 0.2.
  public var fullUtilisation: Double
  /// τ in cycles with both codes 15. Default 595, that is 2.38 µs: prototypes are reported from
  /// 2.38 to 2120 ms, in biological time, a thousandfold.
  public var shortestRecovery: Double
  /// τ in cycles with both codes 0, at least 16 times the shortest. Default 530 000, 2.12 ms.
  ///
  /// With a recovery code r and a clock code k, τ = shortest · 16 / (r + 1) · q^(15 - k): the code
  /// counts capacitors that the clock switches. q spans the range from shortest to longest.
  public var longestRecovery: Double
  /// The voltage, in codes of the parameter memory, of a full pulse. Default 0.
  public var fullVoltage: Double
  /// The voltage of no pulse; not that of a full one. Default 500: the default voltages then keep
  /// efficacies between 0.2 and 0.8 (set 0), 0.34 and 0.9 (set 1), clear of both ends.
  public var silentVoltage: Double
  /// What a step of the offset code adds to the efficacy. Default 1/64: 16 codes span the
  /// uncalibrated offsets (``ShortTermSpreads``).
  public var offsetStep: Double

  public init(
    fullUtilisation: Double = 0.74, shortestRecovery: Double = 595,
    longestRecovery: Double = 530_000, fullVoltage: Double = 0, silentVoltage: Double = 500,
    offsetStep: Double = 0.015625
  ) {
    self.fullUtilisation = fullUtilisation
    self.shortestRecovery = shortestRecovery
    self.longestRecovery = longestRecovery
    self.fullVoltage = fullVoltage
    self.silentVoltage = silentVoltage
    self.offsetStep = offsetStep
  }

  /// All finite and as stated with each.
  public var isPossible: Bool {
    values.allSatisfy(\.isFinite) && fullUtilisation >= 0 && fullUtilisation <= 1
      && shortestRecovery > 0 && longestRecovery >= 16 * shortestRecovery
      && silentVoltage != fullVoltage
  }

  static let valueCount = 6

  var values: [Double] {
    [
      fullUtilisation, shortestRecovery, longestRecovery, fullVoltage, silentVoltage, offsetStep,
    ]
  }

  init(values v: [Double]) {
    self.init(
      fullUtilisation: v[0], shortestRecovery: v[1], longestRecovery: v[2], fullVoltage: v[3],
      silentVoltage: v[4], offsetStep: v[5])
  }
}
