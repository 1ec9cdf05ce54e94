import InstructionSet

/// What the interpreter's loop leaves aside: words not yet decoded, control registers, environment
/// calls, `wfi`, accesses outside the SRAM, stores into code, and every trap.
extension PlasticityProcessor {
  /// Executes the instruction at the program counter, or raises its trap.
  ///
  /// - Returns: why the processor must stop, nil to go on.
  mutating func executeSlowly() -> StopReason? {
    if pendingFault != .none { return raisePending() }
    guard pcOffset < UInt32(truncatingIfNeeded: sramByteCount), pcOffset & 3 == 0 else {
      return raise(.instructionAccessFault, value: programCounter)
    }
    let place = unsafe code + Int(pcOffset / 4)
    let isDecoded = unsafe place.pointee.isDecoded
    let i =
      isDecoded
      ? unsafe place.pointee.instruction(word: word(of: place)) : decode(offset: Int(pcOffset))
    switch i.opcode {
    case .csrrw, .csrrs, .csrrc, .csrrwi, .csrrsi, .csrrci:
      return accessControlRegister(i)
    case .ecall: return environmentCall()
    case .ebreak: return raise(.breakpoint, value: programCounter)
    case .mret: return returnFromTrap()
    case .wfi:
      retire()
      isWaiting = machine.wakeUps == 0
      return isWaiting ? .waiting : nil
    case .lb, .lbu, .lh, .lhu, .lw, .sb, .sh, .sw:
      // A word that has just been decoded goes back to the fast loop first.
      return isDecoded ? accessMemory(i) : nil
    case .jalr:
      return isDecoded ? jumpThroughRegister(unsafe x[Int(i.source1)], i) : nil
    case .jal, .beq, .bne, .blt, .bge, .bltu, .bgeu:
      return unsafe place.pointee.isDecoded ? nil : branchSlowly(i)
    case .illegal:
      return raise(.illegalInstruction, value: i.word)
    case .lui, .auipc, .addi, .slti, .sltiu, .xori, .ori, .andi, .slli, .srli, .srai, .add, .sub,
      .sll, .slt, .sltu, .xor, .srl, .sra, .or, .and, .mul, .mulh, .mulhsu, .mulhu, .div, .divu,
      .rem, .remu, .fence, .fenceTSO, .fenceI, .vector:
      return nil
    }
  }

  /// Counts the instruction at the program counter as done.
  mutating func retire(cost: Int = CycleCosts.simple) {
    cycle &+= UInt64(cost)
    instructionCount &+= 1
    pcOffset &+= 4
  }

  private mutating func raisePending() -> StopReason? {
    let fault = pendingFault
    pendingFault = .none
    switch fault {
    case .none: return nil
    case .trap(let cause, let value): return raise(cause, value: value)
    case .bus(let request):
      busRequest = request
      return .busAccess
    case .done(let cost):
      retire(cost: cost)
      return nil
    }
  }

  // MARK: Traps

  /// Enters the trap handler.
  ///
  /// - Returns: the trap if there is no handler, nil to go on.
  mutating func raise(_ cause: TrapCause, value: UInt32) -> StopReason? {
    let pc = programCounter
    guard machine.hasHandler else {
      let isFetched = isInSRAM(pc, byteCount: 4)
      return .trapped(
        Trap(
          cause: cause, programCounter: pc, value: value,
          instruction: isFetched ? readWord(at: pc) : 0))
    }
    // A handler whose first instruction traps would be entered again and again.
    if pc == machine.trapVector & ~3, !cause.isInterrupt {
      return .trapped(
        Trap(
          cause: cause, programCounter: pc, value: value,
          instruction: isInSRAM(pc, byteCount: 4) ? readWord(at: pc) : 0))
    }
    machine.exceptionCounter = pc
    machine.cause = cause.rawValue
    machine.trapValue = value
    machine.previousInterruptsEnabled = machine.interruptsEnabled
    machine.interruptsEnabled = false
    isWaiting = false
    let isVectored = machine.trapVector & 1 != 0 && cause.isInterrupt
    let handler = machine.trapVector & ~3 &+ (isVectored ? 4 &* (cause.rawValue & 0xFF) : 0)
    pcOffset = handler &- sramBase
    cycle &+= UInt64(CycleCosts.takenBranch)
    // A handler that cannot be fetched would trap for ever.
    guard isInSRAM(handler, byteCount: 4) else {
      return .trapped(
        Trap(
          cause: .instructionAccessFault, programCounter: handler, value: handler, instruction: 0))
    }
    return nil
  }

