import AnalogCore
import ChipGeometry
import Testing

@Suite struct ShortTermStateTests {
  @Test("Only its own reset and switching off and on make a driver forget")
  func resets() throws {
    var core = ShortTermCore()
    _ = core.train(5, interval: 400)
    let zero = try core.state(at: 2700)
    #expect(zero.voltage < 300)
    core.test.core.resetNeurons(.top, columns: 0..<256, at: ClockTime(cycles: 2700))
    let kept = try core.state(at: 2700)
    #expect(kept == zero)
    // Other settings keep the voltage, however they are set.
    core.set(ShortTermPlasticity(utilisation: 7, recovery: 2), at: 2700)
    core.test.core.setCommonShortTermPlasticity(
      CommonShortTermPlasticity(recoveryClock: nil), .top, at: ClockTime(cycles: 2700))
    let changed = try core.state(at: 9000)
    #expect(changed == zero)
    core.test.core.resetShortTermPlasticity(.bottom, at: ClockTime(cycles: 9000))
    let untouched = try core.state(at: 9000)
    #expect(untouched == zero)
    core.test.core.resetShortTermPlasticity(.top, at: ClockTime(cycles: 9000))
    let reset = try core.state(at: 9000)
    #expect(reset.voltage == 400)
    _ = core.pulse(at: 9000)
    let driven = try core.state(at: 9000)
    #expect(driven.voltage < 400)
    core.set(nil, at: 9000)
    let off = core.test.core.shortTermState(ofDriver: 0, .top, at: ClockTime(cycles: 9000))
    let full = core.pulse(at: 9000).row0
    #expect(off == nil && full == 1)
    core.set(ShortTermPlasticity(), at: 9000)
    let rested = try core.state(at: 9000)
    #expect(rested.voltage == 400)
  }

  /// A network under way; `plasticity` of all drivers.
  static func run(
    _ plasticity: ShortTermPlasticity?, transfer: ShortTermTransfer = ShortTermTransfer(),
    thenOff: Bool = false, _ manners: SampleWorkload.Manners = .init()
  ) throws -> ([AnalogCore.PendingSpike], [UInt8]) {
    var workload = SampleWorkload(AnalogConfiguration(shortTerm: transfer))
    let zero = ClockTime(cycles: 0)
    for driver in 0..<128 {
      workload.core.setShortTermPlasticity(plasticity, ofDriver: driver, .top, at: zero)
      guard thenOff else { continue }
      workload.core.setShortTermPlasticity(nil, ofDriver: driver, .top, at: zero)
    }
    for sample in 0..<UInt64(6) { try workload.run(sample: sample, manners) }
    return (workload.spikes, workload.core.checkpoint())
  }

  @Test("Without plasticity and with full pulses only a network has the same bits")
  func absence() throws {
    var plain = SampleWorkload()
    for sample in 0..<UInt64(6) { try plain.run(sample: sample) }
    #expect(plain.spikes.count > 500)
    let off = try Self.run(ShortTermPlasticity(), thenOff: true)
    let bytes = plain.core.checkpoint()
    #expect(off.0 == plain.spikes && off.1 == bytes)
    // Offsets far above the full pulse.
    let full = try Self.run(
      ShortTermPlasticity(offset: 15), transfer: ShortTermTransfer(offsetStep: 1))
    #expect(full.0 == plain.spikes)
    let depressing = try Self.run(ShortTermPlasticity(voltages: .second))
    #expect(depressing.0 != plain.spikes)
  }

  @Test("Checkpoints, questions and probes in the middle change nothing")
  func checkpoints() throws {
    let plasticity = ShortTermPlasticity(voltages: .second, recovery: 1, offset: 12)
    let plain = try Self.run(plasticity)
    for manners in [
      SampleWorkload.Manners(asksOften: true, probes: true), .init(savesAndRestores: true),
    ] {
      let other = try Self.run(plasticity, manners)
      #expect(other.0 == plain.0 && other.1 == plain.1, "\(manners)")
    }
    #expect(plain.0.count > 100)
  }

