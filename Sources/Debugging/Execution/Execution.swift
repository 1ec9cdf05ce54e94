import BareMachine
package import Chip
package import PlasticityProcessor

/// A program at work, on a chip or on a bare machine, as debuggers and profilers see it: it runs
/// under an observer's eyes, can be paused between any two instructions, and saved and restored
/// there.
///
/// One processor is the subject; on a chip the other goes its own way meanwhile.
package protocol Execution: AnyObject {
  /// Runs on until the observer wants to pause or the program has ended.
  ///
  /// - Throws: what the host of the program complains about.
  func run<Observer: ChipObserver & ~Copyable>(
    observer: inout Observer
  ) throws -> ExecutionStop

  /// What the subject's ``PlasticityProcessor/hartID`` is.
  var hartID: UInt32 { get }

  /// Gives `body` the subject.
  func withProcessor<R>(_ body: (inout PlasticityProcessor) -> R) -> R

  /// Reads memory without side effects, also that of the chip's blocks where it has such; nil if some
  /// of the bytes cannot be read so.
  func read(at address: UInt32, byteCount: Int) -> [UInt8]?
  /// Writes memory as a person at the debugger does; false if some of the bytes cannot be written.
  func write(_ bytes: [UInt8], at address: UInt32) -> Bool

  /// Runs at full speed, nobody looking, until the subject's clock has reached `limit`.
  ///
  /// - Returns: why it has stopped, ``ExecutionStop/paused`` at the limit; nil, and nothing has
  ///   happened, if this execution must always be looked at.
  func run(untilCycle limit: UInt64) throws -> ExecutionStop?

  /// The entire state, to go back to.
  func checkpoint() -> ExecutionCheckpoint
  /// Goes back to a state that ``checkpoint()`` of this value has returned.
  func restore(_ checkpoint: ExecutionCheckpoint) throws

  /// SHA-256 of the entire state of chip or machine, 64 hexadecimal digits.
  var stateHash: String { get }
  /// What its events are called.
  var eventNames: EventNames { get }
  /// What the program has printed since the last call.
  func takeOutput() -> [UInt8]
}

extension Execution {
  package func run(untilCycle limit: UInt64) throws -> ExecutionStop? { nil }
}

/// A state of an ``Execution``, to go back to.
package struct ExecutionCheckpoint: Sendable {
  enum Content: Sendable {
    case chip([UInt8])
    case session([UInt8], SessionExecution.HostState)
    case bare(BareCheckpoint)
  }
  let content: Content
}

/// Why an execution has returned.
package enum ExecutionStop: Equatable, Sendable {
  /// The observer wanted it; run again to go on.
  case paused
  /// The subject, or on a chip the other processor, stopped for good.
  case stopped(hartID: UInt32, StopReason)
  /// Nothing is left to do: the samples are through, the time is over, or everybody sleeps.
  case finished(String)
}
