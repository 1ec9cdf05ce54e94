import Chip
import ChipGeometry

/// The first half of the mapping: which neuron is in which column, and what each source reaches.
struct NetworkMapper {
  let network: NetworkDescription
  /// Members of populations, then of stimuli.
  private(set) var sources: [Source] = []
  /// The first member of each group in ``sources``.
  private(set) var firsts: [String: Int] = [:]

  /// A population's or stimulus's member.
  struct Source {
    var group: String
    var member: Int
    var neuron: NeuronIndex?
    var stimulus: NetworkDescription.Stimulus?
    var isRecorded: Bool
    var synapses: [Target] = []
    /// The synapse of each sign to each neuron.
    var numbers: [Int: Int] = [:]
    var delays: [UInt16] = []

    /// Whether events of either sign reach a hemisphere.
    func needs(_ hemisphere: Hemisphere) -> (excitatory: Bool, inhibitory: Bool) {
      var needs = (excitatory: false, inhibitory: false)
      for target in synapses where target.neuron.hemisphere == hemisphere {
        if target.code > 0 { needs.excitatory = true } else { needs.inhibitory = true }
      }
      return needs
    }

    func rowCount(_ hemisphere: Hemisphere) -> Int {
      let needs = needs(hemisphere)
      return (needs.excitatory ? 1 : 0) + (needs.inhibitory ? 1 : 0)
    }
  }

  /// A synapse: the codes of one sign from one source to one target are added.
  struct Target {
    var neuron: NeuronIndex
    var code: Int
  }

  init(_ network: NetworkDescription) {
    self.network = network
    for population in network.populations {
      firsts[population.name] = sources.count
      for member in 0..<population.size {
        sources.append(
          Source(group: population.name, member: member, isRecorded: population.isRecorded))
      }
    }
    for stimulus in network.stimuli {
      firsts[stimulus.name] = sources.count
      for member in 0..<stimulus.size {
        sources.append(
          Source(
            group: stimulus.name, member: member, stimulus: stimulus,
            isRecorded: stimulus.isRecorded))
      }
    }
  }

  // MARK: Columns

  mutating func place() throws(MappingError) {
    let hemispheres = try chooseHemispheres()
    // How many rows the neurons of a population will want in each hemisphere.
    var wishes = [[Int]](repeating: [0, 0], count: sources.count)
    for projection in network.projections {
      guard let target = hemispheres[projection.target] else { continue }
      // Bit 0: has positive weights, bit 1: negative ones.
      var signs = [UInt8](repeating: 0, count: network.size(of: projection.source) ?? 0)
      for synapse in network.synapses(of: projection) where synapse.code != 0 {
        signs[synapse.source] |= synapse.code > 0 ? 1 : 2
      }
      let first = firsts[projection.source] ?? 0
      for (member, signs) in signs.enumerated() {
        wishes[first + member][Int(target.rawValue)] += signs.nonzeroBitCount
      }
    }
    var blocks = Blocks()
    let neurons = network.populations.flatMap { population in
      (0..<population.size).map { (firsts[population.name] ?? 0) + $0 }
    }
    // Those with targets choose first.
    let emitting = neurons.filter { wishes[$0] != [0, 0] }
    for index in emitting + neurons.filter({ wishes[$0] == [0, 0] }) {
      let hemisphere = hemispheres[sources[index].group] ?? .top
      sources[index].neuron = blocks.take(hemisphere, wishes[index])
    }
    try connect()
  }

  /// The free columns, by blocks of 32 that share an event output.
  private struct Blocks {
    private var used = [[Int]](
      repeating: [Int](repeating: 0, count: ChipSize.eventOutputs), count: 2)
    /// Rows wanted, by hemisphere and bus.
    private var load = [[Int]](
      repeating: [Int](repeating: 0, count: ChipSize.busesPerHemisphere), count: 2)

