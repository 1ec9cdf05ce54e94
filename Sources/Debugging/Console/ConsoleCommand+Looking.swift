import Assembler
import InstructionSet
import PlasticityProcessor

extension ConsoleCommand {
  static let looking: [ConsoleCommand] = [
    ConsoleCommand(
      name: "print", aliases: ["p"], arguments: "[/FORMAT] EXPRESSION [eN] [FORMAT]",
      summary: "print the value of an expression",
      details: """
        A vector register is printed by lanes of eN bits, without it by those of the present vtype:
          print v8 e16 q15      print /x v8.h[0:7]      print /d *counter
        help expression and help format tell more.
        """
    ) { console, text throws(DebuggerError) in try console.printValue(text) },
    ConsoleCommand(
      name: "x", arguments: "[/COUNT FORMAT SIZE] EXPRESSION",
      summary: "print memory from an address on",
      details: """
        Sizes are b, h, w; the format may be i for instructions:
          x /8xw sp      x /16hq15 weights_hidden      x /5i pc
        """
    ) { console, text throws(DebuggerError) in try console.examine(text) },
    ConsoleCommand(
      name: "disassemble", aliases: ["disas"], arguments: "[LOCATION] [COUNT]",
      summary:
        "print instructions with their source lines, around the present one or from a location"
    ) { console, text throws(DebuggerError) in try console.disassemble(text) },
    ConsoleCommand(
      name: "list", aliases: ["l"], arguments: "[LOCATION]",
      summary: "print source lines around the present one, then further ones", isRepeatable: true
    ) { console, text throws(DebuggerError) in try console.list(text) },
    ConsoleCommand(
      name: "backtrace", aliases: ["bt", "where"], summary: "print the functions on the stack",
      details: """
        Found from the code, as hand-written assembly has no other information: a function begins where
        a call goes to, at a function symbol or at the entry; what it takes from the stack and where it
        saves ra is read from its instructions up to the present one.
        """
    ) { console, _ throws(DebuggerError) in console.printBacktrace() },
    ConsoleCommand(
      name: "info", aliases: ["i"],
      arguments:
        "registers | vector | csr | symbols [PART] | breakpoints | events [N] | line | time "
        + "| history | state",
      summary: "print registers, symbols, stop points, the last events, the time, the state's hash"
    ) { console, text throws(DebuggerError) in try console.info(text) },
    ConsoleCommand(name: "help", aliases: ["h"], arguments: "[COMMAND]", summary: "print this page")
    {
      console, text throws(DebuggerError) in
      console.write(text.isEmpty ? ConsoleCommand.overview : try ConsoleCommand.page(text))
    },
  ]
}

extension Console {
  /// A leading `/x`, `/q15`, `/8xw`, and the rest.
  private func slash(_ text: String) -> (format: Substring, rest: Substring) {
    guard text.first == "/" else { return ("", text[...]) }
    let format = text.dropFirst().prefix { $0 != " " }
    return (format, text.dropFirst(format.count + 1).drop { $0 == " " })
  }

  fileprivate func printValue(_ text: String) throws(DebuggerError) {
    let (name, rest) = slash(text)
    var format = NumberFormat.standard
    if !name.isEmpty { format = try self.format(name) }
    var words = rest.split(separator: " ")
    var width: Int?
    // `v8 e16 q15`: shapes and formats behind the expression.
    while words.count > 1, let last = words.last {
      if let lanes = ["e8": 1, "e16": 2, "e32": 4][last] {
        width = lanes
      } else if let given = NumberFormat(last), debugger.register(named: last) == nil {
        format = given
      } else {
        break
      }
      words.removeLast()
    }
    let expression = words.joined(separator: " ")
    guard !expression.isEmpty else { throw DebuggerError("an expression is missing") }
    var value = try debugger.evaluate(expression)
    if let width {
      guard case .vector(let index)? = debugger.register(named: expression) else {
        throw DebuggerError("e\(8 * width) is for vector registers; memory has .b .h .w")
      }
      let bytes = debugger.execution.withProcessor { $0[v: index] }
      value = DebugValue(bytes, width: width)
    }
    if value.isVector, value.elements.count > 1 {
      print("\(expression): \(value.elements.count) lanes of \(8 * value.width) bits")
      return print(value.text(format))
    }
    print("\(expression) = \(value.text(format))\(meaning(expression, value))")
  }

  /// For addresses of code, and what is computed from symbols: what they are called.
  private func meaning(_ expression: String, _ value: DebugValue) -> String {
    let image = debugger.program.image
    let isCode = ["pc", "ra", "mepc", "mtvec"].contains { expression == $0 }
    let isSum =
      debugger.register(named: expression) == nil
      && image.symbols.contains { $0.section != nil && expression.contains($0.name) }
      && !expression.contains { "*[=<>".contains($0) }
    guard !value.isVector, isCode || isSum,
      let (symbol, offset) = image.symbol(containing: value.word)
    else { return "" }
    return offset == 0 && symbol.name == expression
      ? "" : " <\(image.description(of: value.word))>"
  }

