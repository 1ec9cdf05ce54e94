import AnalogCore
import Chip
import ChipGeometry
import EventFabric
import Foundation

/// The window of spike-timing dependent plasticity as the whole chip has it: pairs of an event at a
/// synapse and a spike of its neuron, a certain time apart, store in the correlation sensors; a
/// program on the chip reads them through the column converters and moves the weights.
///
/// One synapse row of the top hemisphere takes part, with all of its 256 neurons. Another row makes
/// them spike.
struct StdpCurve {
  var configuration: ChipConfiguration
  var common = CommonCorrelation()
  /// Of each time difference.
  var pairCount = 80
  /// Wanted times from event to spike in µs.
  var intervals: [Double]
  /// Of the rule, in 1/256 weight code per step of the converter: not a half, of which rounding would
  /// always take the larger code.
  var gain = 120

  static let row = 8
  static let driveRows = [16, 17]
  static let startWeight = 31
  /// From a drive to the spikes that it makes, roughly, in ticks.
  private static let latency = 25
  private static let marginTicks = 5000

  /// What was measured at one time difference.
  struct Point {
    /// Mean time from event to spike, in µs.
    var interval: Double
    /// Mean change of a weight, in codes.
    var change: Double
    /// What the closed form says, from the constants of each synapse and the times of all spikes.
    var expected: Double
    /// The largest difference between the two among the synapses.
    var deviation: Double
    /// Synapses that were measured: their neurons spiked once per pair.
    var synapses: Int
  }

  struct Result {
    var points: [Point]
    var analogReads: UInt64
    var stateHash: String
  }

  /// The most by which a weight may differ from the closed form: two sensors, each the difference of
  /// two readings that are rounded to a step, five deviations of their noise (one conversion less
  /// the mean of four, each), and a weight that is rounded to a code.
  var tolerance: Double {
    let noise = configuration.analog.converters.columnNoise * (2 * 1.25).squareRoot()
    return Double(gain) / 256 * (2 + 5 * noise) + 0.5
  }

  /// The most by which the mean over a row may: where converters have noise, rounding and noise
  /// average out. Without, all synapses of an ideal chip round alike.
  var meanTolerance: Double {
    configuration.analog.converters.columnNoise > 0 ? 0.25 : tolerance
  }

  private var pairTicks: Int {
    let longest = intervals.map(\.magnitude).max() ?? 0
    return Int((10 * common.timeConstant / 2 + longest * 125).rounded(.up))
  }

  func run(_ file: LoadedProgram) throws -> Result {
    var chip = makeChip()
    let period = pairCount * pairTicks + Self.marginTicks
    let program = try ExperimentProgram(
      file,
      [
        ("first_row", Self.row), ("rows", 1), ("period_ticks", period), ("gain_causal", gain),
        ("gain_acausal", gain), ("stochastic", 0),
      ], on: .top, &chip)
    let limit = 4 * UInt64(period) + 100_000
    try program.run(&chip, until: "READY", is: 1, limit: limit)
    let realised = chip.realisedCorrelation(.top, row: Self.row)
    var points: [Point] = []
    var events: [SpikeEvent] = []
    for (index, interval) in intervals.enumerated() {
      for column in 0..<ChipSize.columns {
        chip.setWeight(UInt8(Self.startWeight), .top, row: Self.row, column: column)
      }
      let pre = try sendPairs(interval, &chip)
      try program.run(&chip, until: "UPDATES", is: index + 1, limit: limit)
      chip.takeEvents(into: &events)
      points.append(point(pre, spikes(events), realised, chip))
    }
    return Result(
      points: points, analogReads: chip.analogReadCount, stateHash: chip.stateHash)
  }

  // MARK: The chip

