import AnalogCore
import Assembler
import Chip
import ChipGeometry
import EventFabric
import Foundation

/// The efficacy of a synapse driver along a train of events and after a pause, as the whole chip has
/// it: a program on the chip reads all membranes of a hemisphere some time after each event.
///
/// One synapse row of the top hemisphere takes part. Its membranes are fast and never spike, so that
/// each reading shows one event; an efficacy is a reading less that without weights, over the same
/// of full pulses.
struct StpCurve {
  var configuration: ChipConfiguration
  /// Of the train; the pause and one more event follow.
  var eventCount = 12
  /// From event to event, in ticks.
  var intervalTicks = 2500
  /// From the last event of the train to the one after the pause, in ticks.
  var pauseTicks = 12_500

  static let driver = 4
  static let row = 2 * driver
  private static let delayTicks = 188

  /// What was measured of one set of potentials.
  struct Curve {
    var voltages: ShortTermPlasticity.VoltageSet
    var points: [Point]
  }

  struct Point {
    /// Since the first event, in µs.
    var time: Double
    /// Mean over the columns.
    var efficacy: Double
    /// The closed form's.
    var expected: Double
    /// The largest difference between the two among the columns.
    var deviation: Double
  }

  struct Result {
    var curves: [Curve]
    var analogReads: UInt64
    var stateHash: String
  }

  /// The most by which a column's efficacy may differ from the closed form: three readings rounded to
  /// steps of the converter and five deviations of their noise, of some 70 steps that a full pulse is
  /// high at least.
  var tolerance: Double { (1.5 + 5.5 * configuration.analog.converters.columnNoise) / 70 }
  /// The most by which the mean over the columns may: rounding and noise average out.
  static let meanTolerance = 0.01

  func run(_ file: LoadedProgram) throws -> Result {
    var chip = makeChip()
    let program = try ExperimentProgram(
      file, [("samples", eventCount + 1), ("delay_ticks", Self.delayTicks)], on: .top, &chip)
    var recorder = try Recorder(program)
    try program.run(&chip, until: "READY", is: 1, limit: 100_000)
    setWeights(0, &chip)
    let rest = mean(try readings(&chip, &recorder))
    setWeights(63, &chip)
    let full = mean(try readings(&chip, &recorder))
    var curves: [Curve] = []
    for voltages in ShortTermPlasticity.VoltageSet.allCases {
      let plasticity = ShortTermPlasticity(voltages: voltages)
      chip.setShortTermPlasticity(plasticity, ofDriver: Self.driver, .top)
      chip.resetShortTermPlasticity(.top)
      let expected = expectedEfficacies(plasticity, chip)
      let measured = try readings(&chip, &recorder).map { sample in
        sample.indices.map { (sample[$0] - rest[$0]) / (full[$0] - rest[$0]) }
      }
      let points = zip(measured, expected).enumerated().map { index, pair in
        Point(
          time: Double(ticks(ofEvent: index)) / 125,
          efficacy: pair.0.reduce(0, +) / Double(ChipSize.columns), expected: pair.1,
          deviation: pair.0.map { ($0 - pair.1).magnitude }.max() ?? 0)
      }
      curves.append(Curve(voltages: voltages, points: points))
    }
    return Result(curves: curves, analogReads: chip.analogReadCount, stateHash: chip.stateHash)
  }

  /// Since the first event.
  private func ticks(ofEvent index: Int) -> Int {
    index < eventCount
      ? index * intervalTicks : (eventCount - 1) * intervalTicks + pauseTicks
  }

  // MARK: The chip

  private func makeChip() -> Chip {
    var chip = Chip(configuration)
    chip.setNode(from: .link(0), to: .bus(.top, Self.driver % 4), .open)
    chip.setRowSelectMask(0, .top, driver: Self.driver)
    chip.setRowMode(.excitatory, .top, row: Self.row)
    for column in 0..<ChipSize.columns {
      chip.setSynapseLabel(0, .top, row: Self.row, column: column)
      chip.setParameters(
        NeuronParameters(
          membraneTimeConstant: 500, excitatoryTimeConstant: 250, threshold: 1000,
          excitatoryGain: 8), of: NeuronIndex(.top, column: column))
    }
    return chip
  }

  private func setWeights(_ weight: UInt8, _ chip: inout Chip) {
    for column in 0..<ChipSize.columns {
      chip.setWeight(weight, .top, row: Self.row, column: column)
    }
  }

  /// The program, and how many readings it has been asked for.
  private struct Recorder {
    let program: ExperimentProgram
    let table: UInt32
    var readyCount = 1

    init(_ program: ExperimentProgram) throws {
      guard let table = program.file.image.address(of: "readings") else {
        throw ToolError("\(program.file.path): has no symbol readings, which this experiment reads")
      }
      self.program = program
      self.table = table
    }
  }

  /// Sends the train and the event after the pause.
  ///
  /// - Returns: [event][column], in steps of the converter.
  private func readings(_ chip: inout Chip, _ recorder: inout Recorder) throws -> [[Double]] {
    let start = chip.now.ticks + 5000
    for index in 0...eventCount {
      try chip.enqueue(
        SpikeEvent(
          tick: start + UInt64(ticks(ofEvent: index)), label: EventLabel(0), flags: .stimulus))
    }
    recorder.readyCount += eventCount + 1
    let length = UInt64(2 * ticks(ofEvent: eventCount))
    try recorder.program.run(
      &chip, until: "READY", is: recorder.readyCount, limit: length + 100_000)
    return (0...eventCount).map { index in
      chip.readMemory(
        .top, at: recorder.table + UInt32(index * ChipSize.columns), byteCount: ChipSize.columns
      ).map { Double($0) }
    }
  }

  private func mean(_ readings: [[Double]]) -> [Double] {
    (0..<ChipSize.columns).map { column in
      readings.reduce(0) { $0 + $1[column] } / Double(readings.count)
    }
  }

  // MARK: The closed form

  private func expectedEfficacies(
    _ plasticity: ShortTermPlasticity, _ chip: borrowing Chip
  ) -> [Double] {
    guard let realised = chip.realisedShortTermPlasticity(ofDriver: Self.driver, .top) else {
      return []
    }
    let common = chip.commonShortTermPlasticity(.top)
    let voltages = plasticity.voltages == .first ? common.first : common.second
    let (charge, recover) = (Double(voltages.charge), Double(voltages.recover))
    let u = realised.utilisation
    let decay = exp(-Double(2 * intervalTicks) / realised.recoveryTime)
    let ratio = (1 - u) * decay
    /// The voltage that an event of the train finds: a geometric series.
    func voltage(_ index: Int) -> Double {
      recover + u * (charge - recover) * decay * (1 - pow(ratio, Double(index))) / (1 - ratio)
    }
    let last = voltage(eventCount - 1)
    let after = last + u * (charge - last)
    let rest = exp(-Double(2 * pauseTicks) / realised.recoveryTime)
    let found = (0..<eventCount).map(voltage) + [recover + (after - recover) * rest]
    let transfer = configuration.analog.shortTerm
    return found.map { voltage in
      let efficacy =
        (transfer.silentVoltage - voltage) / (transfer.silentVoltage - transfer.fullVoltage)
      return min(max(efficacy + realised.offset, 0), 1)
    }
  }
}
