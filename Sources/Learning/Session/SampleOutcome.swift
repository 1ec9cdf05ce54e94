import ChipGeometry

/// One sample as the host presents it.
public struct PresentedSample: Equatable, Sendable {
  /// Spike times of the inputs, the bias last, in ticks after the start of the sample.
  public var inputTicks: [UInt64]
  /// The class for the teacher event; nil: inference.
  public var teacher: Int?

  public init(inputTicks: [UInt64], teacher: Int?) {
    self.inputTicks = inputTicks
    self.teacher = teacher
  }
}

/// What a sample brought.
public struct SampleOutcome: Equatable, Sendable {
  /// The program's decision, nil if no output spiked.
  public var decision: Int?
  public var hiddenSpikes = 0
  public var outputSpikes = 0
  /// First spike of each output in ticks after the start of the sample.
  public var firstOutputTicks: [UInt64?] = []
  /// Cycles from end-of-sample to `ready`, a batch update within included.
  public var cycles: UInt64 = 0
  /// Cycles of the batch update within, 0 if there was none.
  public var updateCycles: UInt64 = 0

  /// Spikes of stimulus, hidden and output neurons.
  public var spikes = 0
}

/// Labels as the standard mapping gives them, for reading events back.
enum SampleLabels {
  /// The output that an event comes from.
  static func output(_ event: SpikeEvent) -> Int? {
    guard event.flags.contains(.neuron), event.label.rawValue & 0x0700 == 0x0400 else { return nil }
    return Int(event.label.rawValue & 31)
  }
  static func isHidden(_ event: SpikeEvent) -> Bool {
    event.flags.contains(.neuron) && event.label.rawValue & 0x0700 < 0x0400
  }
}
