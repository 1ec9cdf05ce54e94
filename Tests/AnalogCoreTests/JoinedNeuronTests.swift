import AnalogCore
import ChipGeometry
import Testing

/// Two joined circuits, their inputs and the spikes that an independent integration found.
struct JoinedCase: Sendable {
  var name: String
  var top: NeuronParameters
  var bottom: NeuronParameters
  /// Cycle, 0 top or 1 bottom, signed weight code.
  var inputs: [(UInt64, Int, Int)]
  var end: UInt64
  var spikes: [UInt64]

  /// Circuits: τm, τs excitatory and inhibitory, leak.
  init(
    _ name: String, _ top: [Double], _ bottom: [Double], reset: Double, threshold: Double,
    refractory: Double, gains: [Double], inputs: [(UInt64, Int, Int)], end: UInt64,
    spikes: [UInt64]
  ) {
    func circuit(_ values: [Double], _ gain: Double) -> NeuronParameters {
      NeuronParameters(
        membraneTimeConstant: values[0], excitatoryTimeConstant: values[1],
        inhibitoryTimeConstant: values[2], leak: values[3], reset: reset, threshold: threshold,
        refractoryTime: refractory, excitatoryGain: gain, inhibitoryGain: gain)
    }
    self.name = name
    self.top = circuit(top, gains[0])
    self.bottom = circuit(bottom, gains[1])
    // What the bottom circuit's comparator would say does not matter.
    self.bottom.threshold = 0.01
    self.bottom.reset = 5
    self.bottom.refractoryTime = 1
    (self.inputs, self.end, self.spikes) = (inputs, end, spikes)
  }
}

/// Column 5 of an ideal chip, joined, with an excitatory and an inhibitory row on each side.
private struct JoinedCore: ~Copyable {
  static let column = 5
  var core: AnalogCore

  init(
    top: NeuronParameters, bottom: NeuronParameters, noise: Double = 0,
    mismatch: MismatchSpreads = .ideal
  ) {
    core = AnalogCore(AnalogConfiguration(mismatch: mismatch, thresholdNoise: noise))
    for hemisphere in Hemisphere.allCases {
      core.setRowMode(.excitatory, hemisphere, row: 0)
      core.setRowMode(.inhibitory, hemisphere, row: 1)
      core.setLabel(5, hemisphere, row: 0, column: Self.column)
      core.setLabel(6, hemisphere, row: 1, column: Self.column)
    }
    let zero = ClockTime(cycles: 0)
    core.setParameters(top, of: NeuronIndex(.top, column: Self.column), at: zero)
    core.setJoined(true, column: Self.column, at: zero)
    core.setParameters(bottom, of: NeuronIndex(.bottom, column: Self.column), at: zero)
    core.resetNeuron(NeuronIndex(.bottom, column: Self.column), at: zero)
  }

  mutating func input(_ side: Int, _ code: Int, at cycle: UInt64) {
    core.setWeight(
      UInt8(code.magnitude), side == 0 ? .top : .bottom, row: code > 0 ? 0 : 1,
      column: Self.column)
    core.deliver(
      bus: 4 * side, label: EventLabel(code > 0 ? 5 : 6), at: ClockTime(cycles: cycle))
  }

  /// Fires all spikes up to a cycle: circuit and cycle of each.
  mutating func run(until cycle: UInt64, stride: UInt64? = nil) -> [AnalogCore.PendingSpike] {
    var spikes: [AnalogCore.PendingSpike] = []
    var limit = stride ?? cycle
    while true {
      while let spike = core.nextSpike(atOrBefore: ClockTime(cycles: min(limit, cycle))) {
        core.fire(spike)
        spikes.append(spike)
      }
      guard limit < cycle else { return spikes }
      limit += stride ?? 0
    }
  }

  /// All spikes of the top circuit in a case; with `stride`, asked for at many limits, and with
  /// `isSplit` a restored core takes over after every ninth input.
  static func topSpikes(
    of reference: JoinedCase, stride: UInt64? = nil, isSplit: Bool = false
  ) throws -> [UInt64] {
    var joined = JoinedCore(top: reference.top, bottom: reference.bottom)
    var spikes: [AnalogCore.PendingSpike] = []
    for (index, (cycle, side, code)) in reference.inputs.enumerated() {
      spikes += joined.run(until: cycle, stride: stride)
      joined.input(side, code, at: cycle)
      guard isSplit, index % 9 == 8 else { continue }
      joined.core = try AnalogCore.restored(from: joined.core.checkpoint())
    }
    spikes += joined.run(until: reference.end, stride: stride)
    let top = spikes.filter { $0.neuron.hemisphere == .top }.map(\.time.cycles)
    let bottom = spikes.filter { $0.neuron.hemisphere == .bottom }.map(\.time.cycles)
    #expect(top == bottom)
    return top
  }
}

