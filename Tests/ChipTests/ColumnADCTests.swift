import AnalogCore
import Chip
import ChipGeometry
import PlasticityProcessor
import Testing

@Suite struct ColumnADCTests {
  typealias W = Words
  static let base = AddressMap.columnADC.base
  static let offsets = AddressMap.columnADCOffsets.base
  static let readouts = AddressMap.neuronReadout.base

  @Test("A read of 256 columns takes the published 410 cycles, of one column its conversion")
  func conversionTime() throws {
    func cycles(_ load: [UInt32], from address: UInt32) throws -> Int {
      var chip = Chip.ideal()
      let program =
        W.li(W.t2, 128) + [W.vsetvli8(W.t2, W.t2)] + W.li(W.t0, address)
        + W.li(W.t1, address + 128) + [W.csrr(W.s2, W.mcycle)] + load
        + [W.csrr(W.s3, W.mcycle)]
      _ = try chip.result(program)
      let times = chip.registers(.top)
      return Int(times[W.s3]) - Int(times[W.s2]) - 1
    }
    let pair = [W.vle8(8, W.t0), W.vle8(9, W.t1)]
    let measured = try cycles(pair, from: Self.base)
    #expect(measured == 410, "410 ± 41 on silicon")
    #expect(try cycles(pair, from: Self.base + 256) == measured)
    #expect(try cycles(pair, from: AddressMap.synapseWeights.base) == 40)
    #expect(try cycles(pair, from: Self.offsets) == 40)
    #expect(try cycles([W.lw(W.a0, 0, W.t0)], from: Self.base) == 8 + 185)
    #expect(
      try cycles([W.addi(W.t1, W.zero, 2), W.vlse8(8, W.t0, W.t1)], from: Self.base)
        == 1 + 16 + 128 + 185)
  }

  @Test("Processors read both channels, set offsets and choose what the readouts show")
  func registers() throws {
    var chip = Chip.ideal()
    chip.setParameters(
      NeuronParameters(leak: 1, reset: 1, threshold: 9), of: NeuronIndex(.bottom, column: 77))
    chip.resetNeurons()
    func byte(_ address: UInt32) throws -> Outcome {
      try chip.result(W.peek(W.a0, address, byteCount: 1), on: .bottom)
    }
    #expect(try byte(Self.base + 77) == .value(125))
    #expect(try byte(Self.base + 256 + 77) == .value(125))
    let program =
      W.poke(Self.offsets + 77, 0xFB, byteCount: 1)
      + W.poke(Self.offsets + 256 + 77, 4, byteCount: 1)
    _ = try chip.result(program, on: .bottom)
    #expect(try byte(Self.offsets + 77) == .value(0xFB), "minus 5")
    #expect(try byte(Self.base + 77) == .value(120))
    #expect(try byte(Self.base + 256 + 77) == .value(129))
    #expect(chip.digitalOffset(.bottom, column: 77, .causal) == -5)
    #expect(chip.digitalOffset(.top, column: 77, .causal) == 0, "each processor has its own")
    #expect(chip.convertReadout(of: NeuronIndex(.bottom, column: 77), .acausal) == 129)
    // Of 0xFE the low two bits count: 2, the inhibitory input.
    _ = try chip.result(W.poke(Self.readouts + 77, 0xFE, byteCount: 1), on: .bottom)
    #expect(try byte(Self.readouts + 77) == .value(2))
    #expect(chip.readout(of: NeuronIndex(.bottom, column: 77)) == .inhibitoryInput)
    #expect(try byte(Self.base + 77) == .value(175))
    chip.debugVoltage = 0.15
    #expect(try byte(Self.base + 77) == .value(15))
  }

  @Test("A spike-only program may set converters up, but every channel traps")
  func spikeOnly() throws {
    var chip = Chip.ideal()
    let declared = W.poke(AddressMap.control.base, 1)
    for offset: UInt32 in [0, 255, 256, 511] {
      let address = Self.base + offset
      #expect(
        try chip.result(declared + W.peek(W.a0, address, byteCount: 1))
          == .trap(.loadAccessFault, address))
    }
    let vector =
      declared + W.li(W.t2, 128) + [W.vsetvli8(W.t2, W.t2)] + W.li(W.t0, Self.base + 256)
      + [W.vle8(8, W.t0)]
    #expect(try chip.result(vector) == .trap(.loadAccessFault, Self.base + 256))
    #expect(chip.analogReadCount == 0)
    #expect(
      try chip.result(
        declared + W.poke(Self.offsets, 3) + W.poke(Self.readouts, 1)
          + W.peek(W.a0, Self.offsets)) == .value(3))
  }

  @Test("Noise and offsets go on after a checkpoint, and a read changes nothing else")
  func checkpoint() throws {
    var chip = Chip(ChipConfiguration(chipSeed: 3))
    chip.setDigitalOffset(-3, .top, column: 1, .causal)
    _ = chip.run(until: ClockTime(cycles: 500))
    var copy = try Chip.restored(from: chip.checkpoint())
    func codes(_ chip: inout Chip) -> [UInt8] {
      (0..<40).flatMap { _ in
        _ = chip.run(until: ClockTime(cycles: chip.now.cycles + 3))
        return (0..<8).map { chip.convertReadout(of: NeuronIndex(.top, column: $0)) }
      }
    }
    let first = codes(&chip)
    let second = codes(&copy)
    #expect(first == second && Set(first).count > 3)
    #expect(chip.stateHash == copy.stateHash)
    var silent = try Chip.restored(from: Chip(ChipConfiguration(chipSeed: 3)).checkpoint())
    silent.setDigitalOffset(-3, .top, column: 1, .causal)
    _ = silent.run(until: chip.now)
    #expect(silent.stateHash == chip.stateHash)
  }
}
