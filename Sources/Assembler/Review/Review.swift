import InstructionSet

extension AssemblyState {
  /// Warns of what assembles but hardly does what was meant. For a program without errors, its words
  /// made.
  mutating func review(entry: Int64) {
    let flow = ControlFlow(self, entry: entry)
    for index in flow.steps.indices {
      reviewZeroRegister(flow.steps[index])
      reviewReachability(flow, index)
    }
    guard flow.steps.contains(where: { $0.instruction.opcode == .vector }) else { return }
    reviewVectors(flow, VectorTypeFlow(flow))
  }

  // MARK: x0

  private mutating func reviewZeroRegister(_ step: ControlFlow.Step) {
    let i = step.instruction
    guard i.word >> 7 & 31 == 0, Self.hasResult(i), !Self.isHint(i.word) else { return }
    let pending = instructions[step.index]
    warn(
      .zeroRegister, at: pending.operands.first?.position ?? pending.position,
      "the result of \(written(pending)) is lost: x0 is always 0")
  }

  /// Whether the instruction is there for what it writes into an integer register.
  private static func hasResult(_ i: Instruction) -> Bool {
    switch i.opcode {
    case .lui, .auipc, .addi, .slti, .sltiu, .xori, .ori, .andi, .slli, .srli, .srai, .add, .sub,
      .sll, .slt, .sltu, .xor, .srl, .sra, .or, .and, .mul, .mulh, .mulhsu, .mulhu, .div, .divu,
      .rem, .remu:
      true
    case .vector:
      switch i.operation {
      case .vmvXS, .vcpop, .vfirst: true
      default: false
      }
    case .jal, .jalr, .beq, .bne, .blt, .bge, .bltu, .bgeu, .lb, .lh, .lw, .lbu, .lhu, .sb, .sh,
      .sw, .csrrw, .csrrs, .csrrc, .csrrwi, .csrrsi, .csrrci, .fence, .fenceTSO, .fenceI, .ecall,
      .ebreak, .mret, .wfi, .illegal:
      false
    }
  }

  /// `nop`, the non-temporal hints (`add x0, x0, x2` to `x5`) and the marks of semihosting.
  private static func isHint(_ word: UInt32) -> Bool {
    switch word {
    case 0x0000_0013, 0x0020_0033, 0x0030_0033, 0x0040_0033, 0x0050_0033, 0x01F0_1013, 0x4070_5013:
      true
    default: false
    }
  }

  // MARK: Reachability

  private mutating func reviewReachability(_ flow: ControlFlow, _ index: Int) {
    let step = flow.steps[index]
    guard index > 0, flow.steps[index - 1].next == index, !step.isLabelled,
      Self.neverReturns(flow.steps[index - 1]), !Self.neverReturns(step)
    else { return }
    let (before, pending) = (instructions[flow.steps[index - 1].index], instructions[step.index])
    guard before.section == pending.section else { return }
    warn(
      .unreachable, at: pending.position,
      "nothing leads here: no label stands between this and the \(written(before)) before it")
  }

  /// A jump to where a register points may well lead to what follows it.
  private static func neverReturns(_ step: ControlFlow.Step) -> Bool {
    switch step.exit {
    case .jump(let target): target != nil || step.instruction.opcode == .jal
    case .back: true
    case .next, .branch, .call: false
    }
  }

  /// The mnemonic as the source has it.
  func written(_ pending: PendingInstruction) -> String {
    let line = map.lines[pending.position.line]
    let word = line.text.dropFirst(pending.position.column - line.column)
      .prefix { !isBlankByte($0) }
    return String(decoding: word, as: UTF8.self)
  }
}
