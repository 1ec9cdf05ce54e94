/// What a training run is made from.
public struct TrainingOptions: Equatable, Sendable {
  public var session = SessionConfiguration()
  public var epochs = 60
  /// Seed of the order in which training samples are presented.
  public var dataSeed: UInt64 = 1
  /// Chips that take turns while learning; nil: the chip itself all the time.
  public var pool: ChipPool?
  /// Samples of each split that are used, from the beginning.
  public var trainingCount = YinYang.Split.train.sampleCount
  public var validationCount = YinYang.Split.validation.sampleCount
  public var testCount = YinYang.Split.test.sampleCount

  public init() {}

  /// The parameters of the session, and what training adds to them: the length of an epoch.
  package var sessionConfiguration: SessionConfiguration {
    var configuration = session
    configuration.parameters.insert(.offered("samples_per_epoch", trainingCount), at: 0)
    return configuration
  }

  /// The loss of a program under these parameters, its own where they say nothing.
  func loss(of program: LearningProgram) -> FirstSpikeLoss {
    func value(_ name: String) -> Double? {
      (session.parameters.last { $0.name == name }?.value ?? program.parameter(name)?.value)
        .map { Double($0) }
    }
    let tau = Double(session.synapticTicks)
    guard value("loss") == 1 else {
      return .shiftInvariant(margin: (value("loss_delta_ticks") ?? 0.3 * tau) / tau)
    }
    return .crossEntropy(
      scale: (value("loss_tau0_ticks") ?? 0.2 * tau) / tau,
      earlyWeight: value("loss_alpha").map { $0 / 65536 } ?? 0.005,
      earlyScale: (value("loss_tau1_ticks") ?? tau) / tau)
  }
}

/// What a pass over samples brought.
public struct PassReport: Equatable, Sendable {
  public var samples = 0
  public var correct = 0
  /// Samples in which no output spiked, so that there was no decision.
  public var undecided = 0
  /// Sum over the samples; see ``FirstSpikeLoss``.
  public var lossSum = 0.0
  public var hiddenSpikes = 0
  /// Of inputs, hidden neurons and outputs.
  public var spikes = 0
  /// From end-of-sample to `ready`, batch updates included.
  public var cycleSum: UInt64 = 0
  /// Longest sample, batch updates not included.
  public var cyclesMax: UInt64 = 0
  /// Longest batch update.
  public var updateCycles: UInt64 = 0

  public init() {}

  public var accuracy: Double { samples == 0 ? 0 : Double(correct) / Double(samples) }
  public var loss: Double { perSample(lossSum) }
  public var hiddenSpikesPerSample: Double { perSample(Double(hiddenSpikes)) }
  public var spikesPerSample: Double { perSample(Double(spikes)) }
  public var cyclesMean: Double { perSample(Double(cycleSum)) }
  private func perSample(_ sum: Double) -> Double { samples == 0 ? 0 : sum / Double(samples) }

  mutating func add(_ outcome: SampleOutcome, label: Int, loss: Double) {
    samples += 1
    if outcome.decision == label { correct += 1 }
    if outcome.decision == nil { undecided += 1 }
    lossSum += loss
    hiddenSpikes += outcome.hiddenSpikes
    spikes += outcome.spikes
    cycleSum += outcome.cycles
    cyclesMax = max(cyclesMax, outcome.cycles - min(outcome.cycles, outcome.updateCycles))
    updateCycles = max(updateCycles, outcome.updateCycles)
  }
}

/// What an epoch brought.
public struct EpochReport: Equatable, Sendable {
  /// 1…
  public var epoch: Int
  /// The decisions made while learning, before each sample was learned from.
  public var training: PassReport
  /// After the epoch; without teacher.
  public var validation: PassReport
  /// Chip time since the start of the session, in seconds.
  public var chipSeconds: Double
  /// Analog observables that the program has read since the start.
  public var analogReads: UInt64
}
