import ChipGeometry

/// One of the two forms of a trace, being read.
protocol EventDecoder: AnyObject {
  var header: SpikeTraceHeader { get }
  /// Replaces `events` with the next ones, at least one. Returns false, with no events, at the end.
  func next(into events: inout [SpikeEvent]) throws(TraceError) -> Bool
}
