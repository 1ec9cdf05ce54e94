import ChipGeometry

/// One of the two correlation sensors that every synapse has (chip reference, section 4).
///
/// Both store a sum: each pair of an event at the synapse (pre) and a spike of its neuron (post)
/// adds η exp(-|Δt| / τ) to the causal sensor if the event came first, to the acausal one if the
/// spike did. Pairs are of next neighbours and each event is used once each way: a spike pairs with
/// the latest event since the spike before it, an event with the latest spike since the event before
/// it. Δt counts from the cycle in which the event reaches the synapse and that of the spike; what
/// happens in one cycle has Δt = 0 and pairs in the order in which it happens: on the chip spikes
/// come before the events of their cycle.
///
/// A synapse sees the events that its row takes and whose label it has, also at weight zero and with
/// shortened pulses; a disabled row sees none. η and τ are those of the time at which a pair is
/// complete. Sums stay until they are reset: how fast the chip's leak is not published.
public enum CorrelationSensor: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  /// Pre before post.
  case causal = 0
  /// Post before pre.
  case acausal = 1
}

/// What is on for the sensors of a column.
public struct CorrelationSwitches: OptionSet, BitwiseCopyable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The neuron's spikes reach the sensors of its column. Without them nothing is stored, and a
  /// network costs nothing; to switch them off forgets events and spikes that have no partner yet.
  public static let postPulses = CorrelationSwitches(rawValue: 1)
  /// The causal sensors are connected to the column's converter.
  public static let causal = CorrelationSwitches(rawValue: 2)
  /// The acausal sensors are connected to the column's converter.
  public static let acausal = CorrelationSwitches(rawValue: 4)
  public static let all: CorrelationSwitches = [.postPulses, .causal, .acausal]

  static func connects(_ sensor: CorrelationSensor) -> CorrelationSwitches {
    switch sensor {
    case .causal: .causal
    case .acausal: .acausal
    }
  }
}

/// The calibration bits of a synapse, for both of its sensors. What a step does is not published:
/// ``CorrelationTransfer``.
public struct CorrelationCalibration: Equatable, BitwiseCopyable, Sendable {
  /// τ as a code, 0…3; nothing at 1.
  public var time: UInt8
  /// η as a code, 0…3; nothing at 1.
  public var amplitude: UInt8

  public init(time: UInt8 = 1, amplitude: UInt8 = 1) {
    self.time = time
    self.amplitude = amplitude
  }

  /// The byte on the bus: bits 1:0 the time, 3:2 the amplitude.
  public init(byte: UInt8) { self.init(time: byte & 3, amplitude: byte >> 2 & 3) }
  public var byte: UInt8 { time & 3 | (amplitude & 3) << 2 }
}

/// What the sensors of a hemisphere have in common: on the chip two currents of each of its parameter
/// blocks (`syn_i_bias_store`, `syn_i_bias_ramp`).
public struct CommonCorrelation: Equatable, BitwiseCopyable, Sendable {
  /// η in steps of the column converter per pair; 0.2…2 on the calibrated chip.
  public var amplitude: Double
  /// τ in cycles; 2…30 µs on the calibrated chip.
  public var timeConstant: Double

  /// The published defaults: 0.5 steps and 5 µs.
  public init(amplitude: Double = 0.5, timeConstant: Double = 1250) {
    self.amplitude = amplitude
    self.timeConstant = timeConstant
  }

  /// Finite, the amplitude not negative, the time constant positive.
  public var isPossible: Bool {
    amplitude >= 0 && amplitude.isFinite && timeConstant > 0 && timeConstant.isFinite
  }
}

/// How sensors are read and calibrated, none of which is published.
public struct CorrelationTransfer: Equatable, BitwiseCopyable, Sendable {
  /// What the column converter reads of a sensor that has stored nothing, in its steps; what is
  /// stored lowers it. Default 150; the published calibration demands 120 at least.
  public var baseline: Double
  /// The most that a sensor can lower it by, A. Default 120.
  public var saturation: Double
  /// The part p of that up to which a reading follows the sum Q of all pairs. Default 0.7.
  ///
  ///     Q                                          for Q ≤ p A
  ///     A - (1 - p) A exp(-(Q - p A) / ((1 - p) A))   above; with p = 1 just A
  public var linearPart: Double
  /// What a step of the amplitude code adds to η, as a part of it. Default 0.2.
  public var amplitudeStep: Double
  /// What a step of the time code adds to τ, as a part of it. Default 0.2.
  public var timeStep: Double
  /// Whether a neuron's reset also resets the sensors of its column in row 0, as is published of the
  /// chip as a fault.
  public var resetsRowZero: Bool

  public init(
    baseline: Double = 150, saturation: Double = 120, linearPart: Double = 0.7,
    amplitudeStep: Double = 0.2, timeStep: Double = 0.2, resetsRowZero: Bool = true
  ) {
    self.baseline = baseline
    self.saturation = saturation
    self.linearPart = linearPart
    self.amplitudeStep = amplitudeStep
    self.timeStep = timeStep
    self.resetsRowZero = resetsRowZero
  }

  /// All finite, saturation positive, the part within 0…1, steps within 0…0.9.
  public var isPossible: Bool {
    baseline.isFinite && saturation > 0 && saturation.isFinite && (0...1).contains(linearPart)
      && (0...0.9).contains(amplitudeStep) && (0...0.9).contains(timeStep)
  }

  /// What a sum of pairs lowers a reading by.
  public func amplitude(ofSum sum: Double) -> Double {
    let knee = linearPart * saturation
    guard sum > knee else { return sum }
    let rest = saturation - knee
    guard rest > 0 else { return saturation }
    return saturation - rest * ElementaryFunctions.exp((knee - sum) / rest)
  }

  static let valueCount = 6

  var values: [Double] {
    [baseline, saturation, linearPart, amplitudeStep, timeStep, resetsRowZero ? 1 : 0]
  }

  init(values v: [Double]) {
    self.init(
      baseline: v[0], saturation: v[1], linearPart: v[2], amplitudeStep: v[3], timeStep: v[4],
      resetsRowZero: v[5] != 0)
  }
}
