import Foundation
import TestSupport
import Testing

@Suite struct ChipCommandTests {
  @Test("A new description is valid, has the hash that validate says, and describes itself")
  func new() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("chip.json")
    let new = Tool(
      "chip", "new", "--uncalibrated", "--chip-seed", "3", "--set", "neuron.tau_m=20", "-o", path)
    #expect(new.status == 0 && new.output == "" && new.errors == "")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("\"tau_m\": 20.0") && !text.contains("refractory"))
    let valid = Tool("chip", "validate", path)
    let described = Tool("chip", "describe", path)
    #expect(valid.status == 0 && described.status == 0)
    let hash = try #require(valid.output.split(separator: " ").last?.prefix(64))
    #expect(described.output.hasPrefix("Ranvier chip, sha256 \(hash)\n"))
    // The columns are as wide as the longest name.
    let words = described.output.replacing(/\ +/, with: " ")
    #expect(words.contains("\n* neuron.tau_m 20 us"))
    #expect(words.contains("\n neuron.leak 0 thresholds"))
    #expect(described.output.contains("realised mismatch: tau_m 11.8 %, tau_s 19.3 / 19.5 %"))
    let all = Tool("chip", "new", "--chip", path, "--all")
    #expect(all.output.contains("refractory") && all.output.contains("\"chip_seed\": 3"))
  }

  @Test("diff names the fields and exits with 1, with 0 for the same in other words")
  func diff() throws {
    let folder = try TemporaryFolder()
    let a = try folder.write(#"{"format": "ranvier-chip-1", "chip_seed": 1}"#, to: "a.json")
    let b = try folder.write(
      #"{"format": "ranvier-chip-1", "neuron": {"leak": 0.5}}"#, to: "b.json")
    let c = try folder.write(#"{"format": "ranvier-chip-1"}"#, to: "c.json")
    #expect(Tool("chip", "diff", a, b).output == "neuron.leak: 0.0 | 0.5\n")
    #expect(Tool("chip", "diff", a, b).status == 1)
    #expect(Tool("chip", "diff", a, c).output == "the same\n")
    #expect(Tool("chip", "diff", a, c).status == 0)
    let json = Tool("chip", "diff", a, b, "--json").output
    #expect(json.contains("\"equal\": false") && json.contains("\"path\": \"neuron.leak\""))
    #expect(Tool("chip", "diff", a, folder.path("none")).status == 2)
  }

  @Test("A wrong file is named with line, column and suggestion; a right one beside it is read")
  func wrong() throws {
    let folder = try TemporaryFolder()
    let right = try folder.write(#"{"format": "ranvier-chip-1"}"#, to: "right.json")
    let wrong = try folder.write(
      "{\"format\": \"ranvier-chip-1\",\n \"chip_sed\": 1}", to: "wrong.json")
    let tool = Tool("chip", "validate", right, wrong)
    #expect(tool.status == 2 && tool.output.hasPrefix("\(right): valid, sha256 "))
    #expect(
      tool.errors
        == "\(wrong):2:2: chip_sed: there is no such field\ndid you mean 'chip_seed'?\n")
    #expect(Tool("chip", "describe", wrong).errors == tool.errors)
    let json = Tool("chip", "validate", wrong, "--json")
    #expect(json.status == 2 && json.errors == "" && json.output.contains("\"line\": 2"))
    let set = Tool("chip", "new", "--set", "neuron.tau_m=-1")
    #expect(
      set.status == 2
        && set.errors
          == "ranvier chip new: --set neuron.tau_m=-1: neuron.tau_m: found -1, expected "
          + "a number from 0.1 to 2000 us\n"
    )
  }

  @Test("run takes neurons and rows from a description; options override its seeds")
  func run() throws {
    let folder = try TemporaryFolder()
    let program = try folder.write("_start: wfi\n j _start\n", to: "sleep.s")
    let chip = try folder.write(
      """
      {"format": "ranvier-chip-1", "chip_seed": 7, "neuron": {"leak": 2, "tau_m": 1},
       "backends": [{"hemisphere": "top", "columns": [3, 3], "first_address": 9}]}
      """, to: "chip.json")
    let trace = folder.path("t.spikes")
    let json = Tool(
      "run", program, "--chip", chip, "--until", "100us", "--record", trace, "--json")
    #expect(json.status == 0 && json.output.contains("\"chip_seed\": 7"), "\(json.errors)")
    let events = try String(contentsOfFile: trace, encoding: .utf8)
    #expect(events.contains(" 0x009 neuron") && events.contains("chip_sha256: "))
    let other = Tool(
      "run", program, "--chip", chip, "--chip-seed", "8", "--until", "1us", "--json")
    #expect(other.output.contains("\"chip_seed\": 8"))
    let network = Tool("run", program, "--chip", chip, "--network", "4-10-3")
    #expect(
      network.status == 2
        && network.errors.contains("neuron.tau_m: the network decides on neurons"))
  }

  @Test("A description means the same to eval as the options that it stands for")
  func eval() throws {
    let folder = try TemporaryFolder()
    let weights = folder.path("w.npz")
    let arguments = ["--samples", "20", "--hidden", "12", "--jobs", "1"]
    let program = repository.appendingPathComponent("firmware/eventprop.s").path
    let train = Tool(["train", program, "--epochs", "1", "--weights", weights] + arguments)
    #expect(train.status == 0, "\(train.errors)")
    let chip = try folder.write(
      #"{"format": "ranvier-chip-1", "chip_seed": 5, "mismatch": {"gain": 0.3}}"#, to: "c.json")
    func outcome(_ more: [String]) -> [Substring] {
      let tool = Tool(["eval", program, "--weights", weights, "--samples", "20", "--json"] + more)
      #expect(tool.status == 0, "\(tool.errors)")
      return tool.output.split(separator: "\n").filter {
        ["accuracy", "spikes", "chip_seed", "gain", "tau_m"].contains(where: $0.contains)
      }
    }
    let ideal = outcome(["--chip-seed", "5", "--ideal"])
    #expect(outcome(["--chip", chip, "--ideal"]) == ideal)
    #expect(outcome(["--chip", chip]) != outcome(["--chip-seed", "5"]))
    #expect(outcome(["--chip", chip, "--chip-seed", "6"]).contains { $0.contains("6") })
    let rows = try folder.write(
      #"{"format": "ranvier-chip-1", "rows": [{"hemisphere": "top", "rows": [0, 1], "#
        + #""mode": "both"}]}"#, to: "rows.json")
    let refused = Tool("eval", program, "--weights", weights, "--chip", rows)
    #expect(refused.status == 2 && refused.errors.contains("rows[0]: the network decides"))
  }
}
