import Chip
import ChipGeometry

/// The second half of the mapping: buses, labels and synapse rows of all sources. Everything is
/// allocated as if there were more of it than there is, so that ``check()`` knows what is needed.
struct NetworkAllocation {
  let mapper: NetworkMapper
  /// 1, or 2 if bit 0 of the row select divides each bus.
  let halves: Int
  private(set) var routes: [Route]
  /// Rows in use by hemisphere, bus and half.
  private(set) var rows: [[[[Row]]]]
  /// Labels in use by bus number and half.
  private var labels: [[[Bool]]]
  /// The delay of the host events with these low eight bits, which buses share.
  private var hostDelays = [UInt16?](repeating: nil, count: 256)
  private var generators = [String?](repeating: nil, count: ChipSize.backgroundGenerators)
  private var silentCounts = [Int](repeating: 0, count: ChipSize.eventOutputs)
  private var unheardCount = 0

  static let labelCount = 64
  /// Rows of a bus.
  static let rowCount = ChipSize.rows / ChipSize.busesPerHemisphere

  /// A row: the sign that its events have, and the columns with a weight.
  struct Row {
    var isExcitatory: Bool
    var columns = [Bool](repeating: false, count: ChipSize.columns)
  }

  /// What a source's events take.
  struct Route {
    var bus: Int?
    var half = 0
    var label: EventLabel?
    var generator: Int?
    /// By hemisphere: which of the bus's rows in the half, counted from 0.
    var excitatory: [Int?] = [nil, nil]
    var inhibitory: [Int?] = [nil, nil]
  }

  init(_ mapper: NetworkMapper, halves: Int) {
    self.mapper = mapper
    self.halves = halves
    routes = [Route](repeating: Route(), count: mapper.sources.count)
    let buses = ChipSize.busesPerHemisphere
    labels = [[[Bool]]](
      repeating: [[Bool]](repeating: [], count: halves), count: buses)
    rows = [[[[Row]]]](
      repeating: [[[Row]]](repeating: [[Row]](repeating: [], count: halves), count: buses),
      count: 2)
  }

  // MARK: Allocating

  mutating func allocate() throws(MappingError) {
    var index = 0
    while index < mapper.sources.count {
      let source = mapper.sources[index]
      if source.neuron != nil {
        allocate(neuron: index)
      } else if let stimulus = source.stimulus, stimulus.kind == .poisson {
        try allocate(poisson: stimulus, first: index)
        index += stimulus.size - 1
      } else {
        allocate(host: index)
      }
      index += 1
    }
  }

  private mutating func allocate(neuron index: Int) {
    guard let neuron = mapper.sources[index].neuron else { return }
    let output = neuron.eventOutput
    guard !mapper.sources[index].synapses.isEmpty else {
      routes[index].label = EventLabel(
        eventOutput: output, addressOut: UInt8(128 + silentCounts[output]))
      silentCounts[output] += 1
      return
    }
    let bus = output % ChipSize.busesPerHemisphere
    let (half, label) = takeLabel(bus)
    routes[index].label = EventLabel(
      eventOutput: output, addressOut: UInt8(half << 6 | label & 63))
    takeRows(index, bus, half)
  }

  private mutating func allocate(host index: Int) {
    let source = mapper.sources[index]
    guard !source.synapses.isEmpty else {
      routes[index].label = EventLabel(0xC800 | UInt16(unheardCount & 0x7FF))
      unheardCount += 1
      return
    }
    let reached = Hemisphere.allCases.filter { source.rowCount($0) > 0 }
    let bus = lightestBus(reached)
    let (half, label) = takeLabel(bus, delay: source.delays[0])
    let link = reached.count == 2 ? 0 : reached[0] == .top ? 1 : 2
    routes[index].label = EventLabel(
      UInt16(link << 14 | bus << 12 | 0x800 | half << 6 | label & 63))
    takeRows(index, bus, half)
  }

  /// All members at once: the generator draws the low bits of the label.
  private mutating func allocate(
    poisson stimulus: NetworkDescription.Stimulus, first: Int
  ) throws(MappingError) {
    let members = first..<first + stimulus.size
    let reached = Hemisphere.allCases.filter { hemisphere in
      members.contains { mapper.sources[$0].rowCount(hemisphere) > 0 }
    }
    guard reached.count < 2 else {
      throw MappingError(
        resource: "hemispheres for the events of '\(stimulus.name)'", need: 2, have: 1,
        place: "a background generator reaches one PADI bus")
    }
    guard stimulus.size <= Self.labelCount else {
      throw MappingError(
        resource: "labels for '\(stimulus.name)'", need: stimulus.size, have: Self.labelCount,
        place: "a background generator draws 6 bits of its label")
    }
    guard PoissonSettings(stimulus) != nil else {
      throw MappingError(
        resource: "events per ms for '\(stimulus.name)'",
        need: Int(stimulus.rate * Double(PoissonSettings.labelCount(stimulus))), have: 125_000,
        place: "a PADI bus carries one event per 8 ns; members count up to a power of two")
    }
    let delays = members.map { mapper.sources[$0].delays.first ?? 0 }
    guard delays.allSatisfy({ $0 == delays[0] }) else {
      throw MappingError(
        resource: "delays of the events of '\(stimulus.name)'",
        need: Set(delays).count, have: 1, place: "a background generator has one delay line")
    }
    let hemisphere = reached.first ?? .top
    let offset = Int(hemisphere.rawValue) * ChipSize.busesPerHemisphere
    let free = (0..<ChipSize.busesPerHemisphere).filter { generators[offset + $0] == nil }
    guard let bus = free.min(by: { load(hemisphere, $0) < load(hemisphere, $1) }) else {
      let stimuli = mapper.network.stimuli.filter { $0.kind == .poisson }.count
      throw MappingError(
        resource: "background generators", need: stimuli, have: ChipSize.busesPerHemisphere,
        place: "\(hemisphere) hemisphere, one on each PADI bus")
    }
    generators[offset + bus] = stimulus.name
    let (half, label) = takeLabel(bus, count: PoissonSettings.labelCount(stimulus))
    for (member, index) in members.enumerated() {
      routes[index].generator = offset + bus
      routes[index].label = EventLabel(UInt16(bus << 12 | half << 6 | (label + member) & 63))
      takeRows(index, bus, half)
    }
  }

