public import SpikeTrace

/// A network in real numbers, as other libraries train it: weights in thresholds, delays in ticks.
///
/// A spike adds its weight w to the synaptic current, which decays with τs and drives the membrane:
/// τm V' = -V + I. So the potential that one spike causes peaks at w/4 for τm = 2 τs, at w/e for
/// τm = τs. Weights of libraries that scale the potential instead need a factor.
public struct FloatNetwork: Equatable, Sendable {
  /// [input][hidden]; the bias, if there is one, is the last input.
  public var hidden: WeightMatrix
  /// [hidden][output].
  public var output: WeightMatrix
  public var hasBias: Bool
  /// Of inputs and hidden neurons; nil: none.
  public var delays: DelayMasters?
  /// What code 63 shall mean, where the source says so.
  public var hiddenRanges: [Double]?
  public var outputRanges: [Double]?

  /// - Throws: if the layers do not fit together.
  public init(
    hidden: WeightMatrix, output: WeightMatrix, hasBias: Bool = true
  ) throws(StoredNetworkError) {
    guard hidden.neuronCount == output.sourceCount else {
      throw .shape(
        "output", found: [output.sourceCount, output.neuronCount],
        expected: "[\(hidden.neuronCount)][outputs], as hidden has \(hidden.neuronCount) neurons")
    }
    self.hidden = hidden
    self.output = output
    self.hasBias = hasBias
  }

  /// Which arrays of an archive are the weights, and how they lie.
  public struct Names: Equatable, Sendable {
    public var hidden: String
    public var output: String
    /// Whether they are [neuron][source].
    public var areTransposed: Bool

    public init(hidden: String = "hidden", output: String = "output", areTransposed: Bool = false) {
      self.hidden = hidden
      self.output = output
      self.areTransposed = areTransposed
    }
  }

  /// Reads two arrays of numbers; `delays` (ticks, [input + hidden]) and `range_hidden`, `range_output`
  /// are taken over if they are there.
  public init(
    _ archive: NumPyArchive, _ names: Names = Names(), hasBias: Bool = true
  ) throws(StoredNetworkError) {
    try self.init(
      hidden: Self.matrix(names.hidden, archive, names.areTransposed),
      output: Self.matrix(names.output, archive, names.areTransposed), hasBias: hasBias)
    hiddenRanges = try StoredNetwork.ranges("range_hidden", hidden.neuronCount, archive)
    outputRanges = try StoredNetwork.ranges("range_output", output.neuronCount, archive)
    delays = try StoredNetwork.delays(
      archive,
      of: WeightMasters(
        inputs: hidden.sourceCount, hidden: hidden.neuronCount, outputs: output.neuronCount))
  }

