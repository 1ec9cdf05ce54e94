import AnalogCore
import ChipGeometry
import Testing

@Suite struct CorrelationStateTests {
  static func sensors(_ core: borrowing AnalogCore, rows: [Int]) -> [Double] {
    Hemisphere.allCases.flatMap { hemisphere in
      rows.flatMap { row in
        (0..<ChipSize.columns).flatMap { column in
          CorrelationSensor.allCases.map {
            core.correlation($0, hemisphere, row: row, column: column)
          }
        }
      }
    }
  }

  @Test("A run that goes through checkpoints stores the same, to the byte")
  func checkpoints() throws {
    var plain = CorrelationCore()
    plain.run(events: 300)
    plain.run(events: 300)
    plain.run(events: 300)
    var split = CorrelationCore()
    split.run(events: 300)
    try split.saveAndRestore()
    split.run(events: 300)
    try split.saveAndRestore()
    split.run(events: 300)
    let bytes = [plain.core.checkpoint(), split.core.checkpoint()]
    #expect(bytes[0] == bytes[1])
    let stored = Self.sensors(plain.core, rows: CorrelationCore.rows)
    #expect(stored.contains { $0 > 1 })
    #expect(Self.sensors(split.core, rows: CorrelationCore.rows) == stored)
  }

  @Test("A checkpoint keeps settings, codes and sums; damaged ones are refused")
  func damage() throws {
    var test = PairCore(CorrelationTransfer(baseline: 140, amplitudeStep: 0.1))
    let codes = CorrelationCalibration(time: 3, amplitude: 2)
    test.core.setCorrelationCalibration(codes, .bottom, row: 17, column: 200)
    test.core.setCommonCorrelation(
      CommonCorrelation(amplitude: 0.75, timeConstant: 625), .bottom)
    test.event(at: 5)
    test.spike(at: 6)
    test.event(at: 9)
    let bytes = test.core.checkpoint()
    let restored = try AnalogCore.restored(from: bytes)
    let again = restored.checkpoint()
    #expect(again == bytes)
    let kept = restored.correlationCalibration(.bottom, row: 17, column: 200)
    let neutral = restored.correlationCalibration(.top, row: 17, column: 200)
    #expect(kept == codes && neutral == CorrelationCalibration())
    let commons = Hemisphere.allCases.map { restored.commonCorrelation($0).timeConstant }
    #expect(commons == [1250, 625])
    let switches = restored.correlationSwitches(of: NeuronIndex(1))
    #expect(switches == .all)
    #expect(Self.sensors(restored, rows: [0]) == Self.sensors(test.core, rows: [0]))
    // The time constant of the bottom hemisphere, before the switches of columns 0 and 1.
    let settings = Self.littleEndian(625) + [7, 7, 0]
    let place = try #require(bytes.indices.last { bytes[$0...].starts(with: settings) })
    var bad = bytes
    bad[place + 7] |= 0x80
    #expect(
      DeterminismTests.failure(bad) == .invalid("correlation sensors of a hemisphere"))
    bad = bytes
    bad[place + 8 + 3] = 8
    #expect(DeterminismTests.failure(bad) == .invalid("switches of column 3"))
    let times = place + 8 + 512
    bad = bytes
    bad[times + 7] = 0xFF
    #expect(DeterminismTests.failure(bad) == .invalid("last spike of neuron 0"))
    let calibrated = times + 8 * 512
    bad = bytes
    bad[calibrated + 8 + 4] = 1
    #expect(
      DeterminismTests.failure(bad) == .invalid("calibration of a correlation sensor"))
    let rows = calibrated + 8 + 9
    bad = bytes
    bad[rows + 8 + 1] = 2
    #expect(DeterminismTests.failure(bad) == .invalid("row of correlation sensors"))
    bad = bytes
    bad[rows + 16 + 1 + 7] = 0xFF
    #expect(DeterminismTests.failure(bad) == .invalid("correlation sensors of row 0"))
  }

  static func littleEndian(_ value: Double) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * $0)) }
  }

  @Test("Sensors change no spike; switched off they leave no trace in a network's state")
  func absence() throws {
    var plain = SampleWorkload()
    for sample in 0..<UInt64(4) { try plain.run(sample: sample) }
    var on = SampleWorkload()
    var off = SampleWorkload()
    for column in 0..<ChipSize.columns {
      on.core.setCorrelationSwitches(.all, of: NeuronIndex(.top, column: column))
      off.core.setCorrelationSwitches(.all, of: NeuronIndex(.top, column: column))
      off.core.setCorrelationSwitches([], of: NeuronIndex(.top, column: column))
    }
    for sample in 0..<UInt64(4) {
      try on.run(sample: sample)
      try off.run(sample: sample)
    }
    #expect(plain.spikes.count > 300 && on.spikes == plain.spikes)
    let bytes = [plain.core.checkpoint(), off.core.checkpoint(), on.core.checkpoint()]
    #expect(bytes[0] == bytes[1] && bytes[0] != bytes[2])
    let stored = Self.sensors(on.core, rows: [2 * 120, 2 * 121, 2 * 4])
    #expect(stored.contains { $0 > 1 })
  }

  @Test("Amplitudes and time constants spread by random streams of their own, chip by chip")
  func mismatch() {
    func sensors(_ spreads: CorrelationSpreads, seed: UInt64) -> [RealisedCorrelation] {
      var mismatch = MismatchSpreads.ideal
      mismatch.correlation = spreads
      let core = AnalogCore(AnalogConfiguration(chipSeed: seed, mismatch: mismatch))
      return [3, 254].flatMap { core.realisedCorrelation(.bottom, row: $0) }
    }
    let nominal = sensors(.ideal, seed: 1)
    #expect(nominal.allSatisfy { $0 == nominal[0] && $0.causalTimeConstant == 1250 })
    let parts: [(RealisedCorrelation) -> Double] = [
      { $0.causalAmplitude / 0.5 }, { $0.acausalAmplitude / 0.5 },
      { $0.causalTimeConstant / 1250 }, { $0.acausalTimeConstant / 1250 },
    ]
    let chips = (1...6).map { sensors(.uncalibrated, seed: $0) }
    var seen: [[Double]] = []
    for part in parts {
      let factors = chips.flatMap { $0.map(part) }
      // 3072 values: a statistical error of 1.3 %.
      let relative = MismatchTests.deviation(factors) / (0.3 * MismatchTests.truncated)
      #expect((relative - 1).magnitude < 0.05, "\(relative)")
      #expect(factors.allSatisfy { ($0 - 1).magnitude <= 0.75 + 1e-12 })
      let rows = zip(chips[0][..<256], chips[0][256...])
      #expect(rows.allSatisfy { part($0) != part($1) }, "each row draws its own")
      // What the published test demands.
      let sorted = factors.sorted()
      #expect(sorted[3072 * 7 / 10] < 2 * sorted[3072 * 3 / 10])
      #expect(factors.count { (0.5...2).contains($0) } >= 3072 * 8 / 10)
      seen.append(factors.map { ($0 - 1) / 0.3 })
    }
    for a in 0..<4 {
      for b in 0..<a {
        let correlation = zip(seen[a], seen[b]).reduce(0) { $0 + $1.0 * $1.1 } / 3072
        #expect(correlation.magnitude < 0.07)
      }
    }
    var only = CorrelationSpreads.ideal
    only.timeConstant = 0.3
    #expect(sensors(only, seed: 2).map(parts[2]) == chips[1].map(parts[2]))
    #expect(Set(chips.map { $0[0].causalAmplitude }).count == 6)
  }

  @Test("Another chip's mismatch, common settings and codes reach rows in use")
  func refresh() {
    func amplitude(_ change: (inout AnalogCore) -> Void) -> Double {
      var test = PairCore()
      test.event(at: 100)
      change(&test.core)
      test.spike(at: 100)
      return test.stored.causal
    }
    #expect(amplitude { _ in } == 0.5)
    #expect(amplitude { $0.setCommonCorrelation(CommonCorrelation(amplitude: 2), .top) } == 2)
    #expect(amplitude { $0.setCommonCorrelation(CommonCorrelation(amplitude: 2), .bottom) } == 0.5)
    let coded = amplitude {
      $0.setCorrelationCalibration(CorrelationCalibration(amplitude: 0), .top, row: 0, column: 0)
    }
    #expect(ShortTermPlasticityTests.isClose(coded, 0.4))
    let mismatch = ChipMismatch(seed: 9, spreads: .uncalibrated)
    let other = AnalogCore(AnalogConfiguration(chipSeed: 9, mismatch: .uncalibrated))
    let moved = amplitude { $0.setMismatch(mismatch, at: ClockTime(cycles: 100)) }
    let realised = other.realisedCorrelation(.top, row: 0)[0].causalAmplitude
    #expect(moved == realised && moved != 0.5)
  }

  @Test("Settings that no sensor can have are told from possible ones")
  func problems() {
    #expect(CommonCorrelation().isPossible && CorrelationTransfer().isPossible)
    #expect(!CommonCorrelation(amplitude: -1).isPossible)
    #expect(!CommonCorrelation(timeConstant: 0).isPossible)
    #expect(!CorrelationTransfer(saturation: 0).isPossible)
    #expect(!CorrelationTransfer(linearPart: 1.1).isPossible)
    #expect(!CorrelationTransfer(amplitudeStep: 1).isPossible)
    #expect(!CorrelationTransfer(baseline: .nan).isPossible)
    for byte in UInt8(0)..<16 { #expect(CorrelationCalibration(byte: byte).byte == byte) }
  }
}
