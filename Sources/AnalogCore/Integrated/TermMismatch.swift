import ChipGeometry

/// How far the terms of ``NeuronTerms`` differ from their nominal values: relative standard
/// deviations, that of potentials in threshold units; truncated like ``MismatchSpreads``.
public struct TermSpreads: Equatable, BitwiseCopyable, Sendable {
  public var adaptationTimeConstant: Double
  /// Of a and of b, independently.
  public var adaptationStrength: Double
  public var exponentialSlope: Double
  /// Of V_T and of both reversal potentials, independently, in threshold units.
  public var potentials: Double
  public var offsetCurrent: Double
  /// Of the intrinsic capacitance.
  public var capacitance: Double
  public var compartmentConductance: Double

  public init(
    adaptationTimeConstant: Double, adaptationStrength: Double, exponentialSlope: Double,
    potentials: Double, offsetCurrent: Double, capacitance: Double, compartmentConductance: Double
  ) {
    self.adaptationTimeConstant = adaptationTimeConstant
    self.adaptationStrength = adaptationStrength
    self.exponentialSlope = exponentialSlope
    self.potentials = potentials
    self.offsetCurrent = offsetCurrent
    self.capacitance = capacitance
    self.compartmentConductance = compartmentConductance
  }

  /// All relative spreads alike, potentials too: that part of a threshold.
  public static func uniform(_ spread: Double) -> TermSpreads {
    TermSpreads(
      adaptationTimeConstant: spread, adaptationStrength: spread, exponentialSlope: spread,
      potentials: spread, offsetCurrent: spread, capacitance: spread,
      compartmentConductance: spread)
  }

  /// Not published; 5 % as for calibrated time constants and gains, potentials as the threshold.
  public static let calibrated = {
    var spreads = uniform(0.05)
    spreads.potentials = 0.03
    return spreads
  }()

  /// Not published; 20 % as for uncalibrated synaptic time constants, potentials as the threshold.
  public static let uncalibrated = {
    var spreads = uniform(0.20)
    spreads.potentials = 0.07
    return spreads
  }()

  public static let ideal = uniform(0)

  static let valueCount = 7

  var values: [Double] {
    [
      adaptationTimeConstant, adaptationStrength, exponentialSlope, potentials, offsetCurrent,
      capacitance, compartmentConductance,
    ]
  }

  init(values v: [Double]) {
    self.init(
      adaptationTimeConstant: v[0], adaptationStrength: v[1], exponentialSlope: v[2],
      potentials: v[3], offsetCurrent: v[4], capacitance: v[5], compartmentConductance: v[6])
  }
}

/// The deviations of the terms of one chip's circuits. Drawn when a chip first has a neuron that
/// has such terms: a stream of its own name for each parameter, so that nothing else is drawn
/// differently.
struct TermMismatch: Sendable {
  private let adaptationTimeConstant: [Double]
  private let adaptationConductance: [Double]
  private let adaptationIncrement: [Double]
  private let exponentialSlope: [Double]
  private let exponentialThreshold: [Double]
  private let excitatoryReversal: [Double]
  private let inhibitoryReversal: [Double]
  private let offsetCurrent: [Double]
  private let capacitance: [Double]
  private let compartmentConductance: [Double]

  init(seed: UInt64, spreads: TermSpreads) {
    let neurons = CircuitDeviations(seed: seed, count: ChipSize.neurons)
    adaptationTimeConstant = neurons.factors(
      "adaptation time constant", spreads.adaptationTimeConstant)
    adaptationConductance = neurons.factors("adaptation conductance", spreads.adaptationStrength)
    adaptationIncrement = neurons.factors("adaptation increment", spreads.adaptationStrength)
    exponentialSlope = neurons.factors("exponential slope", spreads.exponentialSlope)
    exponentialThreshold = neurons.additive("exponential threshold", spreads.potentials)
    excitatoryReversal = neurons.additive("excitatory reversal potential", spreads.potentials)
    inhibitoryReversal = neurons.additive("inhibitory reversal potential", spreads.potentials)
    offsetCurrent = neurons.factors("offset current", spreads.offsetCurrent)
    capacitance = neurons.factors("intrinsic capacitance", spreads.capacitance)
    compartmentConductance = neurons.factors(
      "compartment conductance", spreads.compartmentConductance)
  }

  /// The terms that a neuron really has when it is meant to have `nominal`.
  func realised(_ nominal: NeuronTerms, of n: Int) -> NeuronTerms {
    var terms = nominal
    if let adaptation = nominal.adaptation {
      terms.adaptation = NeuronTerms.Adaptation(
        timeConstant: adaptation.timeConstant * adaptationTimeConstant[n],
        conductance: adaptation.conductance * adaptationConductance[n],
        increment: adaptation.increment * adaptationIncrement[n])
    }
    if let exponential = nominal.exponential {
      terms.exponential = NeuronTerms.Exponential(
        slope: exponential.slope * exponentialSlope[n],
        threshold: exponential.threshold + exponentialThreshold[n])
    }
    if let reversal = nominal.excitatory.reversalPotential {
      terms.excitatory.reversalPotential = reversal + excitatoryReversal[n]
    }
    if let reversal = nominal.inhibitory.reversalPotential {
      terms.inhibitory.reversalPotential = reversal + inhibitoryReversal[n]
    }
    terms.offsetCurrent *= offsetCurrent[n]
    if let conductance = nominal.wiring.conductance {
      terms.wiring.conductance?.timeConstant =
        conductance.timeConstant / compartmentConductance[n]
    }
    return terms
  }

  /// The membrane capacitance at a code, relative to that at code 63.
  func relativeCapacitance(code: UInt8, intrinsic: Double, of n: Int) -> Double {
    guard code < 63 else { return 1 }
    let own = intrinsic * capacitance[n]
    return (own + Double(code) / 63) / (own + 1)
  }
}
