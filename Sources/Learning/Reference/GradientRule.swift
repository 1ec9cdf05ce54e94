/// Which exact gradient a program computes; on spikes of the nominal network they are the same.
public enum GradientRule: Equatable, Sendable {
  case eventProp
  case delGrad

  /// Computes it, for a network and a loss.
  public func reference(
    network: FeedForwardNetwork, loss: FirstSpikeLoss, bounds: AdjointBounds = .unbounded
  ) -> any ReferenceGradient {
    switch self {
    case .eventProp: ReferenceEventProp(network: network, loss: loss, bounds: bounds)
    case .delGrad: ReferenceDelGrad(network: network, loss: loss, bounds: bounds)
    }
  }
}

/// An exact gradient in double precision, from observed spikes.
public protocol ReferenceGradient: Sendable {
  var network: FeedForwardNetwork { get }

  /// Adds the gradient of one sample.
  func accumulate(_ sample: ObservedSample, into gradient: inout NetworkGradient)
}

extension ReferenceGradient {
  /// The sum of the gradients of a batch.
  public func gradient(of samples: [ObservedSample]) -> NetworkGradient {
    var sum = NetworkGradient(of: network)
    for sample in samples { accumulate(sample, into: &sum) }
    return sum
  }
}
