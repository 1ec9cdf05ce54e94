import AnalogCore
import ChipGeometry
import Testing

/// A firing pattern of the literature and the cycles of its spikes.
struct PatternCase: Sendable, CustomTestStringConvertible {
  var testDescription: String { name }
  var name: String
  /// C pF, g_L nS, E_L mV, V_T mV, slope mV, a nS, τw ms, b pA, V_r mV, I pA.
  var values: [Double]
  var spikes: [UInt64]

  init(_ name: String, _ values: [Double], _ spikes: [UInt64]) {
    (self.name, self.values, self.spikes) = (name, values, spikes)
  }

  static let millisecond = 250.0
  static let end: UInt64 = 125_000

  /// 20 mV are a unit, E_L is zero; a millisecond of the literature takes 1 µs.
  var parameters: NeuronParameters {
    NeuronParameters(
      membraneTimeConstant: values[0] / values[1] * Self.millisecond,
      reset: (values[8] - values[2]) / 20, threshold: (0 - values[2]) / 20, refractoryTime: 1)
  }

  var terms: NeuronTerms {
    NeuronTerms(
      adaptation: .init(
        timeConstant: values[6] * Self.millisecond, conductance: values[5] / values[1],
        increment: values[7] / values[1] / 20),
      exponential: .init(slope: values[4] / 20, threshold: (values[3] - values[2]) / 20),
      offsetCurrent: values[9] / values[1] / 20)
  }
}

/// Inputs of a neuron of one or more circuits, and what an independent integration found.
struct DrivenCase: Sendable, CustomTestStringConvertible {
  var testDescription: String { name }
  var name: String
  var end: UInt64
  /// Cycle, circuit, signed weight code.
  var inputs: [(UInt64, Int, Int)]
  /// Cycle and circuit.
  var spikes: [(UInt64, Int)]
  /// Of each circuit at the end.
  var potentials: [Double]
  var adaptations: [Double]

  init(
    _ name: String, end: UInt64, inputs: [(UInt64, Int, Int)], spikes: [(UInt64, Int)],
    potentials: [Double], adaptations: [Double]
  ) {
    (self.name, self.end, self.inputs, self.spikes) = (name, end, inputs, spikes)
    (self.potentials, self.adaptations) = (potentials, adaptations)
  }

  /// A circuit of a case: where it is and what it is.
  struct Circuit {
    var place: NeuronIndex
    var parameters: NeuronParameters
    var terms: NeuronTerms

    init(_ place: NeuronIndex, parameters: NeuronParameters, _ terms: NeuronTerms) {
      (self.place, self.parameters, self.terms) = (place, parameters, terms)
    }

    init(
      _ place: NeuronIndex, reset: Double = 0, threshold: Double = 1, refractory: Double = 1,
      membrane: Double = 3000, synapses: (Double, Double) = (1500, 1500),
      gains: (Double, Double) = (8, 8), _ terms: NeuronTerms = NeuronTerms()
    ) {
      self.place = place
      self.terms = terms
      parameters = NeuronParameters(
        membraneTimeConstant: membrane, excitatoryTimeConstant: synapses.0,
        inhibitoryTimeConstant: synapses.1, reset: reset, threshold: threshold,
        refractoryTime: refractory, excitatoryGain: gains.0, inhibitoryGain: gains.1)
    }
  }

  private static let adaptation = NeuronTerms.Adaptation(
    timeConstant: 20_000, conductance: 0.5, increment: 0.2)
  private static let exponential = NeuronTerms.Exponential(slope: 0.1, threshold: 0.8)
  private static func one(_ column: Int) -> NeuronIndex { NeuronIndex(.top, column: column) }

  /// The circuits of the case of this name, as the script has them.
  var circuits: [Circuit] { singleCircuit.map { [$0] } ?? compartments }

