/// One subcommand of the tool: what it is called, what it takes, what it does.
struct Command: Sendable {
  /// One word, or two for members of a family such as `trace info`.
  var name: String
  /// One line without a full stop.
  var summary: String
  /// Paragraphs for the help page; lines are printed as they are.
  var discussion = ""
  var positionals: [Positional] = []
  var options: [Option] = []
  /// Complete command lines.
  var examples: [String]
  var run: @Sendable (Invocation) throws -> ExitStatus

  /// An argument that is found by its place.
  struct Positional: Sendable {
    enum Count { case one, optional, many }
    var name: String
    var help: String
    var count = Count.one

    static func one(_ name: String, _ help: String) -> Self { Self(name: name, help: help) }
    static func optional(_ name: String, _ help: String) -> Self {
      Self(name: name, help: help, count: .optional)
    }
    /// At least one; only as the last.
    static func many(_ name: String, _ help: String) -> Self {
      Self(name: name, help: help, count: .many)
    }
  }

  /// An argument that is found by its name.
  struct Option: Sendable {
    /// With its dashes, for example `--epochs`, or `-I`.
    var name: String
    /// A one-letter synonym, for example `-o`.
    var short: String?
    /// What stands for the value in help, nil for a flag.
    var value: String?
    var help: String
    /// Whether it may be given more than once.
    var repeats = false

    static func flag(_ name: String, _ help: String) -> Self { Self(name: name, help: help) }
    static func value(
      _ name: String, short: String? = nil, _ value: String, _ help: String, repeats: Bool = false
    ) -> Self {
      Self(name: name, short: short, value: value, help: help, repeats: repeats)
    }

    static let json = flag("--json", "print the result as JSON")
    static let progress = flag(
      "--progress", "print progress as plain lines when standard error is not a terminal")
    static func output(_ help: String) -> Self { value("--output", short: "-o", "FILE", help) }

    /// `-o, --output FILE`
    var spelling: String {
      (short.map { "\($0), " } ?? "") + name + (value.map { " \($0)" } ?? "")
    }
  }
}

/// A command at work: its arguments and where its text goes.
struct Invocation: Sendable {
  var command: Command
  var arguments: ParsedArguments
  /// Results.
  var output: ToolStream
  /// Progress and diagnostics.
  var errors: ToolStream

  /// Whether `--json` was given.
  var wantsJSON: Bool { arguments.flag("--json") }

  func print(_ text: String) { output.write(text + "\n") }
  func print(_ json: JSONValue) { output.write(json.text + "\n") }
  /// Writes to the file that `--output` names, or to standard output without it or for `-`.
  func deliver(_ bytes: [UInt8]) throws(ToolError) {
    guard let path = arguments.value("--output"), path != "-" else { return output.write(bytes) }
    try OutputFile.write(bytes, to: path)
  }
  func deliver(_ text: String) throws(ToolError) { try deliver(Array(text.utf8)) }
  func warn(_ text: String) { errors.write("ranvier \(command.name): " + text + "\n") }

  /// A progress line that obeys `--progress`.
  func progress(total: Int, unit: String) -> ProgressLine {
    ProgressLine(
      stream: errors, total: total, unit: unit,
      plain: command.options.contains { $0.name == "--progress" } && arguments.flag("--progress"))
  }
}
