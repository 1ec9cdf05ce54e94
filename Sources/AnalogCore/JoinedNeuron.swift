import ChipGeometry

/// A neuron of two circuits, the top and the bottom one of a column, whose membranes are shorted.
///
/// Capacitances and currents add up. The circuits' capacitances are equal (their time constants
/// differ by their leak conductances), so the membrane moves by the mean of what either circuit
/// alone would do:
///
///     V' = 1/2 Σ a_k (I_exc,k - I_inh,k - (V - leak_k))       a_k = 1/τm,k    k = top, bottom
///
/// Two equal circuits have the time constant of one, their common leak, and half of each input's
/// weight, which twice the gain makes up for. The leak of the pair is the mean of both, weighted with
/// a_k. Each of the four synaptic inputs keeps its own time constant and gain; in the four
/// lanes of vectors here stand top excitatory, top inhibitory, bottom excitatory, bottom inhibitory.
///
/// Comparator and reset circuit are the top one's: threshold, threshold noise, reset potential and
/// refractory time. Voltages are relative to the pair's leak.
struct JoinedNeuron: BitwiseCopyable {
  // Constants.
  /// The mean of both.
  private(set) var membraneRate = 1.0
  private var rates = Lanes(repeating: 1)
  /// ``membraneRate`` - ``rates``, kept off zero.
  private var differences = Lanes(repeating: 1)
  /// By what a unit of a current moves the membrane, per cycle: ± a_k / 2.
  private var drives = Lanes()
  private var couplings = Lanes()
  private var gains = Lanes()
  private var reset = 0.0
  private var quietThreshold = Double.infinity
  private(set) var leak = 0.0
  private var refractoryTime = 1.0
  /// The longest step of the closed form in lanes; beyond it exponents could overflow.
  private var longestStep = 1.0
  private var bound = PeakBound()

  // State.
  /// Where V and the currents are given: in the future while the membrane is held at its reset.
  private(set) var time = 0.0
  private var membrane = 0.0
  private var currents = Lanes()
  /// Noise included.
  private var threshold = Double.infinity
  /// The crossing, where known, else a time before it; infinite if there is none.
  private(set) var earliest = Double.infinity
  /// The crossing, where known, else infinite.
  private(set) var crossing = Double.infinity
  /// dV/dt at the known crossing, in threshold units per cycle.
  private(set) var slope = 0.0
  var search = Search()

  /// How far the search for the crossing has come.
  struct Search: BitwiseCopyable {
    /// Up to here after ``JoinedNeuron/time`` the threshold is not crossed.
    var front = 0.0
    var state: State?
    /// What is looked at next.
    var width = 0.0
  }

  struct State: BitwiseCopyable {
    /// Relative to the leak.
    var membrane: Double
    var currents: Lanes
  }

  // MARK: Time

  /// Where the membrane and the currents are `h` cycles after ``time``, without a threshold.
  func state(after h: Double) -> State {
    guard h <= longestStep else { return lateState(after: h) }
    let decay = ScalarMath.exponential(-membraneRate * h)
    let z = LaneMath.exponentialMinusOne(differences * h)
    let moved = currents * couplings * z
    return State(
      membrane: decay * (membrane + ((moved[0] + moved[2]) + (moved[1] + moved[3]))),
      currents: currents * (decay * z + decay))
  }

  /// The same lane by lane, for steps of any length.
  private func lateState(after h: Double) -> State {
    let decay = ScalarMath.exponential(-membraneRate * h)
    var state = State(membrane: decay * membrane, currents: Lanes())
    for lane in 0..<LaneMath.laneCount {
      let kept = ScalarMath.exponential(-rates[lane] * h)
      state.currents[lane] = currents[lane] * kept
      let exponent = differences[lane] * h
      let response =
        exponent.magnitude < 1
        ? decay * ScalarMath.exponentialMinusOne(exponent) : kept - decay
      state.membrane += currents[lane] * couplings[lane] * response
    }
    return state
  }

  /// The state at time `t`.
  func state(at t: Double) -> State {
    guard t < time else { return state(after: t - time) }
    // Held: V stands still while the currents decay to what they are at the release.
    var state = State(membrane: membrane, currents: currents)
    for lane in 0..<LaneMath.laneCount {
      state.currents[lane] *= ScalarMath.exponential(rates[lane] * (time - t))
    }
    return state
  }

  private mutating func settle(at t: Double) {
    guard t > time else { return }
    let now = state(after: t - time)
    (membrane, currents, time) = (now.membrane, now.currents, t)
  }