  private var singleCircuit: Circuit? {
    let early = NeuronTerms(
      adaptation: .init(timeConstant: 6000, conductance: 0.3, increment: -0.05),
      offsetCurrent: 0.3, earlyRelease: 2100)
    switch name {
    case "current-based AdEx":
      return Circuit(
        Self.one(3), threshold: 1.4, refractory: 500,
        NeuronTerms(adaptation: Self.adaptation, exponential: Self.exponential))
    case "conductance-based LIF":
      return Circuit(
        Self.one(3), refractory: 300, gains: (2, 4),
        NeuronTerms(
          excitatory: .init(reversalPotential: 3), inhibitory: .init(reversalPotential: -0.5)))
    case "conductance-based AdEx":
      return Circuit(
        Self.one(3), threshold: 1.4, refractory: 300, synapses: (700, 2500), gains: (2, 4),
        NeuronTerms(
          adaptation: .init(timeConstant: 9000, conductance: -0.3, increment: 0.15),
          exponential: Self.exponential, excitatory: .init(reversalPotential: 3),
          inhibitory: .init(reversalPotential: -0.5)))
    case "early release": return Circuit(Self.one(3), refractory: 2500, early)
    case "early release with pause":
      var terms = early
      terms.pausesInput = true
      return Circuit(Self.one(3), refractory: 2500, terms)
    case "small capacitance":
      return Circuit(
        Self.one(3), refractory: 400,
        NeuronTerms(adaptation: Self.adaptation, capacitanceCode: 20))
    default: return nil
    }
  }

  private static func soma(
    _ n: NeuronIndex, _ wiring: CompartmentWiring, adapts: Bool = false, spikes: Bool = false
  ) -> Circuit {
    Circuit(
      n, refractory: 500, gains: (6, 6),
      NeuronTerms(
        adaptation: adapts ? adaptation : nil, exponential: spikes ? exponential : nil,
        wiring: wiring))
  }

  private static func dendrite(
    _ n: NeuronIndex, membrane: Double = 3000, reversal: Double? = nil, reset: Double = 0,
    refractory: Double = 1, _ wiring: CompartmentWiring
  ) -> Circuit {
    Circuit(
      n, reset: reset, refractory: refractory, membrane: membrane, gains: (20, 20),
      NeuronTerms(
        excitatory: .init(reversalPotential: reversal), hasComparator: false, wiring: wiring))
  }

  private var compartments: [Circuit] {
    func conductance(_ scale: CompartmentWiring.Conductance.Scale = .nominal, _ tau: Double = 1000)
      -> CompartmentWiring.Conductance
    { .init(timeConstant: tau, scale: scale) }
    switch name {
    case "two compartments":
      return [
        Self.soma(Self.one(7), .init(connectsSoma: true, connectsSomaRight: true), adapts: true),
        Self.dendrite(Self.one(8), membrane: 2000, .init(conductance: conductance())),
      ]
    case "soma and three dendrites":
      // The bottom circuit of column 9 is half of the second dendrite's membrane.
      return [
        Self.soma(Self.one(8), .init(connectsSoma: true, connectsSomaRight: true), spikes: true),
        Self.dendrite(
          Self.one(9),
          .init(
            connectsSomaRight: true, connectsOpposite: true, conductance: conductance(.timesFour))),
        Self.dendrite(
          Self.one(10), membrane: 1500, .init(connectsSomaRight: true, conductance: conductance())),
        Self.dendrite(
          Self.one(11), membrane: 4000, reversal: 4, .init(conductance: conductance(.quarter))),
        Self.dendrite(NeuronIndex(.bottom, column: 9), .init()),
      ]
    case "a line without a membrane":
      return [
        Self.soma(
          Self.one(20), .init(connectsSomaRight: true, conductance: conductance(.nominal, 500))),
        Self.soma(
          Self.one(21), .init(connectsSomaRight: true, conductance: conductance()), adapts: true),
        Self.dendrite(Self.one(22), .init(conductance: conductance(.nominal, 2000))),
      ]
    case "fired together":
      return [
        Self.soma(
          Self.one(254), .init(connectsSoma: true, connectsSomaRight: true, firesRight: true),
          adapts: true),
        Self.dendrite(
          Self.one(255), reset: -0.25, refractory: 700, .init(conductance: conductance())),
      ]
    default: return []
    }
  }
}
