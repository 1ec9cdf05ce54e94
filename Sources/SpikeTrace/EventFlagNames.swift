public import ChipGeometry

/// The flags of an event as words: `neuron`, `neuron+bottom`, `0x80` for bits without a name.
public enum EventFlagNames {
  /// Names by bit, from bit 0.
  private static let names = [
    "neuron", "stimulus", "background", "teacher", "end-of-sample", "processor", "bottom",
  ]

  /// The words for `flags`; empty if no bit is set.
  public static func text(_ flags: SpikeEvent.Flags) -> String {
    var words: [String] = []
    for (bit, name) in names.enumerated() where flags.rawValue & (1 << UInt16(bit)) != 0 {
      words.append(name)
    }
    let unnamed = flags.rawValue & ~((1 << UInt16(names.count)) - 1)
    if unnamed != 0 { words.append("0x" + String(unnamed, radix: 16)) }
    return words.joined(separator: "+")
  }

  /// The bit of a word; 0 if it has no name.
  static func bit(of word: PackedWord) -> UInt16 {
    // By frequency in traces.
    if word == neuron { return 1 }
    if word == stimulus { return 2 }
    if word == bottom { return 64 }
    if word == endOfSample { return 16 }
    if word == teacher { return 8 }
    if word == background { return 4 }
    if word == processor { return 32 }
    return 0
  }

  private static let neuron = PackedWord("neuron")
  private static let stimulus = PackedWord("stimulus")
  private static let background = PackedWord("background")
  private static let teacher = PackedWord("teacher")
  private static let endOfSample = PackedWord("end-of-sample")
  private static let processor = PackedWord("processor")
  private static let bottom = PackedWord("bottom")
}

/// Bytes without zeros, as a number; equal to a word of up to 16 bytes only if they are that word.
struct PackedWord: Equatable, BitwiseCopyable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  init() {}

  init(_ text: String) {
    for byte in text.utf8 { append(byte) }
  }

  mutating func append(_ byte: UInt8) {
    high = high << 8 | low >> 56
    low = low << 8 | UInt64(byte)
  }
}
