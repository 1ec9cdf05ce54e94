import AnalogCore
import Assembler
import Chip
import ChipGeometry
import EventFabric
import Foundation

/// A program that moves weights, on a chip whose correlation sensors and converters differ and that is
/// ideal otherwise. Events 0 reach rows 8 and 10 of the top hemisphere without
/// effect on membranes; events 1 make all of its neurons spike.
struct CorrelationCase: ~Copyable {
  var chip: Chip
  let image: ProgramImage

  static let rows = [8, 10]
  static let driveRows = [16, 17]
  static let periodTicks = 100_000

  init(_ program: String, _ parameters: [String: Int32] = [:]) throws {
    var mismatch = MismatchSpreads.ideal
    mismatch.correlation = .uncalibrated
    mismatch.converters = .uncalibrated
    var analog = AnalogConfiguration(chipSeed: 3, mismatch: mismatch, thresholdNoise: 0)
    analog.converters.columnNoise = 0
    var chip = Chip(ChipConfiguration(analog: analog))
    let image = try Assembler.assemble(files: [Firmware.folder.appendingPathComponent(program).path]
    )
    .image
    chip.setCommonCorrelation(CommonCorrelation(amplitude: 2), .top)
    chip.setNode(from: .link(0), to: .bus(.top, 0), .open)
    chip.setNode(from: .link(0), to: .bus(.top, 1), .open)
    var random = RandomStream(seed: 1, name: "correlation case")
    for row in Self.rows + Self.driveRows {
      let isDrive = Self.driveRows.contains(row)
      chip.setRowMode(isDrive ? .excitatory : .inhibitory, .top, row: row)
      chip.setRowSelectMask(0, .top, driver: row / 2)
      for column in 0..<ChipSize.columns {
        chip.setSynapseLabel(isDrive ? 1 : 0, .top, row: row, column: column)
        let weight = isDrive ? 63 : UInt8(random.next(below: 64))
        chip.setWeight(weight, .top, row: row, column: column)
      }
    }
    for column in 0..<ChipSize.columns {
      let neuron = NeuronIndex(.top, column: column)
      chip.setParameters(
        NeuronParameters(
          excitatoryTimeConstant: 250, refractoryTime: 2500, excitatoryGain: 30,
          inhibitoryGain: 0), of: neuron)
      chip.setBackend(neuron, addressOut: UInt8(column), isEnabled: true)
    }
    let segments = image.segments.map { Program.Segment(address: $0.address, bytes: $0.bytes) }
    try chip.load(Program(segments: segments, entry: image.entry), into: .top)
    self.image = image
    self.chip = chip
    let usual: [(String, Int32)] = [
      ("first_row", 8), ("rows", 2), ("row_step", 2), ("period_ticks", Int32(Self.periodTicks)),
    ]
    for (name, value) in usual where image.address(of: "param_" + name) != nil { set(name, value) }
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) { set(name, value) }
  }

  mutating func set(_ name: String, _ value: Int32) {
    guard let address = image.address(of: "param_" + name) else { fatalError("no \(name)") }
    chip.writeWord(.top, at: address, UInt32(bitPattern: value))
  }

  func mailbox(_ offset: UInt32) -> UInt32 {
    chip.readWord(.top, at: AddressMap.mailbox.base + offset)
  }

  /// Pairs of both orders, 60 µs apart, from now on.
  mutating func stimulate(pairs: Int) throws {
    let start = chip.now.ticks + 1000
    for pair in 0..<UInt64(pairs) {
      let first = start + pair * 7500
      // Every third pair has the spike first.
      for (label, tick) in [(0, pair % 3 == 2 ? 250 : 0), (1, pair % 3 == 2 ? 0 : 100)] {
        try chip.enqueue(
          SpikeEvent(
            tick: first + UInt64(tick), label: EventLabel(UInt16(label)), flags: .stimulus))
      }
    }
  }

  /// Runs until the program has made so many updates.
  mutating func run(updates: UInt32) {
    let end = chip.now.cycles + 10 * UInt64(Self.periodTicks)
    while mailbox(0x10) < updates && chip.now.cycles < end {
      _ = chip.run(until: ClockTime(cycles: chip.now.cycles + 2500))
    }
  }

  /// By how many steps a sensor has lowered what its converter reads.
  func stored(_ sensor: CorrelationSensor, row: Int, column: Int) -> Int {
    let channel = chip.realisedColumnADC(
      .top, column: column, sensor == .causal ? .causal : .acausal)
    func reading(_ charge: Double) -> Int {
      Int(channel.slope * (150 - charge) + channel.offset + 0.5)
    }
    return reading(0) - reading(chip.correlation(sensor, .top, row: row, column: column))
  }

  func weights(row: Int) -> [Int] {
    (0..<ChipSize.columns).map { Int(chip.weight(.top, row: row, column: $0)) }
  }
}
