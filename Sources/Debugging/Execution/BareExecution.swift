package import BareMachine
package import Chip
package import PlasticityProcessor

/// A program on a bare machine.
package final class BareExecution: Execution {
  package private(set) var machine: BareMachine
  private var output: [UInt8] = []
  /// Unchanged pages of memory are shared with it.
  private var lastCheckpoint: BareCheckpoint?

  package init(_ machine: consuming BareMachine) { self.machine = machine }

  package var hartID: UInt32 { machine.processor.hartID }
  package var eventNames: EventNames { EventNames() }

  package func run<Observer: ChipObserver & ~Copyable>(
    observer: inout Observer
  ) throws -> ExecutionStop {
    while true {
      switch machine.run(untilCycle: .max, observer: &observer) {
      case .limit: return .finished("the clock is at its end")
      case .paused: return .paused
      case .ended(let end): return stop(end)
      case .consoleWrite(let bytes):
        output += bytes
        if observer.wantsPause { return .paused }
      }
    }
  }

  package func run(untilCycle limit: UInt64) throws -> ExecutionStop? {
    while true {
      switch machine.run(untilCycle: limit) {
      case .limit, .paused: return .paused
      case .ended(let end): return stop(end)
      case .consoleWrite(let bytes): output += bytes
      }
    }
  }

  private func stop(_ end: BareEnd) -> ExecutionStop {
    switch end {
    case .passed: .stopped(hartID: hartID, .watchedStore(value: 1))
    case .failed(let test): .stopped(hartID: hartID, .watchedStore(value: test << 1 | 1))
    case .exited(let code): .stopped(hartID: hartID, .exited(code: code))
    case .trapped(let trap): .stopped(hartID: hartID, .trapped(trap))
    case .asleep: .finished("the program sleeps and nothing can wake it")
    }
  }

  package func withProcessor<R>(_ body: (inout PlasticityProcessor) -> R) -> R {
    body(&machine.processor)
  }

  package func read(at address: UInt32, byteCount: Int) -> [UInt8]? {
    guard machine.processor.isInSRAM(address, byteCount: byteCount) else { return nil }
    return machine.processor.read(at: address, byteCount: byteCount)
  }

  package func write(_ bytes: [UInt8], at address: UInt32) -> Bool {
    guard machine.processor.isInSRAM(address, byteCount: bytes.count) else { return false }
    machine.processor.load(bytes, at: address)
    return true
  }

  package func checkpoint() -> ExecutionCheckpoint {
    let checkpoint = machine.checkpoint(sharing: lastCheckpoint)
    lastCheckpoint = checkpoint
    return ExecutionCheckpoint(content: .bare(checkpoint))
  }

  package func restore(_ checkpoint: ExecutionCheckpoint) throws {
    guard case .bare(let state) = checkpoint.content else {
      preconditionFailure("a checkpoint of another kind of execution")
    }
    try machine.restore(state)
    output = []
  }

  package var stateHash: String { machine.stateHash }

  package func takeOutput() -> [UInt8] {
    defer { output = [] }
    return output
  }
}
