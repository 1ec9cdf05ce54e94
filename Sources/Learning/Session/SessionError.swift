public import Chip
public import ChipGeometry
public import PlasticityProcessor
public import SpikeTrace

/// Why a learning session cannot begin or go on.
public enum SessionError: Error, Equatable, Sendable {
  /// The program lacks a symbol that the host needs.
  case missingSymbol(String, program: String)
  /// A parameter was set that the program does not have.
  case unknownParameter(String, known: [String])
  /// The network does not fit on the chip.
  case mapping(MappingError)
  /// The program does not fit into the processor.
  case chip(ChipError)
  /// The simulated program trapped without handler; x0…x31 at that time.
  case trapped(Trap, registers: [UInt32], sample: Int)
  /// The program ended.
  case exited(code: Int32, sample: Int)
  /// The program refused to work: STATUS in the mailbox.
  case refused(status: UInt32, parameter: String?, sample: Int)
  /// The program was not ready in time (watchdog).
  case neverReady(pc: UInt32, cycles: UInt64, asleep: Bool, sample: Int)
  /// The program's decision is not the one that the events say.
  case decision(program: Int?, events: Int?, sample: Int)
  /// The trace cannot be written.
  case trace(TraceError)
  /// The trace begins in the middle of a run, with the state of a program that is not this one.
  case traceOfOtherProgram(String)
  /// The state of the program in the trace is not one.
  case processorState(StateError)
}

extension SessionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingSymbol(let symbol, let program):
      "\(program): has no symbol '\(symbol)', which a learning program must have"
    case .unknownParameter(let name, let known):
      "the program has no parameter '\(name)'; "
        + (known.isEmpty
          ? "it has none at all (no param_ symbols): is it a learning program?"
          : "it has: \(known.joined(separator: ", "))")
    case .mapping(let error): "\(error)"
    case .chip(let error): "\(error)"
    case .trapped(let trap, _, let sample):
      "\(Self.place(sample)): the program trapped at pc \(Self.hex(trap.programCounter)): "
        + "\(trap.cause), value \(Self.hex(trap.value)), "
        + "instruction \(Self.hex(trap.instruction))"
    case .exited(let code, let sample):
      "\(Self.place(sample)): the program ended with code \(code) instead of waiting for samples"
    case .refused(let status, let parameter, let sample):
      "\(Self.place(sample)): the program stopped with STATUS \(status)"
        + (parameter.map { ": parameter '\($0)' is outside its limits" } ?? "")
    case .neverReady(let pc, let cycles, let asleep, let sample):
      "\(Self.place(sample)): the program was not ready after \(cycles) cycles: "
        + (asleep ? "it sleeps" : "it runs") + " at pc 0x\(String(pc, radix: 16))"
    case .decision(let program, let events, let sample):
      "\(Self.place(sample)): the program decided \(Self.shown(program)), the recorded events say "
        + Self.shown(events)
    case .trace(let error): "\(error)"
    case .traceOfOtherProgram(let name):
      "the trace begins after a checkpoint, with the state of \(name), which is another program; "
        + "give --initial-weights to replay it all the same"
    case .processorState(let error): "the trace's array 'processor_state': \(error)"
    }
  }

  /// When it happened.
  package static func place(_ sample: Int) -> String {
    sample < 0 ? "initialisation" : "sample \(sample)"
  }
  private static func hex(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }
  private static func shown(_ decision: Int?) -> String { decision.map(String.init) ?? "none" }
}
