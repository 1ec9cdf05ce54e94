/// Derivatives of a loss by everything that can be learned, in the order of the network's arrays.
public struct NetworkGradient: Equatable, Sendable {
  /// The loss itself.
  public var loss = 0.0
  public var hiddenWeights: [Double]
  public var outputWeights: [Double]
  public var inputDelays: [Double]
  public var hiddenDelays: [Double]
  /// By the delays of synapses, in the order of the weights.
  public var hiddenSynapseDelays: [Double]
  public var outputSynapseDelays: [Double]

  /// Zero.
  public init(of network: FeedForwardNetwork) {
    hiddenWeights = Array(repeating: 0, count: network.hiddenWeights.count)
    outputWeights = Array(repeating: 0, count: network.outputWeights.count)
    inputDelays = Array(repeating: 0, count: network.inputCount)
    hiddenDelays = Array(repeating: 0, count: network.hiddenCount)
    hiddenSynapseDelays = Array(repeating: 0, count: network.hiddenWeights.count)
    outputSynapseDelays = Array(repeating: 0, count: network.outputWeights.count)
  }

  /// Hidden layer, then output layer.
  public var weights: [Double] { hiddenWeights + outputWeights }
  /// Of inputs, then of hidden neurons.
  public var delays: [Double] { inputDelays + hiddenDelays }
  /// Hidden layer, then output layer.
  public var synapseDelays: [Double] { hiddenSynapseDelays + outputSynapseDelays }
}

/// How two gradients compare.
public struct GradientAgreement: Equatable, Sendable {
  /// Of the angle between them; 1 if both vanish, 0 if one does.
  public var cosine: Double
  /// Whether both vanish.
  public var isEmpty: Bool
  /// ‖a - b‖ / ‖b‖; 0 if both vanish.
  public var relativeError: Double
  /// The entry with the largest |a - b|, its two values; nil if there are no entries.
  public var worst: (index: Int, value: Double, reference: Double)?

  public init(_ values: [Double], reference: [Double]) {
    precondition(values.count == reference.count, "gradients of different networks")
    var (dot, a2, b2, difference2) = (0.0, 0.0, 0.0, 0.0)
    for (index, (a, b)) in zip(values, reference).enumerated() {
      dot += a * b
      a2 += a * a
      b2 += b * b
      difference2 += (a - b) * (a - b)
      if (a - b).magnitude > worst.map({ ($0.value - $0.reference).magnitude }) ?? -1 {
        worst = (index, a, b)
      }
    }
    let isEqual = difference2 == 0
    isEmpty = isEqual && b2 == 0
    cosine = a2 > 0 && b2 > 0 ? dot / (a2.squareRoot() * b2.squareRoot()) : isEqual ? 1 : 0
    relativeError = isEqual ? 0 : (difference2 / b2).squareRoot()
  }

  public static func == (a: Self, b: Self) -> Bool {
    a.cosine == b.cosine && a.relativeError == b.relativeError && a.worst?.index == b.worst?.index
  }
}
