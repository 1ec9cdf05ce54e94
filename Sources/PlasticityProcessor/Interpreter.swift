import InstructionSet

extension PlasticityProcessor {
  /// Runs until the cycle counter has reached `limit` or something is needed from outside.
  ///
  /// The counter may end past the limit by what the last instruction costs.
  ///
  /// - Precondition: no ``busRequest`` is open.
  public mutating func run(untilCycle limit: UInt64) -> StopReason {
    precondition(busRequest == nil, "the bus request has not been answered")
    if isWaiting {
      guard machine.wakeUps != 0 else { return .waiting }
      isWaiting = false
    }
    // The owner has refused a bus access: that instruction traps before anything else happens.
    if pendingFault != .none, let stop = executeSlowly() { return stop }
    while cycle < limit {
      if machine.interruptsEnabled, let interrupt = machine.firstInterrupt {
        if let stop = raise(interrupt, value: 0) { return stop }
        continue
      }
      if interpret(cycles: min(limit - cycle, Meter.maximum)) { continue }
      let stop = executeSlowly()
      if let stop = takeWatchStop() ?? stop { return stop }
    }
    return .cycleLimit
  }

  /// The interpreter's loop: what stays inside the SRAM and changes no machine state, one line per
  /// instruction. Everything else is left to ``executeSlowly()``.
  ///
  /// - Returns: true if the cycles are used up, false if the instruction at the program counter needs
  ///   ``executeSlowly()``.
  private mutating func interpret(cycles: UInt64) -> Bool {
    let byteCount = UInt32(truncatingIfNeeded: sramByteCount)
    guard pcOffset < byteCount else { return false }
    let memory = unsafe Memory(
      bytes: sram, base: sramBase, byteCount: byteCount,
      guardedStart: UInt32(truncatingIfNeeded: guardedRange.lowerBound) &- 3,
      guardedByteCount: guardedRange.isEmpty
        ? 0 : UInt32(truncatingIfNeeded: guardedRange.count &+ 3))
    var c = unsafe Cursor(place: code + Int(pcOffset / 4), code: code, x: x)
    var meter = Meter(cycles: cycles)
    let start = cycle

    loop: while meter.left > 0 {
      switch c.opcode {
      case .lui: c.rd = c.immediate
      case .auipc: c.rd = memory.base &+ c.offset &+ c.immediate
      case .addi: c.rd = c.a &+ c.immediate
      case .slti: c.rd = c.signedA < c.signedImmediate ? 1 : 0
      case .sltiu: c.rd = c.a < c.immediate ? 1 : 0
      case .xori: c.rd = c.a ^ c.immediate
      case .ori: c.rd = c.a | c.immediate
      case .andi: c.rd = c.a & c.immediate
      case .slli: c.rd = c.a &<< c.immediate
      case .srli: c.rd = c.a &>> c.immediate
      case .srai: c.rd = UInt32(bitPattern: c.signedA &>> c.signedImmediate)
      case .add: c.rd = c.a &+ c.b
      case .sub: c.rd = c.a &- c.b
      case .sll: c.rd = c.a &<< c.b
      case .slt: c.rd = c.signedA < c.signedB ? 1 : 0
      case .sltu: c.rd = c.a < c.b ? 1 : 0
      case .xor: c.rd = c.a ^ c.b
      case .srl: c.rd = c.a &>> c.b
      case .sra: c.rd = UInt32(bitPattern: c.signedA &>> c.signedB)
      case .or: c.rd = c.a | c.b
      case .and: c.rd = c.a & c.b
      case .fence, .fenceTSO, .fenceI: break

      case .beq: if c.a == c.b { c.jump(&meter) }
      case .bne: if c.a != c.b { c.jump(&meter) }
      case .blt: if c.signedA < c.signedB { c.jump(&meter) }
      case .bge: if c.signedA >= c.signedB { c.jump(&meter) }
      case .bltu: if c.a < c.b { c.jump(&meter) }
      case .bgeu: if c.a >= c.b { c.jump(&meter) }
      case .jal:
        c.rd = memory.base &+ c.offset &+ 4
        c.jump(&meter)
      case .jalr:
        let target = (c.a &+ c.immediate) & ~1 &- memory.base
        guard target & 3 == 0, target < memory.byteCount else { break loop }
        c.rd = memory.base &+ c.offset &+ 4
        c.jump(to: target)
        meter.charge(CycleCosts.takenBranch)

      case .lb: guard load(Int8.self, c, memory, &meter) else { break loop }
      case .lh: guard load(Int16.self, c, memory, &meter) else { break loop }
      case .lw: guard load(UInt32.self, c, memory, &meter) else { break loop }
      case .lbu: guard load(UInt8.self, c, memory, &meter) else { break loop }
      case .lhu: guard load(UInt16.self, c, memory, &meter) else { break loop }
      case .sb: guard store(UInt8.self, c, memory, &meter) else { break loop }
      case .sh: guard store(UInt16.self, c, memory, &meter) else { break loop }
      case .sw: guard store(UInt32.self, c, memory, &meter) else { break loop }

      case .mul:
        c.rd = c.a &* c.b
        meter.charge(CycleCosts.multiply)
      case .mulh, .mulhsu, .mulhu:
        c.rd = Self.upperProduct(c.opcode, c.a, c.b)
        meter.charge(CycleCosts.multiply)
      case .div, .divu, .rem, .remu:
        c.rd = Self.divide(c.opcode, c.a, c.b)
        meter.charge(CycleCosts.divide)

      case .vector:
        let cost = unsafe executeVector(
          c.place, at: start &+ cycles &- UInt64(truncatingIfNeeded: meter.left))
        guard cost > 0 else { break loop }
        meter.charge(cost)

      case .csrrw, .csrrs, .csrrc, .csrrwi, .csrrsi, .csrrci, .ecall, .ebreak, .mret, .wfi,
        .illegal:
        break loop
      }
      c.advance()
      meter.count()
    }

    let spent = Int64(cycles) &- Int64(meter.left)
    cycle &+= UInt64(spent)
    instructionCount &+= UInt64(spent &- meter.extra)
    pcOffset = c.offset
    return meter.left <= 0
  }

