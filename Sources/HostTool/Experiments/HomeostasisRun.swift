import AnalogCore
import Chip
import ChipGeometry
import EventFabric

/// Neurons of the top hemisphere under the same random input, with random weights: they spike at very
/// different rates. A program on the chip brings them to a target rate by moving their weights.
struct HomeostasisRun {
  var configuration: ChipConfiguration
  /// Columns 0 and up.
  var neuronCount = ChipSize.columns
  /// Of the program.
  var updateCount = 20
  /// Spikes per period.
  var target = 40
  var gain = 24
  /// Chooses the initial weights.
  var seed: UInt64 = 1

  static let periodTicks = 250_000
  /// Sources of each of four background generators; each has a synapse row.
  private static let sourcesPerBus = 16

  /// What the neurons did in a period.
  struct Period {
    /// Spikes of each neuron.
    var counts: [Int]

    var mean: Double { Double(counts.reduce(0, +)) / Double(counts.count) }
    var deviation: Double {
      let squares = counts.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      return (squares / Double(counts.count)).squareRoot()
    }
    /// The part of the neurons whose count is within a part of the target.
    func share(within part: Double, of target: Int) -> Double {
      let near = counts.count { (Double($0) - Double(target)).magnitude <= part * Double(target) }
      return Double(near) / Double(counts.count)
    }
  }

  struct Result {
    /// The first is the one before the first update.
    var periods: [Period]
    var analogReads: UInt64
    var stateHash: String
  }

  func run(_ file: LoadedProgram) throws -> Result {
    var chip = makeChip()
    let program = try ExperimentProgram(
      file,
      [
        ("columns", neuronCount), ("first_row", 0), ("rows", 4 * Self.sourcesPerBus),
        ("target", target), ("gain", gain),
        ("period_ticks", Self.periodTicks),
      ], on: .top, &chip)
    try program.run(&chip, until: "READY", is: 1, limit: 100_000)
    var periods: [Period] = []
    var events: [SpikeEvent] = []
    chip.takeEvents(into: &events)
    for update in 1...updateCount {
      try program.run(
        &chip, until: "UPDATES", is: update, limit: 4 * UInt64(Self.periodTicks) + 100_000)
      chip.takeEvents(into: &events)
      var counts = [Int](repeating: 0, count: neuronCount)
      for event in events where event.flags.contains(.neuron) {
        counts[Int(event.label.rawValue & 0xFF)] += 1
      }
      periods.append(Period(counts: counts))
    }
    return Result(
      periods: periods, analogReads: chip.analogReadCount, stateHash: chip.stateHash)
  }

  private func makeChip() -> Chip {
    var chip = Chip(configuration)
    chip.isRecording = true
    for column in 0..<neuronCount {
      let neuron = NeuronIndex(.top, column: column)
      chip.setParameters(NeuronParameters(refractoryTime: 500, excitatoryGain: 1), of: neuron)
      chip.setBackend(neuron, addressOut: UInt8(column), isEnabled: true)
    }
    var random = RandomStream(seed: seed, name: "homeostasis weights")
    let weights = (0..<neuronCount).map { _ in UInt8(5 + random.next(below: 36)) }
    for bus in 0..<ChipSize.busesPerHemisphere {
      chip.setNode(from: .background(bus), to: .bus(.top, bus), .open)
      var generator = BackgroundGenerator(periodCycles: 250, label: 0)
      generator.isRandom = true
      generator.rate = 40
      generator.seed = UInt32(bus + 1)
      generator.randomLabelBits = UInt8(Self.sourcesPerBus - 1)
      chip.setBackground(bus, generator)
      for source in 0..<Self.sourcesPerBus {
        let driver = ChipSize.busesPerHemisphere * source + bus
        chip.setRowSelectMask(0, .top, driver: driver)
        chip.setRowMode(.excitatory, .top, row: 2 * driver)
        for column in 0..<neuronCount {
          chip.setSynapseLabel(UInt8(source), .top, row: 2 * driver, column: column)
          chip.setWeight(weights[column], .top, row: 2 * driver, column: column)
        }
      }
    }
    return chip
  }
}
