import AnalogCore
import Chip
import ChipDescription
import ChipGeometry
import Foundation
import Testing

/// The mapping against the description: what arrives where, on the chip itself.
@Suite struct NetworkMappingTests {
  typealias Network = NetworkDescription

  /// A weight from one member to another, by sign.
  struct Link: Hashable {
    var source: String
    var target: String
    var isExcitatory: Bool
  }

  /// All weights in codes, straight from the meaning of the words; of random projections the fan-in
  /// is tested elsewhere.
  static func links(_ network: Network) -> [Link: Int] {
    var links: [Link: Int] = [:]
    func size(_ name: String) -> Int {
      network.populations.first { $0.name == name }?.size
        ?? network.stimuli.first { $0.name == name }?.size ?? 0
    }
    for p in network.projections {
      func connect(_ source: Int, _ target: Int, _ weight: Double) {
        var code = weight
        if p.weightUnit == .thresholds {
          let neuron = network.populations.first { $0.name == p.target }!.parameters
          code = weight * 63 / (weight > 0 ? neuron.excitatoryGain : neuron.inhibitoryGain)
        }
        guard code.rounded() != 0 else { return }
        let link = Link(
          source: "\(p.source)[\(source)]", target: "\(p.target)[\(target)]",
          isExcitatory: weight > 0)
        links[link, default: 0] += Int(abs(code).rounded())
      }
      switch p.connectivity {
      case .allToAll:
        for source in 0..<size(p.source) {
          for target in 0..<size(p.target)
          where p.source != p.target || source != target || p.hasSelfConnections {
            connect(source, target, p.weight)
          }
        }
      case .oneToOne: for i in 0..<size(p.source) { connect(i, i, p.weight) }
      case .list: for c in p.connections { connect(c.source, c.target, c.weight) }
      case .random:
        for s in network.synapses(of: p) { connect(s.source, s.target, p.weight) }
      }
    }
    return links
  }

  /// The membrane `cycles` after an event of that code has arrived, of a neuron at rest at 0.
  static func response(_ code: Int, isExcitatory: Bool, _ p: NeuronParameters, cycles: Double)
    -> Double
  {
    guard cycles > 0 else { return 0 }
    let tau = isExcitatory ? p.excitatoryTimeConstant : p.inhibitoryTimeConstant
    let charge = Double(code) / 63 * (isExcitatory ? p.excitatoryGain : -p.inhibitoryGain)
    return charge * tau / (tau - p.membraneTimeConstant)
      * (exp(-cycles / tau) - exp(-cycles / p.membraneTimeConstant))
  }

  /// A network of neurons that never spike by themselves.
  static func random(_ random: inout RandomStream) -> Network {
    func below(_ bound: Int) -> Int { Int(random.next(below: UInt64(bound))) }
    var network = Network()
    for index in 0..<2 + below(2) {
      var population = Network.Population()
      population.name = "p\(index)"
      population.size = 1 + below(9)
      population.hemisphere = [nil, .top, .bottom][below(3)]
      population.parameters.membraneTimeConstant = 1000 + Double(below(9)) * 500
      population.parameters.excitatoryTimeConstant = 700 + Double(below(5)) * 10
      population.parameters.inhibitoryTimeConstant = 500 + Double(below(5)) * 10
      population.parameters.excitatoryGain = 1 + Double(below(8))
      population.parameters.inhibitoryGain = 1 + Double(below(8))
      population.parameters.threshold = 1000
      network.populations.append(population)
    }
    for index in 0..<1 + below(3) {
      var stimulus = Network.Stimulus()
      stimulus.name = "s\(index)"
      stimulus.size = 1 + below(6)
      network.stimuli.append(stimulus)
    }
    let sources = network.populations.map(\.name) + network.stimuli.map(\.name)
    let delays = sources.map { _ in UInt16([10, 50, 125][below(3)]) }
    for _ in 0..<2 + below(5) {
      var projection = Network.Projection()
      let source = below(sources.count)
      projection.source = sources[source]
      projection.delayTicks = delays[source]
      let target = network.populations[below(network.populations.count)]
      projection.target = target.name
      let sourceSize =
        network.populations.first { $0.name == projection.source }?.size
        ?? network.stimuli.first { $0.name == projection.source }!.size
      projection.weight = Double(below(21) - 10)
      projection.hasSelfConnections = below(2) == 0
      switch below(4) {
      case 0 where sourceSize == target.size: projection.connectivity = .oneToOne
      case 1 where sourceSize > 1:
        projection.connectivity = .random
        projection.fanIn = 1 + below(sourceSize - 1)
        projection.seed = UInt64(below(100))
      case 2:
        projection.connectivity = .list
        for _ in 0..<1 + below(5) {
          var connection = Network.Connection()
          connection.source = below(sourceSize)
          connection.target = below(target.size)
          connection.weight = Double(below(21) - 10)
          projection.connections.append(connection)
        }
      default:
        projection.weightUnit = .thresholds
        projection.weight = 0.15 * Double(below(11) - 5)
      }
      network.projections.append(projection)
    }
    return network
  }

