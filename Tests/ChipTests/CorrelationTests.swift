import AnalogCore
import Chip
import ChipGeometry
import EventFabric
import PlasticityProcessor
import Testing

@Suite struct CorrelationTests {
  typealias W = Words

  static let row = 12
  static let causal = AddressMap.correlationCausal.base
  static let acausal = AddressMap.correlationAcausal.base

  /// An ideal chip on which host events 0 reach row 12 in all columns, and 1 makes the neurons of
  /// even columns of the top hemisphere spike; sensors are on in columns 0 to 250.
  static func chip(amplitude: Double = 10) -> Chip {
    var chip = Chip.ideal()
    chip.setNode(from: .link(0), to: .bus(.top, 2), .open)
    for driver in [6, 10] { chip.setRowSelectMask(0, .top, driver: driver) }
    for (row, label) in [(row, UInt8(0)), (20, 1)] {
      chip.setRowMode(.excitatory, .top, row: row)
      for column in 0..<256 {
        chip.setSynapseLabel(label, .top, row: row, column: column)
        if label == 1 { chip.setWeight(column % 2 == 0 ? 63 : 20, .top, row: row, column: column) }
      }
    }
    chip.setCommonCorrelation(CommonCorrelation(amplitude: amplitude), .top)
    for column in 0..<251 {
      chip.setCorrelationSwitches(.all, of: NeuronIndex(.top, column: column))
    }
    return chip
  }

  /// A pre event at tick 100, a spike soon after it, a pre event at tick 800.
  static func stimulate(_ chip: inout Chip) throws {
    try chip.send(0, tick: 100)
    try chip.send(1, tick: 101)
    try chip.send(0, tick: 800)
    _ = chip.run(until: ClockTime(ticks: 900))
  }

