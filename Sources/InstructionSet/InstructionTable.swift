/// The one table of instructions. A row is *syntax, encoding, effect*.
///
/// The encoding column is copied from the RISC-V manual, most significant bit first, so that review
/// is laying two lines side by side. Field names in it are the operands; `imm[12|10:5]` says which
/// bits of the value lie there. `imm` and `offset` are signed, `uimm` and `shamt` are not; `offset`
/// counts from the instruction itself.
///
/// Braces make the forms of one operation one line: groups of the same length vary together, groups
/// of different lengths independently.
public enum InstructionTable {
  /// All rows, the scalar ones first, in the order of the table.
  public static let rows: [InstructionRow] = families.flatMap(\.rows)

  /// All families: the lines of the table, with their braces.
  public static let families: [InstructionFamily] =
    Opcode.allCases.compactMap { opcode in
      columns(opcode).map { InstructionFamily(opcode, nil, $0) }
    } + VectorOperation.allCases.map { InstructionFamily(.vector, $0, columns($0)) }

  /// The row of a mnemonic; nil when the table has none (pseudo-instructions are the assembler's).
  ///
  /// - Complexity: O(1).
  public static func row(_ mnemonic: String) -> InstructionRow? {
    rowIndices[mnemonic].map { rows[$0] }
  }

  private static let rowIndices = [String: Int](
    uniqueKeysWithValues: rows.indices.map { (rows[$0].mnemonic, $0) })

  typealias Columns = (syntax: String, encoding: String, effect: String)

