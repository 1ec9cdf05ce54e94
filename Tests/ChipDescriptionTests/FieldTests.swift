import ChipDescription
import ChipGeometry
import Testing

@Suite struct FieldTests {
  static func read(_ text: String) throws -> ChipDescription {
    try ChipDescription(json: Array(text.utf8))
  }

  /// Other values that a field of this type may have, likely ones first.
  static func others(_ type: FieldType, than value: JSONValue) -> [JSONValue] {
    switch (type, value) {
    case (.optional(let type), _): others(type, than: value == .null ? 5 : value)
    case (.bool, .bool(let value)): [.bool(!value)]
    case (.integer(let range), .integer(let value)):
      [.integer(UInt64(value) < range.upperBound ? value + 1 : value - 1)]
    case (.signed(let range), .integer(let value)):
      [.integer(value < range.upperBound ? value + 1 : value - 1)]
    case (.integer, .unsigned(let value)):
      [.unsigned(value - 1)]
    case (.number(let range), .number(let value)):
      [.number(min(range.upperBound, value * 1.3 + 0.1))]
    case (.number(let range), .integer(let value)):
      [.number(min(range.upperBound, Double(value) * 1.3 + 0.1))]
    case (.integers, .array(let values)):
      if case .integer(let first)? = values.first {
        [.array([.integer(first + 1)] + values.dropFirst())]
      } else {
        []
      }
    case (.choice(let words), _): words.map { .string($0) }.filter { $0 != value }
    case (.span, .array(let ends)):
      if case .integer(let first) = ends[0], case .integer(let last) = ends[1], first < last {
        [
          .array([.integer(first), .integer(last - 1)]),
          .array([.integer(first + 1), .integer(last)]),
        ]
      } else {
        []
      }
    default: []
    }
  }

  /// The field in the first element of each list that it is in.
  static func places(_ infos: [FieldInfo]) -> [(info: FieldInfo, path: [String])] {
    infos.flatMap { info -> [(FieldInfo, [String])] in
      if !info.children.isEmpty { return places(info.children) }
      let path = info.path.split(separator: ".").flatMap { word in
        word.hasSuffix("[]") ? [String(word.dropLast(2)), "0"] : [String(word)]
      }
      return [(info, path)]
    }
  }

  /// Every value that a description stores, by its name.
  static func leaves(_ value: Any, _ path: String = "") -> [String: String] {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .collection {
      return mirror.children.first.map { leaves($0.value, path + "[]") } ?? [:]
    }
    if mirror.children.isEmpty || mirror.displayStyle == .optional {
      return [path: "\(value)"]
    }
    return mirror.children.reduce(into: [:]) { found, child in
      found.merge(leaves(child.value, "\(path).\(child.label ?? "")")) { a, _ in a }
    }
  }

  /// Every field of the case with other values that it may have: both ends of a span, else one.
  static let changes = Result { try makeChanges() }
  private static func makeChanges() throws -> [(info: FieldInfo, changed: ChipDescription)] {
    let whole = try read(BehaviourCase.text).json(all: true)
    return places(ChipDescription.table.infos).flatMap { info, path in
      let value = whole.value(at: path[...]) ?? .null
      let legal = others(info.type, than: value).compactMap { other in
        try? ChipDescription(json: Array(whole.replacing(path[...], by: other).line.utf8))
      }
      #expect(!legal.isEmpty || info.withoutEffect != nil, "\(info.path): no other value")
      let isSpan = if case .span = info.type { true } else { false }
      return legal.prefix(isSpan ? 2 : 1).map { (info, $0) }
    }
  }

