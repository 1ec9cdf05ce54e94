import ChipGeometry

/// A published result to be reproduced: what has to be run, and how it is compared.
public struct Experiment: Sendable {
  public var cells: [ExperimentCell] = []
  public var tables: [ResultTable] = []

  public init() {}

  /// Adds cells, one for each seed, and returns their indices.
  mutating func add(
    _ name: String, seeds: [UInt64], _ work: (UInt64) throws -> ExperimentCell.Work
  ) rethrows -> [Int] {
    try seeds.map { seed in
      cells.append(ExperimentCell("\(name), seed \(seed)", try work(seed)))
      return cells.count - 1
    }
  }

  /// How much of an experiment is run. What is nil is as the experiment's schedule says.
  public struct Scale: Equatable, Sendable {
    /// Fewer seeds, fewer epochs, fewer points.
    public var isQuick = false
    /// Chips, or seeds where there is no chip: so many from 1 on.
    public var seedCount: Int?
    public var epochs: Int?
    /// Samples of each split, from the first.
    public var samples: Int?

    public init() {}

    func seeds(_ schedule: Schedule) -> [UInt64] {
      Array(1...UInt64(seedCount ?? (isQuick ? schedule.quickSeeds : schedule.seeds)))
    }

    /// Epochs, and the factor on the learning rates after each of them.
    ///
    /// With a number of epochs of one's own, the rates end where those of the schedule do.
    func course(_ schedule: Schedule) -> (epochs: Int, decay: Double) {
      let planned = isQuick ? schedule.quick : schedule.full
      guard let epochs, epochs != planned.epochs else { return planned }
      let last = Double(planned.epochs) * ElementaryFunctions.log(planned.decay)
      return (epochs, ElementaryFunctions.exp(last / Double(epochs)))
    }

    func limit(_ options: inout some SplitCounts) {
      guard let samples else { return }
      options.trainingCount = min(samples, options.trainingCount)
      options.validationCount = min(samples, options.validationCount)
      options.testCount = min(samples, options.testCount)
    }
  }

  /// The experiments.
  public enum Name: String, CaseIterable, Sendable {
    case eventPropYinYang = "eventprop-yinyang"
    case fastDeepYinYang = "fastdeep-yinyang"
    case delGradYinYang = "delgrad-yinyang"
    case delGradNoise = "delgrad-noise"
    case information
    case mismatch

    public var summary: String {
      switch self {
      case .eventPropYinYang: "EventProp: 5-200-3 in double precision, 4-120-3 on the chip"
      case .fastDeepYinYang: "Fast & Deep: 4-120-3 on the chip"
      case .delGradYinYang: "DelGrad: weights only and with delays, 5 to 30 hidden neurons"
      case .delGradNoise: "DelGrad: accuracy against temporal noise, with and without delays"
      case .information: "bytes from the analog core per gradient: spikes, or all membranes"
      case .mismatch: "EventProp: accuracy over many chips against their mismatch"
      }
    }

    /// Rough time on two cores of a 2023 server in a release build, in minutes.
    public var minutes: (quick: Double, full: Double) {
      switch self {
      case .eventPropYinYang: (1, 15)
      case .fastDeepYinYang: (1, 5)
      case .delGradYinYang: (3, 240)
      case .delGradNoise: (2, 40)
      case .information: (2, 20)
      case .mismatch: (3, 30)
      }
    }
  }

  /// The cells and tables of an experiment.
  ///
  /// - Parameters:
  ///   - name: which.
  ///   - scale: how much of it.
  ///   - program: the learning program in the file of that name.
  /// - Returns: all that there is to run, and nothing run yet.
  /// - Throws: what `program` throws.
  public static func make(
    _ name: Name, _ scale: Scale, program: (String) throws -> LearningProgram
  ) throws -> Experiment {
    switch name {
    case .eventPropYinYang: try eventProp(scale, program)
    case .fastDeepYinYang: try fastDeep(scale, program)
    case .delGradYinYang: try delGrad(scale, program)
    case .delGradNoise: try noise(scale, program)
    case .information: try information(scale, program)
    case .mismatch: try mismatch(scale, program)
    }
  }
}
