import Foundation

/// The curve A exp(-x / τ) that is nearest to some points, by least squares.
struct ExponentialFit {
  var amplitude: Double
  /// In the unit of x.
  var timeConstant: Double

  /// - Parameters:
  ///   - points: at least two with different x; x ≥ 0.
  ///   - range: of the time constants that are tried.
  init(_ points: [(x: Double, y: Double)], timeConstants range: ClosedRange<Double>) {
    func fit(_ logarithm: Double) -> (amplitude: Double, error: Double) {
      let shape = points.map { exp(-$0.x / exp(logarithm)) }
      let square = shape.reduce(0) { $0 + $1 * $1 }
      let amplitude = zip(points, shape).reduce(0) { $0 + $1.0.y * $1.1 } / max(square, 1e-300)
      let error = zip(points, shape).reduce(0) {
        $0 + ($1.0.y - amplitude * $1.1) * ($1.0.y - amplitude * $1.1)
      }
      return (amplitude, error)
    }
    let (first, last) = (log(range.lowerBound), log(range.upperBound))
    let count = 200
    let step = (last - first) / Double(count)
    let grid = (0...count).map { first + Double($0) * step }
    var best = grid[0]
    for candidate in grid where fit(candidate).error < fit(best).error { best = candidate }
    var (low, high) = (best - step, best + step)
    for _ in 0..<80 {
      let (a, b) = (low + (high - low) / 3, high - (high - low) / 3)
      if fit(a).error < fit(b).error { high = b } else { low = a }
    }
    timeConstant = exp((low + high) / 2)
    amplitude = fit((low + high) / 2).amplitude
  }
}
