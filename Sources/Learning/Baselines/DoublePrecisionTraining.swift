import ChipGeometry

/// EventProp on the Yin-Yang task without a chip: exact neurons, real-valued weights, double
/// precision. What the learning programs are measured against.
public struct DoublePrecisionTraining: Sendable {
  /// Weights are in thresholds, times in τs.
  public struct Options: Equatable, Sendable {
    public var hiddenCount = 200
    /// Whether hidden neurons may spike more than once; they have no refractory time then.
    public var spikesAgain = true
    public var epochs = 60
    public var batch = 40
    /// Steps of the weights per batch.
    public var hiddenRate = 0.012
    public var outputRate = 0.006
    /// Of both rates after each epoch.
    public var decay = 0.95
    public var momentum = 0.95
    /// Largest magnitudes of the weights.
    public var hiddenRange = 8.0
    public var outputRange = 2.0
    public var margin = 0.3
    /// Bounds of λV and of 1/(I - threshold).
    public var jumpBound = 20.0
    public var reciprocalBound = 50.0
    public var hiddenStart = WeightStart(mean: 2, deviation: 2)
    public var outputStart = WeightStart(mean: 0.15, deviation: 0.4)
    /// Of the initial weights and of the order of the samples.
    public var seed: UInt64 = 1
    /// Samples of each split that are used, from the beginning.
    public var trainingCount = YinYang.Split.train.sampleCount
    public var validationCount = YinYang.Split.validation.sampleCount
    public var testCount = YinYang.Split.test.sampleCount

    public init() {}
  }

  public let options: Options
  /// Epochs finished.
  public private(set) var epoch = 0
  private var network: TwoLayerEventProp
  private var hiddenDescent: SignMomentum
  private var outputDescent: SignMomentum
  private let loss: FirstSpikeLoss
  private let encoder = SpikeTimeEncoder()
  private let training: [YinYang.Sample]
  /// Samples of the batch so far in which each hidden neuron spiked.
  private var activity: [Int]
  /// Samples of the batch so far in which an output was silent though it was needed.
  private var missed: [Int]

  public init(_ options: Options) {
    self.options = options
    var stream = RandomStream(seed: options.seed, name: "double precision weights")
    network = TwoLayerEventProp(inputs: 5, hidden: options.hiddenCount, outputs: 3)
    network.spikesAgain = options.spikesAgain
    network.bounds = AdjointBounds(
      error: .infinity, jump: options.jumpBound, reciprocal: options.reciprocalBound)
    options.hiddenStart.fill(&network.hiddenWeights, from: &stream)
    options.outputStart.fill(&network.outputWeights, from: &stream)
    hiddenDescent = SignMomentum(
      count: network.hiddenWeights.count, decay: options.momentum, limit: options.hiddenRange)
    outputDescent = SignMomentum(
      count: network.outputWeights.count, decay: options.momentum, limit: options.outputRange)
    loss = .shiftInvariant(margin: options.margin)
    training = Array(YinYang.samples(of: .train).prefix(options.trainingCount))
    activity = Array(repeating: 0, count: options.hiddenCount)
    missed = Array(repeating: 0, count: 3)
  }

  /// Learns from each training sample once, in a new order.
  ///
  /// - Parameter progress: called with the number of samples done since the last call.
  /// - Returns: the decisions made while learning.
  public mutating func runEpoch(progress: (Int) -> Void = { _ in }) -> PassReport {
    var report = PassReport()
    BatchEpoch(
      epoch, sampleCount: training.count, batch: options.batch, decay: options.decay,
      seed: options.seed
    ).run(
      learn: { learn(training[$0], &report) }, update: { update($0, $1) }, progress: progress)
    epoch += 1
    return report
  }

  /// Decides all samples of a split.
  public mutating func evaluate(_ split: YinYang.Split) -> PassReport {
    var report = PassReport()
    for sample in YinYang.samples(of: split).prefix(options.count(of: split)) {
      _ = present(sample, &report)
    }
    return report
  }

  /// - Returns: derivatives of the loss by the outputs' first spike times.
  private mutating func present(_ sample: YinYang.Sample, _ report: inout PassReport) -> [Double] {
    network.simulate(encoder.times(of: sample.values))
    let times = network.outputTimes
    let (value, slopes) = loss.evaluate(times, label: sample.label)
    var decision: (output: Int, time: Double)?
    for (output, time) in times.enumerated() {
      guard let time, decision.map({ time < $0.time }) ?? true else { continue }
      decision = (output, time)
    }
    report.samples += 1
    if decision?.output == sample.label { report.correct += 1 }
    report.lossSum += value
    report.hiddenSpikes += network.hiddenSpikes.count
    report.spikes += 5 + network.hiddenSpikes.count + times.count { $0 != nil }
    return slopes
  }

  private mutating func learn(_ sample: YinYang.Sample, _ report: inout PassReport) {
    let slopes = present(sample, &report)
    network.accumulate(errors: slopes)
    var last = -1
    for spike in network.hiddenSpikes where spike.neuron != last {
      last = spike.neuron
      activity[last] += 1
    }
    if network.outputTimes[sample.label] == nil { missed[sample.label] += 1 }
  }

  /// Ends a batch. As on the chip, silent neurons are pushed: no gradient makes them spike.
  private mutating func update(_ factor: Double, _ samples: Int) {
    let hidden = options.hiddenCount
    hiddenDescent.step(
      &network.hiddenWeights, gradient: network.hiddenGradient,
      rate: options.hiddenRate * factor)
    outputDescent.step(
      &network.outputWeights, gradient: network.outputGradient,
      rate: options.outputRate * factor)
    for neuron in 0..<hidden where Double(activity[neuron]) < 0.05 * Double(samples) {
      for input in 0..<network.inputCount {
        network.hiddenWeights[input * hidden + neuron] += 0.01
      }
    }
    for output in 0..<network.outputCount where missed[output] > 0 {
      let push = 0.3 * Double(missed[output]) / Double(samples)
      for neuron in 0..<hidden { network.outputWeights[output * hidden + neuron] += push }
    }
    for index in network.hiddenGradient.indices { network.hiddenGradient[index] = 0 }
    for index in network.outputGradient.indices { network.outputGradient[index] = 0 }
    for index in activity.indices { activity[index] = 0 }
    for index in missed.indices { missed[index] = 0 }
  }
}
