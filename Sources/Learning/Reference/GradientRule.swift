/// Which exact gradient a program computes; on spikes of the nominal network they are the same.
public enum GradientRule: Equatable, Sendable {
  case eventProp
  case delGrad

  /// Adds the gradient of one sample, from observed spikes.
  public func accumulate(
    _ sample: ObservedSample, of network: FeedForwardNetwork, loss: FirstSpikeLoss,
    bounds: AdjointBounds = .unbounded, into gradient: inout NetworkGradient
  ) {
    switch self {
    case .eventProp:
      ReferenceEventProp(network: network, loss: loss, bounds: bounds)
        .accumulate(sample, into: &gradient)
    case .delGrad:
      ReferenceDelGrad(network: network, loss: loss, bounds: bounds)
        .accumulate(sample, into: &gradient)
    }
  }

  /// The sum of the gradients of a batch.
  public func gradient(
    of samples: [ObservedSample], network: FeedForwardNetwork, loss: FirstSpikeLoss,
    bounds: AdjointBounds = .unbounded
  ) -> NetworkGradient {
    var sum = NetworkGradient(of: network)
    for sample in samples {
      accumulate(sample, of: network, loss: loss, bounds: bounds, into: &sum)
    }
    return sum
  }
}
