import ChipGeometry

/// One training of an experiment with all that is evaluated after it: a pure function of its work and
/// the program in it.
public struct ExperimentCell: Sendable {
  /// For people; unlike in all cells of the experiment.
  public var name: String
  public var work: Work
  /// Index of the cell whose final weights this one begins with.
  public var predecessor: Int?
  /// Whether its final weights are kept for other cells.
  public var keepsWeights = false

  public enum Work: Sendable {
    /// A learning program on a chip.
    case chip(ChipWork)
    /// EventProp without chip.
    case doublePrecision(DoublePrecisionTraining.Options)
    /// A surrogate gradient on the host, the chip in the loop.
    case surrogate(SurrogateTraining.Options)
  }

  public init(_ name: String, _ work: Work) {
    self.name = name
    self.work = work
  }

  /// The learning program, of work that has one.
  public var program: LearningProgram? {
    switch work {
    case .chip(let work): work.program
    case .doublePrecision, .surrogate: nil
    }
  }

  /// All settings as names and values, in a fixed order.
  public var settings: [(name: String, value: String)] {
    let list =
      switch work {
      case .chip(let work): SettingsList(work.settings)
      case .doublePrecision(let options): SettingsList(options)
      case .surrogate(let options): SettingsList(options)
      }
    return [("work", kind)] + list.settings.map { ($0.name, $0.value) }
  }

  private var kind: String {
    switch work {
    case .chip: "learning program"
    case .doublePrecision: "EventProp in double precision"
    case .surrogate: "surrogate gradient on the host"
    }
  }

  /// A second's fraction of the same kind of work with the same program, on the same chip for all cells: its
  /// result tells simulators apart that would bring different results.
  public var trial: ExperimentCell {
    func shorten(_ options: inout some SplitCounts) {
      options.trainingCount = 80
      options.validationCount = 10
      options.testCount = 10
    }
    switch work {
    case .chip(let work):
      var options = TrainingOptions()
      options.session = SessionConfiguration(for: work.program, hidden: nil)
      options.epochs = 1
      shorten(&options)
      return ExperimentCell("trial", .chip(ChipWork(work.program, options)))
    case .doublePrecision:
      var options = DoublePrecisionTraining.Options()
      options.epochs = 1
      shorten(&options)
      return ExperimentCell("trial", .doublePrecision(options))
    case .surrogate:
      var options = SurrogateTraining.Options()
      options.epochs = 1
      shorten(&options)
      return ExperimentCell("trial", .surrogate(options))
    }
  }

  /// SHA-256 over everything that the result depends on.
  ///
  /// - Parameters:
  ///   - toolVersion: of the tool that runs the cell.
  ///   - trial: what the ``trial`` of the cell brings.
  ///   - predecessor: the identity of the cell that it begins with.
  /// - Returns: 64 hexadecimal digits.
  public func identity(toolVersion: String, trial: String, predecessor: String?) -> String {
    let lines =
      [
        "ranvier \(toolVersion)", "trial \(trial)", "program \(program?.sha256 ?? "none")",
        "predecessor \(predecessor ?? "none")", "weights kept \(keepsWeights)",
      ] + settings.map { "\($0.name)=\($0.value)" }
    return SHA256.hexDigest(lines.joined(separator: "\n").utf8)
  }
}

/// Training of a program on a chip, then its final weights on other chips.
public struct ChipWork: Sendable {
  public var program: LearningProgram
  public var settings: Settings

  /// What the result depends on, beside the program.
  public struct Settings: Equatable, Sendable {
    public var training: TrainingOptions
    /// Chips that run the test split with the final weights: seeds, mismatch and noise as they are in
    /// `training` but for the chip seed.
    public var otherChipSeeds: [UInt64] = []
  }

  public init(_ program: LearningProgram, _ training: TrainingOptions) {
    self.program = program
    settings = Settings(training: training)
  }
}
