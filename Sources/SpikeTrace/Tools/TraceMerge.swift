public import ChipGeometry

/// Several traces as one, in order of time; of events of one tick those of the first trace come first.
public final class TraceMerge {
  private let readers: [TraceReader]
  private var heads: [SpikeEvent?] = []
  /// The header of the first, with the names of all; what others say differently is left out.
  public let header: SpikeTraceHeader
  /// What was left out, in words.
  public let notes: [String]

  /// - Throws: what is wrong with a trace.
  public init(_ readers: [TraceReader]) throws(TraceError) {
    precondition(!readers.isEmpty, "there is nothing to merge")
    self.readers = readers
    var header = readers[0].header
    var notes: [String] = []
    var names: [UInt16: String] = [:]
    for source in header.sourceNames { names[source.label] = source.name }
    for reader in readers.dropFirst() {
      for source in reader.header.sourceNames {
        guard let known = names[source.label] else {
          names[source.label] = source.name
          header.sourceNames.append(source)
          continue
        }
        if known != source.name {
          let label = "0x" + TraceError.hexadecimal(UInt64(source.label), digits: 3)
          notes.append(
            "\(reader.name): \(label) is called \(known), not \(source.name), as before")
        }
      }
      if reader.header.parameters != header.parameters || reader.header.arrays != header.arrays {
        notes.append("\(reader.name): its parameters and arrays are left out")
      }
    }
    header.sourceNames.sort { $0.label < $1.label }
    self.header = header
    self.notes = notes
    for reader in readers { heads.append(try reader.next()) }
  }

  /// The next event; nil at the end of all.
  public func next() throws(TraceError) -> SpikeEvent? {
    var first: Int?
    for (index, head) in heads.enumerated() {
      guard let head else { continue }
      if let known = first, let least = heads[known], least.tick <= head.tick { continue }
      first = index
    }
    guard let first else { return nil }
    let event = heads[first]
    heads[first] = try readers[first].next()
    return event
  }
}
