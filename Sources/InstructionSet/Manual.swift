/// The chapters of the manual, in its order.
public enum InstructionGroup: String, CaseIterable, Sendable {
  case upperImmediate = "Constants and addresses"
  case jump = "Jumps and branches"
  case scalarMemory = "Loads and stores"
  case immediate = "Arithmetic with an immediate"
  case arithmetic = "Arithmetic with registers"
  case multiplication = "Multiplication and division"
  case control = "Control registers"
  case system = "System"
  case configuration = "Vector configuration"
  case vectorMemory = "Vector loads and stores"
  case integer = "Vector addition, logic and shifts"
  case width = "Vector widening, narrowing and extension"
  case fixedPoint = "Vector fixed point"
  case product = "Vector multiplication"
  case comparison = "Vector comparison"
  case mask = "Masks"
  case choice = "Vector merge and move"
  case reduction = "Vector reduction"
  case permutation = "Vector permutation"

  init(_ opcode: Opcode) {
    self =
      switch opcode {
      case .lui, .auipc: .upperImmediate
      case .jal, .jalr, .beq, .bne, .blt, .bge, .bltu, .bgeu: .jump
      case .lb, .lh, .lw, .lbu, .lhu, .sb, .sh, .sw: .scalarMemory
      case .addi, .slti, .sltiu, .xori, .ori, .andi, .slli, .srli, .srai: .immediate
      case .add, .sub, .sll, .slt, .sltu, .xor, .srl, .sra, .or, .and: .arithmetic
      case .mul, .mulh, .mulhsu, .mulhu, .div, .divu, .rem, .remu: .multiplication
      case .csrrw, .csrrs, .csrrc, .csrrwi, .csrrsi, .csrrci: .control
      case .fence, .fenceTSO, .fenceI, .ecall, .ebreak, .mret, .wfi, .illegal: .system
      case .vector: .configuration
      }
  }

  init(_ operation: VectorOperation) {
    self =
      switch operation {
      case .vsetvli, .vsetivli, .vsetvl: .configuration
      case .vle, .vse, .vlse, .vsse, .vluxei, .vloxei, .vsuxei, .vsoxei: .vectorMemory
      case .vlm, .vsm, .vlr, .vsr: .vectorMemory
      case .vadd, .vsub, .vrsub, .vand, .vor, .vxor, .vsll, .vsrl, .vsra: .integer
      case .vminu, .vmin, .vmaxu, .vmax: .integer
      case .vwaddu, .vwadd, .vwsubu, .vwsub, .vnsrl, .vnsra, .vzext, .vsext: .width
      case .vsaddu, .vsadd, .vssubu, .vssub, .vaaddu, .vaadd, .vasubu, .vasub: .fixedPoint
      case .vsmul, .vssrl, .vssra, .vnclipu, .vnclip: .fixedPoint
      case .vmul, .vmulh, .vmulhu, .vmulhsu, .vwmul, .vwmulu, .vwmulsu: .product
      case .vmacc, .vnmsac, .vmadd, .vnmsub: .product
      case .vwmaccu, .vwmacc, .vwmaccsu, .vwmaccus: .product
      case .vmseq, .vmsne, .vmsltu, .vmslt, .vmsleu, .vmsle, .vmsgtu, .vmsgt: .comparison
      case .vmand, .vmnand, .vmandn, .vmxor, .vmor, .vmnor, .vmorn, .vmxnor: .mask
      case .vcpop, .vfirst, .vmsbf, .vmsif, .vmsof, .viota, .vid: .mask
      case .vmerge, .vmv, .vmvXS, .vmvSX, .vmvr: .choice
      case .vredsum, .vredand, .vredor, .vredxor: .reduction
      case .vredminu, .vredmin, .vredmaxu, .vredmax, .vwredsumu, .vwredsum: .reduction
      case .vslideup, .vslidedown, .vslide1up, .vslide1down: .permutation
      case .vrgather, .vrgatherei16, .vcompress: .permutation
      }
  }
}

