import AnalogCore
import ChipGeometry
import Foundation
import Testing

@Suite struct ClosedFormTests {
  /// An ideal, quiet core whose row 0 (excitatory) and row 1 (inhibitory) of driver 0 reach column 0.
  static func core(_ neuron: NeuronParameters, noise: Double = 0) -> AnalogCore {
    var core = AnalogCore(
      AnalogConfiguration(mismatch: .ideal, thresholdNoise: noise, neuron: neuron))
    core.setRowMode(.excitatory, .top, row: 0)
    core.setRowMode(.inhibitory, .top, row: 1)
    core.setLabel(5, .top, row: 0, column: 0)
    core.setLabel(6, .top, row: 1, column: 0)
    return core
  }
  static let excite = EventLabel(5)
  static let inhibit = EventLabel(6)

  @Test("A single input at τm = 2 τs crosses where the quadratic says")
  func quadratic() throws {
    var core = Self.core(NeuronParameters(excitatoryGain: 8))
    core.setWeight(63, .top, row: 0, column: 0)
    core.deliver(bus: 0, label: Self.excite, at: ClockTime(cycles: 1000))
    // 8 (x - x²) = 1 with x = exp(-t/τm).
    let x = 0.5 * (1 + (1 - 0.5).squareRoot())
    let crossing = 1000 - 3000 * log(x)
    let found = core.nextSpike(atOrBefore: ClockTime(cycles: 1_000_000))
    let spike = try #require(found)
    #expect(spike.time.cycles == UInt64(crossing.rounded(.up)))
    #expect(spike.neuron == NeuronIndex(0))
    let before = core.membrane(of: NeuronIndex(0), at: ClockTime(cycles: 1200))
    let y = exp(-200.0 / 3000)
    #expect((before - 8 * (y - y * y)).magnitude < 1e-14)
    core.fire(spike)
    let held = core.membrane(of: NeuronIndex(0), at: ClockTime(cycles: 9000))
    #expect(held == 0)
    let next = core.nextSpike(atOrBefore: ClockTime(cycles: 1_000_000))
    #expect(next == nil)
  }
}
