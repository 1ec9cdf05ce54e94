import AnalogCore
import ChipGeometry

/// A 5-120-3 network in the standard mapping, fed with samples like those of the learning task.
struct SampleWorkload: ~Copyable {
  var core: AnalogCore
  private var random = RandomStream(seed: 9, name: "samples")
  var spikes: [AnalogCore.PendingSpike] = []

  /// How the owner of the core asks it: nothing of it may matter.
  struct Manners {
    /// Also asks for spikes up to a random earlier cycle now and then.
    var asksOften = false
    /// Reads membranes and currents now and then.
    var probes = false
    /// Goes through a checkpoint after every sample.
    var savesAndRestores = false
  }

  static let sampleCycles: UInt64 = 24_000

  static func column(ofHidden h: Int) -> Int { 32 * (h / 30) + h % 30 }

  init(_ configuration: AnalogConfiguration = AnalogConfiguration()) {
    core = AnalogCore(configuration)
    var weights = RandomStream(seed: 5, name: "weights")
    for driver in 0..<128 {
      core.setRowSelectMask(0, .top, driver: driver)
      core.setRowMode(.excitatory, .top, row: 2 * driver)
      core.setRowMode(.inhibitory, .top, row: 2 * driver + 1)
    }
    let unused = [UInt8](repeating: 63, count: 65_536)
    core.write(.labels, .top, offset: 0, from: unused.span)
    for input in 0..<5 {
      let driver = 4 * (30 + input / 4) + input % 4
      for h in 0..<120 {
        let weight = (2 + 2 * weights.gaussian()) / 8
        connect(driver, UInt8(32 + input), Self.column(ofHidden: h), weight)
      }
    }
    for h in 0..<120 {
      let column = Self.column(ofHidden: h)
      let driver = 4 * (column % 32) + column / 32
      for output in 0..<3 {
        let weight = (0.15 + 0.4 * weights.gaussian()) / 2
        connect(driver, UInt8(column % 32), 128 + output, weight)
      }
    }
    for output in 0..<3 {
      core.setParameters(
        NeuronParameters(excitatoryGain: 2, inhibitoryGain: 2),
        of: NeuronIndex(.top, column: 128 + output), at: ClockTime(cycles: 0))
    }
  }

  private mutating func connect(_ driver: Int, _ label: UInt8, _ column: Int, _ weight: Double) {
    let code = max(-63, min(63, (weight * 63).rounded()))
    for (row, part) in [(2 * driver, code), (2 * driver + 1, -code)] {
      core.setLabel(label, .top, row: row, column: column)
      core.setWeight(UInt8(max(part, 0)), .top, row: row, column: column)
    }
  }

  /// One sample: five inputs, all spikes, and the reset of all neurons.
  mutating func run(sample: UInt64, _ manners: Manners = Manners()) throws {
    let start = sample * Self.sampleCycles
    let x = random.uniform()
    let y = random.uniform()
    var inputs = [x, y, 1 - x, 1 - y].enumerated().map {
      (cycle: start + UInt64(1500 * (0.15 + 1.85 * $0.element)), input: $0.offset)
    }
    inputs.append((start + 1350, 4))
    inputs.sort { $0 < $1 }
    for (cycle, input) in inputs {
      fireAll(atOrBefore: cycle, manners)
      core.deliver(
        bus: input % 4, label: EventLabel(0x520 + UInt16(input)), at: ClockTime(cycles: cycle))
    }
    fireAll(atOrBefore: start + 12_000, manners)
    for hemisphere in Hemisphere.allCases {
      core.resetNeurons(hemisphere, columns: 0..<256, at: ClockTime(cycles: start + 12_000))
    }
    if manners.savesAndRestores { core = try AnalogCore.restored(from: core.checkpoint()) }
  }

  private mutating func fireAll(atOrBefore cycle: UInt64, _ manners: Manners) {
    while let spike = core.nextSpike(atOrBefore: ClockTime(cycles: cycle)) {
      if manners.asksOften {
        for early in [UInt64(0), 400, 3] where spike.time.cycles >= early {
          _ = core.nextSpike(atOrBefore: ClockTime(cycles: spike.time.cycles - early))
        }
        _ = core.nextSpike(atOrBefore: ClockTime(cycles: cycle + 100_000))
      }
      if manners.probes {
        for column in [0, 5, 77, 128, 129] {
          let neuron = NeuronIndex(.top, column: column)
          _ = core.membrane(of: neuron, at: spike.time)
          _ = core.currents(of: neuron, at: spike.time)
        }
      }
      core.fire(spike)
      spikes.append(spike)
      let column = spike.neuron.column
      guard column < 128 else { continue }
      let label = EventLabel(eventOutput: column / 32, addressOut: UInt8(column % 32))
      core.deliver(bus: column / 32, label: label, at: spike.time)
    }
  }
}
