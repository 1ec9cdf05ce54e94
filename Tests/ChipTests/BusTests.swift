import AnalogCore
import Chip
import ChipGeometry
import PlasticityProcessor
import Testing

@Suite struct BusTests {
  typealias W = Words

  @Test("Every block is accessible in the widths and directions that the address map says")
  func widthsAndDirections() throws {
    var chip = Chip.ideal()
    for region in AddressMap.regions where region.base >= AddressMap.sramByteCount {
      // Offset 8 is a register of every register block that can be read; 12 one that can be written.
      for width in [1, 2, 4] {
        let isWide = width >= Int(region.narrowestAccess)
        let readAddress = region.base + (region.name == "CONTROL" ? 4 : 8)
        let read = try chip.result(W.peek(W.a0, readAddress, byteCount: width))
        if region.access != .write && isWide {
          guard case .value = read else {
            Issue.record("\(region.name), \(width) bytes: \(read)")
            continue
          }
        } else {
          #expect(read == .trap(.loadAccessFault, readAddress), "\(region.name) \(width)")
        }
        let writeAddress = region.base + (region.name == "CONTROL" ? 8 : 12)
        let write = try chip.result(W.poke(writeAddress, 0, byteCount: width) + W.li(W.a0, 77))
        let expected: Outcome =
          region.access != .read && isWide
          ? .value(77) : .trap(.storeAccessFault, writeAddress)
        #expect(write == expected, "\(region.name) \(width)")
      }
    }
  }

