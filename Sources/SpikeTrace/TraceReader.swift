public import ChipGeometry

/// The two forms of a trace.
public enum TraceForm: Sendable {
  /// One event a line, for people and for git.
  case text
  /// Compact, with checksums.
  case binary

  /// The form that a file of this name should have: names that end in `.spikes` or `.txt` are text.
  public init(path: String) {
    self = path.hasSuffix(".spikes") || path.hasSuffix(".txt") ? .text : .binary
  }
}

/// Reads a trace of either form from beginning to end, in constant memory.
///
/// Errors come when the reader gets to them: only after ``next()`` has returned nil it is certain
/// that the trace is whole.
public final class TraceReader {
  public let header: SpikeTraceHeader
  public let form: TraceForm
  /// The file as the user named it.
  public let name: String
  /// How many events ``next()`` has returned.
  public private(set) var eventCount: UInt64 = 0

  private let decoder: any EventDecoder
  private var batch: [SpikeEvent] = []
  private var index = 0

  /// Opens a file and reads its header.
  public convenience init(path: String) throws(TraceError) {
    try self.init(ByteSource(path: path))
  }

  /// Whether a file begins like a trace of either form.
  public static func isTrace(_ path: String) -> Bool {
    var start: [UInt8] = []
    guard let source = try? ByteSource(path: path), let _ = try? source.read(32, into: &start)
    else {
      return false
    }
    return start.starts(with: BinaryLayout.magic)
      || start.starts(with: Array("ranvier trace ".utf8))
  }

  /// Reads a trace in memory; errors call it `name`.
  public convenience init(bytes: [UInt8], name: String) throws(TraceError) {
    try self.init(ByteSource(bytes: bytes, name: name))
  }

  private init(_ source: ByteSource) throws(TraceError) {
    name = source.name
    var window = InputWindow(source)
    try window.fill(1)
    if window.bytes.first == BinaryLayout.magic[0] {
      form = .binary
      let binary = try BinaryDecoder(window)
      decoder = binary
      header = binary.header
    } else {
      form = .text
      let text = try TextDecoder(window)
      decoder = text
      header = text.header
    }
  }

  /// The next event; nil at the end of a whole trace.
  public func next() throws(TraceError) -> SpikeEvent? {
    if index == batch.count {
      index = 0
      guard try decoder.next(into: &batch) else { return nil }
    }
    index += 1
    eventCount += 1
    return batch[index - 1]
  }

  /// Replaces `events` with the next ones, some thousands at a time; the fast way to read.
  ///
  /// - Returns: False, with no events, at the end of a whole trace.
  public func next(into events: inout [SpikeEvent]) throws(TraceError) -> Bool {
    if index < batch.count {
      events = Array(batch[index...])
      index = batch.count
    } else if try !decoder.next(into: &events) {
      return false
    }
    eventCount += UInt64(events.count)
    return true
  }

  /// The events up to and including the next end-of-sample event, or to the end of the trace; nil if
  /// there are none.
  public func nextSample() throws(TraceError) -> [SpikeEvent]? {
    var sample: [SpikeEvent] = []
    while let event = try next() {
      sample.append(event)
      if event.flags.contains(.endOfSample) { break }
      if sample.count == Self.eventsPerSample {
        throw TraceError(
          .tooLarge, file: name, at: .none,
          found: "more than \(Self.eventsPerSample) events up to tick \(event.tick)",
          expected: "an end-of-sample event")
      }
    }
    return sample.isEmpty ? nil : sample
  }

  private static let eventsPerSample = 1 << 22
}
