package import ChipGeometry

/// The settings of one background generator (chip reference, section 1.5).
///
/// A regular generator emits once per period. A random one decides in each period: it emits if
/// eight random bits are at most `rate`, that is with probability (rate + 1) / 256. The first
/// period begins when the generator is configured.
public struct BackgroundGenerator: Hashable, BitwiseCopyable, Sendable {
  public var isEnabled: Bool
  public var isRandom: Bool
  /// In cycles of 4 ns; 0 counts as 1.
  public var periodCycles: UInt16
  /// Only of a random generator: emits with probability (rate + 1) / 256 per period.
  public var rate: UInt8
  /// The first state of the shift register; 0 counts as 1, since a zero register never moves.
  public var seed: UInt32
  /// 14 bits.
  public var label: UInt16
  /// The bits among the label's low eight that a random generator draws anew for each event.
  public var randomLabelBits: UInt8

  public init(
    isEnabled: Bool = true, isRandom: Bool = false, periodCycles: UInt16, rate: UInt8 = 255,
    seed: UInt32 = 1, label: UInt16, randomLabelBits: UInt8 = 0
  ) {
    self.isEnabled = isEnabled
    self.isRandom = isRandom
    self.periodCycles = periodCycles
    self.rate = rate
    self.seed = seed
    self.label = label & 0x3FFF
    self.randomLabelBits = randomLabelBits
  }

  public static let off = BackgroundGenerator(isEnabled: false, periodCycles: 0, label: 0)
}

/// A background generator at work. Its next event is always known.
package struct BackgroundSource: BitwiseCopyable, Sendable {
  private(set) package var settings = BackgroundGenerator.off
  private var register: UInt32 = 1
  /// When the next event leaves, all ones if never.
  private(set) package var nextCycle = UInt64.max
  /// The label of the next event.
  private(set) package var nextLabel = EventLabel(0)

  package init() {}

  /// Starts anew; the first period begins at `time`.
  package init(_ settings: BackgroundGenerator, at time: ClockTime) {
    self.settings = settings
    register = settings.seed == 0 ? 1 : settings.seed
    if settings.isEnabled { prepare(after: time.cycles) }
  }

  /// Goes on to the event after the one that left at `nextCycle`.
  package mutating func advance() { prepare(after: nextCycle) }

  private mutating func prepare(after cycle: UInt64) {
    let period = UInt64(max(settings.periodCycles, 1))
    nextCycle = cycle + period
    nextLabel = EventLabel(settings.label)
    guard settings.isRandom else { return }
    // Every register state comes round, so a byte that is small enough does too.
    while randomByte() > settings.rate { nextCycle += period }
    let bits = UInt16(settings.randomLabelBits)
    if bits != 0 {
      nextLabel = EventLabel(settings.label & ~bits | UInt16(randomByte()) & bits)
    }
  }

  /// Eight steps of the shift register x³² + x²² + x² + x + 1, which visits all non-zero states.
  private mutating func randomByte() -> UInt8 {
    for _ in 0..<8 {
      register = register & 1 == 1 ? register >> 1 ^ 0x8020_0003 : register >> 1
    }
    return UInt8(truncatingIfNeeded: register)
  }

  package func save(to writer: inout StateWriter) {
    writer.write(settings.isEnabled)
    writer.write(settings.isRandom)
    writer.write(settings.periodCycles)
    writer.write(settings.rate)
    writer.write(settings.seed)
    writer.write(settings.label)
    writer.write(settings.randomLabelBits)
    writer.write(register)
    writer.write(nextCycle)
    writer.write(nextLabel.rawValue)
  }

  package init(from reader: inout StateReader) throws(StateError) {
    settings = BackgroundGenerator(
      isEnabled: try reader.readBool(), isRandom: try reader.readBool(),
      periodCycles: try reader.read(), rate: try reader.read(), seed: try reader.read(),
      label: try reader.read(), randomLabelBits: try reader.read())
    register = try reader.read()
    nextCycle = try reader.read()
    nextLabel = EventLabel(try reader.read())
  }
}
