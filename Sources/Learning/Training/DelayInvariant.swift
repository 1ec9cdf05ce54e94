/// Checks sample by sample that a program's delay gradients add up to the errors of the spikes that
/// they explain, within what its fixed point may be wrong.
///
/// With all its causes a spike moves as much as they do: over the causes i of a spike with error e,
/// ∂L/∂d_i = J w_i D_i and Σ_i J w_i D_i = J x = e, where x = Σ_i w_i D_i and J = e / x. So the
/// delay gradients of the hidden neurons add up to the errors of the outputs, and those of the inputs
/// to the errors of the hidden neurons, which are the former themselves. Where J or 1/x is at its
/// bound, J x takes the place of e. Gradients by the delays of synapses add up so for each neuron by
/// itself.
///
/// Each error is the program's own: what is left is rounding, whose largest possible sum is known
/// from the formats in `firmware/README.md`.
struct DelayInvariant {
  private let network: FeedForwardNetwork
  private let kind: DelayKind
  private let bounds: ProgramBounds
  private(set) var agreement = InvariantAgreement()
  /// By layer, and by neuron where each has a sum of its own.
  private var deviations: [[Double]] = [[], []]
  private var magnitudes = [0.0, 0.0]

  /// Of a program, in its own units: jumps in units of the error, slopes 1/x.
  struct ProgramBounds {
    var jump: Double
    var reciprocal: Double
    /// The weight ranges, in thresholds.
    var hiddenRange: Double
    var outputRange: Double
  }

  init(_ network: FeedForwardNetwork, _ kind: DelayKind, _ bounds: ProgramBounds) {
    self.network = network
    self.kind = kind
    self.bounds = bounds
  }

  /// Checks a sample, with the program's ∂L/∂t of the outputs, and what it added to the program's
  /// delay gradients (``GradientSums/delays``).
  mutating func add(_ sample: ObservedSample, errors: [Int32], gradients: [Int32]) {
    guard errors.contains(where: { $0 != 0 }) else { return }
    let network = network
    let sums = Sums(gradients, network, kind)
    let output = Layer(
      causes: Self.firstSpikes(sample.hidden),
      range: bounds.outputRange, relativeJumpError: 0)
    let outputErrors = errors.enumerated().map { index, error in
      // The threshold is a whole number of weight units.
      Layer.Spike(
        time: sample.firstOutputSpikes[index], error: Double(error),
        uncertainty: Double(error).magnitude * bounds.outputRange / 32256)
    }
    add(
      0, output, outputErrors, network.outputModels, sums: sums.outputs,
      delay: { network.outputDelay(hidden: $0, output: $1) },
      weight: { network.outputWeight(hidden: $0, output: $1) })
    let hidden = Layer(
      causes: Self.firstSpikes(sample.inputs),
      range: bounds.hiddenRange, relativeJumpError: 1 / 8192)
    let unit = 128 * bounds.outputRange / 32256
    let hiddenErrors = sums.hiddenErrors.enumerated().map { neuron, gradient in
      // As accumulated, and in the units of the hidden layer.
      Layer.Spike(
        time: sample.hidden[neuron].first, error: gradient * unit,
        uncertainty: sums.roundings * unit / 2 + bounds.hiddenRange / 4032
          + gradient.magnitude * unit / 16384)
    }
    add(
      1, hidden, hiddenErrors, network.hiddenModels, sums: sums.hidden,
      delay: { network.hiddenDelay(input: $0, hidden: $1) },
      weight: { network.hiddenWeight(input: $0, hidden: $1) })
  }

  /// What the delay gradients of a sample add up to.
  private struct Sums {
    /// Over the causes of each output; of axonal delays, of all outputs.
    var outputs: [Double]
    /// Over the causes of each hidden neuron; of axonal delays, of all.
    var hidden: [Double]
    /// Of each hidden neuron over the outputs: its error.
    var hiddenErrors: [Double]
    /// How many rounded numbers that error is the sum of.
    var roundings: Double

