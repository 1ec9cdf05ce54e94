import Assembler
import ChipGeometry
import PlasticityProcessor

/// The debugger's prompt: command lines in, text out.
package final class Console {
  package let debugger: Debugger
  /// True after `quit`.
  package internal(set) var isOver = false
  private var text = ""
  private var repeatable: String?
  /// Where `list` goes on.
  var listing: (file: String, line: Int)?

  package init(_ debugger: Debugger) { self.debugger = debugger }

  package static let prompt = "(ranvier) "

  /// Does what a line says. Errors become text: nothing ends the session but `quit`.
  package func execute(_ line: String) -> String {
    text = ""
    var line = line
    while line.last?.isWhitespace == true { line.removeLast() }
    line = String(line.drop(while: \.isWhitespace))
    if line.first == "#" { return "" }
    if line.isEmpty {
      guard let last = repeatable else { return "" }
      line = last
    }
    repeatable = nil
    do {
      let word = String(line.prefix { !$0.isWhitespace && $0 != "/" })
      let command = try ConsoleCommand.named(word)
      let rest = line.dropFirst(word.count).drop(while: \.isWhitespace)
      if command.isRepeatable { repeatable = line }
      try command.run(self, String(rest))
    } catch {
      print("error: \(error)")
    }
    return text
  }

  func print(_ line: String) { text += line + "\n" }
  func write(_ more: String) { text += more }

  /// Where the program stands, for the beginning.
  package var greeting: String {
    text = ""
    report([])
    return text
  }

  // MARK: Reading

  /// A count, 1 if there is none.
  func count(_ text: String) throws(DebuggerError) -> Int {
    if text.isEmpty { return 1 }
    guard let count = Int(text), count > 0, count <= 1_000_000_000 else {
      throw DebuggerError("'\(text)' is not a count")
    }
    return count
  }

  func repeated(
    _ text: String, _ step: (Debugger) -> [StopCause]
  ) throws(DebuggerError) {
    let count = try count(text)
    for index in 1...count {
      let causes = step(debugger)
      if causes != [.done] || index == count { return report(causes) }
    }
  }

  /// Goes from stop point to stop point, and no further than where the program stops for another reason.
  func fromStopToStop(
    _ text: String, _ resume: (Debugger) -> [StopCause]
  ) throws(DebuggerError) {
    for _ in 0..<(try count(text)) {
      let causes = resume(debugger)
      report(causes)
      if causes.contains(where: { $0.number == nil }) { return }
    }
  }

  /// The address of a location.
  func location(_ text: String) throws(DebuggerError) -> UInt32 {
    guard !text.isEmpty else { throw DebuggerError("a location is missing; see help location") }
    if text.first == "*" { return try debugger.number(text.dropFirst()) }
    if let line = Int(text) {
      guard let file = debugger.program.lines.location(of: debugger.programCounter)?.file else {
        throw DebuggerError("no source file is known here: FILE:LINE")
      }
      return try address(ofLine: line, in: file)
    }
    let parts = text.split(separator: ":")
    if parts.count == 2, let line = Int(parts[1]) {
      return try address(ofLine: line, in: String(parts[0]))
    }
    if let address = debugger.program.image.address(of: text) { return address }
    guard let value = try? debugger.number(text) else {
      throw DebuggerError("no symbol is called '\(text)'; see help location")
    }
    return value
  }

  private func address(ofLine line: Int, in file: String) throws(DebuggerError) -> UInt32 {
    guard let address = debugger.program.lines.addresses(ofLine: line, in: file).first else {
      throw DebuggerError("no code belongs to \(file):\(line) or the lines behind it")
    }
    return address
  }

  // MARK: Reporting

  /// Says why the program stands still, and where.
  func report(_ causes: [StopCause]) {
    for cause in causes {
      if let text = describe(cause) { print(text) }
      if let number = cause.number,
        debugger.stopPoints.contains(where: { $0.number == number && $0.isTemporary })
      {
        _ = debugger.removeStopPoint(number)
      }
    }
    listing = nil
    let pc = debugger.programCounter
    print("#\(debugger.instructionCount)  \(hexadecimal(pc)) \(debugger.program.place(pc))")
    print(currentLine(pc))
  }

  private func currentLine(_ pc: UInt32) -> String {
    if let location = debugger.program.lines.location(of: pc),
      let line = debugger.program.sourceLine(location)
    {
      return "\(location.line)\t\(line)"
    }
    return "\t" + instruction(at: pc)
  }

  private func describe(_ cause: StopCause) -> String? {
    let point = cause.number.flatMap { number in
      debugger.stopPoints.first { $0.number == number }
    }
    let name = point.map { "\($0.number) (\($0.text))" } ?? ""
    switch cause {
    case .done: return nil
    case .breakpoint: return "breakpoint \(name)"
    case .changed(_, let old, let new, let writer):
      return "watchpoint \(name) changed by \(hexadecimal(writer)) "
        + "\(debugger.program.place(writer))\n" + difference(old, new)
    case .accessed(_, let isWrite, let place):
      return "watchpoint \(name) \(isWrite ? "written" : "read") by \(hexadecimal(place)) "
        + debugger.program.place(place)
    case .event(_, let event):
      return "event \(name): \(debugger.execution.eventNames.description(of: event)) "
        + "at tick \(event.tick)"
    case .interrupted: return "interrupted"
    case .over(let end): return "the program is over: " + describe(end)
    case .beginning: return "nothing is known of what was before"
    }
  }

  /// Words that differ, the first few of them.
  private func difference(_ old: [UInt8], _ new: [UInt8]) -> String {
    let width = old.count % 4 == 0 ? 4 : old.count % 2 == 0 ? 2 : 1
    let (a, b) = (DebugValue(old, width: width), DebugValue(new, width: width))
    let changed = a.elements.indices.filter { a.elements[$0] != b.elements[$0] }
    let format = NumberFormat.hexadecimal
    var lines = changed.prefix(8).map { index in
      (a.elements.count > 1 ? "  [\(index)]" : "  ")
        + "old \(format.text(a.elements[index], width: width))"
        + "  new \(format.text(b.elements[index], width: width))"
    }
    if changed.count > 8 { lines.append("  and \(changed.count - 8) more") }
    return lines.map { $0.replacing("]old", with: "] old") }.joined(separator: "\n")
  }

  package func describe(_ end: ProgramEnd) -> String {
    switch end {
    case .failed(let message): message
    case .stopped(.finished(let reason)): reason
    case .stopped(.paused): "paused"
    case .stopped(.stopped(_, let reason)):
      switch reason {
      case .trapped(let trap):
        "trap: \(trap.cause.summary), value \(hexadecimal(trap.value)), "
          + "pc \(hexadecimal(trap.programCounter))"
      case .exited(let code): "it ended with code \(code)"
      case .watchedStore(let value):
        value == 1 ? "the test passed" : "the test \(value >> 1) failed"
      default: "it stopped"
      }
    }
  }

  func hexadecimal(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }
}
