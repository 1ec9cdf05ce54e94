import Assembler
import InstructionSet
import PlasticityProcessor

/// Forwards, step by step.
extension Debugger {
  /// Lets so many instructions happen.
  package func stepInstructions(_ count: Int = 1) -> [StopCause] { run(.instructions(count)) }

  /// As ``stepInstructions(_:)`` with one, but a call happens with everything it brings.
  package func nextInstruction() -> [StopCause] {
    isAtCall ? run(afterCall) : run(.instructions(1))
  }

  /// Runs to the beginning of another source line, `entersCalls` also into functions that have lines.
  package func stepLine(entersCalls: Bool) -> [StopCause] {
    let start = programCounter
    guard let range = program.lineRange(at: start) else {
      // Without line information every instruction is a line of its own.
      return entersCalls ? stepInstructions() : nextInstruction()
    }
    var first = true
    while true {
      let pc = programCounter
      if !first, pc == start || program.lines.location(of: pc) != nil && !range.contains(pc) {
        return [.done]
      }
      first = false
      let causes: [StopCause]
      if isAtCall, !entersCalls || !hasLinesAtTarget {
        causes = run(afterCall)
      } else if range.contains(pc) {
        causes = run(.leaving(range, start: start, stopsAtCalls: true))
      } else {
        // Somewhere without lines: a jump that is no call.
        causes = run(.instructions(1))
      }
      guard causes == [.done] else { return causes }
    }
  }

  /// Runs until the present function has returned to its caller.
  ///
  /// - Returns: nil if it has none.
  package func finish() -> [StopCause]? {
    let frames = backtrace(limit: 2)
    guard frames.count == 2 else { return nil }
    let stackPointer = execution.withProcessor { $0[x: 2] }
    return run(.reaching(frames[1].programCounter, stackPointer: stackPointer))
  }

  /// Runs until the instruction at the address is next.
  package func run(to address: UInt32) -> [StopCause] {
    run(.reaching(address, stackPointer: 0))
  }

  private var isAtCall: Bool {
    execution.withProcessor { ControlFlow(next: $0) == .call }
  }

  private var afterCall: Watcher.Goal {
    execution.withProcessor { .reaching($0.programCounter &+ 4, stackPointer: $0[x: 2]) }
  }

  /// Of the call at the program counter.
  private var hasLinesAtTarget: Bool {
    let target = execution.withProcessor { processor in
      let i = Decoder.decode(processor.readWord(at: processor.programCounter))
      let base = i.opcode == .jal ? processor.programCounter : processor[x: Int(i.source1)]
      return base &+ UInt32(bitPattern: i.immediate)
    }
    return program.lines.location(of: target) != nil
  }
}
