package import Assembler
package import Debugging
import InstructionSet

/// A program's instructions with what each has cost, under the source lines that they came from.
package enum AnnotatedListing {
  /// - Parameters:
  ///   - profiler: after the run.
  ///   - lines: of the program.
  ///   - source: a line of a source file without its end, nil where it cannot be had.
  /// - Returns: all instructions that ran, by address; a gap where some did not.
  package static func text(
    _ profiler: Profiler, _ lines: LineTable, source: (LineTable.Location) -> String?
  ) -> String {
    let busy = max(1, profiler.total.busy)
    var text = "      cycles       %      count   stalled for\n"
    var last: LineTable.Location?
    var lastSymbol = -1
    var wasGap = true
    for index in profiler.words.indices {
      let word = profiler.words[index]
      guard word.symbol >= 0, word.sums.total > 0 else {
        wasGap = true
        continue
      }
      if wasGap || word.symbol != lastSymbol {
        text += "\n\(profiler.symbols.names[word.symbol]):\n"
      }
      (wasGap, lastSymbol) = (false, word.symbol)
      let address = profiler.address(ofWord: index)
      if let location = lines.location(of: address), location != last {
        last = location
        let line = source(location).map { "  " + $0 } ?? ""
        text += "\(location)\(line)\n"
      }
      text += row(word, address, busy)
    }
    return text
  }

  private static func row(_ word: Profiler.Word, _ address: UInt32, _ busy: UInt64) -> String {
    let sums = word.sums
    let share = sums.busy * 1000 / busy
    let stalls = CycleCause.allCases.filter { $0 != .execute && sums[$0] > 0 }
      .map { "\($0.name) \(sums[$0])" }.joined(separator: ", ")
    let place = TextTable.right(String(address, radix: 16), 8)
    let code = InstructionTable.disassemble(word.instruction.word, at: address)
    let columns = [
      TextTable.right("\(sums.busy)", 12), TextTable.right("\(share / 10).\(share % 10)", 8),
      TextTable.right("\(sums.instructions)", 11), " \(place):  ",
    ]
    let line = columns.joined() + code
    return stalls.isEmpty ? line + "\n" : TextTable.left(line, 84) + " " + stalls + "\n"
  }
}
