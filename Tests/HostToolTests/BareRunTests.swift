import ChipDescription
import Foundation
import TestSupport
import Testing

@Suite struct BareRunTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ source: String, _ options: String...) throws -> Tool {
    Tool(["run", "--bare", try folder.write(source, to: "program.s")] + options)
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path(name), encoding: .utf8)
  }

  private struct Result: Decodable {
    struct Trap: Decodable { var cause: String, pc: Int, symbol: String?, value: Int }
    var stop_reason: String
    var failed_test: Int?
    var exit_code: Int?
    var cycles: Int
    var instructions: Int
    var state_sha256: String
    var trap: Trap?
    var memory_base: Int
    var memory_bytes: Int
  }

  private static func json(_ text: String) throws -> Result {
    try JSONDecoder().decode(Result.self, from: Data(text.utf8))
  }

  private static func writing(_ value: Int) -> String {
    """
    _start: la t0, tohost
    li t1, \(value)
    sw t1, 0(t0)
    1: j 1b
    .data
    tohost: .word 0
    begin_signature: .word 0x12345678, 0xabc
    end_signature:
    """
  }

  @Test("Every end has its name and its exit status")
  func ends() throws {
    let exit = "li a7, 93\necall\n"
    let ends: [(String, reason: String, status: Int32, test: Int?, code: Int?)] = [
      (Self.writing(1), "pass", 0, nil, nil), (Self.writing(85), "fail", 3, 42, nil),
      (exit, "exit", 0, nil, 0), ("li a0, 9\n" + exit, "exit", 3, nil, 9),
      ("nop\n.word 0", "trap", 3, nil, nil), ("1: wfi\nj 1b", "asleep", 3, nil, nil),
      ("1: j 1b", "limit", 3, nil, nil),
    ]
    for (source, reason, status, test, code) in ends {
      let tool = try run(source, "--json", "--max-instructions", "1000")
      let result = try Self.json(tool.output)
      #expect(tool.status == status && result.stop_reason == reason, "\(source)")
      #expect(result.failed_test == test && result.exit_code == code, "\(source)")
      #expect((result.trap != nil) == (reason == "trap"))
      #expect(result.state_sha256.count == 64 && result.memory_bytes == 16 << 20)
      #expect(tool.errors.isEmpty == (reason == "pass" || reason == "exit"), "\(tool.errors)")
    }
  }

  @Test("The number of instructions is exact")
  func instructionLimit() throws {
    let source = "1: lw a0, 0(zero)\ndivu a1, a0, a0\naddi a2, a2, 1\nj 1b"
    for limit in [0, 1, 2, 3, 999, 1000] {
      let tool = try run(source, "--json", "--max-instructions", "\(limit)")
      #expect(try Self.json(tool.output).instructions == limit && tool.status == 3)
    }
  }

  @Test("What a program prints goes to standard output alone, the results to standard error")
  func console() throws {
    let source = """
      _start: la a1, text
      li a2, 2
      li a7, 64
      ecall
      ecall
      li a7, 93
      li a0, 0
      ecall
      text: .ascii "ab"
      """
    let plain = try run(source)
    #expect(plain.output == "abab" && plain.status == 0)
    #expect(plain.errors.hasPrefix("stopped       exit with code 0\ncycles"))
    let json = try run(source, "--json")
    #expect(json.output == "abab")
    #expect(try Self.json(json.errors).exit_code == 0)
    let silent = try run("li a7, 93\necall")
    #expect(silent.output.hasPrefix("stopped       exit with code 0\n") && silent.errors.isEmpty)
  }

  @Test("The signature is written, however the program ends")
  func signature() throws {
    for value in [1, 3] {
      _ = try run(Self.writing(value), "--signature", folder.path("signature"))
      #expect(try text("signature") == "12345678\n00000abc\n")
    }
  }

  @Test("With and without the log the machine ends in the same state, limits included")
  func logChangesNothing() throws {
    let plain = try Self.json(try run(BareRunTests.mixed, "--json").output)
    let logged = try run(BareRunTests.mixed, "--json", "--commit-log", folder.path("log"))
    let result = try Self.json(logged.output)
    #expect(result.state_sha256 == plain.state_sha256 && result.cycles == plain.cycles)
    let lines = try text("log").split(separator: "\n")
    #expect(lines.count == result.instructions && logged.status == 0)
    let short = try run(
      BareRunTests.mixed, "--json", "--commit-log", folder.path("log"), "--max-instructions", "5")
    #expect(try text("log").split(separator: "\n") == Array(lines.prefix(5)))
    let same = try run(BareRunTests.mixed, "--json", "--max-instructions", "5")
    #expect(short.output == same.output)
  }

  private static let mixed = """
    _start: la t0, handler
    csrw mtvec, t0
    vsetvli t1, zero, e16, m1, ta, ma
    la s0, data
    vle16.v v8, (s0)
    vsadd.vv v8, v8, v8
    vse16.v v8, (s0)
    .word 0
    csrr t3, vxsat
    la t0, tohost
    li t1, 1
    sw t1, 0(t0)
    nop
    handler: csrr t2, mepc
    addi t2, t2, 4
    csrw mepc, t2
    mret
    .data
    tohost: .word 0
    .balign 128
    data: .half 0x7fff, 1, 2
    .zero 122
    """

  @Test("A source starts where the memory starts; ELF files lie where they lie")
  func memory() throws {
    let source = "auipc a0, 0\nli a7, 93\necall"
    let tool = try run(source, "--memory", "0x80000000:1M", "--json")
    let result = try Self.json(tool.output)
    #expect(result.memory_base == 0x8000_0000 && result.memory_bytes == 1 << 20)
    #expect(result.exit_code == Int(Int32(bitPattern: 0x8000_0000)))
    let file = try folder.write(source, to: "far.s")
    let elf = folder.path("far.elf")
    #expect(Tool("asm", file, "--text-base", "0x40000100", "-o", elf).status == 0)
    let far = try Self.json(Tool("run", "--bare", elf, "--json").output)
    #expect(far.memory_base == 0x4000_0000 && far.exit_code == 0x4000_0100)
    let outside = Tool("run", "--bare", elf, "--memory", "0:16M")
    #expect(outside.status == 2)
    #expect(outside.errors.contains("the segment from 0x40000100 to"))
    #expect(outside.errors.contains("--memory BASE:SIZE says where"))
  }

  @Test(
    "The headers of an ELF file far from the program take no memory",
    .enabled(if: Oracle.clang.isUsable && Oracle.ldLLD.isUsable, "clang is not installed"))
  func headers() throws {
    let source = try folder.write(".globl _start\n" + Self.writing(1), to: "far.s")
    let (object, elf) = (folder.path("far.o"), folder.path("far.elf"))
    let compiled = try Oracle.clang.run([
      "--target=riscv32-unknown-elf", "-march=rv32im", "-mno-relax", "-c", source, "-o", object,
    ])
    #expect(compiled.status == 0, "\(compiled.errors)")
    // The headers are at 0x10000.
    let linked = try Oracle.ldLLD.run(["-Ttext=0x80000000", "--no-relax", object, "-o", elf])
    #expect(linked.status == 0, "\(linked.errors)")
    let tool = Tool("run", "--bare", elf, "--json")
    let result = try Self.json(tool.output)
    #expect(result.stop_reason == "pass" && result.memory_base == 0x8000_0000)
  }

  @Test("A trap is reported with its place and the registers")
  func trap() throws {
    let tool = try run("_start: li a0, 7\nlater: lw a1, -4(zero)")
    #expect(tool.status == 3 && tool.output.hasPrefix("stopped       trap\n"))
    #expect(tool.errors.contains("trapped: load from an address where nothing can be read"))
    #expect(tool.errors.contains("pc           0x4  later"))
    #expect(tool.errors.contains("a0   00000007"))
  }

  @Test("Bad arguments are refused, and leave no file behind")
  func badArguments() throws {
    let cases: [([String], String)] = [
      (["--memory", "0x80000000"], "'0x80000000' is not BASE:SIZE"),
      (["--memory", ":1M"], "is not BASE:SIZE"), (["--memory", "0:"], "is not BASE:SIZE"),
      (["--memory", "0:0"], "is not BASE:SIZE"), (["--memory", "0:-4096"], "is not BASE:SIZE"),
      (["--memory", "-4096:1M"], "is not BASE:SIZE"), (["--memory", "0:1M:2"], "is not BASE:SIZE"),
      (["--memory", "0:1T"], "is not BASE:SIZE"), (["--memory", "zero:1M"], "is not BASE:SIZE"),
      (["--memory", "0x100000000:1M"], "is not BASE:SIZE"),
      (["--memory", "0:99999999999999999999"], "is not BASE:SIZE"),
      (["--memory", "0:0x100000000G"], "up to 1 GiB"), (["--memory", "8:1M"], "multiple of 4096"),
      (["--memory", "0:5000"], "possible are multiples"),
      (["--memory", "0xfffff000:1M"], "reach beyond"),
      (["--max-instructions", "-1"], "is not within"),
      (["--max-instructions", "many"], "is not a whole number"),
      (["--signature", folder.path("s")], "has no symbol 'begin_signature'"),
      (["--until", "1ms"], "--until needs a chip"), (["--both"], "--both needs a chip"),
      (["--commit-log", folder.path("missing/log")], "cannot be written"),
    ]
    for (arguments, message) in cases {
      let path = try folder.write("nop", to: "program.s")
      let tool = Tool(["run", "--bare", path] + arguments)
      #expect(tool.status == 2, "\(arguments)")
      #expect(tool.errors.contains(message), "\(arguments): \(tool.errors)")
      #expect(tool.output.isEmpty)
    }
    for option in ["--memory", "--max-instructions", "--signature", "--commit-log"] {
      let path = try folder.write("nop", to: "program.s")
      let tool = Tool("run", path, option, "1")
      #expect(tool.status == 2 && tool.errors.contains("\(option) needs --bare"))
    }
    let reversed = "nop\nbegin_signature: nop\nend_signature = begin_signature - 4"
    let odd = "begin_signature: nop\nend_signature = begin_signature + 2"
    let outside = "begin_signature: nop\nend_signature = begin_signature + 0x1000004"
    let signatures = [
      (reversed, "are no whole words"), (odd, "whole"), (outside, "not in the memory"),
    ]
    for (source, message) in signatures {
      let tool = try run(source, "--signature", folder.path("s"), "--commit-log", folder.path("l"))
      #expect(tool.status == 2 && tool.errors.contains(message), "\(tool.errors)")
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(files == ["program.s"])
  }

  @Test("Damaged ELF files are refused with the place of the damage, and never crash")
  func damagedFiles() throws {
    let source = try folder.write(Self.writing(1), to: "good.s")
    let good = folder.path("good.elf")
    #expect(Tool("asm", source, "--text-base", "0x80000000", "-o", good).status == 0)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: good)))
    let path = folder.path("bad.elf")
    func tool(_ bytes: [UInt8]) throws -> Tool {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return Tool("run", "--bare", path, "--max-instructions", "100")
    }
    #expect(try tool(bytes).status == 0)
    for count in stride(from: 4, to: 200, by: 7) {
      let result = try tool(Array(bytes.prefix(count)))
      #expect(result.status == 2 && result.errors.contains("byte "), "\(count): \(result.errors)")
    }
    // Every byte of the header and of the program headers, set to several values.
    for index in 4..<84 {
      for value in [0, 0xFF] as [UInt8] where bytes[index] != value {
        var damaged = bytes
        damaged[index] = value
        let result = try tool(damaged)
        #expect([0, 2, 3].contains(result.status), "\(index) \(value)")
        #expect(result.status != 2 || !result.errors.isEmpty)
      }
    }
  }
}
