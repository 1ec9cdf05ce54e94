package import Assembler

/// A profile gathered by symbol or by source line, the most expensive first.
package struct ProfileTable: Sendable {
  package struct Row: Sendable {
    package let name: String
    package let sums: CycleSums
  }

  package let rows: [Row]

  /// By the nearest symbol at or before each instruction.
  package static func bySymbol(_ profiler: Profiler) -> ProfileTable {
    var sums = [CycleSums](repeating: CycleSums(), count: profiler.symbols.names.count)
    for word in profiler.words where word.symbol >= 0 { sums[word.symbol] += word.sums }
    let names = profiler.symbols.names
    return ProfileTable(zip(names, sums).map { Row(name: $0, sums: $1) })
  }

  /// By the line that each instruction came from; without debug information all under `?`.
  package static func byLine(_ profiler: Profiler, _ lines: LineTable) -> ProfileTable {
    var places: [Place] = []
    for index in profiler.words.indices where profiler.words[index].symbol >= 0 {
      let location = lines.location(of: profiler.address(ofWord: index))
      places.append(
        Place(
          file: location?.file ?? "?", line: location?.line ?? 0,
          sums: profiler.words[index].sums))
    }
    places.sort { ($0.file, $0.line) < ($1.file, $1.line) }
    var rows: [Row] = []
    var first = 0
    while first < places.count {
      var sums = CycleSums()
      var end = first
      while end < places.count, places[end].isSameLine(as: places[first]) {
        sums += places[end].sums
        end += 1
      }
      rows.append(Row(name: places[first].name, sums: sums))
      first = end
    }
    return ProfileTable(rows)
  }

  private struct Place {
    var file: String
    var line: Int
    var sums: CycleSums
    var name: String { line == 0 ? file : "\(file):\(line)" }
    func isSameLine(as other: Place) -> Bool { line == other.line && file == other.file }
  }

  /// Sorts by busy cycles, then by sleep, then as given; leaves out what never ran.
  private init(_ rows: [Row]) {
    func key(_ row: Row) -> (UInt64, UInt64) { (row.sums.busy, row.sums[.wait]) }
    self.rows = rows.enumerated().filter { $0.element.sums.total > 0 }.sorted {
      let (a, b) = (key($0.element), key($1.element))
      return a != b ? a > b : $0.offset < $1.offset
    }.map(\.element)
  }
}
