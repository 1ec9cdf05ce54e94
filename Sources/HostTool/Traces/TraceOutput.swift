import SpikeTrace

extension TraceWriter {
  /// Starts the trace of a command, in the form that its name asks for; control-C leaves nothing.
  static func start(_ path: String, _ header: SpikeTraceHeader) throws(TraceError) -> TraceWriter {
    let writer = try TraceWriter(path: path, form: TraceForm(path: path), header: header)
    if let unfinished = writer.temporaryPath { OutputFile.removeIfInterrupted(unfinished) }
    return writer
  }
}
