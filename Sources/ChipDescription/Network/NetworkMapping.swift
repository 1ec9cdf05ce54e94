public import Chip
public import ChipGeometry
import EventFabric

/// A network on the chip: what it makes of a chip description, which events the host sends, and where
/// everything is.
///
/// ## How it is mapped
///
/// A **neuron** is a column. An event output serves 32 columns of both hemispheres and reaches the
/// bus with its number modulo 4, so neurons with targets are spread over the blocks of columns by the
/// rows that they need; others take what is left. **Rows**: a source needs one row in each hemisphere
/// with targets for its positive weights and one for its negative ones, on the bus that its events
/// take; rows of one sign are shared by sources without a common target. **Labels**: sources of a
/// bus (of its number, in both hemispheres) differ in their 6-bit label; where 64 are not enough,
/// bit 0 of the row select divides drivers and sources into two halves (driver masks 1).
///
/// | source | label | route |
/// |---|---|---|
/// | neuron | output << 8 \| half << 6 \| label; bit 7 set without targets | blocked if bit 7 is set |
/// | host | link << 14 \| bus << 12 \| 0x800 \| half << 6 \| label | link 0 both halves of the chip, 1 top, 2 bottom, 3 none |
/// | Poisson | bus << 12 \| half << 6 \| label, the lowest bits random | generator b + 4 for the bottom |
public struct NetworkMapping: Sendable {
  public let network: NetworkDescription
  /// The chip with the network on it.
  public internal(set) var chip: ChipDescription
  /// Members of populations, then of stimuli, in the order of the description.
  public internal(set) var places: [Place] = []
  /// What the generators of Poisson stimuli really do.
  public internal(set) var rates: [Rate] = []

  /// Where a neuron or a source is.
  public struct Place: Equatable, Sendable {
    /// `hidden[3]`.
    public var name: String
    public var group: String
    public var member: Int
    /// Of a neuron.
    public var neuron: NeuronIndex?
    /// What its events carry; nil: it has none.
    public var label: EventLabel?
    /// The bus number of its events, 0…3; nil: they reach no synapse.
    public var bus: Int?
    /// The background generator that emits its events.
    public var generator: Int?
    public var delayTicks: UInt16 = 0
    /// Its rows by hemisphere, top first.
    public var rows: [Rows] = [Rows(), Rows()]
    public var isRecorded = true

    public struct Rows: Equatable, Sendable {
      public var excitatory: Int?
      public var inhibitory: Int?
      /// Synapses with a weight.
      public var synapseCount = 0
    }
  }

  /// A Poisson stimulus as it is realised.
  public struct Rate: Equatable, Sendable {
    public var name: String
    public var generator: Int
    /// Events per millisecond and member.
    public var wanted: Double
    public var realised: Double
  }

  /// Maps a network.
  ///
  /// - Parameters:
  ///   - network: what shall be on the chip.
  ///   - chip: seeds, mismatch, noise and fabric; what it says of neurons and rows is replaced.
  /// - Throws: what does not fit: how much is needed, how much there is, and where.
  public init(_ network: NetworkDescription, onto chip: ChipDescription) throws(MappingError) {
    self.network = network
    self.chip = ChipDescription(chip.configuration)
    var mapper = NetworkMapper(network)
    try mapper.place()
    // Two halves of drivers and labels only if one label per source of a bus is not enough.
    var allocation = NetworkAllocation(mapper, halves: 1)
    try allocation.allocate()
    if allocation.lacksLabels {
      allocation = NetworkAllocation(mapper, halves: 2)
      try allocation.allocate()
    }
    try allocation.check()
    allocation.write(to: &self)
  }

  /// The place of a member, nil if there is none of that name.
  public func place(_ name: String) -> Place? { places.first { $0.name == name } }

  /// The events of regular stimuli and of those from files, in the order of their times; `times` has
  /// by the name of a stimulus from a file the ticks of each of its members.
  public func hostEvents(times: [String: [[UInt64]]]) -> [SpikeEvent] {
    var events: [SpikeEvent] = []
    for stimulus in network.stimuli where stimulus.kind != .poisson {
      for place in places where place.group == stimulus.name {
        guard let label = place.label else { continue }
        let ticks: [UInt64]
        if stimulus.kind == .regular {
          let start = stimulus.startTicks + UInt64(place.member) * stimulus.staggerTicks
          ticks = Array(
            stride(from: start, to: network.durationTicks, by: Int(stimulus.periodTicks)))
        } else {
          ticks = times[stimulus.name].map { place.member < $0.count ? $0[place.member] : [] } ?? []
        }
        events += ticks.filter { $0 < network.durationTicks }
          .map { SpikeEvent(tick: $0, label: label, flags: .stimulus) }
      }
    }
    return events.sorted { ($0.tick, $0.label) < ($1.tick, $1.label) }
  }
}
