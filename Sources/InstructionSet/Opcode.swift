/// Every scalar instruction, in the order of the reference manual.
///
/// All of RV32I and M, Zicsr, Zifencei and the machine-mode instructions of a processor without
/// other modes. ``InstructionTable`` has the encoding and the effect of each.
public enum Opcode: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  /// A word that no row matches. It traps when executed, not when decoded. Raw value 0, so that
  /// cleared memory holds no instruction.
  case illegal
  case lui, auipc, jal, jalr
  case beq, bne, blt, bge, bltu, bgeu
  case lb, lh, lw, lbu, lhu, sb, sh, sw
  case addi, slti, sltiu, xori, ori, andi, slli, srli, srai
  case add, sub, sll, slt, sltu, xor, srl, sra, or, and
  case mul, mulh, mulhsu, mulhu, div, divu, rem, remu
  case csrrw, csrrs, csrrc, csrrwi, csrrsi, csrrci
  case fence, fenceTSO, fenceI, ecall, ebreak, mret, wfi
  /// Any vector instruction; ``Instruction/operation`` says which.
  case vector
}
