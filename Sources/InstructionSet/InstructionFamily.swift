/// One line of the table: the forms of an operation together.
public struct InstructionFamily: Sendable {
  public let opcode: Opcode
  /// Nil in scalar families.
  public let operation: VectorOperation?
  /// As in the table, with braces.
  public let syntax: String
  public let encoding: String
  public let effect: String

  init(_ opcode: Opcode, _ operation: VectorOperation?, _ columns: InstructionTable.Columns) {
    self.opcode = opcode
    self.operation = operation
    syntax = columns.syntax
    encoding = columns.encoding
    effect = columns.effect
  }

  /// The rows that the braces stand for.
  public var rows: [InstructionRow] {
    Self.expand([syntax, encoding].map(Self.pieces)).map { columns in
      InstructionRow(
        opcode, operation, syntax: columns[0], encoding: columns[1], effect: effect)
    }
  }

  /// Splits `vadd.{vv|vx} vd` into `[["vadd."], ["vv", "vx"], [" vd"]]`.
  static func pieces(_ text: String) -> [[String]] {
    var pieces: [[String]] = []
    for (index, part) in text.parts("{", keepingEmpty: true).enumerated() {
      guard index > 0, let close = part.utf8.firstIndex(of: UInt8(ascii: "}")) else {
        pieces.append([String(part)])
        continue
      }
      pieces.append(part[..<close].parts("|").map(String.init))
      pieces.append([String(part[part.utf8.index(after: close)...])])
    }
    return pieces
  }

  /// All combinations; groups with the same number of alternatives vary together.
  private static func expand(_ columns: [[[String]]]) -> [[String]] {
    var counts: [Int] = []
    for group in columns.joined() where group.count > 1 && !counts.contains(group.count) {
      counts.append(group.count)
    }
    guard let count = counts.first else { return [columns.map { $0.map { $0[0] }.joined() }] }
    return (0..<count).flatMap { choice in
      expand(columns.map { $0.map { $0.count == count ? [$0[choice]] : $0 } })
    }
  }
}

extension StringProtocol {
  /// Splits at an ASCII character. Bytes instead of characters: the table is parsed at every start.
  func parts(_ separator: Unicode.Scalar, keepingEmpty: Bool = false) -> [Substring] {
    Substring(self).utf8
      .split(separator: UInt8(ascii: separator), omittingEmptySubsequences: !keepingEmpty)
      .map(Substring.init)
  }
}
