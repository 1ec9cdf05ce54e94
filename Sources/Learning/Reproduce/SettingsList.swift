/// Everything that a value is made from, as names and values: every stored property that is not nil,
/// nested ones with their path, in the order of their declaration.
///
/// It is read off the value itself, so a property that is added later cannot be forgotten.
struct SettingsList: Equatable, Sendable {
  struct Setting: Equatable, Sendable {
    var name: String
    var value: String
  }

  private(set) var settings: [Setting] = []

  init(_ value: some Any) { add(value, "") }

  private mutating func add(_ value: Any, _ path: String) {
    if let setting = value as? SessionConfiguration.Setting {
      let parent = path.prefix { $0 != "[" }
      settings.append(.init(name: "\(parent).\(setting.name)", value: "\(setting.value)"))
      return
    }
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional {
      if let some = mirror.children.first { add(some.value, path) }
      return
    }
    guard mirror.displayStyle != .enum, !mirror.children.isEmpty else {
      settings.append(.init(name: path, value: "\(value)"))
      return
    }
    for (index, child) in mirror.children.enumerated() {
      let isElement = mirror.displayStyle == .collection
      let label = isElement ? "[\(index)]" : child.label ?? "\(index)"
      add(child.value, path.isEmpty || isElement ? path + label : "\(path).\(label)")
    }
  }
}

extension TrainingOptions {
  /// Everything that a training depends on beside its program, as names and values in a fixed order.
  public var settings: [(name: String, value: String)] {
    SettingsList(self).settings.map { ($0.name, $0.value) }
  }
}
