import AnalogCore
import Chip
import ChipGeometry
import Testing

@Suite struct ParameterMemoryTests {
  typealias W = Words
  static let base = AddressMap.parameterMemory.base

  @Test("A processor reads and writes cells as halfwords, row by row, and neurons follow")
  func bus() throws {
    var chip = Chip.ideal()
    let neuron = NeuronIndex(.bottom, column: 200)
    chip.setFollowsCodes(true, of: neuron)
    // Row 2, column 200 and 201.
    let address = Self.base + 512 * 2 + 400
    #expect(
      try chip.result(W.peek(W.a0, address), on: .bottom) == .value(328 << 16 | 328))
    _ = try chip.result(W.poke(address, 0x0123_FFFE), on: .bottom)
    #expect(
      try chip.result(W.peek(W.a0, address, byteCount: 2), on: .bottom) == .value(0x3FE))
    #expect(chip.code(.threshold, of: neuron) == 0x3FE)
    #expect(chip.code(.threshold, of: NeuronIndex(.bottom, column: 201)) == 0x123)
    #expect(chip.code(.threshold, of: NeuronIndex(.top, column: 200)) == 328)
    #expect(chip.realisedParameters(of: neuron).threshold > 5)
    let last = Self.base + 24 * 512 - 2
    #expect(try chip.result(W.peek(W.a0, last, byteCount: 2)) == .value(0))
    #expect(
      try chip.result(W.peek(W.a0, last + 2, byteCount: 2)) == .trap(.loadAccessFault, last + 2))
    #expect(
      try chip.result(W.peek(W.a0, Self.base, byteCount: 1)) == .trap(.loadAccessFault, Self.base))
    let restored = try Chip.restored(from: chip.checkpoint())
    #expect(restored.stateHash == chip.stateHash)
    #expect(restored.followsCodes(neuron) == true)
  }

  @Test("A leak that a program raises above the threshold makes the neuron spike")
  func spikes() throws {
    var chip = Chip.ideal()
    let neuron = NeuronIndex(.top, column: 1)
    chip.setFollowsCodes(true, of: neuron)
    chip.resetNeurons()
    // Row 0, column 1.
    try chip.start(W.poke(Self.base + 2, 900, byteCount: 2) + W.sleepForever)
    _ = chip.run(until: ClockTime(cycles: 20_000))
    let count = chip.spikeCount(neuron)
    #expect(count >= 2 && count <= 3, "one, and one after each refractory time of 8000 cycles")
  }
}
