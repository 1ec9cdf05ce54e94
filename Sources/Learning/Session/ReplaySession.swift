import AnalogCore
import Chip
public import ChipGeometry
public import SpikeTrace

/// A recorded trace at work on a learning program, with the analog core switched off.
///
/// The program sees the same events as when the trace was recorded, so it writes the same weights,
/// whether the trace comes from here, from a chip, or from another simulator.
public struct ReplaySession: ~Copyable {
  public internal(set) var session: LearningSession
  /// Parameters of the trace that this program does not have.
  public let ignoredParameters: [String]
  /// Samples replayed.
  public private(set) var sampleCount = 0
  /// Sum of the cycles from end-of-sample to `ready`.
  public private(set) var cycleSum: UInt64 = 0
  /// Decision of the last sample.
  public private(set) var decision: Int?
  private var readyCount: Int

  /// What happens with an event.
  public enum Progress: Equatable, Sendable {
    case event
    /// The event ended a sample, and the program is ready again.
    case sample
    /// As `sample`, and the program has updated its weights.
    case update
  }

  /// A session ready for the first event.
  ///
  /// - Parameters:
  ///   - program: need not be the one that was recorded.
  ///   - header: of the trace.
  ///   - weights: initial weights instead of those in the header.
  /// - Throws: if the trace does not say enough, or the program cannot be started.
  public init(
    _ program: LearningProgram, _ header: SpikeTraceHeader, weights: WeightMasters? = nil
  ) throws(SessionError) {
    var configuration = SessionConfiguration()
    func value(_ name: String) -> Int? {
      header.parameter(name).map(Int.init) ?? program.parameter(name).map { Int($0.value) }
    }
    func positive(_ name: String) -> Int? { value(name).flatMap { $0 > 0 ? $0 : nil } }
    configuration.hasBias = false
    configuration.inputCount = header.inputCount ?? value("inputs") ?? 1
    configuration.hiddenCount = header.hiddenCount ?? value("hidden") ?? 1
    configuration.outputCount = header.outputCount ?? value("outputs") ?? 1
    configuration.chip.analog.chipSeed = header.chipSeed ?? 0
    configuration.hiddenRange =
      positive("range_hidden").map { Double($0) / 256 } ?? configuration.hiddenRange
    configuration.outputRange =
      positive("range_output").map { Double($0) / 256 } ?? configuration.outputRange
    configuration.membraneTicks = positive("tau_m_ticks") ?? configuration.membraneTicks
    configuration.synapticTicks = positive("tau_s_ticks") ?? configuration.synapticTicks
    configuration.refractoryTicks = positive("refractory_ticks") ?? configuration.refractoryTicks
    configuration.sampleTicks = positive("sample_ticks") ?? configuration.sampleTicks
    configuration.chip.analog.mismatch = .ideal
    configuration.chip.generatorSeed = header.chipSeed ?? 0
    let known = header.parameters.filter { program.parameter($0.name) != nil }
    let ignored = header.parameters.filter { program.parameter($0.name) == nil }
      .map(\.name)
    configuration.parameters = known.map { .init($0.name, $0.value) }
    configuration.isReplay = true
    var session = try LearningSession(program, configuration)
    session.chip.setAnalog(on: false)
    var readyCount = 0
    if header.array("processor_state") != nil, weights == nil {
      guard header.programSHA256 == program.sha256 else {
        throw .traceOfOtherProgram(header.programName ?? "?")
      }
      for hemisphere in session.network.hemispheres {
        let state = header.array(LearningSession.stateName(hemisphere))?.values ?? []
        do {
          try session.chip.setProcessorState(hemisphere, LearningSession.bytes(state))
        } catch {
          throw .processorState(error)
        }
      }
      if let masters = try LearningSession.masters(header, configuration) {
        session.publish(masters)
      }
      readyCount = try Self.samplesBefore(header)
      // The program counts them too; what it says of itself is not what the header says of it.
      let ready = session.mailbox("READY")
      guard ready == UInt32(readyCount) + 1 else {
        throw .header(
          "samples_before is \(readyCount), the program in 'processor_state' has had \(Int(ready) - 1)"
        )
      }
    } else {
      var initial = weights
      if initial == nil { initial = try LearningSession.masters(header, configuration) }
      if let initial { try session.preload(initial) }
      try session.start()
    }
    ignoredParameters = ignored
    self.readyCount = readyCount
    self.session = session
  }

  private static func samplesBefore(_ header: SpikeTraceHeader) throws(SessionError) -> Int {
    guard let text = header.extra("samples_before") else { return 0 }
    guard let count = Int(text), 0...0x7FFF_FFFF ~= count else {
      throw .header("samples_before is '\(text)', expected a number of samples")
    }
    return count
  }

  /// Shows the program the next event of the trace.
  public mutating func replay(_ event: SpikeEvent) throws(SessionError) -> Progress {
    let isEnd = event.flags.contains(.endOfSample)
    let before = isEnd ? session.mailbox("UPDATES") : 0
    let now = max(session.chip.now, ClockTime(ticks: event.tick))
    let stop = session.chip.replay(
      event, until: ClockTime(cycles: now.cycles + session.configuration.watchdogCycles))
    guard isEnd else {
      try session.check(stop, sample: readyCount - 1)
      return .event
    }
    try session.check(stop, sample: readyCount)
    readyCount += 1
    sampleCount += 1
    cycleSum += session.lastCycle - now.cycles
    let decided = Int32(bitPattern: session.mailbox("DECISION"))
    decision = decided < 0 ? nil : Int(decided)
    return session.mailbox("UPDATES") == before ? .sample : .update
  }
}

/// The gradient of each batch, from a program's accumulators, which carry the momentum.
public struct BatchGradients: Sendable {
  /// Factor that the accumulators are multiplied with before a batch, in 2^-31.
  public let momentum: Int32
  private var last = GradientSums()

  public init(momentum: Int32) { self.momentum = momentum }

  /// The batch's own gradient, when the accumulators are `sums` after its update.
  public mutating func next(_ sums: GradientSums) -> GradientSums {
    defer { last = sums }
    guard !last.hidden.isEmpty else { return sums }
    var batch = sums
    for i in batch.hidden.indices { batch.hidden[i] &-= decayed(last.hidden[i]) }
    for i in batch.output.indices { batch.output[i] &-= decayed(last.output[i]) }
    for i in batch.delays.indices { batch.delays[i] &-= decayed(last.delays[i]) }
    return batch
  }

  /// As `vsmul` with 32-bit elements, rounding to nearest, up.
  private func decayed(_ sum: Int32) -> Int32 {
    Int32(clamping: (Int64(sum) * Int64(momentum) + 0x4000_0000) >> 31)
  }
}
