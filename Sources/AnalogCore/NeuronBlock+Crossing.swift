/// When spikes enter the world.
enum SpikeTiming {
  /// At the first clock cycle not before the crossing.
  case clocked
  /// At the crossing itself.
  case exact
}

extension NeuronBlock {
  /// A step this small, in units of τm, leaves an error of its third power: nothing.
  private static let convergedStep = 1e-6
  /// Below this slope, relative to the currents, a root is too close to the peak to be trusted.
  private static let steepEnough = 1e-3

  /// Lanes that may cross at or before `limit` and whose crossing is not known.
  @inline(__always)
  func unresolved(until limit: Double) -> LaneMask {
    (earliest .<= limit) .& (crossing .> earliest)
  }

  /// Finds the first crossings of the lanes in `wanted`.
  ///
  /// Halley's iteration runs in all lanes at once. With the threshold above the leak V crosses it
  /// upwards at most once, so any root on a rising flank is the first crossing; lanes where the
  /// iteration does not end in one are searched one by one (``Trajectory/firstCrossing(of:)``).
  mutating func resolve(_ wanted: LaneMask, _ timing: SpikeTiming) {
    let isAbove = membrane .>= threshold
    var pending = wanted .& .!isAbove
    var accepted = wanted .& isAbove
    var h = (earliest - time).replacing(with: 0, where: .!pending)
    var steepness = Lanes()
    var rounds = 0
    while rounds < 6 && LaneMath.bits(pending) != 0 {
      let (step, slope, isSteep) = halleyStep(at: h)
      h.replace(with: h + step, where: pending)
      steepness.replace(with: slope, where: pending)
      let isSmall = LaneMath.magnitude(step) * membraneRate .< Self.convergedStep
      let isUsable = (h .>= 0) .& (h .< longestStep)
      accepted = accepted .| (pending .& isSmall .& isSteep .& isUsable)
      pending = pending .& .!isSmall .& isUsable
      rounds += 1
    }
    let isOrdinary = threshold .> 0
    let settled = accepted .& (isOrdinary .| isAbove)
    for lane in 0..<LaneMath.laneCount where wanted[lane] {
      if settled[lane] {
        settle(lane, after: h[lane], slope: steepness[lane], timing)
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

  /// One step of Halley's iteration for V(h) = threshold, the slope at `h`, and whether it is steep.
  @inline(__always)
  private func halleyStep(at h: Lanes) -> (step: Lanes, slope: Lanes, isSteep: LaneMask) {
    let decay = LaneMath.exponential(-(membraneRate * h))
    let ze = LaneMath.exponentialMinusOne(excitatoryDifference * h)
    let zi = LaneMath.exponentialMinusOne(inhibitoryDifference * h)
    let drive = excitatory * excitatoryCoupling * ze - inhibitory * inhibitoryCoupling * zi
    let v = decay * (membrane + drive)
    let e = excitatory * (decay * ze + decay)
    let i = inhibitory * (decay * zi + decay)
    let rise = (e - i) - v
    let slope = rise * membraneRate
    let curvature = (inhibitoryRate * i - excitatoryRate * e - slope) * membraneRate
    let miss = v - threshold
    let step = -2 * miss * slope / (2 * slope * slope - miss * curvature)
    return (step, slope, rise .> Self.steepEnough * (e + i + threshold))
  }
}
