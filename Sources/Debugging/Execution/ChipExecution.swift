package import Chip
package import ChipGeometry
package import PlasticityProcessor

/// A program on a chip whose host has sent all events in advance.
package final class ChipExecution: Execution {
  package private(set) var chip: Chip
  package let hemisphere: Hemisphere
  package let eventNames: EventNames
  private let end: ClockTime
  private let condition: StopCondition
  private var output: [UInt8] = []

  /// - Parameters:
  ///   - chip: with the program loaded and the events sent.
  ///   - hemisphere: whose processor is the subject.
  ///   - last: the time of the last event.
  ///   - end: the end of the run; nil: when the events are over and the processors asleep, or one
  ///     second of chip time after the last event.
  ///   - names: of the events.
  package init(
    _ chip: consuming Chip, subject hemisphere: Hemisphere, lastEvent last: ClockTime,
    end: ClockTime?, eventNames names: EventNames = EventNames()
  ) {
    eventNames = names
    self.hemisphere = hemisphere
    self.end = end ?? ClockTime(cycles: last.cycles + Self.patienceCycles)
    condition = end == nil ? .whenAsleep : .atTime
    self.chip = chip
    self.chip.isRecording = true
  }

  /// One second.
  private static let patienceCycles: UInt64 = 250_000_000

  package var hartID: UInt32 { UInt32(hemisphere.rawValue) }

  package func run<Observer: ChipObserver & ~Copyable>(
    observer: inout Observer
  ) throws -> ExecutionStop {
    // Nobody takes the events from the chip; the observer has seen them.
    chip.recordedEvents = []
    while true {
      switch chip.run(until: end, stopping: condition, observer: &observer) {
      case .paused: return .paused
      case .reachedTime: return .finished("the time is over")
      case .asleep, .idle: return .finished("the processors sleep and no event is left")
      case .processorStopped(let hemisphere, let reason):
        return .stopped(hartID: UInt32(hemisphere.rawValue), reason)
      case .consoleWrite(let hemisphere, let address, let byteCount):
        output += chip.readMemory(hemisphere, at: address, byteCount: Int(byteCount))
        if observer.wantsPause { return .paused }
      }
    }
  }

  package func withProcessor<R>(_ body: (inout PlasticityProcessor) -> R) -> R {
    chip.withProcessor(hemisphere, body)
  }

  package func read(at address: UInt32, byteCount: Int) -> [UInt8]? {
    chip.inspect(hemisphere, at: address, byteCount: byteCount)
  }

  package func write(_ bytes: [UInt8], at address: UInt32) -> Bool {
    chip.modify(hemisphere, at: address, bytes)
  }

  package func checkpoint() -> ExecutionCheckpoint {
    ExecutionCheckpoint(content: .chip(chip.checkpoint()))
  }

  package func restore(_ checkpoint: ExecutionCheckpoint) throws {
    guard case .chip(let bytes) = checkpoint.content else {
      preconditionFailure("a checkpoint of another kind of execution")
    }
    chip = try Chip.restored(from: bytes)
    chip.isRecording = true
    output = []
  }

  package var stateHash: String { chip.stateHash }

  package func takeOutput() -> [UInt8] {
    defer { output = [] }
    return output
  }
}
