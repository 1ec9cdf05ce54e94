/// The operand fields of the encodings.
enum Field: String, CaseIterable, Sendable {
  case rd, rs1, rs2, vd, vs1, vs2, vs3, vm
  /// Immediates and shift amounts; `imm` and `offset` are signed.
  case imm, uimm, offset, shamt
  case csr, vtype, pred, succ

  var isSigned: Bool { self == .imm || self == .offset }

  /// Fields that can stand beside a `uimm` and then are *the* immediate of the instruction.
  var isSetting: Bool { self == .csr || self == .vtype }

  /// The bits of a field that the encoding names without brackets.
  var wholeRange: Substring { self == .vm ? "0" : "4:0" }
}

/// What may stand at one place of an instruction's operand list.
public struct OperandSlot: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// `a0` or `x10`.
    case integerRegister
    /// `v8`.
    case vectorRegister
    /// A number.
    case immediate
    /// A place in the program. Its value is the distance from this instruction to the place.
    case target
    /// `imm(rs1)`: a base register and an offset.
    case address
    /// `(rs1)`: a base register; an offset, if written, must be 0.
    case baseAddress
    /// A control and status register: a name of ``ControlRegister`` or a number.
    case controlRegister
    /// The names of ``VectorType``, separated by commas, as last operands; or a number.
    case vectorType
    /// Some of the letters `i`, `o`, `r`, `w`, in this order; or 0.
    case fenceSet
    /// `v0.t` as last operand; may be left out.
    case mask
    /// The register `v0`, which must be written.
    case maskRegister
  }

  public let kind: Kind
  /// As the table calls it: `rd`, `vs2`, `imm(rs1)`.
  public let name: String
  /// The values that can be encoded: register numbers, immediates, offsets of addresses, distances.
  public let range: ClosedRange<Int64>
  /// The values are multiples of this: 2 for targets, 2, 4, 8 for groups of whole registers.
  public let multiple: Int64

  let field: Field

  /// Parses the operand part of a syntax column.
  static func parse(_ text: Substring, _ slices: [InstructionRow.Slice]) -> [OperandSlot] {
    text.parts(",").map { part in
      OperandSlot(part.utf8.first == UInt8(ascii: " ") ? part.dropFirst() : part, slices)
    }
  }

  private init(_ text: Substring, _ slices: [InstructionRow.Slice]) {
    name = String(text)
    switch text {
    case "imm(rs1)": (kind, field) = (.address, .imm)
    case "(rs1)": (kind, field) = (.baseAddress, .rs1)
    case "v0": (kind, field) = (.maskRegister, .vm)
    default:
      guard let field = Field(rawValue: name) else { preconditionFailure("no operand \(name)") }
      self.field = field
      kind = Self.kind(of: field)
    }
    let field = field
    let parts = slices.filter { $0.field == field }
    let width = parts.map { $0.valueBit + $0.width }.max() ?? 0
    multiple = 1 << (parts.map(\.valueBit).min() ?? 0)
    let limit: Int64 = 1 << (field.isSigned ? width - 1 : width)
    range =
      kind == .baseAddress || limit == 0
      ? 0...0 : (field.isSigned ? -limit : 0)...(limit - multiple)
  }

  private static func kind(of field: Field) -> Kind {
    switch field {
    case .rd, .rs1, .rs2: .integerRegister
    case .vd, .vs1, .vs2, .vs3: .vectorRegister
    case .imm, .uimm, .shamt: .immediate
    case .offset: .target
    case .csr: .controlRegister
    case .vtype: .vectorType
    case .pred, .succ: .fenceSet
    case .vm: .mask
    }
  }
}
