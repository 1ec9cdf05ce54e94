/// One instruction with one operand form: what its line of the table says, parsed.
public struct InstructionRow: Sendable {
  /// `vadd.vv`
  public let mnemonic: String
  /// The operands as the assembler source names them, in order: `vd, vs2, vs1, vm`.
  public let operands: [OperandSlot]
  /// `vadd.vv vd, vs2, vs1, vm`
  public let syntax: String
  /// `000000 vm vs2 vs1 000 vd 1010111`
  public let encoding: String
  /// What the instruction does, in the notation of the manual.
  public let effect: String
  /// The bits that are the same in every word of this row, and their values.
  public let mask: UInt32
  public let match: UInt32

  /// Where the bits of the operands lie in the word.
  let slices: [Slice]
  /// What ``decode(_:)`` returns, apart from operands.
  private let template: Instruction
  private let immediateField: Field?
  private let hasDestination: Bool
  private let hasSource1: Bool
  private let hasSource2: Bool
  private let hasMaskBit: Bool

  /// `width` bits of a field: from bit `valueBit` of the value, at bit `wordBit` of the word.
  struct Slice: Sendable, Equatable {
    let field: Field
    let wordBit: UInt32
    let valueBit: UInt32
    let width: UInt32

    var ones: UInt32 { (1 << width) - 1 }
  }

  init(
    _ opcode: Opcode, _ operation: VectorOperation?, syntax: String, encoding: String,
    effect: String
  ) {
    self.syntax = syntax
    self.encoding = encoding
    self.effect = effect
    let parts = syntax.split(separator: " ", maxSplits: 1)
    mnemonic = String(parts[0])
    (match, mask, slices) = Self.parse(encoding)
    let fields = slices.map(\.field)
    var template = Instruction(opcode, operation ?? .vsetvli)
    if operation != nil { Self.fill(&template, mnemonic: mnemonic, match: match) }
    hasDestination = !fields.allSatisfy { ![.rd, .vd, .vs3].contains($0) }
    let hasTwoImmediates = fields.contains(.uimm) && !fields.allSatisfy { !$0.isSetting }
    hasSource1 = hasTwoImmediates || !fields.allSatisfy { ![.rs1, .vs1].contains($0) }
    hasSource2 = !fields.allSatisfy { ![.rs2, .vs2].contains($0) }
    hasMaskBit = fields.contains(.vm)
    immediateField =
      fields.first(where: \.isSetting)
      ?? fields.first { [.imm, .uimm, .offset, .shamt].contains($0) }
    // In `vmerge`, whose vm bit is 0 in every word, as in masked instructions.
    template.isUnmasked = operation != .vmerge
    self.template = template
    let slices = slices
    operands = parts.dropFirst().first.map { OperandSlot.parse($0, slices) } ?? []
  }

  /// The predecoded form of a word of this row.
  func decode(_ word: UInt32) -> Instruction {
    var instruction = template
    instruction.word = word
    if hasDestination {
      let register = UInt8(truncatingIfNeeded: word >> 7) & 31
      let isLostWrite = register == 0 && slices.contains { $0.field == .rd }
      instruction.destination = isLostWrite ? Instruction.bitBucket : register
    }
    if hasSource1 { instruction.source1 = UInt8(truncatingIfNeeded: word >> 15) & 31 }
    if hasSource2 { instruction.source2 = UInt8(truncatingIfNeeded: word >> 20) & 31 }
    if hasMaskBit { instruction.isUnmasked = word >> 25 & 1 != 0 }
    if let immediateField {
      instruction.immediate = value(of: immediateField, in: word)
      switch instruction.opcode {
      case .lui, .auipc: instruction.immediate <<= 12
      default: break
      }
    }
    return instruction
  }

  /// The value of an operand, sign-extended where the field is signed.
  func value(of field: Field, in word: UInt32) -> Int32 {
    var value: UInt32 = 0
    var width: UInt32 = 0
    for slice in slices where slice.field == field {
      value |= (word >> slice.wordBit & slice.ones) << slice.valueBit
      width = max(width, slice.valueBit + slice.width)
    }
    guard field.isSigned else { return Int32(bitPattern: value) }
    return Int32(bitPattern: value << (32 - width)) >> (32 - width)
  }

  /// Puts the bits of an operand into a word. Bits that have no place in it are lost.
  func insert(_ value: Int64, as field: Field, into word: inout UInt32) {
    let bits = UInt32(truncatingIfNeeded: value)
    for slice in slices where slice.field == field {
      word |= (bits >> slice.valueBit & slice.ones) << slice.wordBit
    }
  }
}

extension InstructionRow {
  /// Reads the encoding column, from bit 31 down.
  private static func parse(_ encoding: String) -> (UInt32, UInt32, [Slice]) {
    var match: UInt32 = 0
    var mask: UInt32 = 0
    var slices: [Slice] = []
    var bit: UInt32 = 32
    for token in encoding.parts(" ") {
      if token.utf8.first == UInt8(ascii: "0") || token.utf8.first == UInt8(ascii: "1") {
        for digit in token.utf8 {
          bit -= 1
          mask |= 1 << bit
          match |= digit == UInt8(ascii: "1") ? 1 << bit : 0
        }
        continue
      }
      let parts = token.parts("[")
      guard let field = Field(rawValue: String(parts[0])) else {
        preconditionFailure("no field \(parts[0]) in \(encoding)")
      }
      for range in parts.count > 1 ? parts[1].dropLast().parts("|") : [field.wholeRange] {
        let bounds = range.parts(":").compactMap { UInt32($0) }
        let low = bounds[bounds.count - 1]
        let width = bounds[0] - low + 1
        bit -= width
        slices.append(Slice(field: field, wordBit: bit, valueBit: low, width: width))
      }
    }
    precondition(bit == 0, "\(encoding) does not have 32 bits")
    return (match, mask, slices)
  }

  /// What the mnemonic and the fixed bits say about a vector instruction.
  private static func fill(_ template: inout Instruction, mnemonic: String, match: UInt32) {
    switch mnemonic.split(separator: ".", maxSplits: 1).last {
    case "vv", "vvm", "v.v": template.form = .vv
    case "vx", "vxm", "v.x": template.form = .vx
    case "vi", "vim", "v.i": template.form = .vi
    case "wv": template.form = .wv
    case "wx": template.form = .wx
    case "wi": template.form = .wi
    case "vf2": template.form = .vf2
    case "vf4": template.form = .vf4
    default: template.form = .single
    }
    switch template.operation {
    case .vle, .vse, .vlse, .vsse, .vluxei, .vloxei, .vsuxei, .vsoxei, .vlr:
      // The `width` field: 000, 101, 110.
      let width = UInt8(truncatingIfNeeded: match >> 12) & 7
      template.elementWidth = width == 0 ? .e8 : width == 5 ? .e16 : .e32
    default: break
    }
    switch template.operation {
    case .vlr, .vsr: template.immediate = Int32(match >> 29) + 1
    case .vmvr: template.immediate = Int32(match >> 15 & 7) + 1
    default: break
    }
  }
}