  @inline(__always)
  private func load<T: FixedWidthInteger & BitwiseCopyable>(
    _: T.Type, _ c: Cursor, _ memory: Memory, _ meter: inout Meter
  ) -> Bool {
    let offset = c.a &+ c.immediate &- memory.base
    guard memory.canLoad(offset, T.self) else { return false }
    c.rd = memory.load(offset, as: T.self)
    meter.charge(CycleCosts.memory)
    return true
  }

  @inline(__always)
  private func store<T: FixedWidthInteger & BitwiseCopyable>(
    _: T.Type, _ c: Cursor, _ memory: Memory, _ meter: inout Meter
  ) -> Bool {
    let offset = c.a &+ c.immediate &- memory.base
    guard memory.canStore(offset, T.self) else { return false }
    memory.store(c.b, offset, as: T.self)
    meter.charge(CycleCosts.memory)
    return true
  }

  @inline(never)
  private static func upperProduct(_ opcode: Opcode, _ a: UInt32, _ b: UInt32) -> UInt32 {
    let signedA = Int64(Int32(bitPattern: a))
    let product: Int64 =
      switch opcode {
      case .mulh: signedA &* Int64(Int32(bitPattern: b))
      case .mulhsu: signedA &* Int64(b)
      default: Int64(bitPattern: UInt64(a) &* UInt64(b))
      }
    return UInt32(truncatingIfNeeded: product &>> 32)
  }

  /// Division rounds towards zero, the remainder has the sign of the dividend. By zero the quotient
  /// is all ones and the remainder the dividend; the one overflow gives the dividend and 0.
  @inline(never)
  private static func divide(_ opcode: Opcode, _ a: UInt32, _ b: UInt32) -> UInt32 {
    let (signedA, signedB) = (Int32(bitPattern: a), Int32(bitPattern: b))
    switch opcode {
    case .div:
      return b == 0
        ? .max : UInt32(bitPattern: signedA.dividedReportingOverflow(by: signedB).partialValue)
    case .divu: return b == 0 ? .max : a / b
    case .rem:
      return b == 0
        ? a
        : UInt32(bitPattern: signedA.remainderReportingOverflow(dividingBy: signedB).partialValue)
    default: return b == 0 ? a : a % b
    }
  }
}
