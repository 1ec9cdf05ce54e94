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
    let neurons = network.hemispheres.flatMap { hemisphere in
      let hidden = network.hiddenNeurons(in: hemisphere).map {
        LayeredNetwork.column(hidden: network.place(ofHidden: $0).index)
      }
      let outputs = (0..<configuration.outputCount).map { LayeredNetwork.column(output: $0) }
      return (hidden + outputs).map { NeuronIndex(hemisphere, column: $0) }
    }
    return RealisedSpreads(
      mismatch: chip.realisedMismatch(among: neurons),
      jitter: chip.jitter.mean / Double(configuration.synapticTicks * 2))
  }
}
