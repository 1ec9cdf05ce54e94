import Chip
import ChipDescription
import ChipGeometry
import TestSupport
import Testing

@Suite struct NetworkFieldTests {
  static let text = """
    {
      "format": "ranvier-network-1", "duration": 25,
      "populations": [
        {
          "name": "a", "size": 3, "tau_m": 4, "tau_s_excitatory": 2, "tau_s_inhibitory": 1.5,
          "leak": 0.1, "reset": -0.2, "threshold": 0.8, "refractory": 0.5, "gain_excitatory": 9,
          "gain_inhibitory": 5,
          "adaptation": {"enabled": true, "tau": 5, "a": 0.3, "b": 0.2},
          "exponential": {"enabled": true, "slope": 0.1, "threshold": 0.6},
          "excitatory_input": {"reversal": 4}, "inhibitory_input": {"reversal": -1},
          "capacitance": 40, "offset_current": 0.1, "early_release": 0.1
        },
        {"name": "b", "size": 3, "refractory": 1, "hemisphere": "bottom"}
      ],
      "stimuli": [
        {"name": "r", "size": 3, "start": 1.5, "period": 3, "stagger": 0.2},
        {"name": "n", "size": 3, "kind": "poisson", "rate": 300},
        {"name": "f", "size": 3, "kind": "file", "file": "one"},
        {"name": "q"}
      ],
      "projections": [
        {"source": "r", "target": "a", "weight": 3},
        {"source": "n", "target": "a", "connectivity": "random", "fan_in": 2, "weight": 20},
        {"source": "a", "target": "a", "weight": -6, "delay": 0.4},
        {
          "source": "f", "target": "b", "connectivity": "list", "weight": 30,
          "connections": [{"source": 1, "target": 2}, {"source": 0, "target": 0, "weight": 40}]
        }
      ]
    }
    """

  /// The description with all lists turned, so that each element comes first in one of four.
  static func turned(_ value: JSONValue, by count: Int) -> JSONValue {
    guard case .object(let members) = value else { return value }
    return .object(
      members.map { member in
        guard case .array(let elements) = member.value, case .object? = elements.first else {
          return member
        }
        let shift = count % elements.count
        return .init(
          member.key,
          .array(Array(elements[shift...] + elements[..<shift]).map { turned($0, by: count) }))
      })
  }

  /// The recorded events by name, in order, on a chip with mismatch.
  static func digest(_ network: NetworkDescription) throws -> [String] {
    var description = ChipDescription()
    description.analog.mismatch.weight = 0
    description.analog.integration.relativeTolerance = 1e-3
    description.analog.integration.absoluteTolerance = 1e-3
    let mapping = try NetworkMapping(network, onto: description)
    var chip = mapping.chip.makeChip()
    chip.isRecording = true
    var times: [String: [[UInt64]]] = [:]
    for stimulus in network.stimuli where stimulus.kind == .file {
      let start: UInt64 = stimulus.file == "one" ? 200 : 300
      times[stimulus.name] = (0..<UInt64(stimulus.size)).map { [start + 7 * $0, 2 * start] }
    }
    for event in mapping.hostEvents(times: times) { try chip.enqueue(event) }
    _ = chip.run(until: ClockTime(ticks: network.durationTicks))
    var names: [EventLabel: String] = [:]
    for place in mapping.places where place.isRecorded {
      if let label = place.label { names[label] = place.name }
    }
    var events: [SpikeEvent] = []
    chip.takeEvents(into: &events)
    return events.compactMap { event in names[event.label].map { "\(event.tick) \($0)" } }
  }

  static func others(_ type: FieldType, than value: JSONValue) -> [JSONValue] {
    switch type {
    case .name: ["a", "b", "r", "n", "f"].filter { $0 != value }
    case .text: value == "" ? [] : ["two"]
    default:
      // Codes are whole.
      if case .number(let number) = value {
        [.number(number + 1)] + FieldTests.others(type, than: value)
      } else {
        FieldTests.others(type, than: value)
      }
    }
  }

