public import ChipGeometry

/// Rates, intervals and counts of the sources of a trace, in one pass.
///
/// Rate: events over the time from the first to the last event of the whole trace. Intervals are those of one
/// source; their coefficient of variation is standard deviation over mean (of the sample, n - 1), CV2
/// the mean of 2 |b - a| / (a + b) over neighbouring intervals (Holt et al. 1996). Fano factor: variance
/// over mean of the counts in windows of equal length from the first event on (Fano 1947), whole windows
/// only.
public struct SpikeTrainStatistics: Sendable {
  /// One source's.
  public struct Source: Sendable {
    public var source: SpikeEventSource
    public var count: UInt64 = 0
    /// Per second of chip time; nil if no time passes.
    public var rate: Double?
    /// In ticks; nil without two events.
    public var meanInterval: Double?
    /// Of the intervals; nil without two of them.
    public var variation: Double?
    /// Nil without two intervals.
    public var localVariation: Double?
    /// Nil without two windows.
    public var fanoFactor: Double?

    fileprivate var lastTick: UInt64 = 0
    fileprivate var lastInterval: Double?
    fileprivate var intervals = Moments()
    fileprivate var localSum = 0.0
    fileprivate var localCount = 0
    fileprivate var counts = Moments()
    fileprivate var window: UInt64 = 0
    fileprivate var windowCount: UInt64 = 0
  }

  /// Mean and variance of numbers, one after the other (Welford 1962).
  struct Moments: Sendable {
    private(set) var count = 0
    private(set) var mean = 0.0
    private var sum = 0.0

    mutating func add(_ value: Double) { add(value, times: 1) }

    /// As `times` calls of ``add(_:)``.
    mutating func add(_ value: Double, times: Int) {
      guard times > 0 else { return }
      let total = Double(count + times)
      let difference = value - mean
      sum += difference * difference * Double(count) * Double(times) / total
      mean += difference * Double(times) / total
      count += times
    }

    /// Of the sample; nil without two numbers.
    var variance: Double? { count > 1 ? sum / Double(count - 1) : nil }
  }

  private let windowTicks: UInt64
  private var numbers = SourceNumbering()
  private var states: [Source] = []
  private var first: UInt64?
  private var last: UInt64 = 0
  /// Of windows that are over: events of all sources in them.
  private var population = Moments()
  private var populationCount: UInt64 = 0
  private var populationWindow: UInt64 = 0

  /// - Parameter windowTicks: length of the windows of the Fano factor, at least 1.
  public init(windowTicks: UInt64) {
    precondition(windowTicks > 0, "windows have a length")
    self.windowTicks = windowTicks
  }

  public mutating func add(_ event: SpikeEvent) {
    let start = first ?? event.tick
    first = start
    last = event.tick
    let window = (event.tick - start) / windowTicks
    closePopulation(before: window)
    populationCount += 1
    let number = numbers.number(of: SpikeEventSource(event))
    if number == states.count { states.append(Source(source: SpikeEventSource(event))) }
    states[number].add(event.tick, window)
  }

  private mutating func closePopulation(before window: UInt64) {
    guard window > populationWindow else { return }
    population.add(Double(populationCount))
    population.add(0, times: Int(window - populationWindow - 1))
    populationCount = 0
    populationWindow = window
  }

  /// From the first to the last event.
  public var durationTicks: UInt64 { last - (first ?? last) }

  /// By label and flags.
  public func sources() -> [Source] {
    let windows = durationTicks / windowTicks
    return states.map { $0.finished(windows: windows, durationTicks) }
      .sorted { $0.source < $1.source }
  }

  /// Variance of the counts of all sources together in windows, over the sum of the variances of each:
  /// 1 for independent sources, their number if all do the same; nil where no count varies.
  public func synchrony() -> Double? {
    var copy = self
    let windows = durationTicks / windowTicks
    // The last window is whole only if the trace goes on beyond it.
    copy.closePopulation(before: windows)
    let sum = states.reduce(0) { $0 + ($1.windowMoments(windows).variance ?? 0) }
    guard let variance = copy.population.variance, sum > 0 else { return nil }
    return variance / sum
  }
}

extension SpikeTrainStatistics.Source {
  fileprivate mutating func add(_ tick: UInt64, _ window: UInt64) {
    if count > 0 {
      let interval = Double(tick - lastTick)
      intervals.add(interval)
      if let before = lastInterval, before + interval > 0 {
        localSum += 2 * abs(interval - before) / (interval + before)
        localCount += 1
      }
      lastInterval = interval
    }
    if window > self.window {
      counts.add(Double(windowCount))
      counts.add(0, times: Int(window - self.window - 1))
      self.window = window
      windowCount = 0
    }
    windowCount += 1
    count += 1
    lastTick = tick
  }

  /// Counts of the windows that are whole when there are `windows` of them.
  fileprivate func windowMoments(_ windows: UInt64) -> SpikeTrainStatistics.Moments {
    var counts = counts
    if window < windows {
      counts.add(Double(windowCount))
      counts.add(0, times: Int(windows - window - 1))
    }
    return counts
  }

  fileprivate func finished(windows: UInt64, _ duration: UInt64) -> Self {
    var result = self
    if duration > 0 {
      result.rate = Double(count) / ClockTime(ticks: duration).seconds
    }
    if intervals.count > 0 { result.meanInterval = intervals.mean }
    if let variance = intervals.variance, intervals.mean > 0 {
      result.variation = variance.squareRoot() / intervals.mean
    }
    if localCount > 0 { result.localVariation = localSum / Double(localCount) }
    let counts = windowMoments(windows)
    if let variance = counts.variance, counts.mean > 0 {
      result.fanoFactor = variance / counts.mean
    }
    return result
  }
}
