import ChipGeometry

/// The distribution of initial weights, in thresholds: normal.
public struct WeightStart: Equatable, Sendable {
  public var mean: Double
  public var deviation: Double

  public init(mean: Double, deviation: Double) {
    self.mean = mean
    self.deviation = deviation
  }

  func fill(_ weights: inout [Double], from stream: inout RandomStream) {
    for index in weights.indices { weights[index] = mean + deviation * stream.gaussian() }
  }
}

/// Descent by the sign of the momentum (Signum): m ← μ m + (1 - μ) g, w ← w - η sign(m), within
/// bounds. The optimiser of the learning programs, here in real numbers.
struct SignMomentum: Sendable {
  /// μ.
  let decay: Double
  /// Largest magnitude of a weight.
  let limit: Double
  private var momentum: [Double]

  init(count: Int, decay: Double, limit: Double) {
    self.decay = decay
    self.limit = limit
    momentum = Array(repeating: 0, count: count)
  }

  /// One step of size `rate` (η) for the batch whose gradient is `gradient`.
  mutating func step(_ weights: inout [Double], gradient: [Double], rate: Double) {
    for index in weights.indices {
      momentum[index] = decay * momentum[index] + (1 - decay) * gradient[index]
      let direction = momentum[index] > 0 ? 1.0 : momentum[index] < 0 ? -1 : 0
      weights[index] = min(max(weights[index] - rate * direction, -limit), limit)
    }
  }
}