  // swift-format-ignore
  private static func columns(_ opcode: Opcode) -> Columns? {
    switch opcode {
    case .lui:    ("lui rd, uimm",          "uimm[19:0] rd 0110111",                            "x[rd] = uimm << 12")
    case .auipc:  ("auipc rd, uimm",        "uimm[19:0] rd 0010111",                            "x[rd] = pc + (uimm << 12)")
    case .jal:    ("jal rd, offset",        "offset[20|10:1|11|19:12] rd 1101111",              "x[rd] = pc + 4; pc += offset")
    case .jalr:   ("jalr rd, imm(rs1)",     "imm[11:0] rs1 000 rd 1100111",                     "t = x[rs1] + imm; x[rd] = pc + 4; pc = t & ~1")
    case .beq:    ("beq rs1, rs2, offset",  "offset[12|10:5] rs2 rs1 000 offset[4:1|11] 1100011", "if x[rs1] == x[rs2]: pc += offset")
    case .bne:    ("bne rs1, rs2, offset",  "offset[12|10:5] rs2 rs1 001 offset[4:1|11] 1100011", "if x[rs1] != x[rs2]: pc += offset")
    case .blt:    ("blt rs1, rs2, offset",  "offset[12|10:5] rs2 rs1 100 offset[4:1|11] 1100011", "if x[rs1] < x[rs2]: pc += offset")
    case .bge:    ("bge rs1, rs2, offset",  "offset[12|10:5] rs2 rs1 101 offset[4:1|11] 1100011", "if x[rs1] >= x[rs2]: pc += offset")
    case .bltu:   ("bltu rs1, rs2, offset", "offset[12|10:5] rs2 rs1 110 offset[4:1|11] 1100011", "if x[rs1] <u x[rs2]: pc += offset")
    case .bgeu:   ("bgeu rs1, rs2, offset", "offset[12|10:5] rs2 rs1 111 offset[4:1|11] 1100011", "if x[rs1] >=u x[rs2]: pc += offset")
    case .lb:     ("lb rd, imm(rs1)",       "imm[11:0] rs1 000 rd 0000011",                     "x[rd] = sext(m8[x[rs1] + imm])")
    case .lh:     ("lh rd, imm(rs1)",       "imm[11:0] rs1 001 rd 0000011",                     "x[rd] = sext(m16[x[rs1] + imm])")
    case .lw:     ("lw rd, imm(rs1)",       "imm[11:0] rs1 010 rd 0000011",                     "x[rd] = m32[x[rs1] + imm]")
    case .lbu:    ("lbu rd, imm(rs1)",      "imm[11:0] rs1 100 rd 0000011",                     "x[rd] = zext(m8[x[rs1] + imm])")
    case .lhu:    ("lhu rd, imm(rs1)",      "imm[11:0] rs1 101 rd 0000011",                     "x[rd] = zext(m16[x[rs1] + imm])")
    case .sb:     ("sb rs2, imm(rs1)",      "imm[11:5] rs2 rs1 000 imm[4:0] 0100011",           "m8[x[rs1] + imm] = x[rs2]")
    case .sh:     ("sh rs2, imm(rs1)",      "imm[11:5] rs2 rs1 001 imm[4:0] 0100011",           "m16[x[rs1] + imm] = x[rs2]")
    case .sw:     ("sw rs2, imm(rs1)",      "imm[11:5] rs2 rs1 010 imm[4:0] 0100011",           "m32[x[rs1] + imm] = x[rs2]")
    case .addi:   ("addi rd, rs1, imm",     "imm[11:0] rs1 000 rd 0010011",                     "x[rd] = x[rs1] + imm")
    case .slti:   ("slti rd, rs1, imm",     "imm[11:0] rs1 010 rd 0010011",                     "x[rd] = x[rs1] < imm ? 1 : 0")
    case .sltiu:  ("sltiu rd, rs1, imm",    "imm[11:0] rs1 011 rd 0010011",                     "x[rd] = x[rs1] <u imm ? 1 : 0")
    case .xori:   ("xori rd, rs1, imm",     "imm[11:0] rs1 100 rd 0010011",                     "x[rd] = x[rs1] ^ imm")
    case .ori:    ("ori rd, rs1, imm",      "imm[11:0] rs1 110 rd 0010011",                     "x[rd] = x[rs1] | imm")
    case .andi:   ("andi rd, rs1, imm",     "imm[11:0] rs1 111 rd 0010011",                     "x[rd] = x[rs1] & imm")
    case .slli:   ("slli rd, rs1, shamt",   "0000000 shamt[4:0] rs1 001 rd 0010011",            "x[rd] = x[rs1] << shamt")
    case .srli:   ("srli rd, rs1, shamt",   "0000000 shamt[4:0] rs1 101 rd 0010011",            "x[rd] = x[rs1] >>u shamt")
    case .srai:   ("srai rd, rs1, shamt",   "0100000 shamt[4:0] rs1 101 rd 0010011",            "x[rd] = x[rs1] >> shamt")
    case .add:    ("add rd, rs1, rs2",      "0000000 rs2 rs1 000 rd 0110011",                   "x[rd] = x[rs1] + x[rs2]")
    case .sub:    ("sub rd, rs1, rs2",      "0100000 rs2 rs1 000 rd 0110011",                   "x[rd] = x[rs1] - x[rs2]")
    case .sll:    ("sll rd, rs1, rs2",      "0000000 rs2 rs1 001 rd 0110011",                   "x[rd] = x[rs1] << (x[rs2] & 31)")
    case .slt:    ("slt rd, rs1, rs2",      "0000000 rs2 rs1 010 rd 0110011",                   "x[rd] = x[rs1] < x[rs2] ? 1 : 0")
    case .sltu:   ("sltu rd, rs1, rs2",     "0000000 rs2 rs1 011 rd 0110011",                   "x[rd] = x[rs1] <u x[rs2] ? 1 : 0")
    case .xor:    ("xor rd, rs1, rs2",      "0000000 rs2 rs1 100 rd 0110011",                   "x[rd] = x[rs1] ^ x[rs2]")
    case .srl:    ("srl rd, rs1, rs2",      "0000000 rs2 rs1 101 rd 0110011",                   "x[rd] = x[rs1] >>u (x[rs2] & 31)")
    case .sra:    ("sra rd, rs1, rs2",      "0100000 rs2 rs1 101 rd 0110011",                   "x[rd] = x[rs1] >> (x[rs2] & 31)")
    case .or:     ("or rd, rs1, rs2",       "0000000 rs2 rs1 110 rd 0110011",                   "x[rd] = x[rs1] | x[rs2]")
    case .and:    ("and rd, rs1, rs2",      "0000000 rs2 rs1 111 rd 0110011",                   "x[rd] = x[rs1] & x[rs2]")
    case .mul:    ("mul rd, rs1, rs2",      "0000001 rs2 rs1 000 rd 0110011",                   "x[rd] = low32(x[rs1] * x[rs2])")
    case .mulh:   ("mulh rd, rs1, rs2",     "0000001 rs2 rs1 001 rd 0110011",                   "x[rd] = high32(x[rs1] * x[rs2])")
    case .mulhsu: ("mulhsu rd, rs1, rs2",   "0000001 rs2 rs1 010 rd 0110011",                   "x[rd] = high32(x[rs1] * unsigned(x[rs2]))")
    case .mulhu:  ("mulhu rd, rs1, rs2",    "0000001 rs2 rs1 011 rd 0110011",                   "x[rd] = high32(unsigned(x[rs1]) * unsigned(x[rs2]))")
    case .div:    ("div rd, rs1, rs2",      "0000001 rs2 rs1 100 rd 0110011",                   "x[rd] = x[rs1] / x[rs2]; -1 if x[rs2] == 0")
    case .divu:   ("divu rd, rs1, rs2",     "0000001 rs2 rs1 101 rd 0110011",                   "x[rd] = x[rs1] /u x[rs2]; -1 if x[rs2] == 0")
    case .rem:    ("rem rd, rs1, rs2",      "0000001 rs2 rs1 110 rd 0110011",                   "x[rd] = x[rs1] % x[rs2]; x[rs1] if x[rs2] == 0")
    case .remu:   ("remu rd, rs1, rs2",     "0000001 rs2 rs1 111 rd 0110011",                   "x[rd] = x[rs1] %u x[rs2]; x[rs1] if x[rs2] == 0")
    case .csrrw:  ("csrrw rd, csr, rs1",    "csr[11:0] rs1 001 rd 1110011",                     "t = x[rs1]; x[rd] = csr; csr = t (csr is not read if rd is x0)")
    case .csrrs:  ("csrrs rd, csr, rs1",    "csr[11:0] rs1 010 rd 1110011",                     "t = x[rs1]; x[rd] = csr; csr |= t (csr is not written if rs1 is x0)")
    case .csrrc:  ("csrrc rd, csr, rs1",    "csr[11:0] rs1 011 rd 1110011",                     "t = x[rs1]; x[rd] = csr; csr &= ~t (csr is not written if rs1 is x0)")
    case .csrrwi: ("csrrwi rd, csr, uimm",  "csr[11:0] uimm[4:0] 101 rd 1110011",               "x[rd] = csr; csr = uimm (csr is not read if rd is x0)")
    case .csrrsi: ("csrrsi rd, csr, uimm",  "csr[11:0] uimm[4:0] 110 rd 1110011",               "x[rd] = csr; csr |= uimm (csr is not written if uimm is 0)")
    case .csrrci: ("csrrci rd, csr, uimm",  "csr[11:0] uimm[4:0] 111 rd 1110011",               "x[rd] = csr; csr &= ~uimm (csr is not written if uimm is 0)")
    case .fence:  ("fence pred, succ",      "0000 pred[3:0] succ[3:0] 00000 000 00000 0001111", "no effect: memory accesses are in order")
    case .fenceTSO: ("fence.tso",           "1000 0011 0011 00000 000 00000 0001111",           "no effect: memory accesses are in order")
    case .fenceI: ("fence.i",               "000000000000 00000 001 00000 0001111",             "stores before are seen by instruction fetches after")
    case .ecall:  ("ecall",                 "000000000000 00000 000 00000 1110011",             "trap: environment call from machine mode")
    case .ebreak: ("ebreak",                "000000000001 00000 000 00000 1110011",             "trap: breakpoint")
    case .mret:   ("mret",                  "0011000 00010 00000 000 00000 1110011",            "pc = mepc; mstatus.MIE = mstatus.MPIE; mstatus.MPIE = 1")
    case .wfi:    ("wfi",                   "0001000 00101 00000 000 00000 1110011",            "wait until an enabled interrupt is pending")
    case .vector, .illegal: nil
    }
  }
}
