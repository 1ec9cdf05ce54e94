/// A neuron that is integrated: one circuit, or several that are connected.
///
/// The state is kept at the last event (its base). From there the integration goes on step by step
/// as far as it is asked for, each step chosen from the base and the steps before it alone. The
/// next event takes the state from within the step that it falls into, and becomes the new base. So
/// nothing depends on how far the integration was asked to go in between: what went too far is done
/// again from the base.
///
/// A step ends where a membrane is released, where a refractory time is over, and where a membrane
/// crosses its threshold; that membrane then stands still until the cycle in which its spike is
/// fired.
struct CompartmentGroup: Sendable {
  var members: [GroupMember]
  let settings: IntegrationSettings
  /// No step may be longer: 2 over the fastest rate, where errors die out fast.
  let longestStep: Double
  /// The slowest time constant.
  private let slowest: Double

  // Base.
  /// The cycle of the last event.
  var time = 0.0
  /// The first step to try from there.
  var firstStep: Double

  // Progress.
  /// What is known, after ``time``.
  private(set) var front = 0.0
  /// Whether nothing moves any more from ``front`` on but what is left of synaptic inputs.
  private(set) var isAsleep = false
  /// The earliest spike that has been decided; infinite if none has been.
  private(set) var due = Double.infinity
  private var lastStep = Segment()
  private var nextStep: Double
  /// What the first step after the base would better have been: a guess for the first one after the
  /// next event.
  private var startStep: Double
  /// Whether the derivative at the end of the last step holds at the beginning of the next one.
  private var isSmooth = false

  /// The last step, after ``time``.
  struct Segment: BitwiseCopyable {
    var start = 0.0
    var length = 0.0
    /// All membranes stood still.
    var isHeld = true
  }

  /// Members with their places in the group.
  init(_ constants: [CircuitConstants], settings: IntegrationSettings) {
    members = constants.map { GroupMember($0) }
    self.settings = settings
    let rates = Self.rates(constants)
    longestStep = 2 / rates.fastest
    slowest = 1 / rates.slowest
    firstStep = 0.1 * longestStep
    nextStep = firstStep
    startStep = firstStep
  }

  private static func rates(_ constants: [CircuitConstants]) -> (fastest: Double, slowest: Double) {
    var (fastest, slowest) = (0.0, Double.infinity)
    for node in constants.indices where constants[node].node == node {
      let members = constants.filter { $0.node == node }
      let leak = members.reduce(0) { $0 + $1.leakRate }
      var coupling = members.reduce(0) { $0 + $1.conductance }
      for line in constants where line.lineNode == node { coupling += line.lineConductance }
      let inverse = constants[node].inverseCapacitance
      fastest = Swift.max(fastest, (leak + 2 * coupling) * inverse)
      slowest = Swift.min(slowest, leak * inverse)
    }
    for member in constants where member.adaptationRate > 0 {
      fastest = Swift.max(fastest, member.adaptationRate)
      slowest = Swift.min(slowest, member.adaptationRate)
    }
    return (fastest, slowest)
  }

  // MARK: Progress

  /// The cycle of the next spike of member `j` if it is known, else one that it does not precede;
  /// infinite if there will be none, or none before another member's.
  func earliest(of j: Int) -> Double {
    let known = members[j].now.due
    if known < .infinity { return known }
    return isAsleep || front >= due - time
      ? .infinity : time + LaneMath.roundedUp(front.nextUp)
  }

  /// Finds all spikes up to cycle `limit`, or up to that of the first one.
  mutating func advance(until limit: Double) {
    while !isAsleep && front < Swift.min(limit, due) - time { takeStep() }
  }

  /// Back to the base.
  mutating func rewind() {
    for j in members.indices { members[j].now = members[j].base }
    (front, isAsleep, isSmooth) = (0, false, false)
    (nextStep, startStep) = (firstStep, firstStep)
    lastStep = Segment()
    arrive()
  }

  /// What holds from ``front`` on: which nodes stand still, which inputs are cut off, which spikes
  /// are due.
  private mutating func arrive() {
    // Times are compared after the base: only there is every moment exact.
    func isAfter(_ end: Double) -> Bool { end - time > front }
    due = .infinity
    for j in members.indices {
      members[j].now.isHeld = false
      members[j].now.isPaused =
        members[j].constants.pausesInput && isAfter(members[j].now.refractoryUntil)
    }
    for j in members.indices {
      let node = members[j].constants.node
      let state = members[j].now
      let isHeld = isAfter(state.heldUntil)
      if state.due == .infinity, !isHeld, !isAfter(state.refractoryUntil),
        members[node].now.pair[0] >= state.threshold
      {
        members[j].now.due = time + LaneMath.roundedUp(front)
        members[j].now.spikeSlope = 0
      }
      due = Swift.min(due, members[j].now.due)
      if isHeld || members[j].now.due < .infinity { members[node].now.isHeld = true }
    }
  }

  /// How far a step from ``front`` may go.
  private var boundary: Double {
    var boundary = due - time
    for member in members {
      for end in [member.now.heldUntil, member.now.refractoryUntil] where end - time > front {
        boundary = Swift.min(boundary, end - time)
      }
    }
    return boundary
  }

