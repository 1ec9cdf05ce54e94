import Assembler
import InstructionSet
import PlasticityProcessor

extension Debugger {
  /// The value of an expression in the present state.
  ///
  /// Numbers, registers (`a0`, `x10`, `$a0`, `pc`, `v3`, `vl`, `mcause`), symbols (their address),
  /// `*` for the word at an address, `.b` `.h` `.w` for bytes, halfwords, words of a vector register
  /// or of memory, `[3]` and `[0:7]` for lanes of these, and the operators of C.
  package func evaluate(_ text: some StringProtocol) throws(DebuggerError) -> DebugValue {
    var evaluator = ExpressionEvaluator(Array(String(text).utf8), self)
    return try evaluator.evaluate()
  }

  /// As ``evaluate(_:)``, for a single number.
  package func number(_ text: some StringProtocol) throws(DebuggerError) -> UInt32 {
    let value = try evaluate(text)
    guard value.elements.count == 1 else {
      throw DebuggerError("'\(text)' is \(value.elements.count) numbers, not one")
    }
    return value.word
  }

  /// A register by any of its names, with or without `$`.
  package func register(named name: some StringProtocol) -> RegisterReference? {
    let name = String(name.first == "$" ? String(name.dropFirst()) : String(name))
    if name == "pc" { return .programCounter }
    if let index = RegisterName.integer(named: name) { return .integer(index) }
    if let index = RegisterName.vector(named: name) { return .vector(index) }
    guard let number = ControlRegister.number(named: name),
      execution.withProcessor({ $0.controlRegister(UInt32(number)) }) != nil
    else { return nil }
    return .control(UInt16(number))
  }

  /// Of the present `vtype`, in bytes; 4 if it is illegal.
  package var elementWidth: Int {
    let type = execution.withProcessor {
      $0.controlRegister(UInt32(ControlRegister.vtype.rawValue)) ?? 0
    }
    return type >> 31 != 0 ? 4 : 1 << Int(type >> 3 & 3)
  }
}

/// Reads an expression from left to right and computes as it goes.
private struct ExpressionEvaluator {
  let text: [UInt8]
  let debugger: Debugger
  var index = 0
  private var depth = 0

  init(_ text: [UInt8], _ debugger: Debugger) { (self.text, self.debugger) = (text, debugger) }

  mutating func evaluate() throws(DebuggerError) -> DebugValue {
    let value = try expression(0)
    skipSpace()
    guard index == text.count else {
      throw DebuggerError("'\(rest)' is left over in '\(String(decoding: text, as: UTF8.self))'")
    }
    return value
  }

  private var rest: String { String(decoding: text[index...], as: UTF8.self) }
  private mutating func skipSpace() { while index < text.count, text[index] == 32 { index += 1 } }

  private mutating func take(_ token: String) -> Bool {
    skipSpace()
    guard text[index...].starts(with: Array(token.utf8)) else { return false }
    index += token.utf8.count
    return true
  }

  /// By level, the loosest first; longer ones before their beginnings.
  private static let operators = [
    ["||", "&&"], ["==", "!=", "<=", ">=", "<", ">"], ["|", "^", "&"], ["<<", ">>"], ["+", "-"],
    ["*", "/", "%"],
  ]

  private mutating func expression(_ level: Int) throws(DebuggerError) -> DebugValue {
    guard level < Self.operators.count else { return try unary() }
    var left = try expression(level + 1)
    while let token = operatorToken(level) {
      let right = try expression(level + 1)
      left = DebugValue(try apply(token, try scalar(left), try scalar(right)))
    }
    return left
  }

  private mutating func operatorToken(_ level: Int) -> String? {
    skipSpace()
    let isShift =
      text[index...].starts(with: Array("<<".utf8))
      || text[index...].starts(with: Array(">>".utf8))
    let isLogic =
      text[index...].starts(with: Array("||".utf8)) || text[index...].starts(with: Array("&&".utf8))
    if level == 1 && isShift || level == 2 && isLogic { return nil }
    for token in Self.operators[level] where take(token) { return token }
    return nil
  }

  private func scalar(_ value: DebugValue) throws(DebuggerError) -> UInt32 {
    guard value.elements.count == 1 else {
      throw DebuggerError("a vector of \(value.elements.count) lanes where a number is expected")
    }
    return value.word
  }

  private func apply(_ token: String, _ a: UInt32, _ b: UInt32) throws(DebuggerError) -> UInt32 {
    let (x, y) = (Int32(bitPattern: a), Int32(bitPattern: b))
    switch token {
    case "||": return a != 0 || b != 0 ? 1 : 0
    case "&&": return a != 0 && b != 0 ? 1 : 0
    case "==": return a == b ? 1 : 0
    case "!=": return a != b ? 1 : 0
    case "<=": return x <= y ? 1 : 0
    case ">=": return x >= y ? 1 : 0
    case "<": return x < y ? 1 : 0
    case ">": return x > y ? 1 : 0
    case "|": return a | b
    case "^": return a ^ b
    case "&": return a & b
    case "<<": return b < 32 ? a << b : 0
    case ">>": return b < 32 ? a >> b : 0
    case "+": return a &+ b
    case "-": return a &- b
    case "*": return a &* b
    default:
      guard b != 0 else { throw DebuggerError("a division by 0") }
      let result =
        token == "/"
        ? x.dividedReportingOverflow(by: y) : x.remainderReportingOverflow(dividingBy: y)
      return UInt32(bitPattern: result.partialValue)
    }
  }

