import AnalogCore
import ChipGeometry
import Testing

@Suite struct MismatchTests {
  /// Standard deviation of a standard normal distribution cut off at 2.5.
  static let truncated = 0.954_603

  static func factors(_ seed: UInt64, _ spreads: MismatchSpreads) -> [NeuronParameters] {
    let core = AnalogCore(AnalogConfiguration(chipSeed: seed, mismatch: spreads))
    return (0..<ChipSize.neurons).map { core.realisedParameters(of: NeuronIndex($0)) }
  }

  static func deviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }

  static let seeds: ClosedRange<UInt64> = 1...6

  @Test(
    "Parameters spread as configured and stop at 2.5 σ",
    arguments: [MismatchSpreads.calibrated, .uncalibrated])
  func spreads(spreads: MismatchSpreads) {
    let chips = Self.seeds.flatMap { Self.factors($0, spreads) }
    func check(_ name: String, _ sigma: Double, _ factor: (NeuronParameters) -> Double) {
      let values = chips.map(factor)
      // 3072 values: the deviation of a sample has a relative error of 1.3 %.
      let relative = Self.deviation(values) / (sigma * Self.truncated)
      #expect((relative - 1).magnitude < 0.05, "\(name): \(relative)")
      let mean = values.reduce(0, +) / Double(values.count)
      #expect((mean - 1).magnitude < 4 * sigma / Double(values.count).squareRoot())
      let farthest = values.map { ($0 - 1).magnitude }.max() ?? 0
      #expect(farthest <= 2.5 * sigma * (1 + 1e-12) && farthest > 2.3 * sigma, "\(name)")
    }
    check("τm", spreads.membraneTimeConstant) { $0.membraneTimeConstant / 3000 }
    check("τs exc", spreads.synapticTimeConstant) { $0.excitatoryTimeConstant / 1500 }
    check("τs inh", spreads.synapticTimeConstant) { $0.inhibitoryTimeConstant / 1500 }
    check("θ", spreads.threshold) { $0.threshold }
    #expect(chips.allSatisfy { $0.leak == 0 && $0.reset == 0 && $0.refractoryTime == 8000 })
  }

  @Test("Uniform mismatch spreads everything alike and leaves no circuit dead")
  func uniform() {
    let chips = Self.seeds.flatMap { Self.factors($0, .uniform(0.2)) }
    let nominal = NeuronParameters.nominal
    for (name, parameter) in [
      ("τm", \.membraneTimeConstant), ("τs exc", \.excitatoryTimeConstant),
      ("τs inh", \.inhibitoryTimeConstant), ("θ", \.threshold), ("gain exc", \.excitatoryGain),
      ("gain inh", \.inhibitoryGain),
    ] as [(String, KeyPath<NeuronParameters, Double>)] {
      let factors = chips.map { $0[keyPath: parameter] / nominal[keyPath: parameter] }
      #expect((Self.deviation(factors) / (0.2 * Self.truncated) - 1).magnitude < 0.05, "\(name)")
    }
    let wide = Self.seeds.flatMap { Self.factors($0, .uniform(0.5)) }
    #expect(wide.map { $0.threshold }.min() == MismatchSpreads.leastFactor)
    #expect(wide.allSatisfy { $0.isPossible })
    var core = AnalogCore(AnalogConfiguration(mismatch: .uniform(0.2)))
    for row in 0..<64 { core.setRowMode(.excitatory, .top, row: row) }
    let report = core.realisedMismatch(among: (0..<120).map { NeuronIndex(.top, column: $0) })
    #expect((report.weight / (0.2 * Self.truncated) - 1).magnitude < 0.03)
  }

  @Test("The gain has a part of its own and one common to a quadrant")
  func gains() {
    let spreads = MismatchSpreads.uncalibrated
    var local: [Double] = []
    var quadrants: [Double] = []
    for seed in UInt64(1)...12 {
      let core = AnalogCore(AnalogConfiguration(chipSeed: seed, mismatch: spreads))
      for quadrant in 0..<4 {
        let neurons = (0..<ChipSize.neurons).map { NeuronIndex($0) }
          .filter { $0.quadrant == quadrant }
        let gains = neurons.map { core.realisedParameters(of: $0) }
        let both = gains.map(\.excitatoryGain) + gains.map(\.inhibitoryGain)
        let mean = both.reduce(0, +) / Double(both.count)
        quadrants.append(mean / 8)
        local.append(Self.deviation(both) / mean)
        let ratios = gains.map { $0.excitatoryGain / $0.inhibitoryGain }
        #expect(Self.deviation(ratios) > 0.05)
      }
    }
    let typical = local.reduce(0, +) / Double(local.count)
    #expect((typical / (0.06 * Self.truncated) - 1).magnitude < 0.05)
    // 48 quadrants: 10 % statistical error.
    #expect((Self.deviation(quadrants) / (0.24 * Self.truncated) - 1).magnitude < 0.3)
  }

  @Test("Excitatory and inhibitory time constants are independent")
  func independence() {
    let chips = Self.seeds.flatMap { Self.factors($0, .calibrated) }
    let products = chips.map {
      ($0.excitatoryTimeConstant / 1500 - 1) * ($0.inhibitoryTimeConstant / 1500 - 1)
    }
    let correlation = products.reduce(0, +) / Double(products.count) / (0.05 * 0.05 * 0.911)
    #expect(correlation.magnitude < 0.08)
  }

  @Test("The same seed makes the same chip, another seed another one, and ideal chips are equal")
  func seeds() {
    #expect(Self.factors(3, .calibrated) == Self.factors(3, .calibrated))
    #expect(Self.factors(3, .calibrated) != Self.factors(4, .calibrated))
    #expect(Self.factors(3, .ideal) == Self.factors(4, .ideal))
    // A spread of one parameter does not move another's numbers.
    var onlyThreshold = MismatchSpreads.ideal
    onlyThreshold.threshold = 0.03
    #expect(
      Self.factors(3, onlyThreshold).map(\.threshold)
        == Self.factors(3, .calibrated).map(\.threshold))
  }

  @Test("The report states the spreads of the circuits in use")
  func report() {
    var core = AnalogCore(AnalogConfiguration(chipSeed: 2))
    for row in 0..<64 { core.setRowMode(.excitatory, .top, row: row) }
    let used = (0..<120).map { NeuronIndex(.top, column: $0) }
    let report = core.realisedMismatch(among: used)
    let real = used.map { core.realisedParameters(of: $0) }
    let mean = real.map(\.threshold).reduce(0, +) / 120
    #expect((report.threshold - Self.deviation(real.map(\.threshold)) / mean).magnitude < 1e-12)
    #expect((report.membraneTimeConstant / (0.06 * Self.truncated) - 1).magnitude < 0.25)
    #expect((report.excitatoryGain / (0.06 * Self.truncated) - 1).magnitude < 0.25)
    // 7680 synapses.
    #expect((report.weight / (0.05 * Self.truncated) - 1).magnitude < 0.03)
    let ideal = AnalogCore(AnalogConfiguration(mismatch: .ideal)).realisedMismatch(among: used)
    #expect(ideal.threshold == 0 && ideal.weight == 0 && ideal.excitatoryGain == 0)
  }

  @Test("Each synapse has its own weight converter")
  func weights() {
    var spreads = MismatchSpreads.ideal
    spreads.weight = 0.05
    var core = AnalogCore(
      AnalogConfiguration(
        mismatch: spreads, thresholdNoise: 0, neuron: NeuronParameters(threshold: 1e6)))
    for row in [0, 2] {
      core.setRowMode(.excitatory, .top, row: row)
      for column in 0..<256 {
        core.setWeight(63, .top, row: row, column: column)
        core.setLabel(UInt8(row), .top, row: row, column: column)
      }
    }
    core.setRowSelectMask(0, .top, driver: 0)
    core.deliver(bus: 0, label: EventLabel(0), at: ClockTime(cycles: 5))
    let now = ClockTime(cycles: 5)
    let charges = (0..<256).map { core.currents(of: NeuronIndex($0), at: now).excitatory / 8 }
    #expect(Set(charges).count == 256)
    #expect(charges.allSatisfy { ($0 - 1).magnitude <= 0.125 + 1e-7 })
    #expect((Self.deviation(charges) / (0.05 * Self.truncated) - 1).magnitude < 0.15)
  }

  @Test("A core that takes over another chip's mismatch is that chip, also from a checkpoint")
  func takeOver() throws {
    func core(seed: UInt64) -> AnalogCore {
      var core = AnalogCore(AnalogConfiguration(chipSeed: seed, thresholdNoise: 0))
      core.setRowMode(.excitatory, .top, row: 0)
      core.setRowSelectMask(0, .top, driver: 0)
      for column in 0..<256 {
        core.setWeight(40, .top, row: 0, column: column)
        core.setLabel(1, .top, row: 0, column: column)
      }
      return core
    }
    func spikes(_ core: inout AnalogCore) -> [AnalogCore.PendingSpike] {
      core.deliver(bus: 0, label: EventLabel(1), at: ClockTime(cycles: 100))
      var spikes: [AnalogCore.PendingSpike] = []
      while let spike = core.nextSpike(atOrBefore: ClockTime(cycles: 9000)) {
        core.fire(spike)
        spikes.append(spike)
      }
      return spikes
    }
    var first = core(seed: 1)
    var second = core(seed: 2)
    var changed = core(seed: 1)
    changed.setMismatch(
      ChipMismatch(seed: 2, spreads: .calibrated), at: ClockTime(cycles: 50))
    let parameters = (0..<ChipSize.neurons).map { changed.realisedParameters(of: NeuronIndex($0)) }
    #expect(parameters == Self.factors(2, .calibrated))
    var restored = try AnalogCore.restored(from: changed.checkpoint())
    let saved = changed.checkpoint() == restored.checkpoint()
    #expect(saved)
    let (one, two) = (spikes(&first), spikes(&second))
    let (taken, again) = (spikes(&changed), spikes(&restored))
    #expect(one.count > 200 && one != two)
    #expect(taken == two && again == two)
  }
}
