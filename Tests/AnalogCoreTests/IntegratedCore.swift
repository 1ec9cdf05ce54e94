import AnalogCore
import ChipGeometry

/// An ideal chip with some circuits, each with an excitatory and an inhibitory synapse of its own.
struct IntegratedCore: ~Copyable {
  var core: AnalogCore
  private let places: [NeuronIndex]
  var spikes: [(UInt64, Int)] = []

  init(
    _ circuits: [DrivenCase.Circuit], tolerance: Double = 1e-10, noise: Double = 0,
    mismatch: MismatchSpreads = .ideal
  ) {
    core = AnalogCore(
      AnalogConfiguration(
        mismatch: mismatch, thresholdNoise: noise,
        integration: IntegrationSettings(
          relativeTolerance: tolerance, absoluteTolerance: tolerance)))
    places = circuits.map(\.place)
    let zero = ClockTime(cycles: 0)
    for hemisphere in Hemisphere.allCases {
      core.setRowMode(.excitatory, hemisphere, row: 0)
      core.setRowMode(.inhibitory, hemisphere, row: 1)
    }
    for (k, circuit) in circuits.enumerated() {
      for row in 0...1 {
        core.setLabel(
          UInt8(2 * k + row + 1), circuit.place.hemisphere, row: row, column: circuit.place.column)
      }
      core.setParameters(circuit.parameters, of: circuit.place, at: zero)
      core.setTerms(circuit.terms, of: circuit.place, at: zero)
    }
    for circuit in circuits { core.resetNeuron(circuit.place, at: zero) }
  }

  /// An input of a circuit; spikes before it are fired.
  mutating func input(_ circuit: Int, _ code: Int, at cycle: UInt64) {
    let place = places[circuit]
    let row = code > 0 ? 0 : 1
    core.setWeight(UInt8(code.magnitude), place.hemisphere, row: row, column: place.column)
    core.deliver(
      bus: place.hemisphere == .top ? 0 : 4, label: EventLabel(UInt16(2 * circuit + row + 1)),
      at: ClockTime(cycles: cycle))
  }

  /// Fires all spikes up to a cycle; asks for them `stride` cycles at a time.
  mutating func run(until cycle: UInt64, stride: UInt64? = nil) {
    var limit = min(stride ?? cycle, cycle)
    while true {
      while let spike = core.nextSpike(atOrBefore: ClockTime(cycles: limit)) {
        core.fire(spike)
        spikes.append((spike.time.cycles, places.firstIndex(of: spike.neuron) ?? -1))
      }
      guard limit < cycle else { return }
      limit = min(limit + (stride ?? cycle), cycle)
    }
  }

  func state(_ circuit: Int, at cycle: UInt64) -> NeuronState {
    core.state(of: places[circuit], at: ClockTime(cycles: cycle))
  }

  /// Ways to come to the same end.
  struct Manners {
    var stride: UInt64?
    /// Asks for spikes long after the next input before it comes.
    var looksAhead = false
    var reads = false
    /// A restored core takes over after every 40th input.
    var isSplit = false
  }

  static func run(
    _ reference: DrivenCase, tolerance: Double = 1e-10, _ manners: Manners = Manners()
  ) throws -> IntegratedCore {
    var chip = IntegratedCore(reference.circuits, tolerance: tolerance)
    for (index, (cycle, circuit, code)) in reference.inputs.enumerated() {
      chip.run(until: cycle, stride: manners.stride)
      chip.input(circuit, code, at: cycle)
      if manners.looksAhead {
        _ = chip.core.nextSpike(atOrBefore: ClockTime(cycles: cycle + 20_000))
      }
      if manners.reads {
        for other in chip.places.indices { _ = chip.state(other, at: cycle + 3) }
      }
      guard manners.isSplit, index % 40 == 39 else { continue }
      chip.core = try AnalogCore.restored(from: chip.core.checkpoint())
    }
    chip.run(until: reference.end, stride: manners.stride)
    return chip
  }
}
