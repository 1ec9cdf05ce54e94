import Chip
import AnalogCore
import Learning
import SpikeTrace

/// The files that a training run of one chip writes.
struct TrainingFiles {
  private let invocation: Invocation
  private let seed: UInt64
  private let isAlone: Bool

  init(_ invocation: Invocation, seed: UInt64, isAlone: Bool) throws {
    self.invocation = invocation
    self.seed = seed
    self.isAlone = isAlone
  }

  /// The file for this chip: `run.npz`, or `run-chip3.npz` if there are several chips.
  static func path(_ path: String, seed: UInt64, isAlone: Bool) -> String {
    guard !isAlone else { return path }
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else {
      return "\(path)-chip\(seed)"
    }
    let suffix = name[dot...]
    return "\(path.dropLast(suffix.count))-chip\(seed)\(suffix)"
  }

  private func path(_ option: String) -> String? {
    invocation.arguments.value(option).map { Self.path($0, seed: seed, isAlone: isAlone) }
  }

  /// Before hours of work: whether what it brings can be written.
  func checkPaths() throws(ToolError) {
    if let path = path("--weights") {
      guard path.hasSuffix(".npz") || !path.contains(".") || path.hasPrefix("/dev/") else {
        throw ToolError(
          "--weights \(path): NumPy arrays end in .npz",
          hint: "ranvier weights export writes tables from them")
      }
      try OutputFile.check(path)
    }
    if let path = path("--checkpoint") { try OutputFile.check(path) }
    try OutputFile.checkDistinct(["--weights", "--record", "--checkpoint"].compactMap(path))
    if let weights = path("--weights"), let resumed = path("--resume") {
      try OutputFile.checkDistinct([weights, resumed])
    }
  }

  func beginRecording(_ run: inout TrainingRun) throws {
    guard let path = path("--record") else { return }
    let header = try run.session.traceHeader(
      toolVersion: HostTool.version, dataSeed: run.options.dataSeed, task: "yin-yang")
    do {
      run.session.trace = try TraceWriter.start(path, header)
    } catch {
      throw ToolError("\(error)")
    }
  }

  func saveCheckpoint(_ run: inout TrainingRun) throws {
    guard let path = path("--checkpoint") else { return }
    try OutputFile.write(run.checkpoint(), to: path)
  }

  func finish(_ run: inout TrainingRun) throws {
    if let trace = run.session.trace {
      do { try trace.finish() } catch { throw ToolError("\(error)") }
      run.session.trace = nil
    }
    if let path = path("--weights") {
      try WeightsFile.write(run.session, to: path)
    }
  }

  /// The run that a checkpoint holds, to go on to the epochs that `options` say.
  static func resume(
    _ path: String, _ program: LearningProgram, _ options: TrainingOptions, isAlone: Bool
  ) throws -> TrainingRun {
    let seed = options.session.chip.analog.chipSeed
    let path = self.path(path, seed: seed, isAlone: isAlone)
    let bytes = try InputFile.bytes(path)
    do {
      return try TrainingRun(resuming: bytes, program, options)
    } catch {
      throw ToolError("\(path): \(error)")
    }
  }
}