  private func makeChip() -> Chip {
    var chip = Chip(configuration)
    chip.isRecording = true
    chip.setNode(from: .link(0), to: .bus(.top, 0), .open)
    chip.setCommonCorrelation(common, .top)
    chip.setRowMode(.inhibitory, .top, row: Self.row)
    for row in Self.driveRows { chip.setRowMode(.excitatory, .top, row: row) }
    for row in [Self.row] + Self.driveRows { chip.setRowSelectMask(0, .top, driver: row / 2) }
    for column in 0..<ChipSize.columns {
      let neuron = NeuronIndex(.top, column: column)
      // The events under test do nothing to the membrane; a drive makes one spike within 0.2 µs.
      chip.setParameters(
        NeuronParameters(
          excitatoryTimeConstant: 250, refractoryTime: 2500, excitatoryGain: 30,
          inhibitoryGain: 0), of: neuron)
      chip.setBackend(neuron, addressOut: UInt8(column), isEnabled: true)
      chip.setSynapseLabel(0, .top, row: Self.row, column: column)
      for row in Self.driveRows {
        chip.setSynapseLabel(1, .top, row: row, column: column)
        chip.setWeight(63, .top, row: row, column: column)
      }
    }
    return chip
  }

  /// Sends all pairs of a time difference.
  ///
  /// - Returns: the cycles in which the events reach the synapses.
  private func sendPairs(_ interval: Double, _ chip: inout Chip) throws -> [Double] {
    let ticks = Int((interval * 125).rounded()) - Self.latency
    let start = Int(chip.now.ticks) + 500
    var pre: [Double] = []
    for pair in 0..<pairCount {
      let first = start + pair * pairTicks
      let (event, drive) = ticks < 0 ? (first - ticks, first) : (first, first + ticks)
      try chip.enqueue(SpikeEvent(tick: UInt64(event), label: EventLabel(0), flags: .stimulus))
      try chip.enqueue(SpikeEvent(tick: UInt64(drive), label: EventLabel(1), flags: .stimulus))
      pre.append(Double(2 * event) + Double(configuration.fabric.crossbarLatencyCycles))
    }
    return pre
  }

  /// The cycles of all spikes, by column; a time stamp is two cycles wide.
  private func spikes(_ events: [SpikeEvent]) -> [[Double]] {
    var spikes = [[Double]](repeating: [], count: ChipSize.columns)
    for event in events where event.flags.contains(.neuron) {
      spikes[Int(event.label.rawValue & 0xFF)].append(Double(2 * event.tick) + 0.5)
    }
    return spikes
  }

  // MARK: The closed form

  private func point(
    _ pre: [Double], _ spikes: [[Double]], _ realised: [RealisedCorrelation],
    _ chip: borrowing Chip
  ) -> Point {
    var point = Point(interval: 0, change: 0, expected: 0, deviation: 0, synapses: 0)
    for column in 0..<ChipSize.columns where spikes[column].count == pairCount {
      let differences = zip(spikes[column], pre).map { $0 - $1 }
      let weight = chip.weight(.top, row: Self.row, column: column)
      let change = Double(Int(weight) - Self.startWeight)
      let expected = expectedChange(
        differences, realised[column],
        slope: chip.realisedColumnADC(.top, column: column, .causal).slope)
      point.synapses += 1
      point.interval += differences.reduce(0, +) / Double(pairCount) / 250
      point.change += change
      point.expected += expected
      point.deviation = max(point.deviation, (change - expected).magnitude)
    }
    let count = Double(max(1, point.synapses))
    point.interval /= count
    point.change /= count
    point.expected /= count
    return point
  }

  /// What pairs with these times in cycles from event to spike do to a weight, before it is rounded,
  /// with converters of that slope.
  private func expectedChange(
    _ differences: [Double], _ realised: RealisedCorrelation, slope: Double
  ) -> Double {
    var causal = 0.0
    var acausal = 0.0
    for difference in differences {
      if difference >= 0 {
        causal += realised.causalAmplitude * exp(-difference / realised.causalTimeConstant)
      } else {
        acausal += realised.acausalAmplitude * exp(difference / realised.acausalTimeConstant)
      }
    }
    let transfer = configuration.analog.correlation
    let change =
      Double(gain) / 256 * slope
      * (transfer.amplitude(ofSum: causal) - transfer.amplitude(ofSum: acausal))
    return min(max(change, -Double(Self.startWeight)), Double(63 - Self.startWeight))
  }
}
