extension SpikeDistance {
  /// How much the intervals between spikes differ, averaged over a window: 0 for trains of the same
  /// intervals, towards 1 for very different rates.
  ///
  /// T. Kreuz, J. S. Haas, A. Morelli, H. D. I. Abarbanel, A. Politi, "Measuring spike train synchrony",
  /// Journal of Neuroscience Methods 165, 151 (2007), in the form without sign that PySpike 0.9.0 has:
  /// the time average of |x - y| / max(x, y), x and y being the intervals around each moment, with the
  /// edges of PySpike's `isi_distance`. Spikes outside of the window are left out; simultaneous ones of
  /// a train count once.
  ///
  /// - Parameters:
  ///   - a: A train.
  ///   - b: The other one.
  ///   - window: Of some length. It matters, also where there are no spikes.
  /// - Returns: A number from 0 to 1.
  /// - Complexity: O(n + m).
  public static func isi(
    _ a: [Double], _ b: [Double], in window: ClosedRange<Double>
  ) -> Double {
    precondition(window.lowerBound < window.upperBound, "a window of no length")
    precondition(isTrain(a) && isTrain(b), "times out of order")
    let (a, b) = (EdgeCorrectedTrain(a, in: window), EdgeCorrectedTrain(b, in: window))
    var intervals = CommonIntervals(a, b)
    var sum = 0.0
    while let (start, end, i, j) = intervals.next() {
      let (x, y) = (a.times[i + 1] - a.times[i], b.times[j + 1] - b.times[j])
      sum += abs(x - y) / max(x, y) * (end - start)
    }
    return sum / (window.upperBound - window.lowerBound)
  }
}
