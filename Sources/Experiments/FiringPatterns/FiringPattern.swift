public import AnalogCore

/// A firing pattern of the adaptive exponential neuron: the parameters of Naud, Marcille, Clopath and
/// Gerstner 2008 (Firing patterns in the adaptive exponential integrate-and-fire model, table 1) for
/// a step of current.
public struct FiringPattern: Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    case tonic = "tonic spiking"
    case adapting
    case initialBurst = "initial burst"
    case regularBursting = "regular bursting"
    case delayedAccelerating = "delayed accelerating"
    case delayedRegularBursting = "delayed regular bursting"
    case transient = "transient spiking"
    case irregular = "irregular spiking"
  }

  public let kind: Kind
  /// C pF, g_L nS, E_L mV, V_T mV, slope mV, a nS, τw ms, b pA, V_r mV, I pA.
  let values: [Double]

  public static let all = Kind.allCases.map(FiringPattern.init)

  public init(_ kind: Kind) {
    self.kind = kind
    values =
      switch kind {
      case .tonic: [200, 10, -70, -50, 2, 2, 30, 0, -58, 500]
      case .adapting: [200, 12, -70, -50, 2, 2, 300, 60, -58, 500]
      case .initialBurst: [130, 18, -58, -50, 2, 4, 150, 120, -50, 400]
      case .regularBursting: [200, 10, -58, -50, 2, 2, 120, 100, -46, 210]
      case .delayedAccelerating: [200, 12, -70, -50, 2, -10, 300, 0, -58, 300]
      case .delayedRegularBursting: [100, 10, -65, -50, 2, -10, 90, 30, -47, 110]
      case .transient: [100, 10, -65, -50, 2, 10, 90, 100, -47, 180]
      case .irregular: [100, 12, -60, -50, 2, -11, 130, 30, -48, 160]
      }
  }

  /// Cycles of the chip in a millisecond of the literature: a microsecond.
  static let cyclesPerMillisecond = 250.0
  /// Millivolts of the literature in a threshold unit; the leak is zero.
  static let millivolts = 20.0
  /// Where the spike is cut off, 0 mV.
  private var cutOff: Double { (0 - values[2]) / Self.millivolts }

  public var parameters: NeuronParameters {
    NeuronParameters(
      membraneTimeConstant: values[0] / values[1] * Self.cyclesPerMillisecond,
      reset: (values[8] - values[2]) / Self.millivolts, threshold: cutOff, refractoryTime: 1)
  }

  /// Without the current.
  public var terms: NeuronTerms {
    NeuronTerms(
      adaptation: .init(
        timeConstant: values[6] * Self.cyclesPerMillisecond, conductance: values[5] / values[1],
        increment: values[7] / values[1] / Self.millivolts),
      exponential: .init(
        slope: values[4] / Self.millivolts, threshold: (values[3] - values[2]) / Self.millivolts))
  }

  /// The step of current in threshold units.
  public var current: Double { values[9] / values[1] / Self.millivolts }
}

/// What the spikes of a pattern look like. Times are in milliseconds of the literature.
public struct SpikeTrainFeatures: Equatable, Sendable {
  public var spikeCount: Int
  public var latency: Double
  public var intervals: [Double]

  /// - Parameters:
  ///   - times: ascending.
  ///   - duration: of the current.
  public init(times: [Double], duration: Double) {
    spikeCount = times.count
    latency = times.first ?? duration
    intervals = zip(times, times.dropFirst()).map { $1 - $0 }
  }

  /// Standard deviation over mean of the intervals.
  public var variation: Double {
    let count = Double(intervals.count)
    guard count > 1 else { return 0 }
    let mean = intervals.reduce(0, +) / count
    let variance = intervals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    return variance.squareRoot() / mean
  }

  /// Spikes of each burst: groups whose intervals are below half the longest.
  public var bursts: [Int] {
    let border = (intervals.max() ?? 0) / 2
    var bursts = [1]
    for interval in intervals {
      if interval < border { bursts[bursts.count - 1] += 1 } else { bursts.append(1) }
    }
    return spikeCount == 0 ? [] : bursts
  }

  /// Which pattern the spikes are, nil if none of those that are known.
  ///
  /// In the order of the tests: up to three spikes and then silence; bursts of the same size, but for
  /// the first and the last, after equal pauses, delayed if the first is smaller; long after short intervals once;
  /// regular; shortening; lengthening; and what varies without any of that.
  public var kind: FiringPattern.Kind? {
    guard spikeCount > 0 else { return nil }
    guard spikeCount > 3 else { return .transient }
    let bursts = bursts
    let inner = bursts.dropFirst().dropLast()
    let border = (intervals.max() ?? 0) / 2
    let pauses = SpikeTrainFeatures(intervals: intervals.filter { $0 >= border })
    if inner.count >= 2, let size = inner.first, size >= 2, inner.allSatisfy({ $0 == size }),
      pauses.variation < 0.05
    {
      return bursts[0] < size ? .delayedRegularBursting : .regularBursting
    }
    let (first, last) = (intervals[0], intervals[intervals.count - 1])
    let half = SpikeTrainFeatures(intervals: Array(intervals.suffix(intervals.count / 2)))
    if half.variation > 0.15 { return .irregular }
    let jump = zip(intervals, intervals.dropFirst()).map { $1 / $0 }.max() ?? 1
    if bursts[0] > 1, inner.allSatisfy({ $0 == 1 }), jump > 3 { return .initialBurst }
    if last > 1.5 * first { return .adapting }
    if last < 0.8 * first { return .delayedAccelerating }
    return half.variation < 0.05 ? .tonic : .irregular
  }

  private init(intervals: [Double]) {
    spikeCount = intervals.count + 1
    latency = 0
    self.intervals = intervals
  }
}