  private mutating func unary() throws(DebuggerError) -> DebugValue {
    depth += 1
    defer { depth -= 1 }
    guard depth < 64 else { throw DebuggerError("an expression this deep is not understood") }
    if take("-") { return DebugValue(0 &- (try scalar(try unary()))) }
    if take("~") { return DebugValue(~(try scalar(try unary()))) }
    if take("!") { return DebugValue(try scalar(try unary()) == 0 ? 1 : 0) }
    if take("*") {
      let address = try scalar(try unary())
      return DebugValue(DebugValue(try memory(address, 4), width: 4).word)
    }
    if take("&") {
      let name = name()
      guard let value = debugger.program.image.address(of: name) else { throw unknown(name) }
      return try suffixes(DebugValue(value), register: nil)
    }
    return try primary()
  }

  private mutating func primary() throws(DebuggerError) -> DebugValue {
    if take("(") {
      let value = try expression(0)
      guard take(")") else { throw DebuggerError("')' is missing") }
      return try suffixes(value, register: nil)
    }
    skipSpace()
    guard index < text.count else { throw DebuggerError("the expression ends too early") }
    if (48...57).contains(text[index]) { return try suffixes(try number(), register: nil) }
    let name = name()
    guard !name.isEmpty else { throw DebuggerError("'\(rest)' is not understood") }
    if let register = debugger.register(named: name) {
      let bytes = debugger.execution.withProcessor { register.bytes(of: $0) }
      if case .vector = register {
        let value = DebugValue(bytes, width: debugger.elementWidth)
        return try suffixes(value, register: bytes)
      }
      return try suffixes(DebugValue(DebugValue(bytes, width: 4).word), register: nil)
    }
    guard let value = debugger.program.image.address(of: name) else { throw unknown(name) }
    return try suffixes(DebugValue(value), register: nil)
  }

  private func unknown(_ name: String) -> DebuggerError {
    DebuggerError("'\(name)' is neither a register nor a symbol")
  }

  private mutating func number() throws(DebuggerError) -> DebugValue {
    let start = index
    while index < text.count, isNameByte(text[index]) { index += 1 }
    let word = String(decoding: text[start..<index], as: UTF8.self).lowercased()
    let digits = word.filter { $0 != "_" }
    let value: UInt32? =
      if digits.hasPrefix("0x") {
        UInt32(digits.dropFirst(2), radix: 16)
      } else if digits.hasPrefix("0b") {
        UInt32(digits.dropFirst(2), radix: 2)
      } else {
        UInt32(digits)
      }
    guard let value else { throw DebuggerError("'\(word)' is not a number of 32 bits") }
    return DebugValue(value)
  }

  private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, 95, 36: true
    default: false
    }
  }

  /// The longest name with dots that is a symbol, otherwise the name up to the first dot.
  private mutating func name() -> String {
    skipSpace()
    let start = index
    var end = index
    while end < text.count, isNameByte(text[end]) || text[end] == 46 { end += 1 }
    while true {
      let name = String(decoding: text[start..<end], as: UTF8.self)
      let isKnown = debugger.program.image.symbol(named: name) != nil
      guard !isKnown, let dot = text[start..<end].lastIndex(of: 46), dot > start else {
        index = end
        return name
      }
      end = dot
    }
  }

  // MARK: Parts

  /// `.h`, `[3]`, `[0:7]`.
  private mutating func suffixes(
    _ value: DebugValue, register: [UInt8]?
  ) throws(DebuggerError) -> DebugValue {
    var width = register == nil ? 4 : value.width
    let hasWidth = index + 1 < text.count && text[index] == 46
    if hasWidth {
      switch text[index + 1] {
      case UInt8(ascii: "b"): width = 1
      case UInt8(ascii: "h"): width = 2
      case UInt8(ascii: "w"): width = 4
      default: throw DebuggerError("'\(rest)': known are .b, .h and .w")
      }
      index += 2
    }
    guard take("[") else {
      guard hasWidth else { return value }
      if let register { return DebugValue(register, width: width) }
      return DebugValue(try memory(try scalar(value), width), width: width)
    }
    let first = Int(try scalar(try expression(0)))
    let last = take(":") ? Int(try scalar(try expression(0))) : first
    guard take("]") else { throw DebuggerError("']' is missing") }
    guard first <= last, last - first < 4096 else {
      throw DebuggerError("lanes \(first) to \(last) are not a range of at most 4096")
    }
    let bytes: [UInt8]
    if let register {
      guard (last + 1) * width <= register.count else {
        throw DebuggerError("a register has \(register.count / width) such lanes, from 0 on")
      }
      bytes = Array(register[(first * width)..<((last + 1) * width)])
    } else {
      let address = try scalar(value) &+ UInt32(truncatingIfNeeded: first * width)
      bytes = try memory(address, (last - first + 1) * width)
    }
    return DebugValue(bytes, width: width, firstIndex: first)
  }

  private func memory(_ address: UInt32, _ byteCount: Int) throws(DebuggerError) -> [UInt8] {
    guard let bytes = debugger.execution.read(at: address, byteCount: byteCount) else {
      throw DebuggerError(
        "\(byteCount) bytes at 0x\(String(address, radix: 16)) cannot be looked at")
    }
    return bytes
  }
}
