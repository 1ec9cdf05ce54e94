import AnalogCore
import ChipGeometry
import Foundation
import Testing

@Suite struct CorrelationTests {
  static let none = CorrelationTransfer(saturation: 1e6, resetsRowZero: false)

  @Test("Sums are those of a search for pairs, by random trains, also of neurons of other kinds")
  func pairs() {
    var test = CorrelationCore(AnalogConfiguration(correlation: Self.none))
    test.run(events: 2500)
    var largest = (causal: 0.0, acausal: 0.0)
    for hemisphere in Hemisphere.allCases {
      for row in CorrelationCore.rows {
        let realised = test.core.realisedCorrelation(hemisphere, row: row)
        for column in 0..<11 {
          let label = test.core.label(hemisphere, row: row, column: column)
          let isSilent =
            row == CorrelationCore.disabledRow || column == CorrelationCore.unpaired
          let expected =
            isSilent
            ? (0, 0)
            : test.reference.sums(
              hemisphere, row: row, column: column, label: label, realised[column])
          let causal = test.core.correlation(.causal, hemisphere, row: row, column: column)
          let acausal = test.core.correlation(.acausal, hemisphere, row: row, column: column)
          let place = "\(hemisphere), row \(row), column \(column)"
          #expect((causal - expected.0).magnitude < 1e-10 * (1 + causal), "\(place)")
          #expect((acausal - expected.1).magnitude < 1e-10 * (1 + acausal), "\(place)")
          largest = (max(largest.causal, causal), max(largest.acausal, acausal))
        }
      }
    }
    #expect(largest.causal > 4 && largest.acausal > 4, "\(largest)")
  }

  @Test("A pair adds its exponential to one sensor; codes and common settings scale it")
  func codes() {
    for (time, amplitude) in [(1, 1), (0, 3), (3, 0), (2, 2)] {
      for interval in [UInt64(0), 1, 500, 1250, 5000] {
        for isCausal in [true, false] {
          var test = PairCore()
          let codes = CorrelationCalibration(time: UInt8(time), amplitude: UInt8(amplitude))
          test.core.setCorrelationCalibration(codes, .top, row: 0, column: 0)
          test.core.setCommonCorrelation(
            CommonCorrelation(amplitude: 1.5, timeConstant: 2000), .top)
          let end = 10_000 + interval
          isCausal ? test.event(at: 10_000) : test.spike(at: 10_000)
          isCausal ? test.spike(at: end) : test.event(at: end)
          let expected =
            1.5 * (1 + 0.2 * Double(amplitude - 1))
            * exp(-Double(interval) / (2000 * (1 + 0.2 * Double(time - 1))))
          let stored = test.stored
          #expect(ShortTermPlasticityTests.isClose(stored.causal, isCausal ? expected : 0))
          #expect(ShortTermPlasticityTests.isClose(stored.acausal, isCausal ? 0 : expected))
        }
      }
    }
    // By default half a step, 5 µs.
    var test = PairCore()
    test.event(at: 0)
    test.spike(at: 1250)
    let causal = test.stored.causal
    #expect(ShortTermPlasticityTests.isClose(causal, 0.5 / M_E))
  }

  @Test("Readings follow the sum up to a point and then approach a limit; without curve they stop")
  func saturation() {
    for part in [0, 0.7, 1] {
      var test = PairCore(CorrelationTransfer(saturation: 40, linearPart: part))
      test.core.setCommonCorrelation(CommonCorrelation(amplitude: 1, timeConstant: 1e9), .top)
      var last = 0.0
      for n in 0..<120 {
        test.event(at: UInt64(2 * n))
        test.spike(at: UInt64(2 * n))
        let stored = test.stored.causal
        let sum = Double(n + 1)
        let knee = 40 * part
        let expected =
          sum <= knee
          ? sum : part == 1 ? 40 : 40 - (40 - knee) * exp(-(sum - knee) / (40 - knee))
        #expect(ShortTermPlasticityTests.isClose(stored, expected, 1e-6), "\(part), \(n)")
        #expect(stored >= last && stored <= 40)
        last = stored
      }
      let level = test.core.correlationLevel(.causal, .top, row: 0, column: 0)
      #expect(ShortTermPlasticityTests.isClose(level, 150 - last))
    }
  }

  @Test("A reset takes what a sensor has stored, not the partner that it waits for")
  func resets() {
    var test = PairCore()
    test.event(at: 100)
    test.spike(at: 100)
    test.event(at: 100)
    let both = test.stored
    #expect(both == (0.5, 0.5))
    test.core.resetCorrelation(.acausal, .top, row: 0, columns: 1..<256)
    test.core.resetCorrelation(.acausal, .top, row: 1, columns: 0..<256)
    test.core.resetCorrelation(.acausal, .bottom, row: 0, columns: 0..<256)
    #expect(test.stored == both)
    test.core.resetCorrelation(.acausal, .top, row: 0, columns: 0..<1)
    #expect(test.stored == (0.5, 0))
    test.core.resetCorrelation(.causal, .top, row: 0, columns: 0..<256)
    #expect(test.stored == (0, 0))
    test.spike(at: 200)
    #expect(test.stored.acausal == 0)
    let late = test.stored.causal
    #expect(ShortTermPlasticityTests.isClose(late, 0.5 * exp(-100 / 1250.0)))
  }