@Suite struct JoinedNeuronTests {
  @Test("Joined neurons spike at the cycles of a high-precision integration, whatever their rates")
  func table() throws {
    var count = 0
    for reference in joinedTable {
      let spikes = try JoinedCore.topSpikes(of: reference)
      #expect(spikes == reference.spikes, "\(reference.name)")
      count += spikes.count
    }
    #expect(joinedTable.count == 14 && count > 60)
  }

  @Test("Neither limits nor checkpoints change the spikes of a joined neuron")
  func split() throws {
    for reference in joinedTable.filter({ $0.name == "mismatch" || $0.name == "far apart" }) {
      let stride = UInt64(reference.end / 301)
      #expect(try JoinedCore.topSpikes(of: reference, stride: stride) == reference.spikes)
    }
    let reference = try #require(joinedTable.last)
    #expect(try JoinedCore.topSpikes(of: reference, isSplit: true) == reference.spikes)
  }

  @Test("Two equal circuits with twice the gain are one neuron that has all inputs")
  func asOne() {
    let one = NeuronParameters(refractoryTime: 500, excitatoryGain: 4, inhibitoryGain: 4)
    var half = one
    half.excitatoryGain = 8
    half.inhibitoryGain = 8
    var single = TestCore(one)
    var joined = JoinedCore(top: half, bottom: half)
    var random = RandomStream(seed: 3, name: "inputs")
    var expected: [UInt64] = []
    var found: [UInt64] = []
    var cycle: UInt64 = 0
    for _ in 0..<3000 {
      cycle += random.next(below: 400)
      expected += single.run(until: cycle).map(\.time.cycles)
      found += joined.run(until: cycle).filter { $0.neuron.hemisphere == .top }
        .map(\.time.cycles)
      let code = Int(random.next(below: 127)) - 48
      guard code != 0 else { continue }
      if code > 0 {
        single.excite(UInt8(min(63, code)), at: cycle)
      } else {
        single.inhibit(UInt8(min(63, -code)), at: cycle)
      }
      joined.input(Int(random.next(below: 2)), max(-63, min(63, code)), at: cycle)
      let time = ClockTime(cycles: cycle)
      let membrane = single.core.membrane(of: NeuronIndex(0), at: time)
      for hemisphere in Hemisphere.allCases {
        let other = joined.core.membrane(
          of: NeuronIndex(hemisphere, column: JoinedCore.column), at: time)
        #expect((other - membrane).magnitude < 1e-12)
      }
    }
    #expect(found == expected && expected.count > 200)
  }

  @Test("A reset of either column resets the pair and draws new noise")
  func reset() {
    for hemisphere in Hemisphere.allCases {
      var joined = JoinedCore(top: .nominal, bottom: .nominal, noise: 0.05)
      joined.input(0, 63, at: 10)
      joined.input(1, 63, at: 10)
      var times: [UInt64] = []
      for round in 1...4 {
        let start = UInt64(round) * 1000
        let neuron = NeuronIndex(hemisphere, column: JoinedCore.column)
        joined.core.resetNeuron(neuron, at: ClockTime(cycles: start))
        for other in Hemisphere.allCases {
          let place = NeuronIndex(other, column: JoinedCore.column)
          let currents = joined.core.currents(of: place, at: ClockTime(cycles: start))
          #expect(currents.excitatory == 0 && currents.inhibitory == 0)
        }
        joined.input(0, 50, at: start)
        joined.input(1, 50, at: start)
        times += joined.run(until: start + 900).prefix(1).map { $0.time.cycles - start }
      }
      #expect(times.count == 4 && Set(times).count > 1)
    }
  }

  @Test("Parted circuits are single neurons again, and other columns notice nothing")
  func parting() {
    var joined = JoinedCore(top: .nominal, bottom: .nominal)
    joined.core.setLabel(5, .top, row: 0, column: 6)
    joined.core.setWeight(50, .top, row: 0, column: 6)
    var alone = TestCore(.nominal)
    joined.core.setJoined(false, column: JoinedCore.column, at: ClockTime(cycles: 5))
    let isJoined = joined.core.isJoined(column: JoinedCore.column)
    #expect(!isJoined)
    joined.input(0, 50, at: 10)
    alone.excite(50, at: 10)
    let expected = alone.run(until: 5000).map(\.time)
    let spikes = joined.run(until: 5000)
    #expect(expected.count == 1 && spikes.map(\.time) == expected + expected)
    #expect(spikes.map(\.neuron.rawValue) == [5, 6])

    joined.core.setJoined(true, column: JoinedCore.column, at: ClockTime(cycles: 6000))
    joined.core.resetNeurons(.top, columns: 0..<256, at: ClockTime(cycles: 6000))
    joined.input(0, 50, at: 6010)
    // Half the weight alone in the pair is too little; its neighbour spikes as before.
    let last = joined.run(until: 11000).map(\.neuron.rawValue)
    #expect(last == [6])
  }
}
