import AnalogCore
import Chip
import ChipGeometry
import Testing

@Suite struct MembraneADCTests {
  static let even = NeuronIndex(.top, column: 4)
  static let odd = NeuronIndex(.bottom, column: 7)

  /// All samples of a chip.
  static func samples(_ chip: inout Chip) -> [MembraneSample] {
    var samples: [MembraneSample] = []
    chip.takeMembraneSamples(into: &samples)
    return samples
  }

  /// Two neurons that host events of label 0 excite.
  static func chip(_ configuration: ChipConfiguration = .ideal) -> Chip {
    var chip = Chip(configuration)
    for (hemisphere, column) in [(Hemisphere.top, 4), (.bottom, 7)] {
      chip.setRowMode(.excitatory, hemisphere, row: 0)
      chip.setWeight(60, hemisphere, row: 0, column: column)
      chip.setSynapseLabel(0, hemisphere, row: 0, column: column)
    }
    for bus in Hemisphere.allCases { chip.setNode(from: .link(0), to: .bus(bus, 0), .open) }
    return chip
  }

  @Test("Samples are the closed form of the membrane, 34 ns apart, in ticks of 8 ns")
  func closedForm() throws {
    var chip = Self.chip()
    // τm = 3000, τs = 1500 cycles; one event of charge 60/63 · 3.
    var parameters = NeuronParameters(leak: 0.25, reset: -0.5, threshold: 9)
    parameters.excitatoryGain = 3
    chip.setParameters(parameters, of: Self.even)
    chip.resetNeurons()
    try chip.send(0, tick: 700)
    chip.startMembraneADC(MembraneADCSettings(even: Self.even, isWarm: true))
    _ = chip.run(until: ClockTime(cycles: 12_000))
    let samples = Self.samples(&chip)
    // Samples 0 … 1411 lie before cycle 12 000.
    #expect(samples.count == 1412)
    let arrival = 1400.0 + Double(chip.configuration.fabric.crossbarLatencyCycles)
    var worst = 0.0
    for (index, sample) in samples.enumerated() {
      let cycle = Double((17 * index) / 2)
      #expect(sample.tick == UInt64(cycle) / 2 && sample.neuron == Self.even && sample.isValid)
      var v = 0.25 - 0.75 * ElementaryFunctions.exp(-cycle / 3000)
      if cycle > arrival {
        // I0 τs / (τm - τs) (e^(-t/τm) - e^(-t/τs)) with τm = 2 τs.
        let t = cycle - arrival
        v +=
          60.0 / 63 * 3
          * (ElementaryFunctions.exp(-t / 3000) - ElementaryFunctions.exp(-t / 1500))
      }
      worst = max(worst, abs(Double(sample.code) - (33.5 + 2.5 * (80 + 45 * v))))
    }
    #expect(worst <= 0.5 + 1e-6)
  }

  @Test("At rest the noise has the published width, and every sample its own")
  func noise() {
    var configuration = ChipConfiguration.ideal
    configuration.analog.converters.membraneNoise = 1.65
    var chip = Chip(configuration)
    chip.startMembraneADC(MembraneADCSettings(even: Self.even, isWarm: true))
    _ = chip.run(until: ClockTime(cycles: 34_000))
    let codes = Self.samples(&chip).map { Double($0.code) }
    #expect(codes.count == 4000)
    let mean = codes.reduce(0, +) / 4000
    let variance = codes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3999
    // Level 80 is 233.5; rounding adds 1/12. Standard errors: 0.027, 0.019, 0.016.
    #expect(abs(mean - 233.5) < 0.1)
    #expect(abs(variance.squareRoot() - (1.65 * 1.65 + 1.0 / 12).squareRoot()) < 0.07)
    let product = zip(codes, codes.dropFirst()).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
    #expect(abs(product / 3999 / variance) < 0.06)
  }

  @Test("Two inputs take turns, the first 8 us are invalid, and the counter ends the recording")
  func inputs() {
    var chip = Chip(.ideal)
    chip.setParameters(NeuronParameters(leak: 0.5, reset: 0.5, threshold: 2), of: Self.odd)
    chip.resetNeurons()
    _ = chip.run(until: ClockTime(cycles: 1001))
    chip.startMembraneADC(
      MembraneADCSettings(even: Self.even, odd: Self.odd, rateDivider: 8, sampleCount: 300))
    _ = chip.run(until: ClockTime(cycles: 20_000))
    let samples = Self.samples(&chip)
    #expect(samples.count == 300)
    for (index, sample) in samples.enumerated() {
      // 500 MHz / 20: a sample every 10 cycles.
      #expect(sample.tick == UInt64(1001 + 10 * index) / 2)
      #expect(sample.isValid == (index >= 200))
      let codes: [UInt16] = index >= 200 ? [234, 290] : [0, 0]
      #expect(sample.neuron == (index % 2 == 0 ? Self.even : Self.odd))
      #expect(sample.code == codes[index % 2])
    }
    #expect(Self.samples(&chip).isEmpty)
    #expect(MembraneADCSettings(even: Self.odd).problem == "column 7 is not even")
    #expect(MembraneADCSettings(odd: Self.even).problem == "column 4 is not odd")
    #expect(MembraneADCSettings().problem != nil)
  }

  @Test("A recording changes nothing, and pieces of a run give the samples of the whole")
  func pieces() throws {
    /// Neurons that spike again and again; one is integrated. A program resets them now and then.
    func run(_ steps: [UInt64], records: Bool) throws -> ([MembraneSample], String) {
      var chip = Self.chip(ChipConfiguration(chipSeed: 5))
      chip.setTerms(
        NeuronTerms(exponential: .init(slope: 0.1, threshold: 0.8)), of: Self.odd)
      for neuron in [Self.even, Self.odd] {
        chip.setParameters(
          NeuronParameters(leak: 0.4, threshold: 1, refractoryTime: 300), of: neuron)
      }
      try chip.start(
        Words.li(Words.t1, 0x0101_0101) + Words.li(Words.t0, AddressMap.neuronReset.base)
          + Words.li(Words.t2, 1500) + [
            Words.addi(Words.t2, Words.t2, -1), Words.bne(Words.t2, 0, -4),
            Words.sw(Words.t1, 4, Words.t0), Words.jump(-20),
          ])
      for index in 0..<60 { try chip.send(0, tick: UInt64(300 * index + index % 7)) }
      if records {
        chip.startMembraneADC(MembraneADCSettings(even: Self.even, odd: Self.odd, isWarm: true))
      }
      var samples: [MembraneSample] = []
      for step in steps {
        _ = chip.run(until: ClockTime(cycles: step))
        samples += Self.samples(&chip)
      }
      return (samples, chip.stateHash)
    }
    let whole = try run([40_000], records: true)
    let pieces = try run(Array(stride(from: 50, through: 40_000, by: 50)), records: true)
    #expect(whole.0.count == 4706 && whole.0 == pieces.0)
    #expect(whole.1 == pieces.1)
    #expect(try run([40_000], records: false).1 == whole.1)
    for neuron in [Self.even, Self.odd] {
      let codes = whole.0.filter { $0.neuron == neuron }.map(\.code)
      #expect(codes.contains { $0 > 310 } && codes.contains { $0 < 250 })
    }
  }
}
