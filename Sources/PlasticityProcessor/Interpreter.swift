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
      let left = limit - cycle
      let isAtLimit =
        left > Handler.costMax
        ? interpret(FusedInstructions.self, cycles: min(left - Handler.costMax, Meter.maximum))
        : interpret(SingleInstructions.self, cycles: left)
      if isAtLimit { continue }
      let stop = executeSlowly()
      if let stop = takeWatchStop() ?? stop { return stop }
    }
    return .cycleLimit
  }

  /// The interpreter's loop: what stays inside the SRAM and changes no machine state. Everything else
  /// is left to ``executeSlowly()``. What the instructions do is in `ScalarInstructions.swift`.
  ///
  /// - Returns: true if the cycles are used up, false if the instruction at the program counter needs
  ///   ``executeSlowly()``.
  private mutating func interpret<Choice: HandlerChoice>(_: Choice.Type, cycles: UInt64) -> Bool {
    let byteCount = UInt32(truncatingIfNeeded: sramByteCount)
    guard pcOffset < byteCount else { return false }
    let memory = unsafe Memory(
      bytes: sram, code: code, base: sramBase, byteCount: byteCount,
      guardedStart: UInt32(truncatingIfNeeded: guardedRange.lowerBound) &- 3,
      guardedByteCount: guardedRange.isEmpty
        ? 0 : UInt32(truncatingIfNeeded: guardedRange.count &+ 3))
    // The loop changes values only: an `inout` in it makes the optimizer take minutes.
    let x = unsafe x
    var now = unsafe Progress(place: code + Int(pcOffset / 4), meter: Meter(cycles: cycles))
    let end = cycle &+ cycles

    // swift-format-ignore
    loop: repeat {
      let (i, j, k) = unsafe (
        ScalarOperands(place: now.place, x: x), ScalarOperands(place: now.place + 1, x: x),
        ScalarOperands(place: now.place + 2, x: x)
      )
      switch i.handler(Choice.self) {
      case .slow: break loop

      // One instruction.
      case .lui: i.lui()
      case .addi: i.addi()
      case .slti: i.slti()
      case .sltiu: i.sltiu()
      case .xori: i.xori()
      case .ori: i.ori()
      case .andi: i.andi()
      case .slli: i.slli()
      case .srli: i.srli()
      case .srai: i.srai()
      case .add: i.add()
      case .sub: i.sub()
      case .sll: i.sll()
      case .slt: i.slt()
      case .sltu: i.sltu()
      case .xor: i.xor()
      case .srl: i.srl()
      case .sra: i.sra()
      case .or: i.or()
      case .and: i.and()
      case .auipc: i.auipc(memory)
      case .fence: break
      case .mul:
        i.mul()
        now = now.multiply
      case .mulh:
        i.mulh()
        now = now.multiply
      case .mulhsu:
        i.mulhsu()
        now = now.multiply
      case .mulhu:
        i.mulhu()
        now = now.multiply
      case .div:
        i.div()
        now = now.divide
      case .divu:
        i.divu()
        now = now.divide
      case .rem:
        i.rem()
        now = now.divide
      case .remu:
        i.remu()
        now = now.divide
      case .beq: if i.beq() { now = now.jump(i) }
      case .bne: if i.bne() { now = now.jump(i) }
      case .blt: if i.blt() { now = now.jump(i) }
      case .bge: if i.bge() { now = now.jump(i) }
      case .bltu: if i.bltu() { now = now.jump(i) }
      case .bgeu: if i.bgeu() { now = now.jump(i) }
      case .jal:
        i.link(memory)
        now = now.jump(i)
      case .jalr:
        guard let target = i.jalr(memory) else { break loop }
        now = unsafe now.jump(to: memory.place(target))
      case .lb:
        guard i.lb(memory) else { break loop }
        now = now.memory
      case .lh:
        guard i.lh(memory) else { break loop }
        now = now.memory
      case .lw:
        guard i.lw(memory) else { break loop }
        now = now.memory
      case .lbu:
        guard i.lbu(memory) else { break loop }
        now = now.memory
      case .lhu:
        guard i.lhu(memory) else { break loop }
        now = now.memory
      case .sb:
        guard i.sb(memory) else { break loop }
        now = now.memory
      case .sh:
        guard i.sh(memory) else { break loop }
        now = now.memory
      case .sw:
        guard i.sw(memory) else { break loop }
        now = now.memory
      case .vector:
        let cost = unsafe executeVector(
          now.place, at: end &- UInt64(truncatingIfNeeded: now.meter.left))
        guard cost > 0 else { break loop }
        now = now.taking(cost)

      // Arithmetic, then arithmetic.
      case .addiAddi: i.addi(); j.addi(); now = now.next
      case .addiAdd: i.addi(); j.add(); now = now.next
      case .addAddi: i.add(); j.addi(); now = now.next
      case .addAdd: i.add(); j.add(); now = now.next
      case .addiSlli: i.addi(); j.slli(); now = now.next
      case .slliAdd: i.slli(); j.add(); now = now.next
      case .slliSrli: i.slli(); j.srli(); now = now.next
      case .slliSrai: i.slli(); j.srai(); now = now.next
      case .srliSlli: i.srli(); j.slli(); now = now.next
      case .srliXor: i.srli(); j.xor(); now = now.next
      case .srliAndi: i.srli(); j.andi(); now = now.next
      case .srliAddi: i.srli(); j.addi(); now = now.next
      case .sraiAnd: i.srai(); j.and(); now = now.next
      case .andAddi: i.and(); j.addi(); now = now.next
      case .andXor: i.and(); j.xor(); now = now.next
      case .andSrli: i.and(); j.srli(); now = now.next
      case .xorAndi: i.xor(); j.andi(); now = now.next
      case .xorAdd: i.xor(); j.add(); now = now.next
      case .addiXor: i.addi(); j.xor(); now = now.next
      case .andiSlli: i.andi(); j.slli(); now = now.next
      case .andiSub: i.andi(); j.sub(); now = now.next
      case .subAnd: i.sub(); j.and(); now = now.next
      case .luiAddi: i.lui(); j.addi(); now = now.next
      case .auipcAddi: i.auipc(memory); j.addi(); now = now.next

      // Arithmetic, then memory.
      case .addiLw:
        i.addi(); now = now.next
        guard j.lw(memory) else { break loop }; now = now.memory
      case .addiLbu:
        i.addi(); now = now.next
        guard j.lbu(memory) else { break loop }; now = now.memory
      case .addiSw:
        i.addi(); now = now.next
        guard j.sw(memory) else { break loop }; now = now.memory
      case .addiSb:
        i.addi(); now = now.next
        guard j.sb(memory) else { break loop }; now = now.memory
      case .addLw:
        i.add(); now = now.next
        guard j.lw(memory) else { break loop }; now = now.memory
      case .addLbu:
        i.add(); now = now.next
        guard j.lbu(memory) else { break loop }; now = now.memory
      case .luiLw:
        i.lui(); now = now.next
        guard j.lw(memory) else { break loop }; now = now.memory
      case .auipcLw:
        i.auipc(memory); now = now.next
        guard j.lw(memory) else { break loop }; now = now.memory

      // Memory, then arithmetic.
      case .lwAddi:
        guard i.lw(memory) else { break loop }; now = now.memory.next
        j.addi()
      case .lwAdd:
        guard i.lw(memory) else { break loop }; now = now.memory.next
        j.add()
      case .lwXor:
        guard i.lw(memory) else { break loop }; now = now.memory.next
        j.xor()
      case .lwSrli:
        guard i.lw(memory) else { break loop }; now = now.memory.next
        j.srli()
      case .lbuAddi:
        guard i.lbu(memory) else { break loop }; now = now.memory.next
        j.addi()
      case .lbuXor:
        guard i.lbu(memory) else { break loop }; now = now.memory.next
        j.xor()
      case .swAddi:
        guard i.sw(memory) else { break loop }; now = now.memory.next
        j.addi()
      case .sbAddi:
        guard i.sb(memory) else { break loop }; now = now.memory.next
        j.addi()

      // Memory, then memory.
      case .lwLw:
        guard i.lw(memory) else { break loop }; now = now.memory.next
        guard j.lw(memory) else { break loop }; now = now.memory
      case .swSw:
        guard i.sw(memory) else { break loop }; now = now.memory.next
        guard j.sw(memory) else { break loop }; now = now.memory
      case .lwSw:
        guard i.lw(memory) else { break loop }; now = now.memory.next
        guard j.sw(memory) else { break loop }; now = now.memory
      case .swLw:
        guard i.sw(memory) else { break loop }; now = now.memory.next
        guard j.lw(memory) else { break loop }; now = now.memory
      case .lbuLbu:
        guard i.lbu(memory) else { break loop }; now = now.memory.next
        guard j.lbu(memory) else { break loop }; now = now.memory

      // Arithmetic or memory, then a jump.
      case .addiBne: i.addi(); now = now.next; if j.bne() { now = now.jump(j) }
      case .addiBeq: i.addi(); now = now.next; if j.beq() { now = now.jump(j) }
      case .addiBlt: i.addi(); now = now.next; if j.blt() { now = now.jump(j) }
      case .addiBltu: i.addi(); now = now.next; if j.bltu() { now = now.jump(j) }
      case .addiBge: i.addi(); now = now.next; if j.bge() { now = now.jump(j) }
      case .addBne: i.add(); now = now.next; if j.bne() { now = now.jump(j) }
      case .xorBne: i.xor(); now = now.next; if j.bne() { now = now.jump(j) }
      case .andiBeq: i.andi(); now = now.next; if j.beq() { now = now.jump(j) }
      case .andiBne: i.andi(); now = now.next; if j.bne() { now = now.jump(j) }
      case .addiJal: i.addi(); now = now.next; j.link(memory); now = now.jump(j)
      case .addiJalr:
        i.addi(); now = now.next
        guard let target = j.jalr(memory) else { break loop }
        now = unsafe now.jump(to: memory.place(target))
      case .auipcJalr:
        i.auipc(memory); now = now.next
        guard let target = j.jalr(memory) else { break loop }
        now = unsafe now.jump(to: memory.place(target))
      case .lwJalr:
        guard i.lw(memory) else { break loop }; now = now.memory.next
        guard let target = j.jalr(memory) else { break loop }
        now = unsafe now.jump(to: memory.place(target))
      case .lwBeq:
        guard i.lw(memory) else { break loop }; now = now.memory.next
        if j.beq() { now = now.jump(j) }
      case .lwBne:
        guard i.lw(memory) else { break loop }; now = now.memory.next
        if j.bne() { now = now.jump(j) }
      case .lbuBeq:
        guard i.lbu(memory) else { break loop }; now = now.memory.next
        if j.beq() { now = now.jump(j) }
      case .lbuBne:
        guard i.lbu(memory) else { break loop }; now = now.memory.next
        if j.bne() { now = now.jump(j) }

      // A branch that is not taken, then something else.
      case .bneAddi:
        if i.bne() {
          now = now.jump(i)
        } else {
          now = now.next
          j.addi()
        }
      case .bneLbu:
        if i.bne() {
          now = now.jump(i)
        } else {
          now = now.next
          guard j.lbu(memory) else { break loop }
          now = now.memory
        }
      case .beqAddi:
        if i.beq() {
          now = now.jump(i)
        } else {
          now = now.next
          j.addi()
        }
      case .beqLw:
        if i.beq() {
          now = now.jump(i)
        } else {
          now = now.next
          guard j.lw(memory) else { break loop }
          now = now.memory
        }

      // Three in a row.
      case .lbuAddiAddi:
        guard i.lbu(memory) else { break loop }; now = now.memory.next
        j.addi(); now = now.next; k.addi()
      case .addiAddiBne:
        i.addi(); now = now.next; j.addi(); now = now.next
        if k.bne() { now = now.jump(k) }
      case .addiSbAddi:
        i.addi(); now = now.next
        guard j.sb(memory) else { break loop }; now = now.memory.next
        k.addi()
      case .sbAddiBne:
        guard i.sb(memory) else { break loop }; now = now.memory.next
        j.addi(); now = now.next
        if k.bne() { now = now.jump(k) }
      case .slliAddLw:
        i.slli(); now = now.next; j.add(); now = now.next
        guard k.lw(memory) else { break loop }; now = now.memory
      case .xorAndiSlli: i.xor(); j.andi(); k.slli(); now = now.next.next
      case .lwLwLw:
        guard i.lw(memory) else { break loop }; now = now.memory.next
        guard j.lw(memory) else { break loop }; now = now.memory.next
        guard k.lw(memory) else { break loop }; now = now.memory
      case .swSwSw:
        guard i.sw(memory) else { break loop }; now = now.memory.next
        guard j.sw(memory) else { break loop }; now = now.memory.next
        guard k.sw(memory) else { break loop }; now = now.memory
      case .addiXorBne:
        i.addi(); now = now.next; j.xor(); now = now.next
        if k.bne() { now = now.jump(k) }
      case .andiNegAnd:
        i.andiNegAnd(j, k)
        now = now.next.next
      case .slliSraiAnd:
        i.slliSraiAnd(j, k)
        now = now.next.next
      }
      now = now.next
    } while !now.meter.isUsedUp

    let left = now.meter.left
    cycle = end &- UInt64(truncatingIfNeeded: left)
    instructionCount &+= UInt64(truncatingIfNeeded: Int64(cycles) &- left &- now.meter.extra)
    pcOffset = unsafe memory.offset(now.place)
    return left <= 0
  }
}
