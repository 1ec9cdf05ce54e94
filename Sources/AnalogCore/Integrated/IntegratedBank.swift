import ChipGeometry

/// The circuits of the chip that are integrated, by neuron; usually none.
struct IntegratedBank: Sendable {
  /// A group without members is a free place.
  private var groups: [CompartmentGroup] = []
  private var places = [Place?](repeating: nil, count: ChipSize.neurons)
  /// The integrated circuits of each block of four, bit 0 the first.
  private(set) var lanes = [UInt8](repeating: 0, count: ChipSize.neurons / LaneMath.laneCount)
  private(set) var count = 0
  private var times = EarliestTimes(count: ChipSize.neurons)

  private struct Place: Sendable {
    var group: Int
    var member: Int
  }

  var isEmpty: Bool { count == 0 }
  var neurons: [Int] { places.indices.filter { places[$0] != nil } }
  func contains(_ neuron: Int) -> Bool { places[neuron] != nil }

  /// The circuits of the group of a circuit, itself included; empty if it is not integrated.
  func companions(of neuron: Int) -> [Int] {
    guard let place = places[neuron] else { return [] }
    return groups[place.group].members.map(\.constants.neuron)
  }

  /// Takes circuits out; all circuits of a group together.
  mutating func remove(_ neurons: [Int]) {
    for n in neurons {
      guard let place = places[n] else { continue }
      groups[place.group].members = []
      places[n] = nil
      lanes[n / LaneMath.laneCount] ^= 1 << UInt8(n % LaneMath.laneCount)
      count -= 1
      times.set(n, to: .infinity)
    }
  }

  /// Puts in a group of circuits that are not here. They must be reset.
  mutating func insert(_ constants: [CircuitConstants], settings: IntegrationSettings) {
    let group = groups.firstIndex { $0.members.isEmpty } ?? groups.count
    if group < groups.count {
      groups[group] = CompartmentGroup(constants, settings: settings)
    } else {
      groups.append(CompartmentGroup(constants, settings: settings))
    }
    for (member, c) in constants.enumerated() {
      places[c.neuron] = Place(group: group, member: member)
      lanes[c.neuron / LaneMath.laneCount] ^= 1 << UInt8(c.neuron % LaneMath.laneCount)
      count += 1
    }
  }

  /// Other constants for the circuits of a group.
  mutating func change(to constants: [CircuitConstants], at t: Double) {
    withGroup(of: constants[0].neuron) { group, _ in
      group = group.changed(to: constants, at: t)
    }
  }

  private mutating func withGroup<Result>(
    of neuron: Int, _ body: (inout CompartmentGroup, _ member: Int) -> Result
  ) -> Result {
    guard let place = places[neuron] else { preconditionFailure("not integrated") }
    let result = body(&groups[place.group], place.member)
    refresh(place.group)
    return result
  }

  private mutating func refresh(_ group: Int) {
    for j in groups[group].members.indices {
      times.set(groups[group].members[j].constants.neuron, to: groups[group].earliest(of: j))
    }
  }

  /// Whether circuits of a group are connected as they already are.
  func isWired(as constants: [CircuitConstants]) -> Bool {
    guard let place = places[constants[0].neuron],
      groups[place.group].members.count == constants.count
    else { return false }
    return constants.indices.allSatisfy {
      groups[place.group].members[$0].constants.hasPlace(of: constants[$0])
    }
  }

  // MARK: Events

  mutating func receive(_ neuron: Int, at t: Double, excitatory: Double, inhibitory: Double) {
    withGroup(of: neuron) { group, j in
      group.receive(j, at: t, excitatory: excitatory, inhibitory: inhibitory)
    }
  }

  mutating func fire(_ neuron: Int, at t: Double, noise: Double) {
    withGroup(of: neuron) { group, j in group.fire(j, at: t, noise: noise) }
  }

  mutating func reset(_ neuron: Int, at t: Double, noise: Double) {
    withGroup(of: neuron) { group, j in group.reset(j, at: t, noise: noise) }
  }

  // MARK: Spikes

  /// The next spike at or before `limit`: the earliest, of equally early ones the first neuron's.
  mutating func nextSpike(atOrBefore limit: Double) -> NeuronBank.Spike? {
    while true {
      let first = times.least
      guard first <= limit else { return nil }
      let neuron = times.firstIndex(of: first)
      if isDue(neuron, at: first) { return NeuronBank.Spike(neuron: neuron, time: first) }
      withGroup(of: neuron) { group, _ in group.advance(until: limit) }
    }
  }

  func isDue(_ neuron: Int, at t: Double) -> Bool {
    guard let place = places[neuron] else { return false }
    return groups[place.group].members[place.member].now.due == t
  }

  func slope(of neuron: Int) -> Double {
    guard let place = places[neuron] else { return 0 }
    return groups[place.group].members[place.member].now.spikeSlope
  }

  // MARK: State

  /// The potential of a circuit's membrane and the rest of its state at cycle `t`.
  func read(_ neuron: Int, at t: Double) -> (potential: Double, state: CircuitState)? {
    guard let place = places[neuron] else { return nil }
    return groups[place.group].read(place.member, at: t)
  }

  /// The base of a circuit's group, and its own state there.
  func saved(_ neuron: Int) -> [Double] {
    guard let place = places[neuron] else { return [] }
    let group = groups[place.group]
    return [group.time, group.firstStep] + group.saved(place.member)
  }

  static let savedCount = CompartmentGroup.savedCount + 2

  /// - Returns: false if no circuit can be in this state.
  mutating func restore(_ neuron: Int, _ values: [Double]) -> Bool {
    withGroup(of: neuron) { group, j in
      guard group.restore(j, Array(values.dropFirst(2))) else { return false }
      return group.restart(at: values[0], firstStep: values[1], isFirst: j == 0)
    }
  }
}
