import ChipGeometry
import InstructionSet
import Testing

/// Random words of a row: the fixed bits as they must be, the rest random.
func randomWords(of row: InstructionRow, count: Int, seed: UInt64 = 1) -> [UInt32] {
  var random = RandomStream(seed: seed, name: row.mnemonic)
  return (0..<count).map { _ in row.match | UInt32(truncatingIfNeeded: random.next()) & ~row.mask }
}

@Suite struct RoundTripTests {
  @Test("Assembling what was disassembled gives the same word")
  func textRoundTrip() throws {
    for row in InstructionTable.rows {
      for word in randomWords(of: row, count: 100) {
        let text = InstructionTable.disassemble(word)
        let again = try InstructionTable.assemble(text)
        if again != word {
          Issue.record("\(row.mnemonic): \(hexadecimal(word)) became \(text)")
        }
        #expect(Decoder.row(of: word)?.mnemonic == row.mnemonic)
      }
    }
  }

  @Test("Any word at all disassembles to text that assembles to it")
  func anyWord() throws {
    var random = RandomStream(seed: 2, name: "any word")
    for _ in 0..<20_000 {
      let word = UInt32(truncatingIfNeeded: random.next())
      #expect(try InstructionTable.assemble(InstructionTable.disassemble(word)) == word)
    }
  }
}

func hexadecimal(_ word: UInt32) -> String { "0x" + String(word, radix: 16) }
