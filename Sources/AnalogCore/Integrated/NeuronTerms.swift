/// What a neuron circuit does beyond a leaky integrate-and-fire neuron with two current-based
/// inputs.
///
/// With the parameters of ``NeuronParameters`` (τm, E = leak, θ, gains) a neuron obeys
///
///     c τm V' = -(V - E) + Δ e^((V - V_T)/Δ) - w + I_exc + I_inh + I_off
///     τw w' = a (V - E) - w
///     V reaches θ from below: spike, V is held at the reset potential, w += b
///
/// (chip reference, section 2.1) and with I_exc = I, I_inh = -I of a current-based or g (E_rev - V)
/// of a conductance-based input, where I and g decay with τs. Every term is off by default; then
/// the neuron is exactly what ``NeuronParameters`` say.
///
/// Units are those of ``NeuronParameters``: voltages, currents and w in units of the nominal
/// threshold (a current of 1 lifts a resting membrane by 1), conductances in units of the neuron's
/// own leak conductance, times in clock cycles of 4 ns.
public struct NeuronTerms: Equatable, BitwiseCopyable, Sendable {
  /// An adaptation current that follows the membrane and jumps at each spike.
  public struct Adaptation: Equatable, BitwiseCopyable, Sendable {
    /// τw in cycles, positive.
    public var timeConstant: Double
    /// a in leak conductances, of either sign (`invert_adapt_a`).
    public var conductance: Double
    /// b in threshold units, of either sign (`invert_adapt_b`).
    public var increment: Double

    public init(timeConstant: Double, conductance: Double, increment: Double) {
      self.timeConstant = timeConstant
      self.conductance = conductance
      self.increment = increment
    }
  }

  /// The spike's own upstroke. From two slopes above the comparator's threshold, or 40 above its
  /// own, it grows no further.
  public struct Exponential: Equatable, BitwiseCopyable, Sendable {
    /// Δ in threshold units, positive.
    public var slope: Double
    /// V_T in threshold units.
    public var threshold: Double

    public init(slope: Double, threshold: Double) {
      self.slope = slope
      self.threshold = threshold
    }
  }

  /// One of the two synaptic inputs.
  public struct Input: Equatable, BitwiseCopyable, Sendable {
    /// Off: its events do nothing.
    public var isEnabled: Bool
    /// E_rev in threshold units makes the input conductance-based: its gain is then what code 63
    /// adds to the conductance, in leak conductances. Nil: current-based.
    public var reversalPotential: Double?
    /// An event with a weight above zero makes the neuron spike in the next cycle, unless it is
    /// refractory, and does nothing to the membrane.
    public var bypassesMembrane: Bool

    public init(
      isEnabled: Bool = true, reversalPotential: Double? = nil, bypassesMembrane: Bool = false
    ) {
      self.isEnabled = isEnabled
      self.reversalPotential = reversalPotential
      self.bypassesMembrane = bypassesMembrane
    }
  }

  public var adaptation: Adaptation?
  public var exponential: Exponential?
  public var excitatory: Input
  public var inhibitory: Input
  /// 0…63: the adjustable part of the membrane capacitance; time constants are given for 63
  /// (``IntegrationSettings/intrinsicCapacitance``).
  public var capacitanceCode: UInt8
  /// I_off in threshold units, of either sign.
  public var offsetCurrent: Double
  /// Off: the membrane never makes the neuron spike (`en_thresh_comp`); dendrites.
  public var hasComparator: Bool
  /// By how many whole cycles the membrane is released before the refractory time is over; it is
  /// held for at least one. Until the end of the refractory time the neuron does not spike.
  /// ``earlyRelease(holdoff:clockScale:)`` gives it for the codes of the back end.
  public var earlyRelease: Double
  /// Synaptic inputs and exponential term do not reach the membrane while the neuron is refractory
  /// (`en_pause`): matters with an early release, and in joined membranes.
  public var pausesInput: Bool
  /// How the circuit is connected with others.
  public var wiring: CompartmentWiring

