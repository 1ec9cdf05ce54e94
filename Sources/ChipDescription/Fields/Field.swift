/// A field of a description: its ``FieldInfo``, and how its value is read and written.
public struct Field<Root: Sendable>: Sendable {
  public internal(set) var info: FieldInfo
  /// Takes a value of the field's type over; `path` is that of the whole table.
  let decode: @Sendable (JSONNode, _ path: String, inout Root) throws(DescriptionError) -> Void
  /// The value; of lists their elements with all fields or with those that differ from the default.
  let encode: @Sendable (Root, _ all: Bool) -> JSONValue

  init(
    _ path: String, _ type: FieldType, unit: String?, _ meaning: String, _ source: String,
    get: @escaping @Sendable (Root) -> JSONValue,
    set: @escaping @Sendable (inout Root, JSONNode) -> Void
  ) {
    info = FieldInfo(
      path: path, type: type, unit: unit, defaultValue: .null, meaning: meaning, source: source)
    decode = { (node, path, root) throws(DescriptionError) in
      if let objection = type.objection(to: node, unit: unit) {
        throw DescriptionError(node.position, path, objection)
      }
      set(&root, node)
    }
    encode = { root, _ in get(root) }
  }

  /// The same field, which must be given.
  var required: Field {
    var field = self
    field.info.defaultValue = nil
    return field
  }

  /// The same field, of which a change changes nothing that the chip does.
  func withoutEffect(_ reason: String) -> Field {
    var field = self
    field.info.withoutEffect = reason
    return field
  }
}

/// A place in a value of type `Root`.
public typealias FieldPath<Root, Value> = any WritableKeyPath<Root, Value> & Sendable

/// How a number of the description becomes one of the simulator.
public struct FieldUnit: Sendable {
  /// As the description names it.
  let name: String?
  /// What one unit is inside.
  let scale: Double
  /// Whether the number inside must be whole.
  let isWhole: Bool

  public static let one = FieldUnit(name: nil, scale: 1, isWhole: false)
  public static let thresholds = FieldUnit(name: "thresholds", scale: 1, isWhole: false)
  /// Real cycles of 4 ns.
  public static let microseconds = FieldUnit(name: "us", scale: 250, isWhole: false)
  /// Whole cycles of 4 ns.
  public static let cycles = FieldUnit(name: "us (rounded to 0.004)", scale: 250, isWhole: true)
  /// Parts of a full pulse of a synapse driver.
  public static let pulses = FieldUnit(name: "pulses", scale: 1, isWhole: false)
  /// Codes of the parameter memory, also between two of them.
  public static let codes = FieldUnit(name: "codes", scale: 1, isWhole: false)
  /// Of the nominal column converter, 4.5 mV.
  public static let lsb = FieldUnit(name: "LSB", scale: 1, isWhole: false)
  /// Of the membrane converter.
  public static let membraneLSB = FieldUnit(name: "LSB", scale: 1, isWhole: false)
  public static let volts = FieldUnit(name: "V", scale: 1, isWhole: false)
  /// A time constant times the code that makes it.
  public static let microsecondCodes = FieldUnit(name: "us codes", scale: 250, isWhole: false)
  public static let leaks = FieldUnit(name: "leaks", scale: 1, isWhole: false)
  /// Events per millisecond.
  public static let kilohertz = FieldUnit(name: "kHz", scale: 1, isWhole: false)
  /// Whole ticks of 8 ns.
  public static let ticks = FieldUnit(name: "us (rounded to 0.008)", scale: 125, isWhole: true)

  func inside(_ value: Double) -> Double {
    isWhole ? (value * scale).rounded() : value * scale
  }

  /// The shortest decimal number that means `value` inside; where none does, the nearest one.
  func outside(_ value: Double) -> Double {
    let exact = value / scale
    guard scale != 1 else { return exact }
    for digits in 0...17 {
      let power = Self.power(digits)
      let short = (exact * power).rounded() / power
      if inside(short) == value { return short }
    }
    return exact
  }

  private static func power(_ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }
}

extension Field {
  static func bool(
    _ path: String, _ place: FieldPath<Root, Bool>, _ meaning: String, _ source: String
  ) -> Field {
    Field(
      path, .bool, unit: nil, meaning, source, get: { .bool($0[keyPath: place]) },
      set: { root, node in
        if case .bool(let value) = node.value { root[keyPath: place] = value }
      })
  }

  static func integer<Value: FixedWidthInteger & Sendable>(
    _ path: String, _ place: FieldPath<Root, Value>, in range: ClosedRange<UInt64>,
    unit: String? = nil, _ meaning: String, _ source: String
  ) -> Field {
    Field(
      path, .integer(range), unit: unit, meaning, source,
      get: { .whole(UInt64($0[keyPath: place])) },
      set: { root, node in
        if let value = node.unsigned { root[keyPath: place] = Value(value) }
      })
  }

  static func optionalInteger(
    _ path: String, _ place: FieldPath<Root, UInt64?>, in range: ClosedRange<UInt64>,
    _ meaning: String, _ source: String
  ) -> Field {
    Field(
      path, .optional(.integer(range)), unit: nil, meaning, source,
      get: { $0[keyPath: place].map { .whole($0) } ?? .null },
      set: { root, node in root[keyPath: place] = node.unsigned })
  }

