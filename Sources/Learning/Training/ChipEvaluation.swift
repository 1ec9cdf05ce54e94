import AnalogCore
import Chip

/// How good a stored network is on one chip: as it is, and after further learning there.
public struct ChipEvaluation: Sendable {
  public let chipSeed: UInt64
  /// With the weights as they were stored.
  public let stored: Accuracy
  /// After further learning; nil if there was none.
  public let adapted: Adapted?
  /// Analog observables that the program has read.
  public let analogReads: UInt64
  public let spreads: RealisedSpreads

  /// Decisions on two splits.
  public struct Accuracy: Equatable, Sendable {
    /// Nil if the wanted split is another than the test split.
    public var validation: PassReport?
    /// Of the wanted split.
    public var result: PassReport
    public var weightsSHA256: String
  }

  /// What further learning brought.
  public struct Adapted: Sendable {
    public var epochs: [EpochReport]
    public var accuracy: Accuracy
    public var masters: WeightMasters
  }

  /// The last of the two.
  public var outcome: Accuracy { adapted?.accuracy ?? stored }

  /// What shall be evaluated.
  public struct Plan: Equatable, Sendable {
    /// The split whose accuracy counts; with the test split, validation is reported too.
    public var split = YinYang.Split.test
    /// Epochs of further learning on the chip, 0 for none.
    public var epochs = 0

    public init() {}
  }

  /// Puts a network on the chip that the options describe, and measures.
  ///
  /// Validation comes before the split that counts, and each is run once with the same weights.
  ///
  /// - Parameters:
  ///   - program: decides, and learns if the plan has epochs.
  ///   - options: sizes, seeds, samples, parameters.
  ///   - weights: of the network.
  ///   - plan: what to do.
  ///   - progress: called with the number of samples done since the last call.
  /// - Throws: what keeps the program from going on.
  public init(
    _ program: LearningProgram, _ options: TrainingOptions, weights: WeightMasters,
    _ plan: Plan = Plan(), progress: (Int) -> Void = { _ in }
  ) throws(SessionError) {
    var run = try TrainingRun(program, options, weights: weights)
    stored = try Self.measure(&run, plan.split, progress)
    if plan.epochs > 0 {
      var reports: [EpochReport] = []
      for _ in 0..<plan.epochs { reports.append(try run.runEpoch(progress: progress)) }
      // The last epoch has just validated these weights.
      let validation = plan.split == .test ? reports.last?.validation : nil
      let result = try run.evaluate(plan.split, progress: progress)
      let masters = try run.session.masters()
      adapted = Adapted(
        epochs: reports,
        accuracy: Accuracy(
          validation: validation, result: result, weightsSHA256: masters.sha256),
        masters: masters)
    } else {
      adapted = nil
    }
    chipSeed = options.session.chip.analog.chipSeed
    analogReads = run.session.chip.analogReadCount
    spreads = run.session.realisedSpreads()
  }

  private static func measure(
    _ run: inout TrainingRun, _ split: YinYang.Split, _ progress: (Int) -> Void
  ) throws(SessionError) -> Accuracy {
    let validation =
      split == .test ? try run.evaluate(.validation, progress: progress) : nil
    return Accuracy(
      validation: validation, result: try run.evaluate(split, progress: progress),
      weightsSHA256: try run.session.masters().sha256)
  }

  /// Samples that ``init(_:_:weights:_:progress:)`` presents.
  public static func sampleCount(_ options: TrainingOptions, _ plan: Plan) -> Int {
    let wanted = options.count(of: plan.split)
    let once = wanted + (plan.split == .test ? options.validationCount : 0)
    guard plan.epochs > 0 else { return once }
    return once + plan.epochs * (options.trainingCount + options.validationCount) + wanted
  }
}

/// Values of several chips, summed up.
public struct Distribution: Equatable, Sendable {
  /// Ascending.
  public let values: [Double]

  public init(_ values: [Double]) { self.values = values.sorted() }

  public var mean: Double { values.reduce(0, +) / Double(max(1, values.count)) }

  /// Standard deviation of the sample, 0 for fewer than two values.
  public var deviation: Double {
    guard values.count > 1 else { return 0 }
    let mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }

  /// The value below which the share `p`, 0…1, of the values lies, on straight lines between them, as
  /// NumPy's default; 0 without values.
  public func quantile(_ p: Double) -> Double {
    guard let last = values.indices.last else { return 0 }
    let place = p * Double(last)
    let low = Int(place)
    guard low < last else { return values[last] }
    return values[low] + (place - Double(low)) * (values[low + 1] - values[low])
  }
}
