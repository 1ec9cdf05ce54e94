import AnalogCore
import Chip
import ChipGeometry
import EventFabric
import Testing

@Suite struct NetworkTests {
  typealias W = Words

  static func chip(hidden: Int = 120) throws -> Chip {
    var chip = Chip.ideal()
    try LayeredNetwork(inputs: 4, hidden: hidden, outputs: 3).configure(&chip)
    chip.isRecording = true
    return chip
  }

  @Test("4-120-3 with bias fits, one neuron more does not, and the error says need, have and where")
  func size() throws {
    #expect(throws: Never.self) { try LayeredNetwork(inputs: 4, hidden: 120, outputs: 3) }
    #expect(throws: Never.self) { try LayeredNetwork(inputs: 7, hidden: 1, outputs: 8) }
    #expect(throws: Never.self) {
      try LayeredNetwork(inputs: 8, hidden: 1, outputs: 1, hasBias: false)
    }
    func message(_ inputs: Int, _ hidden: Int, _ outputs: Int, _ hemisphere: Hemisphere) -> String {
      do throws(MappingError) {
        _ = try LayeredNetwork(
          inputs: inputs, hidden: hidden, outputs: outputs, hemisphere: hemisphere)
        return "it fits"
      } catch {
        return error.description
      }
    }
    #expect(
      message(4, 121, 3, .top)
        == "the network does not fit: it needs 121 hidden neurons, there are 120 (top hemisphere, "
        + "30 in each of the column blocks 0 to 3: an event output reaches one PADI bus, whose "
        + "drivers 0 to 29 they need)")
    #expect(
      message(8, 10, 3, .bottom)
        == "the network does not fit: it needs 9 input drivers, one of them for the bias, there "
        + "are 8 (bottom hemisphere, drivers 30 and 31 of each of the PADI buses 0 to 3)")
    #expect(
      message(4, 10, 9, .top)
        == "the network does not fit: it needs 9 output neurons, there are 8 (top hemisphere, "
        + "columns 128 to 135)")
  }

  @Test("With a delay per synapse 30 hidden neurons fit, and the error says need, have and where")
  func synapticSize() throws {
    #expect(throws: Never.self) {
      try LayeredNetwork(inputs: 7, hidden: 30, outputs: 8, hasSynapticDelays: true)
    }
    let error = #expect(throws: MappingError.self) {
      try LayeredNetwork(
        inputs: 4, hidden: 31, outputs: 3, hemisphere: .bottom, hasSynapticDelays: true)
    }
    #expect(
      error?.description
        == "the network does not fit: it needs 31 hidden neurons with a delay per synapse, there "
        + "are 30 (bottom hemisphere, rows 0 to 29 of the delay taps)")
  }

  @Test(
    "With a delay per synapse an event reaches each neuron after its own delay, and no other",
    arguments: Hemisphere.allCases)
  func synapticDelays(hemisphere: Hemisphere) throws {
    let network = try LayeredNetwork(
      inputs: 4, hidden: 30, outputs: 3, hemisphere: hemisphere, hasSynapticDelays: true)
    // A weight that makes a spike at once; the refractory time is the rest of the test.
    let strong = NeuronParameters(refractoryTime: 1e6, excitatoryGain: 100)
    for source in [LayeredNetwork.Source.input(0), .input(3), .input(4)] {
      var chip = Chip.ideal()
      network.configure(&chip, hidden: strong, output: strong)
      chip.isRecording = true
      for h in 0..<30 {
        network.setWeight(63, from: source, toColumn: h, on: &chip)
        // Of the hidden neurons only 7 and 29 reach outputs.
        for o in 0..<3 where h == 7 || h == 29 {
          network.setWeight(63, from: .hidden(h), toColumn: 128 + o, on: &chip)
          chip.setTapDelay(
            UInt16(1000 - 300 * o + (h == 7 ? 0 : 5000)), hemisphere, row: h, tap: o)
        }
        chip.setTapDelay(
          UInt16(2000 - 50 * h), hemisphere, row: try #require(LayeredNetwork.tapRow(source)),
          tap: h)
      }
      try chip.enqueue(
        SpikeEvent(tick: 10, label: LayeredNetwork.label(source), flags: .stimulus))
      // Supervision reaches no synapse.
      try chip.send(LayeredNetwork.label(.teacher(2)).rawValue, tick: 10)
      try chip.send(LayeredNetwork.endOfSampleLabel.rawValue, tick: 10)
      #expect(chip.run(until: ClockTime(ticks: 20_000)) == .reachedTime)
      var events: [SpikeEvent] = []
      chip.takeEvents(into: &events)
      let spikes = events.filter { $0.flags.contains(.neuron) }
      #expect(spikes.count == 33)
      for h in 0..<30 {
        let spike = spikes.first { $0.label == LayeredNetwork.label(.hidden(h)) }
        let delay = try #require(spike).tick - UInt64(10 + 2000 - 50 * h)
        #expect(delay < 40, "hidden neuron \(h), \(source): \(delay) ticks late")
      }
      for o in 0..<3 {
        let spike = spikes.first { $0.label == LayeredNetwork.label(.output(o)) }
        let start = 10 + 2000 - 50 * 7 + 1000 - 300 * o
        let delay = try #require(spike).tick - UInt64(start)
        #expect(delay < 80, "output \(o): \(delay) ticks late")
      }
      #expect(chip.busDropCounts.allSatisfy { $0 == 0 })
      let delays = network.synapticDelays(on: chip)
      #expect(delays.count == 5 * 30 + 30 * 3)
      #expect(delays[150 + 7 * 3 + 2] == 400 && delays[150 + 29 * 3] == 6000)
    }
  }

  @Test("Names lead to hardware addresses, all different")
  func addresses() throws {
    let network = try LayeredNetwork(inputs: 4, hidden: 120, outputs: 3)
    let all = network.addresses
    #expect(
      all.map(\.name).prefix(6) == [
        "input[0]", "input[1]", "input[2]", "input[3]", "bias", "hidden[0]",
      ])
    #expect(all.count == 128 && Set(all.map(\.slot)).count == 128)
    let rows = all.flatMap { [$0.excitatoryRow, $0.inhibitoryRow].compactMap { $0 } }
    #expect(rows.count == 250 && Set(rows).count == 250, "250 of 256 rows")
    let columns = all.compactMap(\.column)
    #expect(columns.count == 123 && Set(columns).count == 123)
    func place(_ name: String) -> [Int?]? {
      all.first { $0.name == name }.map {
        [
          $0.column, $0.driver, $0.excitatoryRow, $0.inhibitoryRow, $0.bus, Int($0.label.rawValue),
          $0.slot,
        ]
      }
    }
    #expect(place("hidden[75]") == [79, 62, 124, 125, 2, 0x20F, 79])
    #expect(place("bias") == [nil, 124, 248, 249, 0, 0x524, 164])
    #expect(place("input[3]") == [nil, 123, 246, 247, 3, 0x523, 163])
    #expect(place("output[2]") == [130, nil, nil, nil, nil, 0x402, 130])
    #expect(LayeredNetwork.slot(.teacher(2)) == 194 && LayeredNetwork.slot(.endOfSample) == 224)
  }

  @Test("A synapse of the network stores its source's label, every other one 63 and weight 0")
  func labels() throws {
    let chip = try Self.chip()
    for row in 0..<256 {
      let (bus, index) = (row / 2 % 4, row / 8)
      for column in 0..<256 {
        var expected: UInt8 = 63
        if index < 30, 128..<131 ~= column { expected = UInt8(index) }
        let input = bus + 4 * (index - 30)
        if index >= 30, input < 5, column < 128, column % 32 < 30 { expected = UInt8(32 + input) }
        #expect(chip.synapseLabel(.top, row: row, column: column) == expected)
        #expect(chip.weight(.top, row: row, column: column) == 0)
      }
    }
  }

  /// When a resting ideal neuron spikes that gets `jump` thresholds of current at cycle `start`: for
  /// τm = 2 τs the membrane is jump (x - x²) with x = exp(-t / τm).
  static func spikeCycle(jump: Double, start: UInt64) -> UInt64 {
    let x = (1 + (1 - 4 / jump).squareRoot()) / 2
    let t = -3000 * ElementaryFunctions.log(x)
    return start + UInt64(t) + 1
  }

  @Test("A stimulus reaches one hidden neuron, whose spike reaches one output, at computed times")
  func endToEnd() throws {
    var chip = try Self.chip()
    let network = try LayeredNetwork(inputs: 4, hidden: 120, outputs: 3)
    network.setWeight(40, from: .input(3), toColumn: LayeredNetwork.column(hidden: 97), on: &chip)
    // Output code 63 means 2 thresholds, not enough alone: three hidden neurons on three buses.
    for h in [97, 64, 31] {
      network.setWeight(40, from: .input(3), toColumn: LayeredNetwork.column(hidden: h), on: &chip)
      network.setWeight(63, from: .hidden(h), toColumn: LayeredNetwork.column(output: 1), on: &chip)
    }
    #expect(network.weight(from: .hidden(64), toColumn: 129, on: chip) == 63)
    try chip.send(0x523, tick: 1000)
    try chip.send(0x602, tick: 1000, .teacher)
    #expect(chip.run(until: distantFuture) == .reachedTime)
    let events = chip.events()
    let hidden = Self.spikeCycle(jump: 8 * 40 / 63, start: 2000)
    let output = Self.spikeCycle(jump: 6, start: hidden)
    #expect(
      events == [
        SpikeEvent(tick: 1000, label: EventLabel(0x523), flags: .stimulus),
        SpikeEvent(tick: 1000, label: EventLabel(0x602), flags: .teacher),
        SpikeEvent(tick: hidden / 2, label: LayeredNetwork.label(.hidden(31)), flags: .neuron),
        SpikeEvent(tick: hidden / 2, label: LayeredNetwork.label(.hidden(64)), flags: .neuron),
        SpikeEvent(tick: hidden / 2, label: LayeredNetwork.label(.hidden(97)), flags: .neuron),
        SpikeEvent(tick: output / 2, label: LayeredNetwork.label(.output(1)), flags: .neuron),
      ])
    #expect(chip.spikeCount(NeuronIndex(.top, column: 129)) == 1)
    #expect(chip.busDropCounts.allSatisfy { $0 == 0 })
  }

  @Test("A negative weight holds a neuron back")
  func inhibition() throws {
    var chip = try Self.chip()
    let network = try LayeredNetwork(inputs: 4, hidden: 120, outputs: 3)
    network.setWeight(40, from: .input(0), toColumn: 0, on: &chip)
    network.setWeight(-30, from: .input(1), toColumn: 0, on: &chip)
    #expect(network.weight(from: .input(1), toColumn: 0, on: chip) == -30)
    try chip.send(0x520, tick: 100)
    try chip.send(0x521, tick: 100)
    _ = chip.run(until: distantFuture)
    #expect(chip.events().count == 2, "the two stimuli and no spike")
  }

  @Test("Every hidden neuron reaches every output, and every input every hidden neuron")
  func allConnections() throws {
    var chip = try Self.chip()
    let network = try LayeredNetwork(inputs: 4, hidden: 120, outputs: 3)
    for h in 0..<120 {
      for k in 0..<5 {
        network.setWeight(
          60, from: .input(k), toColumn: LayeredNetwork.column(hidden: h), on: &chip)
      }
    }
    for (sample, k) in [4, 0, 3].enumerated() {
      try chip.send(0x520 + UInt16(k), tick: UInt64(sample) * 10_000 + 100)
    }
    #expect(chip.run(until: ClockTime(ticks: 40_000)) == .reachedTime)
    let events = chip.events()
    #expect(events.count == 3 * 121)
    for sample in 0..<3 {
      let spikes = events[(sample * 121 + 1)..<(sample * 121 + 121)]
      #expect(spikes.map(\.label) == (0..<120).map { LayeredNetwork.label(.hidden($0)) })
      #expect(Set(spikes.map(\.tick)).count == 1)
    }
    // 30 simultaneous spikes per bus: one goes at once, 16 wait, 13 are lost.
    #expect(chip.busDropCounts == [39, 39, 39, 39, 0, 0, 0, 0])
  }

  @Test("The network can lie in the bottom hemisphere")
  func bottom() throws {
    var chip = Chip.ideal()
    let network = try LayeredNetwork(inputs: 4, hidden: 40, outputs: 2, hemisphere: .bottom)
    network.configure(&chip)
    chip.isRecording = true
    network.setWeight(63, from: .input(2), toColumn: LayeredNetwork.column(hidden: 33), on: &chip)
    try chip.send(0x522, tick: 10)
    _ = chip.run(until: distantFuture)
    #expect(chip.events().map(\.flags) == [.stimulus, [.neuron, .bottom]])
  }
}
