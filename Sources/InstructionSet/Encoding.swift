// How to write an assembler on top of this module:
//
// 1. `InstructionTable.row("vadd.vv")` is the row of a mnemonic, nil if the table has none.
//    Pseudo-instructions and aliases are the assembler's own: it rewrites them to rows.
// 2. `row.operands` lists what the instruction wants, in the order of the source text. The `kind` of
//    each slot says how to read its text, `range` and `multiple` which values can be encoded:
//      .integerRegister   RegisterName.integer(named: "a0")  -> .integerRegister(10)
//      .vectorRegister    RegisterName.vector(named: "v8")   -> .vectorRegister(8)
//      .immediate         an expression                      -> .immediate(value)
//      .target            an expression for a place          -> .immediate(place - pc)
//      .address           4(a0)                              -> .address(offset: 4, base: 10)
//      .baseAddress       (a0)                               -> .address(offset: 0, base: 10)
//      .controlRegister   a name or an expression            -> .name("mstatus") or .immediate(0x300)
//      .vectorType        e16, m1, ta, ma: four operands     -> .name("e16"), .name("m1"), …
//                         or an expression                   -> .immediate(0xC8)
//      .fenceSet          rw                                 -> .name("rw") or .immediate(3)
//      .mask              v0.t, or nothing at all            -> .mask, or leave it out
//      .maskRegister      v0                                 -> .vectorRegister(0)
//    A parser that does not look at the kinds gets the same result: `encode` reads names by kind.
// 3. `try row.encode(operands)` is the word. An `EncodingError` says which operand is wrong, what was
//    expected there and what was found.
//
// To fix up a word later (a forward branch), encode again with the final value.

/// An operand as the source has it, expressions evaluated.
public enum Operand: Sendable, Equatable {
  case integerRegister(Int)
  case vectorRegister(Int)
  case immediate(Int64)
  case address(offset: Int64, base: Int)
  /// `v0.t`
  case mask
  /// A word that is no register and no expression: a control register, `e16`, `rw`.
  case name(String)
}

/// Why operands do not make an instruction.
public struct EncodingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Of the operand in the list given; the length of the list if one is missing.
  public let operandIndex: Int
  /// `an integer from -2048 to 2047`
  public let expected: String
  /// `5000`
  public let found: String

  public var description: String { "expected \(expected), found \(found)" }
}

extension InstructionRow {
  /// The word of this instruction with the given operands.
  public func encode(_ given: [Operand]) throws(EncodingError) -> UInt32 {
    var word = match
    var index = 0
    for slot in operands {
      guard index < given.count else {
        guard slot.kind == .mask else {
          throw EncodingError(operandIndex: index, expected: slot.expectation, found: "nothing")
        }
        insert(1, as: .vm, into: &word)
        break
      }
      let consumed = slot.kind == .vectorType ? typeNameCount(given[index...]) : 1
      let operand = given[index..<(index + consumed)]
      guard let value = slot.value(of: operand), slot.accepts(value) else {
        throw EncodingError(
          operandIndex: index, expected: slot.expectation,
          found: operand.map(\.description).joined(separator: ", "))
      }
      insert(value, as: slot.field, into: &word)
      if case .address(_, let base) = given[index] {
        insert(Int64(base), as: .rs1, into: &word)
      }
      index += consumed
    }
    guard index >= given.count else {
      let expected = operands.isEmpty ? "no operand" : "no further operand"
      throw EncodingError(
        operandIndex: index, expected: expected, found: given[index].description)
    }
    return word
  }

  /// The number of operands that a vector type takes: at most four names, or one number.
  private func typeNameCount(_ given: ArraySlice<Operand>) -> Int {
    let names = given.prefix(4).prefix { if case .name = $0 { true } else { false } }
    return max(names.count, 1)
  }
}

extension OperandSlot {
  /// The number to encode; nil when the operand is of the wrong kind.
  fileprivate func value(of given: ArraySlice<Operand>) -> Int64? {
    switch (kind, given[given.startIndex]) {
    case (.integerRegister, .integerRegister(let number)): Int64(number)
    case (.vectorRegister, .vectorRegister(let number)): Int64(number)
    case (.maskRegister, .vectorRegister(let number)): number == 0 ? 0 : nil
    case (.mask, .mask): 0
    case (.immediate, .immediate(let value)), (.target, .immediate(let value)): signed(value)
    case (.controlRegister, .immediate(let value)), (.vectorType, .immediate(let value)): value
    case (.fenceSet, .immediate(let value)): value == 0 ? 0 : nil
    case (.address, .address(let offset, _)): signed(offset)
    case (.baseAddress, .address(let offset, let base)): offset == 0 ? Int64(base) : nil
    case (.controlRegister, .name(let name)): ControlRegister.number(named: name).map(Int64.init)
    case (.fenceSet, .name(let name)): FenceSet.bits(named: name).map(Int64.init)
    case (.vectorType, .name):
      VectorType(
        names: given.compactMap { if case .name(let name) = $0 { name } else { nil } }
      ).map { Int64($0.bits) }
    default: nil
    }
  }

  /// Addresses wrap at 32 bits, so `0xFFFFFFFF` means -1 where a signed number is expected.
  private func signed(_ value: Int64) -> Int64 {
    field.isSigned && value >= 1 << 31 && value < 1 << 32 ? value - (1 << 32) : value
  }

  /// Whether a number fits.
  fileprivate func accepts(_ value: Int64) -> Bool {
    switch kind {
    case .mask, .maskRegister, .baseAddress: true
    default: range.contains(value) && value & (multiple - 1) == 0
    }
  }

  /// What may stand here, for messages: `an integer from -2048 to 2047`.
  public var expectation: String {
    let (low, high) = (range.lowerBound, range.upperBound)
    return switch kind {
    case .integerRegister: "an integer register"
    case .vectorRegister where multiple > 1:
      "a vector register whose number is a multiple of \(multiple)"
    case .vectorRegister: "a vector register"
    case .immediate: "an integer from \(low) to \(high)"
    case .target: "a target at an even distance from \(low) to \(high) bytes"
    case .address: "an offset from \(low) to \(high) and a base register, as in 4(a0)"
    case .baseAddress: "a base register in parentheses, as in (a0)"
    case .controlRegister: "a control register or a number from \(low) to \(high)"
    case .vectorType: "a vector type, as in e16, m1, ta, ma"
    case .fenceSet: "some of the letters i, o, r, w in this order, or 0"
    case .mask: "v0.t or nothing"
    case .maskRegister: "v0"
    }
  }
}

extension Operand: CustomStringConvertible {
  /// As messages show it.
  public var description: String {
    switch self {
    case .integerRegister(let number): RegisterName.integer[number]
    case .vectorRegister(let number): "v\(number)"
    case .immediate(let value): "\(value)"
    case .address(let offset, let base): "\(offset)(\(RegisterName.integer[base]))"
    case .mask: "v0.t"
    case .name(let name): name
    }
  }
}
