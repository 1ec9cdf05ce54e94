import AnalogCore
import Chip

extension Experiment {
  static func mismatch(
    _ scale: Scale, _ program: (String) throws -> LearningProgram
  ) throws -> Experiment {
    var experiment = Experiment()
    let eventProp = try program("eventprop.s")
    let chips = scale.seeds(.mismatch)
    // On a chip without mismatch, with noise: what the others move to their chips or begin with.
    experiment.cells.append(
      ExperimentCell(
        "trained without mismatch",
        .chip(ChipWork(eventProp, training(eventProp, .eventProp, scale, spread: 0, chip: 1)))))
    experiment.cells[0].keepsWeights = true
    var rows: [ResultTable.Row] = []
    for percent in scale.isQuick ? [0, 20, 40] : [0, 10, 20, 30, 40] {
      let spread = Double(percent) / 100
      var row = ResultTable.Row(
        "\(percent) %, no adaptation",
        cells: [experiment.addMoved(eventProp, scale, spread: spread, percent, chips)])
      row.measure = .otherChips
      rows.append(row)
      row = ResultTable.Row(
        "\(percent) %, mismatch injected in training",
        cells: [experiment.addInjected(eventProp, scale, spread: spread, percent, chips)])
      row.measure = .otherChips
      rows.append(row)
      rows.append(
        ResultTable.Row(
          "\(percent) %, learning on chip",
          cells: experiment.addLearning(eventProp, scale, spread: spread, percent, chips)))
    }
    experiment.tables = [
      ResultTable(
        "EventProp 4-120-3 on Yin-Yang, test accuracy over chips", subject: "mismatch", rows: rows)
    ]
    return experiment
  }

  /// The first cell's weights on all chips as they are.
  private mutating func addMoved(
    _ program: LearningProgram, _ scale: Scale, spread: Double, _ percent: Int, _ chips: [UInt64]
  ) -> Int {
    var options = Self.training(program, .eventProp, scale, spread: spread, chip: chips[0])
    options.epochs = 0
    var work = ChipWork(program, options)
    work.settings.otherChipSeeds = chips
    var cell = ExperimentCell("\(percent) %, no adaptation", .chip(work))
    cell.predecessor = 0
    cells.append(cell)
    return cells.count - 1
  }

  /// Trained while chips of a pool take turns, then on all chips as it is.
  private mutating func addInjected(
    _ program: LearningProgram, _ scale: Scale, spread: Double, _ percent: Int, _ chips: [UInt64]
  ) -> Int {
    var options = Self.training(program, .eventProp, scale, spread: spread, chip: 1)
    let batch = program.parameter("batch").map { Int($0.value) } ?? 40
    // None of the chips that it is tested on.
    options.pool = ChipPool(seeds: Array(10_001...10_100), samplesPerTurn: batch)
    var work = ChipWork(program, options)
    work.settings.otherChipSeeds = chips
    cells.append(ExperimentCell("\(percent) %, mismatch injected", .chip(work)))
    return cells.count - 1
  }

  /// The first cell's weights, then a little learning on each chip.
  private mutating func addLearning(
    _ program: LearningProgram, _ scale: Scale, spread: Double, _ percent: Int, _ chips: [UInt64]
  ) -> [Int] {
    chips.map { chip in
      var options = Self.training(program, .mismatch, scale, spread: spread, chip: chip)
      // Without mismatch chips differ by their noise alone.
      options.session.chip.analog.noiseSeed = chip
      var cell = ExperimentCell(
        "\(percent) %, learning on chip \(chip)", .chip(ChipWork(program, options)))
      cell.predecessor = 0
      cells.append(cell)
      return cells.count - 1
    }
  }

  private static func training(
    _ program: LearningProgram, _ schedule: Schedule, _ scale: Scale, spread: Double, chip: UInt64
  ) -> TrainingOptions {
    var options = training(program, schedule, scale, chipSeed: chip)
    options.session.chip.analog.mismatch = .uniform(spread)
    return options
  }
}
