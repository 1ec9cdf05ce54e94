import AnalogCore
import ChipGeometry
import Foundation
import Testing

/// What an ideal driver does, from the model's equations alone.
struct ShortTermReference {
  var charge = 100.0
  var recover = 400.0
  var utilisation = 0.74 * 4 / 15
  /// In cycles: recovery code 8, clock code 8.
  var recoveryTime = 595 * 16 / 9.0 * pow(530_000 / (595 * 16.0), 7 / 15.0)
  var offset = 0.0

  static let facilitating = ShortTermReference()
  static let depressing = ShortTermReference(charge: 330, recover: 50)

  func efficacy(at voltage: Double) -> Double {
    min(max((500 - voltage) / 500 + offset, 0), 1)
  }

  /// The voltage that event `n` of a regular train finds, 0 the first: a geometric series.
  func voltage(beforeEvent n: Int, interval: Double) -> Double {
    let decay = exp(-interval / recoveryTime)
    let ratio = (1 - utilisation) * decay
    return recover + utilisation * (charge - recover) * decay * (1 - pow(ratio, Double(n)))
      / (1 - ratio)
  }

  /// What a long train comes to.
  func stationaryVoltage(interval: Double) -> Double {
    let decay = exp(-interval / recoveryTime)
    return recover + utilisation * (charge - recover) * decay / (1 - (1 - utilisation) * decay)
  }

  /// The voltage right after `count` events.
  func voltage(afterEvents count: Int, interval: Double) -> Double {
    let before = voltage(beforeEvent: count - 1, interval: interval)
    return before + utilisation * (charge - before)
  }
}

/// An ideal chip with one neuron that never spikes; driver 0 of the top hemisphere has short-term
/// plasticity.
struct ShortTermCore: ~Copyable {
  var test = TestCore(NeuronParameters(threshold: 1e9))

  init(_ plasticity: ShortTermPlasticity? = ShortTermPlasticity()) {
    test.core.setWeight(63, .top, row: 0, column: 0)
    test.core.setWeight(63, .top, row: 1, column: 0)
    set(plasticity, at: 0)
  }

  mutating func set(_ plasticity: ShortTermPlasticity?, at cycle: UInt64) {
    test.core.setShortTermPlasticity(
      plasticity, ofDriver: 0, .top, at: ClockTime(cycles: cycle))
  }

  /// Delivers an event to a neuron at rest.
  ///
  /// - Returns: the parts of a full pulse that came in from row 0 and row 1.
  mutating func pulse(_ label: UInt16 = 5, at cycle: UInt64) -> (row0: Double, row1: Double) {
    let time = ClockTime(cycles: cycle)
    test.core.resetNeuron(NeuronIndex(0), at: time)
    test.core.deliver(bus: 0, label: EventLabel(label), at: time)
    let currents = test.core.currents(of: NeuronIndex(0), at: time)
    return (currents.excitatory / 8, currents.inhibitory / 8)
  }

  /// The first of the parts that come in in a regular train of events that begins at cycle 1000.
  mutating func train(_ count: Int, interval: UInt64) -> [Double] {
    (0..<UInt64(count)).map { pulse(at: 1000 + $0 * interval).row0 }
  }

  func state(at cycle: UInt64) throws -> ShortTermState {
    let state = test.core.shortTermState(ofDriver: 0, .top, at: ClockTime(cycles: cycle))
    return try #require(state)
  }
}
