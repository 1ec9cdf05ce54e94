import InstructionSet
import Testing

@Suite struct EncodingTests {
  /// A valid operand for every slot; the mask left out.
  private func samples(of row: InstructionRow) -> [Operand] {
    row.operands.compactMap { slot in
      switch slot.kind {
      case .integerRegister: .integerRegister(11)
      case .vectorRegister: .vectorRegister(8)
      case .immediate, .target: .immediate(4)
      case .address, .baseAddress: .address(offset: 0, base: 11)
      case .controlRegister: .name("mstatus")
      case .vectorType: .immediate(0xC8)
      case .fenceSet: .name("rw")
      case .maskRegister: .vectorRegister(0)
      case .mask: nil
      }
    }
  }

  private func failure(_ row: InstructionRow, _ operands: [Operand]) -> EncodingError? {
    do throws(EncodingError) {
      _ = try row.encode(operands)
      return nil
    } catch {
      return error
    }
  }

  @Test("Operands one past the range are refused, those at the limits are not")
  func limits() {
    for row in InstructionTable.rows {
      for (index, slot) in row.operands.enumerated() {
        func with(_ value: Int64) -> [Operand]? {
          var operands = samples(of: row)
          switch slot.kind {
          case .immediate, .target, .controlRegister, .vectorType:
            operands[index] = .immediate(value)
          case .address: operands[index] = .address(offset: value, base: 3)
          default: return nil
          }
          return operands
        }
        let (low, high) = (slot.range.lowerBound, slot.range.upperBound)
        guard let least = with(low), let most = with(high) else { continue }
        #expect(failure(row, least) == nil && failure(row, most) == nil, "\(row.syntax)")
        for value in [low - slot.multiple, high + slot.multiple] {
          let error = with(value).flatMap { failure(row, $0) }
          #expect(error?.operandIndex == index, "\(row.syntax) took \(value)")
        }
        if slot.multiple > 1, let odd = with(low + 1) {
          #expect(failure(row, odd)?.operandIndex == index)
        }
      }
    }
  }

  @Test("A missing, a surplus and a wrong operand are refused in every row")
  func wrongOperands() {
    for row in InstructionTable.rows {
      let operands = samples(of: row)
      #expect(failure(row, operands) == nil, "\(row.syntax)")
      for count in operands.indices {
        let error = failure(row, Array(operands[..<count]))
        #expect(error?.operandIndex == count && error?.found == "nothing", "\(row.syntax)")
      }
      let surplus = failure(row, operands + [.name("x")])
      #expect(surplus?.operandIndex == operands.count, "\(row.syntax)")
      for index in operands.indices {
        var wrong = operands
        wrong[index] = .name("nonsense")
        #expect(failure(row, wrong)?.operandIndex == index, "\(row.syntax)")
      }
    }
  }

  @Test(
    "Messages say what was expected and what was found",
    arguments: [
      ("addi a0, a1, 2048", 2, "an integer from -2048 to 2047", "2048"),
      ("addi a0, v1, 4", 1, "an integer register", "v1"),
      ("slli a0, a1, 32", 2, "an integer from 0 to 31", "32"),
      ("lui a0, -1", 1, "an integer from 0 to 1048575", "-1"),
      ("bne a0, a1, 3", 2, "a target at an even distance from -4096 to 4094 bytes", "3"),
      (
        "jal ra, 1048576", 1, "a target at an even distance from -1048576 to 1048574 bytes",
        "1048576"
      ),
      (
        "lw a0, 4000(sp)", 1, "an offset from -2048 to 2047 and a base register, as in 4(a0)",
        "4000(sp)"
      ),
      ("vle8.v v8, 4(a0)", 1, "a base register in parentheses, as in (a0)", "4(a0)"),
      ("vadd.vi v8, v9, 16", 2, "an integer from -16 to 15", "16"),
      ("vsll.vi v8, v9, -1", 2, "an integer from 0 to 31", "-1"),
      ("vadd.vv v8, v9, v10, v0", 3, "v0.t or nothing", "v0"),
      ("vmerge.vvm v8, v9, v10, v1", 3, "v0", "v1"),
      ("vl4re8.v v6, (a0)", 0, "a vector register whose number is a multiple of 4", "v6"),
      ("csrrw a0, mstat, a1", 1, "a control register or a number from 0 to 4095", "mstat"),
      (
        "vsetvli a0, a1, e16, m3, ta, ma", 2, "a vector type, as in e16, m1, ta, ma",
        "e16, m3, ta, ma"
      ),
      ("vsetivli a0, 32, e8, m1, ta, ma", 1, "an integer from 0 to 31", "32"),
      ("fence wr, rw", 0, "some of the letters i, o, r, w in this order, or 0", "wr"),
      ("mret a0", 0, "no operand", "a0"),
      ("add a0, a1", 2, "an integer register", "nothing"),
      ("add a0, a1, a2, a3", 3, "no further operand", "a3"),
    ] as [(String, Int, String, String)])
  func messages(line: String, index: Int, expected: String, found: String) {
    do throws(EncodingError) {
      let word = try InstructionTable.assemble(line)
      Issue.record("\(line) became \(word.map(hexadecimal) ?? "nothing")")
    } catch {
      #expect(error.operandIndex == index && error.expected == expected && error.found == found)
    }
  }

  @Test("Where a signed number is expected, 32-bit patterns mean the negative numbers")
  func wrapping() throws {
    #expect(try InstructionTable.assemble("andi a0, a0, 0xfffffff0") == 0xFF05_7513)
    #expect(try InstructionTable.assemble("vadd.vi v1, v2, 0xffffffff") == 0x022F_B0D7)
    #expect(
      failure(InstructionTable.row("lui")!, [.integerRegister(1), .immediate(0xFFFF_FFFF)]) != nil)
  }

  @Test(
    "Vector types may be abbreviated as clang allows",
    arguments: [
      ("e8", 0), ("m2", 1), ("e16, ta", 0x48), ("e32, mf2, ma", 0x97), ("e8, m1, tu, mu", 0),
    ] as [(String, UInt32)])
  func vectorTypes(names: String, bits: UInt32) throws {
    let word = try InstructionTable.assemble("vsetvli a0, a1, \(names)")
    #expect(word == 0x0005_F557 | bits << 20)
  }
}
