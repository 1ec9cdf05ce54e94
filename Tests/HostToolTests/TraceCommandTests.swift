import ChipGeometry
import Foundation
@testable import HostTool
import SpikeTrace
import TestSupport
import Testing

@Suite struct TraceCommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static func trace(moved: UInt64 = 0, seed: UInt64 = 1) -> Trace {
    var header = SpikeTraceHeader(toolVersion: "0.1.0")
    header.chipSeed = seed
    header.parameters = [.init("learning_rate", 655)]
    header.arrays = [.init("weights_hidden", shape: [1, 2], values: [3, -4])]
    header.sourceNames = [
      .init(label: 0x520, name: "input[0]"), .init(label: 3, name: "hidden[3]"),
    ]
    func event(_ tick: UInt64, _ label: UInt16, _ flags: SpikeEvent.Flags) -> SpikeEvent {
      SpikeEvent(tick: tick, label: EventLabel(label), flags: flags)
    }
    return Trace(
      header: header,
      events: [
        event(0, 0x602, .teacher), event(1250, 0x520, .stimulus),
        event(1310 + moved, 3, .neuron), event(1400, 0x103, .neuron),
        event(6000, 0x700, .endOfSample),
      ])
  }

  func ranvier(_ arguments: String...) -> (status: Int32, output: String, errors: String) {
    let (output, errors) = (ToolStream.memory(), ToolStream.memory())
    let status = HostTool.run(
      arguments: arguments, standardOutput: output, standardError: errors)
    return (status, output.text, errors.text)
  }

  func write(_ trace: Trace, _ name: String) throws -> String {
    try trace.write(to: folder.path(name), form: TraceForm(path: name))
    return folder.path(name)
  }

  @Test("Equal traces: status 0 in either form")
  func equal() throws {
    let a = try write(Self.trace(), "a.spikes")
    let b = try write(Self.trace(), "b.trace")
    let result = ranvier("diff", a, b)
    #expect(result == (0, "equal: 5 events\n", ""))
    #expect(
      ranvier("diff", a, b, "--tolerance-ticks", "1").output == "equal within 1 tick: 5 events\n")
  }

  @Test("One spike moved by one tick: status 1, the divergence named; with tolerance 1 status 0")
  func moved() throws {
    let a = try write(Self.trace(), "a.spikes")
    let b = try write(Self.trace(moved: 1, seed: 2), "b.trace")
    let exact = ranvier("diff", a, b, "--context", "1")
    #expect(exact.status == 1)
    #expect(
      exact.output == """
        header: chip_seed: 1 | 2
        different: 4 matched, 1 missing, 1 extra
        first divergence at tick 1310 (10.480 µs), label 0x003 hidden[3], entry 2
          \(a): 1310 0x003 neuron  hidden[3]
          \(b): 1311 0x003 neuron  hidden[3]

        \(a)
          1  1250 0x520 stimulus  input[0]
        > 2  1310 0x003 neuron  hidden[3]
          3  1400 0x103 neuron

        \(b)
          1  1250 0x520 stimulus  input[0]
        > 2  1311 0x003 neuron  hidden[3]
          3  1400 0x103 neuron

        """)
    let tolerant = ranvier("diff", a, b, "--tolerance-ticks", "1")
    #expect(tolerant.status == 0)
    #expect(
      tolerant.output == """
        header: chip_seed: 1 | 2
        equal within 1 tick: 5 events, 1 shifted by up to 1

        """)
    #expect(ranvier("diff", a, b, "--tolerance-ticks", "1", "--header").status == 1)
    let none = ranvier("diff", a, b, "--tolerance-ticks", "0", "--context", "0")
    #expect(none.status == 1)
    #expect(none.output.contains("\(b): (nothing that matches)\n"))
    #expect(none.output.contains("> 2  1310 0x003 neuron  hidden[3]\n"))
  }

  @Test("The keys of diff --json are those that the documentation promises")
  func json() throws {
    let a = try write(Self.trace(), "a.trace")
    let b = try write(Self.trace(moved: 1), "b.trace")
    func object(_ arguments: String...) throws -> [String: Any] {
      let (output, errors) = (ToolStream.memory(), ToolStream.memory())
      _ = HostTool.run(
        arguments: ["diff", a, b, "--json"] + arguments, standardOutput: output,
        standardError: errors)
      let value = try JSONSerialization.jsonObject(with: Data(output.bytes))
      return try #require(value as? [String: Any])
    }
    let exact = try object()
    #expect(exact["equal"] as? Bool == false)
    #expect(exact["matched"] as? Int == 4 && exact["missing"] as? Int == 1)
    #expect(exact["extra"] as? Int == 1 && exact["shifted"] as? Int == 0)
    #expect(exact["max_shift_ticks"] as? Int == 0)
    let divergence = try #require(exact["first_divergence"] as? [String: Any])
    #expect(divergence["tick"] as? Int == 1310 && divergence["label"] as? Int == 3)
    #expect((divergence["left"] as? [String: Int]) == ["tick": 1310, "label": 3, "flags": 1])
    #expect((divergence["right"] as? [String: Int]) == ["tick": 1311, "label": 3, "flags": 1])
    let tolerant = try object("--tolerance-ticks", "1")
    #expect(tolerant["equal"] as? Bool == true && tolerant["shifted"] as? Int == 1)
    #expect(tolerant["max_shift_ticks"] as? Int == 1)
    #expect(tolerant["first_divergence"] is NSNull)
  }

  @Test("A missing, cut or wrong file: status 2 and its place")
  func badInput() throws {
    let a = try write(Self.trace(), "a.trace")
    let missing = folder.path("none.trace")
    let result = ranvier("diff", a, missing)
    #expect(
      result == (
        2, "", "ranvier diff: \(missing): cannot be read: No such file or directory\n"
      ))
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: a)))
    let cut = folder.url.appendingPathComponent("cut.trace")
    try Data(bytes.dropLast()).write(to: cut)
    let end = bytes.count - 1
    #expect(
      ranvier("trace", "info", cut.path) == (
        2, "",
        "ranvier trace info: \(cut.path): byte \(end): found the end of the file, "
          + "expected 16 bytes of chunk \"DONE\" and its check\n"
      ))
    #expect(ranvier("diff", a, a, "--tolerance-ticks", "-1").status == 2)
  }

  @Test("trace info tells what a trace holds")
  func info() throws {
    let a = try write(Self.trace(), "a.trace")
    let result = ranvier("trace", "info", a, "--sources")
    #expect(
      result.output == """
        file               \(a) (binary form 1)
        tool               ranvier
        tool_version       0.1.0
        tick_ns            8
        chip_seed          1
        parameters         1
        weights_hidden     1 x 2
        events             5
          neuron           2
          stimulus         1
          teacher          1
          end_of_sample    1
        samples            1 (1 with teacher)
        duration           0.048000 ms (ticks 0 to 6000)
        rate               104167 events per second of chip time
        spikes per sample  2.00
        sources            5
                   1  0x003  neuron  hidden[3]
                   1  0x103  neuron
                   1  0x520  stimulus  input[0]
                   1  0x602  teacher
                   1  0x700  end-of-sample

        """)
    let json = ranvier("trace", "info", a, "--json").output
    let value = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    #expect(value?["events"] as? Int == 5 && value?["taught_samples"] as? Int == 1)
    #expect((value?["header"] as? [String: Any])?["chip_seed"] as? Int == 1)
    #expect((value?["parameters"] as? [String: Int]) == ["learning_rate": 655])
    #expect((value?["source_names"] as? [String: String])?["0x520"] == "input[0]")
    let array = (value?["arrays"] as? [[String: Any]])?.first
    #expect(array?["values"] as? [Int] == [3, -4] && array?["shape"] as? [Int] == [1, 2])
  }
}

@Suite struct TraceBenchmarkTests {
  @Test("The trace benchmark runs")
  func tiny() throws {
    let result = try TraceBenchmark.run(eventCount: 5000)
    #expect(result.exactDiff > 0 && result.textRead > 0)
    #expect(result.check == (try TraceBenchmark.run(eventCount: 5000).check))
  }
}