  @Test("Each field of a network changed by itself changes its file, its hash and its spikes")
  func effects() throws {
    let first = try JSONReader.read(Array(Self.text.utf8)).plain
    var open = FieldTests.places(NetworkDescription.table.infos)
    for turn in 0..<4 where !open.isEmpty {
      let base = try NetworkDescription(
        json: Array(Self.turned(first, by: turn).text.utf8))
      let digest = try Self.digest(base)
      #expect(digest.count > 60)
      let json = base.json(all: true)
      open = open.filter { info, path in
        guard let value = json.value(at: path[...]) else { return true }
        for other in Self.others(info.type, than: value) {
          let bytes = Array(json.replacing(path[...], by: other).text.utf8)
          guard let changed = try? NetworkDescription(json: bytes),
            let after = try? Self.digest(changed)
          else { continue }
          let name = path.joined(separator: ".")
          #expect(changed.sha256 != base.sha256 && changed.json() != base.json(), "\(name)")
          #expect(changed.differences(to: base).count == 1, "\(name)")
          if after != digest { return false }
        }
        return true
      }
    }
    #expect(open.filter { $0.info.withoutEffect == nil }.map(\.info.path) == [])
    #expect(open.filter { $0.info.withoutEffect != nil }.count == 3)
  }

  @Test("A mutated network is mapped, or refused with a place in it, or does not fit")
  func fuzz() {
    var random = RandomStream(seed: 9, name: "mutated networks")
    var outcomes = [0, 0, 0]
    let sample = Array(Self.text.utf8)
    let digits = sample.indices.filter {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(sample[$0])
    }
    for round in 0..<300 {
      var bytes = sample
      if round % 2 == 0 {
        bytes = JSONReaderTests.mutant(of: sample, &random)
      } else {
        let place = digits[Int(random.next(below: UInt64(digits.count)))]
        bytes[place] = UInt8(ascii: "0") + UInt8(random.next(below: 10))
      }
      let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
      do throws(DescriptionError) {
        let network = try NetworkDescription(json: bytes)
        let mapping = try? NetworkMapping(network, onto: ChipDescription())
        outcomes[mapping == nil ? 1 : 0] += 1
        _ = mapping?.hostEvents(times: [:])
      } catch {
        outcomes[2] += 1
        #expect((1...lines).contains(error.position.line) && !error.message.isEmpty)
      }
    }
    #expect(outcomes[0] > 50 && outcomes[2] > 100, "\(outcomes)")
  }

  @Test("More events than a run can hold are refused")
  func eventCount() throws {
    let text = """
      {"format": "ranvier-network-1", "duration": 1000000000,
       "stimuli": [{"name": "r", "period": 1}]}
      """
    #expect {
      _ = try NetworkDescription(json: Array(text.utf8))
    } throws: {
      "\($0)"
        == "2:14: stimuli[0]: found 1000000000 regular events within the duration, expected at "
        + "most 20000000"
    }
  }

  @Test("A network is read again as the same, by all fields or the changed ones")
  func roundTrip() throws {
    let network = try NetworkDescription(json: Array(Self.text.utf8))
    for all in [true, false] {
      let again = try NetworkDescription(json: Array(network.json(all: all).text.utf8))
      #expect(again == network && again.sha256 == network.sha256)
    }
  }

  @Test(
    "An independent validator takes the network by its schema, and not with a wrong field",
    .enabled(if: SchemaTests.hasPackage, "needs python3 with jsonschema"))
  func validator() throws {
    let folder = try TemporaryFolder()
    try folder.write(NetworkDescription.schema.text, to: "schema.json")
    try folder.write(Self.text, to: "network.json")
    let script = """
      import copy, json, jsonschema
      schema = json.load(open('schema.json'))
      jsonschema.Draft202012Validator.check_schema(schema)
      valid = jsonschema.Draft202012Validator(schema).is_valid
      network = json.load(open('network.json'))
      assert valid(network)
      for change in [lambda n: n.update(x=1), lambda n: n['populations'][0].update(size=0),
                     lambda n: n['projections'][3]['connections'][0].pop('target'),
                     lambda n: n['stimuli'][0].update(kind='burst')]:
        wrong = copy.deepcopy(network); change(wrong)
        assert not valid(wrong), wrong
      print('right')
      """
    let result = try Oracle.python.run(["-c", script], in: folder.url)
    #expect(result.text == "right\n", "\(result.errors)")
  }
}
