import ChipGeometry

/// The individual deviations of one chip's circuits, all drawn from its seed: factors near one.
///
/// Every parameter has a random stream of its own name and is drawn for all circuits in order, so no
/// factor depends on the use of another.
public struct ChipMismatch: Sendable {
  /// Of the chip whose deviations these are.
  public let seed: UInt64
  public let spreads: MismatchSpreads
  /// One factor per neuron.
  let membraneTimeConstant: [Double]
  let excitatoryTimeConstant: [Double]
  let inhibitoryTimeConstant: [Double]
  let threshold: [Double]
  /// Local and quadrant part together.
  let excitatoryGain: [Double]
  let inhibitoryGain: [Double]
  /// One factor per synapse: hemisphere, row, column.
  let weight: [Float]
  let converters: ConverterMismatch

  /// Draws all deviations: the same for the same seed and spreads.
  public init(seed: UInt64, spreads: MismatchSpreads) {
    self.seed = seed
    self.spreads = spreads
    let neurons = CircuitDeviations(seed: seed, count: ChipSize.neurons)
    membraneTimeConstant = neurons.factors("membrane time constant", spreads.membraneTimeConstant)
    excitatoryTimeConstant = neurons.factors(
      "excitatory time constant", spreads.synapticTimeConstant)
    inhibitoryTimeConstant = neurons.factors(
      "inhibitory time constant", spreads.synapticTimeConstant)
    threshold = neurons.factors("threshold", spreads.threshold)
    let quadrant = CircuitDeviations(seed: seed, count: 4)
      .factors("quadrant gain", spreads.quadrantGain)
    func gains(_ name: String) -> [Double] {
      let local = neurons.factors(name, spreads.gain)
      return (0..<ChipSize.neurons).map { local[$0] * quadrant[NeuronIndex($0).quadrant] }
    }
    excitatoryGain = gains("excitatory gain")
    inhibitoryGain = gains("inhibitory gain")
    weight = Self.weightFactors(seed: seed, spread: spreads.weight)
    converters = ConverterMismatch(seed: seed, spreads: spreads.converters)
  }

  private static func weightFactors(seed: UInt64, spread: Double) -> [Float] {
    let count = 2 * ChipSize.rows * ChipSize.columns
    guard spread != 0 else { return [Float](repeating: 1, count: count) }
    var random = RandomStream(seed: seed, name: "mismatch weight")
    let table = GaussianTable.mismatch
    return (0..<count).map { _ in
      Float(max(MismatchSpreads.leastFactor, 1 + spread * table.deviate(random.next())))
    }
  }

  /// The parameters that a neuron really has when it is meant to have `nominal`.
  func realised(_ nominal: NeuronParameters, of neuron: NeuronIndex) -> NeuronParameters {
    let n = Int(neuron.rawValue)
    var p = nominal
    p.membraneTimeConstant *= membraneTimeConstant[n]
    p.excitatoryTimeConstant *= excitatoryTimeConstant[n]
    p.inhibitoryTimeConstant *= inhibitoryTimeConstant[n]
    p.threshold *= threshold[n]
    p.excitatoryGain *= excitatoryGain[n]
    p.inhibitoryGain *= inhibitoryGain[n]
    return p
  }
}
