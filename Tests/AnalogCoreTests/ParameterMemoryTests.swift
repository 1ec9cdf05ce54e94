import AnalogCore
import ChipGeometry
import Testing

@Suite struct ParameterMemoryTests {
  static let zero = ClockTime(cycles: 0)

  /// A chip whose neurons follow their codes, without other mismatch and noise.
  static func core(
    seed: UInt64 = 1, _ spreads: ParameterSpreads = ParameterSpreads()
  ) -> AnalogCore {
    var configuration = AnalogConfiguration.ideal
    configuration.chipSeed = seed
    configuration.parameterSpreads = spreads
    var core = AnalogCore(configuration)
    for n in 0..<512 { core.setFollowsCodes(true, of: NeuronIndex(n), at: zero) }
    return core
  }

  /// Volts of a potential: 80 LSB of 4.5 mV are 0.42 V, a threshold is 45 LSB.
  static func volts(_ potential: Double) -> Double { 0.42 + 0.2025 * potential }

  @Test("At the default codes a nominal circuit is the default neuron, within a step of each code")
  func nominal() {
    let core = Self.core(.ideal)
    let p = core.realisedParameters(of: NeuronIndex(300))
    let step = 0.0019 / 0.2025
    #expect(abs(p.leak) < step && abs(p.reset) < step && abs(p.threshold - 1) < step)
    #expect(abs(p.membraneTimeConstant - 3000) < 3000 / 79)
    #expect(p.excitatoryTimeConstant == 1500 && p.inhibitoryTimeConstant == 1500)
    #expect(abs(p.excitatoryGain - 8) < 0.01 && p.inhibitoryGain == p.excitatoryGain)
    #expect(p.refractoryTime == 8000)
  }

  @Test("Leak and reset pass a source follower: their code 700 is the threshold's 300")
  func follower() {
    var core = Self.core(.ideal)
    let neuron = NeuronIndex(17)
    core.setCode(700, .leak, of: neuron, at: Self.zero)
    core.setCode(700, .reset, of: neuron, at: Self.zero)
    core.setCode(300, .threshold, of: neuron, at: Self.zero)
    let p = core.realisedParameters(of: neuron)
    #expect(abs(p.leak - p.threshold) < 1e-9 && p.reset == p.leak)
    #expect(abs(Self.volts(p.threshold) - 0.57) < 1e-9, "300 codes of 1.9 mV")
  }

  @Test("Codes act as their curves say; 1023 empties a cell, as 0 does")
  func curves() {
    var core = Self.core(.ideal)
    let neuron = NeuronIndex(511)
    func with(_ cell: ParameterCell, _ code: UInt16) -> NeuronParameters {
      core.setCode(code, cell, of: neuron, at: Self.zero)
      defer { core.setCode(cell.defaultCode, cell, of: neuron, at: Self.zero) }
      return core.realisedParameters(of: neuron)
    }
    #expect(with(.leakBias, 158).membraneTimeConstant == 1500, "6 us, as published")
    #expect(with(.leakBias, 0).membraneTimeConstant == 500_000)
    #expect(with(.leakBias, 1023).membraneTimeConstant == 500_000)
    #expect(with(.inhibitoryTimeConstant, 162).inhibitoryTimeConstant == 750)
    #expect(with(.inhibitoryTimeConstant, 162).excitatoryTimeConstant == 1500)
    let tau = 237_000.0 / 79
    #expect(abs(with(.excitatoryGain, 125).excitatoryGain - 2 * tau / 3000) < 1e-12)
    // The gain is per membrane time constant: half of that, half the current in thresholds.
    #expect(abs(with(.leakBias, 158).excitatoryGain - 4) < 1e-12)
    let plain = core.realisedParameters(of: neuron)
    #expect(abs(with(.excitatoryShift, 404).leak - plain.leak - 0.4 * tau / 3000) < 1e-12)
    #expect(abs(with(.inhibitoryShift, 404).leak - plain.leak + 0.4 * tau / 3000) < 1e-12)
    var terms = NeuronTerms()
    terms.excitatory.isEnabled = false
    core.setTerms(terms, of: neuron, at: Self.zero)
    #expect(with(.excitatoryShift, 404).leak == plain.leak, "an input that is off does not push")
    // Only ten bits are kept.
    core.setCode(1024 + 5, .leak, of: neuron, at: Self.zero)
    #expect(core.code(.leak, of: neuron) == 5)
  }

  struct Moments {
    var count = 0.0
    var sum = 0.0
    var squares = 0.0
    mutating func add(_ value: Double) {
      count += 1
      sum += value
      squares += value * value
    }
    var mean: Double { sum / count }
    var variance: Double { squares / count - mean * mean }
    var deviation: Double { variance.squareRoot() }
  }

  /// Codes that would give each circuit of many chips the targets of the published calibration, over
  /// all of them and as deviations from the mean of their quadrant.
  struct NeededCodes {
    var all = Moments()
    var within = Moments()
  }

