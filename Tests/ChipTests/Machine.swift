import AnalogCore
import Chip
import ChipGeometry
import PlasticityProcessor

/// A time that no test reaches on purpose.
let distantFuture = ClockTime(cycles: 1_000_000)

extension Chip {
  /// A chip without mismatch and noise.
  static func ideal() -> Chip { Chip(.ideal) }

  /// Loads a program at address 0 of a processor.
  mutating func start(_ words: [UInt32], on hemisphere: Hemisphere = .top) throws {
    try load(Program(words: words), into: hemisphere)
  }

  /// Runs a program that ends with ``Words/exit`` and returns a0, or the trap that ended it.
  mutating func result(_ words: [UInt32], on hemisphere: Hemisphere = .top) throws -> Outcome {
    try start(words + Words.exit, on: hemisphere)
    let stop = run(until: ClockTime(cycles: now.cycles + 1_000_000))
    return switch stop {
    case .processorStopped(_, .exited(let code)): .value(UInt32(bitPattern: code))
    case .processorStopped(_, .trapped(let trap)): .trap(trap.cause, trap.value)
    default: .other(stop)
    }
  }

  mutating func send(
    _ label: UInt16, tick: UInt64, _ flags: SpikeEvent.Flags = .stimulus
  ) throws {
    try enqueue(SpikeEvent(tick: tick, label: EventLabel(label), flags: flags))
  }

  mutating func events() -> [SpikeEvent] {
    var buffer: [SpikeEvent] = []
    takeEvents(into: &buffer)
    return buffer
  }
}

enum Outcome: Equatable {
  case value(UInt32)
  case trap(TrapCause, UInt32)
  case other(ChipStop)
}
