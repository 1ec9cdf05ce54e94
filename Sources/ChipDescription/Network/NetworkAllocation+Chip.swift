import AnalogCore
import Chip
import ChipGeometry
import EventFabric

extension NetworkAllocation {
  /// Writes everything into the mapping's chip description and its places.
  func write(to mapping: inout NetworkMapping) {
    var crossed: Set<Int> = []
    for (index, source) in mapper.sources.enumerated() {
      let route = routes[index]
      var place = NetworkMapping.Place(
        name: "\(source.group)[\(source.member)]", group: source.group, member: source.member)
      place.neuron = source.neuron
      place.label = route.label
      place.bus = route.bus
      place.generator = route.generator
      place.delayTicks = source.delays.first ?? 0
      place.isRecorded = source.isRecorded
      for hemisphere in Hemisphere.allCases {
        let h = Int(hemisphere.rawValue)
        func row(_ number: Int?) -> Int? {
          guard let bus = route.bus, let number else { return nil }
          return physicalRow(number, bus, route.half)
        }
        place.rows[h].excitatory = row(route.excitatory[h])
        place.rows[h].inhibitory = row(route.inhibitory[h])
        place.rows[h].synapseCount =
          source.synapses.count { $0.neuron.hemisphere == hemisphere }
        writeRows(place, h, hemisphere, to: &mapping.chip)
      }
      writeSource(source, place, to: &mapping.chip)
      writeSynapses(source, place, to: &mapping.chip)
      if route.bus != nil { cross(place, &crossed, &mapping.chip) }
      mapping.places.append(place)
    }
    writeDrivers(to: &mapping.chip)
    writeGenerators(to: &mapping)
    mapping.chip.rows.sort {
      ($0.hemisphere.rawValue, $0.rows.lowerBound) < ($1.hemisphere.rawValue, $1.rows.lowerBound)
    }
  }

  /// The drivers of a half are those whose number on the bus has it in bit 0.
  private func physicalRow(_ number: Int, _ bus: Int, _ half: Int) -> Int {
    let driverOnBus = halves == 2 ? number / 2 << 1 | half : number / 2
    return 2 * (driverOnBus * ChipSize.busesPerHemisphere + bus) + number % 2
  }

  private func writeRows(
    _ place: NetworkMapping.Place, _ h: Int, _ hemisphere: Hemisphere,
    to chip: inout ChipDescription
  ) {
    let wanted: [(Int?, RowMode)] = [
      (place.rows[h].excitatory, .excitatory), (place.rows[h].inhibitory, .inhibitory),
    ]
    for case (let row?, let mode) in wanted {
      var rows = ChipDescription.Rows()
      rows.hemisphere = hemisphere
      rows.rows = row...row
      rows.mode = mode
      if !chip.rows.contains(rows) { chip.rows.append(rows) }
    }
  }

  private func writeSource(
    _ source: NetworkMapper.Source, _ place: NetworkMapping.Place,
    to chip: inout ChipDescription
  ) {
    if let neuron = source.neuron, let population = mapper.network.population(source.group) {
      var group = ChipDescription.Neurons()
      group.hemisphere = neuron.hemisphere
      group.columns = neuron.column...neuron.column
      group.parameters = population.parameters
      group.terms = population.terms
      chip.neurons.append(group)
      if let label = place.label {
        var backend = ChipDescription.Backends()
        backend.hemisphere = neuron.hemisphere
        backend.columns = group.columns
        backend.firstAddress = Int(label.rawValue & 0xFF)
        chip.backends.append(backend)
      }
    }
    guard place.delayTicks > 0, let label = place.label else { return }
    var delay = ChipDescription.Delays()
    delay.ticks = place.delayTicks
    var line = ChipSize.columns + Int(label.rawValue & 0xFF)
    if let neuron = source.neuron {
      delay.hemisphere = neuron.hemisphere
      line = neuron.column
    } else if let generator = place.generator {
      line = ChipSize.columns + 256 + generator
    }
    delay.lines = line...line
    if !chip.delays.contains(delay) { chip.delays.append(delay) }
  }

  private func writeSynapses(
    _ source: NetworkMapper.Source, _ place: NetworkMapping.Place,
    to chip: inout ChipDescription
  ) {
    guard let label = place.label else { return }
    for target in source.synapses {
      let rows = place.rows[Int(target.neuron.hemisphere.rawValue)]
      guard let row = target.code > 0 ? rows.excitatory : rows.inhibitory else { continue }
      var synapse = ChipDescription.Synapses()
      synapse.hemisphere = target.neuron.hemisphere
      synapse.rows = row...row
      synapse.columns = target.neuron.column...target.neuron.column
      synapse.weight = UInt8(abs(target.code))
      synapse.label = label.synapseLabel
      chip.synapses.append(synapse)
    }
  }

  /// Opens the nodes that a source's events pass.
  private func cross(
    _ place: NetworkMapping.Place, _ crossed: inout Set<Int>, _ chip: inout ChipDescription
  ) {
    guard let bus = place.bus, let label = place.label else { return }
    for hemisphere in Hemisphere.allCases
    where place.rows[Int(hemisphere.rawValue)].synapseCount > 0 {
      var node = ChipDescription.Node()
      node.to = .bus(hemisphere, bus)
      if let neuron = place.neuron {
        node.from = .neuronOutput(neuron.eventOutput)
        node.node = CrossbarNode(mask: 0x80, target: 0)
      } else if let generator = place.generator {
        node.from = .background(generator)
      } else {
        node.from = .link(Int(label.rawValue >> 14))
        node.node = CrossbarNode(mask: 0x3000, target: UInt16(bus) << 12)
      }
      guard let index = CrossbarLayout.nodeIndex(from: node.from, to: node.to) else {
        preconditionFailure("there is no node from \(node.from) to \(node.to)")
      }
      if crossed.insert(index).inserted { chip.crossbar.append(node) }
    }
  }

  private func writeDrivers(to chip: inout ChipDescription) {
    for hemisphere in Hemisphere.allCases
    where chip.rows.contains(where: { $0.hemisphere == hemisphere }) {
      var drivers = ChipDescription.Drivers()
      drivers.hemisphere = hemisphere
      drivers.drivers = 0...ChipSize.drivers - 1
      drivers.rowSelectMask = halves == 2 ? 1 : 0
      chip.drivers.append(drivers)
    }
  }

  private func writeGenerators(to mapping: inout NetworkMapping) {
    for stimulus in mapper.network.stimuli where stimulus.kind == .poisson {
      guard let first = mapper.firsts[stimulus.name], let generator = routes[first].generator,
        let label = routes[first].label, let settings = PoissonSettings(stimulus)
      else { continue }
      var background = ChipDescription.Background()
      background.index = generator
      background.settings = BackgroundGenerator(
        isRandom: true, periodCycles: settings.periodCycles, rate: settings.rate,
        seed: stimulus.seed, label: label.rawValue,
        randomLabelBits: UInt8(PoissonSettings.labelCount(stimulus) - 1))
      mapping.chip.background.append(background)
      mapping.rates.append(
        NetworkMapping.Rate(
          name: stimulus.name, generator: generator, wanted: stimulus.rate,
          realised: settings.realised))
    }
  }
}
