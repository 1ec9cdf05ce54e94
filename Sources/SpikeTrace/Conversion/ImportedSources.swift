import ChipGeometry

/// Collects the events of a foreign file, and gives labels to sources that have names only.
struct ImportedSources {
  private(set) var trace = ImportedTrace()
  private var labels: [String: UInt16] = [:]
  private var used: Set<UInt16> = []
  /// Labels of sources that have names only.
  private var assigned: Set<UInt16> = []
  private var areMixed = false
  private var nextLabel: UInt16 = 0
  private var isSorted = true
  private var roundedCount = 0

  mutating func append(_ time: TimeText.Reading, _ label: UInt16, _ flags: SpikeEvent.Flags) {
    if time.isRounded { roundedCount += 1 }
    if let last = trace.events.last, last.tick > time.tick { isSorted = false }
    used.insert(label)
    trace.events.append(
      SpikeEvent(tick: time.tick, label: EventLabel(label), flags: flags))
  }

  /// Says what a label is called.
  mutating func name(_ label: UInt16, _ name: String) {
    guard labels[name] == nil else { return }
    labels[name] = label
    trace.sourceNames.append(.init(label: label, name: name))
  }

  /// The label of a source that is a number of 16 bits, else of that name: the lowest that is free.
  ///
  /// - Returns: nil if there are too many names.
  mutating func label(ofSource text: String) -> UInt16? {
    if let label = labels[text] { return label }
    let isHexadecimal = text.hasPrefix("0x")
    if let label = UInt16(
      isHexadecimal ? String(text.dropFirst(2)) : text, radix: isHexadecimal ? 16 : 10)
    {
      if assigned.contains(label) { areMixed = true }
      return label
    }
    while used.contains(nextLabel) {
      guard nextLabel < .max else { return nil }
      nextLabel += 1
    }
    used.insert(nextLabel)
    assigned.insert(nextLabel)
    name(nextLabel, text)
    return nextLabel
  }

  mutating func note(_ text: String) { trace.notes.append(text) }

  /// The events in order of time; those of one time stay as they were.
  mutating func finish() -> ImportedTrace {
    if roundedCount > 0 {
      trace.notes.append(
        "\(roundedCount) of \(trace.events.count) times were no whole ticks of 8 ns and are rounded"
      )
    }
    if areMixed {
      trace.notes.append(
        "numbers and names are mixed: a number is also the label that a name has been given")
    }
    if !isSorted {
      trace.notes.append("the events were not in order of time and are sorted")
      trace.events = trace.events.enumerated()
        .sorted { ($0.element.tick, $0.offset) < ($1.element.tick, $1.offset) }.map(\.element)
    }
    trace.sourceNames.sort { $0.label < $1.label }
    return trace
  }
}