  /// A neuron without any of them, unless it is said.
  public init(
    adaptation: Adaptation? = nil, exponential: Exponential? = nil, excitatory: Input = Input(),
    inhibitory: Input = Input(), capacitanceCode: UInt8 = 63, offsetCurrent: Double = 0,
    hasComparator: Bool = true, earlyRelease: Double = 0, pausesInput: Bool = false,
    wiring: CompartmentWiring = CompartmentWiring()
  ) {
    self.adaptation = adaptation
    self.exponential = exponential
    self.excitatory = excitatory
    self.inhibitory = inhibitory
    self.capacitanceCode = capacitanceCode
    self.offsetCurrent = offsetCurrent
    self.hasComparator = hasComparator
    self.earlyRelease = earlyRelease
    self.pausesInput = pausesInput
    self.wiring = wiring
  }

  /// What codes of the neuron back end mean for ``earlyRelease``: its counter, clocked with
  /// 250 MHz / 2^(scale + 1), ends the reset 31 - 2 · holdoff counts before the refractory time
  /// (chip reference, section 1.4).
  ///
  /// - Parameters:
  ///   - holdoff: 0…15; the larger, the longer the reset.
  ///   - clockScale: 0…15.
  /// - Returns: cycles of 4 ns.
  public static func earlyRelease(holdoff: Int, clockScale: Int) -> Double {
    precondition((0...15).contains(holdoff), "a hold-off of \(holdoff); 0…15 expected")
    precondition((0...15).contains(clockScale), "a clock scale of \(clockScale); 0…15 expected")
    return Double((31 - 2 * holdoff) << (clockScale + 1))
  }

  /// What is wrong with these terms, nil if a neuron can have them.
  public var problem: String? {
    func isFinite(_ value: Double?) -> Bool { value?.isFinite ?? true }
    if let adaptation {
      guard adaptation.timeConstant > 0 && adaptation.timeConstant.isFinite else {
        return "an adaptation time constant of \(adaptation.timeConstant); above 0 expected"
      }
      guard adaptation.conductance.isFinite && adaptation.increment.isFinite else {
        return "an adaptation that is not finite"
      }
    }
    if let exponential {
      guard exponential.slope > 0 && exponential.slope.isFinite else {
        return "an exponential slope of \(exponential.slope); above 0 expected"
      }
      guard exponential.threshold.isFinite else {
        return "an exponential threshold that is not finite"
      }
    }
    guard isFinite(excitatory.reversalPotential), isFinite(inhibitory.reversalPotential) else {
      return "a reversal potential that is not finite"
    }
    guard capacitanceCode <= 63 else {
      return "a capacitance code of \(capacitanceCode); 0…63 expected"
    }
    guard offsetCurrent.isFinite else { return "an offset current that is not finite" }
    guard earlyRelease >= 0, earlyRelease < 0x1p50,
      earlyRelease == LaneMath.roundedUp(earlyRelease)
    else { return "an early release of \(earlyRelease) cycles; a whole number from 0 expected" }
    return wiring.problem
  }

  /// Whether a neuron of its own with these terms needs no integration.
  var isExact: Bool {
    let inputs = [excitatory, inhibitory]
    return adaptation == nil && exponential == nil && earlyRelease == 0
      && inputs.allSatisfy { $0.reversalPotential == nil && !$0.bypassesMembrane }
  }
}

/// How a circuit is connected with its neighbours, by the switches of the chip (reference, section
/// 2.3).
///
/// Each circuit has a membrane and a piece of a somatic line. Membranes that switches connect are
/// one node, whose capacitances and currents add up. The somatic lines have no capacitance.
public struct CompartmentWiring: Equatable, BitwiseCopyable, Sendable {
  /// The conductance between a membrane and its piece of the somatic line (`en_comp_cond`).
  public struct Conductance: Equatable, BitwiseCopyable, Sendable {
    public enum Scale: UInt8, BitwiseCopyable, Sendable, CaseIterable {
      case nominal = 0
      /// mul: four times the conductance.
      case timesFour = 1
      /// div: a quarter.
      case quarter = 2

