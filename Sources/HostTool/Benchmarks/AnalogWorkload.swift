import AnalogCore
import ChipGeometry
import Foundation

/// Neurons under Poisson input: what the analog core costs as their number, that of their synapses
/// and the rate grow.
///
/// Three of four sources excite, one inhibits, and each reaches every neuron. Gains fall as sources and
/// rate grow, so that the mean input, and with it roughly the rate of the neurons, stays the same.
struct AnalogWorkload {
  enum Neuron: String { case lif, adex }

  var neuron: Neuron
  /// A multiple of two, at most 512; half of them in each hemisphere.
  var neurons: Int
  /// A multiple of four, at most 128.
  var sources: Int
  /// Of each source in events per biological second, which is a millisecond of the chip's.
  var rate: Double

  var name: String {
    "analog-\(neuron.rawValue)-\(neurons)x\(sources)-\(Int(rate))hz"
  }

  static let references = [
    AnalogWorkload(neuron: .lif, neurons: 512, sources: 128, rate: 20),
    AnalogWorkload(neuron: .adex, neurons: 512, sources: 128, rate: 20),
  ]
  /// Around the references one number changed at a time.
  static let all = references.flatMap { reference in
    let others = [
      (64, 128, 20.0), (128, 128, 20), (256, 128, 20), (512, 32, 20), (512, 64, 20), (512, 128, 5),
      (512, 128, 10), (512, 128, 40),
    ]
    return [reference]
      + others.map {
        AnalogWorkload(neuron: reference.neuron, neurons: $0.0, sources: $0.1, rate: $0.2)
      }
  }

  struct Result {
    var synapticEvents: Int
    var spikes: Int
    var seconds: Double
    var biologicalSeconds: Double

    var nanosecondsPerEvent: Double { seconds * 1e9 / Double(max(1, synapticEvents)) }
    var note: String {
      let events = ProgressLine.decimal(Double(synapticEvents) / 1e6, 2)
      return "\(events) million, \(spikes) spikes, "
        + "\(ProgressLine.decimal(seconds / biologicalSeconds, 2)) times biological time"
    }
  }

  /// Simulates about as many synaptic events.
  func run(synapticEvents wanted: Int) -> Result {
    let perSecond = Double(neurons * sources) * rate
    let end = Double(wanted) / perSecond * Self.cyclesPerSecond
    let events = poissonEvents(until: end)
    var core = makeCore()
    var result = Result(
      synapticEvents: 0, spikes: 0, seconds: 0, biologicalSeconds: end / Self.cyclesPerSecond)
    let start = BenchmarkClock.now()
    for event in events {
      let time = ClockTime(cycles: event.cycle)
      while let spike = core.nextSpike(atOrBefore: time) {
        core.fire(spike)
        result.spikes += 1
      }
      for bus in [event.source % 4, event.source % 4 + 4] {
        result.synapticEvents += core.deliver(bus: bus, label: label(event.source), at: time)
      }
    }
    result.seconds = BenchmarkClock.now() - start
    return result
  }

  /// Cycles of 4 ns in a millisecond of the chip's.
  private static let cyclesPerSecond = 250_000.0

  private func label(_ source: Int) -> EventLabel { EventLabel(UInt16(source / 4) << 6 | 1) }

  /// All sources' events in order of time.
  private func poissonEvents(until end: Double) -> [(cycle: UInt64, source: Int)] {
    var events: [(cycle: UInt64, source: Int)] = []
    let meanInterval = Self.cyclesPerSecond / rate
    for source in 0..<sources {
      var random = RandomStream(seed: 1, name: "source \(source)")
      var time = 0.0
      while true {
        time -= meanInterval * log(random.uniform())
        guard time < end else { break }
        events.append((UInt64(time.rounded(.up)), source))
      }
    }
    return events.sorted { ($0.cycle, $0.source) < ($1.cycle, $1.source) }
  }

  private func makeCore() -> AnalogCore {
    var configuration = AnalogConfiguration()
    // A mean current of a quarter above threshold from two thirds of balance between the inputs.
    let gain = 8 * 2560 / (Double(sources) * rate)
    configuration.neuron.excitatoryGain = gain
    configuration.neuron.inhibitoryGain = gain
    configuration.neuron.refractoryTime = 500
    var core = AnalogCore(configuration)
    for hemisphere in Hemisphere.allCases {
      for source in 0..<sources {
        // The driver with index source / 4 on bus source % 4: rows 2 source and 2 source + 1.
        let row = 2 * source
        core.setRowMode(source % 4 == 3 ? .inhibitory : .excitatory, hemisphere, row: row)
        for column in 0..<neurons / 2 {
          core.setLabel(1, hemisphere, row: row, column: column)
          core.setWeight(1, hemisphere, row: row, column: column)
        }
      }
      guard neuron == .adex else { continue }
      for column in 0..<neurons / 2 {
        core.setTerms(
          Self.adaptive, of: NeuronIndex(hemisphere, column: column), at: ClockTime(cycles: 0))
      }
    }
    return core
  }

  /// An adapting neuron of the literature, 20 mV to the unit: adaptation time constant 100 ms.
  private static let adaptive = NeuronTerms(
    adaptation: .init(timeConstant: 25_000, conductance: 0.1, increment: 0.1),
    exponential: .init(slope: 0.1, threshold: 0.75))
}