  static func signed(
    _ path: String, _ place: FieldPath<Root, Int>, in range: ClosedRange<Int>,
    unit: String? = nil, _ meaning: String, _ source: String
  ) -> Field {
    Field(
      path, .signed(range), unit: unit, meaning, source,
      get: { .integer($0[keyPath: place]) },
      set: { root, node in
        if let value = node.integer { root[keyPath: place] = value }
      })
  }

  /// A real number; `range` is in units of the description.
  static func number(
    _ path: String, _ place: FieldPath<Root, Double>, in range: ClosedRange<Double>,
    unit: FieldUnit = .one, _ meaning: String, _ source: String
  ) -> Field {
    Field(
      path, .number(range), unit: unit.name, meaning, source,
      get: { .number(unit.outside($0[keyPath: place])) },
      set: { root, node in
        if case .number(let text) = node.value, let value = Double(text) {
          // Minus zero is zero: one canonical text.
          root[keyPath: place] = unit.inside(value) + 0
        }
      })
  }

  /// A real number or nothing.
  static func optionalNumber(
    _ path: String, _ place: FieldPath<Root, Double?>, in range: ClosedRange<Double>,
    unit: FieldUnit = .one, _ meaning: String, _ source: String
  ) -> Field {
    Field(
      path, .optional(.number(range)), unit: unit.name, meaning, source,
      get: { $0[keyPath: place].map { .number(unit.outside($0)) } ?? .null },
      set: { root, node in
        if case .number(let text) = node.value, let value = Double(text) {
          root[keyPath: place] = unit.inside(value) + 0
        } else {
          root[keyPath: place] = nil
        }
      })
  }

  /// A time that is a whole number inside.
  static func time<Value: FixedWidthInteger & Sendable>(
    _ path: String, _ place: FieldPath<Root, Value>, in range: ClosedRange<Double>,
    unit: FieldUnit, _ meaning: String, _ source: String
  ) -> Field {
    Field(
      path, .number(range), unit: unit.name, meaning, source,
      get: { .number(unit.outside(Double($0[keyPath: place]))) },
      set: { root, node in
        if case .number(let text) = node.value, let value = Double(text) {
          root[keyPath: place] = Value(unit.inside(value))
        }
      })
  }

  /// One of the named values.
  static func choice<Value: Equatable & Sendable>(
    _ path: String, _ place: FieldPath<Root, Value>, of values: [(name: String, value: Value)],
    _ meaning: String, _ source: String
  ) -> Field {
    Field(
      path, .choice(values.map(\.name)), unit: nil, meaning, source,
      get: { root in
        .string(values.first { $0.value == root[keyPath: place] }?.name ?? "")
      },
      set: { root, node in
        guard case .string(let word) = node.value,
          let value = values.first(where: { $0.name == word })
        else { return }
        root[keyPath: place] = value.value
      })
  }

  /// A name or any text.
  static func text(
    _ path: String, _ place: FieldPath<Root, String>, isName: Bool = false, _ meaning: String,
    _ source: String
  ) -> Field {
    Field(
      path, isName ? .name : .text, unit: nil, meaning, source,
      get: { .string($0[keyPath: place]) },
      set: { root, node in
        if case .string(let text) = node.value { root[keyPath: place] = text }
      })
  }

  static func span(
    _ path: String, _ place: FieldPath<Root, ClosedRange<Int>>, in range: ClosedRange<Int>,
    _ meaning: String, _ source: String
  ) -> Field {
    Field(
      path, .span(range), unit: nil, meaning, source,
      get: { root in
        let span = root[keyPath: place]
        return .array([.integer(span.lowerBound), .integer(span.upperBound)])
      },
      set: { root, node in
        if case .array(let ends) = node.value, let first = ends[0].integer,
          let last = ends[1].integer
        {
          root[keyPath: place] = first...last
        }
      })
  }

  static func integers(
    _ path: String, _ place: FieldPath<Root, [Int]>, in range: ClosedRange<Int>, atMost: Int,
    unit: String? = nil, _ meaning: String, _ source: String
  ) -> Field {
    Field(
      path, .integers(range, atMost: atMost), unit: unit, meaning, source,
      get: { .array($0[keyPath: place].map { .integer($0) }) },
      set: { root, node in
        if case .array(let nodes) = node.value {
          root[keyPath: place] = nodes.compactMap(\.integer)
        }
      })
  }

  /// What a file of this format begins with.
  static func format(_ word: String, _ meaning: String) -> Field {
    Field(
      "format", .constant(word), unit: nil, meaning, "this tool", get: { _ in .string(word) },
      set: { _, _ in }
    ).required.withoutEffect("it has only one value")
  }
}

extension JSONValue {
  /// Equal numbers are equal values, large or small.
  static func whole(_ value: UInt64) -> JSONValue {
    Int(exactly: value).map { .integer($0) } ?? .unsigned(value)
  }
}
