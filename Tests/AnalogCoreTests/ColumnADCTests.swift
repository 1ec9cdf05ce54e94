import AnalogCore
import ChipGeometry
import Testing

@Suite struct ColumnADCTests {
  static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(values.count - 1)).squareRoot())
  }

  /// The mean code of many conversions of a level.
  static func mean(
    _ core: borrowing AnalogCore, _ level: Double, _ hemisphere: Hemisphere, column: Int,
    _ channel: ColumnADC.Channel, count: UInt64 = 400
  ) -> Double {
    var sum = 0.0
    for cycle in 0..<count {
      sum += Double(
        core.convert(
          level, hemisphere, column: column, channel, at: ClockTime(cycles: 1000 + 97 * cycle)))
    }
    return sum / Double(count)
  }

  @Test("An ideal converter rounds its level and ends at 0 and 255")
  func rounding() {
    let core = AnalogCore(.ideal)
    for level in stride(from: -60.0, through: 320, by: 0.25) {
      let code = core.convert(level, .bottom, column: 200, .acausal, at: ClockTime(cycles: 3))
      let expected = max(0, min(255, (level + 0.5).rounded(.down)))
      #expect(Double(code) == expected, "\(level)")
    }
    for level in [-1e300, 1e300] {
      let code = core.convert(level, .top, column: 0, .causal, at: ClockTime(cycles: 3))
      #expect(code == (level < 0 ? 0 : 255))
    }
  }

  @Test("Noise has the stated width, and channels and cycles have nothing in common")
  func noise() {
    var configuration = AnalogConfiguration.ideal
    configuration.converters.columnNoise = 2
    let core = AnalogCore(configuration)
    func codes(_ column: Int, _ channel: ColumnADC.Channel, from first: UInt64) -> [Double] {
      (0..<UInt64(4000)).map {
        Double(
          core.convert(
            100, .top, column: column, channel, at: ClockTime(cycles: first + $0)))
      }
    }
    let a = codes(7, .causal, from: 0)
    let moments = Self.moments(a)
    // Rounding adds 1/12. Standard errors: 0.032 and 0.023; of correlations 0.016.
    #expect(abs(moments.mean - 100) < 0.11)
    #expect(abs(moments.deviation - (4 + 1.0 / 12).squareRoot()) < 0.08)
    for (name, b) in [
      ("other channel", codes(7, .acausal, from: 0)), ("other column", codes(8, .causal, from: 0)),
      ("next cycle", codes(7, .causal, from: 1)),
    ] {
      let products = zip(a, b).map { ($0 - 100) * ($1 - 100) }
      #expect(abs(Self.moments(products).mean / 4) < 0.06, "\(name)")
    }
    let again = codes(7, .causal, from: 0)
    #expect(again == a)
    configuration.noiseSeed = 2
    let other = AnalogCore(configuration)
    let differing = (0..<UInt64(100)).filter {
      let time = ClockTime(cycles: $0)
      return other.convert(100, .top, column: 7, .causal, at: time)
        != core.convert(100, .top, column: 7, .causal, at: time)
    }
    #expect(differing.count > 50)
  }

  @Test("Conversions of two levels show each channel's slope and offset, mismatch included")
  func transfer() {
    let core = AnalogCore(AnalogConfiguration(chipSeed: 5, mismatch: .uncalibrated))
    for (hemisphere, column, channel) in [
      (Hemisphere.top, 0, ColumnADC.Channel.causal), (.top, 255, .acausal),
      (.bottom, 127, .acausal), (.bottom, 128, .causal),
    ] {
      let low = Self.mean(core, 60, hemisphere, column: column, channel)
      let high = Self.mean(core, 180, hemisphere, column: column, channel)
      let realised = core.realisedColumnADC(hemisphere, column: column, channel)
      // Standard error of a mean: 0.05.
      #expect(abs((high - low) / 120 - realised.slope) < 0.003)
      #expect(abs(low - (realised.offset + 60 * realised.slope)) < 0.2)
    }
  }

  @Test("Uncalibrated channels differ as published, quadrants in slope and offset")
  func spreads() {
    var (channels, slopes, ramps) = ([Double](), [Double](), [Double]())
    for seed in 1...12 {
      let core = AnalogCore(
        AnalogConfiguration(chipSeed: UInt64(seed), mismatch: .uncalibrated))
      for first in [0, 128, 256, 384] {
        let quadrant = (first..<first + 128).flatMap { n in
          ColumnADC.Channel.allCases.map { channel in
            let neuron = NeuronIndex(n)
            return core.realisedColumnADC(neuron.hemisphere, column: neuron.column, channel)
          }
        }
        #expect(quadrant.allSatisfy { $0.slope == quadrant[0].slope })
        let moments = Self.moments(quadrant.map(\.offset))
        channels.append(moments.deviation)
        ramps.append(moments.mean)
        slopes.append(quadrant[0].slope)
      }
    }
    // Published: 9.95. Standard error 9.95 / sqrt(2 · 12 288) = 0.06.
    #expect(abs(Self.moments(channels).mean - 9.95) < 0.2)
    // 48 quadrants: 10 %; cut at 2.5 sigma 95.5 % of 2.5 and 0.05 are left.
    #expect(abs(Self.moments(ramps).deviation - 2.46) < 0.75)
    #expect(abs(Self.moments(slopes).deviation - 0.048) < 0.015)
  }

  @Test("A digital offset is its channel's alone; codes stay within 0 and 255")
  func digitalOffsets() {
    var core = AnalogCore(.ideal)
    core.setDigitalOffset(-128, .top, column: 9, .acausal)
    core.setDigitalOffset(127, .bottom, column: 9, .causal)
    func code(_ level: Double, _ hemisphere: Hemisphere, _ channel: ColumnADC.Channel) -> UInt8 {
      core.convert(level, hemisphere, column: 9, channel, at: ClockTime(cycles: 0))
    }
    #expect(code(200, .top, .acausal) == 72 && code(100, .top, .acausal) == 0)
    #expect(code(300, .top, .acausal) == 172, "the counter goes on beyond 255")
    #expect(code(200, .top, .causal) == 200 && code(200, .bottom, .acausal) == 200)
    #expect(code(100, .bottom, .causal) == 227 && code(200, .bottom, .causal) == 255)
    #expect(core.digitalOffset(.bottom, column: 9, .causal) == 127)
  }

  @Test("A readout shows membrane, synaptic inputs or adaptation; the debug line hides them all")
  func readouts() {
    var core = AnalogCore(.ideal)
    let neuron = NeuronIndex(.top, column: 3)
    let zero = ClockTime(cycles: 0)
    core.setTerms(
      NeuronTerms(
        adaptation: .init(timeConstant: 1000, conductance: 0, increment: 2), hasComparator: true),
      of: neuron, at: zero)
    core.setParameters(
      NeuronParameters(leak: 0.5, reset: -0.5, threshold: -0.1, refractoryTime: 500),
      of: neuron, at: zero)
    core.setRowMode(.both, .top, row: 0)
    core.setWeight(63, .top, row: 0, column: 3)
    core.deliver(bus: 0, label: EventLabel(0), at: zero)
    // The membrane is above its threshold: one spike, at once.
    while let spike = core.nextSpike(atOrBefore: ClockTime(cycles: 10)) { core.fire(spike) }
    func level(_ readout: NeuronReadout, _ cycle: UInt64) -> Double {
      core.setReadout(readout, of: neuron)
      return core.readoutLevel(of: neuron, at: ClockTime(cycles: cycle))
    }
    let spike = 1.0
    #expect(level(.membrane, 100) == 80 - 22.5)
    let decay = ElementaryFunctions.exp(-99 / 1500.0)
    #expect(abs(level(.excitatoryInput, 99) - (180 - 10 * 8 * decay)) < 1e-9)
    #expect(level(.inhibitoryInput, 99) == level(.excitatoryInput, 99))
    let rest = ElementaryFunctions.exp(-(100 - spike) / 1000)
    #expect(abs(level(.adaptation, 100) - (80 + 45 * 2 * rest)) < 0.5)
    let shown = core.convertReadout(of: neuron, .causal, at: ClockTime(cycles: 100))
    #expect(Double(shown) == (level(.adaptation, 100) + 0.5).rounded(.down))
    core.debugVoltage = 1.05
    let debug = ColumnADC.Channel.allCases.map {
      core.convertReadout(of: neuron, $0, at: ClockTime(cycles: 100))
    }
    #expect(debug == [220, 220])
  }

  @Test("A checkpoint keeps offsets, readouts and debug line; converting changes nothing")
  func checkpoint() throws {
    var configuration = AnalogConfiguration(chipSeed: 3, noiseSeed: 8, mismatch: .uncalibrated)
    configuration.converters = ConverterSettings(
      columnNoise: 1.5, synapticBaseline: 170, synapticScale: 11)
    var core = AnalogCore(configuration)
    core.setDigitalOffset(-7, .bottom, column: 255, .acausal)
    core.setReadout(.adaptation, of: NeuronIndex(511))
    core.debugVoltage = 0.7
    let bytes = core.checkpoint()
    func codes(_ core: borrowing AnalogCore) -> [UInt8] {
      var codes: [UInt8] = []
      for n in 0..<512 {
        for channel in ColumnADC.Channel.allCases {
          codes.append(
            core.convertReadout(of: NeuronIndex(n), channel, at: ClockTime(cycles: 55)))
        }
      }
      return codes
    }
    let before = codes(core)
    let after = core.checkpoint()
    #expect(after == bytes)
    let restored = try AnalogCore.restored(from: bytes)
    let again = restored.checkpoint()
    let converted = codes(restored)
    #expect(again == bytes && converted == before)
    let settings = restored.configuration.converters
    #expect(settings == configuration.converters)
    let (offset, readout, voltage) = (
      restored.digitalOffset(.bottom, column: 255, .acausal),
      restored.readout(of: NeuronIndex(511)), restored.debugVoltage
    )
    #expect(offset == -7 && readout == .adaptation && voltage == 0.7)
    core.debugVoltage = nil
    let off = core.checkpoint()
    #expect(off != bytes)
    // Readouts follow each other: the last one is adaptation (3), then comes the debug line's flag.
    let flag = try #require(zip(bytes, off).enumerated().first { $1.0 != $1.1 }?.offset)
    for (place, value) in [(flag, 2 as UInt8), (flag - 1, 4)] {
      var damaged = bytes
      damaged[place] = value
      #expect(throws: AnalogCheckpointError.self) {
        _ = try AnalogCore.restored(from: damaged).jitter
      }
    }
  }

  @Test("Another chip's mismatch is its converters' too")
  func otherChip() {
    var core = AnalogCore(AnalogConfiguration(chipSeed: 1, mismatch: .uncalibrated))
    let own = core.realisedColumnADC(.top, column: 5, .causal)
    core.setMismatch(
      ChipMismatch(seed: 2, spreads: .uncalibrated), at: ClockTime(cycles: 0))
    let taken = core.realisedColumnADC(.top, column: 5, .causal)
    let other = AnalogCore(AnalogConfiguration(chipSeed: 2, mismatch: .uncalibrated))
      .realisedColumnADC(.top, column: 5, .causal)
    #expect(taken == other && taken != own)
  }
}
