public import AnalogCore

/// What neurons do beyond their parameters, with a value for each term also while it is off
/// (``NeuronTerms``).
public struct TermDescription: Equatable, Sendable {
  public var hasAdaptation = false
  public var adaptation = NeuronTerms.Adaptation(
    timeConstant: 25_000, conductance: 0, increment: 0)
  public var hasExponential = false
  public var exponential = NeuronTerms.Exponential(slope: 0.1, threshold: 1)
  public var excitatory = NeuronTerms.Input()
  public var inhibitory = NeuronTerms.Input()
  public var capacitanceCode: UInt8 = 63
  public var offsetCurrent = 0.0
  public var hasComparator = true
  public var earlyRelease = 0.0
  public var pausesInput = false
  public var connectsSoma = false
  public var connectsSomaRight = false
  public var connectsMembraneRight = false
  public var connectsOpposite = false
  public var firesRight = false
  public var firesOpposite = false
  public var hasConductance = false
  public var conductance = CompartmentWiring.Conductance()

  /// Everything off.
  public init() {}

  public var terms: NeuronTerms {
    NeuronTerms(
      adaptation: hasAdaptation ? adaptation : nil,
      exponential: hasExponential ? exponential : nil, excitatory: excitatory,
      inhibitory: inhibitory, capacitanceCode: capacitanceCode, offsetCurrent: offsetCurrent,
      hasComparator: hasComparator, earlyRelease: earlyRelease, pausesInput: pausesInput,
      wiring: CompartmentWiring(
        connectsSoma: connectsSoma, connectsSomaRight: connectsSomaRight,
        connectsMembraneRight: connectsMembraneRight, connectsOpposite: connectsOpposite,
        firesRight: firesRight, firesOpposite: firesOpposite,
        conductance: hasConductance ? conductance : nil))
  }

  /// Whether the circuit is connected with the next column's.
  var reachesRight: Bool { connectsSomaRight || connectsMembraneRight || firesRight }
}

private let potentials: ClosedRange<Double> = -1000...1000

/// The terms of a neuron by itself.
let termFields: [Field<TermDescription>] =
  [
    .bool("adaptation.enabled", \.hasAdaptation, "whether there is an adaptation current w", "2.1"),
    .number(
      "adaptation.tau", \.adaptation.timeConstant, in: 0.1...10_000, unit: .microseconds,
      "time constant of w", "2.1"),
    .number(
      "adaptation.a", \.adaptation.conductance, in: -100...100, unit: .leaks,
      "how far w follows the membrane, in leak conductances", "2.1"),
    .number(
      "adaptation.b", \.adaptation.increment, in: -100...100, unit: .thresholds,
      "what a spike adds to w", "2.1"),
    .bool("exponential.enabled", \.hasExponential, "whether spikes have an upstroke", "2.1"),
    .number(
      "exponential.slope", \.exponential.slope, in: 0.001...100, unit: .thresholds,
      "potential over which the upstroke grows e-fold", "2.1"),
    .number(
      "exponential.threshold", \.exponential.threshold, in: potentials, unit: .thresholds,
      "potential at which the upstroke begins", "2.1"),
  ] + inputFields("excitatory_input.", \.excitatory)
  + inputFields("inhibitory_input.", \.inhibitory)
  + [
    .integer(
      "capacitance", \.capacitanceCode, in: 0...63, unit: "codes",
      "membrane capacitance; time constants are given for 63", "2.3"),
    .number(
      "offset_current", \.offsetCurrent, in: potentials, unit: .thresholds,
      "constant current; 1 lifts a resting membrane by 1", "2.1"),
    .bool("comparator", \.hasComparator, "whether the membrane makes the neuron spike", "2.3"),
    .number(
      "early_release", \.earlyRelease, in: 0...1000, unit: .cycles,
      "how long before the end of the refractory time the membrane is released", "1.4"),
    .bool(
      "pauses_input", \.pausesInput,
      "whether inputs and upstroke do not reach the membrane of a refractory neuron", "2.1"),
  ]

private func inputFields(
  _ prefix: String, _ place: FieldPath<TermDescription, NeuronTerms.Input>
) -> [Field<TermDescription>] {
  let fields: [Field<NeuronTerms.Input>] = [
    .bool("enabled", \.isEnabled, "whether events act", "2.3"),
    .optionalNumber(
      "reversal", \.reversalPotential, in: potentials, unit: .thresholds,
      "reversal potential of a conductance-based input, whose gain is in leak conductances; "
        + "null: current-based", "2.1"),
    .bool(
      "bypass", \.bypassesMembrane, "whether an event makes the neuron spike at once", "2.1"),
  ]
  return fields.map { $0.within(place, prefix: prefix) }
}

/// The connections of circuits with their neighbours.
let wiringFields: [Field<TermDescription>] = [
  .bool("wiring.soma", \.connectsSoma, "membrane with its piece of the somatic line", "2.3"),
  .bool(
    "wiring.soma_right", \.connectsSomaRight, "somatic line with that of the next column", "2.3"),
  .bool(
    "wiring.membrane_right", \.connectsMembraneRight, "membrane with that of the next column",
    "2.3"),
  .bool(
    "wiring.opposite", \.connectsOpposite, "membrane with that of the column's other circuit",
    "2.3"),
  .bool("wiring.fires_right", \.firesRight, "spikes with the next column", "1.4"),
  .bool("wiring.fires_opposite", \.firesOpposite, "spikes with the column's other circuit", "1.4"),
  .bool(
    "wiring.conductance", \.hasConductance,
    "whether a conductance connects membrane and somatic line", "2.3"),
  .number(
    "wiring.tau", \.conductance.timeConstant, in: 0.01...1000, unit: .microseconds,
    "membrane capacitance over that conductance (the chip's range: 0.1 to 30)", "2.3"),
  .choice(
    "wiring.scale", \.conductance.scale,
    of: [("nominal", .nominal), ("times-four", .timesFour), ("quarter", .quarter)],
    "multiplies that conductance", "2.3"),
]

extension ChipDescription {
  /// What connects circuits that cannot be connected.
  public func problem() -> DescriptionProblem? {
    var joins = [Bool](repeating: false, count: 257)
    for group in joined { for column in group.columns { joins[column] = true } }
    for (index, group) in neurons.enumerated() {
      let path = "neurons[\(index)]"
      if group.columns.upperBound == 255, group.terms.reachesRight {
        return DescriptionProblem("\(path).wiring", "column 255 has no column to its right")
      }
      guard group.terms != TermDescription() else { continue }
      for column in group.columns
      where joins[column] || (group.terms.reachesRight && joins[column + 1]) {
        return DescriptionProblem(
          path,
          "column \(joins[column] ? column : column + 1) is joined (joined); circuits with "
            + "terms or wiring cannot be")
      }
    }
    return nil
  }
}