  @Test("The first and the last byte of a block exist, the ones around it do not")
  func borders() throws {
    var chip = Chip.ideal()
    for region in [
      AddressMap.synapseLabels, AddressMap.randomGenerators, AddressMap.recorderEntries,
    ] {
      for address in [region.base, region.end - 1] {
        guard case .value = try chip.result(W.peek(W.a0, address, byteCount: 1)) else {
          Issue.record("\(region.name) lacks \(address)")
          continue
        }
      }
    }
    for address: UInt32 in [
      0x4000, 0x0FFF_FFFF, 0x1002_0100, 0x2000_1040, 0x2001_0420, 0xFFFF_FFFF,
    ] {
      #expect(
        try chip.result(W.peek(W.a0, address, byteCount: 1)) == .trap(.loadAccessFault, address))
    }
    #expect(
      try chip.result(W.peek(W.a0, 0x1000_0001, byteCount: 2))
        == .trap(.loadAddressMisaligned, 0x1000_0001))
  }

  @Test("Every register of the map answers, every other word of its block faults")
  func registers() throws {
    var chip = Chip.ideal()
    let commands = ["CLEAR", "EMIT"]
    let readOnly = ["COUNT", "OVERFLOW", "TIME", "TIMEH", "HEMISPHERE"]
    for region in [AddressMap.recorderRegisters, AddressMap.timer, AddressMap.control] {
      for offset in stride(from: 0, to: region.byteCount, by: 4) {
        let register = AddressMap.registers.first {
          $0.region == region.name && $0.offset == offset
        }
        let address = region.base + offset
        let read = try chip.result(W.peek(W.a0, address))
        if let register, !commands.contains(register.name) {
          if case .value = read {} else { Issue.record("\(register.name): \(read)") }
        } else {
          #expect(read == .trap(.loadAccessFault, address))
        }
        let write = try chip.result(W.poke(address, 1) + W.li(W.a0, 1))
        if let register, !readOnly.contains(register.name) {
          #expect(write == .value(1), "\(register.name)")
        } else {
          #expect(write == .trap(.storeAccessFault, address))
        }
      }
    }
  }

  @Test("Reset values and stored values of the registers")
  func registerValues() throws {
    var chip = Chip.ideal()
    func read(_ address: UInt32, on hemisphere: Hemisphere = .top) throws -> Outcome {
      try chip.result(W.peek(W.a0, address), on: hemisphere)
    }
    let recorder = AddressMap.recorderRegisters.base
    let resets: [(UInt32, UInt32)] = [
      (0, 0), (8, 0), (0xC, 0), (0x10, 0), (0x14, 0xFFFF), (0x18, 0xFFFF_FFFF), (0x1C, 0),
      (0x20, 5),
    ]
    for (offset, value) in resets { #expect(try read(recorder + offset) == .value(value)) }
    for offset: UInt32 in [0xC, 0x10, 0x14, 0x18] {
      let value = 0xABCD_0000 + offset
      #expect(
        try chip.result(W.poke(recorder + offset, value) + W.peek(W.a0, recorder + offset))
          == .value(value))
      #expect(try read(recorder + offset, on: .bottom) != .value(value), "own registers")
    }
    #expect(
      try chip.result(W.poke(recorder + 0x20, 0xFF) + W.peek(W.a0, recorder + 0x20)) == .value(31))
    #expect(try read(AddressMap.control.base + 4) == .value(0))
    #expect(try read(AddressMap.control.base + 4, on: .bottom) == .value(1))
  }

  @Test("Weights and labels keep six bits; a word is four columns")
  func synapses() throws {
    var chip = Chip.ideal()
    let place = AddressMap.synapseWeights.base + 256 * 7 + 100
    #expect(
      try chip.result(W.poke(place, 0x7F3F_C281) + W.peek(W.a0, place)) == .value(0x3F3F_0201))
    #expect(chip.weight(.top, row: 7, column: 100) == 1)
    #expect(chip.weight(.top, row: 7, column: 103) == 63)
    #expect(chip.weight(.bottom, row: 7, column: 100) == 0)
    let label = AddressMap.synapseLabels.base + 256 * 255 + 255
    #expect(try chip.result(W.peek(W.a0, label, byteCount: 1)) == .value(63), "63 at reset")
    _ = try chip.result(W.poke(label, 0xEA, byteCount: 1), on: .bottom)
    #expect(chip.synapseLabel(.bottom, row: 255, column: 255) == 0x2A)
    #expect(chip.synapseLabel(.top, row: 255, column: 255) == 63)
  }

  @Test("A vector register of 128 weights moves in both directions")
  func vectorRows() throws {
    var chip = Chip.ideal()
    for column in 0..<256 {
      chip.setWeight(UInt8(column % 64), .top, row: 3, column: column)
      chip.setSynapseLabel(UInt8((column * 7) % 64), .top, row: 4, column: column)
    }
    let program =
      W.li(W.t2, 128) + [W.vsetvli8(W.t2, W.t2)]
      + W.li(W.t0, AddressMap.synapseWeights.base + 3 * 256 + 128)
      + W.li(W.t1, AddressMap.synapseWeights.base + 9 * 256)
      + [W.vle8(8, W.t0), W.vse8(8, W.t1)]
      + W.li(W.t0, AddressMap.synapseLabels.base + 4 * 256)
      + W.li(W.t1, AddressMap.synapseLabels.base + 10 * 256 + 64)
      + [W.vle8(8, W.t0), W.vse8(8, W.t1)]
    #expect(try chip.result(program) != .other(.reachedTime))
    for column in 0..<128 {
      #expect(chip.weight(.top, row: 9, column: column) == UInt8((column + 128) % 64))
      #expect(chip.synapseLabel(.top, row: 10, column: column + 64) == UInt8(column * 7 % 64))
    }
    #expect(chip.weight(.top, row: 9, column: 128) == 0)
  }

  @Test("A vector access that runs out of a block faults at its element, after the others")
  func vectorFault() throws {
    var chip = Chip.ideal()
    let start = AddressMap.synapseLabels.end - 100
    let program =
      W.li(W.t2, 128) + [W.vsetvli8(W.t2, W.t2)] + W.li(W.t0, start)
      + [W.vmvVI(8, 9), W.vse8(8, W.t0)]
    #expect(try chip.result(program) == .trap(.storeAccessFault, AddressMap.synapseLabels.end))
    #expect(chip.synapseLabel(.top, row: 255, column: 255) == 9)
    #expect(chip.synapseLabel(.top, row: 255, column: 156) == 9)
    #expect(chip.synapseLabel(.top, row: 255, column: 155) == 63)
  }

  @Test("A strided access reads a column of weights")
  func strided() throws {
    var chip = Chip.ideal()
    for row in 0..<16 { chip.setWeight(UInt8(row + 20), .top, row: row, column: 5) }
    let program =
      W.li(W.t2, 16) + [W.vsetvli8(W.t2, W.t2)] + W.li(W.t0, AddressMap.synapseWeights.base + 5)
      + W.li(W.t2, 256) + [W.vlse8(8, W.t0, W.t2)] + W.li(W.t1, 0x2000) + [W.vse8(8, W.t1)]
    _ = try chip.result(program)
    #expect(
      chip.readMemory(.top, at: 0x2000, byteCount: 17) == (20..<36).map { UInt8($0) } + [0])
  }

  @Test("A neuron reset acts on exactly the columns whose byte is not zero", arguments: [0, 1])
  func neuronReset(byScalars: Int) throws {
    var chip = Chip.ideal()
    for column in 0..<256 {
      // The membrane rises from 0 towards 1 and never reaches the threshold.
      chip.setParameters(
        NeuronParameters(leak: 1, reset: 0, threshold: 10), of: NeuronIndex(.top, column: column))
    }
    chip.resetNeurons()
    _ = chip.run(until: ClockTime(cycles: 3000))
    let chosen = (0..<256).map { [0, 1, 1, 0, 0, 1, 0][$0 % 7] as UInt8 * UInt8($0 % 5 + 1) }
    let copy =
      byScalars == 1
      ? [W.addi(W.t2, W.zero, 64)]
        + [
          W.lw(W.a0, 0, W.t0), W.sw(W.a0, 0, W.t1), W.addi(W.t0, W.t0, 4), W.addi(W.t1, W.t1, 4),
          W.addi(W.t2, W.t2, -1), W.bne(W.t2, W.zero, -20),
        ]
      : W.li(W.t2, 128) + [W.vsetvli8(W.t2, W.t2)]
        + [
          W.vle8(8, W.t0), W.vse8(8, W.t1), W.addi(W.t0, W.t0, 128), W.addi(W.t1, W.t1, 128),
          W.vle8(8, W.t0), W.vse8(8, W.t1),
        ]
    let words =
      W.li(W.t0, 0x2000) + W.li(W.t1, AddressMap.neuronReset.base) + copy + W.exit
    try chip.start(words)
    chip.writeMemory(.top, at: 0x2000, chosen)
    guard case .processorStopped(.top, .exited) = chip.run(until: distantFuture) else {
      Issue.record("no end")
      return
    }
    for column in 0..<256 {
      let code = chip.convertReadout(of: NeuronIndex(.top, column: column))
      // 80 + 45 (1 - exp(-1)) = 108 before.
      #expect(chosen[column] != 0 ? code < 108 : code >= 108, "column \(column): \(code)")
    }
  }

  @Test("Delay lines are 16 bits wide, two in a word")
  func delays() throws {
    var chip = Chip.ideal()
    let base = AddressMap.delayLines.base
    #expect(
      try chip.result(W.poke(base + 2 * 254, 0x1FFF_8003) + W.peek(W.a0, base + 2 * 254))
        == .value(0x1FFF_0003))
    #expect(chip.delay(.top, line: 254) == 3 && chip.delay(.top, line: 255) == 8191)
    #expect(
      try chip.result(
        W.poke(base + 2 * 520, 5, byteCount: 2) + W.peek(W.a0, base + 2 * 520, byteCount: 2))
        == .value(5))
    #expect(chip.delay(.bottom, line: 520) == 5, "lines of host and background are common")
  }

  @Test("Delay taps are 16 bits wide, a row of 64 after the other, and each processor has its own")
  func delayTaps() throws {
    var chip = Chip.ideal()
    let base = AddressMap.delayTaps.base
    #expect(
      try chip.result(W.poke(base + 128 * 3 + 126, 0x8003, byteCount: 2) + W.peek(W.a0, base + 508))
        == .value(0x0003_0000))
    #expect(
      try chip.result(
        W.poke(base + 8188, 0x1FFF_0007) + W.peek(W.a0, base + 8190, byteCount: 2)) == .value(8191))
    #expect(chip.tapDelay(.top, row: 3, tap: 63) == 3 && chip.tapDelay(.top, row: 63, tap: 62) == 7)
    #expect(chip.tapDelay(.bottom, row: 3, tap: 63) == 0)
    _ = try chip.result(W.poke(base + 2, 9, byteCount: 2), on: .bottom)
    #expect(chip.tapDelay(.bottom, row: 0, tap: 1) == 9 && chip.tapDelay(.top, row: 0, tap: 1) == 0)
    let beyond = try chip.result(W.peek(W.a0, base + 8192, byteCount: 2))
    #expect(beyond == .trap(.loadAccessFault, base + 8192))
  }

  @Test("Each read of a random generator moves its column on, and only its")
  func random() throws {
    var chip = Chip.ideal()
    var other = Chip.ideal()
    let address = AddressMap.randomGenerators.base
    func next(_ chip: inout Chip, _ column: UInt32, on hemisphere: Hemisphere = .top) throws
      -> Outcome
    { try chip.result(W.peek(W.a0, address + column, byteCount: 1), on: hemisphere) }
    let first = try (0..<20).map { _ in try next(&chip, 5) }
    #expect(Set(first.map { "\($0)" }).count > 15)
    let again = try (0..<20).map { index in
      _ = try next(&other, UInt32(6 + index))
      return try next(&other, 5)
    }
    #expect(first == again, "equal seeds, and the other columns do not matter")
    #expect(try (0..<20).map { _ in try next(&other, 5, on: .bottom) } != first)
    var third = Chip(ChipConfiguration(analog: ChipConfiguration.ideal.analog, generatorSeed: 2))
    #expect(try (0..<20).map { _ in try next(&third, 5) } != first)
  }

  @Test("The register of a random generator visits all 65535 non-zero states")
  func randomPeriod() throws {
    var chip = Chip.ideal()
    // 16-bit LFSR, eight steps a read: 65535 and 8 have no common divisor, so 65535 reads visit all
    // states, and each byte comes 256 times but zero 255 times. Count the reads of a whole period.
    let program =
      W.li(W.t0, AddressMap.randomGenerators.base + 77) + W.li(W.t1, 0xFFFF) + [
        W.load(1, W.t2, 0, W.t0), W.add(W.a0, W.a0, W.t2), W.addi(W.t1, W.t1, -1),
        W.bne(W.t1, W.zero, -12),
      ]
    #expect(try chip.result(program) == .value(255 * 128 * 256))
  }
}
