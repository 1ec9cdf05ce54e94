/// Neurons in blocks of four, and which of them spikes next: what the chip and the exact networks have
/// in common.
struct NeuronBank: Sendable {
  private(set) var blocks: [NeuronBlock]
  /// The smallest ``NeuronBlock/earliest`` of each block.
  private var earliest: [Double]
  let timing: SpikeTiming

  /// Neurons that never spike, until they are given parameters and are reset.
  init(neuronCount: Int, timing: SpikeTiming) {
    let blockCount = (neuronCount + LaneMath.laneCount - 1) / LaneMath.laneCount
    blocks = [NeuronBlock](repeating: NeuronBlock(), count: blockCount)
    earliest = [Double](repeating: .infinity, count: blockCount)
    self.timing = timing
  }

  struct Spike {
    var neuron: Int
    var time: Double
  }

  /// The next spike at or before `limit`: the earliest, of equally early ones the first neuron's.
  mutating func nextSpike(atOrBefore limit: Double) -> Spike? {
    while true {
      var block = 0
      for other in earliest.indices where earliest[other] < earliest[block] { block = other }
      let first = earliest[block]
      guard first <= limit else { return nil }
      let unresolved = blocks[block].unresolved(until: limit)
      if LaneMath.bits(unresolved .& (blocks[block].earliest .<= first)) == 0 {
        let lane = (0..<LaneMath.laneCount).first { blocks[block].earliest[$0] == first } ?? 0
        return Spike(neuron: block * LaneMath.laneCount + lane, time: first)
      }
      blocks[block].resolve(unresolved, timing)
      refresh(block)
    }
  }

  /// Adds to the currents of a block's neurons, in units of their gains, at time `t`. A lane without
  /// any is left alone.
  mutating func receive(in block: Int, at t: Double, excitatory: Lanes, inhibitory: Lanes) {
    let mask = (excitatory + inhibitory) .> 0
    guard LaneMath.bits(mask) != 0 else { return }
    let due = blocks[block].unresolved(until: t) .& mask
    if LaneMath.bits(due) != 0 { blocks[block].resolve(due, timing) }
    blocks[block].receive(
      at: t, excitatoryJump: excitatory * blocks[block].excitatoryGain,
      inhibitoryJump: inhibitory * blocks[block].inhibitoryGain, in: mask)
    refresh(block)
  }

  /// The neuron fires at time `t` with a new threshold offset.
  mutating func fire(_ neuron: Int, at t: Double, noise: Double) {
    blocks[neuron >> 2].fire(neuron & 3, at: t, noise: noise)
    refresh(neuron >> 2)
  }

  /// Membrane to the reset potential, no currents, not refractory, from time `t`.
  mutating func reset(_ neuron: Int, at t: Double, noise: Double) {
    blocks[neuron >> 2].reset(neuron & 3, at: t, noise: noise)
    refresh(neuron >> 2)
  }

  mutating func change(_ neuron: Int, to parameters: NeuronParameters, at t: Double) {
    blocks[neuron >> 2].change(neuron & 3, to: parameters, at: t)
    refresh(neuron >> 2)
  }

  /// Whether a spike of `neuron` at exactly `t` is pending.
  func isDue(_ neuron: Int, at t: Double) -> Bool { blocks[neuron >> 2].crossing[neuron & 3] == t }

  /// The membrane, relative to the leak, and the currents at time `t`.
  func state(of neuron: Int, at t: Double) -> Trajectory.State {
    blocks[neuron >> 2].state(of: neuron & 3, at: t)
  }

  private mutating func refresh(_ block: Int) {
    earliest[block] = LaneMath.least(blocks[block].earliest)
  }
}