  static let quiet = ChipDescription(.ideal)

  /// Makes one source emit one event and compares all 512 membranes 3 us later; one after the other
  /// for each source, or for one of so many.
  static func check(_ network: Network, oneOf stride: Int = 1) throws {
    #expect(network.problem() == nil)
    let mapping = try NetworkMapping(network, onto: quiet)
    let links = Self.links(network)
    var chip = mapping.chip.makeChip()
    chip.isRecording = true
    var events: [SpikeEvent] = []
    for place in mapping.places.enumerated().filter({ $0.offset % stride == 0 }).map(\.element) {
      chip.resetNeurons()
      var start = chip.now.cycles
      if let neuron = place.neuron {
        let parameters = chip.nominalParameters(of: neuron)
        var spiking = parameters
        spiking.threshold = -1
        spiking.refractoryTime = 10
        chip.setParameters(spiking, of: neuron)
        _ = chip.run(until: ClockTime(cycles: start + 2))
        chip.setParameters(parameters, of: neuron)
      } else {
        start = (chip.now.ticks + 1) * 2
        let label = try #require(place.label)
        try chip.enqueue(
          SpikeEvent(tick: chip.now.ticks + 1, label: label, flags: .stimulus))
      }
      let end = start + 750
      _ = chip.run(until: ClockTime(cycles: end))
      chip.takeEvents(into: &events)
      #expect(events.count == 1 && events.first?.label == place.label, "\(place.name)")
      if place.neuron != nil, let spike = events.first { start = spike.tick * 2 }
      var expected = [Double](repeating: 0, count: ChipSize.neurons)
      for target in mapping.places {
        guard let neuron = target.neuron else { continue }
        for isExcitatory in [true, false] {
          let link = Link(source: place.name, target: target.name, isExcitatory: isExcitatory)
          guard let code = links[link] else { continue }
          let arrival = start + 2 * UInt64(place.delayTicks)
          expected[Int(neuron.rawValue)] += response(
            code, isExcitatory: isExcitatory, chip.nominalParameters(of: neuron),
            cycles: Double(end) - Double(arrival))
        }
      }
      let found = (0..<ChipSize.neurons).map { chip.membrane(of: NeuronIndex($0)) }
      let wrong = found.indices.filter { abs(found[$0] - expected[$0]) > 1e-9 }
      #expect(wrong.isEmpty, "\(place.name): neurons \(wrong)")
      _ = chip.run(until: ClockTime(cycles: end + 50_000))
    }
  }

  @Test("One event of each source charges exactly the neurons that the description says")
  func randomNetworks() throws {
    var random = RandomStream(seed: 11, name: "networks")
    for _ in 0..<12 { try Self.check(Self.random(&random)) }
  }

  static func population(_ name: String, _ size: Int, _ hemisphere: Hemisphere? = nil)
    -> Network.Population
  {
    var population = Network.Population()
    population.name = name
    population.size = size
    population.hemisphere = hemisphere
    population.parameters.threshold = 1000
    return population
  }

