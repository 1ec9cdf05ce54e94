import ChipGeometry

/// A description that has a table of fields: what can be read, written, hashed, compared.
public protocol DescriptionFormat: Equatable, Sendable {
  static var table: FieldTable<Self> { get }
  /// One line about the file.
  static var title: String { get }
  init()
  /// What is wrong with a description although each of its fields is right; nil: nothing.
  func problem() -> DescriptionProblem?
}

/// Something wrong with a description, by the field that it shows in.
public struct DescriptionProblem: Equatable, Sendable {
  public var path: String
  public var message: String
  public var hint: String?

  init(_ path: String, _ message: String, hint: String? = nil) {
    self.path = path
    self.message = message
    self.hint = hint
  }
}

extension JSONNode {
  /// Where the value at `neurons[2].tau_m` stands or, if it is not given, the last that is.
  func position(ofPath path: String) -> JSONPosition {
    var node = self
    for word in path.split(whereSeparator: { ".[]".contains($0) }) {
      switch node.value {
      case .object(let members):
        guard let member = members.first(where: { $0.key == word }) else { return node.position }
        node = member.value
      case .array(let nodes):
        guard let index = Int(word), index < nodes.count else { return node.position }
        node = nodes[index]
      default: return node.position
      }
    }
    return node.position
  }
}

extension DescriptionFormat {
  /// Reads a file.
  ///
  /// - Throws: what is wrong with it, and where.
  public init(json bytes: [UInt8]) throws(DescriptionError) {
    try self.init(JSONReader.read(bytes))
  }

  public init(_ node: JSONNode) throws(DescriptionError) {
    self.init()
    try Self.table.decode(node, at: "", into: &self)
    guard let problem = problem() else { return }
    throw DescriptionError(
      node.position(ofPath: problem.path), problem.path, problem.message, hint: problem.hint)
  }

  /// The description with its fields in their order: `all`, or those that differ from their default.
  public func json(all: Bool = false) -> JSONValue {
    Self.table.encode(self, all: all, defaults: Self())
  }

  /// SHA-256 over all fields in their order on one line, 64 lower-case hexadecimal digits. Two
  /// descriptions have the same if and only if they say the same, however they are written.
  public var sha256: String { SHA256.hexDigest(json(all: true).line.utf8) }

  /// The JSON Schema (draft 2020-12) that every file of this format fulfils.
  public static var schema: JSONValue {
    JSONSchema.of(table.infos, title: title, description: "written by ranvier, times in chip time")
  }

  /// The same description with another value of one field, such as `neuron.tau_m`, but not of an
  /// element of a list. `text` is JSON; a bare word is a string.
  public func setting(_ path: String, to text: String) throws(DescriptionError) -> Self {
    var object = JSONValue.object([])
    let value = (try? JSONReader.read(Array(text.utf8)))?.plain ?? .string(text)
    for info in Self.table.infos where info.isRequired {
      object.insert(json()[info.path] ?? .null, at: [info.path])
    }
    object.insert(value, at: path.split(separator: ".").map(String.init)[...])
    var changed = self
    do throws(DescriptionError) {
      try Self.table.decode(JSONReader.read(Array(object.text.utf8)), at: "", into: &changed)
    } catch {
      throw DescriptionError(.start, error.path, error.message, hint: error.hint)
    }
    return changed
  }
}

extension ChipDescription: DescriptionFormat {
  public static let title = "Ranvier chip"
}
