public import AnalogCore
public import ChipGeometry

extension Chip {
  /// How much the circuits in use really differ: the spreads among some neurons, and among their
  /// synapses in rows that are not disabled.
  public func realisedMismatch(among neurons: [NeuronIndex]) -> RealisedMismatch {
    analog.realisedMismatch(among: neurons)
  }

  /// What the threshold noise did to the times of all spikes since the start.
  public var jitter: SpikeJitter { analog.jitter }
}
