/// Exact gradients of a first-spike loss by weights and delays, axonal and synaptic, for networks in which only
/// the first spike of a neuron counts (Göltz et al. 2025), in double precision from observed times.
///
/// On spikes of the nominal network this is the same gradient as ``ReferenceEventProp``. On spikes
/// of another, mismatched network the two differ in the slope at a spike: here it is that of the
/// potential that the nominal neuron has at the observed time, there I - threshold.
public struct ReferenceDelGrad: ReferenceGradient {
  public var network: FeedForwardNetwork
  public var loss: FirstSpikeLoss
  /// Bounds of a program that works in fixed point; `error` is not used.
  public var bounds: AdjointBounds

  public init(
    network: FeedForwardNetwork, loss: FirstSpikeLoss, bounds: AdjointBounds = .unbounded
  ) {
    self.network = network
    self.loss = loss
    self.bounds = bounds
  }

  /// Adds the gradient of one sample.
  public func accumulate(_ sample: ObservedSample, into gradient: inout NetworkGradient) {
    let (value, slopes) = loss.evaluate(sample.firstOutputSpikes, label: sample.label)
    gradient.loss += value
    let outputs = Layer(
      models: network.outputModels, sources: sample.hidden,
      delay: { network.outputDelay(hidden: $0, output: $1) })
    let hiddenErrors = outputs.propagate(
      slopes, of: sample.firstOutputSpikes, bounds,
      weight: { network.outputWeight(hidden: $0, output: $1) }
    ) { hidden, output, slopes in
      gradient.outputWeights[output * network.hiddenCount + hidden] += slopes.weight
      gradient.outputSynapseDelays[output * network.hiddenCount + hidden] += slopes.delay
    }
    let hidden = Layer(
      models: network.hiddenModels, sources: sample.inputs,
      delay: { network.hiddenDelay(input: $0, hidden: $1) })
    let inputErrors = hidden.propagate(
      hiddenErrors, of: sample.hidden.map(\.first), bounds,
      weight: { network.hiddenWeight(input: $0, hidden: $1) }
    ) { input, hidden, slopes in
      gradient.hiddenWeights[input * network.hiddenCount + hidden] += slopes.weight
      gradient.hiddenSynapseDelays[input * network.hiddenCount + hidden] += slopes.delay
    }
    for (source, error) in hiddenErrors.enumerated() { gradient.hiddenDelays[source] += error }
    for (source, error) in inputErrors.enumerated() { gradient.inputDelays[source] += error }
  }

  /// A layer of neurons and the first spikes of its sources.
  private struct Layer {
    let models: [NeuronModel]
    let sourceCount: Int
    /// Sources that spiked, and when.
    let causes: [(source: Int, time: Double)]
    let delay: (_ source: Int, _ neuron: Int) -> Double

    init(
      models: [NeuronModel], sources: [[Double]],
      delay: @escaping (_ source: Int, _ neuron: Int) -> Double
    ) {
      self.models = models
      self.delay = delay
      sourceCount = sources.count
      causes = sources.indices.compactMap { source in
        sources[source].first.map { (source, $0) }
      }
    }

    /// The chain rule through one layer.
    ///
    /// - Returns: the error of each source's spike.
    func propagate(
      _ errors: [Double], of spikes: [Double?], _ bounds: AdjointBounds,
      weight: (_ source: Int, _ neuron: Int) -> Double,
      add: (_ source: Int, _ neuron: Int, _ slopes: (weight: Double, delay: Double)) -> Void
    ) -> [Double] {
      var sourceErrors = Array(repeating: 0.0, count: sourceCount)
      for (neuron, model) in models.enumerated() where errors[neuron] != 0 {
        guard let time = spikes[neuron] else { continue }
        let derivatives = SpikeDerivatives(
          of: time, model: model,
          arrivals: causes.map { $0.time + delay($0.source, neuron) },
          weights: causes.map { weight($0.source, neuron) }, slopeBound: bounds.reciprocal)
        let error = bounded(errors[neuron], derivatives, model, bounds)
        for (index, cause) in causes.enumerated() {
          let slopes = (error * derivatives.byWeight[index], error * derivatives.byArrival[index])
          add(cause.source, neuron, slopes)
          sourceErrors[cause.source] += slopes.1
        }
      }
      return sourceErrors
    }

    /// The error that is left when the jump e / (τm V') saturates.
    private func bounded(
      _ error: Double, _ derivatives: SpikeDerivatives, _ model: NeuronModel,
      _ bounds: AdjointBounds
    ) -> Double {
      guard bounds.jump < .infinity else { return error }
      let reciprocal = bounds.reciprocal(of: model.membraneTime * derivatives.slope)
      let jump = error * reciprocal
      return AdjointBounds.saturate(jump, bounds.jump) / reciprocal
    }
  }
}
