import InstructionSet

/// The known word that is nearest to an unknown one.
enum Suggestion {
  private static let known: [[UInt8]] =
    (InstructionTable.rows.map(\.mnemonic) + PseudoTable.mnemonics + ["li"]).map { Array($0.utf8) }

  static func text(for name: String) -> String {
    let word = Array(name.utf8)
    let limit = min(2, word.count / 4)
    guard limit > 0, word.count < 24 else { return "" }
    var best: (distance: Int, word: [UInt8])?
    for candidate in known where abs(candidate.count - word.count) <= limit {
      let distance = distance(candidate, word)
      if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best.map { "; did you mean '\(String(decoding: $0.word, as: UTF8.self))'?" } ?? ""
  }

  /// Insertions, deletions and changes that lead from one word to the other.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[b.count]
  }
}
