import ChipGeometry

/// Reads spikes from NumPy's files.
enum NumPyImport {
  static func read(
    _ bytes: [UInt8], name: String, isArchive: Bool, _ options: ConversionOptions
  ) throws(TraceError) -> ImportedTrace {
    do throws(NumPyError) {
      return try isArchive
        ? archive(NumPyArchive(bytes: bytes), name, options)
        : table(NumPyArray(bytes: bytes), name, options)
    } catch {
      throw TraceError(
        .malformed, file: name, at: .byte(UInt64(max(0, error.offset))), found: error.found,
        expected: error.expected)
    }
  }

  /// Rows of (tick, label) or (tick, label, flags).
  private static func table(
    _ array: NumPyArray, _ name: String, _ options: ConversionOptions
  ) throws(NumPyError) -> ImportedTrace {
    guard array.shape.count == 2, array.shape[1] == 2 || array.shape[1] == 3,
      let values = integers(array)
    else {
      throw NumPyError(
        offset: 0, found: "an array of shape \(array.shape)",
        expected: "whole numbers, rows of (tick, label) or (tick, label, flags)")
    }
    var sources = ImportedSources()
    for row in 0..<array.shape[0] {
      let numbers = values[row * array.shape[1]..<(row + 1) * array.shape[1]]
      let first = numbers.startIndex
      try append(
        tick: numbers[first], label: numbers[first + 1],
        flags: numbers.count > 2 ? numbers[first + 2] : Int64(options.flags.rawValue),
        at: row, to: &sources)
    }
    return sources.finish()
  }

  private static let times: [(name: String, exponent: Int?)] = [
    ("tick", nil), ("ticks", nil), ("time_us", 3), ("times_us", 3), ("time_ms", 6),
    ("times_ms", 6), ("time_s", 9), ("times_s", 9),
  ]
  private static let labels = [
    "label", "labels", "source", "sources", "neuron", "neurons", "sender", "senders", "units",
    "ids",
  ]

  private static func archive(
    _ archive: NumPyArchive, _ name: String, _ options: ConversionOptions
  ) throws(NumPyError) -> ImportedTrace {
    let known = archive.entries.map(\.name).joined(separator: ", ")
    guard let time = times.first(where: { archive[$0.name] != nil }),
      let times = archive[time.name]
    else {
      throw NumPyError(
        offset: 0, found: "arrays \(known)",
        expected: "one of \(Self.times.map(\.name).joined(separator: ", "))")
    }
    guard let labelName = labels.first(where: { archive[$0] != nil }),
      let labels = archive[labelName].flatMap(integers), labels.count == times.values.count
    else {
      throw NumPyError(
        offset: 0, found: "arrays \(known)",
        expected: "whole numbers, as many as times, in one of "
          + Self.labels.joined(separator: ", "))
    }
    var flags = archive["flags"].flatMap(integers)
    if let found = flags, found.count != labels.count {
      throw NumPyError(
        offset: 0, found: "\(found.count) flags", expected: "\(labels.count), one an event")
    }
    if flags == nil {
      flags = [Int64](repeating: Int64(options.flags.rawValue), count: labels.count)
    }
    var sources = ImportedSources()
    if let exponent = time.exponent {
      guard let values = times.doubles else {
        throw NumPyError(offset: 0, found: "text in \(time.name)", expected: "numbers")
      }
      for (index, value) in values.enumerated() {
        guard
          let reading = TimeText.tick(
            "\(value)", exponent: exponent, acceleration: options.acceleration)
        else {
          throw NumPyError(
            offset: 0, found: "\(value) as time \(index)", expected: "a time of at least 0")
        }
        try append(
          reading, label: labels[index], flags: flags?[index] ?? 0, at: index, to: &sources)
      }
    } else {
      guard let ticks = integers(times) else {
        throw NumPyError(offset: 0, found: "text or fractions in \(time.name)", expected: "ticks")
      }
      for (index, tick) in ticks.enumerated() {
        try append(
          tick: tick, label: labels[index], flags: flags?[index] ?? 0, at: index, to: &sources)
      }
    }
    var trace = sources.finish()
    if case .text(let lines)? = archive["header"]?.values, let text = lines.first {
      trace.header = try header(text, name)
    }
    return trace
  }

  private static func header(
    _ text: String, _ name: String
  ) throws(NumPyError) -> SpikeTraceHeader {
    do throws(TraceError) {
      var parser = HeaderParser(file: "\(name) (header)")
      for line in Array(text.utf8).split(
        separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      { _ = try parser.take(line) }
      try parser.finish()
      return parser.header
    } catch {
      throw NumPyError(offset: 0, found: "a header with \(error.found)", expected: error.expected)
    }
  }

  /// Whole numbers, nil if there are others.
  private static func integers(_ array: NumPyArray) -> [Int64]? {
    switch array.values {
    case .int16(let values): return values.map(Int64.init)
    case .int32(let values): return values.map(Int64.init)
    case .int64(let values): return values
    case .float64(let values):
      let whole = values.compactMap { Int64(exactly: $0) }
      return whole.count == values.count ? whole : nil
    case .text: return nil
    }
  }

  private static func append(
    tick: Int64, label: Int64, flags: Int64, at index: Int, to sources: inout ImportedSources
  ) throws(NumPyError) {
    guard tick >= 0 else {
      throw NumPyError(
        offset: 0, found: "\(tick) as tick \(index)", expected: "a tick of at least 0")
    }
    try append(
      TimeText.Reading(tick: UInt64(tick), isRounded: false), label: label, flags: flags,
      at: index, to: &sources)
  }

  private static func append(
    _ reading: TimeText.Reading, label: Int64, flags: Int64, at index: Int,
    to sources: inout ImportedSources
  ) throws(NumPyError) {
    guard let label = UInt16(exactly: label), let flags = UInt16(exactly: flags) else {
      throw NumPyError(
        offset: 0, found: "label \(label) and flags \(flags) of event \(index)",
        expected: "16 bits each")
    }
    sources.append(reading, label, SpikeEvent.Flags(rawValue: flags))
  }
}