  // MARK: Events

  /// Adds weight codes to the currents of one circuit, 0 top, 1 bottom, at time `t`.
  ///
  /// A crossing not after `t` is found first and stays: its spike is under way.
  mutating func receive(side: Int, at t: Double, excitatory: Double, inhibitory: Double) {
    resolve(until: t)
    let (known, knownSlope) = (crossing, slope)
    settle(at: t)
    for (lane, code) in [(2 * side, excitatory), (2 * side + 1, inhibitory)] where code > 0 {
      // A held neuron is kept at its release, by when the input has decayed.
      let decay = ScalarMath.exponential(-(rates[lane] * (time - t)))
      currents[lane] += code * gains[lane] * decay
    }
    predict()
    if known <= t { keep(known, slope: knownSlope) }
  }

  /// The neuron fires at time `t`: back to the reset potential until its refractory time is over.
  mutating func fire(at t: Double, noise: Double) {
    settle(at: t + refractoryTime)
    membrane = reset
    threshold = quietThreshold + noise
    predict()
  }

  /// Membrane to the reset potential, no currents, not refractory, from time `t`.
  mutating func reset(at t: Double, noise: Double) {
    (time, membrane, currents) = (t, reset, Lanes())
    threshold = quietThreshold + noise
    predict()
  }

  /// New constants at time `t`. Voltage, currents and noise stay; a held membrane moves to the new
  /// reset potential.
  mutating func change(top: NeuronParameters, bottom: NeuronParameters, at t: Double) {
    let release = Swift.max(time, t)
    let isHeld = time > t
    let now = state(at: t)
    let voltage = now.membrane + leak
    let noise = threshold.isFinite ? threshold - quietThreshold : 0
    set(top, bottom)
    threshold = quietThreshold + noise
    (membrane, currents, time) = (voltage - leak, now.currents, t)
    if isHeld {
      settle(at: release)
      membrane = reset
    }
    predict()
  }

  private mutating func set(_ top: NeuronParameters, _ bottom: NeuronParameters) {
    let (at, ab) = (1 / top.membraneTimeConstant, 1 / bottom.membraneTimeConstant)
    membraneRate = 0.5 * (at + ab)
    rates = Lanes(
      1 / top.excitatoryTimeConstant, 1 / top.inhibitoryTimeConstant,
      1 / bottom.excitatoryTimeConstant, 1 / bottom.inhibitoryTimeConstant)
    drives = 0.5 * Lanes(at, -at, ab, -ab)
    for lane in 0..<LaneMath.laneCount {
      let difference = membraneRate - rates[lane]
      let least = 1e-17 * membraneRate
      differences[lane] = difference.magnitude < least ? least : difference
    }
    couplings = drives / differences
    gains =
      Lanes(
        top.excitatoryGain, top.inhibitoryGain, bottom.excitatoryGain, bottom.inhibitoryGain)
      / Double(ChipSize.maximumWeight)
    leak = (at * top.leak + ab * bottom.leak) / (at + ab)
    reset = top.reset - leak
    quietThreshold = top.threshold - leak
    refractoryTime = top.refractoryTime
    longestStep = 600 / Swift.max(membraneRate, rates.max())
    // Excitation as slow, inhibition as fast as its slower and faster half: never too small.
    bound.set(
      0, membraneRate: membraneRate, excitatory: Swift.min(rates[0], rates[2]),
      inhibitory: Swift.max(rates[1], rates[3]))
  }

  // MARK: The next crossing

  /// Bounds the next crossing from below, or finds that there is none.
  private mutating func predict() {
    crossing = .infinity
    let wait = wait(from: State(membrane: membrane, currents: currents))
    earliest = time + wait
    search = Search(front: wait, state: nil, width: 0.25 / (membraneRate + rates.max()))
  }

  /// A time that passes from `state` before the threshold can be reached; infinite if it cannot.
  private func wait(from state: State) -> Double {
    let (up, down) = parts(of: state)
    return bound.earliestCrossing(
      membrane: Lanes(repeating: state.membrane),
      excitatory: Lanes(repeating: up / membraneRate),
      inhibitory: Lanes(repeating: down / membraneRate), threshold: Lanes(repeating: threshold),
      rate: Lanes(repeating: membraneRate))[0]
  }

  /// What drives the membrane up and what drives it down, per cycle; neither ever grows by itself.
  private func parts(of state: State) -> (up: Double, down: Double) {
    let moved = drives * state.currents
    return (moved[0] + moved[2], -(moved[1] + moved[3]))
  }

