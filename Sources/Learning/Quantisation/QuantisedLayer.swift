/// Which weights share a scale: what one step of their 6-bit codes means.
///
/// On the chip the scale is the gain of a neuron's synaptic input, so weights share it by the neuron
/// that they go to. A source has no gain of its own: its driver's two rows hold codes and nothing else.
public enum WeightGroups: String, CaseIterable, Sendable {
  /// All weights of a layer: what learning programs assume.
  case layer
  /// The weights of one neuron, a row of a matrix [neuron][source].
  case target
}

/// How real-valued weights become codes.
public enum QuantisationMethod: String, CaseIterable, Sendable {
  /// The scale is the range over 63, codes are rounded.
  case uniform
  /// Scale and codes are found together: least squares for one with the other held, in turn.
  case als
}

/// Weights of a layer as 6-bit codes with sign, and what the codes mean.
public struct QuantisedLayer: Equatable, Sendable {
  public let original: WeightMatrix
  /// -63…63, as the weights are ordered.
  public let codes: [Int]
  /// Thresholds per code: one value, or one per neuron.
  public let scales: [Double]
  /// Weights beyond the largest code.
  public let clippedCount: Int

  /// The largest code.
  public static let maximumCode = 63

  /// - Parameters:
  ///   - weights: of the layer, finite.
  ///   - method: how.
  ///   - groups: which weights share a scale.
  ///   - ranges: thresholds that code 63 shall mean whatever the method, one value or one per neuron, of
  ///     which a whole layer takes the largest; nil: the largest weight of the group to uniform
  ///     rounding, what fits best to least squares.
  /// - Precondition: ranges are positive, and as many as there are groups if more than one.
  public init(
    _ weights: WeightMatrix, _ method: QuantisationMethod, _ groups: WeightGroups = .layer,
    ranges: [Double]? = nil
  ) {
    let columns =
      groups == .layer
      ? [Array(weights.values.indices)]
      : (0..<weights.neuronCount).map { neuron in
        (0..<weights.sourceCount).map { $0 * weights.neuronCount + neuron }
      }
    var codes = [Int](repeating: 0, count: weights.values.count)
    var scales: [Double] = []
    var clipped = 0
    for (index, members) in columns.enumerated() {
      let range = ranges.map { groups == .target && $0.count > 1 ? $0[index] : $0.max() ?? 1 }
      let group = Group(members.map { weights.values[$0] }, range: range)
      let isFree = method == .als && ranges == nil
      let scale = isFree ? group.leastSquaresScale() : group.uniformScale
      scales.append(scale)
      for (index, code) in zip(members, group.codes(scale)) { codes[index] = code }
      clipped += group.clippedCount(scale)
    }
    original = weights
    self.codes = codes
    self.scales = scales
    clippedCount = clipped
  }

  /// Thresholds that code 63 means, per group.
  public var ranges: [Double] { scales.map { $0 * Double(Self.maximumCode) } }

  /// What the codes mean, in thresholds.
  public var weights: WeightMatrix {
    let count = original.neuronCount
    return WeightMatrix(
      sources: original.sourceCount, neurons: count,
      values: codes.indices.map { Double(codes[$0]) * scale(of: $0 % count) })
  }

  private func scale(of neuron: Int) -> Double { scales.count == 1 ? scales[0] : scales[neuron] }

  /// Masters whose codes these are, as near to the real values as such masters can be.
  public var masters: [Int16] {
    codes.indices.map { index in
      let fine = original.values[index] / scale(of: index % original.neuronCount)
      return Self.master(fine, code: codes[index])
    }
  }

  /// The master nearest to `value` codes among those of `code`.
  static func master(_ value: Double, code: Int) -> Int16 {
    let largest = Double(Int16.max)
    let wanted = (value * largest / Double(maximumCode)).rounded()
    var master = Int16(max(-largest, min(largest, wanted.isFinite ? wanted : 0)))
    while WeightMasters.code(master) < code { master += 1 }
    while WeightMasters.code(master) > code { master -= 1 }
    return master
  }

  // MARK: What is lost

  /// How far the codes are from the real values.
  public struct Errors: Equatable, Sendable {
    /// In thresholds.
    public var largest: Double
    public var rootMeanSquare: Double
    /// Root of the squared error over the squared weights.
    public var relative: Double
    /// Different codes in use, of 127.
    public var codesUsed: Int
    /// Weights that are not zero and became zero.
    public var vanished: Int
  }

  public var errors: Errors {
    let differences = zip(weights.values, original.values).map { $0 - $1 }
    let squares = differences.reduce(0) { $0 + $1 * $1 }
    let power = original.values.reduce(0) { $0 + $1 * $1 }
    return Errors(
      largest: differences.map(\.magnitude).max() ?? 0,
      rootMeanSquare: (squares / Double(max(1, differences.count))).squareRoot(),
      relative: power == 0 ? 0 : (squares / power).squareRoot(),
      codesUsed: Set(codes).count,
      vanished: zip(codes, original.values).count { $0 == 0 && $1 != 0 })
  }
}

/// Weights that share a scale.
private struct Group {
  let values: [Double]
  let range: Double

  init(_ values: [Double], range: Double?) {
    self.values = values
    let largest = values.map(\.magnitude).max() ?? 0
    self.range = range ?? (largest > 0 ? largest : 1)
  }

  var uniformScale: Double { range / Double(QuantisedLayer.maximumCode) }

  func codes(_ scale: Double) -> [Int] {
    let limit = Double(QuantisedLayer.maximumCode)
    return values.map { Int(max(-limit, min(limit, ($0 / scale).rounded()))) }
  }

  func clippedCount(_ scale: Double) -> Int {
    let limit = Double(QuantisedLayer.maximumCode) + 0.5
    return values.count { ($0 / scale).magnitude >= limit }
  }

  private func squaredError(_ codes: [Int], _ scale: Double) -> Double {
    zip(values, codes).reduce(0) { sum, pair in
      let difference = pair.0 - scale * Double(pair.1)
      return sum + difference * difference
    }
  }

  /// The best scale that alternating least squares finds from the uniform one and from smaller ones,
  /// at which more weights are clipped and the rest are finer. Never worse than the uniform one.
  func leastSquaresScale() -> Double {
    let uniform = uniformScale
    var best = (scale: uniform, error: squaredError(codes(uniform), uniform))
    for start in (1...16).reversed() {
      let scale = descend(from: uniform * Double(start) / 16)
      let error = squaredError(codes(scale), scale)
      if error < best.error { best = (scale, error) }
    }
    return best.scale
  }

  private func descend(from start: Double) -> Double {
    var scale = start
    var codes = codes(scale)
    // Each round lowers the squared error or leaves the codes as they are.
    for _ in 0..<200 {
      let power = codes.reduce(0.0) { $0 + Double($1 * $1) }
      guard power > 0 else { return scale }
      let product = zip(values, codes).reduce(0) { $0 + $1.0 * Double($1.1) }
      scale = product / power
      let next = self.codes(scale)
      if next == codes { return scale }
      codes = next
    }
    return scale
  }
}
