/// The physical parameters of one leaky integrate-and-fire neuron.
///
///     τm V' = -(V - leak) + I_exc - I_inh        τs I' = -I (each input with its own τs)
///     an input of code c:  I += c · gain / 63
///     V reaches the threshold from below: spike; V is held at `reset` for the refractory time
///
/// Voltages and currents are in units of the nominal threshold, times in clock cycles of 4 ns.
public struct NeuronParameters: Equatable, BitwiseCopyable, Sendable {
  /// In cycles; 0.5 … 60 µs is the chip's range (chip reference, section 2.4).
  public var membraneTimeConstant: Double
  /// In cycles; 0.3 … 30 µs is the chip's range.
  public var excitatoryTimeConstant: Double
  /// In cycles.
  public var inhibitoryTimeConstant: Double
  public var leak: Double
  public var reset: Double
  public var threshold: Double
  /// In cycles. The chip path needs a whole number, at least 1.
  public var refractoryTime: Double
  /// What the largest code, 63, adds to the excitatory current, in threshold units.
  public var excitatoryGain: Double
  /// What the largest code, 63, adds to the inhibitory current, in threshold units.
  public var inhibitoryGain: Double

  public init(
    membraneTimeConstant: Double = 3000, excitatoryTimeConstant: Double = 1500,
    inhibitoryTimeConstant: Double = 1500, leak: Double = 0, reset: Double = 0,
    threshold: Double = 1, refractoryTime: Double = 8000, excitatoryGain: Double = 8,
    inhibitoryGain: Double = 8
  ) {
    self.membraneTimeConstant = membraneTimeConstant
    self.excitatoryTimeConstant = excitatoryTimeConstant
    self.inhibitoryTimeConstant = inhibitoryTimeConstant
    self.leak = leak
    self.reset = reset
    self.threshold = threshold
    self.refractoryTime = refractoryTime
    self.excitatoryGain = excitatoryGain
    self.inhibitoryGain = inhibitoryGain
  }

  /// Whether the chip's neurons can have these: positive finite time constants, a refractory time
  /// of a whole number of cycles (at least 1), finite numbers everywhere, gains that are not
  /// negative.
  public var isPossible: Bool {
    let constants = [membraneTimeConstant, excitatoryTimeConstant, inhibitoryTimeConstant]
    let others = [leak, reset, threshold, refractoryTime, excitatoryGain, inhibitoryGain]
    return constants.allSatisfy { $0 > 0 && $0.isFinite } && others.allSatisfy(\.isFinite)
      && refractoryTime >= 1 && refractoryTime < 0x1p50
      && refractoryTime == LaneMath.roundedUp(refractoryTime)
      && excitatoryGain >= 0 && inhibitoryGain >= 0
  }

  /// τs = 6 µs, τm = 12 µs, θ = 1, leak and reset 0, refractory time 32 µs, gain 8.
  public static let nominal = NeuronParameters()
}

/// What the events of a synapse row do to the columns.
public enum RowMode: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case disabled = 0
  case excitatory = 1
  case inhibitory = 2
  /// Every event acts on both inputs.
  case both = 3
}

/// How far the circuits of a chip differ from their nominal values: relative standard deviations of
/// Gaussian distributions truncated at 2.5 σ.
public struct MismatchSpreads: Equatable, BitwiseCopyable, Sendable {
  public var membraneTimeConstant: Double
  /// Of excitatory and inhibitory time constants, independently.
  public var synapticTimeConstant: Double
  public var threshold: Double
  /// Per neuron and input.
  public var gain: Double
  /// Common to both inputs of all neurons of a quadrant.
  public var quadrantGain: Double
  /// Of the weight converter, per synapse.
  public var weight: Double
  /// Of what a neuron does beyond ``NeuronParameters``.
  public var terms: TermSpreads
  /// Of the short-term plasticity of drivers.
  public var shortTerm: ShortTermSpreads
  /// Of the column converters.
  public var converters: ConverterSpreads
  /// Of the correlation sensors of synapses.
  public var correlation: CorrelationSpreads

  public init(
    membraneTimeConstant: Double, synapticTimeConstant: Double, threshold: Double, gain: Double,
    quadrantGain: Double, weight: Double, terms: TermSpreads = .ideal,
    shortTerm: ShortTermSpreads = .ideal, converters: ConverterSpreads = .ideal,
    correlation: CorrelationSpreads = .ideal
  ) {
    self.membraneTimeConstant = membraneTimeConstant
    self.synapticTimeConstant = synapticTimeConstant
    self.threshold = threshold
    self.gain = gain
    self.quadrantGain = quadrantGain
    self.weight = weight
    self.terms = terms
    self.shortTerm = shortTerm
    self.converters = converters
    self.correlation = correlation
  }

  /// What the published calibration leaves over. Its acceptance bounds allow 0.45 (τm), 0.20 (τs)
  /// and 0.35 (threshold) of the uncalibrated 5-95 % spread (chip reference, section 6.1c), that is
  /// 6, 4 and 2.5 %; the gain within a quadrant is not calibrated (6 %, section 6.1a), its quadrant
  /// means are matched to about 5 %. The weight converter's spread is unpublished: 5 % (section
  /// 6.1d).
  public static let calibrated = MismatchSpreads(
    membraneTimeConstant: 0.06, synapticTimeConstant: 0.05, threshold: 0.03, gain: 0.06,
    quadrantGain: 0.05, weight: 0.05, terms: .calibrated, shortTerm: .calibrated,
    converters: .calibrated, correlation: .calibrated)

