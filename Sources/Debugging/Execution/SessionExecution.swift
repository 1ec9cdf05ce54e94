package import Chip
import ChipGeometry
package import Learning
package import PlasticityProcessor

/// A learning program at work on samples: the host's side is a learning session's.
package final class SessionExecution: Execution {
  package private(set) var session: LearningSession
  package let samples: [PresentedSample]
  /// What the samples so far have brought.
  package private(set) var outcomes: [SampleOutcome] = []
  private var phase = Phase.starting
  private var output: [UInt8] = []

  /// What the host waits for.
  fileprivate enum Phase: Sendable {
    case starting
    case idle
    case sample(SampleWindow)
  }

  package let eventNames: EventNames

  /// - Parameters:
  ///   - session: not yet started.
  ///   - samples: presented one after the other.
  package init(_ session: consuming LearningSession, samples: [PresentedSample]) {
    eventNames = EventNames(session.network)
    self.session = session
    self.samples = samples
    deadline = self.session.startDeadline
  }

  private var deadline: ClockTime

  package var hartID: UInt32 { UInt32(LearningSession.hemisphere.rawValue) }

  /// How many samples are through.
  package var sampleCount: Int { outcomes.count }

  package func run<Observer: ChipObserver & ~Copyable>(
    observer: inout Observer
  ) throws -> ExecutionStop {
    try run(samples: samples.count, observer: &observer)
  }

  /// Lets samples pass at full speed.
  ///
  /// - Parameter count: how many shall be through then, the program's start included.
  /// - Returns: finished, or why the program stopped before.
  /// - Throws: as ``run(observer:)``.
  package func skip(samples count: Int) throws -> ExecutionStop {
    var nobody = NoObserver()
    return try run(samples: count, observer: &nobody)
  }

  /// Runs on until so many samples are through; 0: until the program is ready for the first.
  package func run<Observer: ChipObserver & ~Copyable>(
    samples count: Int, observer: inout Observer
  ) throws -> ExecutionStop {
    while true {
      if case .idle = phase {
        guard sampleCount < count else {
          return .finished("all \(count) samples are through")
        }
        let window = try session.begin(samples[sampleCount])
        phase = .sample(window)
        deadline = window.deadline
      }
      let stop = session.chip.run(until: deadline, stopping: .whenAsleep, observer: &observer)
      switch stop {
      case .paused: return .paused
      case .processorStopped(let hemisphere, let reason):
        return .stopped(hartID: UInt32(hemisphere.rawValue), reason)
      case .consoleWrite(let hemisphere, let address, let byteCount):
        output += session.chip.readMemory(hemisphere, at: address, byteCount: Int(byteCount))
        if observer.wantsPause { return .paused }
      case .reachedTime, .asleep, .idle: try finishPhase(stop)
      }
    }
  }

  private func finishPhase(_ stop: ChipStop) throws {
    switch phase {
    case .starting: try session.finishStart(stop)
    case .idle: break
    case .sample(let window): outcomes.append(try session.finish(window, stop))
    }
    phase = .idle
  }

  package func withProcessor<R>(_ body: (inout PlasticityProcessor) -> R) -> R {
    session.chip.withProcessor(LearningSession.hemisphere, body)
  }

  package func read(at address: UInt32, byteCount: Int) -> [UInt8]? {
    session.chip.inspect(LearningSession.hemisphere, at: address, byteCount: byteCount)
  }

  package func write(_ bytes: [UInt8], at address: UInt32) -> Bool {
    session.chip.modify(LearningSession.hemisphere, at: address, bytes)
  }

  package func checkpoint() -> ExecutionCheckpoint {
    let host = HostState(
      outcomes: outcomes, phase: phase, deadline: deadline, sampleCount: session.sampleCount,
      events: session.chip.recordedEvents)
    return ExecutionCheckpoint(content: .session(session.chip.checkpoint(), host))
  }

  /// The host's part of a checkpoint.
  struct HostState: Sendable {
    fileprivate var outcomes: [SampleOutcome]
    fileprivate var phase: Phase
    fileprivate var deadline: ClockTime
    fileprivate var sampleCount: Int
    fileprivate var events: [SpikeEvent]
  }

  package func restore(_ checkpoint: ExecutionCheckpoint) throws {
    guard case .session(let bytes, let host) = checkpoint.content else {
      preconditionFailure("a checkpoint of another kind of execution")
    }
    session.chip = try Chip.restored(from: bytes)
    session.chip.isRecording = true
    session.chip.recordedEvents = host.events
    session.sampleCount = host.sampleCount
    (outcomes, phase, deadline) = (host.outcomes, host.phase, host.deadline)
    output = []
  }

  package var stateHash: String { session.chip.stateHash }

  package func takeOutput() -> [UInt8] {
    defer { output = [] }
    return output
  }
}
