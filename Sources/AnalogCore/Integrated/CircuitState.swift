/// What a circuit of a group is doing at some moment.
struct CircuitState: BitwiseCopyable {
  /// Of the members that name their node: its potential; of others 0. Then the adaptation current.
  var pair = Pair()
  /// Excitatory and inhibitory.
  var strengths = Pair()
  /// Noise included.
  var threshold = Double.infinity
  /// Until this cycle its reset holds the membrane.
  var heldUntil = 0.0
  /// Until this cycle it does not spike.
  var refractoryUntil = 0.0
  /// The cycle of a spike that has been decided and not yet been fired; else infinite. The membrane
  /// stands still until then.
  var due = Double.infinity
  /// dV/dt where it crossed its threshold, in threshold units per cycle; 0 for other spikes.
  var spikeSlope = 0.0
  /// Whether another member's spike is the cause.
  var isEcho = false
  /// Whether its node stands still.
  var isHeld = false
  /// Whether synaptic inputs and exponential term are cut off.
  var isPaused = false

  static let savedCount = 10

  /// Without what follows from the rest.
  func saved(potential: Double) -> [Double] {
    [
      potential, pair[1], strengths[0], strengths[1], threshold, heldUntil, refractoryUntil, due,
      spikeSlope, isEcho ? 1 : 0,
    ]
  }

  /// Nil if no circuit can be in this state.
  init?(saved v: [Double]) {
    guard v.allSatisfy({ !$0.isNaN }), v[0...3].allSatisfy(\.isFinite), v[2] >= 0, v[3] >= 0,
      v[5].isFinite, v[6].isFinite
    else { return nil }
    pair = Pair(v[0], v[1])
    strengths = Pair(v[2], v[3])
    (threshold, heldUntil, refractoryUntil) = (v[4], v[5], v[6])
    (due, spikeSlope, isEcho) = (v[7], v[8], v[9] != 0)
  }

  init() {}
}

/// A circuit of a group: what it is, what it does, and what the last step of the integration knows
/// of it.
struct GroupMember: BitwiseCopyable {
  var constants: CircuitConstants
  /// At the last event.
  var base = CircuitState()
  /// As far as the integration has come.
  var now = CircuitState()
  var step = StepRecord()

  init(_ constants: CircuitConstants) { self.constants = constants }
}