  @Test("Programs read by vectors and by words what sensors have stored, down from 150")
  func reading() throws {
    var chip = Self.chip()
    try Self.stimulate(&chip)
    let codes = (0..<256).map { column in
      CorrelationSensor.allCases.map { sensor -> UInt8 in
        let stored = chip.correlation(sensor, .top, row: Self.row, column: column)
        return UInt8(150.5 - stored)
      }
    }
    // 10 exp(-Δt / 5 µs) with Δt of 1.9 and 3.7 µs.
    #expect(codes[0] == [143, 145] && codes[1] == [150, 150])
    #expect(codes[255] == [150, 150])
    let copy = { (from: UInt32, to: UInt32) in
      W.li(W.t0, from) + W.li(W.t1, to) + [W.vle8(8, W.t0), W.vse8(8, W.t1)]
    }
    let place = UInt32(256 * Self.row)
    let program =
      W.li(W.t2, 128) + [W.vsetvli8(W.t2, W.t2)] + copy(Self.causal + place, 0x2000)
      + copy(Self.causal + place + 128, 0x2080) + copy(Self.acausal + place, 0x2100)
      + copy(Self.acausal + place + 128, 0x2180)
    _ = try chip.result(program)
    let read = chip.readMemory(.top, at: 0x2000, byteCount: 512)
    #expect(Array(read[..<256]) == codes.map { $0[0] })
    #expect(Array(read[256...]) == codes.map { $0[1] })
    #expect(chip.analogReadCount == 512)
    let word = try chip.result(W.peek(W.a0, Self.acausal + place + 248))
    let last = codes[248...251].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1[1]) }
    #expect(word == .value(last))
    let other = try chip.result(W.peek(W.a0, Self.causal + place), on: .bottom)
    #expect(other == .value(0x9696_9696), "its own hemisphere")
  }

  @Test("A write resets one or both sensors of its byte's column, and reads change nothing")
  func resets() throws {
    var chip = Self.chip()
    try Self.stimulate(&chip)
    let before = (0..<5).map { column in
      CorrelationSensor.allCases.map { chip.correlation($0, .top, row: Self.row, column: column) }
    }
    let place = UInt32(256 * Self.row)
    _ = try chip.result(
      W.poke(Self.causal + place, 0x0403_0201) + W.peek(W.a0, Self.causal + place))
    for (column, kept) in [[false, true], [true, false], [false, false], [true, true]].enumerated()
    {
      let stored = CorrelationSensor.allCases.map {
        chip.correlation($0, .top, row: Self.row, column: column)
      }
      #expect(stored == zip(before[column], kept).map { $1 ? $0 : 0 })
    }
    let untouched = chip.correlation(.causal, .top, row: Self.row, column: 4)
    #expect(untouched == before[4][0] && untouched > 5)
    let write = try chip.result(W.poke(Self.acausal + place, 0))
    #expect(write == .trap(.storeAccessFault, Self.acausal + place))
  }

  @Test("A spike-only program may reset sensors but traps when it reads one")
  func spikeOnly() throws {
    let declared = W.poke(AddressMap.control.base, 1)
    for base in [Self.causal, Self.acausal] {
      var chip = Self.chip()
      let trap = try chip.result(declared + W.peek(W.a0, base + 512))
      #expect(trap == .trap(.loadAccessFault, base + 512))
      let vector =
        declared + W.li(W.t2, 128) + [W.vsetvli8(W.t2, W.t2)] + W.li(W.t0, base + 256)
        + [W.vle8(8, W.t0)]
      #expect(try chip.result(vector) == .trap(.loadAccessFault, base + 256))
      #expect(chip.analogReadCount == 0)
    }
    var chip = Self.chip()
    let others =
      declared + W.poke(Self.causal, 3) + W.poke(AddressMap.correlationColumns.base, 7)
      + W.peek(W.a0, AddressMap.correlationCalibration.base)
    #expect(try chip.result(others) == .value(0x0505_0505))
  }

  @Test("Programs set calibration bits and switches of their hemisphere")
  func settings() throws {
    var chip = Chip.ideal()
    let codes = AddressMap.correlationCalibration.base + 256 * 255 + 252
    #expect(
      try chip.result(W.poke(codes, 0xFF05_070E) + W.peek(W.a0, codes), on: .bottom)
        == .value(0x0F05_070E))
    let set = (252...255).map {
      chip.correlationCalibration(.bottom, row: 255, column: $0)
    }
    #expect(set[0] == CorrelationCalibration(time: 2, amplitude: 3))
    #expect(set[1] == CorrelationCalibration(time: 3, amplitude: 1))
    #expect(set[3] == CorrelationCalibration(time: 3, amplitude: 3))
    let other = chip.correlationCalibration(.top, row: 255, column: 255)
    #expect(other == CorrelationCalibration())
    let columns = AddressMap.correlationColumns.base + 8
    #expect(
      try chip.result(W.poke(columns, 0xFF06_0401) + W.peek(W.a0, columns)) == .value(0x0706_0401))
    let switches = (8...11).map { chip.correlationSwitches(of: NeuronIndex(.top, column: $0)) }
    #expect(switches == [.postPulses, .acausal, [.causal, .acausal], .all])
    let untouched = chip.correlationSwitches(of: NeuronIndex(.bottom, column: 8))
    #expect(untouched == [])
  }

  @Test("Reading a sensor of 256 columns takes 410 cycles, 41 more or less; a reset takes a row's")
  func cycles() throws {
    func end(_ access: [UInt32]) throws -> Int {
      var chip = Chip.ideal()
      let outcome = try chip.result(
        W.li(W.t2, 256) + [W.vsetvli8x2(W.t2, W.t2)] + W.li(W.t0, Self.causal)
          + W.li(W.t1, Self.acausal) + access + [W.csrr(W.a0, W.mcycle)])
      guard case .value(let cycle) = outcome else {
        Issue.record("\(outcome)")
        return 0
      }
      return Int(cycle)
    }
    let start = try end([])
    func cycles(_ access: [UInt32]) throws -> Int { try end(access) - start }
    for address in [W.t0, W.t1] {
      let read = try cycles([W.vle8(8, address)])
      #expect((369...451).contains(read), "\(read)")
    }
    let reset = try cycles([W.vse8(8, W.t0)])
    #expect(reset == 40, "\(reset)")
    let scalar = try cycles([W.load(1, W.a1, 0, W.t0)])
    #expect(scalar == 8 + 185, "\(scalar)")
    let byte = try cycles([W.store(1, W.a1, 0, W.t0)])
    #expect(byte == 8, "\(byte)")
  }

  @Test("A run split by checkpoints ends in the same state", arguments: [901, 333, 2000])
  func checkpoints(cycles: UInt64) throws {
    func run(isSplit: Bool) throws -> String {
      var chip = Chip(ChipConfiguration(chipSeed: 5))
      let ideal = Self.chip()
      chip.setNode(from: .link(0), to: .bus(.top, 2), .open)
      for driver in [6, 10] { chip.setRowSelectMask(0, .top, driver: driver) }
      for row in [Self.row, 20] {
        chip.setRowMode(.excitatory, .top, row: row)
        for column in 0..<256 {
          chip.setSynapseLabel(row == 20 ? 1 : 0, .top, row: row, column: column)
          chip.setWeight(
            ideal.weight(.top, row: row, column: column), .top, row: row, column: column)
        }
      }
      for column in 0..<251 {
        chip.setCorrelationSwitches(.all, of: NeuronIndex(.top, column: column))
      }
      chip.setCorrelationCalibration(
        CorrelationCalibration(time: 0), .top, row: Self.row, column: 8)
      for tick in [UInt64(100), 500, 900] {
        try chip.send(0, tick: tick)
        try chip.send(1, tick: tick + 70)
      }
      while isSplit && chip.now.cycles < 4000 {
        _ = chip.run(until: ClockTime(cycles: chip.now.cycles + cycles))
        chip = try Chip.restored(from: chip.checkpoint())
      }
      _ = chip.run(until: ClockTime(cycles: 6000))
      let stored = chip.correlation(.causal, .top, row: Self.row, column: 8)
      #expect(stored > 0.1)
      return chip.stateHash
    }
    #expect(try run(isSplit: true) == run(isSplit: false))
  }
}