  static func stimulus(_ name: String, _ size: Int) -> Network.Stimulus {
    var stimulus = Network.Stimulus()
    stimulus.name = name
    stimulus.size = size
    return stimulus
  }

  static func projection(
    _ source: String, _ target: String, _ weight: Double,
    _ connectivity: Network.Projection.Connectivity = .allToAll
  ) -> Network.Projection {
    var projection = Network.Projection()
    projection.source = source
    projection.target = target
    projection.weight = weight
    projection.connectivity = connectivity
    projection.delayTicks = 20
    return projection
  }

  @Test("More than 64 sources of a bus are told apart by the row select")
  func rowSelect() throws {
    var network = Network()
    network.populations = [
      Self.population("a", 200, .top), Self.population("b", 70, .bottom),
    ]
    network.stimuli = [Self.stimulus("s", 200), Self.stimulus("t", 70)]
    network.projections = [
      Self.projection("s", "a", 20, .oneToOne), Self.projection("t", "b", -30, .oneToOne),
    ]
    let mapping = try NetworkMapping(network, onto: Self.quiet)
    #expect(mapping.chip.drivers.allSatisfy { $0.rowSelectMask == 1 })
    // Sources without a common target share their rows.
    #expect(mapping.chip.rows.count == 16)
    try Self.check(network, oneOf: 7)
  }

  @Test("Neurons without targets charge nobody, although they share event outputs with others")
  func silent() throws {
    var network = Network()
    network.populations = [Self.population("a", 40, .top), Self.population("b", 216, .top)]
    network.projections = [Self.projection("a", "a", 20)]
    try Self.check(network, oneOf: 6)
  }

