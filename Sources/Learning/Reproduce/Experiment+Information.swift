import AnalogCore
import Chip

extension Experiment {
  static func information(
    _ scale: Scale, _ program: (String) throws -> LearningProgram
  ) throws -> Experiment {
    var experiment = Experiment()
    let eventProp = try program("eventprop.s")
    let spikes = experiment.add("4-120-3 on chip", seeds: scale.seeds(.eventProp)) {
      .chip(ChipWork(eventProp, training(eventProp, .eventProp, scale, chipSeed: $0)))
    }
    let dense = experiment.add(
      "4-120-3, surrogate gradient on the host", seeds: scale.seeds(.surrogate)
    ) { .surrogate(surrogate(scale, chipSeed: $0)) }
    var table = ResultTable(
      "Yin-Yang on mismatched chips: accuracy, and bytes read for a gradient",
      subject: "4-120-3 + bias",
      rows: [
        .init("EventProp on chip, spikes only", cells: spikes),
        .init("surrogate gradient, spikes and all membranes", cells: dense),
      ])
    table.further = [.validationAccuracy, .bytesPerSample, .spikesPerSample]
    table.ratios = [
      .init(
        label: "bytes for a surrogate gradient over bytes for EventProp",
        measure: .bytesPerSample, rows: (1, 0), published: "one order of magnitude")
    ]
    experiment.tables = [table]
    return experiment
  }

  private static func surrogate(_ scale: Scale, chipSeed: UInt64) -> SurrogateTraining.Options {
    var options = SurrogateTraining.Options()
    options.chip = ChipConfiguration(chipSeed: chipSeed)
    let course = scale.course(.surrogate)
    options.epochs = course.epochs
    options.decay = course.decay
    scale.limit(&options)
    return options
  }
}