extension InstructionFamily {
  /// The chapter of the manual.
  public var group: InstructionGroup {
    operation.map { InstructionGroup($0) } ?? InstructionGroup(opcode)
  }
}

extension InstructionTable {
  /// The manual: `firmware/INSTRUCTIONS.md`.
  public static var manual: String {
    var lines = [manualIntroduction]
    for group in InstructionGroup.allCases {
      lines += ["## \(group.rawValue)", "", "| instruction | encoding | effect |", "|---|---|---|"]
      lines += families.filter { $0.group == group }.map { family in
        "| "
          + [family.syntax, family.encoding, family.effect].map(tableCell)
          .joined(separator: " | ") + " |"
      }
      lines.append("")
    }
    lines += ["## Numbers of the control registers", ""]
    lines += ["| register | number |", "|---|---|"]
    lines += ControlRegister.allCases.map { "| `\($0)` | `\(hexadecimal(Int64($0.rawValue)))` |" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Code in a cell of a table, whose separators must be escaped.
  private static func tableCell(_ text: String) -> String {
    "`" + text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
      + "`"
  }

  private static let manualIntroduction = """
    # Instructions of the plasticity processor

    RV32IM, Zicsr, Zifencei, machine mode, and the fixed-point part of the vector extension 1.0
    (Zve32x with VLEN = 1024). Every word outside these tables is an illegal instruction, except that a
    fence with reserved fields is a fence. The file is generated from the table in
    `Sources/InstructionSet`; `UPDATE_GOLDEN=1 swift test` writes it anew.

    ## Notation

    - **Instruction**: as the assembler reads it. Braces hold alternatives: the second alternative of
      one pair of braces goes with the second of every other pair of the same length.
      `{vv|vx|vi}` takes its second operand from a vector register, an integer register, or the
      instruction. `vm` at the end is `v0.t`, then only elements with a set bit in `v0` are active, or
      is left out, then all are.
    - **Encoding**: from bit 31 to bit 0. `imm[12|10:5]` are bits 12 and 10 to 5 of the immediate. `imm`
      and `offset` are signed, `uimm` and `shamt` are not. `vd[4:1] 0` is a register with an even
      number.
    - **Effect**: `x[rd]` is an integer register, a write to `x0` is lost; `m16[a]` are two bytes of
      memory; `vd[i]` is an element of SEW bits, `w[i]` one of 2 SEW bits in the group of `vd`,
      `vd.mask[i]` a bit. An effect on `vd[i]` is meant for every active element i below `vl`; all other
      elements keep their values. `b` is the second operand: `vs1[i]`, the low SEW bits of `x[rs1]`, or the
      immediate. `<u`, `>>u`, `/u`, `minu` are unsigned; `>>` keeps the sign; `sext` and `zext` extend with
      the sign or with zeros.
    - `round` adds what the rounding mode `vxrm` says about the bits that are shifted out: 0 to nearest,
      half up; 1 to nearest, half to even; 2 down; 3 to odd. `saturate` and `saturateu` limit to the signed
      or unsigned range of SEW bits and set `vxsat` when they change the value.
    - VLMAX = 1024 LMUL / SEW. A vector type is written `e16, m1, ta, ma`: element width `e8`, `e16`,
      `e32`; registers per group `mf4`, `mf2`, `m1`, `m2`, `m4`, `m8`; tail and mask policy, which change
      nothing here.

    Groups of registers begin at a multiple of their length. A masked instruction must not write `v0`,
    except comparisons and reductions. A destination that is wider than a source may overlap it only in its
    highest part, a narrower one only in the source's lowest. The destinations of slides up,
    `vrgather`, `vcompress`, `viota`, `vmsbf`, `vmsif` and `vmsof` must not overlap a source. What breaks
    these rules is an illegal instruction.

    """
}