  @Test(
    "A reset of neurons takes row 0 along, on a chip with that fault", arguments: [true, false])
  func rowZero(resetsRowZero: Bool) {
    var test = PairCore(CorrelationTransfer(resetsRowZero: resetsRowZero))
    for row in 0...1 {
      test.core.setLabel(5, .top, row: row, column: 0)
      test.core.setLabel(5, .top, row: row, column: 1)
    }
    test.event(at: 50)
    test.spike(at: 60)
    test.core.resetNeurons(.bottom, columns: 0..<256, at: ClockTime(cycles: 70))
    test.core.resetNeurons(.top, columns: 1..<256, at: ClockTime(cycles: 70))
    let before = test.stored.causal
    test.core.resetNeuron(NeuronIndex(0), at: ClockTime(cycles: 70))
    let row1 = test.core.correlation(.causal, .top, row: 1, column: 0)
    let row0 = test.stored.causal
    #expect(before > 0.4 && row1 > 0.4)
    #expect(row0 == (resetsRowZero ? 0 : before))
  }

  @Test("Switches pass spikes on, connect sensors, and forget who waits when pulses go off")
  func switches() {
    var test = PairCore()
    let neuron = NeuronIndex(0)
    func levels(_ test: borrowing PairCore) -> [Double] {
      CorrelationSensor.allCases.map {
        test.core.correlationLevel($0, .top, row: 0, column: 0)
      }
    }
    for time in [UInt64(100), 200] {
      test.event(at: time)
      test.spike(at: time)
    }
    test.core.setCorrelationSwitches([.postPulses, .causal], of: neuron)
    #expect(levels(test) == [149, 150])
    test.core.setCorrelationSwitches([.acausal], of: neuron)
    let acausal = levels(test)
    #expect(acausal[0] == 150 && acausal[1] < 150)
    let before = test.stored
    // Off: no pair of before, while, or over it.
    test.event(at: 300)
    test.spike(at: 300)
    test.core.setCorrelationSwitches(.all, of: neuron)
    test.event(at: 400)
    #expect(test.stored == before)
    test.core.setCorrelationSwitches([], of: neuron)
    test.core.setCorrelationSwitches(.all, of: neuron)
    test.spike(at: 500)
    #expect(test.stored == before)
    test.event(at: 500)
    let after = test.stored
    #expect(after.causal == before.causal && after.acausal == before.acausal + 0.5)
    // An event while off pairs with nothing, also while another column is on.
    test.core.setCorrelationSwitches([], of: neuron)
    test.event(at: 520)
    test.core.setCorrelationSwitches(.all, of: neuron)
    test.spike(at: 540)
    let unpaired = test.stored.causal
    #expect(unpaired == after.causal)
    // The first to be switched on in a hemisphere whose events have been delivered before.
    for column in 0...1 {
      test.core.setCorrelationSwitches([], of: NeuronIndex(.top, column: column))
    }
    test.event(at: 600)
    test.core.setCorrelationSwitches(.postPulses, of: neuron)
    test.event(at: 700)
    test.spike(at: 700)
    let first = test.stored.causal
    #expect(first == after.causal + 0.5)
  }
}

/// An ideal chip with an event input and a neuron of column 0 that spikes on demand.
struct PairCore: ~Copyable {
  var core: AnalogCore

  init(_ transfer: CorrelationTransfer = CorrelationTransfer()) {
    core = AnalogCore(
      AnalogConfiguration(mismatch: .ideal, thresholdNoise: 0, correlation: transfer))
    core.setParameters(
      NeuronParameters(threshold: 1e9, refractoryTime: 1), of: NeuronIndex(0),
      at: ClockTime(cycles: 0))
    for row in 0...1 { core.setRowMode(.excitatory, .top, row: row) }
    for column in 0..<256 { core.setLabel(63, .top, row: 0, column: column) }
    core.setLabel(5, .top, row: 0, column: 0)
    for column in 0...1 {
      core.setCorrelationSwitches(.all, of: NeuronIndex(.top, column: column))
    }
  }

  mutating func event(at cycle: UInt64) {
    core.deliver(bus: 0, label: EventLabel(5), at: ClockTime(cycles: cycle))
  }

  /// Lowers the threshold for one spike.
  mutating func spike(at cycle: UInt64) {
    let time = ClockTime(cycles: cycle)
    core.setParameters(
      NeuronParameters(threshold: -1, refractoryTime: 1), of: NeuronIndex(0), at: time)
    if let spike = core.nextSpike(atOrBefore: time) { core.fire(spike) }
    core.setParameters(
      NeuronParameters(threshold: 1e9, refractoryTime: 1), of: NeuronIndex(0), at: time)
  }

  var stored: (causal: Double, acausal: Double) {
    (
      core.correlation(.causal, .top, row: 0, column: 0),
      core.correlation(.acausal, .top, row: 0, column: 0)
    )
  }
}
