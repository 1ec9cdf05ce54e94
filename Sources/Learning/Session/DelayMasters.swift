import ChipGeometry

/// What has a delay of its own.
public enum DelayKind: Equatable, Sendable {
  /// Each source: a delay line.
  case axonal
  /// Each synapse: a delay tap. Dendritic delays are these too, equal for all sources of a neuron.
  case synaptic
}

/// The fine-grained delays that a learning program keeps in its memory, 16 bits each; the delay
/// lines or taps hold them rounded to ticks.
public struct DelayMasters: Equatable, Sendable {
  /// Masters per tick of 8 ns.
  public static let perTick = 16
  /// What delay lines and taps hold at most.
  static let longestTicks = 2047
  /// Lanes of a row of synaptic delays in the program's memory.
  static let synapticLaneCount = 32

  public let kind: DelayKind
  /// Of the inputs, the bias last; synaptic: `[input][hidden neuron]`.
  public var inputs: [Int16]
  /// Of the hidden neurons; synaptic: `[hidden neuron][output]`.
  public var hidden: [Int16]

  public init(_ kind: DelayKind = .axonal, inputs: [Int16], hidden: [Int16]) {
    self.kind = kind
    self.inputs = inputs
    self.hidden = hidden
  }

  /// Inputs, then hidden neurons.
  public var values: [Int16] { inputs + hidden }

  /// How many delays of a kind the inputs, and the hidden neurons, of a network have.
  static func counts(
    _ kind: DelayKind, _ masters: WeightMasters
  ) -> (inputs: Int, hidden: Int) {
    switch kind {
    case .axonal: (masters.inputCount, masters.hiddenCount)
    case .synaptic: (masters.hidden.count, masters.output.count)
    }
  }

  /// How many delays of a kind a network of that size has.
  public static func count(_ kind: DelayKind, of masters: WeightMasters) -> Int {
    let counts = counts(kind, masters)
    return counts.inputs + counts.hidden
  }

  /// The delays of a network of that size, from ``values``; nil if there are not as many.
  public init?(_ kind: DelayKind, values: [Int16], of masters: WeightMasters) {
    let counts = Self.counts(kind, masters)
    guard values.count == Self.count(kind, of: masters) else { return nil }
    self.init(
      kind, inputs: Array(values.prefix(counts.inputs)),
      hidden: Array(values.dropFirst(counts.inputs)))
  }

  /// What the delay lines hold for a master, in ticks.
  public static func ticks(_ master: Int16) -> Int {
    (Int(master) + perTick / 2) / perTick
  }
}

/// The delays of a network's sources.
public struct SourceDelays: Equatable, Sendable {
  public var kind = DelayKind.axonal
  /// In ticks of 8 ns: inputs, then hidden neurons; synaptic: hidden layer [source][neuron], then
  /// output layer [source][neuron].
  public var ticks: [UInt16]

  /// SHA-256 over the delays as 16-bit little-endian numbers, in the same order.
  public var sha256: String {
    SHA256.hexDigest(
      ticks.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
  }
}
