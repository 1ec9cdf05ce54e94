/// Exact gradients of a first-spike loss in double precision from observed spike times alone
/// (EventProp, Wunderlich and Pehle 2021, with refractory times).
///
/// Going back in time, τm λV' = -λV and τs λI' = -λI + λV (primes by reversed time). At a spike of
/// a neuron at t that was refractory for Δ,
///
///     λV ← J = [ (I(t+Δ) - reset) λV(t+Δ) + e ] / (I(t) - threshold),
///     e = Σ_m w_m (λV - λI)_m where the spike arrives + ∂L/∂t,
///
/// λV is zero between t+Δ and t, and ∂L/∂w = -τs Σ λI at the arrivals of the source's spikes.
///
/// Conventions where observed times leave a choice, the same as in `firmware/eventprop.s`: a spike that
/// arrives at the very time of a neuron's spike helped to cause it (it is in I(t), and it meets the
/// adjoints after the jump in reverse); if a neuron's next spike comes before t+Δ, its refractory time
/// is taken to end at that next spike.
public struct ReferenceEventProp: ReferenceGradient {
  public var network: FeedForwardNetwork
  public var loss: FirstSpikeLoss
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
    let outputErrors = zip(sample.outputs, slopes).map { spikes, slope in
      spikes.indices.map { $0 == 0 ? slope : 0 }
    }
    let hiddenErrors = propagate(
      Layer(
        models: network.outputModels, spikes: sample.outputs, errors: outputErrors,
        delay: { network.outputDelay(hidden: $0, output: $1) },
        weight: { network.outputWeight(hidden: $0, output: $1) }),
      sources: sample.hidden
    ) { source, neuron, slopes in
      gradient.outputWeights[neuron * network.hiddenCount + source] += slopes.weight
      gradient.outputSynapseDelays[neuron * network.hiddenCount + source] += slopes.delay
    }
    let inputErrors = propagate(
      Layer(
        models: network.hiddenModels, spikes: sample.hidden, errors: hiddenErrors,
        delay: { network.hiddenDelay(input: $0, hidden: $1) },
        weight: { network.hiddenWeight(input: $0, hidden: $1) }),
      sources: sample.inputs
    ) { source, neuron, slopes in
      gradient.hiddenWeights[source * network.hiddenCount + neuron] += slopes.weight
      gradient.hiddenSynapseDelays[source * network.hiddenCount + neuron] += slopes.delay
    }
    for (source, errors) in hiddenErrors.enumerated() {
      for error in errors { gradient.hiddenDelays[source] += error }
    }
    for (source, errors) in inputErrors.enumerated() {
      for error in errors { gradient.inputDelays[source] += error }
    }
  }

  /// One layer with what it did, what its spikes are blamed for, and how it is connected.
  private struct Layer {
    var models: [NeuronModel]
    var spikes: [[Double]]
    /// e of each spike.
    var errors: [[Double]]
    var delay: (_ source: Int, _ neuron: Int) -> Double
    var weight: (_ source: Int, _ neuron: Int) -> Double
  }

  /// Carries the errors of a layer's spikes to the spikes of its sources.
  ///
  /// - Returns: e of each source spike, without a loss term.
  private func propagate(
    _ layer: Layer, sources: [[Double]],
    slope: (_ source: Int, _ neuron: Int, _ slopes: (weight: Double, delay: Double)) -> Void
  ) -> [[Double]] {
    var errors = sources.map { Array(repeating: 0.0, count: $0.count) }
    for (neuron, model) in layer.models.enumerated()
    where layer.errors[neuron].contains(where: { $0 != 0 }) {
      let arrivals = Arrival.sorted(sources) { layer.delay($0, neuron) }
      let weights = arrivals.map { layer.weight($0.source, neuron) }
      let sweep = AdjointSweep(
        model: model, bounds: bounds, spikes: layer.spikes[neuron], errors: layer.errors[neuron],
        arrivals: arrivals, weights: weights)
      for (arrival, (adjoint, weight)) in zip(arrivals, zip(sweep.readings(), weights)) {
        let error = weight * (adjoint.membrane - adjoint.current)
        slope(arrival.source, neuron, (-model.synapticTime * adjoint.current, error))
        errors[arrival.source][arrival.index] += error
      }
    }
    return errors
  }
}

/// Where the adjoints of the bounded gradient saturate. Infinity everywhere is the exact gradient.
///
/// Learning in fixed point needs bounds, and they help learning in floating point as well.
public struct AdjointBounds: Equatable, Sendable {
  /// Largest magnitude of e, the error of a spike.
  public var error: Double
  /// Largest magnitude of J, the value that λV jumps to at a spike.
  public var jump: Double
  /// Largest value of 1 / (I - threshold); also its value where I ≤ threshold, which happens
  /// when the observed neuron differs from the nominal one.
  public var reciprocal: Double

  public init(error: Double, jump: Double, reciprocal: Double) {
    self.error = error
    self.jump = jump
    self.reciprocal = reciprocal
  }

  public static let unbounded =
    AdjointBounds(error: .infinity, jump: .infinity, reciprocal: .infinity)

  static func saturate(_ value: Double, _ bound: Double) -> Double {
    min(max(value, -bound), bound)
  }

  func reciprocal(of slope: Double) -> Double {
    guard reciprocal < .infinity else { return 1 / slope }
    return slope * reciprocal > 1 ? 1 / slope : reciprocal
  }
}
