public import ChipGeometry

/// How much the circuits that are in use really differ: the relative standard deviation of each
/// parameter's factor, over the neurons or synapses looked at.
public struct RealisedMismatch: Equatable, BitwiseCopyable, Sendable {
  public var membraneTimeConstant: Double
  public var excitatoryTimeConstant: Double
  public var inhibitoryTimeConstant: Double
  public var threshold: Double
  /// Local and quadrant part together.
  public var excitatoryGain: Double
  public var inhibitoryGain: Double
  public var weight: Double
}

extension AnalogCore {
  /// The spreads among some neurons, and among their synapses in rows that are not disabled.
  public func realisedMismatch(among neurons: [NeuronIndex]) -> RealisedMismatch {
    func spread(_ factors: [Double]) -> Double {
      Self.relativeDeviation(neurons.map { factors[Int($0.rawValue)] })
    }
    return RealisedMismatch(
      membraneTimeConstant: spread(mismatch.membraneTimeConstant),
      excitatoryTimeConstant: spread(mismatch.excitatoryTimeConstant),
      inhibitoryTimeConstant: spread(mismatch.inhibitoryTimeConstant),
      threshold: spread(mismatch.threshold), excitatoryGain: spread(mismatch.excitatoryGain),
      inhibitoryGain: spread(mismatch.inhibitoryGain),
      weight: Self.relativeDeviation(weightFactors(of: neurons)))
  }

  private func weightFactors(of neurons: [NeuronIndex]) -> [Double] {
    var factors: [Double] = []
    for neuron in neurons {
      let first = Int(neuron.hemisphere.rawValue) * ChipSize.rows
      for row in first..<first + ChipSize.rows where synapses.rowModes[row] != .disabled {
        factors.append(Double(mismatch.weight[row * ChipSize.columns + neuron.column]))
      }
    }
    return factors
  }

  /// Standard deviation over mean; 0 for fewer than two values.
  private static func relativeDeviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot() / mean
  }
}
