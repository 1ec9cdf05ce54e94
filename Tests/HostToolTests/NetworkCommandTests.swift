import Foundation
import SpikeTrace
import TestSupport
import Testing

@Suite struct NetworkCommandTests {
  /// The example of README.md.
  static func readme() throws -> String {
    let url = repository.appendingPathComponent("README.md")
    let text = try String(contentsOf: url, encoding: .utf8)
    let start = try #require(text.range(of: "```json\n"))
    let rest = text[start.upperBound...]
    return String(rest[..<(try #require(rest.range(of: "```\n"))).lowerBound])
  }

  static func events(_ path: String) throws -> (names: [UInt16: String], lines: [String]) {
    let reader = try TraceReader(path: path)
    let names = Dictionary(
      uniqueKeysWithValues: reader.header.sourceNames.map { ($0.label, $0.name) })
    var lines: [String] = []
    while let event = try reader.next() {
      lines.append("\(event.tick) \(names[event.label.rawValue] ?? "?")")
    }
    return (names, lines)
  }

  @Test("The network of the README runs; its trace has all names, its map all addresses")
  func example() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(try Self.readme(), to: "network.json")
    let trace = folder.path("out.trace")
    let run = Tool("network", "run", file, "--ideal", "--record", trace)
    #expect(run.status == 0 && run.errors == "", "\(run.errors)")
    let (names, lines) = try Self.events(trace)
    #expect(names.count == 117 && Set(names.values).count == 117)
    #expect(lines.count { $0.hasSuffix("clock[0]") } == 10)
    #expect(lines.contains("125 clock[0]") && lines.contains("12625 clock[0]"))
    #expect(lines.contains { $0.contains("excitatory[") })
    #expect(!lines.contains { $0.hasSuffix("?") })
    let map = Tool("network", "map", file, "--json").output
    #expect(map.contains("\"name\": \"excitatory[79]\"") && map.contains("\"excitatory_row\""))
    let again = Tool("network", "run", file, "--ideal", "--json")
    #expect(
      again.output.contains("\"realised_khz\"") && again.output.contains("\"events_lost\": 0"))
  }

  @Test("The mapped chip runs by itself as the network does")
  func mapped() throws {
    let folder = try TemporaryFolder()
    let network = try folder.write(
      """
      {"format": "ranvier-network-1", "duration": 200,
       "populations": [{"name": "a", "size": 6, "refractory": 1}],
       "stimuli": [{"name": "n", "size": 4, "kind": "poisson", "rate": 100}],
       "projections": [
         {"source": "n", "target": "a", "weight": 25},
         {"source": "a", "target": "a", "weight": -9, "delay": 0.8}]}
      """, to: "network.json")
    let chip = folder.path("chip.json")
    let map = Tool("network", "map", network, "-o", chip, "--chip-seed", "4")
    #expect(map.status == 0, "\(map.errors)")
    let traces = [folder.path("a.spikes"), folder.path("b.spikes")]
    let run = Tool("network", "run", network, "--chip-seed", "4", "--record", traces[0])
    #expect(run.status == 0, "\(run.errors)")
    let program = try folder.write("_start: wfi\n j _start\n", to: "sleep.s")
    let plain = Tool(
      "run", program, "--chip", chip, "--until", "200us", "--record", traces[1])
    #expect(plain.status == 0, "\(plain.errors)")
    #expect(Tool("diff", traces[0], traces[1]).status == 0)
    #expect(try Self.events(traces[0]).lines.count > 50)
  }

  @Test("Stimuli come from a table or a trace beside the network, and only recorded groups go out")
  func files() throws {
    let folder = try TemporaryFolder()
    try folder.write("# time, member\n2.0,1\n1.5, 0\n\n3,1\n", to: "in.csv")
    let network = try folder.write(
      """
      {"format": "ranvier-network-1", "duration": 50,
       "populations": [{"name": "a", "size": 2, "record": false}],
       "stimuli": [{"name": "s", "size": 2, "kind": "file", "file": "in.csv"}],
       "projections": [
         {"source": "s", "target": "a", "connectivity": "one-to-one", "weight": 60}]}
      """, to: "network.json")
    let trace = folder.path("out.spikes")
    let run = Tool("network", "run", network, "--ideal", "--record", trace)
    #expect(run.status == 0 && run.output.contains("2 events of 2"), "\(run.errors)")
    #expect(try Self.events(trace).lines == ["188 s[0]", "250 s[1]", "375 s[1]"])
    // The trace as a stimulus gives the same.
    let text = try String(contentsOfFile: network, encoding: .utf8)
    try folder.write(text.replacingOccurrences(of: "in.csv", with: "out.spikes"), to: "n2.json")
    let second = folder.path("second.spikes")
    let rerun = Tool("network", "run", folder.path("n2.json"), "--ideal", "--record", second)
    #expect(rerun.status == 0, "\(rerun.errors)")
    #expect(try Self.events(second).lines == Self.events(trace).lines)
    try folder.write("1,2\n", to: "in.csv")
    let wrong = Tool("network", "run", network)
    #expect(wrong.status == 2 && wrong.errors.contains("in.csv:1: found '1,2', expected"))
  }

  @Test("A network that means nothing or does not fit is refused with place, need and have")
  func wrong() throws {
    let folder = try TemporaryFolder()
    func errors(_ text: String) throws -> String {
      let file = try folder.write("{\"format\": \"ranvier-network-1\",\n" + text, to: "n.json")
      let tool = Tool("network", "map", file)
      #expect(tool.status == 2 && tool.output == "")
      return tool.errors.replacingOccurrences(of: file, with: "n.json")
    }
    let a = "\"populations\": [{\"name\": \"a\", \"size\": 10}],\n"
    let s = "\"stimuli\": [{\"name\": \"s\", \"size\": 140}],\n"
    #expect(
      try errors(a + s + "\"projections\": [{\"source\": \"t\", \"target\": \"a\"}]}")
        == "n.json:4:28: projections[0].source: there is no population or stimulus 't'\n"
        + "did you mean 'a'?\n")
    #expect(
      try errors(
        a + s + "\"projections\": [{\"source\": \"s\", \"target\": \"a\", \"weight\": 64}]}")
        == "n.json:4:58: projections[0].weight: found 64, expected a whole number of codes from "
        + "-63 to 63\n")
    #expect(
      try errors(
        a + s + "\"projections\": [{\"source\": \"s\", \"target\": \"a\", \"weight\": 9, "
          + "\"weight_unit\": \"thresholds\"}]}"
      ).contains("expected -8 to 8 thresholds"))
    #expect(
      try errors(
        a + s + "\"projections\": [{\"source\": \"s\", \"target\": \"a\", "
          + "\"connectivity\": \"one-to-one\"}]}"
      ).contains("'s' has 140 members, 'a' 10"))
    #expect(
      try errors(
        a + s + "\"projections\": [{\"source\": \"s\", \"target\": \"a\", \"weight\": 1},"
          + "{\"source\": \"s\", \"target\": \"a\", \"weight\": -1}]}")
        == "ranvier network map: n.json: the network does not fit: it needs 280 synapse rows, "
        + "there are 256 (top hemisphere: one for each source and sign of its weights)\n")
    #expect(
      try errors("\"stimuli\": [{\"name\": \"s\", \"rate\": 3}]}")
        == "n.json:2:35: stimuli[0].rate: is for stimuli of another kind\n")
    #expect(
      try errors(
        "\"populations\": [{\"name\": \"a\", \"size\": 1}, {\"name\": \"a\", \"size\": 1}]}"
      )
      .contains("populations[1].name: the name 'a' is given twice"))
  }

  @Test("A program runs beside the network, and its trap ends the experiment with its place")
  func program() throws {
    let folder = try TemporaryFolder()
    let network = try folder.write(
      #"{"format": "ranvier-network-1", "duration": 20}"#, to: "network.json")
    let good = try folder.write(
      "_start:\n li t0, 0x20040000\n li t1, 0x345\n sw t1, 8(t0)\n1: wfi\n j 1b\n", to: "good.s")
    let trace = folder.path("out.spikes")
    let run = Tool("network", "run", network, good, "--record", trace, "--json")
    #expect(run.status == 0 && run.output.contains("\"events_recorded\": 1"), "\(run.errors)")
    #expect(try Self.events(trace).lines.count == 1)
    let bad = try folder.write("_start: .word 0\n", to: "bad.s")
    let trap = Tool("network", "run", network, bad)
    #expect(trap.status == 3 && trap.errors.contains("_start"), "\(trap.errors)")
  }
}
