/// Which source line the instruction at an address came from.
public struct LineTable: Sendable, Equatable {
  /// From an address up to the next row's address.
  public struct Row: Sendable, Equatable {
    public let address: UInt32
    /// Index into ``LineTable/files``; nil: from here on there is no line.
    public let file: Int?
    /// From 1.
    public let line: Int

    public init(address: UInt32, file: Int?, line: Int) {
      (self.address, self.file, self.line) = (address, file, line)
    }
  }

  public struct Location: Sendable, Equatable, CustomStringConvertible {
    public let file: String
    public let line: Int
    public var description: String { "\(file):\(line)" }
  }

  public let files: [String]
  /// Where the compiler ran, if that is known: relative paths in ``files`` begin there.
  public let folder: String?
  /// By address.
  public let rows: [Row]

  /// The rows may come in any order, but those of one run of code in theirs.
  public init(files: [String], rows: [Row], folder: String? = nil) {
    (self.files, self.folder) = (files, folder)
    var sorted: [Row] = []
    for (_, row) in rows.enumerated().sorted(by: {
      ($0.element.address, $0.offset) < ($1.element.address, $1.offset)
    }) {
      // An end does not hide a beginning at the same address; of several lines the last counts.
      if let last = sorted.last, last.address == row.address {
        if row.file == nil, last.file != nil { continue }
        sorted.removeLast()
      }
      sorted.append(row)
    }
    self.rows = sorted
  }

  /// The line of the instruction at or around an address.
  public func location(of address: UInt32) -> Location? {
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].address <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0, let file = rows[low - 1].file, file < files.count else { return nil }
    return Location(file: files[file], line: rows[low - 1].line)
  }

  /// Where the code of a line begins; the next line that has code, if this one has none.
  ///
  /// The file is a path as in ``files``, or the end of one, as in `eventprop.s`.
  public func addresses(ofLine line: Int, in file: String) -> [UInt32] {
    let matching = files.map { $0 == file || $0.hasSuffix("/" + file) }
    var best = Int.max
    var addresses: [UInt32] = []
    var previous: (file: Int?, line: Int) = (nil, 0)
    for row in rows {
      defer { previous = (row.file, row.line) }
      guard let index = row.file, index < files.count, matching[index], row.line >= line,
        row.line <= best, previous.file != row.file || previous.line != row.line
      else { continue }
      if row.line < best { addresses = [] }
      best = row.line
      addresses.append(row.address)
    }
    return addresses
  }
}
