/// One entry of the event recorder: what a learning program sees, and what a trace holds.
public struct SpikeEvent: Hashable, BitwiseCopyable, Sendable {
  /// Time stamp in ticks of 8 ns since the start of the experiment. The processor reads the low
  /// 32 bits.
  public var tick: UInt64
  public var label: EventLabel
  public var flags: Flags

  public init(tick: UInt64, label: EventLabel, flags: Flags) {
    self.tick = tick
    self.label = label
    self.flags = flags
  }

  /// Where an event came from. At most one origin bit is set.
  public struct Flags: OptionSet, Hashable, BitwiseCopyable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Emitted by a neuron; clear for everything else.
    public static let neuron = Flags(rawValue: 1)
    /// From the host: a stimulus spike.
    public static let stimulus = Flags(rawValue: 2)
    /// From a background generator.
    public static let background = Flags(rawValue: 4)
    /// From the host: supervision; the label encodes the class.
    public static let teacher = Flags(rawValue: 8)
    /// From the host: the sample is over.
    public static let endOfSample = Flags(rawValue: 16)
    /// Emitted by a plasticity processor.
    public static let processor = Flags(rawValue: 32)
    /// From the bottom hemisphere.
    public static let bottom = Flags(rawValue: 64)
  }
}
