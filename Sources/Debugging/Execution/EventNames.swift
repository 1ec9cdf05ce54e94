package import Chip
package import ChipGeometry

/// What people call the events of a chip: `hidden[3]`, `input[0]`, `teacher[2]`, `end`.
package struct EventNames: Sendable {
  /// Sorted by label.
  private var entries: [(label: UInt16, name: String)] = []

  /// No network: labels stay numbers.
  package init() {}

  package init(_ network: LayeredNetwork) {
    entries = network.addresses.map { ($0.label.rawValue, $0.name) }
    for output in 0..<network.outputCount {
      entries.append((LayeredNetwork.label(.teacher(output)).rawValue, "teacher[\(output)]"))
    }
    entries.append((LayeredNetwork.endOfSampleLabel.rawValue, "end"))
    entries.sort { $0.label < $1.label }
  }

  /// The name of an event's label, or `label 0x5a3`.
  package func name(of label: EventLabel) -> String {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].label < label.rawValue { low = middle + 1 } else { high = middle }
    }
    if low < entries.count, entries[low].label == label.rawValue { return entries[low].name }
    return "label 0x" + String(label.rawValue, radix: 16)
  }

  /// The label of a name, nil if nothing is called so.
  package func label(of name: String) -> EventLabel? {
    entries.first { $0.name == name }.map { EventLabel($0.label) }
  }
}
