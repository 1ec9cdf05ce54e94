/// How a neuron's first spike moves with its causes, from observed times alone.
///
///     dT/dw_i = -ε(T - t_i) / V'(T)        dT/dt_i = w_i ε'(T - t_i) / V'(T)
///
/// with V'(T) = Σ w_i ε'(T - t_i) the slope of the membrane at the spike, for any ratio of the time
/// constants (Göltz et al. 2021, 2025). Then Σ dT/dt_i = 1: with all its causes a spike moves as
/// much as they do, whatever the observed neuron's threshold was.
public struct SpikeDerivatives: Equatable, Sendable {
  /// V'(T), in thresholds per nominal τs.
  public let slope: Double
  /// dT/dw_i; zero for what arrives after the spike.
  public let byWeight: [Double]
  /// dT/dt_i, which is also the derivative by the delay on the way.
  public let byArrival: [Double]

  /// - Parameters:
  ///   - time: T, with the spike's own arrivals in nominal τs.
  ///   - model: of the neuron.
  ///   - arrivals: t_i, delays included, in any order.
  ///   - weights: w_i, in units of the nominal threshold.
  ///   - slopeBound: largest value of 1 / (τm V'); also its value where V' is not positive.
  public init(
    of time: Double, model: NeuronModel, arrivals: [Double], weights: [Double],
    slopeBound: Double = .infinity
  ) {
    precondition(arrivals.count == weights.count, "each arrival has a weight")
    var slope = 0.0
    for (arrival, weight) in zip(arrivals, weights) where arrival <= time {
      slope += weight * model.potentialSlope(time - arrival)
    }
    let bounds = AdjointBounds(error: .infinity, jump: .infinity, reciprocal: slopeBound)
    let reciprocal = model.membraneTime * bounds.reciprocal(of: model.membraneTime * slope)
    self.slope = slope
    byWeight = arrivals.map {
      $0 <= time ? -model.postsynapticPotential(time - $0) * reciprocal : 0
    }
    byArrival = zip(arrivals, weights).map { arrival, weight in
      arrival <= time ? weight * model.potentialSlope(time - arrival) * reciprocal : 0
    }
  }
}

extension NeuronModel {
  /// ε': how fast the potential rises that a current of one has caused, `time` after it began.
  public func potentialSlope(_ time: Double) -> Double {
    (synapticDecay(time) - postsynapticPotential(time)) / membraneTime
  }
}