  private mutating func takeStep() {
    let boundary = boundary
    var isHeld = true
    for j in members.indices where members[j].constants.node == j && !members[j].now.isHeld {
      isHeld = false
    }
    if isHeld { return hold(until: boundary) }
    integrate(to: boundary)
    if front == boundary {
      arrive()
      isSmooth = false
    } else if boundary == .infinity {
      isAsleep = isAtRest
    }
  }

  /// All membranes stand still: closed forms.
  private mutating func hold(until end: Double) {
    lastStep = Segment(start: front, length: end - front, isHeld: true)
    for j in members.indices {
      members[j].step.start = members[j].now.pair
      members[j].step.startStrengths = members[j].now.strengths
      let state = stateInStep(j, at: end)
      (members[j].now.pair, members[j].now.strengths) = (state.pair, state.strengths)
    }
    front = end
    isSmooth = false
    arrive()
  }

  private mutating func integrate(to boundary: Double) {
    let wanted = Swift.min(nextStep, longestStep)
    let start = front
    let room = boundary - start
    let (h, proposal, crossing) = takeSteps(Swift.min(wanted, room))
    lastStep = Segment(start: start, length: h, isHeld: false)
    // A step that had to be short says little about the next one.
    nextStep = h == room ? Swift.max(proposal, wanted) : proposal
    if start == 0 { startStep = nextStep }
    if let crossing { return settleCrossing(after: crossing, h) }
    front = h == room ? boundary : start + h
    isSmooth = true
  }

  /// Tries steps, `first` to begin with, until the error of one is allowed.
  private mutating func takeSteps(_ first: Double)
    -> (length: Double, proposal: Double, crossing: Double?)
  {
    // Steps below this do not move the time.
    let least = 8 * Swift.max(front, 1).ulp
    let (settings, isSmooth, base, start) = (settings, isSmooth, time, front)
    var h = first
    var largestFactor = 5.0
    var span = members.mutableSpan
    StepKernel.begin(&span, isSmooth: isSmooth)
    while true {
      let error = StepKernel.attempt(&span, h, settings)
      let factor = Swift.min(StepKernel.factor(error: error), largestFactor)
      if error <= 1 || h <= least {
        let crossing = StepKernel.firstCrossing(span, h, from: start, base: base)
        if crossing == nil { StepKernel.finish(&span) }
        return (h, h * factor, crossing)
      }
      largestFactor = 1
      h = Swift.max(h * Swift.min(factor, 0.9), least)
    }
  }

  /// The step ends where the first membranes cross their thresholds, after the fraction `x`.
  private mutating func settleCrossing(after x: Double, _ h: Double) {
    let start = front
    let end = start + x * h
    for j in members.indices {
      let node = members[j].constants.node
      let isFree = !members[node].now.isHeld && members[j].now.refractoryUntil - time <= start
      if isFree, members[j].now.due == .infinity {
        let potential = members[node].step.potential(h)
        // The same arithmetic that found `x`.
        if potential.firstCrossing(of: members[j].now.threshold).map({ $0 <= x }) ?? false {
          members[j].now.due = time + LaneMath.roundedUp(end)
          members[j].now.spikeSlope = potential.slope(x) / h
        }
      }
    }
    for j in members.indices {
      let state = stateInStep(j, at: end)
      (members[j].now.pair, members[j].now.strengths) = (state.pair, state.strengths)
    }
    front = end
    nextStep = 0.1 * longestStep
    isSmooth = false
    arrive()
  }

  /// Whether all is within a fraction of the tolerance of where it will stay.
  private var isAtRest: Bool {
    let allowed = 0.1 * settings.absoluteTolerance
    for member in members {
      let (c, s) = (member.constants, member.step)
      let strength = member.now.strengths
      let potential = members[c.node].now.pair[0]
      let current = strength * (c.sources - c.conductances * potential)
      guard current[0].magnitude + current[1].magnitude < 0.1 * allowed,
        Swift.max(s.k7[0].magnitude, s.k7[1].magnitude) * slowest < allowed
      else { return false }
      // Stable: the leak outweighs the upstroke and what a negative adaptation adds.
      let growth = c.slope > 0 ? ScalarMath.exponential(c.exponent(potential)) : 0
      guard 1 - growth + Swift.min(c.adaptationConductance, 0) > 0.1 else { return false }
    }
    return true
  }

  // MARK: Reading

  /// Where the last step began, after ``time``.
  var lastStart: Double { lastStep.start }

  /// The step to try after an event.
  var proposedStep: Double { Swift.min(startStep, nextStep) }

  /// Where member `j` is at `h` after ``time``, in the last step or later.
  func state(of j: Int, at h: Double) -> (pair: Pair, strengths: Pair) {
    guard h >= front else { return stateInStep(j, at: h) }
    let state = members[j].now
    return (state.pair, members[j].constants.decayed(state.strengths, after: h - front))
  }

  private func stateInStep(_ j: Int, at h: Double) -> (pair: Pair, strengths: Pair) {
    let member = members[j]
    let elapsed = h - lastStep.start
    let strengths = member.constants.decayed(member.step.startStrengths, after: elapsed)
    guard lastStep.isHeld else {
      return (member.step.value(elapsed / lastStep.length, lastStep.length), strengths)
    }
    var pair = member.step.start
    pair[1] = member.constants.adaptation(
      from: pair[1], at: members[member.constants.node].step.start[0], after: elapsed)
    return (pair, strengths)
  }
}
