import Chip
package import ChipGeometry

/// Which events a person means: `any`, `end`, `hidden[3]`, `input`, `0x400`.
package struct EventPattern: Hashable, Sendable {
  /// As the person wrote it.
  package let text: String
  /// One of these flags must be set; none for all events.
  private let flags: SpikeEvent.Flags
  private let mask: UInt16
  private let label: UInt16

  /// What ``init(_:)`` understands, for error messages.
  package static let syntax =
    "any, end, input, hidden, output, teacher, background, one of these with an index as in "
    + "hidden[3], or a label such as 0x403"

  private static let kinds: [(name: String, flags: SpikeEvent.Flags, mask: UInt16, label: UInt16)] =
    [
      ("any", [], 0, 0), ("end", .endOfSample, 0, 0), ("input", .stimulus, 0, 0),
      ("hidden", .neuron, 0x0400, 0), ("output", .neuron, 0x0700, 0x0400),
      ("teacher", .teacher, 0, 0), ("background", .background, 0, 0),
    ]

  /// Nil if the text is neither one of ``syntax`` nor one of the names.
  package init?(_ text: String, names: EventNames = EventNames()) {
    self.text = text
    if let known = names.label(of: text) {
      (flags, mask, label) = ([], .max, known.rawValue)
      return
    }
    if text.hasPrefix("0x"), let number = UInt16(text.dropFirst(2), radix: 16) {
      (flags, mask, label) = ([], .max, number)
      return
    }
    let parts = text.split(separator: "[", omittingEmptySubsequences: false)
    guard let kind = Self.kinds.first(where: { $0.name == parts[0] }) else { return nil }
    guard parts.count > 1 else {
      (flags, mask, label) = (kind.flags, kind.mask, kind.label)
      return
    }
    guard parts.count == 2, parts[1].last == "]", let index = UInt16(parts[1].dropLast()),
      let source = Self.source(kind.name, Int(index))
    else { return nil }
    (flags, mask, label) = (kind.flags, .max, LayeredNetwork.label(source).rawValue)
  }

  private static func source(_ name: String, _ index: Int) -> LayeredNetwork.Source? {
    switch name {
    case "input" where index < LayeredNetwork.maximumInputCount: .input(index)
    case "hidden" where index < LayeredNetwork.maximumHiddenCount: .hidden(index)
    case "output" where index < LayeredNetwork.maximumOutputCount: .output(index)
    case "teacher" where index < 32: .teacher(index)
    default: nil
    }
  }

  package func matches(_ event: SpikeEvent) -> Bool {
    (flags.isEmpty || !flags.isDisjoint(with: event.flags))
      && event.label.rawValue & mask == label
  }
}

extension EventNames {
  /// `hidden[3] (label 0x3)`.
  package func description(of event: SpikeEvent) -> String {
    let label = "label 0x" + String(event.label.rawValue, radix: 16)
    let name = name(of: event.label)
    return name == label ? label : "\(name) (\(label))"
  }
}
