/// A command of the debugger's prompt.
struct ConsoleCommand: Sendable {
  let name: String
  /// Short forms that name it although other commands begin with them.
  var aliases: [String] = []
  /// Behind the name, for people.
  var arguments = ""
  let summary: String
  /// More lines for `help NAME`.
  var details = ""
  /// Whether an empty line does it again.
  var isRepeatable = false
  let run: @Sendable (Console, String) throws(DebuggerError) -> Void

  /// All of them, in the order of `help`.
  static let all: [ConsoleCommand] = motion + back + stopping + looking + changing

  /// The command that a word names, exactly, by an alias, or by a beginning that no other has.
  static func named(_ word: String) throws(DebuggerError) -> ConsoleCommand {
    if let exact = all.first(where: { $0.name == word || $0.aliases.contains(word) }) {
      return exact
    }
    let candidates = all.filter { $0.name.hasPrefix(word) }
    guard let first = candidates.first else {
      throw DebuggerError("unknown command '\(word)'; help lists all")
    }
    guard candidates.count == 1 else {
      let names = candidates.map(\.name).joined(separator: ", ")
      throw DebuggerError("'\(word)' could be \(names)")
    }
    return first
  }

  /// The page of `help`.
  static var overview: String {
    let rows = all.map { command -> (String, String) in
      let aliases = command.aliases.isEmpty ? "" : " (\(command.aliases.joined(separator: ", ")))"
      return (command.name + aliases, command.summary)
    }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { left, right in
      left + String(repeating: " ", count: width + 2 - left.count) + right + "\n"
    }.joined() + """
      Names may be shortened as long as they are unique; an empty line repeats a step or continue.
      help COMMAND tells more; help location, help expression, help format, help event too.

      """
  }

  /// The page of `help NAME`.
  static func page(_ topic: String) throws(DebuggerError) -> String {
    if let text = topics.first(where: { $0.name == topic })?.text { return text + "\n" }
    let command = try named(topic)
    let usage = command.name + (command.arguments.isEmpty ? "" : " " + command.arguments)
    let aliases =
      command.aliases.isEmpty ? "" : "\nshort: " + command.aliases.joined(separator: ", ")
    let details = command.details.isEmpty ? "" : "\n" + command.details
    return "\(usage)\n\(command.summary)\(aliases)\(details)\n"
  }

  private static let topics: [(name: String, text: String)] = [
    (
      "location",
      """
      A location is a symbol (decide), FILE:LINE (eventprop.s:231), a LINE of the present file, *
      and an address (*0x1c4, *decide+8).
      """
    ),
    (
      "expression",
      """
      Numbers (12, 0x1f, 0b101), registers (a0, x10, pc, v3, vl, mcause, also with $), symbols (their
      address; &NAME if a register is called the same), *A for the word at address A, .b .h .w for
      bytes, halfwords and words of a vector register or of the memory at an address, [3] and [0:7]
      for elements of these (words without .b .h .w), and - ~ ! * / % + - << >> & ^ | and comparisons
      as in C, numbers being signed.
        print v3.h[5]       print /q15 v3.h[0:7]      print weights_hidden.h[0:15]      print *sp
      """
    ),
    ("format", "A format is \(NumberFormat.syntax)."),
    ("event", "An event is \(EventPattern.syntax)."),
  ]
}

extension ConsoleCommand {
  private static let motion: [ConsoleCommand] = [
    ConsoleCommand(
      name: "continue", aliases: ["c"], arguments: "[N]",
      summary: "go on until a stop point, N times", isRepeatable: true
    ) { console, text throws(DebuggerError) in
      try console.fromStopToStop(text) { $0.resume() }
    },
    ConsoleCommand(
      name: "step", aliases: ["s"], arguments: "[N]",
      summary: "go on to another source line, into functions", isRepeatable: true
    ) { console, text throws(DebuggerError) in
      try console.repeated(text) { $0.stepLine(entersCalls: true) }
    },
    ConsoleCommand(
      name: "next", aliases: ["n"], arguments: "[N]",
      summary: "go on to another source line, over functions", isRepeatable: true
    ) { console, text throws(DebuggerError) in
      try console.repeated(text) { $0.stepLine(entersCalls: false) }
    },
    ConsoleCommand(
      name: "stepi", aliases: ["si"], arguments: "[N]", summary: "one instruction",
      isRepeatable: true
    ) { console, text throws(DebuggerError) in
      try console.repeated(text) { $0.stepInstructions() }
    },
    ConsoleCommand(
      name: "nexti", aliases: ["ni"], arguments: "[N]",
      summary: "one instruction, a call with everything it brings", isRepeatable: true
    ) { console, text throws(DebuggerError) in
      try console.repeated(text) { $0.nextInstruction() }
    },
    ConsoleCommand(
      name: "finish", aliases: ["fin"], summary: "go on until the function has returned"
    ) { console, _ throws(DebuggerError) in
      guard let causes = console.debugger.finish() else {
        throw DebuggerError("no caller is known; see help backtrace")
      }
      console.report(causes)
    },
    ConsoleCommand(
      name: "until", aliases: ["u", "advance"], arguments: "LOCATION",
      summary: "go on until a location, or until a stop point before"
    ) { console, text throws(DebuggerError) in
      console.report(console.debugger.run(to: try console.location(text)))
    },
  ]

  private static let back: [ConsoleCommand] = [
    ConsoleCommand(
      name: "reverse-continue", aliases: ["rc"], arguments: "[N]",
      summary: "go back to the stop before", isRepeatable: true
    ) { console, text throws(DebuggerError) in
      try console.fromStopToStop(text) { $0.resumeBackwards() }
    },
    ConsoleCommand(
      name: "reverse-step", aliases: ["rs"], arguments: "[N]",
      summary: "go back to the beginning of a source line", isRepeatable: true
    ) { console, text throws(DebuggerError) in
      try console.repeated(text) { $0.stepLineBackwards(skipsCalls: false) }
    },
    ConsoleCommand(
      name: "reverse-next", aliases: ["rn"], arguments: "[N]",
      summary: "the same, over functions", isRepeatable: true
    ) { console, text throws(DebuggerError) in
      try console.repeated(text) { $0.stepLineBackwards(skipsCalls: true) }
    },
    ConsoleCommand(
      name: "reverse-stepi", aliases: ["rsi"], arguments: "[N]",
      summary: "take an instruction back", isRepeatable: true
    ) { console, text throws(DebuggerError) in
      console.report(console.debugger.stepInstructionsBackwards(try console.count(text)))
    },
    ConsoleCommand(
      name: "reverse-finish", aliases: ["rfin"], summary: "go back to the call of the function"
    ) { console, _ throws(DebuggerError) in
      console.report(console.debugger.finishBackwards())
    },
    ConsoleCommand(
      name: "restart", aliases: ["run"],
      summary: "go back to where the program began; edits are undone"
    ) { console, _ throws(DebuggerError) in
      console.debugger.restart()
      console.report([])
    },
  ]
}
