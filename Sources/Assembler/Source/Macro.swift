/// A macro, as `.macro` defines it.
struct Macro {
  struct Parameter {
    enum Kind { case optional, required, variadic }
    var name: String
    var kind = Kind.optional
    var defaultValue: [UInt8] = []
  }

  var name: String
  var parameters: [Parameter]
  var body: [RawStatement]
  /// Index into ``SourceMap/files``.
  var file: Int
}

/// Replaces `\name` by an argument, `\@` by the number of the expansion, and `\()` by nothing.
struct Substitution {
  var arguments: [String: [UInt8]]
  var count: Int?

  /// No longer statement can come of it; an argument that doubles at each level would fill the
  /// memory.
  static let maximumLength = 1 << 16

  func apply(to text: [UInt8]) -> [UInt8] {
    guard text.contains(UInt8(ascii: "\\")) else { return text }
    var result: [UInt8] = []
    var index = 0
    while index < text.count, result.count < Self.maximumLength {
      guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
        result.append(text[index])
        index += 1
        continue
      }
      let next = text[index + 1]
      if next == UInt8(ascii: "@"), let count {
        result += Array("\(count)".utf8)
        index += 2
        continue
      }
      if next == UInt8(ascii: "("), index + 2 < text.count, text[index + 2] == UInt8(ascii: ")") {
        index += 3
        continue
      }
      var end = index + 1
      while end < text.count, NameBytes.isInner(text[end]) { end += 1 }
      let name = String(decoding: text[(index + 1)..<end], as: UTF8.self)
      guard let argument = arguments[name] else {
        // An escape in a string, or a mistake that the lexer will name.
        result += text[index..<min(index + 2, text.count)]
        index += 2
        continue
      }
      result += argument
      index = end
    }
    return result
  }

  /// The statements of a body with the arguments in place; an argument may hold several.
  func apply(to body: [RawStatement], at position: Position) throws(SourceError) -> [RawStatement] {
    var statements: [RawStatement] = []
    for statement in body {
      let text = apply(to: statement.text)
      guard text.count < Self.maximumLength else {
        throw SourceError(
          position: position,
          message: "an expanded statement has \(Self.maximumLength) bytes or more")
      }
      statements += StatementSplitter.split([text], firstLine: statement.line).statements.map {
        RawStatement(line: $0.line, column: $0.column + statement.column, text: $0.text)
      }
    }
    return statements
  }
}

extension AssemblyState {
  // MARK: Definition

  /// `.macro name parameter=default, other:req, rest:vararg`
  mutating func defineMacro(
    _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) {
    // The body is read in any case, so that one mistake does not spill into a hundred.
    let header = reader
    let body = try collectBody(opening: [".macro"], closing: [".endm", ".endmacro"], at: position)
    reader = header
    let name = try reader.expectName("the name of the macro")
    guard file.macros[name.lowercased()] == nil else {
      throw SourceError(
        position: position, message: "the macro '\(name)' is already defined (see .purgem)")
    }
    var parameters: [Macro.Parameter] = []
    _ = reader.take(.comma)
    while !reader.isAtEnd {
      if parameters.last?.kind == .variadic {
        throw reader.error("no parameter may follow one that is a vararg")
      }
      let parameter = try parseParameter(&reader)
      if parameters.contains(where: { $0.name == parameter.name }) {
        throw reader.error("the macro has two parameters '\(parameter.name)'")
      }
      parameters.append(parameter)
      _ = reader.take(.comma)
    }
    file.macros[name.lowercased()] = Macro(
      name: name, parameters: parameters, body: body.statements, file: body.file)
  }

  private func parseParameter(
    _ reader: inout StatementReader
  ) throws(SourceError) -> Macro.Parameter {
    var parameter = Macro.Parameter(name: try reader.expectName("the name of a parameter"))
    if reader.take(.colon) {
      switch reader.takeIdentifier() {
      case "req": parameter.kind = .required
      case "vararg": parameter.kind = .variadic
      default: throw reader.error("expected 'req' or 'vararg' after ':'")
      }
    }
    if reader.take(.assign) { parameter.defaultValue = try parseArgument(&reader) }
    return parameter
  }

  // MARK: Arguments

  /// One argument: up to a comma, or to a blank that no operator adjoins; parentheses keep it
  /// together; quotes around a string are taken off.
  func parseArgument(_ reader: inout StatementReader) throws(SourceError) -> [UInt8] {
    var result: [UInt8] = []
    var depth = 0
    var isFirst = true
    var isAfterOperator = false
    while !reader.isAtEnd {
      if depth == 0 {
        if case .symbol(.comma) = reader.token.kind { break }
        let isOperator = Self.joinsArgument(reader.token.kind)
        if !isFirst, reader.hasBlankBefore, !isAfterOperator, !isOperator { break }
        isAfterOperator = isOperator
      }
      switch reader.token.kind {
      case .symbol(.leftParenthesis): depth += 1
      case .symbol(.rightParenthesis) where depth > 0: depth -= 1
      default: break
      }
      let isString = if case .string = reader.token.kind { true } else { false }
      let text = reader.text(from: reader.token.column, to: reader.token.end)
      result += isString ? Array(text.dropFirst().dropLast()) : text
      isFirst = false
      reader.advance()
    }
    guard depth == 0 else { throw reader.error("a parenthesis in the argument is not closed") }
    return result
  }

  private static func joinsArgument(_ kind: Token.Kind) -> Bool {
    switch kind {
    case .identifier("."): true
    case .symbol(let symbol):
      symbol == .tilde || symbol == .assign
        || BinaryOperator(symbol) != nil
          && symbol != .percent
    default: false
    }
  }

  // MARK: Expansion

  mutating func expand(
    _ macro: Macro, _ reader: inout StatementReader, at position: Position
  ) throws(SourceError) {
    var arguments: [String: [UInt8]] = [:]
    var index = 0
    while !reader.isAtEnd {
      if case .identifier(let name) = reader.token.kind, reader.peek() == .symbol(.assign) {
        guard let named = macro.parameters.first(where: { $0.name == name }) else {
          throw reader.error("the macro '\(macro.name)' has no parameter '\(name)'")
        }
        guard arguments[name] == nil else {
          throw reader.error("the parameter '\(name)' has a value already")
        }
        reader.advance()
        reader.advance()
        arguments[name] = named.kind == .variadic ? reader.rest : try parseArgument(&reader)
        if named.kind == .variadic { break }
      } else {
        guard index < macro.parameters.count else {
          let count = macro.parameters.count
          throw reader.error(
            "the macro '\(macro.name)' takes \(count) argument\(count == 1 ? "" : "s"), here is one "
              + "more")
        }
        let parameter = macro.parameters[index]
        index += 1
        if parameter.kind == .variadic {
          arguments[parameter.name] = reader.rest
          break
        }
        arguments[parameter.name] = try parseArgument(&reader)
      }
      if !reader.take(.comma), !reader.isAtEnd, !reader.hasBlankBefore {
        throw reader.expected("',' between arguments")
      }
    }
    for parameter in macro.parameters where arguments[parameter.name]?.isEmpty ?? true {
      guard parameter.kind != .required else {
        throw SourceError(
          position: position,
          message: "the macro '\(macro.name)' needs a value for '\(parameter.name)'")
      }
      arguments[parameter.name] = parameter.defaultValue
    }
    let substitution = Substitution(arguments: arguments, count: file.macroCount)
    file.macroCount += 1
    try push(
      .macro, substitution.apply(to: macro.body, at: position), file: macro.file,
      title: "in the expansion of the macro '\(macro.name)'", at: position)
  }
}
