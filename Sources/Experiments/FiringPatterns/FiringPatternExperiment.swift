import AnalogCore
public import Chip
public import ChipGeometry

/// All firing patterns, each on a neuron of the same chip.
public struct FiringPatternExperiment: Sendable {
  public var chip = ChipConfiguration.ideal
  /// Of the current in milliseconds of the literature.
  public var duration = 500.0

  public init() {}

  public struct Result: Sendable {
    public var pattern: FiringPattern
    public var neuron: NeuronIndex
    /// In milliseconds of the literature.
    public var spikeTimes: [Double]
    public var features: SpikeTrainFeatures
    /// Whether the spikes are what the pattern's name says.
    public var isAsNamed: Bool { features.kind == pattern.kind }
  }

  /// The pattern number k in column k of the top hemisphere.
  public func run() -> [Result] {
    var chip = Chip(chip)
    chip.isRecording = true
    for (column, pattern) in FiringPattern.all.enumerated() {
      let neuron = NeuronIndex(.top, column: column)
      var terms = pattern.terms
      terms.offsetCurrent = pattern.current
      chip.setParameters(pattern.parameters, of: neuron)
      chip.setTerms(terms, of: neuron)
      chip.setBackend(neuron, addressOut: UInt8(column), isEnabled: true)
    }
    chip.resetNeurons()
    let cycles = UInt64(duration * FiringPattern.cyclesPerMillisecond)
    _ = chip.run(until: ClockTime(cycles: cycles))
    var events: [SpikeEvent] = []
    chip.takeEvents(into: &events)
    return FiringPattern.all.enumerated().map { column, pattern in
      let times = events.filter { Int($0.label.rawValue & 0xFF) == column }
        .map { Double($0.tick) * 2 / FiringPattern.cyclesPerMillisecond }
      return Result(
        pattern: pattern, neuron: NeuronIndex(.top, column: column), spikeTimes: times,
        features: SpikeTrainFeatures(times: times, duration: duration))
    }
  }
}
