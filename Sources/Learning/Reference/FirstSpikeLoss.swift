import ChipGeometry

/// A loss on the first spike times t_k of the outputs, given the label l. Times are in nominal τs.
///
/// A silent output has no spike time. If the label's output is silent the loss and its derivatives
/// are zero; a wrong output that is silent contributes nothing. (What makes silent neurons spike is
/// the learning rule's push, not the gradient.)
public enum FirstSpikeLoss: Equatable, Sendable {
  /// 1/2 Σ_{k≠l} (t_k - t_l - margin)² (DelGrad).
  case shiftInvariant(margin: Double)
  /// ln Σ_k e^(-(t_k - t_l)/τ0) + α (e^(t_l/τ1) - 1) (Fast & Deep); the sums run over the outputs
  /// that spiked.
  case crossEntropy(scale: Double, earlyWeight: Double, earlyScale: Double)

  /// Margin 0.3 τs, as published for the chip.
  public static let defaultShiftInvariant = shiftInvariant(margin: 0.3)
  /// τ0 = 0.2 τs, α = 0.005, τ1 = τs, as published.
  public static let defaultCrossEntropy =
    crossEntropy(scale: 0.2, earlyWeight: 0.005, earlyScale: 1)

  /// The loss and its derivative by each t_k.
  ///
  /// - Parameters:
  ///   - times: first spike of each output, nil for a silent one.
  ///   - label: the right class.
  /// - Returns: derivatives of silent outputs are zero.
  public func evaluate(
    _ times: [Double?], label: Int
  ) -> (value: Double, derivatives: [Double]) {
    let none = Array(repeating: 0.0, count: times.count)
    guard let right = times[label] else { return (0, none) }
    switch self {
    case .shiftInvariant(let margin):
      return Self.shiftInvariant(times, label, right, margin)
    case .crossEntropy(let scale, let earlyWeight, let earlyScale):
      var (value, derivatives) = Self.crossEntropy(times, label, right, scale)
      let growth = ElementaryFunctions.exp(right / earlyScale)
      value += earlyWeight * (growth - 1)
      derivatives[label] += earlyWeight / earlyScale * growth
      return (value, derivatives)
    }
  }

  private static func shiftInvariant(
    _ times: [Double?], _ label: Int, _ right: Double, _ margin: Double
  ) -> (Double, [Double]) {
    var value = 0.0
    var derivatives = Array(repeating: 0.0, count: times.count)
    for (output, time) in times.enumerated() where output != label {
      guard let time else { continue }
      let error = time - right - margin
      value += 0.5 * error * error
      derivatives[output] = error
      derivatives[label] -= error
    }
    return (value, derivatives)
  }

  private static func crossEntropy(
    _ times: [Double?], _ label: Int, _ right: Double, _ scale: Double
  ) -> (Double, [Double]) {
    // Relative to the earliest spike no exponential overflows.
    let earliest = times.compactMap { $0 }.min() ?? right
    let terms = times.map { time in
      time.map { ElementaryFunctions.exp((earliest - $0) / scale) } ?? 0
    }
    let sum = terms.reduce(0, +)
    var derivatives = terms.map { -$0 / sum / scale }
    derivatives[label] += 1 / scale
    for (output, time) in times.enumerated() where time == nil { derivatives[output] = 0 }
    return (ElementaryFunctions.log(sum) + (right - earliest) / scale, derivatives)
  }
}
