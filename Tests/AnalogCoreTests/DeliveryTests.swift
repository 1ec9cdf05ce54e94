import AnalogCore
import ChipGeometry
import Testing

@Suite struct DeliveryTests {
  /// A chip whose neurons never spike, with weight codes and labels from a random stream.
  static func core(seed: UInt64) -> AnalogCore {
    var core = AnalogCore(
      AnalogConfiguration(
        mismatch: .ideal, thresholdNoise: 0, neuron: NeuronParameters(threshold: 1e9)))
    var random = RandomStream(seed: seed, name: "delivery")
    for hemisphere in Hemisphere.allCases {
      for memory in [AnalogCore.SynapseMemory.weights, .labels] {
        let bytes = (0..<65536).map { _ in
          UInt8(truncatingIfNeeded: random.next()) & (memory == .labels ? 3 : 63)
        }
        core.write(memory, hemisphere, offset: 0, from: bytes.span)
      }
      for row in 0..<256 {
        core.setRowMode(
          RowMode.allCases[Int(random.next(below: 4))], hemisphere, row: row)
      }
      for driver in 0..<128 {
        core.setRowSelectMask(
          UInt8(random.next(below: 32)), hemisphere, driver: driver)
      }
    }
    return core
  }

  /// What an event adds, from the rules alone: weight codes per input of every neuron, and matches.
  static func expected(_ core: borrowing AnalogCore, bus: Int, label: EventLabel)
    -> (excitatory: [Double], inhibitory: [Double], matches: Int)
  {
    var excitatory = [Double](repeating: 0, count: 512)
    var inhibitory = excitatory
    var matches = 0
    let hemisphere: Hemisphere = bus < 4 ? .top : .bottom
    for row in 0..<256 where (row / 2) % 4 == bus % 4 {
      let driver = row / 2
      let mask = core.rowSelectMask(hemisphere, driver: driver)
      guard (label.rowSelect ^ UInt8(driver / 4)) & mask == 0 else { continue }
      let mode = core.rowMode(hemisphere, row: row)
      guard mode != .disabled else { continue }
      for column in 0..<256
      where core.label(hemisphere, row: row, column: column) == label.synapseLabel {
        matches += 1
        let n = Int(NeuronIndex(hemisphere, column: column).rawValue)
        let weight = Double(core.weight(hemisphere, row: row, column: column))
        if mode != .inhibitory { excitatory[n] += weight }
        if mode != .excitatory { inhibitory[n] += weight }
      }
    }
    return (excitatory, inhibitory, matches)
  }

  @Test("An event reaches exactly the synapses that bus, row select, label and row mode allow")
  func matching() {
    var core = Self.core(seed: 1)
    var random = RandomStream(seed: 2, name: "events")
    let cycle = ClockTime(cycles: 7)
    for round in 0..<20 {
      let bus = round % 8
      let label = EventLabel(UInt16(truncatingIfNeeded: random.next()) & 0xFFC3)
      let (excitatory, inhibitory, matches) = Self.expected(core, bus: bus, label: label)
      for hemisphere in Hemisphere.allCases {
        core.resetNeurons(hemisphere, columns: 0..<256, at: cycle)
      }
      #expect(core.deliver(bus: bus, label: label, at: cycle) == matches)
      for n in 0..<512 {
        let currents = core.currents(of: NeuronIndex(n), at: cycle)
        #expect((currents.excitatory - excitatory[n] * 8 / 63).magnitude < 1e-12)
        #expect((currents.inhibitory - inhibitory[n] * 8 / 63).magnitude < 1e-12)
      }
      // Change something that deliveries depend on; the next rounds must notice.
      let row = Int(random.next(below: 256))
      let hemisphere: Hemisphere = round % 2 == 0 ? .top : .bottom
      switch round % 4 {
      case 0: for column in 0..<256 { core.setLabel(2, hemisphere, row: row, column: column) }
      case 1: core.setRowMode(.both, hemisphere, row: row)
      case 2: core.setRowSelectMask(0, hemisphere, driver: row / 2)
      default: for column in 0..<256 { core.setWeight(63, hemisphere, row: row, column: column) }
      }
    }
  }

  @Test("Changes after a delivery are seen by the next one")
  func invalidation() {
    var core = TestCore(NeuronParameters(threshold: 1e9))
    func current(_ core: borrowing TestCore) -> Double {
      let currents = core.core.currents(of: NeuronIndex(0), at: ClockTime(cycles: 1))
      return ((currents.excitatory - currents.inhibitory) * 63 / 8).rounded()
    }
    core.excite(10, at: 1)
    #expect(current(core) == 10)
    core.excite(20, at: 1)
    #expect(current(core) == 30)
    core.core.setLabel(9, .top, row: 0, column: 0)
    core.excite(20, at: 1)
    #expect(current(core) == 30)
    core.core.setLabel(5, .top, row: 0, column: 0)
    core.excite(10, at: 1)
    #expect(current(core) == 40)
    core.core.setRowMode(.inhibitory, .top, row: 0)
    core.excite(15, at: 1)
    #expect(current(core) == 25)
    core.core.setRowMode(.excitatory, .top, row: 0)
    core.excite(5, at: 1)
    #expect(current(core) == 30)
    core.core.deliver(bus: 0, label: EventLabel(5 | 1 << 6), at: ClockTime(cycles: 1))
    #expect(current(core) == 30)
    core.core.setRowSelectMask(0b11110, .top, driver: 0)
    core.core.deliver(bus: 0, label: EventLabel(5 | 1 << 6), at: ClockTime(cycles: 1))
    #expect(current(core) == 35)
  }

  @Test("Synapse memory reads back what was written, low six bits, from any offset")
  func memory() {
    var core = AnalogCore(AnalogConfiguration(mismatch: .ideal))
    let bytes: [UInt8] = [0x3F, 0xFF, 0x40, 1]
    for hemisphere in Hemisphere.allCases {
      core.write(.weights, hemisphere, offset: 256 * 7 + 254, from: bytes.span)
      core.write(.labels, hemisphere, offset: 65532, from: bytes.span)
    }
    #expect(core.weight(.top, row: 7, column: 255) == 0x3F)
    #expect(core.weight(.bottom, row: 8, column: 0) == 0)
    #expect(core.weight(.bottom, row: 8, column: 1) == 1)
    #expect(core.label(.top, row: 255, column: 255) == 1)
    var read = [UInt8](repeating: 9, count: 4)
    var span = read.mutableSpan
    core.read(.labels, .bottom, offset: 65532, into: &span)
    #expect(read == [0x3F, 0x3F, 0, 1])
  }
}
