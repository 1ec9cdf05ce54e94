import AnalogCore
import Chip

extension Experiment {
  static func eventProp(
    _ scale: Scale, _ program: (String) throws -> LearningProgram
  ) throws -> Experiment {
    var experiment = Experiment()
    let exact = experiment.add(
      "5-200-3, double precision", seeds: scale.seeds(.doublePrecision)
    ) { .doublePrecision(doublePrecision(scale, seed: $0)) }
    let eventProp = try program("eventprop.s")
    let chip = experiment.add("4-120-3 on chip", seeds: scale.seeds(.eventProp)) {
      .chip(ChipWork(eventProp, training(eventProp, .eventProp, scale, chipSeed: $0)))
    }
    let ideal = experiment.add("4-120-3 on ideal chip", seeds: scale.seeds(.eventProp)) { seed in
      var options = training(eventProp, .eventProp, scale, chipSeed: seed)
      options.session.chip.analog.makeIdeal()
      return .chip(ChipWork(eventProp, options))
    }
    var table = ResultTable(
      "EventProp on Yin-Yang, test accuracy", subject: "network",
      rows: [
        .init("5-200-3, double precision", .eventProp, cells: exact),
        .init("4-120-3 + bias, ideal chip", .eventProp120, cells: ideal),
        .init("4-120-3 + bias, mismatched chips", cells: chip),
      ])
    table.further = [.validationAccuracy, .spikesPerSample, .cyclesPerSample]
    experiment.tables = [table]
    return experiment
  }

  static func fastDeep(
    _ scale: Scale, _ program: (String) throws -> LearningProgram
  ) throws -> Experiment {
    var experiment = Experiment()
    let fastDeep = try program("fastdeep.s")
    func options(_ seed: UInt64) -> TrainingOptions {
      training(fastDeep, .fastDeep, scale, chipSeed: seed)
    }
    let ideal = experiment.add("4-120-3 on ideal chip", seeds: scale.seeds(.fastDeep)) { seed in
      var options = options(seed)
      options.session.chip.analog.makeIdeal()
      return .chip(ChipWork(fastDeep, options))
    }
    let chip = experiment.add("4-120-3 on chip", seeds: scale.seeds(.fastDeep)) {
      .chip(ChipWork(fastDeep, options($0)))
    }
    var table = ResultTable(
      "Fast & Deep on Yin-Yang, test accuracy", subject: "network",
      rows: [
        .init("4-120-3 + bias, ideal chip", .fastDeep, cells: ideal),
        .init("4-120-3 + bias, mismatched chips", cells: chip),
      ])
    table.further = [.validationAccuracy, .spikesPerSample, .cyclesPerSample]
    experiment.tables = [table]
    return experiment
  }

  // MARK: Cells

  /// Training of a program with its defaults on a chip with the default mismatch and noise.
  static func training(
    _ program: LearningProgram, _ schedule: Schedule, _ scale: Scale, chipSeed: UInt64,
    hidden: Int? = nil
  ) -> TrainingOptions {
    var options = TrainingOptions()
    options.session = SessionConfiguration(for: program, hidden: hidden)
    options.session.chip.analog.chipSeed = chipSeed
    options.session.chip.generatorSeed = chipSeed
    let course = scale.course(schedule)
    options.epochs = course.epochs
    options.session.parameters.append(.init("decay", Int32((course.decay * 65536).rounded())))
    scale.limit(&options)
    return options
  }

  static func doublePrecision(_ scale: Scale, seed: UInt64) -> DoublePrecisionTraining.Options {
    var options = DoublePrecisionTraining.Options()
    let course = scale.course(.doublePrecision)
    options.epochs = course.epochs
    options.decay = course.decay
    options.seed = seed
    scale.limit(&options)
    return options
  }
}
