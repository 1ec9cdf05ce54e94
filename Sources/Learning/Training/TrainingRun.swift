import Chip
import ChipGeometry

/// A program that learns the Yin-Yang task on one chip.
public struct TrainingRun: ~Copyable {
  public var session: LearningSession
  public internal(set) var options: TrainingOptions
  /// Epochs finished.
  public internal(set) var epoch = 0
  /// The last one, nil before.
  public internal(set) var lastEpoch: EpochReport?
  let training: Split
  let validation: Split
  let test: Split
  let loss: FirstSpikeLoss
  let pool: DrawnPool?

  /// Encoded samples.
  struct Split: Sendable {
    var inputTicks: [[UInt64]]
    var labels: [Int]

    init(_ split: YinYang.Split, count: Int, encoder: SpikeTimeEncoder) {
      let samples = YinYang.samples(of: split).prefix(count)
      inputTicks = samples.map { encoder.ticks(of: $0.values) }
      labels = samples.map(\.label)
    }
  }

  /// The first `count` samples of the first epoch, as a run with these options presents them.
  package static func firstSamples(_ count: Int, _ options: TrainingOptions) -> [PresentedSample] {
    let split = Split(.train, count: options.trainingCount, encoder: encoder(options))
    return order(ofEpoch: 0, count: split.labels.count, options).prefix(count).map {
      PresentedSample(inputTicks: split.inputTicks[$0], teacher: split.labels[$0])
    }
  }

  private static func encoder(_ options: TrainingOptions) -> SpikeTimeEncoder {
    var encoder = SpikeTimeEncoder()
    encoder.synapticTicks = Double(options.session.synapticTicks)
    if !options.session.hasBias { encoder.bias = nil }
    return encoder
  }

  private static func order(ofEpoch epoch: Int, count: Int, _ options: TrainingOptions) -> [Int] {
    var stream = RandomStream(seed: options.dataSeed, name: "sample order of epoch \(epoch)")
    return stream.permutation(count)
  }

  /// A run that is ready for its first epoch: the program has initialised itself.
  ///
  /// - Parameters:
  ///   - program: the learning program.
  ///   - options: sizes, seeds and parameters.
  ///   - weights: to begin with; nil: the program draws its own.
  /// - Throws: what keeps the program from starting.
  public init(
    _ program: LearningProgram, _ options: TrainingOptions, weights: WeightMasters? = nil
  ) throws(SessionError) {
    try options.session.checkTask()
    let end = options.session.sampleTicks
    let latest = Self.encoder(options).ticks(of: [1, 1, 1, 1]).max() ?? 0
    guard latest <= UInt64(end) else {
      throw .task(
        "samples end after \(end) ticks, but with a synaptic time constant of "
          + "\(options.session.synapticTicks) ticks inputs come up to tick \(latest)")
    }
    var session = try LearningSession(program, options.sessionConfiguration)
    if let weights { try session.preload(weights) }
    try session.start()
    self.init(session, options)
  }

  init(_ session: consuming LearningSession, _ options: TrainingOptions) {
    loss = options.loss(of: session.program)
    self.session = session
    self.options = options
    let encoder = Self.encoder(options)
    training = Split(.train, count: options.trainingCount, encoder: encoder)
    validation = Split(.validation, count: options.validationCount, encoder: encoder)
    test = Split(.test, count: options.testCount, encoder: encoder)
    pool = DrawnPool(options)
  }

  /// Learns from each training sample once, in a new order, then decides all validation samples.
  ///
  /// - Parameter progress: called with the number of samples done since the last call.
  /// - Returns: what the epoch brought.
  /// - Throws: what keeps the program from going on.
  public mutating func runEpoch(
    progress: (Int) -> Void = { _ in }
  ) throws(SessionError) -> EpochReport {
    let indices = Self.order(ofEpoch: epoch, count: training.labels.count, options)
    let report = try pass(over: training, indices, isTaught: true, progress)
    if let pool { session.chip.setMismatch(pool.own) }
    let decided = try evaluate(.validation, progress: progress)
    epoch += 1
    let result = EpochReport(
      epoch: epoch, training: report, validation: decided,
      chipSeconds: session.chip.now.seconds, analogReads: session.chip.analogReadCount)
    lastEpoch = result
    return result
  }

  /// Decides all samples of a split; nothing is learned.
  public mutating func evaluate(
    _ split: YinYang.Split, progress: (Int) -> Void = { _ in }
  ) throws(SessionError) -> PassReport {
    let samples = split == .train ? training : split == .validation ? validation : test
    return try pass(
      over: samples, Array(samples.labels.indices), isTaught: false, progress)
  }

  /// The next member of the pool, if its turn begins with this sample of the epoch.
  private mutating func changeChip(at position: Int, of count: Int) {
    guard let pool, position % pool.pool.samplesPerTurn == 0 else { return }
    let turn =
      epoch * pool.pool.turnCount(samples: count) + position / pool.pool.samplesPerTurn
    let member = pool.pool.member(turn: turn, dataSeed: options.dataSeed)
    session.chip.setMismatch(pool.members[member])
  }

  private mutating func pass(
    over split: Split, _ indices: [Int], isTaught: Bool, _ progress: (Int) -> Void
  ) throws(SessionError) -> PassReport {
    var report = PassReport()
    let tau = Double(options.session.synapticTicks)
    var unreported = 0
    for (position, index) in indices.enumerated() {
      if isTaught { changeChip(at: position, of: indices.count) }
      let label = split.labels[index]
      let outcome = try session.present(
        PresentedSample(
          inputTicks: split.inputTicks[index], teacher: isTaught ? label : nil))
      let times = outcome.firstOutputTicks.map { $0.map { Double($0) / tau } }
      report.add(outcome, label: label, loss: loss.evaluate(times, label: label).value)
      unreported += 1
      if unreported == 50 {
        progress(unreported)
        unreported = 0
      }
    }
    progress(unreported)
    return report
  }
}
