import Assembler

extension ConsoleCommand {
  static let stopping: [ConsoleCommand] = [
    ConsoleCommand(
      name: "break", aliases: ["b"], arguments: "[LOCATION] [if EXPRESSION]",
      summary: "stop before the instruction at a location, or here",
      details: "With a condition only where it is not 0."
    ) { console, text throws(DebuggerError) in
      try console.addBreakpoint(text, isTemporary: false)
    },
    ConsoleCommand(
      name: "tbreak", aliases: ["tb"], arguments: "[LOCATION] [if EXPRESSION]",
      summary: "the same, once"
    ) { console, text throws(DebuggerError) in
      try console.addBreakpoint(text, isTemporary: true)
    },
    ConsoleCommand(
      name: "watch", aliases: ["w"], arguments: "[REGISTER | MEMORY [BYTES] | event EVENT]",
      summary: "stop after an instruction that changes a register or memory, or at an event",
      details: """
        MEMORY is an expression for an address; BYTES default to the size of a symbol, or 4. Stores of
        vector instructions are seen too. Events: see help event.
        """
    ) { console, text throws(DebuggerError) in
      try console.addWatchpoint(text, .change)
    },
    ConsoleCommand(
      name: "rwatch", arguments: "MEMORY [BYTES]",
      summary: "stop after an instruction that reads memory"
    ) { console, text throws(DebuggerError) in
      try console.addWatchpoint(text, .read)
    },
    ConsoleCommand(
      name: "awatch", arguments: "MEMORY [BYTES]",
      summary: "stop after an instruction that reads or writes memory"
    ) { console, text throws(DebuggerError) in
      try console.addWatchpoint(text, .access)
    },
    ConsoleCommand(
      name: "catch", arguments: "EVENT", summary: "stop at an event: watch event EVENT"
    ) { console, text throws(DebuggerError) in
      try console.addEvent(text.hasPrefix("event ") ? String(text.dropFirst(6)) : text)
    },
    ConsoleCommand(
      name: "delete", aliases: ["d"], arguments: "[NUMBER ...]",
      summary: "forget stop points, or all"
    ) { console, text throws(DebuggerError) in
      if text.isEmpty {
        for point in console.debugger.stopPoints {
          _ = console.debugger.removeStopPoint(point.number)
        }
      }
      for number in try console.numbers(text) where !console.debugger.removeStopPoint(number) {
        throw DebuggerError("there is no stop point \(number)")
      }
    },
    ConsoleCommand(
      name: "disable", arguments: "[NUMBER ...]", summary: "let stop points rest, or all"
    ) { console, text throws(DebuggerError) in
      try console.enable(text, false)
    },
    ConsoleCommand(
      name: "enable", arguments: "[NUMBER ...]", summary: "use them again"
    ) { console, text throws(DebuggerError) in
      try console.enable(text, true)
    },
  ]
}

extension Console {
  fileprivate func addBreakpoint(_ text: String, isTemporary: Bool) throws(DebuggerError) {
    var place = text
    var condition: String?
    if let range = (" " + text).firstRange(of: " if ") {
      place = String((" " + text)[..<range.lowerBound].drop(while: \.isWhitespace))
      condition = String((" " + text)[range.upperBound...])
    }
    if let condition { _ = try debugger.number(condition) }
    let address = place.isEmpty ? debugger.programCounter : try location(place)
    guard address & 3 == 0, debugger.execution.read(at: address, byteCount: 4) != nil else {
      throw DebuggerError("\(hexadecimal(address)) is no place for an instruction")
    }
    let name = place.isEmpty ? hexadecimal(address) : place
    let number = debugger.add(
      .breakpoint(address), text: name, isTemporary: isTemporary, condition: condition)
    print("breakpoint \(number) at \(hexadecimal(address)) \(debugger.program.place(address))")
  }

  fileprivate func addEvent(_ text: String) throws(DebuggerError) {
    let word = text.filter { !$0.isWhitespace }
    guard let pattern = EventPattern(word, names: debugger.execution.eventNames) else {
      throw DebuggerError("'\(text)' is not an event: \(EventPattern.syntax)")
    }
    let number = debugger.add(.event(pattern), text: word)
    print("event \(number): \(word)")
  }

  fileprivate func addWatchpoint(
    _ text: String, _ access: MemoryAccessKind
  ) throws(DebuggerError) {
    if text.hasPrefix("event "), access == .change {
      return try addEvent(String(text.dropFirst(6)))
    }
    guard !text.isEmpty else { throw DebuggerError("what to watch is missing; see help watch") }
    if let register = debugger.register(named: text) {
      guard access == .change else {
        throw DebuggerError("only changes of registers can be watched")
      }
      let number = debugger.add(.register(register), text: text)
      return print("watchpoint \(number): register \(text)")
    }
    let words = text.split(separator: " ")
    var expression = words[...]
    var size: Int?
    if words.count > 1, let last = words.last, let bytes = Int(last) {
      size = bytes
      expression = words.dropLast()
    }
    var name = expression.joined(separator: " ")
    if name.first == "*" { name.removeFirst() }
    let address = try debugger.number(name)
    let symbol = debugger.program.image.symbol(named: name)?.byteCount ?? 0
    let byteCount = size ?? (symbol > 0 ? symbol : 4)
    guard byteCount > 0, byteCount <= 1 << 20,
      debugger.execution.read(at: address, byteCount: byteCount) != nil
    else {
      throw DebuggerError("\(byteCount) bytes at \(hexadecimal(address)) cannot be watched")
    }
    let number = debugger.add(
      .memory(MemoryRange(address: address, byteCount: byteCount), access), text: name)
    print("watchpoint \(number): \(byteCount) bytes at \(hexadecimal(address))")
  }

  fileprivate func numbers(_ text: String) throws(DebuggerError) -> [Int] {
    var numbers: [Int] = []
    for word in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
      guard let number = Int(word) else { throw DebuggerError("'\(word)' is not a number") }
      numbers.append(number)
    }
    return numbers
  }

  fileprivate func enable(_ text: String, _ isEnabled: Bool) throws(DebuggerError) {
    let all = debugger.stopPoints.map(\.number)
    for number in text.isEmpty ? all : try numbers(text)
    where !debugger.changeStopPoint(number, { $0.isEnabled = isEnabled }) {
      throw DebuggerError("there is no stop point \(number)")
    }
  }
}
