public import ChipGeometry

/// What ``TraceDiff`` found out.
public struct TraceComparison: Equatable, Sendable {
  /// Nil if the traces were compared exactly.
  public var toleranceTicks: UInt64?
  public var leftCount: UInt64 = 0
  public var rightCount: UInt64 = 0
  /// Events of the left trace that have their own partner in the right one: in an exact comparison
  /// one with the same tick, label and flags, else one with the same label and flags near enough.
  public var matched: UInt64 = 0
  /// Events of the left trace without a partner in the right one.
  public var missing: UInt64 = 0
  /// Events of the right trace without a partner in the left one.
  public var extra: UInt64 = 0
  /// Partners whose ticks differ; 0 in an exact comparison.
  public var shifted: UInt64 = 0
  /// The largest difference between the ticks of partners.
  public var maxShiftTicks: UInt64 = 0
  /// The sum of the differences between the ticks of partners.
  public var totalShiftTicks: UInt64 = 0
  /// In an exact comparison, ticks at which both traces hold the same events in another order.
  public var reorderedTicks: UInt64 = 0
  /// The first place at which the traces differ by more than the tolerance; nil if there is none.
  public var firstDivergence: Divergence?
  /// The ones after it, as many as were asked for: events without a partner, in order of time. In an
  /// exact comparison those of the first divergence are not repeated.
  public var laterDivergences: [Divergence] = []
  /// Where the headers differ. This does not make the traces unequal.
  public var headerDifferences: [HeaderDifference] = []
  /// What the labels mean: the left header's names, then those that only the right one has.
  public var sourceNames: [SpikeTraceHeader.SourceName] = []

  /// All divergences that were collected, the first one first.
  public var divergences: [Divergence] { (firstDivergence.map { [$0] } ?? []) + laterDivergences }

  /// Whether the events are the same: in the same order in an exact comparison, within the tolerance
  /// else.
  public var isEqual: Bool { firstDivergence == nil }

  public init(toleranceTicks: UInt64?) { self.toleranceTicks = toleranceTicks }

  /// The first place at which two traces differ.
  public struct Divergence: Equatable, Sendable {
    /// The earlier of the two ticks.
    public var tick: UInt64
    /// The label of the event at ``tick``, the left one if there are two.
    public var label: EventLabel
    /// In an exact comparison the entry at the first place that differs, nil at the end of the trace.
    /// With a tolerance, and in later divergences, the event that has no partner; the other side is
    /// nil.
    public var left: SpikeEvent?
    public var right: SpikeEvent?
    /// At the first place of an exact comparison, how many entries come before in either trace.
    public var index: UInt64?
    /// The events around the divergence, empty if the files cannot be read again.
    public var leftExcerpt = Excerpt()
    public var rightExcerpt = Excerpt()

    /// - Precondition: One of them is not nil.
    init(left: SpikeEvent?, right: SpikeEvent?) {
      self.left = left
      self.right = right
      let first =
        switch (left, right) {
        case (let left?, let right?): left.tick <= right.tick ? left : right
        case (let only?, nil), (nil, let only?): only
        case (nil, nil): preconditionFailure("a divergence without events")
        }
      tick = first.tick
      label = first.label
    }
  }

  /// A few events of a trace.
  public struct Excerpt: Equatable, Sendable {
    /// How many events of the trace come before the first of these.
    public var firstIndex: UInt64 = 0
    public var events: [SpikeEvent] = []

    public init() {}
  }
}

/// A field of two headers that differs.
public struct HeaderDifference: Hashable, Sendable {
  /// A key, or `parameter NAME`, `array NAME`, `source 0xLABEL`, `order of parameters`, ….
  public var field: String
  /// What the left header says, nil if it says nothing.
  public var left: String?
  public var right: String?

  /// All differences between two headers, in the order of the fields.
  public static func between(
    _ left: SpikeTraceHeader, _ right: SpikeTraceHeader
  ) -> [HeaderDifference] {
    var differences: [HeaderDifference] = []
    for field in HeaderField.allCases {
      let (a, b) = (field.value(in: left), field.value(in: right))
      if a != b { differences.append(HeaderDifference(field: field.rawValue, left: a, right: b)) }
    }
    differences += compare(
      "", left.extra.map { ($0.key, $0.value) }, right.extra.map { ($0.key, $0.value) })
    differences += compare(
      "parameter ", left.parameters.map { ($0.name, String($0.value)) },
      right.parameters.map { ($0.name, String($0.value)) })
    differences += compareArrays(left, right)
    differences += compare("source ", sources(left), sources(right))
    return differences
  }

  private static func sources(_ header: SpikeTraceHeader) -> [(String, String)] {
    header.sourceNames.map {
      ("0x" + TraceError.hexadecimal(UInt64($0.label), digits: 3), $0.name)
    }
  }

  /// Compares two ordered lists of names and values: the left names in order, then new right ones.
  private static func compare(
    _ prefix: String, _ left: [(name: String, value: String)],
    _ right: [(name: String, value: String)]
  ) -> [HeaderDifference] {
    let leftValues = Dictionary(left, uniquingKeysWith: { first, _ in first })
    let rightValues = Dictionary(right, uniquingKeysWith: { first, _ in first })
    var differences: [HeaderDifference] = []
    for (name, value) in left where rightValues[name] != value {
      differences.append(
        HeaderDifference(field: prefix + name, left: value, right: rightValues[name]))
    }
    for (name, value) in right where leftValues[name] == nil {
      differences.append(HeaderDifference(field: prefix + name, left: nil, right: value))
    }
    if differences.isEmpty && left.map(\.name) != right.map(\.name) {
      let names = (left.map(\.name), right.map(\.name))
      differences.append(
        HeaderDifference(
          field: "order of \(prefix.isEmpty ? "keys" : prefix + "lines")",
          left: names.0.joined(separator: " "), right: names.1.joined(separator: " ")))
    }
    return differences
  }

  private static func compareArrays(
    _ left: SpikeTraceHeader, _ right: SpikeTraceHeader
  ) -> [HeaderDifference] {
    func shape(_ array: SpikeTraceHeader.NamedArray) -> String {
      array.shape.map(String.init).joined(separator: "x")
    }
    var differences: [HeaderDifference] = []
    for array in left.arrays {
      let field = "array \(array.name)"
      guard let other = right.array(array.name), other.shape == array.shape else {
        differences.append(
          HeaderDifference(
            field: field, left: shape(array), right: right.array(array.name).map(shape)))
        continue
      }
      let different = array.values.indices.filter { array.values[$0] != other.values[$0] }
      guard let first = different.first else { continue }
      let place = "\(different.count) of \(array.values.count) values differ, first number \(first)"
      differences.append(
        HeaderDifference(
          field: "\(field) (\(place))", left: String(array.values[first]),
          right: String(other.values[first])))
    }
    for array in right.arrays where left.array(array.name) == nil {
      differences.append(
        HeaderDifference(field: "array \(array.name)", left: nil, right: shape(array)))
    }
    return differences
  }
}
