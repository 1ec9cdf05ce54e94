import Assembler
import InstructionSet
import PlasticityProcessor

/// A function that has been called and not yet left.
package struct StackFrame: Equatable, Sendable {
  /// Of its next instruction; in callers, where the call returns to.
  package var programCounter: UInt32
  package var stackPointer: UInt32
  /// Where it begins.
  package var function: UInt32?
}

extension Debugger {
  /// The functions on the stack, the innermost first.
  ///
  /// Found by reading code, as hand-written assembly says nothing about its stack: a function begins
  /// where a call goes to. What it has taken from the stack (`addi sp, sp, -n`) and where it has put
  /// `ra` (`sw ra, k(sp)`) is read from its beginning up to the program counter; a function that has
  /// not put it anywhere has it in the register. The list ends at the program's entry, and where no
  /// call lies before the return address, or `ra` points into the function itself: a call has
  /// overwritten it.
  package func backtrace(limit: Int = 64) -> [StackFrame] {
    var (pc, sp, ra) = execution.withProcessor { ($0.programCounter, $0[x: 2], $0[x: 1]) }
    var frames: [StackFrame] = []
    var returnRegister: UInt32? = ra
    while frames.count < limit {
      let function = program.function(around: pc)
      frames.append(StackFrame(programCounter: pc, stackPointer: sp, function: function))
      // Nobody has called the entry.
      guard let function, !program.isEntry(function) else { break }
      let layout = layout(from: function, to: pc)
      if let offset = layout.returnOffset {
        guard let saved = word(at: sp &+ UInt32(bitPattern: offset)) else { break }
        ra = saved
      } else if let register = returnRegister, program.function(around: register) != function {
        ra = register
      } else {
        break
      }
      guard isReturnAddress(ra) else { break }
      (pc, sp, returnRegister) = (ra, sp &+ UInt32(bitPattern: layout.size), nil)
    }
    return frames
  }

  private func layout(
    from start: UInt32, to pc: UInt32
  ) -> (size: Int32, returnOffset: Int32?) {
    var size: Int32 = 0
    var returnOffset: Int32?
    var address = start
    while address < pc, let word = word(at: address) {
      let i = Decoder.decode(word)
      if i.opcode == .addi, i.destination == 2, i.source1 == 2 {
        // What is given back before a return in the middle is still taken on the other paths.
        if i.immediate < 0 {
          size &-= i.immediate
          returnOffset? &-= i.immediate
        } else if isEpilogue(after: address, before: pc) {
          size &-= i.immediate
          returnOffset = nil
        }
      } else if i.opcode == .sw, i.source1 == 2, i.source2 == 1 {
        returnOffset = i.immediate
      } else if i.opcode == .lw, i.source1 == 2, i.destination == 1,
        isEpilogue(after: address, before: pc)
      {
        returnOffset = nil
      }
      address &+= 4
    }
    return (size, returnOffset)
  }

  /// Whether nothing but straight code lies between an instruction and the program counter.
  private func isEpilogue(after address: UInt32, before pc: UInt32) -> Bool {
    var place = address &+ 4
    while place < pc, let word = word(at: place) {
      let opcode = word & 0x7F
      if opcode == 0x63 || opcode == 0x67 || opcode == 0x6F { return false }
      place &+= 4
    }
    return true
  }

  /// Whether the instruction before is a call.
  private func isReturnAddress(_ address: UInt32) -> Bool {
    guard address & 3 == 0, program.image.byte(at: address &- 4) != nil,
      let word = word(at: address &- 4)
    else { return false }
    return ControlFlow(word) == .call
  }

  /// A word of memory, nil where there is none.
  package func word(at address: UInt32) -> UInt32? {
    execution.read(at: address, byteCount: 4).map { bytes in
      bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
  }
}
