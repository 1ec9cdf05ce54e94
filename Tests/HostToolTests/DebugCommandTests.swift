import Foundation
import HostTool
import TestSupport
import Testing

@Suite struct DebugCommandTests {
  static func path(_ file: String) -> String { repository.appendingPathComponent(file).path }

  /// A trace of host events.
  static func stimulus(_ events: String, in folder: TemporaryFolder) throws -> String {
    let program = try folder.write("_start: wfi\n j _start\n", to: "empty.s")
    _ = Tool("run", program, "--record", folder.path("empty.spikes"))
    let text = try String(contentsOfFile: folder.path("empty.spikes"), encoding: .utf8)
    let count = events.split(separator: "\n").count
    return try folder.write(
      text.replacing("[events]\n[end 0]", with: "[events]\n\(events)[end \(count)]"),
      to: "in.spikes")
  }

  static let events = """
    100 0x520 stimulus
    200 0x521 stimulus
    300 0x522 stimulus
    400 0x700 end-of-sample

    """

  static func debugEcho(_ folder: TemporaryFolder, _ options: String...) throws -> Tool {
    let stimulus = try stimulus(events, in: folder)
    return Tool(
      [
        "debug", path("Tests/Golden/debug/echo.s"), "-I", path("firmware"), "--stimulus", stimulus,
        "--network", "4-30-3", "--no-prompt",
      ] + options)
  }

  @Test("A session of commands reads as reviewed")
  func session() throws {
    let folder = try TemporaryFolder()
    let tool = try Self.debugEcho(folder, "-x", Self.path("Tests/Golden/debug/echo.commands"))
    #expect(tool.errors == "" && tool.status == 0)
    let text = tool.output.replacing(repository.path + "/", with: "")
    try expectGolden(text, at: "Tests/Golden/debug/echo.session")
  }

  @Test("A program ends under the debugger as it ends with run")
  func sameEnd() throws {
    let folder = try TemporaryFolder()
    let echo = Self.path("Tests/Golden/debug/echo.s")
    let stimulus = try Self.stimulus(Self.events, in: folder)
    let run = Tool(
      "run", echo, "-I", Self.path("firmware"), "--stimulus", stimulus, "--network", "4-30-3")
    let state = try #require(run.output.split(separator: "\n").last?.split(separator: " ").last)
    let tool = try Self.debugEcho(
      folder, "--command", "watch count", "--command", "watch event any", "--command", "c 8",
      "--command", "rc 3", "--command", "delete", "--command", "c", "--command", "info state")
    #expect(tool.output.hasSuffix("state \(state)\n"))
    #expect(tool.output.contains("the program is over"))
  }

  @Test("The exit status tells a program that trapped or failed; mistakes of use are refused")
  func exitStatus() throws {
    let folder = try TemporaryFolder()
    func debug(_ source: String, _ options: String...) throws -> Tool {
      let path = try folder.write(source, to: "t.s")
      return Tool(["debug", path, "--no-prompt"] + options)
    }
    for bare in [["--bare"], []] {
      let options = bare + ["--command", "c"]
      func status(_ source: String) throws -> Int32 {
        Tool(["debug", try folder.write(source, to: "t.s"), "--no-prompt"] + options).status
      }
      #expect(try status("_start: li a7, 93\n li a0, 0\n ecall\n") == 0)
      #expect(try status("_start: li a7, 93\n li a0, 1\n ecall\n") == 3)
      #expect(try status("_start: .word 0\n") == 3)
    }
    #expect(try debug("_start: .word 0\n", "--command", "c", "--command", "rsi").status == 0)
    let passed = "_start: li a0, 1\n la a1, tohost\n sw a0, 0(a1)\n .data\ntohost: .word 0\n"
    #expect(try debug(passed, "--bare", "--command", "c").status == 0)
    #expect(
      try debug(passed.replacing("li a0, 1", with: "li a0, 5"), "--bare", "--command", "c")
        .status == 3)
    let printed = try debug(
      "_start: li a7, 64\n la a1, text\n li a2, 3\n ecall\n ebreak\ntext: .ascii \"hi\\n\"\n",
      "--bare", "--command", "c")
    #expect(printed.output.contains("(ranvier) c\nhi\nthe program is over: trap: breakpoint"))
    for (options, message) in [
      (["-x", "/none"], "/none: cannot be read"),
      (["--gdb", "70000"], "--gdb: 70000 is not within"),
      (["--bare", "--until", "1ms"], "--until needs a chip: not with --bare"),
      (["--memory", "0:1M"], "--memory needs --bare"),
    ] {
      let tool = try Tool(["debug", folder.write(passed, to: "t.s"), "--no-prompt"] + options)
      #expect(tool.status == 2 && tool.errors.contains(message), "\(tool.errors)")
    }
    let elf = folder.path("t.elf")
    #expect(try debug(passed, "--elf", elf).status == 0)
    let again = Tool("debug", elf, "--no-prompt", "--elf", folder.path("u.elf"))
    #expect(again.status == 2 && again.errors.contains("is an ELF file already"))
  }

  @Test("After the end of a bare program the way back is open, without stop points too")
  func backFromTheEnd() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(
      "_start: li a7, 93\n li a0, 0\n nop\n ecall\n", to: "p.s")
    let tool = Tool(
      "debug", "--bare", source, "--no-prompt", "--command", "continue", "--command",
      "set a0 = 77", "--command", "reverse-continue", "--command", "info line")
    #expect(tool.output.contains("the program is over; go back first"), "\(tool.output)")
    #expect(tool.output.contains("_start"), "\(tool.output)")
    #expect(tool.status == 0, "\(tool.errors)")
  }

  @Test(
    "Sources are found where the compiler ran, wherever the debugger does",
    .enabled(if: Oracle.clang.isUsable && Oracle.ldLLD.isUsable, "clang or ld.lld is missing"))
  func compilerFolder() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("void _start(void) {\n  for (;;) {}\n}\n", to: "spin.c")
    let compiled = try Oracle.clang.run(
      [
        "--target=riscv32", "-march=rv32im", "-mno-relax", "-g", "-ffreestanding", "-c", "spin.c",
        "-o", "spin.o",
      ], in: folder.url)
    #expect(compiled.status == 0, "\(compiled.errors)")
    let linked = try Oracle.ldLLD.run(
      ["-Ttext=0x80000000", "spin.o", "-o", "spin.elf"], in: folder.url)
    #expect(linked.status == 0, "\(linked.errors)")
    let tool = Tool(
      "debug", "--bare", folder.path("spin.elf"), "--no-prompt", "--command", "list _start")
    #expect(tool.output.contains("for (;;) {}"), "\(tool.output) \(tool.errors)")
  }
}
