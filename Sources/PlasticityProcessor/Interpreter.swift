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
      if interpret(untilCycle: limit) { break }
      if let stop = executeSlowly() { return stop }
    }
    return .cycleLimit
  }

  /// What an instruction costs beyond the one cycle that the loop charges for each.
  @inline(__always)
  private static func charge(_ cost: Int, _ budget: inout Int64, _ extra: inout Int64) {
    budget &-= Int64(cost - 1)
    extra &+= Int64(cost - 1)
  }

  /// The interpreter's loop: what stays inside the SRAM and changes no machine state, one line per
  /// instruction. Everything else is left to ``executeSlowly()``.
  ///
  /// The loop counts down one budget of cycles. What an instruction costs beyond one cycle is also
  /// added to `extra`, so the number of instructions follows from the two when the loop ends.
  ///
  /// - Returns: true if the limit is reached, false if the instruction at the program counter needs
  ///   ``executeSlowly()``.
  // swift-format-ignore
  private mutating func interpret(untilCycle limit: UInt64) -> Bool {
    let x = unsafe self.x, code = unsafe self.code, sram = unsafe self.sram
    let base = sramBase
    let byteCount = UInt32(truncatingIfNeeded: sramByteCount)
    let wordEnd = byteCount &- 4, halfEnd = byteCount &- 2
    // A store into the `codeByteCount` bytes from `codeStart` may change decoded code.
    let codeStart = UInt32(truncatingIfNeeded: decodedRange.lowerBound) &- 3
    let codeByteCount = decodedRange.isEmpty ? 0 : UInt32(truncatingIfNeeded: decodedRange.count) &+ 3
    guard pcOffset < byteCount else { return false }
    let budgetAtStart = Int64(clamping: limit - cycle)
    var budget = budgetAtStart, extra: Int64 = 0
    var p = unsafe code + Int(pcOffset / 4)

    loop: while budget > 0 {
      let i = unsafe p.pointee
      let a = unsafe x[Int(i.source1)], b = unsafe x[Int(i.source2)]
      let rd = unsafe x + Int(i.destination)
      let imm = UInt32(bitPattern: i.immediate)
      let address = a &+ imm &- base
      switch i.opcode {
      case .lui: unsafe rd.pointee = imm
      case .auipc: unsafe rd.pointee = base &+ Self.offset(p, code) &+ imm
      case .addi: unsafe rd.pointee = a &+ imm
      case .slti: unsafe rd.pointee = Int32(bitPattern: a) < i.immediate ? 1 : 0
      case .sltiu: unsafe rd.pointee = a < imm ? 1 : 0
      case .xori: unsafe rd.pointee = a ^ imm
      case .ori: unsafe rd.pointee = a | imm
      case .andi: unsafe rd.pointee = a & imm
      case .slli: unsafe rd.pointee = a &<< imm
      case .srli: unsafe rd.pointee = a &>> imm
      case .srai: unsafe rd.pointee = UInt32(bitPattern: Int32(bitPattern: a) &>> i.immediate)
      case .add: unsafe rd.pointee = a &+ b
      case .sub: unsafe rd.pointee = a &- b
      case .sll: unsafe rd.pointee = a &<< b
      case .slt: unsafe rd.pointee = Int32(bitPattern: a) < Int32(bitPattern: b) ? 1 : 0
      case .sltu: unsafe rd.pointee = a < b ? 1 : 0
      case .xor: unsafe rd.pointee = a ^ b
      case .srl: unsafe rd.pointee = a &>> b
      case .sra: unsafe rd.pointee = UInt32(bitPattern: Int32(bitPattern: a) &>> Int32(bitPattern: b))
      case .or: unsafe rd.pointee = a | b
      case .and: unsafe rd.pointee = a & b
      case .fence, .fenceTSO, .fenceI: break

      case .beq: unsafe Self.branch(a == b, i, &p, &budget, &extra)
      case .bne: unsafe Self.branch(a != b, i, &p, &budget, &extra)
      case .blt: unsafe Self.branch(Int32(bitPattern: a) < Int32(bitPattern: b), i, &p, &budget, &extra)
      case .bge: unsafe Self.branch(Int32(bitPattern: a) >= Int32(bitPattern: b), i, &p, &budget, &extra)
      case .bltu: unsafe Self.branch(a < b, i, &p, &budget, &extra)
      case .bgeu: unsafe Self.branch(a >= b, i, &p, &budget, &extra)
      case .jal:
        unsafe rd.pointee = base &+ Self.offset(p, code) &+ 4
        unsafe Self.branch(true, i, &p, &budget, &extra)
      case .jalr:
        let target = (a &+ imm) & ~1 &- base
        guard target & 3 == 0, target < byteCount else { break loop }
        unsafe rd.pointee = base &+ Self.offset(p, code) &+ 4
        unsafe p = code + Int(target / 4) - 1
        Self.charge(CycleCosts.takenBranch, &budget, &extra)

      case .lb:
        guard address < byteCount else { break loop }
        unsafe rd.pointee = UInt32(truncatingIfNeeded: sram.load(fromByteOffset: Int(address), as: Int8.self))
        Self.charge(CycleCosts.memory, &budget, &extra)
      case .lbu:
        guard address < byteCount else { break loop }
        unsafe rd.pointee = UInt32(sram.load(fromByteOffset: Int(address), as: UInt8.self))
        Self.charge(CycleCosts.memory, &budget, &extra)
      case .lh:
        guard address <= halfEnd else { break loop }
        unsafe rd.pointee = UInt32(truncatingIfNeeded: sram.loadUnaligned(fromByteOffset: Int(address), as: Int16.self))
        Self.charge(CycleCosts.memory, &budget, &extra)
      case .lhu:
        guard address <= halfEnd else { break loop }
        unsafe rd.pointee = UInt32(sram.loadUnaligned(fromByteOffset: Int(address), as: UInt16.self))
        Self.charge(CycleCosts.memory, &budget, &extra)
      case .lw:
        guard address <= wordEnd else { break loop }
        unsafe rd.pointee = sram.loadUnaligned(fromByteOffset: Int(address), as: UInt32.self)
        Self.charge(CycleCosts.memory, &budget, &extra)
      case .sb:
        guard address < byteCount, address &- codeStart >= codeByteCount else { break loop }
        unsafe sram.storeBytes(of: UInt8(truncatingIfNeeded: b), toByteOffset: Int(address), as: UInt8.self)
        Self.charge(CycleCosts.memory, &budget, &extra)
      case .sh:
        guard address <= halfEnd, address &- codeStart >= codeByteCount else { break loop }
        unsafe sram.storeBytes(of: UInt16(truncatingIfNeeded: b), toByteOffset: Int(address), as: UInt16.self)
        Self.charge(CycleCosts.memory, &budget, &extra)
      case .sw:
        guard address <= wordEnd, address &- codeStart >= codeByteCount else { break loop }
        unsafe sram.storeBytes(of: b, toByteOffset: Int(address), as: UInt32.self)
        Self.charge(CycleCosts.memory, &budget, &extra)

      case .mul:
        unsafe rd.pointee = a &* b
        Self.charge(CycleCosts.multiply, &budget, &extra)
      case .mulh:
        unsafe rd.pointee = UInt32(truncatingIfNeeded: (Int64(Int32(bitPattern: a)) &* Int64(Int32(bitPattern: b))) &>> 32)
        Self.charge(CycleCosts.multiply, &budget, &extra)
      case .mulhsu:
        unsafe rd.pointee = UInt32(truncatingIfNeeded: (Int64(Int32(bitPattern: a)) &* Int64(b)) &>> 32)
        Self.charge(CycleCosts.multiply, &budget, &extra)
      case .mulhu:
        unsafe rd.pointee = UInt32(truncatingIfNeeded: (UInt64(a) &* UInt64(b)) &>> 32)
        Self.charge(CycleCosts.multiply, &budget, &extra)
      case .div:
        unsafe rd.pointee = UInt32(bitPattern: Self.quotient(Int32(bitPattern: a), Int32(bitPattern: b)))
        Self.charge(CycleCosts.divide, &budget, &extra)
      case .divu:
        unsafe rd.pointee = b == 0 ? .max : a / b
        Self.charge(CycleCosts.divide, &budget, &extra)
      case .rem:
        unsafe rd.pointee = UInt32(bitPattern: Self.remainder(Int32(bitPattern: a), Int32(bitPattern: b)))
        Self.charge(CycleCosts.divide, &budget, &extra)
      case .remu:
        unsafe rd.pointee = b == 0 ? a : a % b
        Self.charge(CycleCosts.divide, &budget, &extra)

      case .vector:
        let cost = unsafe executeVector(p.pointee, at: limit &- UInt64(bitPattern: budget))
        guard cost > 0 else { break loop }
        Self.charge(cost, &budget, &extra)

      case .csrrw, .csrrs, .csrrc, .csrrwi, .csrrsi, .csrrci, .ecall, .ebreak, .mret, .wfi, .illegal:
        break loop
      }
      unsafe p += 1
      budget &-= 1
    }

    let spent = budgetAtStart &- budget
    cycle &+= UInt64(bitPattern: spent)
    instructionCount &+= UInt64(bitPattern: spent &- extra)
    unsafe pcOffset = Self.offset(p, code)
    return budget <= 0
  }

  /// Goes to the target if the condition holds. Only targets inside the SRAM are predecoded.
  @inline(__always)
  private static func branch(
    _ isTaken: Bool, _ i: Instruction, _ p: inout UnsafeMutablePointer<Instruction>,
    _ budget: inout Int64, _ extra: inout Int64
  ) {
    guard isTaken else { return }
    unsafe p += Int(i.immediate >> 2) - 1
    charge(CycleCosts.takenBranch, &budget, &extra)
  }

  /// The byte offset of a predecoded instruction in the SRAM.
  @inline(__always)
  private static func offset(
    _ p: UnsafeMutablePointer<Instruction>, _ code: UnsafeMutablePointer<Instruction>
  ) -> UInt32 { unsafe UInt32(truncatingIfNeeded: p - code) &* 4 }

  /// Division rounds towards zero; by zero it gives -1, and the one overflow gives the dividend.
  @inline(__always)
  private static func quotient(_ a: Int32, _ b: Int32) -> Int32 {
    if b == 0 { return -1 }
    return a.dividedReportingOverflow(by: b).partialValue
  }

  /// The remainder has the sign of the dividend; by zero it is the dividend, at the overflow 0.
  @inline(__always)
  private static func remainder(_ a: Int32, _ b: Int32) -> Int32 {
    if b == 0 { return a }
    return a.remainderReportingOverflow(dividingBy: b).partialValue
  }
}
