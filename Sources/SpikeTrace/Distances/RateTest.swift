import ChipGeometry

/// Whether two counts can come from one rate.
///
/// The conditional test of two Poisson rates over equal times: given n = a + b spikes, a is binomial
/// with probability ½ (J. Przyborowski, H. Wilenski, "Homogeneity of results in testing samples from
/// Poisson series", Biometrika 31, 313 (1940)). For spikes more regular than Poisson's it finds too
/// little, for bursts too much.
public enum RateTest {
  /// The two-sided probability that the counts of one rate differ at least as much as these.
  public static func probability(_ a: UInt64, _ b: UInt64) -> Double {
    let total = a + b
    var k = min(a, b)
    // The largest term of the tail, then the others downwards relative to it.
    var term = 1.0
    var sum = 1.0
    while k > 0 && term > 1e-18 * sum {
      term *= Double(k) / Double(total - k + 1)
      sum += term
      k -= 1
    }
    let (n, m) = (Double(total), Double(min(a, b)))
    let logarithm = logFactorial(n) - logFactorial(m) - logFactorial(n - m) - n * ln2
    return min(1, 2 * sum * ElementaryFunctions.exp(logarithm))
  }

  /// Which of several tests fail when the chance that any one fails by accident is at most `level`.
  ///
  /// S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
  /// Statistics 6, 65 (1979).
  public static func failures(of probabilities: [Double], level: Double) -> [Bool] {
    var failures = [Bool](repeating: false, count: probabilities.count)
    let order = probabilities.indices.sorted {
      (probabilities[$0], $0) < (probabilities[$1], $1)
    }
    for (rank, index) in order.enumerated() {
      guard probabilities[index] <= level / Double(order.count - rank) else { break }
      failures[index] = true
    }
    return failures
  }

  private static let ln2 = 0.6931471805599453

  /// The logarithm of x!, by Stirling's series from 16 on.
  private static func logFactorial(_ x: Double) -> Double {
    guard x >= 16 else {
      return ElementaryFunctions.log(stride(from: 2.0, through: x, by: 1).reduce(1, *))
    }
    let square = x * x
    let series = (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / x
    // ½ ln 2π
    return (x + 0.5) * ElementaryFunctions.log(x) - x + 0.9189385332046727 + series
  }
}
