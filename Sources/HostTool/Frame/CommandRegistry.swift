import ChipDescription

/// All commands, in the order of the help page.
package enum CommandRegistry {
  package static let commands: [Command] = [
    .asm,
    .disasm,
    .isa,
    .run,
    .playback,
    .chipNew,
    .chipDescribe,
    .chipValidate,
    .chipDiff,
    .networkShow,
    .networkMap,
    .networkRun,
    .experimentStdpCurve,
    .experimentStpCurve,
    .experimentHomeostasis,
    .experimentRstdp,
    .experimentAdexPatterns,
    .experimentSampling,
    .debug,
    .profile,
    .dataYinYang,
    .train,
    .eval,
    .weightsImport,
    .weightsExport,
    .replay,
    .gradcheck,
    .reproduce,
    .diff,
    .traceInfo,
    .traceHead,
    .traceGrep,
    .traceCut,
    .traceShift,
    .traceJitter,
    .traceMerge,
    .traceStats,
    .traceConvert,
    .bench,
  ]

  enum Match {
    case command(Command, [String])
    case help(String)
    case version
    case failed(ToolError)
  }

  /// Finds the command that the first one or two words name.
  static func lookUp(_ words: [String]) -> Match {
    guard let first = words.first else {
      return .failed(ToolError("a command is missing", hint: "see ranvier --help"))
    }
    switch first {
    case "--version": return .version
    case "--help", "-h": return .help(HelpPage.overview(commands))
    case "help": return help(Array(words.dropFirst()))
    default: break
    }
    for command in commands {
      let name = command.name.split(separator: " ").map(String.init)
      if words.starts(with: name) { return .command(command, Array(words.dropFirst(name.count))) }
    }
    return family(first, Array(words.dropFirst()))
  }

  private static func help(_ words: [String]) -> Match {
    guard !words.isEmpty, words != ["--help"] else { return .help(HelpPage.overview(commands)) }
    switch lookUp(words) {
    case .command(let command, _): return .help(HelpPage.of(command))
    case .failed where !members(words[0]).isEmpty && words.count == 1:
      return .help(HelpPage.overview(members(words[0]), family: words[0]))
    case let other: return other
    }
  }

  private static func members(_ family: String) -> [Command] {
    commands.filter { $0.name.hasPrefix(family + " ") }
  }

  private static func family(_ name: String, _ rest: [String]) -> Match {
    let members = members(name)
    guard !members.isEmpty else {
      var known: [String] = []
      for command in commands {
        let word = String(command.name.prefix { $0 != " " })
        if known.last != word { known.append(word) }
      }
      let suggestion = Spelling.suggestion(for: name, among: known + ["help", "--version"])
      return .failed(
        ToolError("unknown command '\(name)'", hint: suggestion ?? "see ranvier --help"))
    }
    if rest.first == "--help" || rest.first == "-h" {
      return .help(HelpPage.overview(members, family: name))
    }
    guard let second = rest.first else {
      return .failed(
        ToolError("'\(name)' needs a second word", hint: "see ranvier \(name) --help"))
    }
    let known = members.map { String($0.name.dropFirst(name.count + 1)) }
    return .failed(
      ToolError(
        "unknown command '\(name) \(second)'",
        hint: Spelling.suggestion(for: second, among: known) ?? "see ranvier \(name) --help"))
  }
}
