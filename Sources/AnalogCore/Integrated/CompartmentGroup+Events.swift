extension CompartmentGroup {
  /// Member `j` at cycle `t`; what it takes to find that is forgotten.
  ///
  /// - Precondition: `t` is not before the last event.
  func read(_ j: Int, at t: Double) -> (potential: Double, state: CircuitState) {
    var copy = self
    copy.settle(at: t)
    return (copy.members[copy.members[j].constants.node].base.pair[0], copy.members[j].base)
  }

  /// Makes cycle `t` the base.
  mutating func settle(at t: Double) {
    guard t > time else { return }
    let h = t - time
    // The step that ends at `t` or beyond decides, however far the integration has been.
    if h <= lastStart { rewind() }
    advance(until: t)
    for j in members.indices {
      let state = state(of: j, at: h)
      let now = members[j].now
      members[j].base.pair = state.pair
      members[j].base.strengths = state.strengths
      // A spike is decided when its crossing is not after `t`, that is if it is due by then.
      let isDecided = now.due <= t
      members[j].base.due = isDecided ? now.due : .infinity
      members[j].base.spikeSlope = isDecided ? now.spikeSlope : 0
    }
    time = t
    firstStep = proposedStep
    rewind()
  }

  /// Adds weight codes to the inputs of member `j` at cycle `t`.
  mutating func receive(_ j: Int, at t: Double, excitatory: Double, inhibitory: Double) {
    settle(at: t)
    let c = members[j].constants
    var codes = Pair(excitatory, inhibitory)
    let triggers = c.bypasses.excitatory && codes[0] > 0 || c.bypasses.inhibitory && codes[1] > 0
    if c.bypasses.excitatory { codes[0] = 0 }
    if c.bypasses.inhibitory { codes[1] = 0 }
    members[j].base.strengths += codes * c.gains
    if triggers, members[j].base.due == .infinity, members[j].base.refractoryUntil <= t {
      members[j].base.due = t + 1
      members[j].base.spikeSlope = 0
    }
    rewind()
  }

  /// Member `j` fires at cycle `t`; members that fire with it follow in the same cycle.
  mutating func fire(_ j: Int, at t: Double, noise: Double) {
    settle(at: t)
    let c = members[j].constants
    if !members[j].base.isEcho {
      for k in members.indices where k != j && members[k].constants.firingSet == c.firingSet {
        members[k].base.due = t
        members[k].base.spikeSlope = 0
        members[k].base.isEcho = true
      }
    }
    members[c.node].base.pair[0] = c.reset
    members[j].base.pair[1] += c.adaptationIncrement
    members[j].base.threshold = c.quietThreshold + noise
    members[j].base.heldUntil = t + c.holdTime
    members[j].base.refractoryUntil = t + c.refractoryTime
    endSpike(of: j)
    firstStep = 0.1 * longestStep
    rewind()
  }

  private mutating func endSpike(of j: Int) {
    members[j].base.due = .infinity
    members[j].base.spikeSlope = 0
    members[j].base.isEcho = false
  }

  /// The membrane of member `j` to its reset potential, no synaptic strengths, no adaptation, not
  /// refractory, from cycle `t`.
  mutating func reset(_ j: Int, at t: Double, noise: Double) {
    settle(at: t)
    let c = members[j].constants
    members[c.node].base.pair[0] = c.reset
    members[j].base.pair[1] = 0
    members[j].base.strengths = Pair()
    members[j].base.threshold = c.quietThreshold + noise
    members[j].base.heldUntil = t
    members[j].base.refractoryUntil = t
    endSpike(of: j)
    firstStep = 0.1 * longestStep
    rewind()
  }

  /// Other constants from cycle `t` on; state and noise stay, a membrane that is held moves to the
  /// new reset potential.
  func changed(to constants: [CircuitConstants], at t: Double) -> CompartmentGroup {
    var settled = self
    settled.settle(at: t)
    var group = CompartmentGroup(constants, settings: settings)
    group.time = t
    for j in members.indices {
      let old = settled.members[j]
      var state = old.base
      let noise =
        old.constants.quietThreshold < .infinity
        ? old.base.threshold - old.constants.quietThreshold : 0
      state.threshold = constants[j].quietThreshold + noise
      group.members[j].base = state
    }
    for j in members.indices where group.members[j].base.heldUntil > t {
      group.members[constants[j].node].base.pair[0] = constants[j].reset
    }
    group.rewind()
    return group
  }

  // MARK: State

  static let savedCount = CircuitState.savedCount

  func saved(_ j: Int) -> [Double] {
    let member = members[j]
    return member.base.saved(potential: members[member.constants.node].base.pair[0])
  }

  /// Begins from the restored states of all members; the first says when.
  ///
  /// - Returns: false if no group can begin so.
  mutating func restart(at t: Double, firstStep step: Double, isFirst: Bool) -> Bool {
    guard t >= 0, t < 0x1p53, t == t.rounded(.down), step > 0, step.isFinite,
      isFirst || (t == time && step == firstStep)
    else { return false }
    (time, firstStep) = (t, step)
    rewind()
    return true
  }

  /// - Returns: false if no circuit can be in this state.
  mutating func restore(_ j: Int, _ values: [Double]) -> Bool {
    guard var state = CircuitState(saved: values) else { return false }
    if members[j].constants.node != j { state.pair[0] = 0 }
    members[j].base = state
    return true
  }
}
