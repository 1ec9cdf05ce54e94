/// Turns values into spike times: the smaller, the earlier.
///
/// A value v of 0…1 becomes a spike at (0.15 + 1.85 v) τs after the start of the sample; the bias
/// input, where a network has one, is the last input and spikes at 0.9 τs in every sample.
public struct SpikeTimeEncoder: Equatable, Sendable {
  /// Spike time of the value 0, in τs.
  public var earliest = 0.15
  /// Difference between the spike times of the values 1 and 0, in τs.
  public var span = 1.85
  /// Spike time of the bias input, in τs; nil for a network without.
  public var bias: Double? = 0.9
  /// τs in ticks of 8 ns.
  public var synapticTicks = 750.0

  public init() {}

  /// Spike times in τs, not rounded, one per input, the bias last.
  public func times(of values: [Double]) -> [Double] {
    values.map { earliest + span * $0 } + (bias.map { [$0] } ?? [])
  }

  /// Spike times in ticks after the start of the sample, rounded to the nearest tick, a half up.
  public func ticks(of values: [Double]) -> [UInt64] {
    times(of: values).map { UInt64($0 * synapticTicks + 0.5) }
  }
}
