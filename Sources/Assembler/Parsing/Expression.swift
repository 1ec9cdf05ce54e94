/// A number, or a place in a section that has no address before the layout.
struct Value: Equatable {
  /// Index into ``AssemblyState/sections``; nil: a plain number.
  var section: Int?
  /// The number, or the distance from the section's start.
  var offset: Int64

  init(_ offset: Int64, in section: Int? = nil) {
    self.offset = offset
    self.section = section
  }
}

/// What an operand or a directive says about a number that may not be known yet.
struct Expression {
  indirect enum Node {
    case value(Value)
    /// Index into ``AssemblyState/symbols``.
    case symbol(Int)
    case unary(UnaryOperator, Node)
    case binary(BinaryOperator, Node, Node)
  }

  var node: Node
  var position: Position
  /// Nodes on the longest way down; bounded, so that no recursion over it runs out of stack.
  var depth: Int
  static let maximumDepth = 128
  /// Nodes; bounded, because names stand for the expressions of their definitions.
  var size: Int
  static let maximumSize = 10_000

  init(_ node: Node, at position: Position, depth: Int = 1, size: Int = 1) {
    self.node = node
    self.position = position
    self.depth = depth
    self.size = size
  }

  init(_ number: Int64, at position: Position) { self.init(.value(Value(number)), at: position) }

  /// The value, if it is known without looking anything up.
  var constant: Value? {
    if case .value(let value) = node { return value }
    return nil
  }
}

enum UnaryOperator: String {
  case minus = "-", complement = "~", not = "!"

  func apply(_ value: Int64) -> Int64 {
    switch self {
    case .minus: 0 &- value
    case .complement: ~value
    case .not: value == 0 ? 1 : 0
    }
  }
}

/// The operators of GNU as, whose precedence is not that of C: `|`, `^`, `&` and the infix `!` bind
/// more tightly than `+`. Comparisons yield -1 for true, `&&` and `||` yield 1.
enum BinaryOperator: String {
  case or = "||", and = "&&"
  case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">"
  case greaterOrEqual = ">="
  case add = "+", subtract = "-"
  case bitOr = "|", bitOrNot = "!", bitXor = "^", bitAnd = "&"
  case multiply = "*", divide = "/", remainder = "%", shiftLeft = "<<", shiftRight = ">>"

  init?(_ symbol: Token.Symbol) {
    self.init(rawValue: symbol == .differs ? "!=" : symbol.rawValue)
  }

  /// Higher binds more tightly.
  var precedence: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: 3
    case .add, .subtract: 4
    case .bitOr, .bitOrNot, .bitXor, .bitAnd: 5
    case .multiply, .divide, .remainder, .shiftLeft, .shiftRight: 6
    }
  }

  /// Whether it compares; then it also compares two places of one section.
  var isComparison: Bool { precedence == 3 }

  /// The result in 64 bits; nil for a division by zero. `>>` shifts in zeros.
  func apply(_ a: Int64, _ b: Int64) -> Int64? {
    switch self {
    case .or: a != 0 || b != 0 ? 1 : 0
    case .and: a != 0 && b != 0 ? 1 : 0
    case .equal: a == b ? -1 : 0
    case .notEqual: a != b ? -1 : 0
    case .less: a < b ? -1 : 0
    case .lessOrEqual: a <= b ? -1 : 0
    case .greater: a > b ? -1 : 0
    case .greaterOrEqual: a >= b ? -1 : 0
    case .add: a &+ b
    case .subtract: a &- b
    case .bitOr: a | b
    case .bitOrNot: a | ~b
    case .bitXor: a ^ b
    case .bitAnd: a & b
    case .multiply: a &* b
    case .divide: b == 0 ? nil : a.dividedReportingOverflow(by: b).partialValue
    case .remainder: b == 0 ? nil : a.remainderReportingOverflow(dividingBy: b).partialValue
    case .shiftLeft: b < 0 || b > 63 ? 0 : a << b
    case .shiftRight:
      b < 0 || b > 63 ? 0 : Int64(bitPattern: UInt64(bitPattern: a) >> UInt64(b))
    }
  }
}
