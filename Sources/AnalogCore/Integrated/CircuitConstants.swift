import ChipGeometry

/// Membrane potential and adaptation current of one circuit; or their derivatives.
typealias Pair = SIMD2<Double>

/// What a circuit is, mismatch included, in the form the integration wants, and its place among the
/// circuits of its group.
///
/// Conductances are in units of (membrane capacitance of code 63) per cycle, so a leak conductance
/// is 1/τm.
struct CircuitConstants: BitwiseCopyable {
  // The circuit.
  let neuron: Int
  private(set) var leakRate = 1.0
  private(set) var leak = 0.0
  /// What the membrane is drawn to without synaptic input: leak and offset current.
  private(set) var rest = 0.0
  /// Δ, 0 without the exponential term.
  private(set) var slope = 0.0
  private(set) var slopeInverse = 0.0
  private(set) var exponentialThreshold = 0.0
  /// The largest exponent of the exponential term.
  private(set) var largestExponent = 0.0
  private(set) var adaptationRate = 0.0
  private(set) var adaptationConductance = 0.0
  private(set) var adaptationIncrement = 0.0
  /// Excitatory and inhibitory: 1/τs.
  private(set) var inputRates = Pair(repeating: 1)
  /// What one weight code adds.
  private(set) var gains = Pair()
  /// An input of strength I gives the current I (source - conductance · V).
  private(set) var sources = Pair(1, -1)
  private(set) var conductances = Pair()
  private(set) var bypasses: (excitatory: Bool, inhibitory: Bool) = (false, false)
  private(set) var reset = 0.0
  /// Without noise; infinite without a comparator.
  private(set) var quietThreshold = Double.infinity
  private(set) var refractoryTime = 1.0
  private(set) var holdTime = 1.0
  private(set) var pausesInput = false
  let relativeCapacitance: Double

  // Its place in the group. Nodes and lines are named by their first member.
  /// The node of its membrane.
  var node = 0
  /// Of the node that this member names.
  var inverseCapacitance = 1.0
  /// The somatic line that its conductance leads to, -1 if it has none.
  var line = -1
  var conductance = 0.0
  /// Of the line that this member names: the sum of the conductances …
  var lineConductance = 0.0
  /// … and the node that is connected with it, -1 if none is.
  var lineNode = -1
  /// Members that fire together have the same number.
  var firingSet = 0

  init(
    neuron: Int, _ p: NeuronParameters, _ terms: NeuronTerms, relativeCapacitance: Double
  ) {
    self.neuron = neuron
    self.relativeCapacitance = relativeCapacitance
    inverseCapacitance = 1 / relativeCapacitance
    leakRate = 1 / p.membraneTimeConstant
    leak = p.leak
    rest = p.leak + terms.offsetCurrent
    if let exponential = terms.exponential {
      slope = exponential.slope
      slopeInverse = 1 / slope
      exponentialThreshold = exponential.threshold
      // With 40 the upstroke from there to infinity takes 4e-18 τm.
      largestExponent = Swift.min(40, (p.threshold - exponentialThreshold) * slopeInverse + 2)
    }
    if let adaptation = terms.adaptation {
      adaptationRate = 1 / adaptation.timeConstant
      adaptationConductance = adaptation.conductance
      adaptationIncrement = adaptation.increment
    }
    inputRates = Pair(1 / p.excitatoryTimeConstant, 1 / p.inhibitoryTimeConstant)
    gains =
      Pair(
        terms.excitatory.isEnabled ? p.excitatoryGain : 0,
        terms.inhibitory.isEnabled ? p.inhibitoryGain : 0) / Double(ChipSize.maximumWeight)
    for (lane, input) in [terms.excitatory, terms.inhibitory].enumerated() {
      guard let reversal = input.reversalPotential else { continue }
      sources[lane] = reversal
      conductances[lane] = 1
    }
    bypasses = (
      terms.excitatory.isEnabled && terms.excitatory.bypassesMembrane,
      terms.inhibitory.isEnabled && terms.inhibitory.bypassesMembrane
    )
    reset = p.reset
    quietThreshold = terms.hasComparator ? p.threshold : .infinity
    refractoryTime = p.refractoryTime
    holdTime = Swift.max(1, p.refractoryTime - terms.earlyRelease)
    pausesInput = terms.pausesInput
  }

  /// Whether both are connected alike with the other members of their groups.
  func hasPlace(of other: CircuitConstants) -> Bool {
    (neuron, node, line, lineNode, firingSet)
      == (other.neuron, other.node, other.line, other.lineNode, other.firingSet)
  }

  /// Δ e^((V - V_T)/Δ) in threshold units.
  @inline(__always)
  func upstroke(_ v: Double) -> Double {
    guard slope > 0 else { return 0 }
    return slope * LaneMath.exponential(Lanes(repeating: exponent(v)))[0]
  }

  /// (V - V_T)/Δ, kept within what matters.
  @inline(__always)
  func exponent(_ v: Double) -> Double {
    let exponent = (v - exponentialThreshold) * slopeInverse
    return Swift.max(Swift.min(exponent, largestExponent), -700)
  }

  @inline(__always)
  func adaptationSlope(_ v: Double, _ w: Double) -> Double {
    adaptationRate * (adaptationConductance * (v - leak) - w)
  }

  /// w while the membrane stands at `v` for `h` cycles.
  func adaptation(from w: Double, at v: Double, after h: Double) -> Double {
    guard adaptationRate > 0 else { return w }
    let end = adaptationConductance * (v - leak)
    return end + (w - end) * ScalarMath.exponential(-adaptationRate * h)
  }

  /// Synaptic strengths after `h` cycles.
  func decayed(_ strengths: Pair, after h: Double) -> Pair {
    guard strengths != Pair() else { return strengths }
    return strengths
      * Pair(
        ScalarMath.exponential(-inputRates[0] * h), ScalarMath.exponential(-inputRates[1] * h))
  }
}

extension NeuronTerms {
  /// The parameters of a neuron without terms that does the same, if ``isExact``.
  ///
  /// - Returns: `p` itself, to the bit, without terms.
  func folded(into p: NeuronParameters, relativeCapacitance: Double) -> NeuronParameters {
    var folded = p
    if !excitatory.isEnabled { folded.excitatoryGain = 0 }
    if !inhibitory.isEnabled { folded.inhibitoryGain = 0 }
    if relativeCapacitance != 1 { folded.membraneTimeConstant *= relativeCapacitance }
    if offsetCurrent != 0 { folded.leak += offsetCurrent }
    if !hasComparator { folded.threshold = 1e300 }
    return folded
  }
}