  @Test("As many sources as there are rows fit, one more does not, and the error says how many")
  func rows() throws {
    var network = Network()
    network.populations = [Self.population("a", 3, .bottom)]
    network.stimuli = [Self.stimulus("s", 128)]
    network.projections = [
      Self.projection("s", "a", 20), Self.projection("s", "a", -5),
    ]
    _ = try NetworkMapping(network, onto: Self.quiet)
    network.stimuli[0].size = 140
    #expect {
      _ = try NetworkMapping(network, onto: Self.quiet)
    } throws: {
      "\($0)" == "the network does not fit: it needs 280 synapse rows, there are 256 (bottom "
        + "hemisphere: one for each source and sign of its weights)"
    }
  }

  static func need(_ network: Network) -> String {
    do {
      _ = try NetworkMapping(network, onto: quiet)
      return "fits"
    } catch {
      return "\(error.resource): \(error.need) of \(error.have) (\(error.place))"
    }
  }

  @Test("What does not fit is named: columns, generators, delays, weights, labels of a generator")
  func errors() {
    var network = Network()
    network.populations = [Self.population("a", 200, .top), Self.population("b", 57, .top)]
    #expect(Self.need(network) == "neuron columns: 257 of 256 (top hemisphere)")
    network.populations = [
      Self.population("a", 200), Self.population("b", 200), Self.population("c", 60),
    ]
    #expect(
      Self.need(network).hasPrefix("neuron columns for 'c' in one hemisphere: 60 of 56 (a popu"))
    network.populations = [Self.population("a", 2, .top), Self.population("b", 2, .bottom)]
    network.stimuli = (0..<5).map { Self.stimulus("s\($0)", 3) }
    for index in 0..<5 {
      network.stimuli[index].kind = .poisson
      network.projections.append(Self.projection("s\(index)", "a", 5))
    }
    #expect(
      Self.need(network)
        == "background generators: 5 of 4 (top hemisphere, one on each PADI bus)")
    network.stimuli.removeLast()
    network.projections[4] = Self.projection("s0", "b", 5)
    #expect(
      Self.need(network)
        == "hemispheres for the events of 's0': 2 of 1 (a background generator reaches one PADI bus)"
    )
    network.projections.removeLast()
    #expect(Self.need(network) == "fits")
    network.stimuli[0].rate = 50_000
    #expect(Self.need(network).hasPrefix("events per ms for 's0': 200000 of 125000"))
    network.stimuli[0].rate = 1
    network.projections.append(Self.projection("s0", "a", 59))
    #expect(
      Self.need(network).hasPrefix("codes of weight from s0[0] to one neuron of 'a': 64 of 63"))
    network.projections[4].weight = -59
    #expect(Self.need(network) == "fits")
    network.projections[4].delayTicks = 30
    #expect(
      Self.need(network)
        == "delays of the events of s0[0]: 2 of 1 (a source has one delay line for all its "
        + "projections)")
  }

  @Test("A random projection gives each target its number of different sources")
  func fanIn() {
    var network = Network()
    network.populations = [Self.population("a", 40)]
    network.projections = [Self.projection("a", "a", 5, .random)]
    network.projections[0].fanIn = 7
    let synapses = network.synapses(of: network.projections[0])
    for target in 0..<40 {
      let sources = synapses.filter { $0.target == target }.map(\.source)
      #expect(sources.count == 7 && Set(sources).count == 7 && !sources.contains(target))
    }
    network.projections[0].seed = 2
    #expect(network.synapses(of: network.projections[0]) != synapses)
  }

  @Test("A Poisson stimulus drives its targets by member, at the rate that the map says")
  func poisson() throws {
    var network = Network()
    network.populations = [Self.population("a", 5, .bottom)]
    network.populations[0].parameters.excitatoryGain = 0.5
    network.stimuli = [Self.stimulus("noise", 5)]
    network.stimuli[0].kind = .poisson
    network.stimuli[0].rate = 200
    network.projections = [Self.projection("noise", "a", 40, .oneToOne)]
    network.durationTicks = 40_000
    let mapping = try NetworkMapping(network, onto: Self.quiet)
    let rate = try #require(mapping.rates.first)
    #expect(abs(rate.realised / 200 - 1) < 0.01 && rate.generator >= 4)
    var chip = mapping.chip.makeChip()
    chip.isRecording = true
    let end: UInt64 = 80_001
    _ = chip.run(until: ClockTime(cycles: end))
    var events: [SpikeEvent] = []
    chip.takeEvents(into: &events)
    for member in 0..<5 {
      let source = try #require(mapping.place("noise[\(member)]"))
      let target = try #require(mapping.place("a[\(member)]")?.neuron)
      let own = events.filter { $0.label == source.label }
      // 64 expected, within five deviations.
      #expect(abs(own.count - 64) < 40, "\(own.count)")
      let expected = own.reduce(0) {
        $0
          + Self.response(
            40, isExcitatory: true, network.populations[0].parameters,
            cycles: Double(end) - Double($1.tick * 2 + 40))
      }
      // An event's stamp is half as fine as its cycle.
      #expect(abs(chip.membrane(of: target) - expected) < 0.01 * max(1, expected))
    }
  }

  @Test("The host's events are those of regular stimuli and files, in the order of time")
  func hostEvents() throws {
    var network = Network()
    network.durationTicks = 1000
    network.stimuli = [Self.stimulus("r", 2), Self.stimulus("f", 2)]
    network.stimuli[0].startTicks = 100
    network.stimuli[0].periodTicks = 400
    network.stimuli[0].staggerTicks = 50
    network.stimuli[1].kind = .file
    let mapping = try NetworkMapping(network, onto: Self.quiet)
    let names = Dictionary(uniqueKeysWithValues: mapping.places.map { ($0.label!, $0.name) })
    let events = mapping.hostEvents(times: ["f": [[7, 999], [1000]]])
    #expect(
      events.map { "\($0.tick) \(names[$0.label] ?? "")" } == [
        "7 f[0]", "100 r[0]", "150 r[1]", "500 r[0]", "550 r[1]", "900 r[0]", "950 r[1]",
        "999 f[0]",
      ])
  }
}
