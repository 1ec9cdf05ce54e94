/// When spikes enter the world.
enum SpikeTiming {
  /// At the first clock cycle not before the crossing.
  case clocked
  /// At the crossing itself.
  case exact
}

extension NeuronBlock {
  /// A step this small, in units of τm, leaves an error of its fourth power: nothing.
  private static let convergedStep = 5e-5
  /// Below this slope, relative to the currents, a root is too close to the peak to be trusted.
  private static let steepEnough = 1e-3

  /// Lanes that may cross at or before `limit` and whose crossing is not known.
  @inline(__always)
  func unresolved(until limit: Double) -> LaneMask {
    (earliest .<= limit) .& (crossing .> earliest)
  }

  /// The first lane whose known crossing is at `t`, the smallest of ``earliest``; nil if an earlier
  /// lane must be resolved first.
  @inline(__always)
  func knownSpike(at t: Double) -> Int? {
    // Written out and without branches: a lane chosen at run time goes through memory.
    let lane = earliest[0] == t ? 0 : earliest[1] == t ? 1 : earliest[2] == t ? 2 : 3
    let known = crossing .== Lanes(repeating: t)
    let isKnown = lane == 0 ? known[0] : lane == 1 ? known[1] : lane == 2 ? known[2] : known[3]
    return isKnown ? lane : nil
  }

  /// Finds the first crossings of the lanes in `wanted`.
  ///
  /// Householder's iteration of third order runs in all lanes at once. With the threshold above the
  /// leak V crosses it upwards at most once, so any root on a rising flank is the first crossing; lanes
  /// where the iteration does not end in one are searched one by one
  /// (``Trajectory/firstCrossing(of:)``).
  mutating func resolve(_ wanted: LaneMask, _ timing: SpikeTiming) {
    let isAbove = membrane .>= threshold
    var pending = wanted .& .!isAbove .& (threshold .> 0)
    var settled = wanted .& isAbove
    let bound = earliest - time
    let start = approach(membrane: membrane, excitatory: excitatory, inhibitory: inhibitory)
    var h = bound.replacing(with: start.step, where: start.step .> bound)
    h = LaneMath.smaller(h, longestStep).replacing(with: 0, where: .!pending)
    var slope = Lanes()
    var roundCount = 0
    while roundCount < 6 && LaneMath.any(pending) {
      let move = approach(after: h)
      h.replace(with: h + move.step, where: pending)
      slope.replace(with: move.slope, where: pending)
      let isUsable = (h .>= 0) .& (h .< longestStep)
      settled = settled .| (pending .& move.isLast .& move.isSteep .& isUsable)
      pending = pending .& .!move.isLast .& isUsable
      roundCount += 1
    }
    settle(settled, after: h, slope: slope, timing)
    let rest = wanted .& .!settled
    if LaneMath.any(rest) { resolveOneByOne(rest, timing) }
  }

  private mutating func settle(
    _ mask: LaneMask, after h: Lanes, slope: Lanes, _ timing: SpikeTiming
  ) {
    let t =
      switch timing {
      case .clocked: time + LaneMath.roundedUp(h)
      case .exact: time + h
      }
    earliest.replace(with: t, where: mask)
    crossing.replace(with: t, where: mask)
    self.slope.replace(with: slope, where: mask)
  }

  @inline(never)
  private mutating func resolveOneByOne(_ wanted: LaneMask, _ timing: SpikeTiming) {
    for lane in 0..<LaneMath.laneCount where wanted[lane] {
      let trajectory = self[lane]
      guard let h = trajectory.firstCrossing(of: threshold[lane]) else {
        earliest[lane] = .infinity
        continue
      }
      settle(
        LaneMath.only(lane), after: Lanes(repeating: h),
        slope: Lanes(repeating: trajectory.point(after: h).slope), timing)
    }
  }

  /// A step of the iteration.
  private struct Approach {
    var step: Lanes
    /// dV/dt before the step.
    var slope: Lanes
    /// Whether it ends at the root.
    var isLast: LaneMask
    var isSteep: LaneMask
  }

  /// One step towards V = threshold from `h` after ``time``.
  @inline(__always)
  private func approach(after h: Lanes) -> Approach {
    let decay = LaneMath.exponential(-(membraneRate * h))
    let ze = LaneMath.exponentialMinusOne(excitatoryDifference * h)
    let zi = LaneMath.exponentialMinusOne(inhibitoryDifference * h)
    let drive = excitatory * excitatoryCoupling * ze - inhibitory * inhibitoryCoupling * zi
    return approach(
      membrane: decay * (membrane + drive), excitatory: excitatory * (decay * ze + decay),
      inhibitory: inhibitory * (decay * zi + decay))
  }

  /// One step towards V = threshold from a state, by the first three derivatives.
  @inline(__always)
  private func approach(membrane v: Lanes, excitatory e: Lanes, inhibitory i: Lanes) -> Approach {
    let rise = (e - i) - v
    let slope = rise * membraneRate
    let lossE = excitatoryRate * e
    let lossI = inhibitoryRate * i
    let second = (lossI - lossE - slope) * membraneRate
    let third = (excitatoryRate * lossE - inhibitoryRate * lossI - second) * membraneRate
    let miss = v - threshold
    let square = slope * slope
    let product = miss * second
    let numerator = miss * (3 * product - 6 * square)
    let denominator = 6 * slope * (square - product) + miss * miss * third
    return Approach(
      step: numerator / denominator, slope: slope,
      isLast: LaneMath.magnitude(miss) .< Self.convergedStep * rise,
      isSteep: rise .> Self.steepEnough * (e + i + threshold))
  }
}
