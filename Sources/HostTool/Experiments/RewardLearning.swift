import AnalogCore
import Chip
import ChipGeometry
import EventFabric

/// A task of states and actions, learned from rewards alone: the right action of each state is one of
/// a random order. A state is a regular train of events in its own synapse row of the top
/// hemisphere; each action neuron has random background of its own and inhibits the others. The host is
/// the environment.
struct RewardLearning {
  var configuration: ChipConfiguration
  var trialCount = 2000
  /// Of states and of actions.
  var stateCount = 8
  /// Chooses initial weights, right actions and the order of states.
  var seed: UInt64 = 1

  static let firstRow = 8
  static let rowStep = 8
  private static let eventsPerTrial = 20
  private static let eventTicks = 1250
  /// After a trial's last event, until the currents have decayed.
  private static let restTicks = 5000
  private static let reward: UInt16 = 255
  /// Of the events of action 0.
  private static let actionLabel = 32

  struct Result {
    /// Whether the chip did the right thing, trial by trial.
    var successes: [Bool]
    /// [state][action].
    var weights: [[Int]]
    var rightActions: [Int]
    var analogReads: UInt64
    var stateHash: String
  }

  func run(_ file: LoadedProgram) throws -> Result {
    var random = RandomStream(seed: seed, name: "reward learning")
    var chip = makeChip(&random)
    let right = random.permutation(stateCount)
    let program = try ExperimentProgram(
      file,
      [
        ("states", stateCount), ("actions", stateCount), ("first_row", Self.firstRow),
        ("row_step", Self.rowStep),
      ], on: .top, &chip)
    try program.run(&chip, until: "READY", is: 1, limit: 100_000)
    var successes: [Bool] = []
    for trial in 1...trialCount {
      let state = Int(random.next(below: UInt64(stateCount)))
      let action = try show(state, trial, program, &chip)
      successes.append(action == right[state])
      let label = ProgramInterface.teacherLabel + UInt32(action == right[state] ? Self.reward : 0)
      try chip.enqueue(
        SpikeEvent(
          tick: chip.now.ticks + 10, label: EventLabel(UInt16(label)), flags: .teacher))
      try program.run(&chip, until: "READY", is: trial + 1, limit: 100_000)
    }
    return Result(
      successes: successes,
      weights: (0..<stateCount).map { state in
        (0..<stateCount).map { Int(chip.weight(.top, row: Self.row(of: state), column: $0)) }
      }, rightActions: right, analogReads: chip.analogReadCount, stateHash: chip.stateHash)
  }

  private static func row(of state: Int) -> Int { firstRow + rowStep * state }

  /// Shows a state.
  ///
  /// - Returns: what the chip does.
  private func show(
    _ state: Int, _ trial: Int, _ program: ExperimentProgram, _ chip: inout Chip
  ) throws -> Int {
    let start = chip.now.ticks + UInt64(Self.restTicks)
    for index in 0..<Self.eventsPerTrial {
      try chip.enqueue(
        SpikeEvent(
          tick: start + UInt64(index * Self.eventTicks), label: EventLabel(UInt16(state)),
          flags: .stimulus))
    }
    let end = start + UInt64(Self.eventsPerTrial * Self.eventTicks)
    let label = ProgramInterface.endOfSampleLabel + UInt32(state)
    try chip.enqueue(
      SpikeEvent(tick: end, label: EventLabel(UInt16(label)), flags: .endOfSample))
    try program.run(
      &chip, until: "TAUGHT", is: trial, limit: 2 * (end - chip.now.ticks) + 100_000)
    return program.mailbox("DECISION", chip)
  }

  private func makeChip(_ random: inout RandomStream) -> Chip {
    var chip = Chip(configuration)
    chip.setNode(from: .link(0), to: .bus(.top, 0), CrossbarNode(mask: 0x3F00, target: 0))
    chip.setNode(from: .neuronOutput(0), to: .bus(.top, 0), .open)
    chip.setCommonCorrelation(CommonCorrelation(amplitude: 2), .top)
    for column in 0..<stateCount {
      let neuron = NeuronIndex(.top, column: column)
      chip.setParameters(
        NeuronParameters(refractoryTime: 500, excitatoryGain: 2, inhibitoryGain: 2), of: neuron)
      chip.setBackend(
        neuron, addressOut: UInt8(Self.actionLabel + column), isEnabled: true)
    }
    for state in 0..<stateCount {
      let row = Self.row(of: state)
      chip.setRowSelectMask(0, .top, driver: row / 2)
      chip.setRowMode(.excitatory, .top, row: row)
      for column in 0..<stateCount {
        chip.setSynapseLabel(UInt8(state), .top, row: row, column: column)
        chip.setWeight(UInt8(16 + random.next(below: 17)), .top, row: row, column: column)
      }
      // The driver's other row: the action neuron of that number inhibits the others.
      chip.setRowMode(.inhibitory, .top, row: row + 1)
      for column in 0..<stateCount where column != state {
        chip.setSynapseLabel(
          UInt8(Self.actionLabel + state), .top, row: row + 1, column: column)
        chip.setWeight(63, .top, row: row + 1, column: column)
      }
    }
    // Two random sources for each neuron, of 32: some 20 kHz each.
    chip.setNode(from: .background(1), to: .bus(.top, 1), .open)
    var generator = BackgroundGenerator(periodCycles: 125, label: 0)
    generator.isRandom = true
    generator.rate = 80
    generator.seed = UInt32(truncatingIfNeeded: seed) | 1
    generator.randomLabelBits = 31
    chip.setBackground(1, generator)
    for (index, driver) in [1, 5].enumerated() {
      chip.setRowSelectMask(0, .top, driver: driver)
      chip.setRowMode(.excitatory, .top, row: 2 * driver)
      for column in 0..<stateCount {
        chip.setSynapseLabel(UInt8(2 * column + index), .top, row: 2 * driver, column: column)
        chip.setWeight(40, .top, row: 2 * driver, column: column)
      }
    }
    return chip
  }
}
