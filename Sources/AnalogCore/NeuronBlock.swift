/// Four neurons: constants, state, and the closed forms that carry the state from event to event.
///
/// Voltages are relative to the leak potential. With a = 1/τm, b = 1/τs and δ = a - b of each input,
/// and h the time since `time`:
///
///     A = e^(-a h)    Z = e^(δ h) - 1    I(h) = I A (1 + Z)
///     V(h) = A (V + Σ ± I (a/δ) Z)
///
/// Z is computed without cancellation, so the form holds for every ratio τm/τs; where the ratio is 1,
/// δ is replaced by 1e-17 a, which changes Z a/δ = a h by less than a rounding.
///
/// During the refractory time the membrane stands still. Such a neuron is kept at its release:
/// `time` lies in the future, the currents are what they will then be, and an input that arrives
/// before is added with its decay until then.
struct NeuronBlock: BitwiseCopyable {
  // Constants.
  var membraneRate = Lanes(repeating: 1)
  var excitatoryRate = Lanes(repeating: 1)
  var inhibitoryRate = Lanes(repeating: 1)
  /// δ of the excitatory input.
  var excitatoryDifference = Lanes()
  var inhibitoryDifference = Lanes()
  /// a/δ of the excitatory input.
  var excitatoryCoupling = Lanes()
  var inhibitoryCoupling = Lanes()
  /// What one weight code adds to the current.
  var excitatoryGain = Lanes()
  var inhibitoryGain = Lanes()
  var reset = Lanes()
  /// The threshold without noise.
  var quietThreshold = Lanes(repeating: .infinity)
  var leak = Lanes()
  var refractoryTime = Lanes(repeating: 1)
  /// The longest step of the closed forms in lanes; beyond it exponents could overflow.
  var longestStep = Lanes(repeating: 1)
  var bound = PeakBound()

  // State.
  /// Where V and the currents are given.
  var time = Lanes()
  var membrane = Lanes()
  var excitatory = Lanes()
  var inhibitory = Lanes()
  var threshold = Lanes(repeating: .infinity)
  /// The crossing, where known, else a time before it; infinite if there is none.
  var earliest = Lanes(repeating: .infinity)
  /// The crossing, where known, else infinite.
  var crossing = Lanes(repeating: .infinity)
  /// dV/dt at the known crossing, in threshold units per cycle.
  var slope = Lanes()

  /// Adds to the currents, in units of the gains, at time `t`. A lane without any is left alone.
  ///
  /// - Returns: the smallest of ``earliest``.
  @inline(__always)
  mutating func receive(at t: Double, excitatory codes: Lanes, inhibitory otherCodes: Lanes)
    -> Double
  {
    let excitatoryJump = codes * excitatoryGain
    let inhibitoryJump = otherCodes * inhibitoryGain
    let mask = (excitatoryJump + inhibitoryJump) .> 0
    let elapsed = (t - time).replacing(with: 0, where: .!mask)
    let step = LaneMath.magnitude(elapsed)
    if LaneMath.any(step .> longestStep) {
      receiveLate(at: t, excitatoryJump, inhibitoryJump)
    } else {
      let held = elapsed .< 0
      let decay = LaneMath.exponential(-(membraneRate * step))
      let ze = LaneMath.exponentialMinusOne(excitatoryDifference * step)
      let zi = LaneMath.exponentialMinusOne(inhibitoryDifference * step)
      let excitatoryDecay = decay * ze + decay
      let inhibitoryDecay = decay * zi + decay
      let drive = excitatory * excitatoryCoupling * ze - inhibitory * inhibitoryCoupling * zi
      let one = Lanes(repeating: 1)
      membrane = (decay * (membrane + drive)).replacing(with: membrane, where: held)
      excitatory =
        excitatory * excitatoryDecay.replacing(with: one, where: held)
        + excitatoryJump * one.replacing(with: excitatoryDecay, where: held)
      inhibitory =
        inhibitory * inhibitoryDecay.replacing(with: one, where: held)
        + inhibitoryJump * one.replacing(with: inhibitoryDecay, where: held)
      // Held lanes stay at their release.
      time.replace(with: LaneMath.larger(time, Lanes(repeating: t)), where: mask)
    }
    predict(in: mask)
    return LaneMath.least(earliest)
  }

  /// The same lane by lane, for steps of any length.
  @inline(never)
  private mutating func receiveLate(
    at t: Double, _ excitatoryJump: Lanes, _ inhibitoryJump: Lanes
  ) {
    for lane in 0..<LaneMath.laneCount where excitatoryJump[lane] + inhibitoryJump[lane] > 0 {
      let lead = Swift.max(time[lane] - t, 0)
      settle(lane, at: t)
      excitatory[lane] +=
        excitatoryJump[lane] * ScalarMath.exponential(-(excitatoryRate[lane] * lead))
      inhibitory[lane] +=
        inhibitoryJump[lane] * ScalarMath.exponential(-(inhibitoryRate[lane] * lead))
    }
  }

  /// Puts back crossings that an input came too late to prevent.
  mutating func keep(_ known: Lanes, _ slopes: Lanes, where mask: LaneMask) {
    crossing.replace(with: known, where: mask)
    earliest.replace(with: known, where: mask)
    slope.replace(with: slopes, where: mask)
  }

  /// Bounds the next crossing of the lanes in `mask` from below, or finds that there is none.
  @inline(__always)
  mutating func predict(in mask: LaneMask) {
    let wait = bound.earliestCrossing(
      membrane: membrane, excitatory: excitatory, inhibitory: inhibitory, threshold: threshold,
      rate: membraneRate)
    earliest.replace(with: time + wait, where: mask)
    crossing.replace(with: .infinity, where: mask)
  }

  /// One neuron of the block between its last and its next event.
  subscript(lane: Int) -> Trajectory {
    Trajectory(
      membraneRate: membraneRate[lane], excitatoryRate: excitatoryRate[lane],
      inhibitoryRate: inhibitoryRate[lane], excitatoryDifference: excitatoryDifference[lane],
      inhibitoryDifference: inhibitoryDifference[lane],
      excitatoryCoupling: excitatoryCoupling[lane],
      inhibitoryCoupling: inhibitoryCoupling[lane], membrane: membrane[lane],
      excitatory: excitatory[lane], inhibitory: inhibitory[lane])
  }

  /// The membrane, relative to the leak, and the currents at time `t`.
  func state(of lane: Int, at t: Double) -> Trajectory.State {
    let step = t - time[lane]
    guard step < 0 else { return self[lane].state(after: step) }
    return Trajectory.State(
      membrane: membrane[lane],
      excitatory: excitatory[lane] * ScalarMath.exponential(-excitatoryRate[lane] * step),
      inhibitory: inhibitory[lane] * ScalarMath.exponential(-inhibitoryRate[lane] * step))
  }
}
