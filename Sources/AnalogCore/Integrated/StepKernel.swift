/// The arithmetic of a step for all members of a group, in loops over them: the cost is linear in
/// their number.
enum StepKernel {
  typealias Members = MutableSpan<GroupMember>

  /// Sets what a step starts from.
  static func begin(_ m: inout Members, isSmooth: Bool) {
    for j in m.indices {
      m[j].step.start = m[j].now.pair
      m[j].step.startStrengths = m[j].now.strengths
      if isSmooth {
        m[j].step.k1 = m[j].step.k7
      } else {
        m[j].step.input = m[j].now.pair
        setDrive(&m[j], 0, m[j].now.strengths)
      }
    }
    if !isSmooth { evaluate(&m, stage: 0, drive: 0) }
  }

  /// Takes a step of `h` cycles.
  ///
  /// - Returns: the largest error over what is allowed.
  static func attempt(_ m: inout Members, _ h: Double, _ settings: IntegrationSettings) -> Double {
    for j in m.indices { setDrives(&m[j], h) }
    advance(&m, h, stage: 1, drive: 1)
    advance(&m, h, stage: 2, drive: 2)
    advance(&m, h, stage: 3, drive: 3)
    advance(&m, h, stage: 4, drive: 4)
    advance(&m, h, stage: 5, drive: 5)
    advance(&m, h, stage: 6, drive: 5)
    var largest = 0.0
    for j in m.indices {
      let error = m[j].step.error(h, settings)
      // Also if it is not a number.
      if !(error <= largest) { largest = error }
    }
    return largest
  }

  /// What to multiply the step with after an error: 0.9 error^(-1/5) within 0.2…5.
  static func factor(error: Double) -> Double {
    guard error > 1e-4 else { return 5 }
    guard error < 2e3 else { return 0.2 }
    // x^(-1/5): by the exponent, then Newton's iteration for 1/y^5 = x.
    let bits = Int64(bitPattern: error.bitPattern)
    var y = Double(bitPattern: UInt64(bitPattern: 0x4CB9_9999_9999_999A - bits / 5))
    for _ in 0..<3 {
      let square = y * y
      y *= 1.2 - 0.2 * error * square * square * y
    }
    return Swift.min(Swift.max(0.9 * y, 0.2), 5)
  }

  /// The step is taken.
  static func finish(_ m: inout Members) {
    for j in m.indices {
      m[j].now.pair = m[j].step.end
      m[j].now.strengths = m[j].step.endStrengths
    }
  }

  /// The part of a step of `h` cycles, begun at `start` after cycle `base`, after which a member
  /// first crosses its threshold.
  static func firstCrossing(
    _ m: borrowing Members, _ h: Double, from start: Double, base: Double
  ) -> Double? {
    var first: Double?
    for j in m.indices {
      let node = m[j].constants.node
      let state = m[j].now
      guard state.threshold < .infinity, state.due == .infinity,
        state.refractoryUntil - base <= start,
        !m[node].now.isHeld
      else { continue }
      if let x = m[node].step.potential(h).firstCrossing(of: state.threshold) {
        first = Swift.min(first ?? x, x)
      }
    }
    return first
  }

  // MARK: Synapses

  /// What the synapses do at the stages: their strengths decay exactly.
  @inline(__always)
  private static func setDrives(_ m: inout GroupMember, _ h: Double) {
    let start = m.step.startStrengths
    guard start != Pair() else {
      for drive in 1...5 { setDrive(&m, drive, start) }
      m.step.endStrengths = start
      return
    }
    let rates = m.constants.inputRates
    let tenth = h * 0.1 * rates
    let other = h * (8.0 / 9) * rates
    let exponents = Lanes(-tenth[0], -tenth[1], -other[0], -other[1])
    let decays = LaneMath.exponential(
      exponents.replacing(with: -700, where: exponents .< -700))
    let first = decays.lowHalf
    let second = first * first
    let fourth = second * second
    let eighth = fourth * fourth
    m.step.endStrengths = start * (eighth * second)
    setDrive(&m, 1, start * second)
    setDrive(&m, 2, start * (second * first))
    setDrive(&m, 3, start * eighth)
    setDrive(&m, 4, start * decays.highHalf)
    setDrive(&m, 5, m.step.endStrengths)
  }

  @inline(__always)
  private static func setDrive(_ m: inout GroupMember, _ drive: Int, _ strengths: Pair) {
    if m.now.isPaused {
      m.step.sources[drive] = m.constants.rest
      m.step.conductances[drive] = 1
    } else {
      let current = strengths * m.constants.sources
      let conductance = strengths * m.constants.conductances
      m.step.sources[drive] = m.constants.rest + (current[0] + current[1])
      m.step.conductances[drive] = 1 + (conductance[0] + conductance[1])
    }
  }

  // MARK: Derivatives

  @inline(__always)
  private static func advance(_ m: inout Members, _ h: Double, stage: Int, drive: Int) {
    for j in m.indices { m[j].step.prepare(stage: stage, h) }
    evaluate(&m, stage: stage, drive: drive)
  }

  @inline(__always)
  private static func evaluate(_ m: inout Members, stage: Int, drive: Int) {
    guard m.count == 1 else { return evaluateCoupled(&m, stage: stage, drive: drive) }
    let c = m[0].constants
    let input = m[0].step.input
    let v = input[0]
    let speed = m[0].now.isHeld ? 0 : c.inverseCapacitance
    m[0].step.setDerivative(
      stage: stage,
      Pair(speed * membraneCurrent(m[0], v, input[1], drive), c.adaptationSlope(v, input[1])))
  }

  /// Into the membrane from the circuit's own terms.
  @inline(__always)
  private static func membraneCurrent(
    _ m: borrowing GroupMember, _ v: Double, _ w: Double, _ drive: Int
  ) -> Double {
    let upstroke = m.now.isPaused ? 0 : m.constants.upstroke(v)
    return m.constants.leakRate
      * (m.step.sources[drive] - m.step.conductances[drive] * v - w + upstroke)
  }

  @inline(never)
  private static func evaluateCoupled(_ m: inout Members, stage: Int, drive: Int) {
    for j in m.indices {
      m[j].step.nodeCurrent = 0
      m[j].step.lineSum = 0
    }
    for j in m.indices {
      let (node, line) = (m[j].constants.node, m[j].constants.line)
      let v = m[node].step.input[0]
      let w = m[j].step.input[1]
      m[node].step.nodeCurrent += membraneCurrent(m[j], v, w, drive)
      if line >= 0 { m[line].step.lineSum += m[j].constants.conductance * v }
    }
    for j in m.indices where m[j].constants.line >= 0 {
      let (node, line) = (m[j].constants.node, m[j].constants.line)
      let (lineNode, sum) = (m[line].constants.lineNode, m[line].constants.lineConductance)
      // A line without a membrane takes no current: it is where the conductances pull it.
      let v = lineNode >= 0 ? m[lineNode].step.input[0] : m[line].step.lineSum / sum
      let current = m[j].constants.conductance * (v - m[node].step.input[0])
      m[node].step.nodeCurrent += current
      if lineNode >= 0 { m[lineNode].step.nodeCurrent -= current }
    }
    for j in m.indices {
      let c = m[j].constants
      let v = m[c.node].step.input[0]
      let moves = c.node == j && !m[j].now.isHeld
      let rise = moves ? m[j].step.nodeCurrent * c.inverseCapacitance : 0
      m[j].step.setDerivative(
        stage: stage, Pair(rise, c.adaptationSlope(v, m[j].step.input[1])))
    }
  }
}
