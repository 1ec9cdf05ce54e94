import AnalogCore
public import Chip
public import ChipDescription
import ChipGeometry

/// Neurons under noise that sample from a Boltzmann distribution: a unit is on for the refractory
/// time after each spike (Buesing et al. 2011; for leaky neurons Petrovici et al. 2016).
///
/// Each neuron gets its own Poisson noise from two background generators. Where its leak potential
/// makes it be on half of the time, and over which width it goes from silent to busy, is measured on
/// the chip first, by spikes alone: p(on) = 1 / (1 + e^(-(leak - u)/α)). Then a bias b is a leak
/// of u + α b, and a weight W what moves the mean membrane by α W during the refractory time.
public struct BoltzmannSampling: Sendable {
  /// Of the chip; what it says of neurons and rows is replaced.
  public var chip = ChipDescription()
  /// Times in ticks of 8 ns: 100 ms, and 20 ms for each point of the activation curves.
  public var samplingTicks: UInt64 = 12_500_000
  public var calibrationTicks: UInt64 = 2_500_000

  public init() {}

  /// 20 µs for both: what a unit that is on does to others lasts about as long as it is on.
  static let refractoryCycles = 5000.0
  static let synapticCycles = 5000.0
  /// The shortest of the chip, so that the membrane follows its currents: 0.5 µs.
  static let membraneCycles = 125.0
  /// Events per millisecond of each neuron's noise of either sign.
  static let noiseRate = 250.0
  /// Of each noise event.
  static let noiseCode = 25.0
  /// What a noise event adds to a membrane without leak, in thresholds.
  static let noiseStep = 0.13
  /// Standard deviation of the membrane under the noise: of shot noise with exponential pulses.
  static var noiseDeviation: Double {
    let ratePerCycle = 2 * noiseRate / 250e3
    return noiseStep * (ratePerCycle * synapticCycles / 2).squareRoot()
  }

  /// A neuron's activation curve.
  public struct Activation: Equatable, Sendable {
    /// The leak potential at which it is on half of the time, in thresholds.
    public var center: Double
    /// α in thresholds.
    public var width: Double
    /// Leak potentials and the measured parts of the time.
    public var points: [(leak: Double, isOn: Double)] = []

    public static func == (a: Self, b: Self) -> Bool {
      a.center == b.center && a.width == b.width
        && a.points.elementsEqual(b.points) { $0 == $1 }
    }
  }

  public struct Result: Sendable {
    public var machine: BoltzmannMachine
    public var activations: [Activation]
    /// Found after ``BoltzmannSampling/samplingTicks``.
    public var probabilities: [Double]
    /// Divergence from the machine's distribution after so many ticks.
    public var divergences: [(ticks: UInt64, divergence: Double)]
    public var spikeCount: Int
  }

  /// Measures the activation curves, sets biases and weights, and samples.
  ///
  /// - Throws: ``MappingError`` if the machine does not fit on the chip.
  public func run(_ machine: BoltzmannMachine) throws(MappingError) -> Result {
    let activations = try measureActivations(machine)
    return try sample(machine, activations)
  }

  // MARK: Activation

  /// Leak potentials around the threshold, in standard deviations of the noise.
  private static let steps = stride(from: -1.5, through: 1.5, by: 0.25)

  /// On the circuits that the machine's units will have, without their weights.
  public func measureActivations(_ machine: BoltzmannMachine) throws(MappingError) -> [Activation] {
    let count = machine.unitCount
    var points = [[(leak: Double, isOn: Double)]](repeating: [], count: count)
    let silent = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for step in Self.steps {
      let leak = 1 + step * Self.noiseDeviation
      let spikes = try spikes(
        machine, leaks: [Double](repeating: leak, count: count), codes: silent,
        ticks: calibrationTicks)
      for unit in 0..<count {
        let count = Double(spikes.count { $0.unit == unit })
        let share = count * Self.refractoryCycles / Double(2 * calibrationTicks)
        points[unit].append((leak, min(share, 1)))
      }
    }
    return points.map(Self.fit)
  }

