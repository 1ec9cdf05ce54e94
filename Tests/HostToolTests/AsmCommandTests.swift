import Foundation
import TestSupport
import Testing

@Suite struct AsmCommandTests {
  static let source = """
      .text
      .globl _start
    _start:
      li a0, 3
      la a1, table
      lw a2, 0(a1)
      ecall
      .data
    table: .word 1, 2, 3

    """

  @Test("Without an output the budget is printed")
  func budget() throws {
    let folder = try TemporaryFolder()
    let tool = Tool("asm", try folder.write(Self.source, to: "a.s"))
    #expect(
      tool.output == """
        section      address   bytes
        .text            0x0      20
        .data           0x14      12
        needed                    32
        of                     16128
        free                   16096

        """)
    #expect(tool.status == 0 && tool.errors == "")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.s"])
  }

  @Test("All products are written together")
  func products() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(Self.source, to: "a.s")
    let tool = Tool(
      "asm", source, "-o", folder.path("a.elf"), "--listing", folder.path("a.lst"), "--symbols",
      folder.path("a.sym"), "--hex", folder.path("a.hex"))
    #expect(tool.status == 0, "\(tool.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    #expect(files == ["a.elf", "a.hex", "a.lst", "a.s", "a.sym"])
    let elf = try Data(contentsOf: URL(fileURLWithPath: folder.path("a.elf")))
    #expect(elf.starts(with: [0x7F] + Array("ELF".utf8)))
    let symbols = try String(contentsOfFile: folder.path("a.sym"), encoding: .utf8)
    #expect(symbols.contains("table") && symbols.contains("_start"))
    let hex = try String(contentsOfFile: folder.path("a.hex"), encoding: .utf8)
    #expect(hex.hasPrefix(":") && hex.hasSuffix(":00000001FF\n"))
  }

  @Test("JSON has the documented keys in their order")
  func json() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(Self.source, to: "a.s")
    let text = Tool("asm", source, "--json").output
    let keys = text.split(separator: "\n").filter { $0.hasPrefix("  \"") }
      .map { $0.dropFirst(3).prefix { $0 != "\"" } }
    #expect(
      keys == [
        "program", "sources", "program_sha256", "entry", "start", "end", "need_bytes",
        "have_bytes", "free_bytes", "warnings", "sections",
      ])
    struct Budget: Decodable {
      struct Section: Decodable { var name: String, address: Int, bytes: Int }
      var need_bytes: Int, free_bytes: Int, sections: [Section]
    }
    let budget = try JSONDecoder().decode(Budget.self, from: Data(text.utf8))
    #expect(budget.need_bytes == 32 && budget.free_bytes == 16096)
    #expect(budget.sections.map(\.bytes) == [20, 12])
  }

  @Test("Errors come all together, with position and caret, and nothing is written")
  func errors() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write("  adi a0, a1, 1\n  addi a0, a1, 5000\n", to: "bad.s")
    let tool = Tool("asm", source, "-o", folder.path("bad.elf"))
    #expect(tool.status == 2 && tool.output == "")
    #expect(tool.errors.hasPrefix("\(source):1:3: error: "))
    #expect(tool.errors.contains("\n\(source):2:16: error: "))
    #expect(tool.errors.hasSuffix("2 errors\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["bad.s"])
  }

  static let doubtful = "_start:\n  add x0, a0, a1\n  j _start\n  nop # allow: alignment\n"

  @Test("Warnings go to standard error with position and caret, and the program is written")
  func warnings() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(Self.doubtful, to: "a.s")
    let tool = Tool("asm", source, "-o", folder.path("a.elf"), "--json")
    #expect(tool.status == 0)
    #expect(
      tool.errors == """
        \(source):2:7: warning: the result of add is lost: x0 is always 0 [zero-register]
          add x0, a0, a1
              ^
        \(source):4:3: warning: nothing leads here: no label stands between this and the j before \
        it [unreachable]
          nop # allow: alignment
          ^

        """)
    #expect(tool.output.contains("\"warnings\": 2"))
    let run = Tool("disasm", source)
    #expect(run.status == 0 && run.errors == tool.errors)
  }

  @Test("With --werror a warning refuses the program, unless its kind is silenced")
  func warningsAsErrors() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(Self.doubtful, to: "a.s")
    let refused = Tool("asm", source, "-o", folder.path("a.elf"), "--werror")
    #expect(refused.status == 2 && refused.output == "")
    #expect(refused.errors.hasPrefix("\(source):2:7: error: the result of add is lost"))
    #expect(refused.errors.hasSuffix("2 errors\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.s"])
    let one = Tool("asm", source, "-W", "no-unreachable", "--werror")
    #expect(one.status == 2 && one.errors.hasSuffix("1 error\n"))
    let both = Tool("asm", source, "-W", "no-unreachable", "-Wno-zero-register", "--werror")
    #expect(both.status == 0 && both.errors == "")
  }

  @Test("A program that cannot be written leaves no file at all")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(Self.source, to: "a.s")
    let tool = Tool(
      "asm", source, "-o", folder.path("a.elf"), "--listing", folder.path("none/a.lst"))
    #expect(tool.status == 2)
    #expect(
      tool.errors == "ranvier asm: \(folder.path("none/a.lst")): cannot be written: "
        + "No such file or directory\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.s"])
  }

  @Test("Definitions, include folders and the base address reach the assembler")
  func options() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("inc"), withIntermediateDirectories: true)
    try folder.write("  .word NUMBER, FLAG\n", to: "inc/numbers.inc")
    let source = try folder.write("  .include \"numbers.inc\"\n", to: "a.s")
    let tool = Tool(
      "asm", source, "-I", folder.path("inc"), "-DNUMBER=0x10", "-D", "FLAG", "--text-base",
      "0x100", "--hex", "-")
    #expect(tool.errors == "")
    #expect(tool.output.hasPrefix(":080100001000000001000000E6\n"))
  }

  @Test(
    "Bad options are refused",
    arguments: [
      (["-D", "=3"], "-D: '=3' is not NAME or NAME=NUMBER"),
      (["-D", "A=b"], "-D: 'A=b' is not NAME or NAME=NUMBER"),
      (["--text-base", "2"], "--text-base: 2 is not a multiple of 4"),
      (
        ["-W", "unreachable"],
        "-W: 'unreachable' is not one of no-alignment, no-zero-register, no-unreachable, "
          + "no-vector-type, no-vector-groups"
      ),
      (["/nonexistent.s"], "/nonexistent.s: cannot be read: No such file or directory"),
    ])
  func refused(options: [String], message: String) throws {
    let folder = try TemporaryFolder()
    let tool = Tool(["asm", try folder.write(Self.source, to: "a.s")] + options)
    #expect(tool.errors == "ranvier asm: \(message)\n" && tool.status == 2)
  }

  @Test("A source is not overwritten by what is made of it, and two outputs need two names")
  func keepsSources() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write("_start: wfi\n", to: "p.s")
    let tool = Tool("asm", source, "-o", folder.path("./p.s"))
    #expect(tool.status == 2 && tool.errors.contains("is a source"))
    #expect(try String(contentsOfFile: source, encoding: .utf8) == "_start: wfi\n")
    let twice = Tool("asm", source, "-o", folder.path("x"), "--listing", folder.path("x"))
    #expect(twice.status == 2 && twice.errors.contains("is the name of two outputs"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
  }
}
