import ChipDescription

/// A description explained, from its table of fields.
struct DescriptionReport<Format: DescriptionFormat> {
  private let description: Format

  init(_ description: Format) { self.description = description }

  /// A line for each field, then the elements of lists.
  var text: String {
    let infos = Format.table.infos
    let values = description.json(all: true)
    let width = (infos.map(\.path.count).max() ?? 0) + 2
    var text = "\(Format.title), sha256 \(description.sha256)\n"
    var lists = ""
    for info in infos {
      let value = values.value(at: info.path) ?? .null
      if case .array(let elements) = value, !info.children.isEmpty {
        lists += Self.list(info, elements, Self.given(info.path, in: description.json()))
        continue
      }
      let mark = info.defaultValue == nil || info.defaultValue == value ? "  " : "* "
      let shown = Self.shown(value, info)
      text += mark + TextTable.left(info.path, width) + TextTable.left(shown, 19) + " "
      text += Self.explanation(info) + "\n"
    }
    return text + lists
  }

  /// A list's elements by what they say, or the fields that they could have.
  private static func list(_ info: FieldInfo, _ all: [JSONValue], _ given: [JSONValue]) -> String {
    var text = (all.isEmpty ? "  " : "* ") + "\(info.path): \(info.meaning) [\(info.source)], "
    text += "\(all.count) given\n"
    for (index, element) in given.enumerated() {
      text += "      [\(index)] \(element.line)\n"
    }
    guard all.isEmpty else { return text }
    // `neurons[].adaptation.tau` is shown as `adaptation.tau`.
    let prefix = info.path.count + "[].".count
    let width = (info.children.map(\.path.count).max() ?? 0) - prefix + 2
    for child in info.children {
      let start = child.defaultValue.map { shown($0, child) } ?? "(required)"
      text += "      " + TextTable.left(String(child.path.dropFirst(prefix)), width)
      text += TextTable.left(start, 15) + " "
      text += explanation(child) + "\n"
    }
    return text
  }

  private static func given(_ path: String, in json: JSONValue) -> [JSONValue] {
    guard case .array(let elements) = json.value(at: path) else { return [] }
    return elements
  }

  private static func explanation(_ info: FieldInfo) -> String {
    var expected = info.type.expectation(nil)
    for word in ["a whole number from ", "a number from "] where expected.hasPrefix(word) {
      expected = String(expected.dropFirst(word.count))
    }
    return "\(info.meaning); \(expected) [\(info.source)]"
  }

  /// `us (rounded to 0.004)` is shown as `us`.
  private static func short(_ unit: String) -> String { unit.hasPrefix("us") ? "us" : unit }

  /// With its unit.
  private static func shown(_ value: JSONValue, _ info: FieldInfo) -> String {
    let unit = info.unit.map { " " + short($0) } ?? ""
    return switch value {
    case .number(let number): FieldType.text(number) + unit
    case .string(let text): text
    case .null: "null"
    default: value.line + unit
    }
  }

  func json(named name: String) -> JSONValue {
    [
      "sha256": .string(description.sha256),
      name: description.json(all: true),
      "fields": .array(Self.fields(Format.table.infos)),
    ]
  }

  private static func fields(_ infos: [FieldInfo]) -> [JSONValue] {
    infos.flatMap { info in
      [
        [
          "path": .string(info.path), "unit": info.unit.map { .string($0) } ?? nil,
          "expected": .string(info.type.expectation(info.unit)),
          "required": .bool(info.isRequired), "default": info.defaultValue ?? nil,
          "meaning": .string(info.meaning), "source": .string(info.source),
          "without_effect": info.withoutEffect.map { .string($0) } ?? nil,
        ]
      ] + fields(info.children)
    }
  }
}

extension JSONValue {
  /// The value at a path of keys, such as `neuron.tau_m`.
  func value(at path: String) -> JSONValue? {
    path.split(separator: ".").reduce(self) { $0?[String($1)] }
  }
}
