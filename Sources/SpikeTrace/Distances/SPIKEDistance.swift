extension SpikeDistance {
  /// How far spikes are from the nearest ones of the other train, relative to the intervals between
  /// spikes, averaged over a window: 0 for identical trains, and below 1.
  ///
  /// T. Kreuz, D. Chicharro, C. Houghton, R. G. Andrzejak, F. Mormann, "Monitoring spike train synchrony",
  /// Journal of Neurophysiology 109, 1457 (2013), the bivariate SPIKE-distance: the time average of
  ///
  ///     S(t) = (S_a(t) x_b(t) + S_b(t) x_a(t)) / (2 ⟨x(t)⟩²)
  ///
  /// where x is the interval around t, ⟨x⟩ the mean of both trains', and S_a goes linearly from the
  /// distance of the spike before t to that of the spike after t. Edges are those of PySpike 0.9.0's
  /// `spike_distance`. Spikes outside of the window are left out; simultaneous ones of a train count
  /// once.
  ///
  /// - Parameters:
  ///   - a: A train.
  ///   - b: The other one.
  ///   - window: Of some length. It matters, also where there are no spikes.
  /// - Returns: A number from 0 to 1.
  /// - Complexity: O(n + m).
  public static func spike(
    _ a: [Double], _ b: [Double], in window: ClosedRange<Double>
  ) -> Double {
    precondition(window.lowerBound < window.upperBound, "a window of no length")
    precondition(isTrain(a) && isTrain(b), "times out of order")
    let (a, b) = (EdgeCorrectedTrain(a, in: window), EdgeCorrectedTrain(b, in: window))
    let (fromA, fromB) = (a.distances(to: b), b.distances(to: a))
    var intervals = CommonIntervals(a, b)
    var sum = 0.0
    while let (start, end, i, j) = intervals.next() {
      let (x, y) = (a.times[i + 1] - a.times[i], b.times[j + 1] - b.times[j])
      // S is linear in each part: its mean is that of the middle.
      let middle = (start + end) / 2
      let s = fromA[i] + (fromA[i + 1] - fromA[i]) * ((middle - a.times[i]) / x)
      let r = fromB[j] + (fromB[j + 1] - fromB[j]) * ((middle - b.times[j]) / y)
      let mean = (x + y) / 2
      sum += (s * y + r * x) / (2 * mean * mean) * (end - start)
    }
    return sum / (window.upperBound - window.lowerBound)
  }
}