  @Test("A checkpoint keeps settings and voltages; damaged ones are refused")
  func damage() throws {
    var core = AnalogCore(
      AnalogConfiguration(chipSeed: 4, shortTerm: ShortTermTransfer(silentVoltage: 600)))
    let plasticity = ShortTermPlasticity(
      voltages: .second, utilisation: 9, recovery: 3, offset: 2)
    core.setShortTermPlasticity(plasticity, ofDriver: 127, .bottom, at: ClockTime(cycles: 5))
    let common = CommonShortTermPlasticity(
      recoveryClock: nil, first: ShortTermVoltages(charge: 1, recover: 2),
      second: ShortTermVoltages(charge: 1022, recover: 4))
    core.setCommonShortTermPlasticity(common, .bottom, at: ClockTime(cycles: 6))
    core.setRowSelectMask(0, .bottom, driver: 127)
    core.deliver(bus: 7, label: EventLabel(0), at: ClockTime(cycles: 7))
    let bytes = core.checkpoint()
    let restored = try AnalogCore.restored(from: bytes)
    let again = restored.checkpoint()
    #expect(again == bytes)
    let now = ClockTime(cycles: 100)
    let kept = restored.shortTermPlasticity(ofDriver: 127, .bottom)
    let none = restored.shortTermPlasticity(ofDriver: 127, .top)
    #expect(kept == plasticity && none == nil)
    let commons = Hemisphere.allCases.map { restored.commonShortTermPlasticity($0) }
    #expect(commons == [CommonShortTermPlasticity(), common])
    let configurations = [restored.configuration, core.configuration]
    #expect(configurations[0] == configurations[1])
    let realised = [
      core.realisedShortTermPlasticity(ofDriver: 127, .bottom),
      restored.realisedShortTermPlasticity(ofDriver: 127, .bottom),
    ]
    #expect(realised[0] == realised[1])
    let states = [
      core.shortTermState(ofDriver: 127, .bottom, at: now),
      restored.shortTermState(ofDriver: 127, .bottom, at: now),
    ]
    let voltage = try #require(states[0]?.voltage)
    #expect(states[0] == states[1] && voltage > 400)
    // The driver's settings are the only ones of these five bytes.
    let settings: [UInt8] = [255, 1, 9, 3, 2]
    let place = try #require(bytes.indices.last { bytes[$0...].starts(with: settings) })
    for (offset, value) in [(1, UInt8(2)), (2, 16), (3, 16), (4, 16)] {
      var bad = bytes
      bad[place + offset] = value
      #expect(
        DeterminismTests.failure(bad) == .invalid("short-term plasticity of driver 255"))
    }
    var bad = bytes
    bad[place + 12] = 0x7F
    bad[place + 11] = 0xFF
    #expect(DeterminismTests.failure(bad) == .invalid("short-term plasticity of driver 255"))
    // The clock of the bottom hemisphere, before its four voltages and the number of drivers.
    bad = bytes
    bad[place - 48] = 16
    #expect(
      DeterminismTests.failure(bad) == .invalid("the short-term plasticity of a hemisphere"))
  }

  @Test("Settings that no driver can have are named")
  func problems() {
    #expect(ShortTermPlasticity(utilisation: 15, recovery: 15, offset: 15).problem == nil)
    #expect(
      ShortTermPlasticity(utilisation: 16).problem == "a utilisation code of 16; 0…15 expected")
    #expect(ShortTermPlasticity(recovery: 16).problem == "a recovery code of 16; 0…15 expected")
    #expect(ShortTermPlasticity(offset: 99).problem == "an offset code of 99; 0…15 expected")
    #expect(CommonShortTermPlasticity().problem == nil)
    #expect(
      CommonShortTermPlasticity(recoveryClock: 16).problem
        == "a recovery clock code of 16; 0…15 expected")
    #expect(
      CommonShortTermPlasticity(second: .init(charge: 0, recover: 1023)).problem
        == "a short-term plasticity voltage code of 1023; 0…1022 expected")
    #expect(ShortTermTransfer().isPossible)
    #expect(!ShortTermTransfer(fullVoltage: 500).isPossible)
    #expect(!ShortTermTransfer(fullUtilisation: 1.1).isPossible)
    #expect(!ShortTermTransfer(longestRecovery: 9000).isPossible)
  }

  @Test("Offset, utilisation and recovery spread by random streams of their own")
  func mismatch() throws {
    func drivers(_ spreads: ShortTermSpreads, seed: UInt64, takingOver: UInt64? = nil) throws
      -> [RealisedShortTermPlasticity]
    {
      var mismatch = MismatchSpreads.ideal
      mismatch.shortTerm = spreads
      var core = AnalogCore(AnalogConfiguration(chipSeed: seed, mismatch: mismatch))
      return try Hemisphere.allCases.flatMap { hemisphere in
        try (0..<ChipSize.drivers).map { driver in
          core.setShortTermPlasticity(
            ShortTermPlasticity(), ofDriver: driver, hemisphere, at: ClockTime(cycles: 0))
          if let takingOver, driver == 1, hemisphere == .top {
            core.setMismatch(
              ChipMismatch(seed: takingOver, spreads: mismatch), at: ClockTime(cycles: 0))
          }
          let realised = core.realisedShortTermPlasticity(ofDriver: driver, hemisphere)
          return try #require(realised)
        }
      }
    }
    let nominal = try drivers(.ideal, seed: 1)
    #expect(nominal.allSatisfy { $0 == nominal[0] && $0.offset == 0 })
    let spreads = ShortTermSpreads(offset: 0.05, utilisation: 0.1, recovery: 0.2)
    let chips = try (1...6).map { try drivers(spreads, seed: $0) }
    typealias Part = (RealisedShortTermPlasticity) -> Double
    let parts: [(WritableKeyPath<ShortTermSpreads, Double>, Part)] = [
      (\.offset, { $0.offset }), (\.utilisation, { $0.utilisation / nominal[0].utilisation - 1 }),
      (\.recovery, { $0.recoveryTime / nominal[0].recoveryTime - 1 }),
    ]
    var seen: [[Double]] = []
    for (spread, part) in parts {
      let sigma = spreads[keyPath: spread]
      let deviations = chips.flatMap { $0.map(part) }
      // 1536 values: a statistical error of 2 %.
      let relative = MismatchTests.deviation(deviations) / (sigma * MismatchTests.truncated)
      #expect((relative - 1).magnitude < 0.07, "\(relative)")
      #expect(deviations.allSatisfy { $0.magnitude <= 2.5 * sigma * (1 + 1e-12) })
      var only = ShortTermSpreads.ideal
      only[keyPath: spread] = sigma
      #expect(try drivers(only, seed: 3).map(part) == chips[2].map(part))
      seen.append(deviations.map { $0 / sigma })
    }
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
      let correlation = zip(seen[a], seen[b]).reduce(0) { $0 + $1.0 * $1.1 } / 1536
      #expect(correlation.magnitude < 0.1)
    }
    #expect(try Array(drivers(spreads, seed: 1, takingOver: 2)[2...]) == Array(chips[1][2...]))
  }
}
