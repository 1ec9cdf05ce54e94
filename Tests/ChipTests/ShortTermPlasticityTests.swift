import AnalogCore
import Chip
import ChipGeometry
import EventFabric
import Testing

@Suite struct ShortTermPlasticityTests {
  /// An ideal chip whose column 3 hears link 0 through driver 0; its neuron never spikes.
  static func chip() -> Chip {
    var chip = Chip.ideal()
    chip.setParameters(
      NeuronParameters(threshold: 1e9), of: NeuronIndex(.top, column: 3))
    chip.setNode(from: .link(0), to: .bus(.top, 0), .open)
    chip.setRowMode(.excitatory, .top, row: 0)
    chip.setRowSelectMask(0, .top, driver: 0)
    chip.setSynapseLabel(0, .top, row: 0, column: 3)
    chip.setWeight(63, .top, row: 0, column: 3)
    return chip
  }

  /// In one cycle a current decays by less than 0.1 %.
  static func isAlike(_ pulses: [Double], _ expected: [Double]) -> Bool {
    pulses.count == expected.count
      && zip(pulses, expected).allSatisfy { ($0 - $1).magnitude < 0.006 }
  }

  /// What host events add to the input of column 3, in parts of a full pulse.
  static func pulses(_ chip: inout Chip, isSplit: Bool = false) throws -> [Double] {
    for _ in 0..<6 { try chip.send(0, tick: 50) }
    var pulses: [Double] = []
    var before = 0.0
    for _ in 0..<200 {
      _ = chip.run(until: ClockTime(cycles: chip.now.cycles + 1))
      let now = chip.neuronState(of: NeuronIndex(.top, column: 3)).excitatory / 8
      if now > before {
        pulses.append(now - before)
        if isSplit { chip = try Chip.restored(from: chip.checkpoint()) }
      }
      before = now
    }
    return pulses
  }

  @Test("Host events through a depressing driver arrive weaker and weaker, checkpoints or not")
  func depression() throws {
    var plain = Self.chip()
    let full = try Self.pulses(&plain)
    #expect(Self.isAlike(full, [1, 1, 1, 1, 1, 1]))
    for isSplit in [false, true] {
      var chip = Self.chip()
      chip.setCommonShortTermPlasticity(CommonShortTermPlasticity(recoveryClock: nil), .top)
      chip.setShortTermPlasticity(
        ShortTermPlasticity(voltages: .second, utilisation: 10), ofDriver: 0, .top)
      let reduced = try Self.pulses(&chip, isSplit: isSplit)
      // 0.34 + 0.56 times a power of 1 - 0.74 · 10 / 15.
      #expect(Self.isAlike(reduced, [0.9, 0.624, 0.484, 0.413, 0.377, 0.359]))
      let driven = chip.shortTermState(ofDriver: 0, .top)
      let efficacy = try #require(driven).efficacy
      #expect((efficacy - 0.349).magnitude < 0.001)
      let utilisation = chip.realisedShortTermPlasticity(ofDriver: 0, .top)?.utilisation
      let clock = chip.commonShortTermPlasticity(.top).recoveryClock
      #expect(utilisation == 0.74 * 10 / 15 && clock == nil)
      chip.resetNeurons()
      let kept = chip.shortTermState(ofDriver: 0, .top)
      #expect(kept == driven)
      chip.resetShortTermPlasticity(.top)
      let reset = chip.shortTermState(ofDriver: 0, .top)
      #expect(reset?.voltage == 50)
      chip.setShortTermPlasticity(nil, ofDriver: 0, .top)
      let off = chip.shortTermPlasticity(ofDriver: 0, .top)
      #expect(off == nil)
    }
  }
}
