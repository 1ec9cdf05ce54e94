import ChipGeometry

extension SpikeDistance {
  /// The distance of the trains after a causal exponential filter.
  ///
  /// M. C. W. van Rossum, "A novel spike distance", Neural Computation 13, 751 (2001), equation 2.2,
  /// times √2 as in Elephant 1.2.1: a spike against none is 1.
  ///
  ///     D² = 2/τ ∫ (f(t) - g(t))² dt,   f(t) = Σ exp(-(t - t_i) / τ) over the t_i ≤ t
  ///
  /// Between spikes the difference f - g decays from its value h by exp(-L/τ) in a time L, which adds
  /// h² (1 - exp(-2 L/τ)) to D². The sum has no negative terms, so nothing cancels: trains that are
  /// nearly equal have an exact distance, and identical ones zero.
  ///
  /// In the limits, τ = 0 compares the numbers of spikes at each time (Elephant returns the root of the
  /// sum of the counts even if spikes coincide), and infinity gives the difference of the counts.
  ///
  /// - Parameters:
  ///   - a: A train.
  ///   - b: The other one.
  ///   - timeConstant: τ, not negative; infinity is allowed.
  /// - Returns: At most the sum of the counts.
  /// - Complexity: O(n + m).
  public static func vanRossum(_ a: [Double], _ b: [Double], timeConstant: Double) -> Double {
    precondition(timeConstant >= 0, "a time constant of \(timeConstant)")
    precondition(isTrain(a) && isTrain(b), "times out of order")
    var (i, j) = (0, 0)
    var sum = 0.0
    var difference = 0.0
    var previous = 0.0
    while i < a.count || j < b.count {
      let time = min(i < a.count ? a[i] : .infinity, j < b.count ? b[j] : .infinity)
      if i + j > 0 {
        let decay = ElementaryFunctions.exp(-(time - previous) / timeConstant)
        sum += difference * difference * lost(2 * (time - previous) / timeConstant)
        difference *= decay
      }
      while i < a.count && a[i] == time {
        difference += 1
        i += 1
      }
      while j < b.count && b[j] == time {
        difference -= 1
        j += 1
      }
      previous = time
    }
    return (sum + difference * difference).squareRoot()
  }

  /// 1 - exp(-x), to the last digits also near zero.
  private static func lost(_ x: Double) -> Double {
    guard x < 0.5 else { return 1 - ElementaryFunctions.exp(-x) }
    // The series to degree 14: the remainder is below 3e-17.
    var sum = 1.0
    var degree = 14.0
    while degree > 1 {
      sum = 1 - x / degree * sum
      degree -= 1
    }
    return x * sum
  }
}
