import ChipGeometry

/// Compares what two traces are like, source by source: how many spikes, and how far the trains are
/// from each other.
///
/// The files are read more than once, so that memory stays bounded: the first time for the counts,
/// then as often as it takes to hold the trains of a part of the sources at a time.
public struct TraceStatistics: Sendable {
  /// Whether distances are computed, which needs the times of all spikes.
  public var computesDistances = false
  /// What a shift by a tick costs in the distance of Victor and Purpura; infinity is allowed.
  public var shiftCostPerTick = 0.0008
  /// The time constant of the distance of van Rossum.
  public var timeConstantTicks = 1250.0
  /// The probability of finding any difference between rates that are the same.
  public var level = 0.01
  /// How many events' times are held at once, if no source alone has more; 8 bytes each, and some
  /// 50 bytes for each event of the source at work.
  public var heldEventCount: UInt64 = 1 << 24

  public init() {}

  /// Compares two files of either form.
  ///
  /// - Throws: also if a file cannot be read twice.
  public func compare(_ left: String, _ right: String) throws(TraceError) -> TraceStatisticsResult {
    for path in [left, right] where !ByteSource.isRegularFile(path) {
      // What cannot be opened says why.
      _ = try TraceReader(path: path)
      throw TraceError(
        .unreadable, file: path, at: .none,
        found: "it is no regular file, so it cannot be read twice",
        expected: "a regular file")
    }
    var counts = SourceCounts()
    try counts.add(TraceReader(path: left), side: 0)
    try counts.add(TraceReader(path: right), side: 1)
    var result = counts.result
    result.test(level: level)
    guard computesDistances, let window = result.windowTicks else { return result }
    var start = 0
    while start < result.sources.count {
      var end = start + 1
      var held = result.sources[start].eventCount
      while end < result.sources.count, held + result.sources[end].eventCount <= heldEventCount {
        held += result.sources[end].eventCount
        end += 1
      }
      var trains = HeldTrains(result.sources[start..<end], from: window.lowerBound)
      try trains.add(TraceReader(path: left), side: 0)
      try trains.add(TraceReader(path: right), side: 1)
      for (offset, index) in (start..<end).enumerated() {
        result.sources[index].distances = distances(
          trains.trains[0][offset], trains.trains[1][offset], window)
        trains.drop(offset)
      }
      start = end
    }
    result.addDistances()
    return result
  }

  private func distances(
    _ a: [Double], _ b: [Double], _ window: ClosedRange<UInt64>
  ) -> TraceStatisticsResult.Distances {
    // All events at one tick still need a window of some length.
    let edges = 0...Double(max(window.upperBound - window.lowerBound, 1))
    return TraceStatisticsResult.Distances(
      victorPurpura: SpikeDistance.victorPurpura(a, b, cost: shiftCostPerTick),
      vanRossum: SpikeDistance.vanRossum(a, b, timeConstant: timeConstantTicks),
      isi: SpikeDistance.isi(a, b, in: edges), spike: SpikeDistance.spike(a, b, in: edges))
  }
}

/// What ``TraceStatistics`` found out.
public struct TraceStatisticsResult: Equatable, Sendable {
  /// From the first event of either trace to the last one, nil if both are empty: the edges for ISI and
  /// SPIKE.
  public var windowTicks: ClosedRange<UInt64>?
  /// Every source of either trace, by label and flags.
  public var sources: [Source] = []
  /// All events together, as another test of rates; the distances of all sources.
  public var total = Figures()

  /// Whether any rate differs.
  public var differsInRate: Bool {
    total.differsInRate || sources.contains { $0.figures.differsInRate }
  }

  public struct Source: Equatable, Sendable {
    public var source: SpikeEventSource
    public var figures = Figures()

    public var distances: Distances? {
      get { figures.distances }
      set { figures.distances = newValue }
    }
    var eventCount: UInt64 { figures.leftCount + figures.rightCount }
  }

  public struct Figures: Equatable, Sendable {
    public var leftCount: UInt64 = 0
    public var rightCount: UInt64 = 0
    /// See ``RateTest/probability(_:_:)``.
    public var rateProbability = 1.0
    /// Whether the probability is too small, by Holm's procedure over all sources and their total.
    public var differsInRate = false
    /// Nil if they were not asked for.
    public var distances: Distances?

