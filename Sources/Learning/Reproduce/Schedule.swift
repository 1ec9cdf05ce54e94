import ChipGeometry

/// How long and how often an experiment trains. Chosen on the validation split.
struct Schedule: Sendable {
  /// Epochs, and the factor on the learning rates after each of them.
  typealias Course = (epochs: Int, decay: Double)

  let full: Course
  let quick: Course
  /// Chips, or seeds where there is no chip.
  let seeds: Int
  let quickSeeds: Int

  static let doublePrecision = Schedule(
    full: (60, 0.95), quick: (15, 0.82), seeds: 10, quickSeeds: 3)
  static let eventProp = Schedule(
    full: (60, 0.95), quick: (15, 0.82), seeds: 5, quickSeeds: 2)
  static let fastDeep = Schedule(
    full: (60, 0.95), quick: (15, 0.82), seeds: 5, quickSeeds: 2)
  /// Networks of the published size.
  static let delGrad = Schedule(
    full: (150, 0.985), quick: (12, 0.83), seeds: 5, quickSeeds: 2)
  /// The other sizes, and other noise.
  static let delGradSweep = Schedule(
    full: (150, 0.985), quick: (12, 0.83), seeds: 3, quickSeeds: 2)
  static let surrogate = Schedule(
    full: (60, 0.95), quick: (15, 0.82), seeds: 5, quickSeeds: 2)
  /// Further learning on a chip, with the weights of a network that has learned without mismatch.
  static let mismatch = Schedule(
    full: (6, 0.5), quick: (3, 0.3), seeds: 100, quickSeeds: 8)
}