  private mutating func returnFromTrap() -> StopReason? {
    machine.interruptsEnabled = machine.previousInterruptsEnabled
    machine.previousInterruptsEnabled = true
    retire(cost: CycleCosts.takenBranch)
    pcOffset = machine.exceptionCounter &- sramBase
    return nil
  }

  private mutating func environmentCall() -> StopReason? {
    guard !machine.hasHandler else { return raise(.environmentCall, value: 0) }
    let (a0, a1, a2, a7) = unsafe (x[10], x[11], x[12], x[17])
    switch a7 {
    case 93: return .exited(code: Int32(bitPattern: a0))
    case 64:
      guard isInSRAM(a1, byteCount: Int(a2)) else { return raise(.loadAccessFault, value: a1) }
      unsafe x[10] = a2
      retire()
      return .consoleWrite(address: a1, byteCount: a2)
    default: return raise(.environmentCall, value: 0)
    }
  }

  // MARK: Jumps that the loop cannot take

  private mutating func jumpThroughRegister(_ a: UInt32, _ i: Instruction) -> StopReason? {
    jump(to: (a &+ UInt32(bitPattern: i.immediate)) & ~1, i)
  }

  private mutating func branchSlowly(_ i: Instruction) -> StopReason? {
    let (a, b) = unsafe (x[Int(i.source1)], x[Int(i.source2)])
    let isTaken =
      switch i.opcode {
      case .beq: a == b
      case .bne: a != b
      case .blt: Int32(bitPattern: a) < Int32(bitPattern: b)
      case .bge: Int32(bitPattern: a) >= Int32(bitPattern: b)
      case .bltu: a < b
      case .bgeu: a >= b
      default: true
      }
    guard isTaken else {
      retire()
      return nil
    }
    return jump(to: programCounter &+ UInt32(bitPattern: i.immediate), i)
  }

  /// A jump to anywhere: a misaligned target traps at the jump, one outside the SRAM when the
  /// instruction there is fetched.
  private mutating func jump(to target: UInt32, _ i: Instruction) -> StopReason? {
    guard target & 3 == 0 else { return raise(.instructionAddressMisaligned, value: target) }
    switch i.opcode {
    case .jal, .jalr: unsafe x[Int(i.destination)] = programCounter &+ 4
    default: break
    }
    retire(cost: CycleCosts.takenBranch)
    pcOffset = target &- sramBase
    return nil
  }

  // MARK: Control registers

  private mutating func accessControlRegister(_ i: Instruction) -> StopReason? {
    let isWrite: Bool
    let operand: UInt32
    switch i.opcode {
    case .csrrw: (isWrite, operand) = unsafe (true, x[Int(i.source1)])
    case .csrrwi: (isWrite, operand) = (true, UInt32(i.source1))
    case .csrrs, .csrrc: (isWrite, operand) = unsafe (i.source1 != 0, x[Int(i.source1)])
    default: (isWrite, operand) = (i.source1 != 0, UInt32(i.source1))
    }
    let number = UInt16(truncatingIfNeeded: i.immediate & 0xFFF)
    guard let register = ControlRegister(rawValue: number), let old = read(register),
      !(isWrite && register.isReadOnly),
      !(register.isOfVectorUnit && machine.vectorStatus == 0)
    else {
      return raise(.illegalInstruction, value: i.word)
    }
    retire()
    unsafe x[Int(i.destination)] = old
    guard isWrite else { return nil }
    switch i.opcode {
    case .csrrw, .csrrwi: write(register, operand)
    case .csrrs, .csrrsi: write(register, old | operand)
    default: write(register, old & ~operand)
    }
    return nil
  }
}
