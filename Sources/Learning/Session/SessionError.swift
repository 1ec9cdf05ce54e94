public import Chip
public import ChipGeometry
public import PlasticityProcessor
public import SpikeTrace

/// Why a learning session cannot begin or go on.
public enum SessionError: Error, Equatable, Sendable {
  /// The program lacks a symbol that the host needs.
  case missingSymbol(String, program: String)
  /// What the host needs lies, in part at least, outside of the processor's memory.
  case symbolOutside(String, program: String, address: UInt32, byteCount: Int)
  /// The header of a trace does not fit to itself.
  case header(String)
  /// The network is none for the task.
  case task(String)
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

extension SessionError {
  /// Of programs that use `lib/parameters.inc`: values that do not fit together, and a teacher event of a
  /// class without output.
  public static let combinationStatus: UInt32 = 64
  public static let classStatus: UInt32 = 65

  private static func meaning(ofStatus status: UInt32, _ parameter: String?) -> String {
    if let parameter { return ": parameter '\(parameter)' is outside its limits" }
    return switch status {
    case combinationStatus:
      ": values of its parameters do not fit together (firmware/README.md lists under 'Value 64' which "
        + "cannot)"
    case classStatus: ": a teacher event of a class that has no output"
    default: ""
    }
  }
}

extension SessionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingSymbol(let symbol, let program):
      "\(program): has no symbol '\(symbol)', which a learning program must have"
    case .symbolOutside(let symbol, let program, let address, let count):
      "\(program): '\(symbol)' is at \(Self.hex(address)), where the \(count) bytes that a network of this "
        + "size needs are not in the memory of \(AddressMap.sram.byteCount) bytes"
    case .header(let text): "the trace's header: \(text)"
    case .task(let text): text
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
        + Self.meaning(ofStatus: status, parameter)
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
