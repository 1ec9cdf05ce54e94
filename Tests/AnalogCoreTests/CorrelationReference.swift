import AnalogCore
import ChipGeometry
import Foundation

/// What correlation sensors store, from the definition of pairs alone: by search through a record of
/// everything that happened.
struct CorrelationReference {
  enum Happening {
    case event(bus: Int, label: UInt8, time: Double)
    case spike(NeuronIndex, time: Double)
  }

  var record: [Happening] = []

  /// The sums of a synapse that has this label, its row enabled.
  func sums(
    _ hemisphere: Hemisphere, row: Int, column: Int, label: UInt8, _ realised: RealisedCorrelation
  ) -> (causal: Double, acausal: Double) {
    let bus = 4 * Int(hemisphere.rawValue) + row / 2 % 4
    let steps: [(isSpike: Bool, time: Double)] = record.compactMap { happening in
      switch happening {
      case .event(bus, label, let time): (false, time)
      case .spike(NeuronIndex(hemisphere, column: column), let time): (true, time)
      default: nil
      }
    }
    /// Times from the latest of the other kind since the previous of this one.
    func intervals(ofSpikes isSpike: Bool) -> [Double] {
      steps.indices.filter { steps[$0].isSpike == isSpike }.compactMap { index in
        let previous = steps[..<index].lastIndex { $0.isSpike == isSpike }
        let partner = steps[((previous ?? -1) + 1)..<index].last { $0.isSpike != isSpike }
        return partner.map { steps[index].time - $0.time }
      }
    }
    let causal = intervals(ofSpikes: true).map { exp(-$0 / realised.causalTimeConstant) }
    let acausal = intervals(ofSpikes: false).map { exp(-$0 / realised.acausalTimeConstant) }
    return (
      causal.reduce(0, +) * realised.causalAmplitude,
      acausal.reduce(0, +) * realised.acausalAmplitude
    )
  }
}

/// A mismatched chip whose columns 0 to 9 spike under random events on all buses; all other columns
/// and rows are silent. Keeps the record of what happens.
struct CorrelationCore: ~Copyable {
  var core: AnalogCore
  var reference = CorrelationReference()
  private var random = RandomStream(seed: 3, name: "correlation test")
  private(set) var time: UInt64 = 0

  static let columns = 0..<10
  /// Two rows of every bus; the last is disabled.
  static let rows = [2, 3, 4, 5, 0, 1, 6, 254, 255]
  static let disabledRow = 255
  /// Joined, integrated, and without post pulses.
  static let (joined, integrated, unpaired) = (5, 6, 7)

  init(_ configuration: AnalogConfiguration = AnalogConfiguration()) {
    core = AnalogCore(configuration)
    let zero = ClockTime(cycles: 0)
    for hemisphere in Hemisphere.allCases {
      for driver in 0..<ChipSize.drivers { core.setRowSelectMask(0, hemisphere, driver: driver) }
      for row in Self.rows where row != Self.disabledRow {
        core.setRowMode(row % 3 == 0 ? .inhibitory : .excitatory, hemisphere, row: row)
        for column in Self.columns {
          core.setLabel(UInt8(random.next(below: 3)), hemisphere, row: row, column: column)
          core.setWeight(UInt8(random.next(below: 31)), hemisphere, row: row, column: column)
        }
        core.setWeight(0, hemisphere, row: row, column: 3)
      }
      for column in Self.columns {
        core.setParameters(
          NeuronParameters(refractoryTime: 100, excitatoryGain: 3),
          of: NeuronIndex(hemisphere, column: column), at: zero)
        guard column != Self.unpaired else { continue }
        core.setCorrelationSwitches(.all, of: NeuronIndex(hemisphere, column: column))
      }
    }
    core.setJoined(true, column: Self.joined, at: zero)
    core.setTerms(
      NeuronTerms(adaptation: .init(timeConstant: 5000, conductance: 0, increment: 0.1)),
      of: NeuronIndex(.bottom, column: Self.integrated), at: zero)
  }

  /// Events at random cycles, some at the same one, and all spikes between.
  mutating func run(events: Int) {
    for _ in 0..<events {
      time += random.next(below: 4) == 0 ? 0 : random.next(below: 160)
      while let spike = core.nextSpike(atOrBefore: ClockTime(cycles: time)) {
        core.fire(spike)
        reference.record.append(.spike(spike.neuron, time: Double(spike.time.cycles)))
      }
      let (bus, label) = (Int(random.next(below: 8)), UInt8(random.next(below: 3)))
      core.deliver(bus: bus, label: EventLabel(UInt16(label)), at: ClockTime(cycles: time))
      reference.record.append(.event(bus: bus, label: label, time: Double(time)))
    }
  }

  mutating func saveAndRestore() throws { core = try AnalogCore.restored(from: core.checkpoint()) }
}
