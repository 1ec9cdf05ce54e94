public import ChipGeometry

/// A whole trace in memory, for short ones; ``TraceReader`` and ``TraceWriter`` take long ones.
public struct Trace: Equatable, Sendable {
  public var header: SpikeTraceHeader
  /// In order of time; the order of simultaneous events is part of the trace.
  public var events: [SpikeEvent]

  public init(header: SpikeTraceHeader, events: [SpikeEvent]) {
    self.header = header
    self.events = events
  }

  /// Reads a file of either form.
  public init(path: String) throws(TraceError) { try self.init(TraceReader(path: path)) }

  /// Reads a trace of either form; errors call it `name`.
  public init(bytes: [UInt8], name: String) throws(TraceError) {
    try self.init(TraceReader(bytes: bytes, name: name))
  }

  private init(_ reader: TraceReader) throws(TraceError) {
    header = reader.header
    events = []
    var batch: [SpikeEvent] = []
    while try reader.next(into: &batch) { events += batch }
  }

  /// Writes a file.
  public func write(to path: String, form: TraceForm) throws(TraceError) {
    let writer = try TraceWriter(path: path, form: form, header: header)
    try writer.append(contentsOf: events)
    try writer.finish()
  }

  /// What ``write(to:form:)`` would write.
  public func bytes(form: TraceForm) throws(TraceError) -> [UInt8] {
    let writer = try TraceWriter(sink: nil, name: "(memory)", form: form, header: header)
    try writer.append(contentsOf: events)
    return writer.finishInMemory()
  }
}
