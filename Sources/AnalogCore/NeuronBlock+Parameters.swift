import ChipGeometry

extension NeuronBlock {
  /// Takes over the constants of one neuron; state is left alone, the threshold is without noise.
  mutating func set(_ lane: Int, _ p: NeuronParameters) {
    precondition(
      p.membraneTimeConstant > 0 && p.excitatoryTimeConstant > 0 && p.inhibitoryTimeConstant > 0,
      "time constants are positive")
    let a = 1 / p.membraneTimeConstant
    let be = 1 / p.excitatoryTimeConstant
    let bi = 1 / p.inhibitoryTimeConstant
    membraneRate[lane] = a
    excitatoryRate[lane] = be
    inhibitoryRate[lane] = bi
    excitatoryDifference[lane] = Self.difference(a, be)
    inhibitoryDifference[lane] = Self.difference(a, bi)
    excitatoryCoupling[lane] = a / excitatoryDifference[lane]
    inhibitoryCoupling[lane] = a / inhibitoryDifference[lane]
    excitatoryGain[lane] = p.excitatoryGain / Double(ChipSize.maximumWeight)
    inhibitoryGain[lane] = p.inhibitoryGain / Double(ChipSize.maximumWeight)
    reset[lane] = p.reset - p.leak
    quietThreshold[lane] = p.threshold - p.leak
    threshold[lane] = quietThreshold[lane]
    leak[lane] = p.leak
    refractoryTime[lane] = p.refractoryTime
    longestStep[lane] = 600 / Swift.max(a, be, bi)
    bound.set(lane, membraneRate: a, excitatory: be, inhibitory: bi)
  }

  /// a - b, kept off zero.
  private static func difference(_ a: Double, _ b: Double) -> Double {
    let least = 1e-17 * a
    let difference = a - b
    return difference.magnitude < least ? least : difference
  }

  /// New constants at time `t`. Voltage, currents and noise stay; a held membrane moves to the new
  /// reset potential.
  mutating func change(_ lane: Int, to p: NeuronParameters, at t: Double) {
    let isHeld = time[lane] > t
    let release = Swift.max(time[lane], t)
    let now = state(of: lane, at: t)
    let voltage = now.membrane + leak[lane]
    let noise = threshold[lane] - quietThreshold[lane]
    set(lane, p)
    threshold[lane] += noise
    membrane[lane] = isHeld ? reset[lane] : voltage - leak[lane]
    excitatory[lane] = now.excitatory
    inhibitory[lane] = now.inhibitory
    time[lane] = t
    if isHeld {
      let held = membrane[lane]
      settle(lane, at: release)
      membrane[lane] = held
    }
    predict(in: LaneMath.only(lane))
  }

  /// The neuron fires at time `t`: back to the reset potential until its refractory time is over.
  mutating func fire(_ lane: Int, at t: Double, noise: Double) {
    let release = t + refractoryTime[lane]
    let step = release - time[lane]
    if step <= longestStep[lane] {
      let decays = LaneMath.exponential(
        -step * Lanes(excitatoryRate[lane], inhibitoryRate[lane], 0, 0))
      excitatory[lane] *= decays[0]
      inhibitory[lane] *= decays[1]
      time[lane] = release
    } else {
      settle(lane, at: release)
    }
    membrane[lane] = reset[lane]
    threshold[lane] = quietThreshold[lane] + noise
    if reset[lane] < threshold[lane] && threshold[lane] > 0
      && excitatory[lane] < threshold[lane]
    {
      // V stays below whichever is largest of the reset potential, the current and the leak.
      earliest[lane] = .infinity
      crossing[lane] = .infinity
    } else {
      predict(in: LaneMath.only(lane))
    }
  }

  /// Membranes to the reset potential, no currents, not refractory, from time `t`.
  mutating func reset(_ mask: LaneMask, at t: Double, noise: Lanes) {
    time.replace(with: t, where: mask)
    membrane.replace(with: reset, where: mask)
    excitatory.replace(with: 0, where: mask)
    inhibitory.replace(with: 0, where: mask)
    threshold.replace(with: quietThreshold + noise, where: mask)
    if LaneMath.any(mask .& ((reset .>= threshold) .| (threshold .< 0))) {
      predict(in: mask)
    } else {
      // Without current V only decays to a leak that is not above the threshold.
      earliest.replace(with: .infinity, where: mask)
      crossing.replace(with: .infinity, where: mask)
    }
  }

  /// Carries the state of one neuron on to time `t`, which is not before its own.
  mutating func settle(_ lane: Int, at t: Double) {
    guard t > time[lane] else { return }
    let now = self[lane].state(after: t - time[lane])
    membrane[lane] = now.membrane
    excitatory[lane] = now.excitatory
    inhibitory[lane] = now.inhibitory
    time[lane] = t
  }
}