  /// Finds the first crossing if it is at or before `limit`.
  ///
  /// The intervals that are looked at depend on the state alone, so neither does the result depend on
  /// when and with which limits it is asked for.
  mutating func resolve(until limit: Double) {
    while earliest <= limit && crossing > earliest { examineNextInterval() }
  }

  private mutating func examineNextInterval() {
    let from = search.state ?? state(after: search.front)
    guard from.membrane < threshold else { return settleCrossing(after: search.front, from) }
    let width = search.width
    let end = search.front + width
    let to = state(after: end)
    let rises = to.membrane >= threshold
    if isUndecided(from, to, width), width * (membraneRate + rates.max()) > Self.leastWidth {
      search.state = from
      search.width = 0.5 * width
    } else if rises {
      let h = root(from: search.front, to: end)
      settleCrossing(after: h, state(after: h))
    } else {
      let wait = wait(from: to)
      // Where the bound leads far, the intervals between need not be looked at.
      let isFar = wait > width
      search = Search(
        front: isFar ? end + wait : end, state: isFar ? nil : to, width: 2 * width)
      earliest = time + search.front
    }
  }

  /// In units of the fastest time constant: what a peak adds within such an interval is its square,
  /// no more than a rounding.
  private static let leastWidth = 1e-8

  /// Whether V, below the threshold at the first of two states, might cross it before the second more
  /// often than its value there tells.
  ///
  /// Excitation and inhibition only decay, so that over the interval the drive D of V' = D - a V lies
  /// between limits that the states at its ends give; so do then V and V'. With V' between l < 0 and
  /// u > 0, V lies below both lines from the ends with these slopes, that is below their
  /// intersection. All these bounds close in with the square of the width.
  private func isUndecided(_ from: State, _ to: State, _ width: Double) -> Bool {
    let (first, last) = (parts(of: from), parts(of: to))
    let (most, least) = (first.up - last.down, last.up - first.down)
    let (v, a) = (from.membrane, membraneRate)
    let high = Swift.max(v, Swift.min(most / a, v + (most - a * v) * width))
    let low = Swift.min(v, Swift.max(least / a, v + (least - a * v) * width))
    let (u, l) = (most - a * low, least - a * high)
    if l >= 0 { return false }
    if to.membrane >= threshold { return true }
    if u <= 0 || high < threshold { return false }
    let peak = (u * to.membrane - l * v - u * l * width) / (u - l)
    return peak >= threshold
  }

  /// The root of V = threshold in an interval where V goes through it once, upwards.
  private func root(from start: Double, to end: Double) -> Double {
    var (low, high) = (start, end)
    var h = 0.5 * (low + high)
    for _ in 0..<200 {
      let state = state(after: h)
      if state.membrane < threshold { low = h } else { high = h }
      let slope = slope(of: state)
      var next = h + (threshold - state.membrane) / slope
      if !(slope > 0 && next >= low && next <= high) { next = 0.5 * (low + high) }
      if (next - h).magnitude <= 0.5 * h.ulp { return next }
      h = next
    }
    return high
  }

  private func slope(of state: State) -> Double {
    let (up, down) = parts(of: state)
    return (up - down) - membraneRate * state.membrane
  }

  private mutating func settleCrossing(after h: Double, _ state: State) {
    // A neuron that is above its threshold from the start spikes without crossing it.
    keep(time + LaneMath.roundedUp(h), slope: h > 0 ? slope(of: state) : 0)
  }

  private mutating func keep(_ known: Double, slope knownSlope: Double) {
    (crossing, earliest, slope) = (known, known, knownSlope)
  }
}

extension JoinedNeuron {
  /// The state without what follows from it.
  var saved: [Double] {
    let isUnderWay = crossing <= time
    return [
      time, membrane, currents[0], currents[1], currents[2], currents[3], threshold,
      isUnderWay ? crossing : .infinity, isUnderWay ? slope : 0,
    ]
  }

  static let savedCount = 9

  /// - Returns: false if no neuron can have this state.
  mutating func restore(_ values: [Double]) -> Bool {
    guard values.allSatisfy({ !$0.isNaN }), values[0].isFinite, values[1].isFinite,
      values[2...5].allSatisfy({ $0 >= 0 && $0.isFinite })
    else { return false }
    (time, membrane, threshold) = (values[0], values[1], values[6])
    currents = Lanes(values[2], values[3], values[4], values[5])
    predict()
    if values[7] < .infinity { keep(values[7], slope: values[8]) }
    return true
  }
}
