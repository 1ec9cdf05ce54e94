extension SpikeDistance {
  /// The smallest cost of changing one train into the other, where adding or taking away a spike costs
  /// 1 and shifting one by Δt costs `cost` · |Δt|.
  ///
  /// J. D. Victor and K. P. Purpura, "Nature and precision of temporal coding in visual cortex: a
  /// metric-space analysis", Journal of Neurophysiology 76, 1310 (1996): D^spike[q], by the paper's
  /// recursion after Sellers.
  ///
  /// At cost 0 this is the difference of the counts. At infinite cost it is the number of spikes without
  /// a spike of the other train at the same time; Elephant 1.2.1 then returns the sum of the counts
  /// even for identical trains.
  ///
  /// - Parameters:
  ///   - a: A train.
  ///   - b: The other one.
  ///   - cost: Per unit of time, not negative; infinity is allowed.
  /// - Returns: At most the sum of the counts.
  /// - Complexity: O((n + m) · k), where k is the smaller one of the number of spikes within 2 / `cost`
  ///   of each other and of the distance itself: spikes further apart are better taken away and added,
  ///   and an alignment that leaves the diagonal by more than the distance costs more than it.
  public static func victorPurpura(_ a: [Double], _ b: [Double], cost: Double) -> Double {
    precondition(cost >= 0, "a cost of \(cost)")
    precondition(isTrain(a) && isTrain(b), "times out of order")
    var bound = abs(a.count - b.count) + 16
    while true {
      let band = VictorPurpuraBand(a, b, cost: cost, bound: bound)
      if let distance = band.distance(), distance <= Double(bound) { return distance }
      bound *= 2
    }
  }
}

/// The recursion on a part of its table: G[i][j], the distance of the first i spikes of `a` to the first
/// j spikes of `b`.
///
/// *In time*: with no spike of `b` after the j-th in reach of the first i spikes of `a`, an alignment
/// may take the further ones away later; with the j-th before the reach of the i-th spike of `a`, it may
/// have taken it away earlier. So row i needs only the columns of the spikes in its reach, and between
/// two rows that have no column in common one walks along the upper one.
///
/// *Along the diagonal*: whoever passes (i, j) pays at least |i - j| before and
/// |(n - i) - (m - j)| after it. Cells at which this exceeds `bound` are left out (E. Ukkonen, "Algorithms
/// for approximate string matching", Information and Control 64, 100 (1985)); what comes out is the
/// distance if it does not exceed the bound, since the best alignment was then inside.
private struct VictorPurpuraBand {
  private let a: [Double]
  private let b: [Double]
  private let cost: Double
  /// Shifts beyond this cost more than taking away and adding.
  private let reach: Double
  private let bound: Double
  /// The range of j - i.
  private let diagonals: ClosedRange<Int>

  init(_ a: [Double], _ b: [Double], cost: Double, bound: Int) {
    self.a = a
    self.b = b
    self.cost = cost
    self.bound = Double(bound)
    reach = 2 / cost
    // |d| + |m - n - d| ≤ bound.
    let difference = b.count - a.count
    let room = (bound - abs(difference)) / 2
    diagonals = min(0, difference) - room...max(0, difference) + room
  }

  /// Nil if every alignment costs more than the bound.
  func distance() -> Double? {
    // A row's first column, and its values from there on.
    var above = Row(first: 0, values: [0])
    var row = above
    var (low, high) = (0, 0)
    var i = 0
    while i < a.count {
      let time = a[i]
      i += 1
      while low < b.count && b[low] < time - reach { low += 1 }
      while high < b.count && b[high] <= time + reach { high += 1 }
      let first = max(low, i + diagonals.lowerBound)
      let last = min(high, i + diagonals.upperBound)
      guard first <= last, fill(&row, first, last, time, above) <= bound else { return nil }
      swap(&row, &above)
    }
    return above.values[above.values.count - 1] + Double(b.count - above.last)
  }

  private struct Row {
    var first: Int
    var values: [Double]
    var last: Int { first + values.count - 1 }
  }

  /// Returns the smallest value of the row.
  private func fill(
    _ row: inout Row, _ first: Int, _ last: Int, _ time: Double, _ above: Row
  ) -> Double {
    row.first = first
    row.values.removeAll(keepingCapacity: true)
    let aboveLast = above.last
    var (left, smallest) = (Double.infinity, Double.infinity)
    var diagonal =
      first > above.first && first <= aboveLast + 1
      ? above.values[first - 1 - above.first] : .infinity
    var j = first
    while j <= last {
      // Right of the end of the row above, spikes of `b` are taken away one by one.
      let here =
        j <= aboveLast
        ? above.values[j - above.first]
        : above.values[aboveLast - above.first] + Double(j - aboveLast)
      var best = min(here, left) + 1
      if j > 0 {
        let distance = abs(time - b[j - 1])
        // Infinity times zero is no number.
        best = min(best, diagonal + (distance == 0 ? 0 : cost * distance))
      }
      row.values.append(best)
      smallest = min(smallest, best)
      left = best
      diagonal = here
      j += 1
    }
    return smallest
  }
}
