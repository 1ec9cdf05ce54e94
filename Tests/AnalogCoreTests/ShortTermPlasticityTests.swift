import AnalogCore
import ChipGeometry
import Foundation
import Testing

@Suite struct ShortTermPlasticityTests {
  static func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
    (a - b).magnitude <= tolerance
  }

  @Test(
    "A regular train has the efficacies of the closed form and comes to its stationary value",
    arguments: ShortTermPlasticity.VoltageSet.allCases, [UInt64(250), 2500, 20_000])
  func trains(voltages: ShortTermPlasticity.VoltageSet, interval: UInt64) {
    let reference: ShortTermReference = voltages == .first ? .facilitating : .depressing
    var core = ShortTermCore(ShortTermPlasticity(voltages: voltages))
    let efficacies = core.train(200, interval: interval)
    for (n, efficacy) in efficacies.enumerated() {
      let voltage = reference.voltage(beforeEvent: n, interval: Double(interval))
      #expect(Self.isClose(efficacy, reference.efficacy(at: voltage)), "event \(n)")
    }
    let stationary = reference.efficacy(
      at: reference.stationaryVoltage(interval: Double(interval)))
    #expect(Self.isClose(efficacies[199], stationary))
    #expect(Self.isClose(efficacies[0], voltages == .first ? 0.2 : 0.9))
    let rises = zip(efficacies.dropFirst(), efficacies).prefix(4).map { $0.0 > $0.1 }
    #expect(rises.allSatisfy { $0 == (voltages == .first) })
  }

  @Test("Codes of utilisation, recovery and common clock act as documented")
  func codes() {
    for (utilisation, recovery, clock) in [(0, 8, 8), (15, 0, 0), (9, 15, 15), (3, 11, 2)] {
      var reference = ShortTermReference.depressing
      reference.utilisation = 0.74 * Double(utilisation) / 15
      reference.recoveryTime =
        595 * 16 / Double(recovery + 1) * pow(530_000 / 9520, Double(15 - clock) / 15)
      var core = ShortTermCore(
        ShortTermPlasticity(
          voltages: .second, utilisation: UInt8(utilisation), recovery: UInt8(recovery)))
      core.test.core.setCommonShortTermPlasticity(
        CommonShortTermPlasticity(recoveryClock: UInt8(clock)), .top, at: ClockTime(cycles: 0))
      for (n, efficacy) in core.train(12, interval: 700).enumerated() {
        let voltage = reference.voltage(beforeEvent: n, interval: 700)
        #expect(Self.isClose(efficacy, reference.efficacy(at: voltage)), "\(recovery), \(n)")
      }
    }
    // The ends of the published range: 2.38 µs and 2.12 ms.
    var core = ShortTermCore()
    for (recovery, clock, cycles) in [(15, 15, 595.0), (0, 0, 530_000)] {
      core.test.core.setCommonShortTermPlasticity(
        CommonShortTermPlasticity(recoveryClock: UInt8(clock)), .top, at: ClockTime(cycles: 0))
      core.set(ShortTermPlasticity(recovery: UInt8(recovery)), at: 0)
      let time = core.test.core.realisedShortTermPlasticity(ofDriver: 0, .top)?.recoveryTime ?? 0
      #expect(Self.isClose(time / cycles, 1))
    }
  }

  @Test("After a train the voltage recovers exponentially; with the clock off it stays")
  func recovery() throws {
    for pause in [UInt64(1), 300, 5000, 20_000, 1_000_000_000] {
      for (voltages, reference) in [
        (ShortTermPlasticity.VoltageSet.first, ShortTermReference.facilitating),
        (.second, .depressing),
      ] {
        var core = ShortTermCore(ShortTermPlasticity(voltages: voltages))
        _ = core.train(10, interval: 400)
        let last = UInt64(1000 + 9 * 400)
        let after = reference.voltage(afterEvents: 10, interval: 400)
        let expected =
          reference.recover
          + (after - reference.recover) * exp(-Double(pause) / reference.recoveryTime)
        let state = try core.state(at: last + pause)
        #expect(Self.isClose(state.voltage, expected, 1e-9))
        let efficacy = core.pulse(at: last + pause).row0
        #expect(Self.isClose(efficacy, reference.efficacy(at: expected)))
        #expect(Self.isClose(state.efficacy, efficacy, 1e-15))
      }
    }
    var core = ShortTermCore()
    core.test.core.setCommonShortTermPlasticity(
      CommonShortTermPlasticity(recoveryClock: nil), .top, at: ClockTime(cycles: 0))
    var reference = ShortTermReference.facilitating
    reference.recoveryTime = .infinity
    for (n, efficacy) in core.train(20, interval: 10_000).enumerated() {
      let voltage = 100 + 300 * pow(1 - reference.utilisation, Double(n))
      #expect(Self.isClose(efficacy, reference.efficacy(at: voltage)))
    }
  }

  @Test("Both rows of a driver share its state, and every event that it takes counts")
  func sharing() {
    var alone = ShortTermCore()
    let efficacies = alone.train(8, interval: 500)
    var core = ShortTermCore()
    core.test.core.setShortTermPlasticity(
      ShortTermPlasticity(), ofDriver: 4, .top, at: ClockTime(cycles: 0))
    // Labels of row 0, of row 1, of no synapse, and one for another driver of the bus.
    for (n, label) in [UInt16(5), 6, 6, 5, 9, 5, 6, 5].enumerated() {
      let time = 1000 + 500 * UInt64(n)
      let parts = core.pulse(label, at: time)
      #expect(Self.isClose(parts.row0, label == 5 ? efficacies[n] : 0), "event \(n)")
      #expect(Self.isClose(parts.row1, label == 6 ? efficacies[n] : 0), "event \(n)")
      let other = core.pulse(5 | 1 << 6, at: time + 100)
      #expect(other.row0 == 0 && other.row1 == 0)
      core.test.core.deliver(bus: 1, label: EventLabel(5), at: ClockTime(cycles: time + 200))
    }
    // Disabled rows do not stop the driver.
    var disabled = ShortTermCore()
    for row in 0...1 { disabled.test.core.setRowMode(.disabled, .top, row: row) }
    let silent = disabled.train(7, interval: 500)
    #expect(silent.allSatisfy { $0 == 0 })
    disabled.test.core.setRowMode(.excitatory, .top, row: 0)
    let next = disabled.pulse(at: 4500).row0
    #expect(Self.isClose(next, efficacies[7]))
  }

  @Test("Each driver of a bus scales its own rows alone")
  func drivers() {
    for bus in 0..<ChipSize.buses {
      let hemisphere: Hemisphere = bus < 4 ? .top : .bottom
      var core = AnalogCore(
        AnalogConfiguration(
          mismatch: .ideal, thresholdNoise: 0, neuron: NeuronParameters(threshold: 1e9)))
      let time = ClockTime(cycles: 10)
      let drivers = (0..<32).map { 4 * $0 + bus % 4 }
      for driver in drivers {
        core.setRowSelectMask(0, hemisphere, driver: driver)
        for row in [2 * driver, 2 * driver + 1] {
          core.setRowMode(.excitatory, hemisphere, row: row)
          // All columns of these rows have label 0; one has a weight.
          core.setWeight(63, hemisphere, row: row, column: row)
        }
        // Every third driver has full pulses.
        guard driver / 4 % 3 != 0 else { continue }
        core.setShortTermPlasticity(
          ShortTermPlasticity(offset: UInt8(driver / 4 % 16)), ofDriver: driver, hemisphere,
          at: time)
      }
      core.deliver(bus: bus, label: EventLabel(0), at: time)
      for row in drivers.flatMap({ [2 * $0, 2 * $0 + 1] }) {
        let current = core.currents(of: NeuronIndex(hemisphere, column: row), at: time).excitatory
        let index = row / 8
        let expected = index % 3 == 0 ? 1 : 0.2 + (Double(index % 16) - 8) / 64
        #expect(Self.isClose(current / 8, expected), "bus \(bus), row \(row)")
      }
    }
  }

  @Test(
    "The PSP at the membrane shrinks by the efficacy, of exact and of integrated neurons",
    arguments: [false, true])
  func amplitude(isIntegrated: Bool) {
    func amplitudes(_ plasticity: ShortTermPlasticity?) -> [Double] {
      var core = ShortTermCore(plasticity)
      let neuron = NeuronIndex(0)
      if isIntegrated {
        core.test.core.setTerms(
          NeuronTerms(adaptation: .init(timeConstant: 5000, conductance: 0, increment: 0)),
          of: neuron, at: ClockTime(cycles: 0))
      }
      let integrated = core.test.core.isIntegrated(neuron)
      #expect(integrated == isIntegrated)
      return (0..<10).map { n in
        _ = core.pulse(at: UInt64(2000 * n))
        return core.test.core.membrane(of: neuron, at: ClockTime(cycles: UInt64(2000 * n + 1500)))
      }
    }
    let full = amplitudes(nil)
    let reduced = amplitudes(ShortTermPlasticity(voltages: .second))
    #expect(full.allSatisfy { Self.isClose($0, full[0], 1e-9) } && full[0] > 1)
    for n in 0..<10 {
      let reference = ShortTermReference.depressing
      let efficacy = reference.efficacy(at: reference.voltage(beforeEvent: n, interval: 2000))
      #expect(Self.isClose(reduced[n] / full[n], efficacy, isIntegrated ? 1e-5 : 1e-12), "\(n)")
    }
  }

  @Test("Efficacies stop at no pulse and at the full pulse", arguments: [UInt8(0), 15])
  func clipping(offset: UInt8) throws {
    var core = AnalogCore(
      AnalogConfiguration(mismatch: .ideal, shortTerm: ShortTermTransfer(offsetStep: 0.0625)))
    let time = ClockTime(cycles: 0)
    core.setShortTermPlasticity(
      ShortTermPlasticity(utilisation: 15, offset: offset), ofDriver: 3, .bottom, at: time)
    let rested = core.shortTermState(ofDriver: 3, .bottom, at: time)
    for _ in 0..<40 { core.deliver(bus: 7, label: EventLabel(0), at: time) }
    let driven = core.shortTermState(ofDriver: 3, .bottom, at: time)
    // 0.2 and 0.8, half a pulse less or 7/16 more.
    let efficacies = try [#require(rested).efficacy, #require(driven).efficacy]
    let expected = offset == 0 ? [0, 0.3] : [0.6375, 1]
    #expect(zip(efficacies, expected).allSatisfy { Self.isClose($0, $1) })
  }
}
