import ChipDescription

/// Sorts the words of a command line by what a command declares.
package struct ArgumentParser {
  private let command: Command
  private var values: [String: [String]] = [:]
  private var positionals: [String] = []

  package init(_ command: Command) { self.command = command }

  /// - Returns: nil when the help page was asked for.
  package func parse(_ words: [String]) throws(ToolError) -> ParsedArguments? {
    var parser = self
    return try parser.consume(words)
  }

  private mutating func consume(_ words: [String]) throws(ToolError) -> ParsedArguments? {
    var index = 0
    var onlyPositionals = false
    while index < words.count {
      let word = words[index]
      index += 1
      if onlyPositionals || word == "-" || !word.hasPrefix("-") || Double(word) != nil {
        positionals.append(word)
      } else if word == "--" {
        onlyPositionals = true
      } else if word == "--help" || word == "-h" {
        return nil
      } else {
        try option(word, words, &index)
      }
    }
    return ParsedArguments(
      command: command, values: values, positionals: try assignPositionals())
  }

  private mutating func option(
    _ word: String, _ words: [String], _ index: inout Int
  ) throws(ToolError) {
    let (name, attached) = split(word)
    guard let option = find(name) else { throw unknown(name) }
    guard let placeholder = option.value else {
      guard attached == nil else { throw usage("\(name) takes no value") }
      values[option.name, default: []] = [""]
      return
    }
    var value = attached
    if value == nil, index < words.count, !words[index].hasPrefix("--") {
      value = words[index]
      index += 1
    }
    guard let value else { throw usage("\(name) needs a value: \(name) \(placeholder)") }
    guard option.repeats || values[option.name] == nil else {
      throw usage("\(name) is given more than once")
    }
    values[option.name, default: []].append(value)
  }

  /// `--name=value`, and `-Ifolder` for one-letter options that take a value.
  private func split(_ word: String) -> (name: String, attached: String?) {
    if word.hasPrefix("--") {
      guard let sign = word.firstIndex(of: "=") else { return (word, nil) }
      return (String(word[..<sign]), String(word[word.index(after: sign)...]))
    }
    let name = String(word.prefix(2))
    guard word.count > 2, find(name)?.value != nil else { return (word, nil) }
    return (name, String(word.dropFirst(2)))
  }

  private func find(_ name: String) -> Command.Option? {
    command.options.first { $0.name == name || $0.short == name }
  }

  private func assignPositionals() throws(ToolError) -> [String: [String]] {
    var assigned: [String: [String]] = [:]
    var rest = positionals[...]
    for positional in command.positionals {
      if rest.isEmpty {
        guard positional.count == .optional else { throw usage("\(positional.name) is missing") }
      } else if positional.count == .many {
        assigned[positional.name] = Array(rest)
        rest = []
      } else {
        assigned[positional.name] = [rest.removeFirst()]
      }
    }
    if let extra = rest.first { throw usage("'\(extra)' is one argument too many") }
    return assigned
  }

  private func unknown(_ name: String) -> ToolError {
    let known = command.options.flatMap { [$0.name] + ($0.short.map { [$0] } ?? []) }
    return ToolError(
      "unknown option \(name)",
      hint: Spelling.suggestion(for: name, among: known + ["--help"]) ?? pointer)
  }

  private func usage(_ message: String) -> ToolError { ToolError(message, hint: pointer) }
  private var pointer: String { "see ranvier \(command.name) --help" }
}

/// The arguments of one invocation, read by their declared names.
package struct ParsedArguments: Sendable {
  private let command: Command
  private let values: [String: [String]]
  private let positionals: [String: [String]]

  fileprivate init(command: Command, values: [String: [String]], positionals: [String: [String]]) {
    self.command = command
    self.values = values
    self.positionals = positionals
  }

  /// Whether the command has the option.
  package func offers(_ name: String) -> Bool {
    command.options.contains { $0.name == name }
  }

  package func flag(_ name: String) -> Bool { !all(name).isEmpty }
  /// The value of an option, nil when it was not given.
  package func value(_ name: String) -> String? { all(name).last }
  /// All values of an option that repeats.
  package func all(_ name: String) -> [String] {
    precondition(offers(name), "\(name) is not declared")
    return values[name] ?? []
  }

  /// A positional that must be there.
  package func positional(_ name: String) -> String {
    guard let word = optional(name) else { preconditionFailure("\(name) is optional") }
    return word
  }
  package func optional(_ name: String) -> String? { many(name).first }
  package func many(_ name: String) -> [String] {
    precondition(command.positionals.contains { $0.name == name }, "\(name) is not declared")
    return positionals[name] ?? []
  }

  /// A whole number, also with the prefixes `0x` and `0b`.
  package func integer(
    _ name: String, in range: ClosedRange<Int> = Int.min...Int.max
  ) throws(ToolError) -> Int? {
    guard let text = value(name) else { return nil }
    guard let number = Self.integer(text) else {
      throw ToolError("\(name): '\(text)' is not a whole number")
    }
    guard range.contains(number) else {
      throw ToolError("\(name): \(text) is not within \(Self.describe(range))")
    }
    return number
  }

  /// A finite number.
  package func number(
    _ name: String, in range: ClosedRange<Double> = -.infinity...(.infinity)
  ) throws(ToolError) -> Double? {
    guard let text = value(name) else { return nil }
    guard let number = Double(text), number.isFinite else {
      throw ToolError("\(name): '\(text)' is not a number")
    }
    guard range.contains(number) else {
      throw ToolError("\(name): \(text) is not within \(range.lowerBound)…\(range.upperBound)")
    }
    return number
  }

  /// One of a few words.
  package func choice(_ name: String, of words: [String]) throws(ToolError) -> String? {
    guard let text = value(name) else { return nil }
    guard words.contains(text) else {
      throw ToolError(
        "\(name): '\(text)' is not one of \(words.joined(separator: ", "))",
        hint: Spelling.suggestion(for: text, among: words))
    }
    return text
  }

  package static func integer(_ text: String) -> Int? {
    let negative = text.hasPrefix("-")
    let body = text.drop { $0 == "-" || $0 == "+" }.filter { $0 != "_" }
    guard text.count - text.drop(while: { $0 == "-" || $0 == "+" }).count <= 1 else { return nil }
    let sign = negative ? "-" : ""
    if body.lowercased().hasPrefix("0x") { return Int(sign + body.dropFirst(2), radix: 16) }
    if body.lowercased().hasPrefix("0b") { return Int(sign + body.dropFirst(2), radix: 2) }
    return Int(sign + body)
  }

  private static func describe(_ range: ClosedRange<Int>) -> String {
    if range.upperBound == .max { return "\(range.lowerBound) and above" }
    return "\(range.lowerBound)…\(range.upperBound)"
  }
}
