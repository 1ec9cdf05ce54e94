/// What a cell of an experiment brought. What does not apply is nil.
public struct CellResult: Codable, Equatable, Sendable {
  public var trainAccuracy: Double?
  public var validationAccuracy: Double?
  public var testAccuracy: Double?
  /// Of inputs, hidden neurons and outputs in the last epoch of training.
  public var spikesPerSample: Double?
  /// Processor cycles of a taught sample, updates included, in the last epoch.
  public var cyclesPerSample: Double?
  /// What is read from the analog core for the gradient of a sample: events of 4 bytes, samples of
  /// membranes of one.
  public var bytesPerSample: Double?
  /// Analog observables that the program has read.
  public var analogReads: UInt64?
  /// Spike jitter by threshold noise in τs.
  public var jitter: Double?
  public var weightsSHA256: String?
  public var delaysSHA256: String?
  /// Test accuracy of the final weights on each of the cell's other chips, without further learning.
  public var otherChips: [Double]?
  /// The final weights, where other cells begin with them.
  public var weights: [Int16]?

  public init() {}

  /// A number that tables show, by name.
  public enum Measure: String, CaseIterable, Sendable {
    case trainAccuracy = "train_accuracy"
    case validationAccuracy = "validation_accuracy"
    case testAccuracy = "test_accuracy"
    case spikesPerSample = "spikes_per_sample"
    case cyclesPerSample = "cycles_per_sample"
    case bytesPerSample = "bytes_per_sample"
    case jitter
    case otherChips = "other_chips_test_accuracy"

    /// Whether it is a fraction that is printed in percent.
    public var isAccuracy: Bool {
      switch self {
      case .trainAccuracy, .validationAccuracy, .testAccuracy, .otherChips: true
      case .spikesPerSample, .cyclesPerSample, .bytesPerSample, .jitter: false
      }
    }
  }

  /// The values of a measure: none, one, or one for each other chip.
  public func values(_ measure: Measure) -> [Double] {
    switch measure {
    case .trainAccuracy: one(trainAccuracy)
    case .validationAccuracy: one(validationAccuracy)
    case .testAccuracy: one(testAccuracy)
    case .spikesPerSample: one(spikesPerSample)
    case .cyclesPerSample: one(cyclesPerSample)
    case .bytesPerSample: one(bytesPerSample)
    case .jitter: one(jitter)
    case .otherChips: otherChips ?? []
    }
  }

  private func one(_ value: Double?) -> [Double] { value.map { [$0] } ?? [] }
}

/// Mean and spread of the values of several cells.
public struct Spread: Equatable, Sendable {
  public let count: Int
  public let mean: Double
  /// Standard deviation of the sample; 0 for one value.
  public let deviation: Double
  public let lowest: Double

  /// - Returns: nil of no values.
  public init?(_ values: [Double]) {
    guard let lowest = values.min() else { return nil }
    count = values.count
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    self.lowest = lowest
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
  }
}
