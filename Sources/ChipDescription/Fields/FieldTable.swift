/// The fields of a description in their order: the one place from which reading, writing, schema,
/// documentation and comparison derive.
public struct FieldTable<Root: Sendable>: Sendable {
  let fields: [Field<Root>]
  /// What is wrong with a whole although its fields are right.
  let check: @Sendable (Root) -> String?

  /// - Parameters:
  ///   - defaults: what a description without any field is.
  ///   - fields: in their order; lists last, since they may depend on the others.
  ///   - check: what is wrong with a whole although its fields are right.
  init(
    defaults: Root, _ fields: [Field<Root>],
    check: @escaping @Sendable (Root) -> String? = { _ in nil }
  ) {
    self.fields = fields.map { field in
      var field = field
      if !field.info.isRequired { field.info.defaultValue = field.encode(defaults, true) }
      return field
    }
    self.check = check
  }

  public var infos: [FieldInfo] { fields.map(\.info) }

  // MARK: Reading

  /// Reads an object over `root`; `path` is the object's, empty for the whole.
  func decode(_ node: JSONNode, at path: String, into root: inout Root) throws(DescriptionError) {
    var found: [String: JSONNode] = [:]
    try collect(node, at: path, within: "", into: &found)
    for field in fields {
      let name = Self.join(path, field.info.path)
      guard let value = found[field.info.path] else {
        guard !field.info.isRequired else {
          throw DescriptionError(
            node.position, path,
            "'\(field.info.path)' is missing, "
              + "expected \(field.info.type.expectation(field.info.unit))")
        }
        continue
      }
      try field.decode(value, name, &root)
    }
    if let objection = check(root) { throw DescriptionError(node.position, path, objection) }
  }

  static func join(_ path: String, _ name: String) -> String {
    path.isEmpty ? name : "\(path).\(name)"
  }

  /// Finds the values of all fields by their paths; refuses what is no field.
  private func collect(
    _ node: JSONNode, at path: String, within prefix: String, into found: inout [String: JSONNode]
  ) throws(DescriptionError) {
    guard case .object(let members) = node.value else {
      throw DescriptionError(
        node.position, Self.join(path, prefix), "found \(node.excerpt), expected an object")
    }
    for member in members {
      let name = Self.join(prefix, member.key)
      let isKey = !member.key.contains(".")
      if isKey, fields.contains(where: { $0.info.path == name }) {
        found[name] = member.value
      } else if isKey, fields.contains(where: { $0.info.path.hasPrefix(name + ".") }) {
        try collect(member.value, at: path, within: name, into: &found)
      } else {
        let start = prefix.isEmpty ? "" : prefix + "."
        var known: [String] = []
        for field in fields where field.info.path.hasPrefix(start) {
          let rest = field.info.path.dropFirst(start.count)
          let word = String(rest.prefix { $0 != "." })
          if known.last != word { known.append(word) }
        }
        throw DescriptionError(
          member.position, Self.join(path, name), "there is no such field",
          hint: Spelling.suggestion(for: member.key, among: known)
            ?? "known here: \(known.joined(separator: ", "))")
      }
    }
  }

  // MARK: Writing

  /// An object with the fields in their order: `all`, or those that differ from `defaults`.
  func encode(_ root: Root, all: Bool, defaults: Root) -> JSONValue {
    var object = JSONValue.object([])
    for field in fields {
      let value = field.encode(root, all)
      guard all || field.info.isRequired || value != field.encode(defaults, all) else { continue }
      object.insert(value, at: field.info.path.split(separator: ".").map(String.init)[...])
    }
    return object
  }
}

extension JSONValue {
  /// Puts a value into objects inside each other, which are made where they lack.
  mutating func insert(_ value: JSONValue, at path: ArraySlice<String>) {
    guard case .object(var members) = self, let key = path.first else { return }
    if path.count == 1 {
      members.append(Member(key, value))
    } else if let index = members.firstIndex(where: { $0.key == key }) {
      members[index].value.insert(value, at: path.dropFirst())
    } else {
      var inner = JSONValue.object([])
      inner.insert(value, at: path.dropFirst())
      members.append(Member(key, inner))
    }
    self = .object(members)
  }
}

extension Field {
  /// A list of objects, each read over what `initial` makes of the whole.
  static func list<Element: Sendable>(
    _ path: String, _ place: FieldPath<Root, [Element]>, of table: FieldTable<Element>,
    atMost count: Int = 1 << 20, _ meaning: String, _ source: String,
    initial: @escaping @Sendable (Root) -> Element
  ) -> Field {
    var info = FieldInfo(
      path: path, type: .list(atMost: count), defaultValue: .null, meaning: meaning,
      source: source)
    info.children = table.infos.map { $0.inside("\(path)[].") }
    return Field(
      info: info,
      decode: { (node, path, root) throws(DescriptionError) in
        guard case .array(let nodes) = node.value, nodes.count <= count else {
          throw DescriptionError(
            node.position, path,
            "found \(node.excerpt), expected \(FieldType.list(atMost: count).expectation(nil))")
        }
        let first = initial(root)
        var elements: [Element] = []
        for (index, node) in nodes.enumerated() {
          var element = first
          try table.decode(node, at: "\(path)[\(index)]", into: &element)
          elements.append(element)
        }
        root[keyPath: place] = elements
      },
      encode: { root, all in
        let first = initial(root)
        return .array(
          root[keyPath: place].map { table.encode($0, all: all, defaults: first) })
      })
  }

  private init(
    info: FieldInfo,
    decode:
      @escaping @Sendable (JSONNode, String, inout Root) throws(DescriptionError) -> Void,
    encode: @escaping @Sendable (Root, Bool) -> JSONValue
  ) {
    self.info = info
    self.decode = decode
    self.encode = encode
  }

  /// The field of a part as a field of the whole, its path after `prefix`.
  func within<Outer: Sendable>(
    _ place: FieldPath<Outer, Root>, prefix: String = ""
  ) -> Field<Outer> {
    var info = info
    info.path = prefix + info.path
    return Field<Outer>(
      info: info,
      decode: { (node, path, outer) throws(DescriptionError) in
        try decode(node, path, &outer[keyPath: place])
      },
      encode: { outer, all in encode(outer[keyPath: place], all) })
  }
}
