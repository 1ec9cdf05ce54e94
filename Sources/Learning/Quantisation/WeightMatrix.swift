/// Real-valued weights from sources to neurons, [source][neuron].
public struct WeightMatrix: Equatable, Sendable {
  public let sourceCount: Int
  public let neuronCount: Int
  /// `[source * neuronCount + neuron]`, in thresholds.
  public var values: [Double]

  /// - Precondition: a value for each pair.
  public init(sources: Int, neurons: Int, values: [Double]) {
    precondition(values.count == sources * neurons, "\(values.count) values")
    sourceCount = sources
    neuronCount = neurons
    self.values = values
  }

  public subscript(source: Int, neuron: Int) -> Double { values[source * neuronCount + neuron] }

  /// The same weights as [neuron][source], as other libraries keep them.
  public var transposed: WeightMatrix {
    WeightMatrix(
      sources: neuronCount, neurons: sourceCount,
      values: (0..<neuronCount).flatMap { neuron in
        (0..<sourceCount).map { self[$0, neuron] }
      })
  }

  public func scaled(by factor: Double) -> WeightMatrix {
    WeightMatrix(
      sources: sourceCount, neurons: neuronCount, values: values.map { $0 * factor })
  }

  // MARK: As text

  /// Reads a table of numbers as `numpy.savetxt` writes it: a line per row, numbers separated by
  /// commas, semicolons, tabs or spaces; `#` begins a comment, empty lines are skipped.
  ///
  /// - Throws: what is wrong in which line and column.
  public init(text: String) throws(WeightTableError) {
    var values: [Double] = []
    var width = 0
    var rows = 0
    var number = 0
    // Some editors and spreadsheets begin a file with a byte order mark.
    let text = text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      let row = try Self.numbers(line.prefix { $0 != "#" }, line: number)
      if row.isEmpty { continue }
      if rows == 0 { width = row.count }
      guard row.count == width else {
        throw WeightTableError(
          line: number, column: 1, found: "\(row.count) numbers", expected: "\(width)")
      }
      rows += 1
      values += row
    }
    guard rows > 0 else {
      throw WeightTableError(line: number, column: 1, found: "no number", expected: "a table")
    }
    self.init(sources: rows, neurons: width, values: values)
  }

  private static func numbers(
    _ line: Substring, line number: Int
  ) throws(WeightTableError) -> [Double] {
    let isSeparated = line.contains { $0 == "," || $0 == ";" }
    var row: [Double] = []
    var at = line.startIndex
    while at < line.endIndex || (isSeparated && !row.isEmpty) {
      let isMark: (Character) -> Bool = { isSeparated ? $0 == "," || $0 == ";" : $0.isWhitespace }
      let end = line[at...].firstIndex(where: isMark) ?? line.endIndex
      let word = trimmed(line[at..<end])
      if !word.isEmpty || isSeparated {
        // (Double would read what stands before a NUL.)
        guard !word.utf8.contains(0), let value = Double(word), value.isFinite else {
          throw WeightTableError(
            line: number, column: line.distance(from: line.startIndex, to: word.startIndex) + 1,
            found: word.isEmpty ? "nothing" : "'\(word.prefix(30))'",
            expected: "a finite number")
        }
        row.append(value)
      }
      guard end < line.endIndex else { break }
      at = line.index(after: end)
    }
    return row
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop(while: \.isWhitespace)
    let end = start.lastIndex { !$0.isWhitespace }
    return end.map { start[...$0] } ?? start
  }

  /// A line per source, numbers separated by commas, each with the fewest digits that read back as the
  /// same number.
  public var text: String {
    (0..<sourceCount).map { source in
      (0..<neuronCount).map { "\(self[source, $0])" }.joined(separator: ",") + "\n"
    }.joined()
  }
}

/// Why text is not a table of numbers.
public struct WeightTableError: Error, Equatable, Sendable, CustomStringConvertible {
  public var line: Int
  public var column: Int
  public var found: String
  public var expected: String

  public var description: String {
    "line \(line), column \(column): found \(found), expected \(expected)"
  }
}
