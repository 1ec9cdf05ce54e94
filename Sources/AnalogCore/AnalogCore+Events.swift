public import ChipGeometry

extension AnalogCore {
  // MARK: Inputs

  /// Delivers an event that reaches the synapse drivers of a PADI bus at cycle `time`.
  ///
  /// - Parameters:
  ///   - bus: 0…3 of the top hemisphere, 4…7 of the bottom hemisphere.
  ///   - label: row select and synapse label count.
  ///   - time: not before any earlier call's.
  /// - Returns: how many synapses matched.
  @discardableResult
  public mutating func deliver(bus: Int, label: EventLabel, at time: ClockTime) -> Int {
    let delivery = synapses.delivery(bus: bus, label: label)
    let t = Double(time.cycles)
    var position = Int(delivery.first)
    let end = Int(delivery.end)
    while position < end {
      let block = synapses.steps[position].block
      var excitatory = Lanes()
      var inhibitory = Lanes()
      while position < end && synapses.steps[position].block == block {
        let step = synapses.steps[position]
        let charge = synapses.charges[Int(step.charge)]
          .replacing(with: 0, where: .!LaneMath.mask(step.lanes))
        switch step.mode {
        case .excitatory: excitatory += charge
        case .inhibitory: inhibitory += charge
        case .both:
          excitatory += charge
          inhibitory += charge
        case .disabled: break
        }
        position += 1
      }
      receive(in: Int(block), at: t, excitatory: excitatory, inhibitory: inhibitory)
    }
    return Int(delivery.synapseCount)
  }

  private mutating func receive(
    in block: Int, at t: Double, excitatory: Lanes, inhibitory: Lanes
  ) {
    let mask = (excitatory + inhibitory) .> 0
    guard LaneMath.bits(mask) != 0 else { return }
    let due = blocks[block].unresolved(until: t) .& mask
    if LaneMath.bits(due) != 0 { blocks[block].resolve(due, .clocked) }
    blocks[block].receive(
      at: t, excitatoryJump: excitatory * blocks[block].excitatoryGain,
      inhibitoryJump: inhibitory * blocks[block].inhibitoryGain, in: mask)
    refreshEarliest(block)
  }

  func checkColumns(_ columns: Range<Int>) {
    precondition(
      columns.lowerBound >= 0 && columns.upperBound <= ChipSize.columns,
      "columns \(columns) do not exist")
  }

  /// Resets the membranes and synaptic currents of some columns at cycle `time`, ends their refractory
  /// times and redraws their threshold noise.
  public mutating func resetNeurons(
    _ hemisphere: Hemisphere, columns: Range<Int>, at time: ClockTime
  ) {
    checkColumns(columns)
    for column in columns { resetNeuron(NeuronIndex(hemisphere, column: column), at: time) }
  }

  /// Resets one neuron, as ``resetNeurons(_:columns:at:)``.
  public mutating func resetNeuron(_ neuron: NeuronIndex, at time: ClockTime) {
    let n = Int(neuron.rawValue)
    let lane = n & 3
    blocks[n >> 2].time[lane] = Double(time.cycles)
    blocks[n >> 2].membrane[lane] = blocks[n >> 2].reset[lane]
    blocks[n >> 2].excitatory[lane] = 0
    blocks[n >> 2].inhibitory[lane] = 0
    redrawThreshold(of: n)
    blocks[n >> 2].predict(in: LaneMath.mask(1 << UInt8(lane)))
    refreshEarliest(n >> 2)
  }

  // MARK: Spikes

  /// The next spike at or before cycle `limit`, nil if there is none as long as nothing else happens.
  ///
  /// Asking changes nothing; the same spike is named until it is fired.
  public mutating func nextSpike(atOrBefore limit: ClockTime) -> PendingSpike? {
    let latest = Double(limit.cycles)
    while true {
      var block = 0
      for other in 1..<Self.blockCount where earliest[other] < earliest[block] { block = other }
      let first = earliest[block]
      guard first <= latest else { return nil }
      let unresolved = blocks[block].unresolved(until: latest)
      if LaneMath.bits(unresolved .& (blocks[block].earliest .<= first)) == 0 {
        let lane = (0..<LaneMath.laneCount).first { blocks[block].earliest[$0] == first } ?? 0
        return PendingSpike(
          neuron: NeuronIndex(block * LaneMath.laneCount + lane),
          time: ClockTime(cycles: UInt64(first)))
      }
      blocks[block].resolve(unresolved, .clocked)
      refreshEarliest(block)
    }
  }

  /// Carries out a spike: reset, refractory time, new threshold noise.
  ///
  /// - Precondition: `spike` is what ``nextSpike(atOrBefore:)`` returned last.
  public mutating func fire(_ spike: PendingSpike) {
    let n = Int(spike.neuron.rawValue)
    let t = Double(spike.time.cycles)
    let lane = n & 3
    precondition(blocks[n >> 2].crossing[lane] == t, "neuron \(n) does not spike at cycle \(t)")
    blocks[n >> 2].fire(lane, at: t)
    redrawThreshold(of: n)
    blocks[n >> 2].predict(in: LaneMath.mask(1 << UInt8(lane)))
    refreshEarliest(n >> 2)
  }

  mutating func redrawThreshold(of n: Int) {
    let offset = configuration.thresholdNoise * gaussian.deviate(noise[n].next())
    blocks[n >> 2].threshold[n & 3] = blocks[n >> 2].quietThreshold[n & 3] + offset
  }

  mutating func refreshEarliest(_ block: Int) {
    earliest[block] = LaneMath.least(blocks[block].earliest)
  }
}