  /// Least squares of the logit, each point with the weight of its variance.
  static func fit(_ points: [(leak: Double, isOn: Double)]) -> Activation {
    var (s, sx, sy, sxx, sxy) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for point in points where point.isOn > 0.02 && point.isOn < 0.98 {
      let weight = point.isOn * (1 - point.isOn)
      let logit = ElementaryFunctions.log(point.isOn / (1 - point.isOn))
      s += weight
      sx += weight * point.leak
      sy += weight * logit
      sxx += weight * point.leak * point.leak
      sxy += weight * point.leak * logit
    }
    let slope = (s * sxy - sx * sy) / (s * sxx - sx * sx)
    let offset = (sy - slope * sx) / s
    return Activation(center: -offset / slope, width: 1 / slope, points: points)
  }

  // MARK: Sampling

  /// The weight code between two units: over all its time a spike's pulse adds to the other membrane
  /// what α W does during the refractory time. So the mean of what a unit does to others is right,
  /// though some of it comes when the unit is off again.
  static func code(_ weight: Double, _ target: Activation) -> Double {
    let step = weight * target.width * refractoryCycles / synapticCycles
    return (step / noiseStep * noiseCode).rounded()
  }

  func sample(
    _ machine: BoltzmannMachine, _ activations: [Activation]
  ) throws(MappingError) -> Result {
    let leaks = zip(activations, machine.biases).map { $0.center + $0.width * $1 }
    let codes = (0..<machine.unitCount).map { target in
      machine.weights[target].map { Self.code($0, activations[target]) }
    }
    let spikes = try spikes(machine, leaks: leaks, codes: codes, ticks: samplingTicks)
    let expected = machine.probabilities
    var states = StateTimes(unitCount: machine.unitCount)
    var divergences: [(ticks: UInt64, divergence: Double)] = []
    var next = 0
    for end in Self.times(until: samplingTicks) {
      while next < spikes.count, spikes[next].tick < end {
        states.spike(of: spikes[next].unit, at: spikes[next].tick)
        next += 1
      }
      let found = states.probabilities(at: end)
      divergences.append((end, BoltzmannMachine.divergence(of: found, from: expected)))
    }
    return Result(
      machine: machine, activations: activations,
      probabilities: states.probabilities(at: samplingTicks), divergences: divergences,
      spikeCount: spikes.count)
  }

  /// Three a decade, from 0.1 ms on.
  private static func times(until end: UInt64) -> [UInt64] {
    var times: [UInt64] = []
    var decade: UInt64 = 12_500
    while decade < end {
      times += [decade, decade * 2, decade * 5].filter { $0 < end }
      decade *= 10
    }
    return times + [end]
  }

  // MARK: The chip

  struct Spike {
    var unit: Int
    var tick: UInt64
  }

  /// Runs the machine's network with these leak potentials and weight codes, [target][source].
  private func spikes(
    _ machine: BoltzmannMachine, leaks: [Double], codes: [[Double]], ticks: UInt64
  ) throws(MappingError) -> [Spike] {
    let mapping = try NetworkMapping(Self.network(machine, leaks: leaks, ticks), onto: chip)
    var units = [Int?](repeating: nil, count: 1 << 16)
    for unit in leaks.indices {
      if let label = mapping.place("unit\(unit)[0]")?.label { units[Int(label.rawValue)] = unit }
    }
    var chip = mapping.chip.makeChip()
    Self.setWeights(machine, codes, mapping, &chip)
    chip.isRecording = true
    var spikes: [Spike] = []
    var events: [SpikeEvent] = []
    let end = ClockTime(ticks: ticks)
    while chip.now < end {
      _ = chip.run(until: min(end, ClockTime(cycles: chip.now.cycles + 250_000)))
      chip.takeEvents(into: &events)
      for event in events where event.flags.contains(.neuron) {
        if let unit = units[Int(event.label.rawValue)] {
          spikes.append(Spike(unit: unit, tick: event.tick))
        }
      }
    }
    return spikes
  }

