/// Lays out help.
enum HelpPage {
  private static let indent = "  "

  static func of(_ command: Command) -> String {
    var page = "ranvier \(command.name): \(command.summary)\n\nusage: \(usage(command))\n"
    if !command.discussion.isEmpty { page += "\n" + command.discussion + "\n" }
    if !command.positionals.isEmpty {
      page += "\narguments:\n" + table(command.positionals.map { ($0.name, $0.help) })
    }
    let options = command.options.map { option in
      (option.spelling, option.help + (option.repeats ? " (may be given more than once)" : ""))
    }
    page += "\noptions:\n" + table(options + [("--help", "print this page")])
    let title = command.examples.count == 1 ? "example" : "examples"
    page += "\n\(title):\n" + command.examples.map { indent + $0 + "\n" }.joined()
    return page
  }

  /// The page of the tool, or of a family of commands such as `trace`.
  static func overview(_ commands: [Command], family: String? = nil) -> String {
    let name = family.map { " " + $0 } ?? ""
    var page = ""
    if family == nil {
      page +=
        "Ranvier simulates a mixed-signal neuromorphic chip and the programs that learn on it.\n\n"
    }
    page += "usage: ranvier\(name) COMMAND [ARGUMENTS]\n\ncommands:\n"
    page += table(commands.map { ($0.name, $0.summary) })
    if family == nil {
      page += """

        ranvier COMMAND --help prints the arguments of a command and an example.
        Exit status: 0 done, 1 a comparison or check failed, 2 bad usage or bad input,
        3 the simulated program trapped.

        """
    }
    return page
  }

  private static func usage(_ command: Command) -> String {
    var words = ["ranvier", command.name]
    for positional in command.positionals {
      switch positional.count {
      case .one: words.append(positional.name)
      case .optional: words.append("[\(positional.name)]")
      case .many: words.append("\(positional.name)...")
      }
    }
    if !command.options.isEmpty { words.append("[OPTIONS]") }
    return words.joined(separator: " ")
  }

  /// Two columns; a left cell that is too wide gets a line of its own.
  private static func table(_ rows: [(String, String)]) -> String {
    let width = min(rows.map(\.0.count).max() ?? 0, 30)
    return rows.map { left, right in
      let lines = wrap(right, 96 - width)
      let pad = String(repeating: " ", count: width + 4)
      let head =
        left.count <= width
        ? indent + left + String(repeating: " ", count: width + 2 - left.count)
        : indent + left + "\n" + pad
      return head + lines.joined(separator: "\n" + pad) + "\n"
    }.joined()
  }

  private static func wrap(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [line]
  }
}
