public import ChipGeometry

/// Where the short-term plasticity of a driver stands.
public struct ShortTermState: Equatable, BitwiseCopyable, Sendable {
  /// V in codes of the parameter memory.
  public var voltage: Double
  /// The part of a full pulse that an event would get now, 0…1.
  public var efficacy: Double
}

extension AnalogCore {
  /// Gives a driver short-term plasticity, or with nil full pulses; mismatch comes on top.
  ///
  /// A driver that had none starts recovered; another keeps its voltage. Only
  /// ``resetShortTermPlasticity(_:at:)`` and switching off and on make it forget: a reset of neurons
  /// does not.
  ///
  /// - Precondition: ``ShortTermPlasticity/problem`` is nil.
  public mutating func setShortTermPlasticity(
    _ plasticity: ShortTermPlasticity?, ofDriver driver: Int, _ hemisphere: Hemisphere,
    at time: ClockTime
  ) {
    let index = Self.driverIndex(hemisphere, driver)
    synapses.setModulated(plasticity != nil, at: index)
    guard let plasticity else { return shortTerm.remove(index) }
    if let problem = plasticity.problem { preconditionFailure(problem) }
    refreshShortTerm(index, plasticity, at: Double(time.cycles))
  }

  /// Sets what all drivers of a hemisphere have in common. Their voltages are kept.
  ///
  /// - Precondition: ``CommonShortTermPlasticity/problem`` is nil.
  public mutating func setCommonShortTermPlasticity(
    _ common: CommonShortTermPlasticity, _ hemisphere: Hemisphere, at time: ClockTime
  ) {
    if let problem = common.problem { preconditionFailure(problem) }
    shortTerm.common[Int(hemisphere.rawValue)] = common
    refreshShortTerm(at: Double(time.cycles))
  }

  /// All drivers of a hemisphere that have short-term plasticity are recovered at cycle `time`.
  public mutating func resetShortTermPlasticity(_ hemisphere: Hemisphere, at time: ClockTime) {
    let first = Int(hemisphere.rawValue) * ChipSize.drivers
    for driver in first..<first + ChipSize.drivers {
      shortTerm.setVoltage(nil, of: driver, at: Double(time.cycles))
    }
  }

  /// What was set for a driver; nil: full pulses.
  public func shortTermPlasticity(ofDriver driver: Int, _ hemisphere: Hemisphere)
    -> ShortTermPlasticity?
  {
    shortTerm.circuits[Self.driverIndex(hemisphere, driver)]?.nominal
  }

  /// What all drivers of a hemisphere have in common.
  public func commonShortTermPlasticity(_ hemisphere: Hemisphere) -> CommonShortTermPlasticity {
    shortTerm.common[Int(hemisphere.rawValue)]
  }

  /// What the short-term plasticity of a driver is, mismatch included; nil if it has none.
  public func realisedShortTermPlasticity(ofDriver driver: Int, _ hemisphere: Hemisphere)
    -> RealisedShortTermPlasticity?
  {
    shortTerm.circuits[Self.driverIndex(hemisphere, driver)]?.realised
  }

  /// Where a driver's short-term plasticity stands at cycle `time`, nil if it has none. Changes
  /// nothing.
  ///
  /// - Precondition: nothing later has happened.
  public func shortTermState(
    ofDriver driver: Int, _ hemisphere: Hemisphere, at time: ClockTime
  ) -> ShortTermState? {
    guard let circuit = shortTerm.circuits[Self.driverIndex(hemisphere, driver)] else {
      return nil
    }
    let voltage = circuit.voltage(at: Double(time.cycles))
    return ShortTermState(
      voltage: voltage, efficacy: circuit.efficacy(at: voltage, configuration.shortTerm))
  }

  // MARK: Inside

  /// Drivers with short-term plasticity are what settings and mismatch now make of them.
  mutating func refreshShortTerm(at t: Double) {
    for driver in shortTerm.drivers {
      guard let circuit = shortTerm.circuits[driver] else { continue }
      refreshShortTerm(driver, circuit.nominal, at: t)
    }
  }

  private mutating func refreshShortTerm(
    _ driver: Int, _ nominal: ShortTermPlasticity, at t: Double
  ) {
    let drawn =
      shortTermMismatch
      ?? ShortTermMismatch(seed: mismatch.seed, spreads: mismatch.spreads.shortTerm)
    shortTermMismatch = drawn
    let realised = drawn.realised(
      nominal, recoveryClock: shortTerm.common[driver / ChipSize.drivers].recoveryClock,
      configuration.shortTerm, of: driver)
    shortTerm.set(driver, nominal, realised, at: t)
  }

  /// Delivers an event that may reach drivers with short-term plasticity.
  @inline(never)
  mutating func deliverModulated(
    _ delivery: SynapseArray.Delivery, bus: Int, label: EventLabel, at t: Double
  ) {
    if delivery.isModulated {
      for driver in SynapseArray.drivers(ofBus: bus)
      where synapses.isModulated[driver] && synapses.takes(label.rowSelect, driver: driver) {
        shortTerm.receive(driver, at: t, configuration.shortTerm)
      }
    }
    deliver(delivery, at: t, isModulated: true)
  }
}
