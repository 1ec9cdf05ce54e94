import ChipGeometry

/// Draws the deviations of one chip's circuits of a kind: from a stream of its own name for each
/// parameter, so that no parameter depends on the use of another.
struct CircuitDeviations {
  let seed: UInt64
  /// How many circuits of the kind there are.
  let count: Int

  /// Gaussian with that standard deviation, truncated (``MismatchSpreads/truncation``), around zero.
  func additive(_ name: String, _ spread: Double) -> [Double] {
    guard spread != 0 else { return [Double](repeating: 0, count: count) }
    var random = RandomStream(seed: seed, name: "mismatch " + name)
    return (0..<count).map { _ in
      spread * random.gaussian(truncatedAt: MismatchSpreads.truncation)
    }
  }

  /// The same around one, and above zero.
  func factors(_ name: String, _ spread: Double) -> [Double] {
    additive(name, spread).map { max(MismatchSpreads.leastFactor, 1 + $0) }
  }
}
