package import ChipDescription

/// One subcommand of the tool: what it is called, what it takes, what it does.
package struct Command: Sendable {
  /// One word, or two for members of a family such as `trace info`.
  package var name: String
  /// One line without a full stop.
  package var summary: String
  /// Paragraphs for the help page; lines are printed as they are.
  package var discussion = ""
  package var positionals: [Positional] = []
  package var options: [Option] = []
  /// Complete command lines.
  package var examples: [String]
  package var run: @Sendable (Invocation) throws -> ExitStatus

  package init(
    name: String, summary: String, discussion: String = "", positionals: [Positional] = [],
    options: [Option] = [], examples: [String],
    run: @escaping @Sendable (Invocation) throws -> ExitStatus
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.positionals = positionals
    self.options = options
    self.examples = examples
    self.run = run
  }

  /// An argument that is found by its place.
  package struct Positional: Sendable {
    package enum Count { case one, optional, many }
    package var name: String
    package var help: String
    package var count = Count.one

    package static func one(_ name: String, _ help: String) -> Self { Self(name: name, help: help) }
    package static func optional(_ name: String, _ help: String) -> Self {
      Self(name: name, help: help, count: .optional)
    }
    /// At least one; only as the last.
    package static func many(_ name: String, _ help: String) -> Self {
      Self(name: name, help: help, count: .many)
    }
  }

  /// An argument that is found by its name.
  package struct Option: Sendable {
    /// With its dashes, for example `--epochs`, or `-I`.
    package var name: String
    /// A one-letter synonym, for example `-o`.
    package var short: String?
    /// What stands for the value in help, nil for a flag.
    package var value: String?
    package var help: String
    /// Whether it may be given more than once.
    package var repeats = false

    package static func flag(_ name: String, _ help: String) -> Self {
      Self(name: name, help: help)
    }
    package static func value(
      _ name: String, short: String? = nil, _ value: String, _ help: String, repeats: Bool = false
    ) -> Self {
      Self(name: name, short: short, value: value, help: help, repeats: repeats)
    }

    package static let json = flag("--json", "print the result as JSON")
    package static let progress = flag(
      "--progress", "print progress as plain lines when standard error is not a terminal")
    package static func output(_ help: String) -> Self {
      value("--output", short: "-o", "FILE", help)
    }

    /// `-o, --output FILE`
    package var spelling: String {
      (short.map { "\($0), " } ?? "") + name + (value.map { " \($0)" } ?? "")
    }
  }
}

/// A command at work: its arguments and where its text goes.
package struct Invocation: Sendable {
  package var command: Command
  package var arguments: ParsedArguments
  /// Results.
  package var output: ToolStream
  /// Progress and diagnostics.
  package var errors: ToolStream

  /// Whether `--json` was given.
  package var wantsJSON: Bool { arguments.flag("--json") }

  package func print(_ text: String) { output.write(text + "\n") }
  package func print(_ json: JSONValue) { output.write(json.text + "\n") }
  /// Writes to the file that `--output` names, or to standard output without it or for `-`.
  package func deliver(_ bytes: [UInt8]) throws(ToolError) {
    guard let path = arguments.value("--output"), path != "-" else { return output.write(bytes) }
    try OutputFile.write(bytes, to: path)
  }
  package func deliver(_ text: String) throws(ToolError) { try deliver(Array(text.utf8)) }
  package func warn(_ text: String) { errors.write("ranvier \(command.name): " + text + "\n") }

  /// A progress line that obeys `--progress`.
  package func progress(total: Int, unit: String) -> ProgressLine {
    ProgressLine(
      stream: errors, total: total, unit: unit,
      plain: command.options.contains { $0.name == "--progress" } && arguments.flag("--progress"))
  }
}
