/// Neurons in blocks of four, and which of them spikes next: what the chip and the exact networks have
/// in common.
struct NeuronBank: Sendable {
  private(set) var blocks: [NeuronBlock]
  /// The smallest ``NeuronBlock/earliest`` of each block; whole groups.
  private var earliest: [Double]
  /// The smallest of each group of blocks, four groups at a time.
  private var groupEarliest: [Lanes]
  let timing: SpikeTiming

  private static let groupSize = 8

  /// Neurons that never spike, until they are given parameters and are reset.
  init(neuronCount: Int, timing: SpikeTiming) {
    let blockCount = (neuronCount + LaneMath.laneCount - 1) / LaneMath.laneCount
    let groupCount = (blockCount + Self.groupSize - 1) / Self.groupSize
    blocks = [NeuronBlock](repeating: NeuronBlock(), count: blockCount)
    earliest = [Double](repeating: .infinity, count: groupCount * Self.groupSize)
    groupEarliest = [Lanes](
      repeating: Lanes(repeating: .infinity),
      count: (groupCount + LaneMath.laneCount - 1) / LaneMath.laneCount)
    self.timing = timing
  }

  struct Spike {
    var neuron: Int
    var time: Double
  }

  /// The next spike at or before `limit`: the earliest, of equally early ones the first neuron's.
  mutating func nextSpike(atOrBefore limit: Double) -> Spike? {
    while true {
      let first = LaneMath.least(of: groupEarliest.span)
      guard first <= limit else { return nil }
      let block = self.block(of: first)
      if let lane = blocks[block].knownSpike(at: first) {
        return Spike(neuron: block * LaneMath.laneCount + lane, time: first)
      }
      blocks[block].resolve(blocks[block].unresolved(until: limit), timing)
      refresh(block)
    }
  }

  /// The first block whose earliest time is `first`, the smallest of all.
  @inline(__always)
  private func block(of first: Double) -> Int {
    let start = LaneMath.firstIndex(of: first, in: groupEarliest.span) * Self.groupSize
    let group = earliest.span.extracting(start..<start + Self.groupSize)
    return start + LaneMath.firstIndex(of: first, in: group)
  }

  /// Adds to the currents of a block's neurons, in units of their gains, at time `t`. A lane without
  /// any is left alone.
  ///
  /// A crossing not after `t` is found first and stays: its spike is under way.
  @inline(__always)
  mutating func receive(in block: Int, at t: Double, excitatory: Lanes, inhibitory: Lanes) {
    if earliest[block] <= t {
      receiveWhileDue(in: block, at: t, excitatory: excitatory, inhibitory: inhibitory)
    } else {
      let soonest = blocks[block].receive(at: t, excitatory: excitatory, inhibitory: inhibitory)
      refresh(block, soonest)
    }
  }

  @inline(never)
  private mutating func receiveWhileDue(
    in block: Int, at t: Double, excitatory: Lanes, inhibitory: Lanes
  ) {
    blocks[block].resolve(blocks[block].unresolved(until: t), timing)
    let crossing = blocks[block].crossing
    let slope = blocks[block].slope
    _ = blocks[block].receive(at: t, excitatory: excitatory, inhibitory: inhibitory)
    blocks[block].keep(crossing, slope, where: crossing .<= t)
    refresh(block)
  }

  /// The neuron fires at time `t` with a new threshold offset.
  mutating func fire(_ neuron: Int, at t: Double, noise: Double) {
    blocks[neuron >> 2].fire(neuron & 3, at: t, noise: noise)
    refresh(neuron >> 2)
  }

  /// Membranes of a block to the reset potential, no currents, not refractory, from time `t`.
  mutating func reset(_ block: Int, _ lanes: LaneMask, at t: Double, noise: Lanes) {
    blocks[block].reset(lanes, at: t, noise: noise)
    refresh(block)
  }

  mutating func change(_ neuron: Int, to parameters: NeuronParameters, at t: Double) {
    blocks[neuron >> 2].change(neuron & 3, to: parameters, at: t)
    refresh(neuron >> 2)
  }

  func saved(_ neuron: Int) -> NeuronBlock.Saved { blocks[neuron >> 2].saved(neuron & 3) }

  mutating func restore(_ neuron: Int, _ saved: NeuronBlock.Saved) {
    blocks[neuron >> 2].restore(neuron & 3, saved)
    refresh(neuron >> 2)
  }

  /// Whether a spike of `neuron` at exactly `t` is pending.
  func isDue(_ neuron: Int, at t: Double) -> Bool { blocks[neuron >> 2].crossing[neuron & 3] == t }

  /// dV/dt at the spike that is due, zero if the neuron spikes without crossing its threshold.
  func slope(of neuron: Int) -> Double { blocks[neuron >> 2].slope[neuron & 3] }

  /// The membrane, relative to the leak, and the currents at time `t`.
  func state(of neuron: Int, at t: Double) -> Trajectory.State {
    blocks[neuron >> 2].state(of: neuron & 3, at: t)
  }

  private mutating func refresh(_ block: Int) {
    refresh(block, LaneMath.least(blocks[block].earliest))
  }

  /// The earliest time of a block is now `soonest`.
  @inline(__always)
  private mutating func refresh(_ block: Int, _ soonest: Double) {
    earliest[block] = soonest
    let group = block / Self.groupSize
    let start = group * Self.groupSize
    groupEarliest[group / LaneMath.laneCount][group % LaneMath.laneCount] = LaneMath.least(
      ofEight: earliest.span.extracting(start..<start + Self.groupSize))
  }
}
