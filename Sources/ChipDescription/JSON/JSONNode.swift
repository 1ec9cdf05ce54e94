/// A JSON value with the places of its text: what ``JSONReader`` makes of a file.
public struct JSONNode: Equatable, Sendable {
  public var value: Value
  public var position: JSONPosition

  public indirect enum Value: Equatable, Sendable {
    case null
    case bool(Bool)
    /// As written: whole numbers beyond 2^53 keep all their digits.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([Member])
  }

  /// Keys of an object differ from each other.
  public struct Member: Equatable, Sendable {
    public var key: String
    public var position: JSONPosition
    public var value: JSONNode
  }

  /// What the value is, for people: `a number`.
  public var kind: String {
    switch value {
    case .null: "null"
    case .bool: "a truth value"
    case .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }

  /// The value as a file would show it, shortened if long.
  public var excerpt: String {
    let text = plain.line
    return text.count <= 40 ? text : kind
  }

  /// The whole number that this is, also when it is written as 1.0 or 1e3; nil: none.
  var unsigned: UInt64? {
    guard case .number(let text) = value else { return nil }
    return UInt64(text) ?? Self.whole(text).flatMap { UInt64(exactly: $0) }
  }

  /// The same with a sign.
  var integer: Int? {
    guard case .number(let text) = value else { return nil }
    return Int(text) ?? Self.whole(text).flatMap { Int(exactly: $0) }
  }

  /// Whole numbers that a double holds without doubt.
  private static func whole(_ text: String) -> Double? {
    Double(text).flatMap { abs($0) <= 0x1p53 ? $0 : nil }
  }

  /// Without places.
  public var plain: JSONValue {
    switch value {
    case .null: .null
    case .bool(let value): .bool(value)
    case .number(let text):
      if let whole = Int(text) {
        .integer(whole)
      } else if let whole = UInt64(text) {
        .unsigned(whole)
      } else {
        .number(Double(text) ?? .nan)
      }
    case .string(let text): .string(text)
    case .array(let nodes): .array(nodes.map(\.plain))
    case .object(let members): .object(members.map { .init($0.key, $0.value.plain) })
    }
  }
}

/// A place in a text, counted from 1; columns count characters (Unicode scalars).
public struct JSONPosition: Equatable, BitwiseCopyable, Sendable, CustomStringConvertible {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public static let start = JSONPosition(line: 1, column: 1)
  public var description: String { "\(line):\(column)" }
}

/// What is wrong with a description, and where.
public struct DescriptionError: Error, Equatable, Sendable, CustomStringConvertible {
  public var position: JSONPosition
  /// `neurons[2].tau_m`; empty for the whole text.
  public var path: String
  /// What was found, and what was expected.
  public var message: String
  /// A second line, for example "did you mean 'tau_m'?".
  public var hint: String?

  public init(_ position: JSONPosition, _ path: String, _ message: String, hint: String? = nil) {
    self.position = position
    self.path = path
    self.message = message
    self.hint = hint
  }

  /// `7:3: neurons[2].tau_m: …`
  public var description: String {
    "\(position): " + (path.isEmpty ? "" : "\(path): ") + message
  }
}
