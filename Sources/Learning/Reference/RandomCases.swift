import ChipGeometry

/// Random networks and stimuli on which gradients are compared.
public struct RandomCases: Sendable {
  public var hiddenCount: Int
  public var outputCount: Int
  public var model: NeuronModel
  /// Multiplies the output weights; the smaller, the more hidden spikes make an output spike, and
  /// the more of them are second and later spikes of a neuron.
  public var outputScale: Double
  private var weightStream: RandomStream
  private var stimulusStream: RandomStream

  /// Four inputs and a bias, like the Yin-Yang task.
  public static let inputCount = 5

  /// - Parameters:
  ///   - seed: equal seeds give equal cases.
  ///   - hidden: number of hidden neurons.
  ///   - outputs: number of outputs.
  ///   - model: of all neurons.
  ///   - outputScale: multiplies the output weights.
  public init(
    seed: UInt64, hidden: Int, outputs: Int = 3, model: NeuronModel, outputScale: Double = 1
  ) {
    self.outputScale = outputScale
    hiddenCount = hidden
    outputCount = outputs
    self.model = model
    weightStream = RandomStream(seed: seed, name: "gradient check weights")
    stimulusStream = RandomStream(seed: seed, name: "gradient check stimuli")
  }

  /// Weights as training starts with: hidden ones normal with mean and deviation of two thresholds,
  /// output ones such that a few hidden spikes together make an output spike.
  public mutating func network() -> FeedForwardNetwork {
    var network = FeedForwardNetwork(
      inputs: Self.inputCount, hidden: hiddenCount, outputs: outputCount, model: model)
    for index in network.hiddenWeights.indices {
      network.hiddenWeights[index] = 2 + 2 * weightStream.gaussian()
    }
    let mean = 18 / Double(hiddenCount)
    let deviation = 4.4 / Double(hiddenCount).squareRoot()
    for index in network.outputWeights.indices {
      network.outputWeights[index] = outputScale * (mean + deviation * weightStream.gaussian())
    }
    return network
  }

  /// A point of the unit square, its mirror image and the bias as spike times, and any label.
  public mutating func stimulus() -> GradientCheck.Stimulus {
    let x = stimulusStream.uniform()
    let y = stimulusStream.uniform()
    let times = SpikeTimeEncoder().times(of: [x, y, 1 - x, 1 - y])
    return GradientCheck.Stimulus(
      inputs: times.map { [$0] }, label: Int(stimulusStream.next(below: UInt64(outputCount))))
  }
}
