/// The JSON Schema (draft 2020-12) of a description, from its table of fields. Units and sources are
/// the annotations `x-unit` and `x-source`; what one field demands of another is not in it.
enum JSONSchema {
  static func of(_ fields: [FieldInfo], title: String, description: String) -> JSONValue {
    var schema: JSONValue = [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": .string(title),
      "description": .string(description),
    ]
    schema.append(object(fields.map { ($0.path.split(separator: ".").map(String.init)[...], $0) }))
    return schema
  }

  private typealias Entry = (path: ArraySlice<String>, info: FieldInfo)

  private static func object(_ entries: [Entry]) -> JSONValue {
    var properties: [JSONValue.Member] = []
    var required: [JSONValue] = []
    for entry in entries {
      guard let key = entry.path.first, !properties.contains(where: { $0.key == key }) else {
        continue
      }
      if entry.path.count == 1 {
        properties.append(.init(key, property(entry.info)))
        if entry.info.isRequired { required.append(.string(key)) }
      } else {
        let inner = entries.filter { $0.path.first == key }
        properties.append(.init(key, object(inner.map { ($0.path.dropFirst(), $0.info) })))
      }
    }
    var schema: JSONValue = [
      "type": "object", "properties": .object(properties), "additionalProperties": false,
    ]
    if !required.isEmpty { schema.append(["required": .array(required)]) }
    return schema
  }

  private static func property(_ info: FieldInfo) -> JSONValue {
    var schema = type(info.type, info)
    schema.append(["description": .string(info.meaning)])
    if let unit = info.unit { schema.append(["x-unit": .string(unit)]) }
    schema.append(["x-source": .string(info.source)])
    if let value = info.defaultValue { schema.append(["default": value]) }
    return schema
  }

  private static func type(_ type: FieldType, _ info: FieldInfo) -> JSONValue {
    switch type {
    case .bool: return ["type": "boolean"]
    case .integer(let range):
      return [
        "type": "integer", "minimum": .unsigned(range.lowerBound),
        "maximum": .unsigned(range.upperBound),
      ]
    case .signed(let range):
      return [
        "type": "integer", "minimum": .integer(range.lowerBound),
        "maximum": .integer(range.upperBound),
      ]
    case .number(let range):
      return [
        "type": "number", "minimum": .number(range.lowerBound),
        "maximum": .number(range.upperBound),
      ]
    case .choice(let words): return ["enum": .array(words.map { .string($0) })]
    case .name: return ["type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]{0,63}$"]
    case .text: return ["type": "string"]
    case .constant(let word): return ["const": .string(word)]
    case .span(let range):
      return [
        "type": "array", "minItems": 2, "maxItems": 2,
        "items": [
          "type": "integer", "minimum": .integer(range.lowerBound),
          "maximum": .integer(range.upperBound),
        ],
      ]
    case .integers(let range, let count):
      return [
        "type": "array", "maxItems": .integer(count),
        "items": [
          "type": "integer", "minimum": .integer(range.lowerBound),
          "maximum": .integer(range.upperBound),
        ],
      ]
    case .list(let count):
      let children = info.children.map { child -> Entry in
        let path = child.path.dropFirst(info.path.count + 3)
        return (path.split(separator: ".").map(String.init)[...], child)
      }
      return ["type": "array", "maxItems": .integer(count), "items": object(children)]
    case .optional(let type): return ["anyOf": [Self.type(type, info), ["type": "null"]]]
    }
  }
}
