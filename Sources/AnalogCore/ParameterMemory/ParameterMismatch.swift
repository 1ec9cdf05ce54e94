import ChipGeometry

/// How far circuits differ at equal codes of the parameter memory, truncated like
/// ``MismatchSpreads``: the inverse image of the published calibrated codes of one chip (chip
/// reference, section 6.1a), within and between quadrants.
public struct ParameterSpreads: Equatable, BitwiseCopyable, Sendable {
  /// Of the source follower of leak and reset together, in volts: makes their correlation of 0.72.
  public var follower: Double
  /// Of the leak and of the reset by itself, in volts: with the follower 34 and 32 codes.
  public var leak: Double
  public var reset: Double
  /// In volts: 14 codes.
  public var threshold: Double
  /// Relative.
  public var leakConductance: Double
  /// Relative, each input by itself: a CV of 26 % in all.
  public var synapticConductance: Double
  /// Relative, each input by itself.
  public var gain: Double
  /// In codes, each input by itself: after the cut 117, as calibrated ones of both inputs.
  public var shift: Double
  /// What the circuits of a quadrant have in common, in volts: 19 codes of the leak, 24 of the
  /// reset, 10.5 of the threshold.
  public var quadrantFollower: Double
  public var quadrantReset: Double
  public var quadrantThreshold: Double
  /// Relative; for both inputs the same.
  public var quadrantSynapticConductance: Double
  /// Relative; for both inputs the same (their codes correlate by 0.97 and spread by 24 %, which
  /// gains of 20 % do: what is equalised is their inverse).
  public var quadrantGain: Double

  public init(
    follower: Double = 0.052, leak: Double = 0.038, reset: Double = 0.031,
    threshold: Double = 0.027, leakConductance: Double = 0.13, synapticConductance: Double = 0.18,
    gain: Double = 0.06, shift: Double = 122, quadrantFollower: Double = 0.036,
    quadrantReset: Double = 0.028, quadrantThreshold: Double = 0.020,
    quadrantSynapticConductance: Double = 0.18, quadrantGain: Double = 0.20
  ) {
    self.follower = follower
    self.leak = leak
    self.reset = reset
    self.threshold = threshold
    self.leakConductance = leakConductance
    self.synapticConductance = synapticConductance
    self.gain = gain
    self.shift = shift
    self.quadrantFollower = quadrantFollower
    self.quadrantReset = quadrantReset
    self.quadrantThreshold = quadrantThreshold
    self.quadrantSynapticConductance = quadrantSynapticConductance
    self.quadrantGain = quadrantGain
  }

  /// Every circuit exactly nominal.
  public static let ideal = ParameterSpreads(values: [Double](repeating: 0, count: valueCount))

  static let valueCount = 13

  var values: [Double] {
    [
      follower, leak, reset, threshold, leakConductance, synapticConductance, gain, shift,
      quadrantFollower, quadrantReset, quadrantThreshold, quadrantSynapticConductance,
      quadrantGain,
    ]
  }

  init(values v: [Double]) {
    self.init(
      follower: v[0], leak: v[1], reset: v[2], threshold: v[3], leakConductance: v[4],
      synapticConductance: v[5], gain: v[6], shift: v[7], quadrantFollower: v[8],
      quadrantReset: v[9], quadrantThreshold: v[10], quadrantSynapticConductance: v[11],
      quadrantGain: v[12])
  }
}

/// The deviations of one chip's circuits from the parameter memory's nominal curves. Drawn when a
/// neuron first follows its codes: a stream of its own name for each parameter.
struct ParameterMismatch: Sendable {
  private(set) var circuits: [CircuitParameters]

  init(seed: UInt64, spreads: ParameterSpreads) {
    let neurons = CircuitDeviations(seed: seed, count: ChipSize.neurons)
    let quadrants = CircuitDeviations(seed: seed, count: 4)
    let follower = neurons.additive("parameter follower", spreads.follower)
    let leak = neurons.additive("parameter leak", spreads.leak)
    let reset = neurons.additive("parameter reset", spreads.reset)
    let threshold = neurons.additive("parameter threshold", spreads.threshold)
    let leakConductance = neurons.factors("parameter leak conductance", spreads.leakConductance)
    let excitatory = neurons.factors(
      "parameter excitatory conductance", spreads.synapticConductance)
    let inhibitory = neurons.factors(
      "parameter inhibitory conductance", spreads.synapticConductance)
    let gains = [
      neurons.factors("parameter excitatory gain", spreads.gain),
      neurons.factors("parameter inhibitory gain", spreads.gain),
    ]
    let shifts = [
      neurons.additive("parameter excitatory shift", spreads.shift),
      neurons.additive("parameter inhibitory shift", spreads.shift),
    ]
    let quadrantFollower = quadrants.additive(
      "parameter quadrant follower", spreads.quadrantFollower)
    let quadrantReset = quadrants.additive("parameter quadrant reset", spreads.quadrantReset)
    let quadrantThreshold = quadrants.additive(
      "parameter quadrant threshold", spreads.quadrantThreshold)
    let quadrantConductance = quadrants.factors(
      "parameter quadrant synaptic conductance", spreads.quadrantSynapticConductance)
    let quadrantGain = quadrants.factors("parameter quadrant gain", spreads.quadrantGain)
    circuits = (0..<ChipSize.neurons).map { n in
      let q = NeuronIndex(n).quadrant
      let common = follower[n] + quadrantFollower[q]
      return CircuitParameters(
        leak: common + leak[n], reset: common + reset[n] + quadrantReset[q],
        threshold: threshold[n] + quadrantThreshold[q], leakConductance: leakConductance[n],
        synapticConductance: (
          excitatory[n] * quadrantConductance[q], inhibitory[n] * quadrantConductance[q]
        ),
        gain: (gains[0][n] * quadrantGain[q], gains[1][n] * quadrantGain[q]),
        shift: (shifts[0][n], shifts[1][n]))
    }
  }
}
