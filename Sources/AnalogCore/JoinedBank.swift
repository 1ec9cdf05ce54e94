import ChipGeometry

/// The joined neurons of the chip, by column; usually none.
struct JoinedBank: Sendable {
  private struct Member: Sendable {
    let column: Int
    var neuron = JoinedNeuron()
    /// The cycle of a spike that the top circuit has emitted and the bottom one has not yet.
    var echo = Double.infinity
  }

  /// By column.
  private var members: [Member] = []
  /// The member of each column, -1 if its circuits are apart.
  private var memberOfColumn = [Int](repeating: -1, count: ChipSize.columns)
  /// The joined columns of each block of four, bit 0 the first.
  private(set) var lanes = [UInt8](
    repeating: 0, count: ChipSize.columns / LaneMath.laneCount)

  var isEmpty: Bool { members.isEmpty }
  var columns: [Int] { members.map(\.column) }
  func contains(column: Int) -> Bool { memberOfColumn[column] >= 0 }

  mutating func setJoined(_ isJoined: Bool, column: Int) {
    guard contains(column: column) != isJoined else { return }
    if isJoined {
      members.append(Member(column: column))
      members.sort { $0.column < $1.column }
    } else {
      members.remove(at: memberOfColumn[column])
    }
    memberOfColumn = memberOfColumn.map { _ in -1 }
    for (index, member) in members.enumerated() { memberOfColumn[member.column] = index }
    lanes[column / LaneMath.laneCount] ^= 1 << UInt8(column % LaneMath.laneCount)
  }

  /// The neuron of a joined column.
  subscript(column: Int) -> JoinedNeuron {
    get { members[memberOfColumn[column]].neuron }
    set { members[memberOfColumn[column]].neuron = newValue }
  }

  /// The next spike at or before `limit`: the earliest, of equally early ones the first circuit's.
  mutating func nextSpike(atOrBefore limit: Double) -> NeuronBank.Spike? {
    var best: NeuronBank.Spike?
    func offer(_ time: Double, _ neuron: Int) {
      guard time <= limit else { return }
      if let best, (best.time, best.neuron) <= (time, neuron) { return }
      best = NeuronBank.Spike(neuron: neuron, time: time)
    }
    for index in members.indices {
      members[index].neuron.resolve(until: limit)
      offer(members[index].neuron.crossing, members[index].column)
      offer(members[index].echo, members[index].column + ChipSize.columns)
    }
    return best
  }

  /// Whether a spike of circuit `neuron`, 0…511, at exactly `t` is pending.
  func isDue(_ neuron: Int, at t: Double) -> Bool {
    let member = members[memberOfColumn[neuron % ChipSize.columns]]
    return (neuron < ChipSize.columns ? member.neuron.crossing : member.echo) == t
  }

  /// The top circuit fires: so does then the bottom one.
  mutating func fire(column: Int, at t: Double, noise: Double) {
    members[memberOfColumn[column]].neuron.fire(at: t, noise: noise)
    members[memberOfColumn[column]].echo = t
  }

  mutating func removeEcho(column: Int) { members[memberOfColumn[column]].echo = .infinity }

  // MARK: State

  static let savedCount = JoinedNeuron.savedCount + 1

  func saved(column: Int) -> [Double] {
    let member = members[memberOfColumn[column]]
    return member.neuron.saved + [member.echo]
  }

  /// - Returns: false if no neuron can have this state.
  mutating func restore(column: Int, _ values: [Double]) -> Bool {
    members[memberOfColumn[column]].echo = values[JoinedNeuron.savedCount]
    return members[memberOfColumn[column]].neuron.restore(
      Array(values.prefix(JoinedNeuron.savedCount)))
  }
}
