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
    if delivery.isPlain {
      deliver(delivery, at: t, isModulated: false)
    } else {
      if delivery.isCorrelated { correlate(delivery, at: t) }
      deliverModulated(delivery, bus: bus, label: label, at: t)
    }
    return Int(delivery.synapseCount)
  }

  /// Carries a delivery out; if it is modulated, pulses have the lengths of
  /// ``ShortTermBank/efficacies``.
  @inline(__always)
  mutating func deliver(_ delivery: SynapseArray.Delivery, at t: Double, isModulated: Bool) {
    let hasOthers = hasOtherNeurons
    var position = Int(delivery.first)
    let end = Int(delivery.end)
    while position < end {
      let block = synapses.steps[position].block
      var excitatory = Lanes()
      var inhibitory = Lanes()
      while position < end && synapses.steps[position].block == block {
        let step = synapses.steps[position]
        var charge = synapses.charges[Int(step.charge)]
          .replacing(with: 0, where: .!LaneMath.mask(step.lanes))
        if isModulated { charge *= shortTerm.efficacies[step.driver] }
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
      if hasOthers {
        (excitatory, inhibitory) = deliverToOthers(
          Int(block), at: t, excitatory: excitatory, inhibitory: inhibitory)
      }
      neurons.receive(in: Int(block), at: t, excitatory: excitatory, inhibitory: inhibitory)
    }
  }

  /// Whether there are neurons beside those of ``neurons``.
  private var hasOtherNeurons: Bool { !joined.isEmpty || !integrated.isEmpty }

  /// Delivers to those lanes of a block that belong to joined or integrated neurons.
  ///
  /// - Returns: what remains for the others.
  private mutating func deliverToOthers(
    _ block: Int, at t: Double, excitatory: Lanes, inhibitory: Lanes
  ) -> (excitatory: Lanes, inhibitory: Lanes) {
    let rest = deliverToIntegrated(block, at: t, excitatory: excitatory, inhibitory: inhibitory)
    guard !joined.isEmpty else { return rest }
    return deliverToJoined(
      block, at: t, excitatory: rest.excitatory, inhibitory: rest.inhibitory)
  }

  /// Resets the membranes, synaptic and adaptation currents of some columns at cycle `time`, ends
  /// their refractory times and redraws their threshold noise.
  public mutating func resetNeurons(
    _ hemisphere: Hemisphere, columns: Range<Int>, at time: ClockTime
  ) {
    precondition(
      columns.lowerBound >= 0 && columns.upperBound <= ChipSize.columns,
      "columns \(columns) do not exist")
    let first = Int(hemisphere.rawValue) * ChipSize.columns + columns.lowerBound
    let end = first + columns.count
    var n = first
    while n < end {
      let block = n / LaneMath.laneCount
      var noise = Lanes()
      var lanes: UInt8 = 0
      repeat {
        let lane = n % LaneMath.laneCount
        if let column = joinedColumn(of: n) {
          resetJoined(column, at: Double(time.cycles))
        } else if integrated.contains(n) {
          integrated.reset(n, at: Double(time.cycles), noise: drawNoise(for: n))
        } else {
          noise[lane] = drawNoise(for: n)
          lanes |= 1 << UInt8(lane)
        }
        n += 1
      } while n < end && n % LaneMath.laneCount != 0
      neurons.reset(block, LaneMath.mask(lanes), at: Double(time.cycles), noise: noise)
    }
    resetCorrelationOfRowZero(hemisphere, columns: columns)
  }

  /// Resets one neuron, as ``resetNeurons(_:columns:at:)``.
  public mutating func resetNeuron(_ neuron: NeuronIndex, at time: ClockTime) {
    resetNeurons(neuron.hemisphere, columns: neuron.column..<neuron.column + 1, at: time)
  }

  mutating func drawNoise(for neuron: Int) -> Double {
    configuration.thresholdNoise * gaussian.deviate(noise[neuron].next())
  }

  // MARK: Spikes

  /// The next spike at or before cycle `limit`, nil if there is none as long as nothing else
  /// happens.
  ///
  /// Asking changes nothing; the same spike is named until it is fired.
  public mutating func nextSpike(atOrBefore limit: ClockTime) -> PendingSpike? {
    var next = neurons.nextSpike(atOrBefore: Double(limit.cycles))
    if hasOtherNeurons { next = nextOtherSpike(atOrBefore: Double(limit.cycles), or: next) }
    guard let next else { return nil }
    return PendingSpike(
      neuron: NeuronIndex(next.neuron), time: ClockTime(cycles: UInt64(next.time)))
  }

  /// The earliest of a spike and those of joined and integrated neurons.
  private mutating func nextOtherSpike(atOrBefore limit: Double, or first: NeuronBank.Spike?)
    -> NeuronBank.Spike?
  {
    var next = first
    func offer(_ other: NeuronBank.Spike?) {
      guard let other else { return }
      if let known = next, (known.time, known.neuron) < (other.time, other.neuron) { return }
      next = other
    }
    offer(joined.nextSpike(atOrBefore: next?.time ?? limit))
    offer(integrated.nextSpike(atOrBefore: next?.time ?? limit))
    return next
  }

  /// Carries out a spike: reset, refractory time, new threshold noise.
  ///
  /// - Precondition: `spike` is what ``nextSpike(atOrBefore:)`` returned last.
  public mutating func fire(_ spike: PendingSpike) {
    let n = Int(spike.neuron.rawValue)
    let t = Double(spike.time.cycles)
    if correlation.hasPostPulses { correlation.receivePost(neuron: n, at: t) }
    if let column = joinedColumn(of: n) { return fireJoined(column, n, at: t) }
    if integrated.contains(n) { return fireIntegrated(n, at: t) }
    precondition(neurons.isDue(n, at: t), "neuron \(n) does not spike at cycle \(t)")
    jitter.count(slope: neurons.slope(of: n))
    neurons.fire(n, at: t, noise: drawNoise(for: n))
  }

  private mutating func fireJoined(_ column: Int, _ neuron: Int, at t: Double) {
    precondition(joined.isDue(neuron, at: t), "neuron \(neuron) does not spike at cycle \(t)")
    guard neuron == column else { return joined.removeEcho(column: column) }
    jitter.count(slope: joined[column].slope)
    joined.fire(column: column, at: t, noise: drawNoise(for: column))
  }

  private mutating func fireIntegrated(_ n: Int, at t: Double) {
    precondition(integrated.isDue(n, at: t), "neuron \(n) does not spike at cycle \(t)")
    jitter.count(slope: integrated.slope(of: n))
    integrated.fire(n, at: t, noise: drawNoise(for: n))
  }
}
