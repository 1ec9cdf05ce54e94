import ChipDescription
import Foundation
import TestSupport
import Testing

@Suite struct ProfileCommandTests {
  static let eventProp = repository.appendingPathComponent("firmware/eventprop.s").path

  @Test("The state after a profiled run is that of the same run without profiler")
  func unchanged() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(
      """
      _start: li a0, 100
      loop:   addi a0, a0, -1
              bnez a0, loop
              li a7, 93
              ecall
      """, to: "p.s")
    let profile = Tool("profile", source, "--json")
    let run = Tool("run", source, "--json")
    func value(_ tool: Tool, _ key: String) throws -> String {
      let json = try JSONSerialization.jsonObject(with: Data(tool.output.utf8))
      return "\((json as? [String: Any])?[key] ?? "missing")"
    }
    #expect(profile.status == 0 && run.status == 0)
    #expect(try value(profile, "state_sha256") == value(run, "state_sha256"))
    #expect(try value(profile, "instructions") == value(run, "instructions"))
    #expect(try value(profile, "stop_reason") == "the program ended with code 0")
  }

  @Test("The keys of the JSON are those that the help page names")
  func keys() throws {
    let tool = Tool(
      "profile", Self.eventProp, "--samples", "2", "--hidden", "8", "--json")
    #expect(tool.status == 0 && tool.errors == "")
    let keys = tool.output.split(separator: "\n").filter { $0.hasPrefix("  \"") }
      .map { String($0.dropFirst(3).prefix { $0 != "\"" }) }
    #expect(
      keys == [
        "program", "program_sha256", "stop_reason", "instructions", "cycles", "wait_cycles",
        "samples", "cycles_per_sample", "start_cycles", "causes", "symbols", "lines",
        "state_sha256",
      ])
    let help = Tool("profile", "--help").output
    for key in keys { #expect(help.contains(key)) }
  }

  @Test(
    "Python reads the Chrome trace: spans nest, each spike is there",
    .enabled(if: Oracle.python.isUsable, "python3 is not installed"))
  func chromeTrace() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("t.json")
    let tool = Tool(
      "profile", Self.eventProp, "--samples", "3", "--chrome", path,
      "--folded", folder.path("t.folded"), "--annotate", folder.path("t.lst"))
    #expect(tool.status == 0)
    let script = """
      import json, sys
      events = json.load(open(sys.argv[1]))["traceEvents"]
      spans = sorted((e["ts"], -e["dur"], e["name"]) for e in events if e["ph"] == "X")
      stack = []
      for start, minus, name in spans:
          while stack and stack[-1] <= start + 1e-9: stack.pop()
          assert not stack or start - minus <= stack[-1] + 1e-9, name
          stack.append(start - minus)
      spikes = [e for e in events if e["ph"] == "i"]
      print(len([e for e in spikes if e["name"] == "end"]),
            len([e for e in spikes if e["name"].startswith("teacher[")]),
            len([e for e in spikes if e["name"].startswith("input[")]),
            len([e for e in spikes if e["name"].startswith("hidden[")]) > 0,
            len({s[2] for s in spans} & {"learn", "hidden_layer", "asleep"}))
      """
    let result = try Oracle.python.run(["-c", script, path])
    #expect(result.errors == "")
    #expect(result.text == "3 3 12 True 3\n")
    let folded = try String(contentsOfFile: folder.path("t.folded"), encoding: .utf8)
    #expect(folded.contains("_start;sleep;learn;gradients;first_spike;"))
    let listing = try String(contentsOfFile: folder.path("t.lst"), encoding: .utf8)
    #expect(listing.contains("vsmul.vv") && listing.contains("first_spike.inc:"))
  }

  @Test("A bare program is profiled too, with its stack and its way of ending")
  func bare() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(
      """
      _start: addi sp, sp, -16
              sw   ra, 12(sp)
              li   t0, 3
      loop:   addi t0, t0, -1
              bnez t0, loop
              li   t0, 1
              la   t1, tohost
              sw   t0, 0(t1)
      stop:   j    stop
      .data
      tohost: .word 0
      """, to: "p.s")
    let tool = Tool("profile", "--bare", source, "--memory", "0x80000000:64K")
    #expect(tool.status == 0, "\(tool.errors)")
    #expect(tool.output.contains("stopped       the program passed"))
    // loop: 6 instructions, 2 taken branches of 3 cycles; then three of 1 and the store of 3.
    #expect(
      tool.output.contains("16        10        10         4         2  loop"), "\(tool.output)")
    #expect(Tool("profile", "--bare", source, "--samples", "3").status == 2)
    #expect(Tool("profile", source, "--memory", "0:64K").status == 2)
  }

  @Test("A program that traps is reported, with the profile up to there")
  func traps() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write("_start: nop\nbad: .word 0\n", to: "p.s")
    let tool = Tool("profile", source)
    #expect(tool.status == 3)
    #expect(tool.output.contains("the program trapped: illegal instruction"))
    #expect(tool.errors.contains("bad") && tool.errors.contains("illegal instruction"))
  }

  @Test("Arguments that make no sense are refused")
  func badArguments() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write("_start: wfi\n", to: "p.s")
    #expect(Tool("profile", source, "--skip", "1").status == 2)
    #expect(Tool("profile", Self.eventProp, "--samples", "3", "--skip", "3").status == 2)
    #expect(Tool("profile", Self.eventProp, "--samples", "0").status == 2)
    #expect(Tool("profile", source, "--until", "5").status == 2)
    #expect(Tool("profile", source, "--stimulus", "nowhere.spikes").status == 2)
    #expect(Tool("profile").status == 2)
  }
}
