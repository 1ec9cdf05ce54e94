import AnalogCore
import Chip
import ChipGeometry
import PlasticityProcessor
import Testing

@Suite struct BothHemispheresTests {
  typealias W = Words

  /// Both processors reach the shared words after as many cycles, the bottom one `lead` earlier.
  static func race(top: UInt32, bottom: UInt32, lead: Int) throws -> (top: UInt32, bottom: UInt32) {
    var chip = Chip.ideal()
    let start = [W.lui(W.t0, AddressMap.shared.base >> 12), W.addi(W.a1, 0, 7), W.nop]
    try chip.start(start + [top] + W.exit, on: .top)
    try chip.start(Array(start.dropLast(lead)) + [bottom] + W.exit, on: .bottom)
    while true {
      let stop = chip.run(until: distantFuture)
      guard case .processorStopped = stop else { break }
    }
    return (chip.registers(.top)[W.a0], chip.registers(.bottom)[W.a0])
  }

  @Test("Accesses to the shared words are ordered by cycle, in one cycle the top processor's first")
  func sharedOrder() throws {
    let (read, write) = (W.lw(W.a0, 8, W.t0), W.sw(W.a1, 8, W.t0))
    #expect(try Self.race(top: write, bottom: read, lead: 0) == (0, 7))
    #expect(try Self.race(top: write, bottom: read, lead: 1) == (0, 0))
    #expect(try Self.race(top: read, bottom: write, lead: 0) == (0, 0))
    #expect(try Self.race(top: read, bottom: write, lead: 1) == (7, 0))
  }

  @Test("Shared words survive a checkpoint, and a debugger sees them")
  func sharedState() throws {
    var chip = Chip.ideal()
    let last = AddressMap.shared.end - 4
    _ = try chip.result(W.poke(last, 0x1234_5678), on: .bottom)
    var copy = try Chip.restored(from: chip.checkpoint())
    #expect(copy.inspect(.top, at: last + 2, byteCount: 2) == [0x34, 0x12])
    #expect(try copy.result(W.peek(W.a0, last)) == .value(0x1234_5678))
    #expect(copy.modify(.top, at: last, [1, 2, 3, 4]) == false)
    #expect(
      try copy.result(W.peek(W.a0, last, byteCount: 2)) == .trap(.loadAccessFault, last),
      "only whole words")
  }

  @Test("4-240-3 fits into both hemispheres, one neuron more does not")
  func size() throws {
    let network = try LayeredNetwork(inputs: 4, hidden: 240, outputs: 3, spansBoth: true)
    #expect(network.hiddenNeurons(in: .top) == 0..<120)
    #expect(network.hiddenNeurons(in: .bottom) == 120..<240)
    let all = network.addresses
    #expect(all.count == 248 && Set(all.map(\.label.rawValue)).count == 248)
    let places = all.filter { $0.column != nil }.map { "\($0.hemisphere) \($0.column ?? -1)" }
    #expect(Set(places).count == 243)
    let inBoth = all.filter(\.isInBoth).map(\.name)
    #expect(inBoth.count == 8 && inBoth.suffix(2) == ["output[1]", "output[2]"])
    let last = try #require(all.first { $0.name == "hidden[195]" })
    #expect(last.hemisphere == .bottom && last.column == 79 && last.driver == 62)
    #expect(last.label == EventLabel(0x24F) && last.slot == 79)
    let odd = try LayeredNetwork(inputs: 4, hidden: 7, outputs: 3, spansBoth: true)
    #expect(odd.hiddenNeurons(in: .top) == 0..<4 && odd.place(ofHidden: 6) == (.bottom, 2))
    do throws(MappingError) {
      _ = try LayeredNetwork(inputs: 4, hidden: 241, outputs: 3, spansBoth: true)
      Issue.record("it fits")
    } catch {
      #expect(
        error.description.hasPrefix(
          "the network does not fit: it needs 241 hidden neurons, there are 240 (both hemispheres, "
        ))
    }
  }

  @Test("Hidden neurons of both hemispheres reach one output, which spikes in both")
  func endToEnd() throws {
    var chip = Chip.ideal()
    chip.isRecording = true
    let network = try LayeredNetwork(inputs: 4, hidden: 240, outputs: 3, spansBoth: true)
    network.configure(&chip)
    for h in [97, 184, 31] {
      let (hemisphere, index) = network.place(ofHidden: h)
      network.setWeight(
        40, from: .input(3), toColumn: LayeredNetwork.column(hidden: index), in: hemisphere,
        on: &chip)
      network.setWeight(63, from: .hidden(h), toColumn: LayeredNetwork.column(output: 1), on: &chip)
    }
    // The neurons with the same places in the other hemisphere must not reach the output.
    #expect(network.weight(from: .hidden(64), toColumn: 129, on: chip) == 0)
    network.setWeight(-63, from: .hidden(64), toColumn: 129, on: &chip)
    network.setWeight(-63, from: .hidden(217), toColumn: 129, on: &chip)
    try chip.send(0x523, tick: 1000)
    _ = chip.run(until: distantFuture)
    let hidden = NetworkTests.spikeCycle(jump: 8 * 40 / 63, start: 2000)
    // Three times two thresholds, as in a network of one hemisphere.
    let output = NetworkTests.spikeCycle(jump: 6, start: hidden)
    let events = chip.events()
    #expect(
      events == [
        SpikeEvent(tick: 1000, label: EventLabel(0x523), flags: .stimulus),
        SpikeEvent(tick: hidden / 2, label: network.label(of: .hidden(31)), flags: .neuron),
        SpikeEvent(tick: hidden / 2, label: network.label(of: .hidden(97)), flags: .neuron),
        SpikeEvent(
          tick: hidden / 2, label: network.label(of: .hidden(184)), flags: [.neuron, .bottom]),
        SpikeEvent(tick: output / 2, label: EventLabel(0x401), flags: .neuron),
        SpikeEvent(tick: output / 2, label: EventLabel(0x401), flags: [.neuron, .bottom]),
      ])
    for hemisphere in Hemisphere.allCases {
      #expect(chip.spikeCount(NeuronIndex(hemisphere, column: 129)) == 1)
    }
  }
}
