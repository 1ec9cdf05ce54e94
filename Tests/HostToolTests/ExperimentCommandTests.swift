import ChipDescription
import Foundation
import TestSupport
import Testing

@Suite struct ExperimentCommandTests {
  static let firmware = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("firmware")

  static func path(_ program: String) -> String { firmware.appendingPathComponent(program).path }

  /// Runs an experiment with --json.
  static func result(_ arguments: [String]) throws -> (status: Int32, json: JSONNode) {
    let tool = Tool(["experiment"] + arguments + ["--json"])
    #expect(tool.errors == "")
    return (tool.status, try JSONReader.read(Array(tool.output.utf8)))
  }

  @Test("The STDP window of the chip is the closed form, on an ideal and on a mismatched one")
  func stdpCurve() throws {
    for chip in ["--ideal", "--chip-seed=4"] {
      let (status, json) = try Self.result([
        "stdp-curve", Self.path("correlation_stdp.s"), "--points", "2", "--pairs", "20",
        "--longest", "10us", chip,
      ])
      #expect(status == 0, "\(chip)")
      let result = json.plain
      #expect(result["within"] == true)
      guard case .array(let points) = result["points"] ?? .null else {
        Issue.record("no points")
        return
      }
      #expect(points.count == 4)
      let changes = points.compactMap { point -> Double? in
        if case .number(let value) = point["change"] ?? .null { value } else { nil }
      }
      #expect(
        changes[0] < 0 && changes[1] < changes[0] && changes[2] > changes[3] && changes[3] > 0)
    }
  }

  @Test("A rule of other gains than the experiment sets is noticed: exit status 1")
  func stdpCurveChecks() throws {
    let source = try String(contentsOfFile: Self.path("correlation_stdp.s"), encoding: .utf8)
    let folder = try TemporaryFolder()
    let changed = folder.path("changed.s")
    let weaker = source.replacing(
      "  lw            a6, %lo(param_gain_causal)(gp)\n",
      with: "  lw            a6, %lo(param_gain_causal)(gp)\n  srai          a6, a6, 1\n")
    #expect(weaker != source)
    try weaker.write(toFile: changed, atomically: true, encoding: .utf8)
    let tool = Tool([
      "experiment", "stdp-curve", changed, "-I", Self.firmware.path, "--points", "2", "--pairs",
      "20",
    ])
    #expect(tool.status == 1 && tool.output.contains("not within"))
    let other = Tool(["experiment", "stdp-curve", Self.path("stdp.s")])
    #expect(other.status == 2 && other.errors.contains("has no parameter first_row"))
  }

  @Test("The efficacies of a driver are those of the closed form")
  func stpCurve() throws {
    let (status, json) = try Self.result([
      "stp-curve", Self.path("membranes.s"), "--events", "5", "--interval", "30us",
    ])
    #expect(status == 0)
    #expect(json.plain["within"] == true)
    let bad = Tool([
      "experiment", "stp-curve", Self.path("membranes.s"), "--interval", "19us",
    ])
    #expect(bad.status == 2 && bad.errors.contains("'19us' is not a time from 20us to 10ms"))
  }

  @Test("Homeostasis brings most neurons to the target; without gain it does not")
  func homeostasis() throws {
    let (status, json) = try Self.result([
      "homeostasis", Self.path("homeostasis.s"), "--updates", "14", "--neurons", "24",
    ])
    #expect(status == 0 && json.plain["reached"] == true && json.plain["analog_reads"] == 0)
    let idle = Tool([
      "experiment", "homeostasis", Self.path("homeostasis.s"), "--updates", "10", "--gain", "0",
      "--neurons", "24",
    ])
    #expect(idle.status == 1)
  }

  @Test("Rewards teach the right actions of three states; without gain they do not")
  func rstdp() throws {
    let task = ["--states", "3", "--trials", "240"]
    let (status, json) = try Self.result(["rstdp", Self.path("rstdp.s")] + task)
    #expect(status == 0 && json.plain["learned"] == true)
    let source = try String(contentsOfFile: Self.path("rstdp.s"), encoding: .utf8)
    let folder = try TemporaryFolder()
    let idle = source.replacing("gain_causal, 128,", with: "gain_causal, 0,")
    #expect(idle != source)
    let path = folder.path("idle.s")
    try idle.write(toFile: path, atomically: true, encoding: .utf8)
    let tool = Tool(["experiment", "rstdp", path, "-I", Self.firmware.path] + task)
    #expect(tool.status == 1)
  }
}
