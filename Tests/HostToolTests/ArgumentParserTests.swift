import ChipDescription
import HostTool
import Testing

@Suite struct ArgumentParserTests {
  static let command = Command(
    name: "test", summary: "try the parser",
    positionals: [.one("FIRST", "needed"), .many("REST", "more")],
    options: [
      .flag("--loud", "a flag"), .output("a file"),
      .value("--count", "N", "a number"), .value("--rate", "X", "a real number"),
      .value("-I", "FOLDER", "a folder", repeats: true),
      .value("--mode", "MODE", "slow or fast"),
    ],
    examples: ["ranvier test a b"],
    run: { _ in .done })

  static func parse(_ words: String...) throws -> ParsedArguments {
    try #require(try ArgumentParser(command).parse(words))
  }

  static func error(_ words: String..., reading: (ParsedArguments) throws -> Void = { _ in })
    -> ToolError?
  {
    do {
      if let parsed = try ArgumentParser(command).parse(words) { try reading(parsed) }
      return nil
    } catch {
      return error as? ToolError
    }
  }

  @Test("Options and positionals may be mixed")
  func mixed() throws {
    let parsed = try Self.parse("a", "--loud", "b", "-o", "file", "-", "--count=0x10", "-1")
    #expect(parsed.positional("FIRST") == "a")
    #expect(parsed.many("REST") == ["b", "-", "-1"])
    #expect(parsed.flag("--loud") && parsed.value("--output") == "file")
    #expect(try parsed.integer("--count") == 16)
  }

  @Test("One-letter options take their value attached or apart, and may repeat")
  func repeated() throws {
    let parsed = try Self.parse("-Ia", "x", "-I", "b", "y", "-ofile")
    #expect(parsed.all("-I") == ["a", "b"])
    #expect(parsed.value("--output") == "file")
  }

  @Test("After -- everything is positional")
  func end() throws {
    #expect(try Self.parse("--", "--loud", "-o").many("REST") == ["-o"])
  }

  @Test("--help wins over missing arguments")
  func help() throws {
    #expect(try ArgumentParser(Self.command).parse(["--help"]) == nil)
  }

  @Test(
    "Bad usage is refused with the reason",
    arguments: [
      (["a"], "REST is missing"),
      ([], "FIRST is missing"),
      (["a", "b", "--cuont", "1"], "unknown option --cuont"),
      (["a", "b", "--count"], "--count needs a value: --count N"),
      (["a", "b", "--count", "--loud"], "--count needs a value: --count N"),
      (["a", "b", "--count", "1", "--count=2"], "--count is given more than once"),
      (["a", "b", "--loud=yes"], "--loud takes no value"),
    ])
  func usage(words: [String], message: String) {
    let error = #expect(throws: ToolError.self) { try ArgumentParser(Self.command).parse(words) }
    #expect(error?.message == message)
    #expect(error?.status == .badInput)
    let hint = message.hasPrefix("unknown") ? "did you mean '--count'?" : "see ranvier test --help"
    #expect(error?.hint == hint)
  }

  @Test("Numbers are checked when they are read")
  func numbers() throws {
    let parsed = try Self.parse("a", "b", "--count", "12a", "--rate", "nan", "--mode", "fats")
    var error = #expect(throws: ToolError.self) { try parsed.integer("--count") }
    #expect(error?.message == "--count: '12a' is not a whole number")
    error = #expect(throws: ToolError.self) { try parsed.number("--rate") }
    #expect(error?.message == "--rate: 'nan' is not a number")
    error = #expect(throws: ToolError.self) { try parsed.choice("--mode", of: ["slow", "fast"]) }
    #expect(error?.message == "--mode: 'fats' is not one of slow, fast")
    #expect(error?.hint == "did you mean 'fast'?")
  }

  @Test("Numbers outside their range are refused")
  func ranges() throws {
    let parsed = try Self.parse("a", "b", "--count", "-3", "--rate", "1.5")
    var error = #expect(throws: ToolError.self) { try parsed.integer("--count", in: 1...9) }
    #expect(error?.message == "--count: -3 is not within 1…9")
    error = #expect(throws: ToolError.self) { try parsed.integer("--count", in: 1...Int.max) }
    #expect(error?.message == "--count: -3 is not within 1 and above")
    error = #expect(throws: ToolError.self) { try parsed.number("--rate", in: 0...1) }
    #expect(error?.message == "--rate: 1.5 is not within 0.0…1.0")
    #expect(try parsed.integer("--count") == -3 && parsed.number("--rate") == 1.5)
  }

  @Test(
    "Whole numbers may have a base",
    arguments: [
      ("0", 0), ("-0x10", -16), ("0b101", 5), ("1_000", 1000), ("+7", 7), ("", nil), ("--1", nil),
      ("0x", nil), ("1.0", nil), ("99999999999999999999", nil),
    ] as [(String, Int?)])
  func integers(text: String, value: Int?) { #expect(ParsedArguments.integer(text) == value) }
}

@Suite struct SpellingTests {
  @Test(
    "Distances count insertions, deletions, replacements and swaps",
    arguments: [
      ("", "", 0), ("abc", "", 3), ("train", "trian", 1), ("train", "rain", 1),
      ("eval", "evil", 1), ("kitten", "sitting", 3),
    ])
  func distance(a: String, b: String, distance: Int) {
    #expect(Spelling.distance(a, b) == distance)
    #expect(Spelling.distance(b, a) == distance)
  }

  @Test("Only near words are suggested, the first of equals")
  func suggestion() {
    #expect(Spelling.suggestion(for: "trai", among: ["eval", "train"]) == "did you mean 'train'?")
    #expect(Spelling.suggestion(for: "xyz", among: ["eval", "train"]) == nil)
    #expect(Spelling.suggestion(for: "ab", among: ["ac", "ad"]) == "did you mean 'ac'?")
  }
}
