import InstructionSet
import Testing

@Suite struct TableTests {
  @Test("No word matches two rows")
  func disjoint() {
    let rows = InstructionTable.rows
    for (index, row) in rows.enumerated() {
      for other in rows[(index + 1)...] {
        let common = row.mask & other.mask
        if row.match & common == other.match & common {
          Issue.record("\(row.mnemonic) and \(other.mnemonic)")
        }
      }
    }
  }

  @Test("Every mnemonic names one row, and every operation has a row")
  func mnemonics() {
    let rows = InstructionTable.rows
    for row in rows { #expect(InstructionTable.row(row.mnemonic)?.encoding == row.encoding) }
    #expect(InstructionTable.row("vdiv.vv") == nil)
    for operation in VectorOperation.allCases {
      #expect(InstructionTable.families.contains { $0.operation == operation })
    }
    #expect(rows.count == 291)
  }

  @Test("A predecoded instruction has 16 bytes")
  func size() {
    #expect(MemoryLayout<Instruction>.size == 16)
    #expect(MemoryLayout<Instruction>.stride == 16)
  }
}