  private func format(_ name: Substring) throws(DebuggerError) -> NumberFormat {
    guard let format = NumberFormat(name) else {
      throw DebuggerError("'\(name)' is not a format: \(NumberFormat.syntax)")
    }
    return format
  }

  fileprivate func examine(_ text: String) throws(DebuggerError) {
    let (shape, expression) = slash(text)
    let digits = shape.prefix { $0.isNumber }
    guard let count = digits.isEmpty ? 1 : Int(digits), count > 0, count <= 4096 else {
      throw DebuggerError("'\(digits)' is not a count of 1 to 4096")
    }
    var rest = shape.dropFirst(digits.count)
    guard !expression.isEmpty else { throw DebuggerError("an address is missing") }
    let address = try debugger.number(expression)
    if rest == "i" { return printInstructions(from: address, count: count, around: nil) }
    var width = 4
    for (letter, size) in [("b", 1), ("h", 2), ("w", 4)] {
      if rest.hasPrefix(letter) {
        (width, rest) = (size, rest.dropFirst())
      } else if rest.hasSuffix(letter) {
        (width, rest) = (size, rest.dropLast())
      } else {
        continue
      }
      break
    }
    let format = rest.isEmpty ? NumberFormat.hexadecimal : try format(rest)
    let perRow = 16 / width
    for first in stride(from: 0, to: count, by: perRow) {
      let place = address &+ UInt32(first * width)
      let size = min(perRow, count - first) * width
      guard let bytes = debugger.execution.read(at: place, byteCount: size) else {
        throw DebuggerError("\(size) bytes at \(hexadecimal(place)) cannot be looked at")
      }
      let cells = DebugValue(bytes, width: width).elements.map { format.text($0, width: width) }
      let name =
        debugger.program.image.symbol(containing: place) == nil
        ? "" : " <\(debugger.program.image.description(of: place))>"
      print("\(hexadecimal(place))\(name): " + cells.joined(separator: " "))
    }
  }

  // MARK: Code

  func instruction(at address: UInt32) -> String {
    guard let word = debugger.word(at: address) else { return "(no memory)" }
    return InstructionTable.disassemble(word, at: address)
  }

  fileprivate func disassemble(_ text: String) throws(DebuggerError) {
    let words = text.split(separator: " ").map(String.init)
    let pc = debugger.programCounter
    if words.isEmpty {
      let function = debugger.program.function(around: pc) ?? pc
      let start = max(function, pc >= 20 ? pc - 20 : 0)
      return printInstructions(from: start, count: 12, around: pc)
    }
    let count = words.count > 1 ? try count(words[1]) : 12
    guard count <= 4096 else { throw DebuggerError("at most 4096 instructions") }
    printInstructions(from: try location(words[0]), count: count, around: pc)
  }

  private func printInstructions(from start: UInt32, count: Int, around pc: UInt32?) {
    var line: LineTable.Location?
    for index in 0..<count {
      let address = start &+ UInt32(4 * index)
      let image = debugger.program.image
      for symbol in image.symbols where symbol.value == address && symbol.section != nil {
        print("\(symbol.name):")
      }
      if let location = debugger.program.lines.location(of: address), location != line {
        line = location
        if let source = debugger.program.sourceLine(location) {
          print("\(location.line)\t\(source)")
        }
      }
      let mark = address == pc ? "=> " : "   "
      let digits = NumberFormat.digits(address, radix: 16, count: 4)
      print("\(mark)\(digits)  \(instruction(at: address))\(target(of: address))")
    }
  }

  /// What a jump or branch goes to.
  private func target(of address: UInt32) -> String {
    guard let word = debugger.word(at: address) else { return "" }
    switch Decoder.decode(word).opcode {
    case .jal, .beq, .bne, .blt, .bge, .bltu, .bgeu:
      let target = address &+ UInt32(bitPattern: Decoder.decode(word).immediate)
      return " <\(debugger.program.image.description(of: target))>"
    default: return ""
    }
  }

  fileprivate func list(_ text: String) throws(DebuggerError) {
    let linesShown = 10
    let (file, first): (String, Int)
    if text.isEmpty, let listing {
      (file, first) = listing
    } else {
      let address = text.isEmpty ? debugger.programCounter : try location(text)
      guard let location = debugger.program.lines.location(of: address) else {
        throw DebuggerError("no source line belongs to \(hexadecimal(address))")
      }
      (file, first) = (location.file, max(1, location.line - 5))
    }
    guard debugger.program.source(file) != nil else {
      throw DebuggerError("\(file) cannot be read")
    }
    for line in first..<(first + linesShown) {
      guard let text = debugger.program.sourceLine(file, line) else { break }
      print("\(line)\t\(text)")
    }
    listing = (file, first + linesShown)
  }

  fileprivate func printBacktrace() {
    for (index, frame) in debugger.backtrace().enumerated() {
      let name = frame.function.map { debugger.program.functionName($0) } ?? "?"
      let line = debugger.program.lines.location(of: frame.programCounter).map { " at \($0)" } ?? ""
      print("#\(index)  \(hexadecimal(frame.programCounter)) in \(name)\(line)")
    }
  }
}
