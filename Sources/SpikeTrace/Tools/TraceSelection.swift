public import ChipGeometry

/// Which events of a trace somebody wants; everything that is said must hold.
public struct TraceSelection: Sendable {
  /// From this tick on.
  public var start: UInt64 = 0
  /// Before this tick.
  public var end: UInt64 = .max
  /// Samples by number, the first is 0: what comes after the end-of-sample event before it, up to and
  /// including its own.
  public var samples: ClosedRange<UInt64>?
  /// Some of these flags; all events if none is said.
  public var flags: SpikeEvent.Flags = []
  /// One of these labels; all events if nil.
  public var labels: Set<UInt16>?
  /// How many events before went to earlier samples.
  private var sample: UInt64 = 0

  public init() {}

  /// Whether the next event of a trace is wanted.
  public mutating func takes(_ event: SpikeEvent) -> Bool {
    let sample = sample
    if event.flags.contains(.endOfSample) { self.sample += 1 }
    return event.tick >= start && event.tick < end
      && (flags.isEmpty || !flags.isDisjoint(with: event.flags))
      && (labels?.contains(event.label.rawValue) ?? true)
      && (samples?.contains(sample) ?? true)
  }

  /// Whether no later event can be wanted.
  public func isOver(_ event: SpikeEvent) -> Bool {
    event.tick >= end || samples.map { sample > $0.upperBound } ?? false
  }

  /// The labels that words name: labels in decimal or hexadecimal, names of sources, and patterns of
  /// names in which `*` stands for anything; `input` also stands for `input[0]`, `input[1]`, ….
  ///
  /// - Returns: nil if nothing of that name is in the header.
  public static func labels(_ word: String, in header: SpikeTraceHeader) -> Set<UInt16>? {
    let isHexadecimal = word.hasPrefix("0x")
    let digits = isHexadecimal ? String(word.dropFirst(2)) : word
    if let label = UInt16(digits, radix: isHexadecimal ? 16 : 10) { return [label] }
    let found = header.sourceNames.filter {
      matches($0.name, pattern: word) || matches($0.name, pattern: word + "[*]")
    }
    return found.isEmpty ? nil : Set(found.map(\.label))
  }

  /// Whether a name is what a pattern says, in which `*` stands for any characters.
  static func matches(_ name: String, pattern: String) -> Bool {
    let (text, pattern) = (Array(name.utf8), Array(pattern.utf8))
    var (t, p) = (0, 0)
    // Where to go on when what follows the last star does not fit.
    var (starText, starPattern) = (0, -1)
    while t < text.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        (starPattern, starText) = (p, t)
        p += 1
      } else if p < pattern.count, pattern[p] == text[t] {
        t += 1
        p += 1
      } else if starPattern >= 0 {
        starText += 1
        (t, p) = (starText, starPattern + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
