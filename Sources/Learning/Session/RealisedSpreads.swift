public import AnalogCore
import Chip
import ChipGeometry

/// How much the circuits of a network really differ, and how much its spikes jittered.
public struct RealisedSpreads: Equatable, Sendable {
  /// Relative standard deviations over the network's neurons and their synapses.
  public var mismatch: RealisedMismatch
  /// Mean over the spikes so far of the standard deviation of a spike's time that the threshold
  /// noise causes, in nominal τs.
  public var jitter: Double
}

extension LearningSession {
  /// The spreads among the network's neurons, and the jitter since the start of the chip.
  public func realisedSpreads() -> RealisedSpreads {
    let columns =
      (0..<configuration.hiddenCount).map { LayeredNetwork.column(hidden: $0) }
      + (0..<configuration.outputCount).map { LayeredNetwork.column(output: $0) }
    let neurons = columns.map { NeuronIndex(Self.hemisphere, column: $0) }
    return RealisedSpreads(
      mismatch: chip.realisedMismatch(among: neurons),
      jitter: chip.jitter.mean / Double(configuration.synapticTicks * 2))
  }
}
