import ChipGeometry

/// What a trace holds, in figures.
public struct TraceSummary: Equatable, Sendable {
  public var header: SpikeTraceHeader
  public var form: TraceForm
  public var eventCount: UInt64 = 0
  /// Of the first event; nil if there is none.
  public var firstTick: UInt64?
  public var lastTick: UInt64?
  /// Events per kind.
  public var counts = KindCounts()
  /// Events of each source, by label and flags.
  public var sources: [SourceCount] = []
  /// How many samples came to their end.
  public var sampleCount: UInt64 = 0
  /// Of these, how many had a teacher event.
  public var taughtSampleCount: UInt64 = 0
  /// Events behind the last end of a sample.
  public var eventsAfterLastSample: UInt64 = 0

  /// From the first to the last event.
  public var durationTicks: UInt64 { (lastTick ?? 0) - (firstTick ?? 0) }
  /// Seconds of chip time from the first to the last event.
  public var durationSeconds: Double { ClockTime(ticks: durationTicks).seconds }
  /// Events per second of chip time; nil if no time passes.
  public var eventsPerSecond: Double? {
    durationTicks == 0 ? nil : Double(eventCount) / durationSeconds
  }
  /// Spikes of neurons per sample; nil without a whole sample.
  public var neuronSpikesPerSample: Double? {
    sampleCount == 0 ? nil : Double(counts.neuron) / Double(sampleCount)
  }

  /// Events by origin. An event with several origins counts for the first of these.
  public struct KindCounts: Equatable, Sendable {
    public var neuron: UInt64 = 0
    public var stimulus: UInt64 = 0
    public var background: UInt64 = 0
    public var teacher: UInt64 = 0
    public var endOfSample: UInt64 = 0
    public var processor: UInt64 = 0
    /// Without an origin.
    public var other: UInt64 = 0

    mutating func add(_ flags: SpikeEvent.Flags, _ count: UInt64) {
      if flags.contains(.neuron) {
        neuron += count
      } else if flags.contains(.stimulus) {
        stimulus += count
      } else if flags.contains(.background) {
        background += count
      } else if flags.contains(.teacher) {
        teacher += count
      } else if flags.contains(.endOfSample) {
        endOfSample += count
      } else if flags.contains(.processor) {
        processor += count
      } else {
        other += count
      }
    }
  }

  /// The events of a source.
  public struct SourceCount: Equatable, Sendable {
    public var source: SpikeEventSource
    /// From the header's names; nil if it has none.
    public var name: String?
    public var count: UInt64
    public var firstTick: UInt64
    public var lastTick: UInt64
  }

  /// Reads all that a reader has not read yet. Memory grows with the number of sources only.
  public init(reading reader: TraceReader) throws(TraceError) {
    header = reader.header
    form = reader.form
    var numbering = SourceNumbering()
    var isTaught = false
    var batch: [SpikeEvent] = []
    while try reader.next(into: &batch) {
      for event in batch {
        let number = numbering.number(of: SpikeEventSource(event))
        if number == sources.count {
          let source = numbering.sources[number]
          sources.append(
            SourceCount(source: source, count: 0, firstTick: event.tick, lastTick: event.tick))
        }
        sources[number].count += 1
        sources[number].lastTick = event.tick
        eventsAfterLastSample += 1
        if event.flags.contains(.teacher) { isTaught = true }
        if event.flags.contains(.endOfSample) {
          sampleCount += 1
          if isTaught { taughtSampleCount += 1 }
          isTaught = false
          eventsAfterLastSample = 0
        }
      }
      firstTick = firstTick ?? batch.first?.tick
      lastTick = batch.last?.tick
      eventCount += UInt64(batch.count)
    }
    sources.sort { $0.source < $1.source }
    let names = Dictionary(
      header.sourceNames.map { ($0.label, $0.name) }, uniquingKeysWith: { first, _ in first })
    for index in sources.indices {
      sources[index].name = names[sources[index].source.label.rawValue]
      counts.add(sources[index].source.flags, sources[index].count)
    }
  }
}
