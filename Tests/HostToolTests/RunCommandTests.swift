import ChipDescription
import Foundation
import TestSupport
import Testing

@Suite struct RunCommandTests {
  static func run(_ source: String, _ options: String...) throws -> Tool {
    let folder = try TemporaryFolder()
    return Tool(["run", try folder.write(source, to: "program.s")] + options)
  }

  struct Result: Decodable {
    struct Trap: Decodable { var cause: String, pc: Int, symbol: String?, instruction: String }
    var stop_reason: String
    var cycles: Int
    var instructions: Int
    var state_sha256: String
    var trap: Trap?
    var exit_code: Int?
  }

  static func json(_ tool: Tool) throws -> Result {
    try JSONDecoder().decode(Result.self, from: Data(tool.output.utf8))
  }

  static let exit = "_start: li a0, 0\n li a7, 93\n ecall\n"

  @Test("A program that ends is done")
  func exits() throws {
    let tool = try Self.run(Self.exit, "--json")
    let result = try Self.json(tool)
    #expect(tool.status == 0 && tool.errors == "")
    #expect(result.stop_reason == "exit" && result.exit_code == 0 && result.trap == nil)
    #expect(result.instructions == 2 && result.state_sha256.count == 64)
    let keys = tool.output.split(separator: "\n").filter { $0.hasPrefix("  \"") }
      .map { $0.dropFirst(3).prefix { $0 != "\"" } }
    #expect(
      keys == [
        "stop_reason", "cycles", "instructions", "state_sha256", "trap", "exit_code", "program",
        "program_sha256", "chip_seed", "noise_seed", "events_sent", "events_recorded",
        "analog_reads",
      ])
  }

  @Test("A program that ends with another code than 0 has failed")
  func exitCode() throws {
    let tool = try Self.run("_start: li a0, 7\n li a7, 93\n ecall\n", "--json")
    #expect(try Self.json(tool).exit_code == 7 && tool.status == 3)
  }

  @Test("A trap is reported with place, instruction and registers")
  func trap() throws {
    let source = "_start: li a0, 0x4000\nlater: lui a1, 0x80000\n lw a2, 8(a1)\n"
    let tool = try Self.run(source, "--json")
    let result = try Self.json(tool)
    #expect(tool.status == 3 && result.stop_reason == "trap")
    #expect(result.trap?.cause == "load from an address where nothing can be read")
    #expect(result.trap?.pc == 8 && result.trap?.symbol == "later+0x4")
    #expect(result.trap?.instruction == "lw a2, 8(a1)")
    let lines = tool.errors.split(separator: "\n").map(String.init)
    #expect(
      lines[0].hasSuffix(
        "program.s: the program on the top processor trapped: "
          + "load from an address where nothing can be read (value 0x80000008)"))
    #expect(lines[1].hasPrefix("  pc           0x8  later+0x4 ("))
    #expect(lines[1].hasSuffix("program.s:3)"))
    #expect(lines[2] == "  instruction  lw a2, 8(a1)")
    #expect(tool.errors.contains("a0   00004000   a1   80000000"))
  }

  @Test("What a program prints goes to standard output, results beside it")
  func console() throws {
    let source = """
      _start: li a0, 1
        la a1, text
        li a2, 6
        li a7, 64
        ecall
        li a0, 0
        li a7, 93
        ecall
      text: .ascii "hello\\n"
      """
    let plain = try Self.run(source)
    #expect(plain.output == "hello\n" && plain.errors.hasPrefix("stopped       exit with code 0\n"))
    let json = try Self.run(source, "--json")
    #expect(json.errors == "hello\n")
    #expect(try Self.json(json).stop_reason == "exit")
  }

  @Test("A sleeping program ends the run, or lets time pass until its end")
  func asleep() throws {
    let source = "_start: wfi\n j _start\n"
    #expect(try Self.json(Self.run(source, "--json")).stop_reason == "asleep")
    let timed = try Self.json(Self.run(source, "--json", "--until", "100us"))
    #expect(timed.stop_reason == "time" && timed.cycles == 25_000)
  }

  @Test("The end of a run is exact in each unit")
  func until() throws {
    let times = [
      ("12345cycles", 12345), ("300ticks", 600), ("10ns", 3), ("1.5us", 375), ("2µs", 500),
      ("0.01ms", 2500),
    ]
    for (text, cycles) in times {
      let tool = try Self.run("_start: j _start\n", "--until", text, "--json")
      let result = try Self.json(tool)
      #expect(result.cycles == cycles && result.stop_reason == "time" && tool.status == 0)
    }
  }

  @Test("The same run gives the same state, another seed another")
  func determinism() throws {
    let states = try [["--chip-seed", "1"], ["--chip-seed", "1"], ["--chip-seed", "2"]].map {
      let folder = try TemporaryFolder()
      return try Self.json(
        Tool(["run", try folder.write(Self.exit, to: "program.s"), "--json"] + $0)
      ).state_sha256
    }
    #expect(states[0] == states[1] && states[0] != states[2])
  }

  @Test("Words are set before the start")
  func set() throws {
    let source = "_start: lw a0, param\n li a7, 93\n ecall\n .data\nparam: .word 0\n"
    let tool = try Self.run(source, "--set", "param=-5", "--json")
    #expect(try Self.json(tool).exit_code == -5, "\(tool.errors)")
  }

  @Test(
    "Bad usage is refused",
    arguments: [
      (
        ["--until", "100"], "--until: '100' has no unit; known are cycles, ticks, ns, us, µs, ms, s"
      ),
      (
        ["--until", "1h"],
        "--until: 'h' is not a unit of time; known are cycles, ticks, ns, us, µs, ms, s"
      ),
      (["--until", "soon"], "--until: 'soon' is not a time, such as 100us or 6000ticks"),
      (["--network", "4-0-3"], "--network: '4-0-3' is not INPUTS-HIDDEN-OUTPUTS, such as 4-120-3"),
      (["--set", "param"], "--set: 'param' is not NAME=NUMBER"),
      (["--ideal", "--uncalibrated"], "--ideal and --uncalibrated exclude each other"),
      (["--mismatch", "0.1", "--ideal"], "--ideal and --mismatch exclude each other"),
      (["--mismatch", "10"], "--mismatch: 10 is not within 0.0…0.5"),
      (["--stimulus", "/none"], "/none: cannot be read: No such file or directory"),
    ])
  func refused(options: [String], message: String) throws {
    let folder = try TemporaryFolder()
    let tool = Tool(["run", try folder.write(Self.exit, to: "program.s")] + options)
    #expect(tool.errors == "ranvier run: \(message)\n" && tool.status == 2)
  }

  @Test("A program that waits for its timer has not ended")
  func timer() throws {
    let source = """
      _start: li   a0, 0x20020000
              li   t0, 5000
              sw   t0, 8(a0)
              sw   zero, 12(a0)
              li   t0, 1 << 7
              csrw mie, t0
              wfi
              li   a0, 7
              li   a7, 93
              ecall
      """
    let tool = try Self.run(source)
    #expect(tool.status == 3 && tool.output.contains("stopped       exit with code 7"))
    let masked = try Self.run(source.replacing("csrw mie, t0", with: "nop"))
    #expect(masked.status == 0 && masked.output.contains("stopped       asleep"))
  }

  @Test("A segment that is longer than the memory is refused at once, zeros too")
  func hugeSegment() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write("_start: wfi\n", to: "p.s")
    let path = folder.path("p.elf")
    #expect(Tool("asm", source, "-o", path).status == 0)
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    // The size in memory of the first program header, which ends at 0xC0000000.
    let header = Int(bytes[28]) | Int(bytes[29]) << 8
    bytes.replaceSubrange(header + 20..<header + 24, with: [0, 0, 0, 0xC0])
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    for command in ["run", "profile", "debug"] {
      let tool = Tool([command, path] + (command == "debug" ? ["--no-prompt"] : []))
      #expect(tool.status == 2)
      #expect(tool.errors.contains("needs 3221225472 bytes"), "\(tool.errors)")
    }
  }

  @Test("A network that does not fit says what it needs, what there is, and where")
  func network() throws {
    let tool = try Self.run(Self.exit, "--network", "4-121-3")
    #expect(tool.status == 2)
    #expect(
      tool.errors.hasPrefix(
        "ranvier run: the network does not fit: it needs 121 hidden neurons, there are 120 ("))
  }

  @Test("Host events of a stimulus are sent and recorded; a mistake leaves no recording")
  func stimulus() throws {
    let folder = try TemporaryFolder()
    let program = try folder.write("_start: wfi\n j _start\n", to: "program.s")
    let tool = Tool("run", program, "--record", folder.path("empty.spikes"), "--json")
    #expect(tool.status == 0, "\(tool.errors)")
    var text = try String(contentsOfFile: folder.path("empty.spikes"), encoding: .utf8)
    let events = "100 0x520 stimulus\n200 0x001 neuron\n300 0x700 end-of-sample\n"
    text = text.replacingOccurrences(of: "[events]\n[end 0]", with: "[events]\n\(events)[end 3]")
    let stimulus = try folder.write(text, to: "in.spikes")
    let second = Tool(
      "run", program, "--stimulus", stimulus, "--record", folder.path("out.spikes"), "--json")
    #expect(second.status == 0, "\(second.errors)")
    let out = try String(contentsOfFile: folder.path("out.spikes"), encoding: .utf8)
    #expect(out.hasSuffix("[events]\n100 0x520 stimulus\n300 0x700 end-of-sample\n[end 2]\n"))
    let failed = Tool(
      "run", program, "--record", folder.path("bad.spikes"), "--stimulus", program)
    #expect(failed.status == 2)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    #expect(files == ["empty.spikes", "in.spikes", "out.spikes", "program.s"])
  }
}