    init(_ gradients: [Int32], _ network: FeedForwardNetwork, _ kind: DelayKind) {
      let values = gradients.map { Double($0) }
      switch kind {
      case .axonal:
        outputs = [values[network.inputCount...].reduce(0, +)]
        hidden = [values[..<network.inputCount].reduce(0, +)]
        hiddenErrors = Array(values[network.inputCount...])
        roundings = 1
      case .synaptic:
        let outputCount = network.outputCount
        outputs = [Double](repeating: 0, count: outputCount)
        hidden = [Double](repeating: 0, count: network.hiddenCount)
        hiddenErrors = hidden
        roundings = Double(outputCount)
        let split = network.hiddenWeights.count
        for (index, value) in values[..<split].enumerated() {
          hidden[index % network.hiddenCount] += value
        }
        for (index, value) in values[split...].enumerated() {
          outputs[index % outputCount] += value
          hiddenErrors[index / outputCount] += value
        }
      }
    }
  }

  private static func firstSpikes(_ sources: [[Double]]) -> [(source: Int, time: Double)] {
    sources.indices.compactMap { source in sources[source].first.map { (source, $0) } }
  }

  private mutating func add(
    _ index: Int, _ layer: Layer, _ spikes: [Layer.Spike], _ models: [NeuronModel],
    sums: [Double], delay: (_ source: Int, _ neuron: Int) -> Double,
    weight: (_ source: Int, _ neuron: Int) -> Double
  ) {
    var expected = [Double](repeating: 0, count: sums.count)
    var limits = expected
    for (neuron, spike) in spikes.enumerated() where spike.error != 0 {
      let (product, uncertainty) = layer.product(
        spike, models[neuron], bounds, delay: { delay($0, neuron) },
        weight: { weight($0, neuron) })
      let group = sums.count == 1 ? 0 : neuron
      expected[group] += product
      limits[group] += uncertainty
      magnitudes[index] += product.magnitude
    }
    if deviations[index].isEmpty {
      deviations[index] = [Double](repeating: 0, count: sums.count)
    }
    for (group, sum) in sums.enumerated() {
      let deviation = sum * 128 * layer.range / 32256 - expected[group]
      deviations[index][group] += deviation
      guard deviation != 0 else { continue }
      agreement.boundShare = max(agreement.boundShare, deviation.magnitude / limits[group])
    }
    agreement.relativeError =
      zip(deviations, magnitudes).map { deviations, magnitude in
        magnitude > 0 ? deviations.reduce(0) { $0 + $1.magnitude } / magnitude : 0
      }.max() ?? 0
  }

  private struct Layer {
    let causes: [(source: Int, time: Double)]
    let range: Double
    /// Of 1/x.
    let relativeJumpError: Double

    struct Spike {
      var time: Double?
      /// e, and how far the program's own may be from it.
      var error: Double
      var uncertainty: Double
    }

    /// J x, and how far the sum of the program's rounded terms may be from it.
    func product(
      _ spike: Spike, _ model: NeuronModel, _ bounds: ProgramBounds, delay: (Int) -> Double,
      weight: (Int) -> Double
    ) -> (value: Double, uncertainty: Double) {
      guard let time = spike.time else { return (0, 0) }
      let unit = range / 32256
      var slope = 0.0
      var slopeError = 0.0
      var count = 0.0
      for cause in causes {
        let distance = time - cause.time - delay(cause.source)
        guard distance >= 0 else { continue }
        let w = weight(cause.source)
        slope += w * model.membraneTime * model.potentialSlope(distance)
        // Two table values, each below 3 2^-16 off, and the rounded product.
        slopeError += w.magnitude * 6 / 65536 + unit / 2
        count += 1
      }
      let reciprocal = AdjointBounds(
        error: .infinity, jump: bounds.jump, reciprocal: bounds.reciprocal
      ).reciprocal(of: slope)
      let jump = AdjointBounds.saturate(spike.error * reciprocal, bounds.jump)
      let reach = slope.magnitude + slopeError
      let rounded = 1 + relativeJumpError * jump.magnitude + spike.uncertainty * reciprocal
      // And each term as it is accumulated, in 2^7.
      return (jump * slope, reach * rounded + jump.magnitude * slopeError + count * 64 * unit)
    }
  }
}

/// How well the delay gradients add up to the errors of the spikes, over the samples of a batch.
public struct InvariantAgreement: Equatable, Sendable {
  /// The largest deviation of a sample as a share of what fixed point may be wrong there; at most 1.
  public var boundShare = 0.0
  /// The deviation of the batch's sum relative to the sum of the magnitudes of the errors; that of
  /// the worse layer.
  public var relativeError = 0.0

  public init() {}
}
