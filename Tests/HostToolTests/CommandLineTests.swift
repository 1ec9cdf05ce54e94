import HostTool
import TestSupport
import Testing

@Suite struct CommandLineTests {
  @Test("The version is printed")
  func version() {
    let tool = Tool("--version")
    #expect(tool.output == "ranvier \(HostTool.version)\n" && tool.status == 0)
  }

  @Test("Help of the tool, of a family and of a command", arguments: [true, false])
  func help(asOption: Bool) {
    let pages = [[], ["data"], ["data", "yin-yang"]].map { words in
      Tool(asOption ? words + ["--help"] : ["help"] + words)
    }
    #expect(pages.allSatisfy { $0.status == 0 && $0.errors == "" })
    #expect(pages[0].output.contains("usage: ranvier COMMAND [ARGUMENTS]"))
    #expect(pages[1].output.hasPrefix("usage: ranvier data COMMAND [ARGUMENTS]"))
    #expect(pages[2].output.hasPrefix("ranvier data yin-yang: print a split"))
  }

  @Test(
    "A wrong command is refused with the reason",
    arguments: [
      ([], "ranvier: a command is missing\nsee ranvier --help\n"),
      (["dta"], "ranvier: unknown command 'dta'\ndid you mean 'data'?\n"),
      (["quux"], "ranvier: unknown command 'quux'\nsee ranvier --help\n"),
      (["data"], "ranvier: 'data' needs a second word\nsee ranvier data --help\n"),
      (
        ["data", "yin-yan"],
        "ranvier: unknown command 'data yin-yan'\ndid you mean 'yin-yang'?\n"
      ),
      (
        ["data", "yin-yang", "--split", "tset"],
        """
        ranvier data yin-yang: --split: 'tset' is not one of train, validation, test
        did you mean 'test'?

        """
      ),
      (["help", "quux"], "ranvier: unknown command 'quux'\nsee ranvier --help\n"),
    ])
  func refused(words: [String], errors: String) {
    let tool = Tool(words)
    #expect(tool.errors == errors && tool.status == 2 && tool.output == "")
  }

  @Test("Every command has a summary and an example; the parser accepts all examples")
  func examples() throws {
    for command in CommandRegistry.commands {
      #expect(!command.summary.hasSuffix("."))
      #expect(command.examples.contains { $0.hasPrefix("ranvier \(command.name)") })
      for example in command.examples {
        let words = example.prefix { $0 != ">" }.split(separator: " ").map(String.init)
        #expect(words.first == "ranvier")
        let used = CommandRegistry.commands.first {
          words.dropFirst().starts(with: $0.name.split(separator: " ").map(String.init))
        }
        let parser = ArgumentParser(try #require(used, "\(example)"))
        let nameCount = (used?.name.split(separator: " ").count ?? 0) + 1
        #expect(throws: Never.self, "\(example)") {
          _ = try parser.parse(Array(words.dropFirst(nameCount)))
        }
      }
    }
  }

  @Test("The help pages are the reviewed ones")
  func pages() throws {
    let overview = Tool("--help").output
    // Long lines are broken.
    let text = overview.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for command in CommandRegistry.commands {
      #expect(overview.contains("  \(command.name) ") && text.contains(command.summary))
      let words = command.name.split(separator: " ").map(String.init)
      let file = "Tests/Golden/help/\(words.joined(separator: "-")).txt"
      try expectGolden(Tool(words + ["--help"]).output, at: file)
    }
  }
}

@Suite struct DataCommandTests {
  @Test("The test split as CSV has a header and 17 digits")
  func csv() {
    let tool = Tool("data", "yin-yang", "--split", "test")
    let lines = tool.output.split(separator: "\n")
    #expect(tool.status == 0 && lines.count == 1001)
    #expect(lines[0] == "x,y,x_mirrored,y_mirrored,label")
    #expect(
      lines[1] == "0.23409664559563403,0.40172497518289718,0.76590335440436597,"
        + "0.59827502481710282,2")
  }

  @Test(
    "NumPy reads the array file and the CSV, and both hold the same numbers",
    .enabled(if: Oracle.python.isUsable, "needs python3 with numpy"))
  func numpy() throws {
    let folder = try TemporaryFolder()
    for format in ["csv", "npy"] {
      let file = folder.path("data.\(format)")
      let tool = Tool(
        "data", "yin-yang", "--split", "validation", "--format", format, "-o", file)
      #expect(tool.status == 0 && tool.output == "" && tool.errors == "")
    }
    let script = """
      import numpy as np
      a = np.load('data.npy'); b = np.loadtxt('data.csv', delimiter=',', skiprows=1)
      assert a.dtype == np.float64 and a.shape == (1000, 5) and np.array_equal(a, b)
      print(np.bincount(a[:, 4].astype(int)))
      """
    let result = try Oracle.python.run(["-c", script], in: folder.url)
    #expect(result.text == "[316 336 348]\n", "\(result.errors)")
  }
}
