import ChipGeometry

extension AnalogCore {
  /// What hemispheres have in common, then the drivers that have short-term plasticity.
  func saveShortTerm(to bytes: inout CheckpointBytes) {
    for common in shortTerm.common {
      bytes.add(UInt64(common.recoveryClock ?? .max))
      for voltages in [common.first, common.second] {
        bytes.add(UInt64(voltages.charge))
        bytes.add(UInt64(voltages.recover))
      }
    }
    let drivers = shortTerm.drivers
    bytes.add(UInt64(drivers.count))
    for driver in drivers {
      guard let circuit = shortTerm.circuits[driver] else { continue }
      let nominal = circuit.nominal
      bytes.add([
        UInt8(driver), nominal.voltages.rawValue, nominal.utilisation, nominal.recovery,
        nominal.offset,
      ])
      bytes.add(circuit.voltage.bitPattern)
      bytes.add(circuit.time.bitPattern)
    }
  }

  mutating func restoreShortTerm(_ reader: inout CheckpointBytes) throws(AnalogCheckpointError) {
    for hemisphere in Hemisphere.allCases {
      let common = try Self.common(&reader)
      setCommonShortTermPlasticity(common, hemisphere, at: ClockTime(cycles: 0))
    }
    let count = try reader.next()
    guard count <= UInt64(2 * ChipSize.drivers) else {
      throw .invalid("drivers with short-term plasticity")
    }
    for _ in 0..<count {
      let driver = Int(try reader.byte())
      let set = ShortTermPlasticity.VoltageSet(rawValue: try reader.byte())
      let plasticity = ShortTermPlasticity(
        voltages: set ?? .first, utilisation: try reader.byte(), recovery: try reader.byte(),
        offset: try reader.byte())
      let voltage = try reader.number()
      let time = try reader.number()
      guard set != nil, plasticity.problem == nil, voltage.isFinite, time.isFinite, time >= 0
      else { throw .invalid("short-term plasticity of driver \(driver)") }
      setShortTermPlasticity(
        plasticity, ofDriver: driver % ChipSize.drivers,
        driver < ChipSize.drivers ? .top : .bottom, at: ClockTime(cycles: 0))
      shortTerm.setVoltage(voltage, of: driver, at: time)
    }
  }

  private static func common(_ reader: inout CheckpointBytes) throws(AnalogCheckpointError)
    -> CommonShortTermPlasticity
  {
    let clock = UInt8(exactly: try reader.next())
    var codes: [UInt16] = []
    for _ in 0..<4 {
      guard let code = UInt16(exactly: try reader.next()) else {
        throw .invalid("short-term plasticity voltages")
      }
      codes.append(code)
    }
    let common = CommonShortTermPlasticity(
      recoveryClock: clock == .max ? nil : clock,
      first: ShortTermVoltages(charge: codes[0], recover: codes[1]),
      second: ShortTermVoltages(charge: codes[2], recover: codes[3]))
    guard clock != nil, common.problem == nil else {
      throw .invalid("the short-term plasticity of a hemisphere")
    }
    return common
  }
}
