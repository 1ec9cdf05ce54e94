public import AnalogCore
public import ChipGeometry

/// A network in its own terms: populations of neurons, stimuli, projections between them. What it
/// becomes on the chip is a ``NetworkMapping``.
public struct NetworkDescription: Equatable, Sendable {
  /// Length of the experiment, in ticks of 8 ns.
  public var durationTicks: UInt64 = 125_000
  public var populations: [Population] = []
  public var stimuli: [Stimulus] = []
  public var projections: [Projection] = []

  public init() {}

  /// Neurons with the same nominal parameters.
  public struct Population: Equatable, Sendable {
    public var name = ""
    public var size = 1
    /// Nil: where there is room, in the top hemisphere first.
    public var hemisphere: Hemisphere?
    public var parameters = NeuronParameters()
    public var terms = TermDescription()
    public var isRecorded = true
    public init() {}
  }

  /// Sources of events that are no neurons.
  public struct Stimulus: Equatable, Sendable {
    public enum Kind: Sendable { case regular, poisson, file }
    public var name = ""
    public var size = 1
    public var kind = Kind.regular
    /// Of a regular one: time of the first event, between events, and from member to member.
    public var startTicks: UInt64 = 125
    public var periodTicks: UInt64 = 1250
    public var staggerTicks: UInt64 = 0
    /// Of a Poisson one: events per millisecond of chip time and member.
    public var rate = 50.0
    public var seed: UInt32 = 1
    /// Of one from a file: its path.
    public var file = ""
    public var isRecorded = true
    public init() {}
  }

  /// Synapses from a stimulus or population to a population.
  public struct Projection: Equatable, Sendable {
    public enum Connectivity: Sendable { case allToAll, oneToOne, random, list }
    public enum WeightUnit: Sendable { case codes, thresholds }
    public var source = ""
    public var target = ""
    public var connectivity = Connectivity.allToAll
    /// Of a random one: sources of each target.
    public var fanIn = 1
    public var seed: UInt64 = 1
    public var hasSelfConnections = false
    public var weight = 0.0
    public var weightUnit = WeightUnit.codes
    public var delayTicks: UInt16 = 0
    public var connections: [Connection] = []
    public init() {}
  }

  /// One synapse of a list.
  public struct Connection: Equatable, Sendable {
    public var source = 0
    public var target = 0
    public var weight = 0.0
    public init() {}
  }
}

// MARK: What it says

extension NetworkDescription {
  /// One synapse: member numbers and a signed 6-bit code.
  package struct Synapse: Equatable, Sendable {
    package var source: Int
    package var target: Int
    package var code: Int
  }

  func population(_ name: String) -> Population? { populations.first { $0.name == name } }

  /// Members of a population or stimulus, nil if there is none of that name.
  func size(of name: String) -> Int? {
    population(name)?.size ?? stimuli.first { $0.name == name }?.size
  }

  /// The 6-bit code that a weight becomes: whole codes as they are, thresholds by the gain of the
  /// target's input, rounded to the nearest code, halves away from zero.
  func code(_ weight: Double, _ projection: Projection) -> Int? {
    let code: Double
    switch projection.weightUnit {
    case .codes:
      guard weight == weight.rounded() else { return nil }
      code = weight
    case .thresholds:
      guard let neuron = population(projection.target)?.parameters else { return nil }
      let gain = weight < 0 ? neuron.inhibitoryGain : neuron.excitatoryGain
      guard gain > 0 else { return weight == 0 ? 0 : nil }
      code = (weight / gain * Double(ChipSize.maximumWeight)).rounded()
    }
    return abs(code) <= Double(ChipSize.maximumWeight) ? Int(code) : nil
  }

  /// All synapses of a projection, by target and source.
  ///
  /// - Precondition: nothing is wrong with the description.
  package func synapses(of projection: Projection) -> [Synapse] {
    let sourceCount = size(of: projection.source) ?? 0
    let targetCount = size(of: projection.target) ?? 0
    let code = code(projection.weight, projection) ?? 0
    let isRecurrent = projection.source == projection.target
    func isAllowed(_ source: Int, _ target: Int) -> Bool {
      !isRecurrent || projection.hasSelfConnections || source != target
    }
    switch projection.connectivity {
    case .allToAll:
      return (0..<targetCount).flatMap { target in
        (0..<sourceCount).filter { isAllowed($0, target) }
          .map { Synapse(source: $0, target: target, code: code) }
      }
    case .oneToOne:
      return (0..<targetCount).map { Synapse(source: $0, target: $0, code: code) }
    case .list:
      return projection.connections.map {
        Synapse(
          source: $0.source, target: $0.target, code: self.code($0.weight, projection) ?? 0)
      }
    case .random:
      var random = RandomStream(
        seed: projection.seed, name: "projection \(projection.source) \(projection.target)")
      return (0..<targetCount).flatMap { target in
        random.permutation(sourceCount).filter { isAllowed($0, target) }
          .prefix(projection.fanIn).sorted()
          .map { Synapse(source: $0, target: target, code: code) }
      }
    }
  }
}