    /// Victor-Purpura per spike: 0 for equal trains, 1 if no spike has a partner.
    public var victorPurpuraPerSpike: Double? {
      distances.map { $0.victorPurpura / max(Double(leftCount + rightCount), 1) }
    }
    /// Van Rossum per root of the spikes: 0 for equal trains, 1 if no spike is near another.
    public var vanRossumPerRootSpike: Double? {
      distances.map { $0.vanRossum / max(Double(leftCount + rightCount), 1).squareRoot() }
    }
  }

  public struct Distances: Equatable, Sendable {
    /// In total, the sum over the sources.
    public var victorPurpura: Double
    /// In total, the root of the sum of the squares over the sources.
    public var vanRossum: Double
    /// In total, the mean over the sources.
    public var isi: Double
    /// In total, the mean over the sources.
    public var spike: Double
  }

  mutating func test(level: Double) {
    for source in sources {
      total.leftCount += source.figures.leftCount
      total.rightCount += source.figures.rightCount
    }
    let all = sources.map(\.figures) + [total]
    let probabilities = all.map { RateTest.probability($0.leftCount, $0.rightCount) }
    let failures = RateTest.failures(of: probabilities, level: level)
    for index in sources.indices {
      sources[index].figures.rateProbability = probabilities[index]
      sources[index].figures.differsInRate = failures[index]
    }
    total.rateProbability = probabilities[sources.count]
    total.differsInRate = failures[sources.count]
  }

  mutating func addDistances() {
    let all = sources.compactMap(\.distances)
    let count = Double(max(all.count, 1))
    total.distances = Distances(
      victorPurpura: all.map(\.victorPurpura).reduce(0, +),
      vanRossum: all.map { $0.vanRossum * $0.vanRossum }.reduce(0, +).squareRoot(),
      isi: all.map(\.isi).reduce(0, +) / count, spike: all.map(\.spike).reduce(0, +) / count)
  }
}

/// The counts of each source on both sides, and the first and last tick.
private struct SourceCounts {
  private var numbering = SourceNumbering()
  private var figures: [TraceStatisticsResult.Figures] = []
  private var window: ClosedRange<UInt64>?

  mutating func add(_ reader: TraceReader, side: Int) throws(TraceError) {
    var batch: [SpikeEvent] = []
    while try reader.next(into: &batch) {
      for event in batch {
        let number = numbering.number(of: SpikeEventSource(event))
        if number == figures.count { figures.append(TraceStatisticsResult.Figures()) }
        if side == 0 { figures[number].leftCount += 1 } else { figures[number].rightCount += 1 }
      }
      guard let first = batch.first?.tick, let last = batch.last?.tick else { continue }
      let known = window ?? first...last
      window = min(known.lowerBound, first)...max(known.upperBound, last)
    }
  }

  var result: TraceStatisticsResult {
    let sources = zip(numbering.sources, figures).map {
      TraceStatisticsResult.Source(source: $0, figures: $1)
    }
    return TraceStatisticsResult(
      windowTicks: window, sources: sources.sorted { $0.source < $1.source })
  }
}

/// The trains of some of the sources, in ticks since a start.
private struct HeldTrains {
  /// By side, then by the place of the source.
  private(set) var trains: [[[Double]]] = [[], []]
  private var numbering = SourceNumbering()
  private let start: UInt64
  private let sourceCount: Int

  init(_ sources: ArraySlice<TraceStatisticsResult.Source>, from start: UInt64) {
    self.start = start
    sourceCount = sources.count
    for source in sources {
      _ = numbering.number(of: source.source)
      for (side, count) in [source.figures.leftCount, source.figures.rightCount].enumerated() {
        var train: [Double] = []
        train.reserveCapacity(Int(count))
        trains[side].append(train)
      }
    }
  }

  mutating func add(_ reader: TraceReader, side: Int) throws(TraceError) {
    var batch: [SpikeEvent] = []
    while try reader.next(into: &batch) {
      for event in batch {
        let number = numbering.number(of: SpikeEventSource(event))
        guard number < sourceCount else { continue }
        // A file that was changed meanwhile may begin earlier.
        trains[side][number].append(Double(Int64(event.tick) - Int64(start)))
      }
    }
  }

  mutating func drop(_ number: Int) {
    trains[0][number] = []
    trains[1][number] = []
  }
}
