/// What a field of a description is, apart from where its value lies: all that schema, help and
/// tests need.
public struct FieldInfo: Sendable {
  /// `mismatch.threshold`; in the elements of a list `neurons[].tau_m`.
  public var path: String
  public var type: FieldType
  /// What the number counts: `us`, `thresholds`; nil: a pure number.
  public var unit: String?
  /// What the field is when it is not given; nil: it must be given.
  public var defaultValue: JSONValue?
  /// One line.
  public var meaning: String
  /// The section of the chip reference or the part of the design that the field comes from.
  public var source: String
  /// Why a change of the field alone changes nothing that the chip does.
  public var withoutEffect: String?
  /// The fields of a list's elements.
  public var children: [FieldInfo] = []

  public var isRequired: Bool { defaultValue == nil }
  /// The same field in the elements of a list.
  func inside(_ prefix: String) -> FieldInfo {
    var info = self
    info.path = prefix + path
    info.children = children.map { $0.inside(prefix) }
    return info
  }

  /// Without the list: `tau_m`.
  public var name: String { String(path.split(separator: ".").last ?? "") }
}

/// Which values a field takes.
public enum FieldType: Equatable, Sendable {
  case bool
  case integer(ClosedRange<UInt64>)
  /// Whole and signed.
  case signed(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  case choice([String])
  /// One word: a letter, then letters, digits, `_` and `-`.
  case name
  case text
  /// `[first, last]`, both within the range.
  case span(ClosedRange<Int>)
  /// Whole numbers, at most so many.
  case integers(ClosedRange<Int>, atMost: Int)
  /// The one value that a file of this format has.
  case constant(String)
  /// Objects; at most so many.
  case list(atMost: Int)
  indirect case optional(FieldType)

  /// What a value must be, with its unit: `a number from 0 to 0.5 (us)`.
  public func expectation(_ unit: String?) -> String {
    let unit = unit.map { " " + $0 } ?? ""
    switch self {
    case .bool: return "true or false"
    case .integer(let range):
      return "a whole number from \(range.lowerBound) to \(range.upperBound)" + unit
    case .signed(let range):
      return "a whole number from \(range.lowerBound) to \(range.upperBound)" + unit
    case .number(let range):
      return "a number from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))" + unit
    case .choice(let words): return "one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
    case .name: return "a name: a letter, then letters, digits, _ and -"
    case .text: return "a string"
    case .span(let range):
      return "[first, last], whole numbers from \(range.lowerBound) to \(range.upperBound)"
    case .integers(let range, let count):
      return "a list of at most \(count) whole numbers from \(range.lowerBound) to "
        + "\(range.upperBound)" + unit
    case .constant(let word): return "\"\(word)\""
    case .list(let count): return "a list of at most \(count) objects"
    case .optional(let type): return type.expectation(unit.isEmpty ? nil : unit) + ", or null"
    }
  }

  /// Why a value is none of these; nil: it is one.
  func objection(to node: JSONNode, unit: String?) -> String? {
    let expected = expectation(unit)
    switch (self, node.value) {
    case (.optional, .null), (.bool, .bool), (.text, .string), (.list, .array): return nil
    case (.optional(let type), _):
      return type.objection(to: node, unit: unit) == nil
        ? nil : "found \(node.excerpt), expected \(expected)"
    case (.integer(let range), _):
      if let value = node.unsigned, range.contains(value) { return nil }
    case (.signed(let range), _):
      if let value = node.integer, range.contains(value) { return nil }
    case (.number(let range), .number(let text)):
      if let value = Double(text), range.contains(value) { return nil }
    case (.choice(let words), .string(let word)):
      if words.contains(word) { return nil }
    case (.name, .string(let word)):
      if Self.isName(word) { return nil }
    case (.constant(let wanted), .string(let word)):
      if wanted == word { return nil }
    case (.span(let range), .array(let nodes)):
      if nodes.count == 2, let first = nodes[0].integer, let last = nodes[1].integer, first <= last,
        range.contains(first), range.contains(last)
      {
        return nil
      }
    case (.integers(let range, let count), .array(let nodes)):
      if nodes.count <= count,
        nodes.allSatisfy({ node in node.integer.map { range.contains($0) } ?? false })
      {
        return nil
      }
    default: break
    }
    return "found \(node.excerpt), expected \(expected)"
  }

  static func isName(_ word: String) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    guard let first = word.utf8.first, isLetter(first), word.utf8.count <= 64 else { return false }
    return word.utf8.allSatisfy {
      isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
    }
  }

  /// Without a needless `.0`.
  package static func text(_ value: Double) -> String {
    abs(value) < 1e15 && value == value.rounded() ? String(Int(value)) : value.description
  }
}
