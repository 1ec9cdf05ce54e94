/// A train in a window with the spikes that PySpike adds at its edges, so that every moment of the
/// window lies between two spikes.
///
/// The first interval is the larger one of the time from the window's start to the first spike and the
/// interval after it, and likewise at the end; a train of one spike has auxiliary spikes at both
/// edges; one without has its spikes there. A spike at the start needs no other one. This is what
/// PySpike 0.9.0 does, after T. Kreuz, M. Mulansky, N. Bozanic, "SPIKY: a graphical user interface for
/// monitoring spike train synchrony", Journal of Neurophysiology 113, 3432 (2015).
struct EdgeCorrectedTrain {
  /// Strictly rising; the first is at or before the window's start, the last at or after its end.
  private(set) var times: [Double]
  /// Which of ``times`` are spikes; the others are auxiliary.
  let spikes: Range<Int>
  let window: ClosedRange<Double>

  /// Spikes outside of the window are left out. Simultaneous ones count once: an interval of no
  /// length takes no part in an average over time.
  init(_ train: [Double], in window: ClosedRange<Double>) {
    self.window = window
    times = []
    for time in train where window.contains(time) && time != times.last { times.append(time) }
    if times.isEmpty { times = [window.lowerBound, window.upperBound] }
    let count = times.count
    let first = times[0]
    let last = times[count - 1]
    let before = count > 1 ? min(window.lowerBound, 2 * first - times[1]) : window.lowerBound
    let after = count > 1 ? max(window.upperBound, 2 * last - times[count - 2]) : window.upperBound
    let isAtStart = first == window.lowerBound
    if !isAtStart { times.insert(before, at: 0) }
    if last < after { times.append(after) }
    spikes = isAtStart ? 0..<count : 1..<count + 1
  }

  /// How far each of ``times`` is from the nearest one of another train. An auxiliary spike has the
  /// distance of its neighbour.
  func distances(to other: EdgeCorrectedTrain) -> [Double] {
    var nearest = 0
    var distances = times.map { time in
      while nearest + 1 < other.times.count
        && abs(other.times[nearest + 1] - time) <= abs(other.times[nearest] - time)
      {
        nearest += 1
      }
      return abs(other.times[nearest] - time)
    }
    if spikes.lowerBound > 0 { distances[0] = distances[1] }
    // PySpike: the end of the window has a distance of its own if the only spike is at the start.
    let isOnlySpikeAtStart = spikes == 0..<1
    if spikes.upperBound < times.count && !isOnlySpikeAtStart {
      distances[times.count - 1] = distances[times.count - 2]
    }
    return distances
  }
}

/// The parts of a window between the spikes of two trains, in order.
struct CommonIntervals {
  private let a: [Double]
  private let b: [Double]
  private let end: Double
  private var time: Double
  /// The intervals of the trains that hold the part that comes next: from `times[i]` to `times[i + 1]`.
  private var (i, j) = (0, 0)

  init(_ a: EdgeCorrectedTrain, _ b: EdgeCorrectedTrain) {
    self.a = a.times
    self.b = b.times
    time = a.window.lowerBound
    end = a.window.upperBound
  }

  /// The next part, and which interval of either train it is in.
  mutating func next() -> (start: Double, end: Double, i: Int, j: Int)? {
    while i + 2 < a.count && a[i + 1] <= time { i += 1 }
    while j + 2 < b.count && b[j + 1] <= time { j += 1 }
    guard time < end else { return nil }
    let start = time
    time = min(a[i + 1], b[j + 1], end)
    return (start, time, i, j)
  }
}
