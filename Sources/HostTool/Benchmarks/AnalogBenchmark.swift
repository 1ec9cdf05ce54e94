import AnalogCore
import ChipGeometry

/// How fast the analog core takes events: neurons that are driven below their thresholds.
enum AnalogBenchmark {
  /// Million synaptic events per second: events of one source into 120 columns, a small weight each,
  /// every 400 ns.
  static func synapticEvents(deliveries: Int) -> Double {
    var core = AnalogCore()
    for column in 0..<120 {
      core.setWeight(1, .top, row: 0, column: column)
      core.setLabel(5, .top, row: 0, column: column)
    }
    for row in 1..<ChipSize.rows { core.setRowMode(.disabled, .top, row: row) }
    core.setRowMode(.excitatory, .top, row: 0)
    for column in 120..<ChipSize.columns { core.setLabel(63, .top, row: 0, column: column) }
    var matched = 0
    var cycle: UInt64 = 0
    let start = BenchmarkClock.now()
    for _ in 0..<deliveries {
      cycle += 100
      let time = ClockTime(cycles: cycle)
      while let spike = core.nextSpike(atOrBefore: time) { core.fire(spike) }
      matched += core.deliver(bus: 0, label: EventLabel(5), at: time)
    }
    return Double(matched) / 1e6 / (BenchmarkClock.now() - start)
  }
}