  /// Where the mapping has put a synapse of the code's sign.
  private static func setWeights(
    _ machine: BoltzmannMachine, _ codes: [[Double]], _ mapping: NetworkMapping,
    _ chip: inout Chip
  ) {
    for (target, row) in codes.enumerated() {
      guard let neuron = mapping.place("unit\(target)[0]")?.neuron else { continue }
      for (source, code) in row.enumerated() where source != target {
        guard let rows = mapping.place("unit\(source)[0]")?.rows[Int(neuron.hemisphere.rawValue)]
        else { continue }
        // The other row can have another source's synapse there.
        let isInhibitory = machine.weights[target][source] < 0
        guard let row = isInhibitory ? rows.inhibitory : rows.excitatory else { continue }
        let size = min(abs(code), Double(ChipSize.maximumWeight))
        chip.setWeight(UInt8(size), neuron.hemisphere, row: row, column: neuron.column)
      }
    }
  }

  /// The network with weights of one code and the machine's signs: so its neurons are the same circuits
  /// whatever the weights are set to.
  private static func network(
    _ machine: BoltzmannMachine, leaks: [Double], _ ticks: UInt64
  ) -> NetworkDescription {
    var network = NetworkDescription()
    network.durationTicks = ticks
    for (name, sign, seed) in [("excitation", 1.0, UInt32(0x1234_5678)), ("inhibition", -1, 77)] {
      var noise = NetworkDescription.Stimulus()
      noise.name = name
      noise.size = leaks.count
      noise.kind = .poisson
      noise.rate = noiseRate
      noise.seed = seed
      noise.isRecorded = false
      network.stimuli.append(noise)
      for unit in leaks.indices {
        var projection = NetworkDescription.Projection()
        projection.source = name
        projection.target = "unit\(unit)"
        projection.connectivity = .list
        var connection = NetworkDescription.Connection()
        connection.source = unit
        connection.weight = sign * noiseCode
        projection.connections = [connection]
        network.projections.append(projection)
      }
    }
    for (unit, leak) in leaks.enumerated() {
      var population = NetworkDescription.Population()
      population.name = "unit\(unit)"
      population.parameters = neuron(leak: leak)
      network.populations.append(population)
    }
    for (target, row) in machine.weights.enumerated() {
      for (source, weight) in row.enumerated() where source != target {
        var projection = NetworkDescription.Projection()
        projection.source = "unit\(source)"
        projection.target = "unit\(target)"
        projection.weight = weight < 0 ? -1 : 1
        network.projections.append(projection)
      }
    }
    return network
  }

  private static func neuron(leak: Double) -> NeuronParameters {
    let gain = noiseStep / noiseCode * Double(ChipSize.maximumWeight)
    // Reset half way: after its refractory time a neuron spikes again only if it is driven to.
    return NeuronParameters(
      membraneTimeConstant: membraneCycles, excitatoryTimeConstant: synapticCycles,
      inhibitoryTimeConstant: synapticCycles, leak: leak, reset: 0.5, threshold: 1,
      refractoryTime: refractoryCycles, excitatoryGain: gain, inhibitoryGain: gain)
  }
}

/// For how long each state has lasted; units are on for the refractory time after a spike.
struct StateTimes {
  private var onUntil: [UInt64]
  private var times: [UInt64]
  private var now: UInt64 = 0

  init(unitCount: Int) {
    onUntil = [UInt64](repeating: 0, count: unitCount)
    times = [UInt64](repeating: 0, count: 1 << unitCount)
  }

  mutating func spike(of unit: Int, at tick: UInt64) {
    advance(to: tick)
    onUntil[unit] = tick + UInt64(BoltzmannSampling.refractoryCycles) / ClockTime.cyclesPerTick
  }

  private mutating func advance(to tick: UInt64) {
    while now < tick {
      var state = 0
      var next = tick
      for (unit, end) in onUntil.enumerated() where end > now {
        state |= 1 << unit
        next = min(next, end)
      }
      times[state] += next - now
      now = next
    }
  }

  /// The part of the time until `tick` that each state has lasted.
  mutating func probabilities(at tick: UInt64) -> [Double] {
    advance(to: tick)
    return times.map { Double($0) / Double(max(1, now)) }
  }
}