  @Test("Over 100 seeds the codes that equalise neurons spread as the published ones")
  func statistics() {
    var needed = [NeededCodes](repeating: NeededCodes(), count: 6)
    var product = 0.0
    var gainProduct = 0.0
    var otherGain = Moments()
    for seed in 1...100 {
      // What the shifts push is calibrated by itself.
      let core = Self.core(seed: UInt64(seed), ParameterSpreads(shift: 0))
      for quadrant in 0..<4 {
        let codes = (128 * quadrant..<128 * (quadrant + 1)).map { n -> [Double] in
          let p = core.realisedParameters(of: NeuronIndex(n))
          return [
            621 + (0.42 - Self.volts(p.leak)) / 0.0019,
            621 + (0.42 - Self.volts(p.reset)) / 0.0019,
            328 + (0.735 - Self.volts(p.threshold)) / 0.0019,
            79 * p.membraneTimeConstant / 1500, 81 * p.excitatoryTimeConstant / 1500,
            500 * 8 * p.membraneTimeConstant / 3000 / p.excitatoryGain,
            500 * 8 * p.membraneTimeConstant / 3000 / p.inhibitoryGain,
          ]
        }
        for cell in 0..<6 {
          let mean = codes.reduce(0) { $0 + $1[cell] } / 128
          for code in codes {
            needed[cell].all.add(code[cell])
            needed[cell].within.add(code[cell] - mean)
          }
        }
        for code in codes {
          product += (code[0] - 621) * (code[1] - 621)
          gainProduct += code[5] * code[6]
          otherGain.add(code[6])
        }
      }
    }
    // Published: mean, deviation, deviation within quadrants; then what is allowed of each. The
    // deviation between quadrants is that of four, good to some 40 %.
    let published: [(name: String, mean: Double, all: Double, within: Double)] = [
      ("v_leak", 629, 39, 34), ("v_reset", 625, 40, 32), ("v_threshold", 389, 17.5, 14),
      ("i_bias_leak", 158, 21, 20), ("exc tau", 84, 22, 15.5), ("gm of both", 513, 124, 30),
    ]
    for (codes, figures) in zip(needed, published) {
      print(
        figures.name, "mean", codes.all.mean, "sigma", codes.all.deviation, "within",
        codes.within.deviation)
      #expect(abs(codes.all.mean / figures.mean - 1) < 0.08, "\(figures.name)")
      #expect(abs(codes.all.deviation / figures.all - 1) < 0.2, "\(figures.name)")
      #expect(abs(codes.within.deviation / figures.within - 1) < 0.2, "\(figures.name)")
    }
    let correlation =
      (product / 51_200 - (needed[0].all.mean - 621) * (needed[1].all.mean - 621))
      / (needed[0].all.deviation * needed[1].all.deviation)
    #expect(abs(correlation - 0.72) < 0.08, "leak and reset: \(correlation)")
    let gains =
      (gainProduct / 51_200 - needed[5].all.mean * otherGain.mean)
      / (needed[5].all.deviation * otherGain.deviation)
    #expect(abs(gains - 0.97) < 0.05, "gains: \(gains)")
  }

  @Test("Shifts spread as the published codes of 123 and 111, each input by itself")
  func shifts() {
    var spreads = ParameterSpreads.ideal
    spreads.shift = ParameterSpreads().shift
    var pushes = Moments()
    for seed in 1...5 {
      let core = Self.core(seed: UInt64(seed), spreads)
      for n in 0..<512 {
        let p = core.realisedParameters(of: NeuronIndex(n))
        pushes.add(p.leak / (0.004 * p.membraneTimeConstant / 3000))
      }
    }
    // The two inputs push in opposite directions.
    #expect(abs(pushes.deviation / 2.0.squareRoot() - 117) < 8)
  }

  @Test("A new leak code moves a membrane by the closed form from then on")
  func relaxation() {
    var core = Self.core(.ideal)
    let neuron = NeuronIndex(.bottom, column: 9)
    core.resetNeurons(.bottom, columns: 0..<256, at: Self.zero)
    let before = core.membrane(of: neuron, at: ClockTime(cycles: 1000))
    core.setCode(650, .leak, of: neuron, at: ClockTime(cycles: 1000))
    let p = core.realisedParameters(of: neuron)
    let after = core.membrane(of: neuron, at: ClockTime(cycles: 4000))
    let rest = ElementaryFunctions.exp(-3000 / p.membraneTimeConstant)
    let expected = p.leak + (before - p.leak) * rest
    #expect(abs(after - expected) < 1e-12 && after > 0.1)
    // Above the threshold it spikes, once it gets there.
    core.setCode(800, .leak, of: neuron, at: ClockTime(cycles: 4000))
    let spike = core.nextSpike(atOrBefore: ClockTime(cycles: 10_000))
    #expect(spike?.neuron == neuron)
  }

  @Test("A neuron that does not follow its codes is what it was, to the bit")
  func others() throws {
    var plain = AnalogCore(AnalogConfiguration(chipSeed: 4))
    let neuron = NeuronIndex(40)
    let before = plain.realisedParameters(of: neuron)
    plain.setCode(800, .leak, of: neuron, at: Self.zero)
    plain.setFollowsCodes(true, of: NeuronIndex(41), at: Self.zero)
    let same = plain.realisedParameters(of: neuron)
    #expect(same == before)
    plain.setFollowsCodes(true, of: neuron, at: Self.zero)
    let following = plain.realisedParameters(of: neuron)
    #expect(following.leak > 0.5 && following != before)
    let bytes = plain.checkpoint()
    let restored = try AnalogCore.restored(from: bytes)
    let again = restored.checkpoint()
    let code = restored.code(.leak, of: neuron)
    let realised = restored.realisedParameters(of: neuron)
    #expect(again == bytes && code == 800 && realised == following)
    // Circuits move with their deviations.
    plain.setMismatch(ChipMismatch(seed: 5, spreads: .calibrated), at: Self.zero)
    let moved = plain.realisedParameters(of: neuron)
    #expect(moved != following)
    plain.setFollowsCodes(false, of: neuron, at: Self.zero)
    plain.setMismatch(ChipMismatch(seed: 4, spreads: .calibrated), at: Self.zero)
    let back = plain.realisedParameters(of: neuron)
    #expect(back == before)
  }
}
