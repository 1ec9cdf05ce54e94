import AnalogCore
public import Chip
import ChipGeometry

/// Learning with a surrogate gradient in the host's memory, the chip in the loop: spikes *and densely
/// sampled membranes* of all neurons are read for every gradient. The common way to train on this
/// family of chips, for comparison; it is no learning program and uses no plasticity processor.
///
/// Forward on the chip: 6-bit weights, mismatch and noise as everywhere. Outputs are leaky integrators;
/// the decision is the output with the highest membrane, the loss cross-entropy over these maxima.
public struct SurrogateTraining: ~Copyable {
  public struct Options: Equatable, Sendable {
    public var hiddenCount = 120
    public var chip = ChipConfiguration()
    /// Ticks between two samples of the membranes: 1 µs.
    public var intervalTicks = 125
    /// Samples of each membrane.
    public var stepCount = 38
    public var refractoryTicks = 4000
    public var epochs = 60
    public var batch = 40
    /// Steps of the weights per batch, in thresholds. These and γ are chosen by validation on chip 11.
    public var hiddenRate = 0.06
    public var outputRate = 0.01
    /// Of both rates after each epoch.
    public var decay = 0.95
    public var momentum = 0.95
    /// Largest magnitudes of the weights: code 63.
    public var hiddenRange = 8.0
    public var outputRange = 2.0
    /// γ of the surrogate.
    public var steepness = 10.0
    /// Of the maxima in the cross-entropy, per threshold.
    public var lossScale = 8.0
    public var hiddenStart = WeightStart(mean: 2, deviation: 2)
    public var outputStart = WeightStart(mean: 0, deviation: 0.2)
    /// Of the order of the samples.
    public var dataSeed: UInt64 = 1
    /// Samples of each split that are used, from the beginning.
    public var trainingCount = YinYang.Split.train.sampleCount
    public var validationCount = YinYang.Split.validation.sampleCount
    public var testCount = YinYang.Split.test.sampleCount

    public init() {}

    /// What is read of the membranes for one gradient.
    public var membraneBytes: Int { stepCount * (hiddenCount + 3) }
  }

  public let options: Options
  /// Epochs finished.
  public private(set) var epoch = 0
  private var chip: SampledChip
  private var gradient: SurrogateGradient
  private var hiddenDescent: SignMomentum
  private var outputDescent: SignMomentum
  /// The weights before rounding to codes.
  private var hiddenMasters: [Double]
  private var outputMasters: [Double]
  private let training: TrainingRun.Split

  /// - Throws: if the network does not fit on the chip.
  public init(_ options: Options) throws(SessionError) {
    self.options = options
    chip = try SampledChip(options)
    let interval = Double(options.intervalTicks)
    gradient = SurrogateGradient(
      inputs: 5, hidden: options.hiddenCount, outputs: 3,
      synapticDecay: ElementaryFunctions.exp(-interval / SampledChip.synapticTicks),
      membraneDecay: ElementaryFunctions.exp(-interval / SampledChip.membraneTicks),
      steepness: options.steepness)
    var stream = RandomStream(
      seed: options.chip.analog.chipSeed, name: "surrogate gradient weights")
    hiddenMasters = gradient.hiddenWeights
    outputMasters = gradient.outputWeights
    options.hiddenStart.fill(&hiddenMasters, from: &stream)
    options.outputStart.fill(&outputMasters, from: &stream)
    hiddenDescent = SignMomentum(
      count: hiddenMasters.count, decay: options.momentum, limit: options.hiddenRange)
    outputDescent = SignMomentum(
      count: outputMasters.count, decay: options.momentum, limit: options.outputRange)
    training = TrainingRun.Split(
      .train, count: options.trainingCount, encoder: SpikeTimeEncoder())
    writeWeights()
  }

  /// Learns from each training sample once, in a new order.
  ///
  /// - Parameter progress: called with the number of samples done since the last call.
  /// - Returns: the decisions made while learning.
  public mutating func runEpoch(progress: (Int) -> Void = { _ in }) -> PassReport {
    var report = PassReport()
    BatchEpoch(
      epoch, sampleCount: training.labels.count, batch: options.batch, decay: options.decay,
      seed: options.dataSeed
    ).run(
      learn: { index in
        let errors = present(training.inputTicks[index], training.labels[index], &report)
        gradient.accumulate(chip.record, errors: errors)
      },
      update: { factor, _ in update(factor) }, progress: progress)
    epoch += 1
    return report
  }

  /// Decides all samples of a split.
  public mutating func evaluate(_ split: YinYang.Split) -> PassReport {
    let samples = TrainingRun.Split(
      split, count: options.count(of: split), encoder: SpikeTimeEncoder())
    var report = PassReport()
    for (ticks, label) in zip(samples.inputTicks, samples.labels) {
      _ = present(ticks, label, &report)
    }
    return report
  }

  /// - Returns: ∂L/∂V of the outputs, [step][output].
  private mutating func present(
    _ ticks: [UInt64], _ label: Int, _ report: inout PassReport
  ) -> [Double] {
    chip.present(ticks)
    let peaks = (0..<3).map { chip.peak(output: $0) }
    var best = 0
    for output in 1..<3 where peaks[output].value > peaks[best].value { best = output }
    let exponentials = peaks.map {
      ElementaryFunctions.exp(options.lossScale * ($0.value - peaks[best].value))
    }
    let sum = exponentials.reduce(0, +)
    report.samples += 1
    if best == label { report.correct += 1 }
    report.lossSum -= ElementaryFunctions.log(exponentials[label] / sum)
    report.hiddenSpikes += chip.spikeCount
    report.spikes += ticks.count + chip.spikeCount
    var errors = [Double](repeating: 0, count: options.stepCount * 3)
    for output in 0..<3 {
      errors[peaks[output].step * 3 + output] =
        options.lossScale * (exponentials[output] / sum - (output == label ? 1 : 0))
    }
    return errors
  }

  private mutating func update(_ factor: Double) {
    hiddenDescent.step(
      &hiddenMasters, gradient: gradient.hiddenGradient, rate: options.hiddenRate * factor)
    outputDescent.step(
      &outputMasters, gradient: gradient.outputGradient, rate: options.outputRate * factor)
    for index in gradient.hiddenGradient.indices { gradient.hiddenGradient[index] = 0 }
    for index in gradient.outputGradient.indices { gradient.outputGradient[index] = 0 }
    writeWeights()
  }

  /// Rounds the masters to 6 bits and a sign, for the chip and for the gradient.
  private mutating func writeWeights() {
    for index in hiddenMasters.indices {
      let (input, neuron) = index.quotientAndRemainder(dividingBy: options.hiddenCount)
      let code = Self.code(hiddenMasters[index], options.hiddenRange)
      gradient.hiddenWeights[index] = Double(code) / 63 * options.hiddenRange
      chip.setWeight(code, from: .input(input), toColumn: LayeredNetwork.column(hidden: neuron))
    }
    for index in outputMasters.indices {
      let (output, neuron) = index.quotientAndRemainder(dividingBy: options.hiddenCount)
      let code = Self.code(outputMasters[index], options.outputRange)
      gradient.outputWeights[index] = Double(code) / 63 * options.outputRange
      chip.setWeight(code, from: .hidden(neuron), toColumn: LayeredNetwork.column(output: output))
    }
  }

  private static func code(_ weight: Double, _ range: Double) -> Int {
    Int((min(max(weight / range, -1), 1) * 63).rounded())
  }
}