      var factor: Double {
        switch self {
        case .nominal: 1
        case .timesFour: 4
        case .quarter: 0.25
        }
      }
    }
    /// τ_icc in cycles, positive: the membrane capacitance of code 63 over the nominal conductance.
    /// The chip's range is 25…7500 (0.1…30 µs), its default 500 (reference, section 2.3).
    public var timeConstant: Double
    public var scale: Scale

    public init(timeConstant: Double = 500, scale: Scale = .nominal) {
      self.timeConstant = timeConstant
      self.scale = scale
    }
  }

  /// The membrane is connected with its piece of the somatic line.
  public var connectsSoma: Bool
  /// The piece of the somatic line is connected with that of the next column.
  public var connectsSomaRight: Bool
  /// The membrane is connected with that of the next column.
  public var connectsMembraneRight: Bool
  /// The membrane is connected with that of the column's other circuit; one of the two says so
  /// (`connect_bottom`).
  public var connectsOpposite: Bool
  /// A spike of either makes both spike: this circuit and that of the next column.
  public var firesRight: Bool
  /// A spike of either makes both spike: the two circuits of the column.
  public var firesOpposite: Bool
  public var conductance: Conductance?

  /// A circuit of its own, unless it is said.
  public init(
    connectsSoma: Bool = false, connectsSomaRight: Bool = false,
    connectsMembraneRight: Bool = false, connectsOpposite: Bool = false,
    firesRight: Bool = false, firesOpposite: Bool = false, conductance: Conductance? = nil
  ) {
    self.connectsSoma = connectsSoma
    self.connectsSomaRight = connectsSomaRight
    self.connectsMembraneRight = connectsMembraneRight
    self.connectsOpposite = connectsOpposite
    self.firesRight = firesRight
    self.firesOpposite = firesOpposite
    self.conductance = conductance
  }

  var problem: String? {
    if let conductance, !(conductance.timeConstant > 0 && conductance.timeConstant.isFinite) {
      return "a compartment time constant of \(conductance.timeConstant); above 0 expected"
    }
    return nil
  }

  var reachesRight: Bool { connectsSomaRight || connectsMembraneRight || firesRight }
  var reachesOpposite: Bool { connectsOpposite || firesOpposite }
}

/// How neurons that have no closed form are integrated.
public struct IntegrationSettings: Equatable, BitwiseCopyable, Sendable {
  /// The error of a step of V or w may be this part of its magnitude …
  public var relativeTolerance: Double
  /// … and this much, in threshold units. Positive.
  public var absoluteTolerance: Double
  /// The membrane capacitance that no code removes, as a part of what code 63 adds (2.2 pF; chip
  /// reference, section 2.3). Positive. Not published; the default is the difference of two figures
  /// that are, 2.2 and 2.4 pF. A circuit's capacitance relative to that of code 63 is
  /// (intrinsic + code / 63) / (intrinsic + 1).
  public var intrinsicCapacitance: Double

  public init(
    relativeTolerance: Double = 1e-6, absoluteTolerance: Double = 1e-6,
    intrinsicCapacitance: Double = 0.2 / 2.2
  ) {
    self.relativeTolerance = relativeTolerance
    self.absoluteTolerance = absoluteTolerance
    self.intrinsicCapacitance = intrinsicCapacitance
  }

  /// Whether an integration can have these: a relative tolerance in 0…0.1, an absolute one above
  /// 1e-14, a capacitance above 0, all finite.
  public var isPossible: Bool {
    relativeTolerance >= 0 && relativeTolerance <= 0.1 && absoluteTolerance >= 1e-14
      && absoluteTolerance.isFinite && intrinsicCapacitance > 0 && intrinsicCapacitance.isFinite
  }
}
