import AnalogCore
import Chip

extension Experiment {
  /// What a network learns.
  enum Delays: String, CaseIterable {
    case weights = "weights only"
    case axonal = "axonal delays"
    case synaptic = "synaptic delays"

    /// The firmware that learns them.
    var file: String {
      switch self {
      case .weights, .axonal: "delgrad.s"
      case .synaptic: "delgrad_synaptic.s"
      }
    }

    /// Of 30 hidden neurons.
    func published(onChip: Bool) -> PublishedFigure? {
      switch self {
      case .weights: onChip ? .delGradChipWeights : .delGradWeights
      case .axonal: onChip ? .delGradChipAxonal : .delGradAxonal
      case .synaptic: onChip ? nil : .delGradSynaptic
      }
    }
  }

  static func delGrad(
    _ scale: Scale, _ program: (String) throws -> LearningProgram
  ) throws -> Experiment {
    var experiment = Experiment()
    let programs = try Delays.allCases.map { try program($0.file) }
    let sizes = scale.isQuick ? [5, 15, 30] : [5, 10, 15, 20, 25, 30]
    for isIdeal in [true, false] {
      let chip = isIdeal ? "ideal chip" : "mismatched chips"
      var rows: [ResultTable.Row] = []
      for hidden in sizes {
        for (delays, program) in zip(Delays.allCases, programs) {
          let label = "4-\(hidden)-3, \(delays.rawValue)"
          let seeds = scale.seeds(hidden == 30 ? .delGrad : .delGradSweep)
          let cells = experiment.add("\(label), \(chip)", seeds: seeds) { seed in
            var options = training(program, delays, scale, chipSeed: seed, hidden: hidden)
            if isIdeal { options.session.chip.analog.makeIdeal() }
            return .chip(ChipWork(program, options))
          }
          let published = delays.published(onChip: !isIdeal)
          rows.append(.init(label, hidden == 30 ? published : nil, cells: cells))
        }
      }
      var table = ResultTable(
        "DelGrad on Yin-Yang, \(chip), test accuracy", subject: "network with bias", rows: rows)
      table.further = [.validationAccuracy, .spikesPerSample, .cyclesPerSample]
      experiment.tables.append(table)
    }
    return experiment
  }

  static func noise(
    _ scale: Scale, _ program: (String) throws -> LearningProgram
  ) throws -> Experiment {
    var experiment = Experiment()
    let delGrad = try program(Delays.axonal.file)
    var rows: [ResultTable.Row] = []
    for factor in scale.isQuick ? [0, 1, 4] : [0, 0.5, 1, 2, 4, 8] {
      for delays in [Delays.weights, .axonal] {
        let label = "\(factor) times the default noise, \(delays.rawValue)"
        let cells = experiment.add(label, seeds: scale.seeds(.delGradSweep)) { seed in
          var options = training(delGrad, delays, scale, chipSeed: seed, hidden: 30)
          options.session.chip.analog.thresholdNoise =
            factor * AnalogConfiguration.defaultThresholdNoise
          return .chip(ChipWork(delGrad, options))
        }
        rows.append(.init(label, cells: cells))
      }
    }
    var table = ResultTable(
      "DelGrad 4-30-3 on mismatched chips, learning and tested under temporal noise",
      subject: "threshold noise", rows: rows)
    table.further = [.validationAccuracy, .jitter, .spikesPerSample]
    experiment.tables = [table]
    return experiment
  }

  private static func training(
    _ program: LearningProgram, _ delays: Delays, _ scale: Scale, chipSeed: UInt64, hidden: Int
  ) -> TrainingOptions {
    var options = training(program, .delGrad, scale, chipSeed: chipSeed, hidden: hidden)
    if case .weights = delays { options.session.parameters.append(.init("delay_max", 0)) }
    return options
  }
}
