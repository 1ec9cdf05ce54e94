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

  /// Adds to the currents of the lanes in `mask` at time `t`; the jumps of other lanes are zero.
  ///
  /// A crossing that is known and not after `t` stays as it is: its spike is under way.
  @inline(__always)
  mutating func receive(
    at t: Double, excitatoryJump: Lanes, inhibitoryJump: Lanes, in mask: LaneMask
  ) {
    let elapsed = (t - time).replacing(with: 0, where: .!mask)
    let step = LaneMath.magnitude(elapsed)
    if LaneMath.bits(step .> longestStep) != 0 {
      receiveLate(
        at: t, excitatoryJump: excitatoryJump, inhibitoryJump: inhibitoryJump, in: mask)
      return
    }
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
    time.replace(with: t, where: mask .& .!held)
    predict(in: mask .& .!(crossing .<= t))
  }

  /// ``receive(at:excitatoryJump:inhibitoryJump:in:)`` after a step too long for it.
  @inline(never)
  private mutating func receiveLate(
    at t: Double, excitatoryJump: Lanes, inhibitoryJump: Lanes, in mask: LaneMask
  ) {
    var rest = mask
    for lane in 0..<LaneMath.laneCount where mask[lane] {
      let step = t - time[lane]
      guard step.magnitude > longestStep[lane] else { continue }
      if step > 0 {
        let late = self[lane].state(after: step)
        membrane[lane] = late.membrane
        excitatory[lane] = late.excitatory
        inhibitory[lane] = late.inhibitory
        time[lane] = t
      } else {
        rest[lane] = false
        excitatory[lane] +=
          excitatoryJump[lane] * ScalarMath.exponential(excitatoryRate[lane] * step)
        inhibitory[lane] +=
          inhibitoryJump[lane] * ScalarMath.exponential(inhibitoryRate[lane] * step)
      }
    }
    let late = mask .& .!rest
    predict(in: late .& .!(crossing .<= t))
    receive(
      at: t, excitatoryJump: excitatoryJump.replacing(with: 0, where: late),
      inhibitoryJump: inhibitoryJump.replacing(with: 0, where: late), in: rest)
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
