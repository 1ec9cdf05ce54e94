import AnalogCore
import ChipGeometry

/// An ideal chip whose column 0 has one excitatory and one inhibitory input; labels 5 and 6.
struct TestCore: ~Copyable {
  var core: AnalogCore

  init(_ neuron: NeuronParameters, noise: Double = 0, noiseSeed: UInt64 = 1) {
    core = AnalogCore(
      AnalogConfiguration(
        noiseSeed: noiseSeed, mismatch: .ideal, thresholdNoise: noise))
    core.setParameters(neuron, of: NeuronIndex(0), at: ClockTime(cycles: 0))
    core.resetNeuron(NeuronIndex(0), at: ClockTime(cycles: 0))
    core.setRowMode(.excitatory, .top, row: 0)
    core.setRowMode(.inhibitory, .top, row: 1)
    core.setLabel(5, .top, row: 0, column: 0)
    core.setLabel(6, .top, row: 1, column: 0)
  }

  /// An excitatory input; spikes before it must have been fired.
  mutating func excite(_ weight: UInt8, at cycle: UInt64) {
    core.setWeight(weight, .top, row: 0, column: 0)
    core.deliver(bus: 0, label: EventLabel(5), at: ClockTime(cycles: cycle))
  }

  mutating func inhibit(_ weight: UInt8, at cycle: UInt64) {
    core.setWeight(weight, .top, row: 1, column: 0)
    core.deliver(bus: 0, label: EventLabel(6), at: ClockTime(cycles: cycle))
  }

  /// Fires all spikes up to a cycle.
  mutating func run(until cycle: UInt64) -> [AnalogCore.PendingSpike] {
    var spikes: [AnalogCore.PendingSpike] = []
    while let spike = core.nextSpike(atOrBefore: ClockTime(cycles: cycle)) {
      core.fire(spike)
      spikes.append(spike)
    }
    return spikes
  }
}
