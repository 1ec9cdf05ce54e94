import InstructionSet

/// What one turn of the interpreter's loop does: one instruction, or two or three in a row.
///
/// The rows were chosen by counting what compiled programs and the firmware execute. Most of a turn's
/// time goes into finding out what to do, so two instructions in one turn take little longer than one.
enum Handler: UInt8, BitwiseCopyable {
  /// Not decoded, or nothing for the loop: left to ``PlasticityProcessor/executeSlowly()``.
  case slow

  case lui, auipc, jal, jalr
  case beq, bne, blt, bge, bltu, bgeu
  case lb, lh, lw, lbu, lhu, sb, sh, sw
  case addi, slti, sltiu, xori, ori, andi, slli, srli, srai
  case add, sub, sll, slt, sltu, xor, srl, sra, or, and
  case mul, mulh, mulhsu, mulhu, div, divu, rem, remu
  case fence, vector

  // Arithmetic, then arithmetic.
  case addiAddi, addiAdd, addAddi, addAdd, addiSlli, slliAdd, slliSrli, slliSrai, srliSlli
  case srliXor, srliAndi, srliAddi, sraiAnd, andAddi, andXor, andSrli, xorAndi, xorAdd, addiXor
  case andiSlli, andiSub, subAnd, luiAddi, auipcAddi
  // Arithmetic, then memory.
  case addiLw, addiLbu, addiSw, addiSb, addLw, addLbu, luiLw, auipcLw
  // Memory, then arithmetic.
  case lwAddi, lwAdd, lwXor, lwSrli, lbuAddi, lbuXor, swAddi, sbAddi
  // Memory, then memory.
  case lwLw, swSw, lwSw, swLw, lbuLbu
  // Arithmetic or memory, then a jump.
  case addiBne, addiBeq, addiBlt, addiBltu, addiBge, addBne, xorBne, andiBeq, andiBne, addiJal
  case addiJalr, auipcJalr, lwJalr, lwBeq, lwBne, lbuBeq, lbuBne
  // A branch that is not taken, then something else.
  case bneAddi, bneLbu, beqAddi, beqLw
  // Three in a row.
  case lbuAddiAddi, addiAddiBne, addiSbAddi, sbAddiBne, slliAddLw, xorAndiSlli, lwLwLw, swSwSw
  case addiXorBne
  /// The factor of a CRC's polynomial, the bit 0 in all places: `andi b, a, 1; neg b, b; and b, b, c`
  /// or `slli b, a, 31; srai b, b, 31; and b, b, c`. Each reads what the one before it has written.
  case andiNegAnd, slliSraiAnd

  /// What the fused instructions before the last one may cost at most: when fewer cycles are left,
  /// the loop goes on one instruction at a time.
  static let costMax: UInt64 = 8

  init(_ opcode: Opcode) {
    self =
      switch opcode {
      case .illegal, .csrrw, .csrrs, .csrrc, .csrrwi, .csrrsi, .csrrci: .slow
      case .ecall, .ebreak, .mret, .wfi: .slow
      case .fence, .fenceTSO, .fenceI: .fence
      case .vector: .vector
      case .lui: .lui
      case .auipc: .auipc
      case .jal: .jal
      case .jalr: .jalr
      case .beq: .beq
      case .bne: .bne
      case .blt: .blt
      case .bge: .bge
      case .bltu: .bltu
      case .bgeu: .bgeu
      case .lb: .lb
      case .lh: .lh
      case .lw: .lw
      case .lbu: .lbu
      case .lhu: .lhu
      case .sb: .sb
      case .sh: .sh
      case .sw: .sw
      case .addi: .addi
      case .slti: .slti
      case .sltiu: .sltiu
      case .xori: .xori
      case .ori: .ori
      case .andi: .andi
      case .slli: .slli
      case .srli: .srli
      case .srai: .srai
      case .add: .add
      case .sub: .sub
      case .sll: .sll
      case .slt: .slt
      case .sltu: .sltu
      case .xor: .xor
      case .srl: .srl
      case .sra: .sra
      case .or: .or
      case .and: .and
      case .mul: .mul
      case .mulh: .mulh
      case .mulhsu: .mulhsu
      case .mulhu: .mulhu
      case .div: .div
      case .divu: .divu
      case .rem: .rem
      case .remu: .remu
      }
  }
}