  // MARK: Labels

  /// A block of free labels that begins at a multiple of its length, a power of two; of host events
  /// one whose delay line is free or has that delay.
  private mutating func takeLabel(
    _ bus: Int, count: Int = 1, delay: UInt16? = nil
  ) -> (half: Int, label: Int) {
    var best: (half: Int, label: Int)?
    for half in 0..<halves {
      func isFree(_ label: Int) -> Bool {
        label >= labels[bus][half].count || !labels[bus][half][label]
      }
      var label = 0
      while !(label..<label + count).allSatisfy(isFree)
        || (label < Self.labelCount && delay != nil
          && (hostDelays[half << 6 | label] ?? delay) != delay)
      {
        label += count
      }
      if best.map({ label < $0.label }) ?? true { best = (half, label) }
    }
    let (half, label) = best ?? (0, 0)
    while labels[bus][half].count < label + count { labels[bus][half].append(false) }
    for taken in label..<label + count { labels[bus][half][taken] = true }
    if let delay, label < Self.labelCount { hostDelays[half << 6 | label] = delay }
    return (half, label)
  }

  var lacksLabels: Bool {
    labels.contains { $0.contains { $0.count > Self.labelCount } }
  }

  // MARK: Rows

  private func load(_ hemisphere: Hemisphere, _ bus: Int) -> Int {
    rows[Int(hemisphere.rawValue)][bus].map(\.count).reduce(0, +)
  }

  private func lightestBus(_ hemispheres: [Hemisphere]) -> Int {
    let loads = (0..<ChipSize.busesPerHemisphere).map { bus in
      (hemispheres.map { load($0, bus) }.max() ?? 0, labels[bus].map(\.count).max() ?? 0, bus)
    }
    return loads.min { $0 < $1 }?.2 ?? 0
  }

  private mutating func takeRows(_ index: Int, _ bus: Int, _ half: Int) {
    routes[index].bus = bus
    routes[index].half = half
    for hemisphere in Hemisphere.allCases {
      let h = Int(hemisphere.rawValue)
      let targets = mapper.sources[index].synapses.filter { $0.neuron.hemisphere == hemisphere }
      for isExcitatory in [true, false] {
        let columns = targets.filter { ($0.code > 0) == isExcitatory }.map(\.neuron.column)
        guard !columns.isEmpty else { continue }
        let row = takeRow(h, bus, half, isExcitatory, columns)
        if isExcitatory {
          routes[index].excitatory[h] = row
        } else {
          routes[index].inhibitory[h] = row
        }
      }
    }
  }

  /// The first row of the sign whose columns are free.
  private mutating func takeRow(
    _ h: Int, _ bus: Int, _ half: Int, _ isExcitatory: Bool, _ columns: [Int]
  ) -> Int {
    let found = rows[h][bus][half].firstIndex { row in
      row.isExcitatory == isExcitatory && columns.allSatisfy { !row.columns[$0] }
    }
    let row = found ?? rows[h][bus][half].count
    if found == nil { rows[h][bus][half].append(Row(isExcitatory: isExcitatory)) }
    for column in columns { rows[h][bus][half][row].columns[column] = true }
    return row
  }

  // MARK: What does not fit

  func check() throws(MappingError) {
    for hemisphere in Hemisphere.allCases {
      let loads = (0..<ChipSize.busesPerHemisphere).map { load(hemisphere, $0) }
      let total = loads.reduce(0, +)
      guard total <= ChipSize.rows else {
        throw MappingError(
          resource: "synapse rows", need: total, have: ChipSize.rows,
          place: "\(hemisphere) hemisphere: one for each source and sign of its weights")
      }
      for (bus, _) in loads.enumerated() {
        for half in 0..<halves {
          let need = rows[Int(hemisphere.rawValue)][bus][half].count
          guard need > Self.rowCount / halves else { continue }
          throw MappingError(
            resource: "synapse rows", need: need, have: Self.rowCount / halves,
            place: "\(hemisphere) hemisphere, PADI bus \(bus)"
              + (halves == 2 ? ", drivers with bit 0 of the row select \(half)" : "")
              + ": it takes the neurons of columns \(32 * bus) to \(32 * bus + 31) and "
              + "\(32 * bus + 128) to \(32 * bus + 159)")
        }
      }
    }
    for (bus, used) in labels.enumerated() {
      let need = used.map(\.count).reduce(0, +)
      guard used.contains(where: { $0.count > Self.labelCount }) else { continue }
      throw MappingError(
        resource: "labels", need: need, have: Self.labelCount * halves,
        place: "PADI buses \(bus) of both hemispheres, 64 for each of \(halves) row selects")
    }
    guard unheardCount <= 2048 else {
      throw MappingError(
        resource: "labels for stimuli without targets", need: unheardCount, have: 2048,
        place: "link 3")
    }
  }
}
