/// One neuron between two events: V as a sum of three exponentials of the time since `h` = 0.
///
/// The scalar form of what ``NeuronBlock`` computes for four; for rare cases of any step length.
struct Trajectory {
  var membraneRate: Double
  var excitatoryRate: Double
  var inhibitoryRate: Double
  var excitatoryDifference: Double
  var inhibitoryDifference: Double
  var excitatoryCoupling: Double
  var inhibitoryCoupling: Double
  /// Relative to the leak.
  var membrane: Double
  var excitatory: Double
  var inhibitory: Double

  struct State {
    var membrane: Double
    var excitatory: Double
    var inhibitory: Double
  }

  /// V with its first two derivatives.
  struct Point {
    var value: Double
    var slope: Double
    var curvature: Double
  }

  func state(after h: Double) -> State {
    let decay = ScalarMath.exponential(-membraneRate * h)
    let e = response(h, decay, excitatoryRate, excitatoryDifference, excitatoryCoupling)
    let i = response(h, decay, inhibitoryRate, inhibitoryDifference, inhibitoryCoupling)
    return State(
      membrane: decay * membrane + (excitatory * e.membrane - inhibitory * i.membrane),
      excitatory: excitatory * e.current, inhibitory: inhibitory * i.current)
  }

  /// What a unit of current leaves of itself and puts on the membrane after `h`.
  private func response(
    _ h: Double, _ decay: Double, _ rate: Double, _ difference: Double, _ coupling: Double
  ) -> (current: Double, membrane: Double) {
    let current = ScalarMath.exponential(-rate * h)
    let exponent = difference * h
    guard exponent.magnitude < 1 else { return (current, (current - decay) * coupling) }
    return (current, decay * ScalarMath.exponentialMinusOne(exponent) * coupling)
  }

  func point(after h: Double) -> Point {
    let s = state(after: h)
    let slope = (s.excitatory - s.inhibitory - s.membrane) * membraneRate
    let change = inhibitoryRate * s.inhibitory - excitatoryRate * s.excitatory
    return Point(value: s.membrane, slope: slope, curvature: (change - slope) * membraneRate)
  }
}
