/// Checks sample by sample that a program's delay gradients add up to the errors of the spikes that
/// they explain, within what its fixed point may be wrong.
///
/// With all its causes a spike moves as much as they do: over the causes i of a spike with error e,
/// ∂L/∂d_i = J w_i D_i and Σ_i J w_i D_i = J x = e, where x = Σ_i w_i D_i and J = e / x. So the
/// delay gradients of the hidden neurons add up to the errors of the outputs, and those of the inputs
/// to the errors of the hidden neurons, which are the former themselves. Where J or 1/x is at its
/// bound, J x takes the place of e.
///
/// Each error is the program's own: what is left is rounding, whose largest possible sum is known
/// from the formats in `firmware/README.md`.
struct DelayInvariant {
  private let network: FeedForwardNetwork
  private let bounds: ProgramBounds
  private(set) var agreement = InvariantAgreement()
  private var deviations = [0.0, 0.0]
  private var magnitudes = [0.0, 0.0]

  /// Of a program, in its own units: jumps in units of the error, slopes 1/x.
  struct ProgramBounds {
    var jump: Double
    var reciprocal: Double
    /// The weight ranges, in thresholds.
    var hiddenRange: Double
    var outputRange: Double
  }

  init(_ network: FeedForwardNetwork, _ bounds: ProgramBounds) {
    self.network = network
    self.bounds = bounds
  }

  /// Checks a sample, with the program's ∂L/∂t of the outputs, and what it added to the program's
  /// delay gradients of inputs and hidden neurons.
  mutating func add(_ sample: ObservedSample, errors: [Int32], gradients: [Int32]) {
    guard errors.contains(where: { $0 != 0 }) else { return }
    let network = network
    let inputCount = network.inputCount
    let output = Layer(
      causes: Self.arrivals(sample.hidden, network.hiddenDelays),
      range: bounds.outputRange, relativeJumpError: 0)
    let outputErrors = errors.enumerated().map { index, error in
      // The threshold is a whole number of weight units.
      Layer.Spike(
        time: sample.firstOutputSpikes[index], error: Double(error),
        uncertainty: Double(error).magnitude * bounds.outputRange / 32256)
    }
    add(
      0, output, outputErrors, network.outputModels, sum: gradients[inputCount...],
      weight: { network.outputWeight(hidden: $0, output: $1) })
    let hidden = Layer(
      causes: Self.arrivals(sample.inputs, network.inputDelays),
      range: bounds.hiddenRange, relativeJumpError: 1 / 8192)
    let unit = 128 * bounds.outputRange / 32256
    let hiddenErrors = gradients[inputCount...].enumerated().map { neuron, gradient in
      // As accumulated, and in the units of the hidden layer.
      Layer.Spike(
        time: sample.hidden[neuron].first, error: Double(gradient) * unit,
        uncertainty: unit / 2 + bounds.hiddenRange / 4032
          + Double(gradient).magnitude * unit / 16384)
    }
    add(
      1, hidden, hiddenErrors, network.hiddenModels, sum: gradients[..<inputCount],
      weight: { network.hiddenWeight(input: $0, hidden: $1) })
  }

  private static func arrivals(
    _ sources: [[Double]], _ delays: [Double]
  ) -> [(source: Int, time: Double)] {
    sources.indices.compactMap { source in
      sources[source].first.map { (source, $0 + delays[source]) }
    }
  }

  private mutating func add(
    _ index: Int, _ layer: Layer, _ spikes: [Layer.Spike], _ models: [NeuronModel],
    sum: ArraySlice<Int32>, weight: (_ source: Int, _ neuron: Int) -> Double
  ) {
    var expected = 0.0
    var bound = 0.0
    var magnitude = 0.0
    for (neuron, spike) in spikes.enumerated() where spike.error != 0 {
      let (product, uncertainty) = layer.product(
        spike, models[neuron], bounds, weight: { weight($0, neuron) })
      expected += product
      bound += uncertainty
      magnitude += product.magnitude
    }
    let own = sum.reduce(0) { $0 + Double($1) } * 128 * layer.range / 32256
    let deviation = own - expected
    deviations[index] += deviation
    magnitudes[index] += magnitude
    if bound > 0 { agreement.boundShare = max(agreement.boundShare, deviation.magnitude / bound) }
    agreement.relativeError =
      zip(deviations, magnitudes).map { $1 > 0 ? $0.magnitude / $1 : 0 }
      .max() ?? 0
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
      _ spike: Spike, _ model: NeuronModel, _ bounds: ProgramBounds, weight: (Int) -> Double
    ) -> (value: Double, uncertainty: Double) {
      guard let time = spike.time else { return (0, 0) }
      let unit = range / 32256
      var slope = 0.0
      var slopeError = 0.0
      var count = 0.0
      for cause in causes where cause.time <= time {
        let w = weight(cause.source)
        slope += w * model.membraneTime * model.potentialSlope(time - cause.time)
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