  @Test(
    "Each field changed by itself changes the file and the hash, and all that is stored has one")
  func fields() throws {
    let base = try Self.read(BehaviourCase.text)
    let (whole, short, sha256) = (base.json(all: true), base.json(), base.sha256)
    let leaves = Self.leaves(base)
    var reached: Set<String> = []
    for (info, changed) in try Self.changes.get() {
      #expect(changed.json(all: true) != whole, "\(info.path)")
      #expect(changed.json() != short && changed.sha256 != sha256, "\(info.path)")
      #expect(changed.differences(to: base).count == 1, "\(info.path)")
      let after = Self.leaves(changed)
      reached.formUnion(leaves.keys.filter { leaves[$0] != after[$0] })
    }
    #expect(
      Set(leaves.keys).subtracting(reached) == [],
      "stored, but in no field of the table (ChipFields.swift)")
  }

  @Test("Each field changed by itself changes what the chip does", arguments: 0..<5)
  func effects(part: Int) throws {
    let digest = try BehaviourCase.digest(Self.read(BehaviourCase.text))
    for (index, (info, changed)) in try Self.changes.get().enumerated() where index % 5 == part {
      let isSame = try BehaviourCase.digest(changed) == digest
      #expect(isSame == (info.withoutEffect != nil), "\(info.path) changes nothing")
    }
  }

  @Test("What is written is read again as the same, by all fields or the changed ones")
  func roundTrip() throws {
    let cases = try [
      ChipDescription(), Self.read(BehaviourCase.text),
      Self.read(#"{"format": "ranvier-chip-1", "chip_seed": 18446744073709551615}"#),
    ]
    for description in cases {
      for all in [true, false] {
        let text = description.json(all: all).text
        let again = try Self.read(text)
        #expect(again == description && again.sha256 == description.sha256)
        #expect(again.json(all: all).text == text)
      }
    }
    #expect(ChipDescription().json().text == "{\n  \"format\": \"ranvier-chip-1\"\n}")
  }

  @Test("Times of any decimal digits come back as they were written")
  func decimals() throws {
    var random = RandomStream(seed: 3, name: "decimals")
    for _ in 0..<500 {
      let digits = Int(random.next(below: 6))
      let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
      let time = Double(Int(random.next(below: UInt64(60 * scale))) + Int(scale)) / scale
      let text = #"{"format": "ranvier-chip-1", "neuron": {"tau_m": \#(time)}}"#
      let read = try Self.read(text)
      #expect(read.json()["neuron"]?["tau_m"] == .number(time))
    }
  }

  @Test("The order of a file and the way of its numbers do not change its hash")
  func hash() throws {
    let a = try Self.read(
      #"{"format": "ranvier-chip-1", "chip_seed": 2, "neuron": {"leak": 1, "tau_m": 10}}"#)
    let b = try Self.read(
      #"{"neuron": {"tau_m": 1e1, "leak": 1.0}, "format": "ranvier-chip-1", "chip_seed": 2}"#)
    #expect(a == b && a.sha256 == b.sha256 && a.sha256 != ChipDescription().sha256)
  }

  @Test(
    "A wrong field is refused with its place",
    arguments: [
      ("{}", "1:1: 'format' is missing, expected \"ranvier-chip-1\""),
      (
        "{\"format\": \"ranvier-chip-2\"}",
        "1:12: format: found \"ranvier-chip-2\", expected \"ranvier-chip-1\""
      ),
      (
        "{\n  \"format\": \"ranvier-chip-1\",\n  \"mismatch\": {\n    \"tau_m\": 3\n}}",
        "4:14: mismatch.tau_m: found 3, expected a number from 0 to 0.5"
      ),
      (
        "{\"format\": \"ranvier-chip-1\", \"neuron\": {\"refractory\": 0}}",
        "1:55: neuron.refractory: found 0, expected a number from 0.004 to 1000 us (rounded to "
          + "0.004)"
      ),
      (
        "{\"format\": \"ranvier-chip-1\", \"neuron\": 5}",
        "1:40: neuron: found 5, expected an object"
      ),
      (
        "{\"format\": \"ranvier-chip-1\", \"neurons\": [{\"hemisphere\": \"top\"}]}",
        "1:42: neurons[0]: 'columns' is missing, expected [first, last], whole numbers from 0 to "
          + "255"
      ),
      (
        "{\"format\": \"ranvier-chip-1\", \"joined\": [{\"columns\": [4, 3]}]}",
        "1:53: joined[0].columns: found [4, 3], expected [first, last], whole numbers from 0 to 255"
      ),
      (
        "{\"format\": \"ranvier-chip-1\", \"chip_seed\": 1.5}",
        "1:43: chip_seed: found 1.5, expected a whole number from 0 to 18446744073709551615"
      ),
      (
        "{\"format\": \"ranvier-chip-1\", \"crossbar\": [{\"from\": \"background-1\", "
          + "\"to\": \"top-bus-0\"}]}",
        "1:43: crossbar[0]: there is no such node; this input reaches top-bus-1, link-1"
      ),
      (
        "{\"format\": \"ranvier-chip-1\", \"neuron\": {\"tau_n\": 1}}",
        "1:41: neuron.tau_n: there is no such field"
      ),
    ])
  func refused(text: String, message: String) {
    do throws(DescriptionError) {
      _ = try ChipDescription(json: Array(text.utf8))
      Issue.record("read: \(text)")
    } catch {
      #expect(error.description == message)
    }
  }

  @Test("An unknown field suggests the nearest of its object, else all of them")
  func suggestion() throws {
    func hint(_ text: String) -> String? {
      do throws(DescriptionError) {
        _ = try ChipDescription(json: Array(text.utf8))
        return nil
      } catch {
        return error.hint
      }
    }
    #expect(
      hint(#"{"format": "ranvier-chip-1", "neuron": {"tau_n": 1}}"#) == "did you mean 'tau_m'?")
    #expect(hint(#"{"chip_sed": 1}"#) == "did you mean 'chip_seed'?")
    #expect(
      hint(#"{"format": "ranvier-chip-1", "fabric": {"zzz": 1}}"#)
        == "known here: bus_queue_depth, crossbar_latency, link_interval, link_queue_depth")
    #expect(hint(#"{"format": "ranvier-chip-1", "neuron.tau_m": 1}"#) != nil)
  }

  @Test("A description names its differences from another")
  func differences() throws {
    let a = try Self.read(BehaviourCase.text)
    var b = a
    b.analog.chipSeed = 9
    b.neurons[0].parameters.leak = 0.5
    b.background.removeLast()
    let found = b.differences(to: a)
    #expect(found.map(\.path) == ["chip_seed", "neurons[0].leak", "background[1]"])
    #expect(found[0].left == 9 && found[0].right == 1 && found[2].left == nil)
  }
}

extension JSONValue {
  /// The value at a path of keys and indices.
  func value(at path: ArraySlice<String>) -> JSONValue? {
    guard let key = path.first else { return self }
    switch self {
    case .object: return self[key]?.value(at: path.dropFirst())
    case .array(let values):
      guard let index = Int(key), index < values.count else { return nil }
      return values[index].value(at: path.dropFirst())
    default: return nil
    }
  }

  func replacing(_ path: ArraySlice<String>, by value: JSONValue) -> JSONValue {
    guard let key = path.first else { return value }
    switch self {
    case .object(let members):
      return .object(
        members.map {
          $0.key == key ? .init(key, $0.value.replacing(path.dropFirst(), by: value)) : $0
        })
    case .array(var values):
      let index = Int(key) ?? 0
      values[index] = values[index].replacing(path.dropFirst(), by: value)
      return .array(values)
    default: return self
    }
  }
}
