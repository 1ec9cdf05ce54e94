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
    // Written out: a lane chosen at run time goes through memory.
    if earliest[0] == t { return crossing[0] == t ? 0 : nil }
    if earliest[1] == t { return crossing[1] == t ? 1 : nil }
    if earliest[2] == t { return crossing[2] == t ? 2 : nil }
    return crossing[3] == t ? 3 : nil
  }

  /// Takes over what ``resolve(_:_:)`` needs of another block's neuron.
  mutating func copy(_ from: Int, of other: NeuronBlock, to lane: Int) {
    membraneRate[lane] = other.membraneRate[from]
    excitatoryRate[lane] = other.excitatoryRate[from]
    inhibitoryRate[lane] = other.inhibitoryRate[from]
    excitatoryDifference[lane] = other.excitatoryDifference[from]
    inhibitoryDifference[lane] = other.inhibitoryDifference[from]
    excitatoryCoupling[lane] = other.excitatoryCoupling[from]
    inhibitoryCoupling[lane] = other.inhibitoryCoupling[from]
    longestStep[lane] = other.longestStep[from]
    time[lane] = other.time[from]
    membrane[lane] = other.membrane[from]
    excitatory[lane] = other.excitatory[from]
    inhibitory[lane] = other.inhibitory[from]
    threshold[lane] = other.threshold[from]
    earliest[lane] = other.earliest[from]
  }

  /// Takes over what ``resolve(_:_:)`` found.
  mutating func takeCrossing(_ from: Int, of other: NeuronBlock, to lane: Int) {
    earliest[lane] = other.earliest[from]
    crossing[lane] = other.crossing[from]
    slope[lane] = other.slope[from]
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
    for lane in 0..<LaneMath.laneCount where wanted[lane] {
      if settled[lane] {
        settle(lane, after: h[lane], slope: slope[lane], timing)
      } else if let root = self[lane].firstCrossing(of: threshold[lane]) {
        settle(lane, after: root, slope: self[lane].point(after: root).slope, timing)
      } else {
        earliest[lane] = .infinity
      }
    }
  }

  private mutating func settle(
    _ lane: Int, after h: Double, slope: Double, _ timing: SpikeTiming
  ) {
    let t =
      switch timing {
      case .clocked: time[lane] + LaneMath.roundedUp(h)
      case .exact: time[lane] + h
      }
    earliest[lane] = t
    crossing[lane] = t
    self.slope[lane] = slope
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