  private static func matrix(
    _ name: String, _ archive: NumPyArchive, _ isTransposed: Bool
  ) throws(StoredNetworkError) -> WeightMatrix {
    guard let array = archive[name] else {
      throw .missing(name, present: archive.entries.map(\.name))
    }
    guard array.shape.count == 2, array.shape.allSatisfy({ $0 > 0 }) else {
      throw .shape(
        name, found: array.shape, expected: isTransposed ? "[neuron][source]" : "[source][neuron]")
    }
    guard let values = array.doubles else { throw .type(name, expected: "numbers") }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      let place = "[\(index / array.shape[1])][\(index % array.shape[1])]"
      throw .value(name + place, found: "\(values[index])", expected: "a finite number")
    }
    let matrix = WeightMatrix(
      sources: array.shape[0], neurons: array.shape[1], values: values)
    return isTransposed ? matrix.transposed : matrix
  }

  // MARK: To the chip and back

  /// All weights times a factor.
  public func scaled(by factor: Double) -> FloatNetwork {
    var network = self
    network.hidden = hidden.scaled(by: factor)
    network.output = output.scaled(by: factor)
    return network
  }

  /// The network with 6-bit weights.
  public func quantised(
    _ method: QuantisationMethod, _ groups: WeightGroups = .layer
  ) -> QuantisedNetwork {
    QuantisedNetwork(
      hidden: QuantisedLayer(hidden, method, groups, ranges: hiddenRanges),
      output: QuantisedLayer(output, method, groups, ranges: outputRanges), source: self)
  }

  /// What a stored network means in real numbers.
  public enum Precision: String, CaseIterable, Sendable {
    /// What the synapses hold.
    case codes
    /// The fine masters, from which learning goes on.
    case masters
  }

  public init(_ stored: StoredNetwork, _ precision: Precision = .codes) {
    let masters = stored.masters
    func matrix(
      _ values: [Int16], _ neurons: Int, _ ranges: [Double]
    ) -> WeightMatrix {
      WeightMatrix(
        sources: values.count / neurons, neurons: neurons,
        values: values.indices.map { index in
          let range = ranges.count == 1 ? ranges[0] : ranges[index % neurons]
          return precision == .codes
            ? Double(WeightMasters.code(values[index])) * (range / 63)
            : Double(values[index]) * (range / Double(Int16.max))
        })
    }
    let session = SessionConfiguration()
    let ranges = (
      stored.hiddenRanges ?? [session.hiddenRange], stored.outputRanges ?? [session.outputRange]
    )
    hidden = matrix(masters.hidden, masters.hiddenCount, ranges.0)
    output = matrix(masters.output, masters.outputCount, ranges.1)
    hasBias = stored.hasBias ?? true
    delays = masters.delays
    (hiddenRanges, outputRanges) = ranges
  }

  // MARK: Without a chip

  /// The share of right decisions of an ideal network with these very weights: no mismatch, no
  /// noise, no rounding of weights or times.
  ///
  /// - Parameters:
  ///   - split: of the Yin-Yang data.
  ///   - count: samples, from the first.
  ///   - session: says the nominal time constants.
  /// - Returns: 0…1.
  public func idealAccuracy(
    _ split: YinYang.Split, count: Int, _ session: SessionConfiguration
  ) -> Double {
    let tau = Double(session.synapticTicks)
    var network = FeedForwardNetwork(
      inputs: hidden.sourceCount, hidden: hidden.neuronCount, outputs: output.neuronCount,
      model: NeuronModel(
        membraneTime: Double(session.membraneTicks) / tau,
        refractory: Double(session.refractoryTicks) / tau))
    network.hiddenWeights = hidden.values
    network.outputWeights = output.transposed.values
    if let delays { setDelays(delays, tau, &network) }
    var encoder = SpikeTimeEncoder()
    if !hasBias { encoder.bias = nil }
    let stimuli = YinYang.samples(of: split).prefix(count).map { sample in
      GradientCheck.Stimulus(
        inputs: encoder.times(of: sample.values).map { [$0] }, label: sample.label)
    }
    let observed = ExactSimulation.simulate(network, stimuli)
    return Double(observed.count { $0.decision == $0.label }) / Double(max(1, observed.count))
  }
}

extension FloatNetwork {
  private func setDelays(
    _ delays: DelayMasters, _ tau: Double, _ network: inout FeedForwardNetwork
  ) {
    let inputs = delays.inputs.map { Double(DelayMasters.ticks($0)) / tau }
    let hidden = delays.hidden.map { Double(DelayMasters.ticks($0)) / tau }
    switch delays.kind {
    case .axonal: (network.inputDelays, network.hiddenDelays) = (inputs, hidden)
    case .synaptic:
      network.hiddenSynapseDelays = inputs
      network.outputSynapseDelays =
        WeightMatrix(sources: output.sourceCount, neurons: output.neuronCount, values: hidden)
        .transposed.values
    }
  }
}

/// A network whose weights have become codes.
public struct QuantisedNetwork: Equatable, Sendable {
  public let hidden: QuantisedLayer
  public let output: QuantisedLayer
  public let source: FloatNetwork

  /// As the chip takes it.
  public var stored: StoredNetwork {
    var masters = WeightMasters(
      inputs: hidden.original.sourceCount, hidden: hidden.original.neuronCount,
      outputs: output.original.neuronCount)
    masters.hidden = hidden.masters
    masters.output = output.masters
    masters.delays = source.delays
    var network = StoredNetwork(masters)
    network.hiddenRanges = hidden.ranges
    network.outputRanges = output.ranges
    network.hasBias = source.hasBias
    return network
  }
}