    mutating func take(_ hemisphere: Hemisphere, _ wish: [Int]) -> NeuronIndex {
      let h = Int(hemisphere.rawValue)
      let free = (0..<ChipSize.eventOutputs).filter {
        used[h][$0] < ChipSize.columnsPerEventOutput
      }
      func cost(_ block: Int) -> (Int, Int) {
        let bus = block % ChipSize.busesPerHemisphere
        return (max(wish[0] > 0 ? load[0][bus] : 0, wish[1] > 0 ? load[1][bus] : 0), block)
      }
      let isSilent = wish == [0, 0]
      guard let block = isSilent ? free.last : free.min(by: { cost($0) < cost($1) }) else {
        preconditionFailure("there is a column for each neuron")
      }
      for side in 0..<2 { load[side][block % ChipSize.busesPerHemisphere] += wish[side] }
      used[h][block] += 1
      return NeuronIndex(
        hemisphere, column: block * ChipSize.columnsPerEventOutput + used[h][block] - 1)
    }
  }

  private func chooseHemispheres() throws(MappingError) -> [String: Hemisphere] {
    var chosen: [String: Hemisphere] = [:]
    var used = [0, 0]
    // Wishes first.
    for population in network.populations {
      guard let hemisphere = population.hemisphere else { continue }
      chosen[population.name] = hemisphere
      used[Int(hemisphere.rawValue)] += population.size
    }
    for hemisphere in Hemisphere.allCases where used[Int(hemisphere.rawValue)] > ChipSize.columns {
      throw MappingError(
        resource: "neuron columns", need: used[Int(hemisphere.rawValue)], have: ChipSize.columns,
        place: "\(hemisphere) hemisphere")
    }
    for population in network.populations where population.hemisphere == nil {
      let fitting = Hemisphere.allCases.first {
        used[Int($0.rawValue)] + population.size <= ChipSize.columns
      }
      guard let fitting else {
        throw MappingError(
          resource: "neuron columns for '\(population.name)' in one hemisphere",
          need: population.size, have: ChipSize.columns - (used.min() ?? 0),
          place: "a population lies in one hemisphere; \(used[0]) columns of the top and "
            + "\(used[1]) of the bottom one are taken")
      }
      chosen[population.name] = fitting
      used[Int(fitting.rawValue)] += population.size
    }
    return chosen
  }

  // MARK: Synapses

  private mutating func connect() throws(MappingError) {
    for projection in network.projections {
      let source = firsts[projection.source] ?? 0
      let target = firsts[projection.target] ?? 0
      for synapse in network.synapses(of: projection) where synapse.code != 0 {
        guard let neuron = sources[target + synapse.target].neuron else { continue }
        let index = source + synapse.source
        try add(Target(neuron: neuron, code: synapse.code), to: index, projection)
        if !sources[index].delays.contains(projection.delayTicks) {
          sources[index].delays.append(projection.delayTicks)
        }
      }
    }
    for source in sources where source.delays.count > 1 {
      throw MappingError(
        resource: "delays of the events of \(source.group)[\(source.member)]",
        need: source.delays.count, have: 1,
        place: "a source has one delay line for all its projections")
    }
  }

  private mutating func add(
    _ target: Target, to index: Int, _ projection: NetworkDescription.Projection
  ) throws(MappingError) {
    let key = 2 * Int(target.neuron.rawValue) + (target.code > 0 ? 1 : 0)
    guard let same = sources[index].numbers[key] else {
      sources[index].numbers[key] = sources[index].synapses.count
      return sources[index].synapses.append(target)
    }
    sources[index].synapses[same].code += target.code
    let code = abs(sources[index].synapses[same].code)
    guard code <= ChipSize.maximumWeight else {
      throw MappingError(
        resource: "codes of weight from \(projection.source)[\(sources[index].member)] to one "
          + "neuron of '\(projection.target)'",
        need: code, have: ChipSize.maximumWeight,
        place: "a source has one synapse of each sign to a neuron; projections add up")
    }
  }
}
