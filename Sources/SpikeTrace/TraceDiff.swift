import ChipGeometry

/// Compares two traces while reading them.
///
/// *Exactly*: entry by entry. The first divergence is the first place at which the entries differ
/// in tick, label or flags, or at which one trace ends. The order of simultaneous events counts.
/// Memory is constant.
///
/// *With a tolerance*: source by source, a source being a label with its flags. Events are matched
/// one to one, in order of time, at most the tolerance apart: as many as possible, among these
/// matchings one with the smallest sum of shifts, among these one with the fewest shifted events,
/// then with the smallest largest shift. Memory grows with the events within twice the tolerance.
///
/// Headers are compared too, but do not make traces unequal: the usual question is whether another
/// tool, seed or version made the same events.
public struct TraceDiff: Sendable {
  /// Nil for an exact comparison. At most 2^32 - 1.
  public var toleranceTicks: UInt64?
  /// How many events the excerpts show before and after a divergence.
  public var contextCount = 3
  /// How many divergences are collected, at least 1. With a tolerance and more than 1, memory also grows
  /// with the events of a source between two pauses longer than the tolerance.
  public var divergenceCount = 1

  public init(toleranceTicks: UInt64? = nil) { self.toleranceTicks = toleranceTicks }

  /// Compares two files of either form.
  public func compare(_ left: String, _ right: String) throws(TraceError) -> TraceComparison {
    var result = try compare(TraceReader(path: left), TraceReader(path: right))
    guard ByteSource.isRegularFile(left), ByteSource.isRegularFile(right) else { return result }
    // An exact comparison has the excerpts of the first one already.
    let known = toleranceTicks == nil ? 1 : 0
    let ticks = result.divergences.dropFirst(known).map(\.tick)
    guard !ticks.isEmpty else { return result }
    let lefts = try Excerpts.read(left, around: ticks, contextCount)
    let rights = try Excerpts.read(right, around: ticks, contextCount)
    for (offset, excerpts) in zip(lefts, rights).enumerated() {
      result.setExcerpts(of: known + offset, excerpts.0, excerpts.1)
    }
    return result
  }

  /// Compares what two readers have not read yet. Only the first divergence of an exact comparison has
  /// excerpts.
  public func compare(
    _ left: TraceReader, _ right: TraceReader
  ) throws(TraceError) -> TraceComparison {
    var comparison: TraceComparison
    if let toleranceTicks {
      precondition(toleranceTicks <= UInt64(UInt32.max), "a tolerance of more than 2^32 - 1 ticks")
      var diff = ToleranceDiff(tolerance: toleranceTicks, divergenceCount: divergenceCount)
      comparison = try diff.run(left, right)
    } else {
      comparison = try ExactDiff.run(
        left, right, contextCount: contextCount, divergenceCount: divergenceCount)
    }
    comparison.headerDifferences = HeaderDifference.between(left.header, right.header)
    let known = Set(left.header.sourceNames.map(\.label))
    comparison.sourceNames =
      left.header.sourceNames + right.header.sourceNames.filter { !known.contains($0.label) }
    return comparison
  }
}

/// Reads on in one of two traces that are compared.
struct EventCursor {
  private let reader: TraceReader
  private(set) var batch: [SpikeEvent] = []
  private(set) var index = 0
  /// The last events that were passed, for an excerpt.
  private var history: [SpikeEvent] = []
  private let historyCount: Int
  private(set) var passedCount: UInt64 = 0

  init(_ reader: TraceReader, historyCount: Int) throws(TraceError) {
    self.reader = reader
    self.historyCount = historyCount
    try refill()
  }

  var isAtEnd: Bool { index == batch.count }
  var remaining: Int { batch.count - index }
  /// The next event, nil at the end.
  var current: SpikeEvent? { isAtEnd ? nil : batch[index] }

  mutating func advance(_ count: Int = 1) throws(TraceError) {
    index += count
    passedCount += UInt64(count)
    if index == batch.count { try refill() }
  }

  /// The last events before the current one.
  var passed: [SpikeEvent] {
    let recent = batch[..<index].suffix(historyCount)
    return history.suffix(historyCount - recent.count) + recent
  }

  private mutating func refill() throws(TraceError) {
    history = passed
    index = 0
    // At the end the batch is empty.
    _ = try reader.next(into: &batch)
  }
}
