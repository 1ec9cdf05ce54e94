import ChipGeometry

/// A leaky integrate-and-fire neuron with exponential synaptic current, leak potential zero.
///
///     τm V' = -V + I        τs I' = -I        V = threshold: spike, V ← reset for `refractory`
///
/// Times are in units of the network's nominal τs, potentials and currents in units of the nominal
/// threshold. A leak potential other than zero is the same neuron with threshold and reset shifted.
public struct NeuronModel: Equatable, BitwiseCopyable, Sendable {
  /// τm.
  public var membraneTime: Double
  /// τs.
  public var synapticTime: Double
  public var threshold: Double
  public var reset: Double
  /// How long the membrane stays at the reset potential after a spike.
  public var refractory: Double

  public init(
    membraneTime: Double = 2, synapticTime: Double = 1, threshold: Double = 1, reset: Double = 0,
    refractory: Double = 0
  ) {
    self.membraneTime = membraneTime
    self.synapticTime = synapticTime
    self.threshold = threshold
    self.reset = reset
    self.refractory = refractory
  }

  /// What is left of a potential after `time`.
  public func membraneDecay(_ time: Double) -> Double {
    ElementaryFunctions.exp(-time / membraneTime)
  }

  /// What is left of a synaptic current after `time`.
  public func synapticDecay(_ time: Double) -> Double {
    ElementaryFunctions.exp(-time / synapticTime)
  }

  /// ε: the potential that a current of one has caused after `time`, from zero.
  ///
  /// τs / (τm - τs) · (e^(-t/τm) - e^(-t/τs)), written so that it is exact for any ratio τm/τs, one
  /// and its neighbourhood included.
  public func postsynapticPotential(_ time: Double) -> Double {
    time / membraneTime * difference(time)
  }

  /// λI that a λV of one has caused at reverse distance `time`, from zero:
  /// τm / (τm - τs) · (e^(-t/τm) - e^(-t/τs)).
  public func adjointCurrent(_ time: Double) -> Double {
    time / synapticTime * difference(time)
  }

  /// (e^(-t/τm) - e^(-t/τs)) / (t δ) with δ = 1/τs - 1/τm.
  private func difference(_ time: Double) -> Double {
    let delta = 1 / synapticTime - 1 / membraneTime
    return membraneDecay(time) * Self.meanDecay(time * delta)
  }

  /// (1 - e^(-x)) / x, one at zero.
  static func meanDecay(_ x: Double) -> Double {
    guard x.magnitude < 0.5 else { return (1 - ElementaryFunctions.exp(-x)) / x }
    // 1 - x/2! + x²/3! - …; the remainder after 15 terms is below 1e-18.
    var sum = 0.0
    for n in stride(from: 15.0, through: 1, by: -1) { sum = 1 - sum * x / (n + 1) }
    return sum
  }
}
