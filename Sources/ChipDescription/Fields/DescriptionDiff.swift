/// A field in which two descriptions differ.
public struct FieldDifference: Equatable, Sendable {
  /// `neurons[2].tau_m`; a list's element that only one of them has is named as a whole.
  public var path: String
  /// Nil: not there.
  public var left: JSONValue?
  public var right: JSONValue?
}

extension DescriptionFormat {
  /// What differs between two descriptions, in the order of the fields.
  public func differences(to other: Self) -> [FieldDifference] {
    var found: [FieldDifference] = []
    Self.compare(json(all: true), other.json(all: true), "", &found)
    return found
  }

  private static func compare(
    _ left: JSONValue, _ right: JSONValue, _ path: String, _ found: inout [FieldDifference]
  ) {
    switch (left, right) {
    case (.object(let mine), .object):
      for member in mine {
        let inner = path.isEmpty ? member.key : "\(path).\(member.key)"
        compare(member.value, right[member.key] ?? .null, inner, &found)
      }
    case (.array(let mine), .array(let others))
    where mine.contains(where: \.isObject)
      || others.contains(where: \.isObject):
      for index in 0..<max(mine.count, others.count) {
        let inner = "\(path)[\(index)]"
        guard index < mine.count, index < others.count else {
          found.append(
            FieldDifference(
              path: inner, left: index < mine.count ? mine[index] : .none,
              right: index < others.count ? others[index] : .none))
          continue
        }
        compare(mine[index], others[index], inner, &found)
      }
    default:
      if left != right { found.append(FieldDifference(path: path, left: left, right: right)) }
    }
  }
}

extension JSONValue {
  fileprivate var isObject: Bool {
    if case .object = self { true } else { false }
  }
}
