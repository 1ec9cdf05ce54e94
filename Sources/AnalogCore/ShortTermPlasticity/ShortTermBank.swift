import ChipGeometry

/// The short-term plasticity of all drivers, 128 h + d.
struct ShortTermBank: Sendable {
  /// By hemisphere.
  var common = [CommonShortTermPlasticity](repeating: CommonShortTermPlasticity(), count: 2)
  private(set) var circuits = [Circuit?](repeating: nil, count: 2 * ChipSize.drivers)
  /// The parts of the full pulse that each driver's last event got; 1 without plasticity.
  private(set) var efficacies = [Double](repeating: 1, count: 2 * ChipSize.drivers)

  /// One driver: its constants, and its voltage right after the last event or change.
  struct Circuit: Sendable {
    var nominal: ShortTermPlasticity
    var realised: RealisedShortTermPlasticity
    var charge: Double
    var recover: Double
    var voltage: Double
    /// In cycles.
    var time: Double

    /// Exact, however far away.
    func voltage(at t: Double) -> Double {
      let rest = ElementaryFunctions.exp(-(t - time) / realised.recoveryTime)
      return recover + (voltage - recover) * rest
    }

    func efficacy(at voltage: Double, _ transfer: ShortTermTransfer) -> Double {
      let range = transfer.silentVoltage - transfer.fullVoltage
      return min(max((transfer.silentVoltage - voltage) / range + realised.offset, 0), 1)
    }
  }

  /// The drivers that have short-term plasticity.
  var drivers: [Int] { circuits.indices.filter { circuits[$0] != nil } }

  /// A driver has other constants from cycle `t` on. Its voltage stays; if it had no plasticity,
  /// it is at the recovery potential.
  mutating func set(
    _ driver: Int, _ nominal: ShortTermPlasticity, _ realised: RealisedShortTermPlasticity,
    at t: Double
  ) {
    let voltages = common[driver / ChipSize.drivers][nominal.voltages]
    let recover = Double(voltages.recover)
    circuits[driver] = Circuit(
      nominal: nominal, realised: realised, charge: Double(voltages.charge), recover: recover,
      voltage: circuits[driver]?.voltage(at: t) ?? recover, time: t)
  }

  mutating func remove(_ driver: Int) {
    circuits[driver] = nil
    efficacies[driver] = 1
  }

  /// The voltage of a driver that has short-term plasticity at cycle `t`; nil: recovered.
  mutating func setVoltage(_ voltage: Double?, of driver: Int, at t: Double) {
    guard let circuit = circuits[driver] else { return }
    circuits[driver]?.voltage = voltage ?? circuit.recover
    circuits[driver]?.time = t
  }

  /// An event at cycle `t`: its efficacy is then in ``efficacies``.
  mutating func receive(_ driver: Int, at t: Double, _ transfer: ShortTermTransfer) {
    guard let circuit = circuits[driver] else { return }
    let voltage = circuit.voltage(at: t)
    efficacies[driver] = circuit.efficacy(at: voltage, transfer)
    circuits[driver]?.voltage =
      voltage + circuit.realised.utilisation * (circuit.charge - voltage)
    circuits[driver]?.time = t
  }
}