  /// The inverse image of the published calibration codes (chip reference, section 6.1a): τm 12-13
  /// %, τs 20-25 %, gain 6 % within and 24 % between quadrants; threshold 27 mV in a swing of about
  /// 400 mV, 7 %.
  public static let uncalibrated = MismatchSpreads(
    membraneTimeConstant: 0.13, synapticTimeConstant: 0.20, threshold: 0.07, gain: 0.06,
    quadrantGain: 0.24, weight: 0.05, terms: .uncalibrated,
    shortTerm: .uncalibrated, converters: .uncalibrated, correlation: .uncalibrated)

  /// Every circuit exactly nominal.
  public static let ideal = MismatchSpreads(
    membraneTimeConstant: 0, synapticTimeConstant: 0, threshold: 0, gain: 0, quadrantGain: 0,
    weight: 0)

  /// All parameters spread alike: time constants, thresholds, gains and weights, each
  /// independently, nothing common to a quadrant. For sweeps of the mismatch; temporal noise is
  /// another matter.
  ///
  /// - Parameter spread: the relative standard deviation, 0.1 for 10 %.
  /// - Returns: spreads that all are `spread`.
  public static func uniform(_ spread: Double) -> MismatchSpreads {
    MismatchSpreads(
      membraneTimeConstant: spread, synapticTimeConstant: spread, threshold: spread, gain: spread,
      quadrantGain: 0, weight: spread, terms: .uniform(spread), shortTerm: .uniform(spread),
      converters: .uniform(spread), correlation: .uniform(spread))
  }

  /// Where every one of these distributions is cut off, in standard deviations.
  public static let truncation = 2.5

  /// Where the factors of a chip with large spreads are cut off from below, so that no threshold or
  /// time constant vanishes: matters from a spread of 0.36 on.
  public static let leastFactor = 0.1
}

/// What an analog core is made from.
public struct AnalogConfiguration: Equatable, BitwiseCopyable, Sendable {
  /// Chooses the individual chip: all fixed-pattern mismatch.
  public var chipSeed: UInt64
  /// Chooses the temporal noise.
  public var noiseSeed: UInt64
  public var mismatch: MismatchSpreads
  /// Standard deviation of the threshold offset that is redrawn after every spike and reset, in
  /// threshold units.
  public var thresholdNoise: Double
  /// Nominal parameters of all neurons until they are set one by one.
  public var neuron: NeuronParameters
  /// For neurons that have no closed form.
  public var integration: IntegrationSettings
  /// How the codes of short-term plasticity act.
  public var shortTerm: ShortTermTransfer
  /// Noise of the converters, and what they see of a neuron.
  public var converters: ConverterSettings
  /// How correlation sensors are read and calibrated.
  public var correlation: CorrelationTransfer
  /// How codes of the parameter memory act, for neurons that follow theirs …
  public var parameterTransfer: ParameterTransfer
  /// … and how far circuits differ from that.
  public var parameterSpreads: ParameterSpreads

  public init(
    chipSeed: UInt64 = 1, noiseSeed: UInt64 = 1, mismatch: MismatchSpreads = .calibrated,
    thresholdNoise: Double = AnalogConfiguration.defaultThresholdNoise,
    neuron: NeuronParameters = .nominal, integration: IntegrationSettings = IntegrationSettings(),
    shortTerm: ShortTermTransfer = ShortTermTransfer(),
    converters: ConverterSettings = ConverterSettings(),
    correlation: CorrelationTransfer = CorrelationTransfer(),
    parameterTransfer: ParameterTransfer = ParameterTransfer(),
    parameterSpreads: ParameterSpreads = ParameterSpreads()
  ) {
    self.chipSeed = chipSeed
    self.noiseSeed = noiseSeed
    self.mismatch = mismatch
    self.thresholdNoise = thresholdNoise
    self.neuron = neuron
    self.integration = integration
    self.shortTerm = shortTerm
    self.converters = converters
    self.correlation = correlation
    self.parameterTransfer = parameterTransfer
    self.parameterSpreads = parameterSpreads
  }

  /// Takes mismatch and temporal noise away.
  public mutating func makeIdeal() {
    mismatch = .ideal
    parameterSpreads = .ideal
    thresholdNoise = 0
    converters.columnNoise = 0
    converters.membraneNoise = 0
  }

  /// Neither mismatch nor noise.
  public static let ideal = {
    var configuration = AnalogConfiguration()
    configuration.makeIdeal()
    return configuration
  }()

  /// Gives a spike jitter of about 0.015 τs (``SpikeJitter/mean``) in a 5-120-3 network trained on
  /// Yin-Yang with it: the mean of 1/slope over its threshold crossings is there about 0.65 τs/θ,
  /// the median slope 2.7 θ/τs.
  public static let defaultThresholdNoise = 0.024
}
