package import ChipGeometry

/// When a sample takes place.
package struct SampleWindow: BitwiseCopyable, Sendable {
  /// Its first tick.
  package let start: UInt64
  /// The tick of its end-of-sample event.
  package let end: UInt64
  /// The program must be ready again before this time.
  package let deadline: ClockTime

  package init(start: UInt64, end: UInt64, deadline: ClockTime) {
    (self.start, self.end, self.deadline) = (start, end, deadline)
  }
}
