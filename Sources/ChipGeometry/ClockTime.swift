/// A point in the chip's own time, in periods of the 250 MHz clock (4 ns) since the start.
///
/// One microsecond here is one millisecond of biology.
public struct ClockTime: Hashable, Comparable, BitwiseCopyable, Sendable {
  public var cycles: UInt64

  public init(cycles: UInt64) { self.cycles = cycles }
  /// The first cycle of a time stamp.
  public init(ticks: UInt64) { cycles = ticks << 1 }

  /// The time stamp: 8 ns each.
  public var ticks: UInt64 { cycles >> 1 }
  /// In seconds of chip time.
  public var seconds: Double { Double(cycles) * Self.secondsPerCycle }

  public static let secondsPerCycle = 4e-9
  public static let cyclesPerTick: UInt64 = 2
  public static let ticksPerMicrosecond: UInt64 = 125

  public static func < (a: Self, b: Self) -> Bool { a.cycles < b.cycles }
}
