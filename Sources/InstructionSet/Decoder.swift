/// From words to predecoded instructions. Runs once per word, when a program is loaded or a store
/// changes code, never in the interpreter's loop.
public enum Decoder {
  /// Every word has a decoding; one that no row matches becomes ``Opcode/illegal``.
  public static func decode(_ word: UInt32) -> Instruction {
    if let row = row(of: word) { return row.decode(word) }
    // "Base implementations shall treat all such reserved configurations as normal fences", and
    // shall ignore the unused fields of FENCE.I (unprivileged manual, chapters RV32I, Zifencei).
    switch word & 0x707F {
    case 0x000F: return Instruction(.fence, word: word)
    case 0x100F: return Instruction(.fenceI, word: word)
    default: return .illegal(word)
    }
  }

  /// The row of the table that matches a word.
  public static func row(of word: UInt32) -> InstructionRow? {
    for index in buckets[key(word)] {
      let row = InstructionTable.rows[index]
      if word & row.mask == row.match { return row }
    }
    return nil
  }

  /// Major opcode and function bits 14…12.
  private static func key(_ word: UInt32) -> Int { Int(word & 127 | (word >> 12 & 7) << 7) }

  /// The indices of the rows that a word with this key can match.
  private static let buckets: [[Int]] = {
    var buckets = [[Int]](repeating: [], count: 1024)
    for (index, row) in InstructionTable.rows.enumerated() {
      for function in UInt32(0)..<8 where (function << 12 ^ row.match) & row.mask & 0x7000 == 0 {
        buckets[key(row.match & ~0x7000 | function << 12)].append(index)
      }
    }
    return buckets
  }()
}
