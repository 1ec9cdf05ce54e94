public import ChipGeometry
import EventFabric

extension Chip {
  /// What a processor and its recorder hold, without the rest of the chip: for traces that begin
  /// in the middle of a run. The number of bytes is even.
  public func processorState(_ hemisphere: Hemisphere) -> [UInt8] {
    var writer = StateWriter()
    switch hemisphere {
    case .top:
      top.save(to: &writer)
      fabric.topRecorder.save(to: &writer)
    case .bottom:
      bottom.save(to: &writer)
      fabric.bottomRecorder.save(to: &writer)
    }
    return writer.bytes.count % 2 == 0 ? writer.bytes : writer.bytes + [0]
  }

  /// Puts a processor and its recorder into a state from ``processorState(_:)``.
  ///
  /// - Throws: if the bytes are none; the chip must not be used then.
  public mutating func setProcessorState(
    _ hemisphere: Hemisphere, _ bytes: [UInt8]
  ) throws(StateError) {
    var reader = StateReader(bytes)
    switch hemisphere {
    case .top:
      try top.restore(from: &reader)
      fabric.topRecorder = try EventRecorder(.top, from: &reader)
    case .bottom:
      try bottom.restore(from: &reader)
      fabric.bottomRecorder = try EventRecorder(.bottom, from: &reader)
    }
    isNextEventKnown = false
  }
}
