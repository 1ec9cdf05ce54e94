import ChipGeometry
import Foundation
import SpikeTrace
import TestSupport
import Testing

@Suite struct TraceToolTests {
  static let trace = """
    ranvier trace 1
    tool: ranvier
    tool_version: 1
    tick_ns: 8

    [parameters]
    rate 5

    [sources]
    0x003 hidden[0]
    0x004 hidden[1]
    0x520 input[0]
    0x700 end

    [events]
    0 0x520 stimulus
    125 0x003 neuron
    250 0x004 neuron+bottom
    250 0x003 neuron
    1000 0x700 end-of-sample
    1100 0x520 stimulus
    1350 0x003 neuron
    2000 0x700 end-of-sample
    2125 0x004 neuron
    [end 9]

    """

  static func events(_ path: String) throws -> [[UInt64]] {
    let reader = try TraceReader(path: path)
    var events: [[UInt64]] = []
    while let event = try reader.next() {
      events.append([event.tick, UInt64(event.label.rawValue)])
    }
    return events
  }

  /// The lines of a command's output, one space between words.
  static func lines(_ tool: Tool) -> [String] {
    tool.output.split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ")
    }
  }

  @Test("head and grep print the events that are chosen")
  func printing() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.trace, to: "a.spikes")
    #expect(
      Self.lines(Tool("trace", "head", path, "-n", "3")) == [
        "0 0.000 us 0x520 input[0] stimulus", "125 1.000 us 0x003 hidden[0] neuron",
        "250 2.000 us 0x004 hidden[1] neuron+bottom",
      ])
    func ticks(_ arguments: String...) -> [String] {
      Self.lines(Tool(["trace"] + arguments)).map { String($0.prefix { $0 != " " }) }
    }
    #expect(ticks("grep", path, "hidden") == ["125", "250", "250", "1350", "2125"])
    #expect(ticks("grep", path, "0x4", "inp*0]") == ["0", "250", "1100", "2125"])
    #expect(ticks("grep", path, "hidden[0]", "--samples", "1") == ["1350"])
    #expect(ticks("head", path, "--from", "2us", "--to", "1000ticks") == ["250", "250"])
    #expect(
      ticks("head", path, "--kind", "bottom", "--kind", "end-of-sample") == ["250", "1000", "2000"])
    #expect(Tool("trace", "grep", path, "hidden", "--count").output == "5\n")
    let nothing = Tool("trace", "grep", path, "5")
    #expect(nothing.status == 1 && nothing.output == "" && nothing.errors == "")
    let unknown = Tool("trace", "grep", path, "hiden")
    #expect(unknown.status == 2 && unknown.errors.contains("no source of that name"))
    #expect(Tool("trace", "head", path, "--samples", "3-1").status == 2)
    #expect(Tool("trace", "head", path, "--kind", "nerve").errors.contains("known are neuron"))
  }

  @Test("cut keeps the header and what is chosen; --rebase begins the time anew")
  func cut() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.trace, to: "a.spikes")
    let out = folder.path("b.trace")
    func cut(_ arguments: String...) throws -> [[UInt64]] {
      let tool = Tool(["trace", "cut", path, "-o", out] + arguments)
      #expect(tool.status == 0 && tool.errors == "", "\(tool.errors)")
      return try Self.events(out)
    }
    #expect(try cut("--samples", "1") == [[1100, 0x520], [1350, 3], [2000, 0x700]])
    #expect(try cut("--samples", "1", "--rebase") == [[100, 0x520], [350, 3], [1000, 0x700]])
    #expect(try cut("--from", "8us", "--rebase", "--kind", "neuron") == [[350, 3], [1125, 4]])
    #expect(try cut("--source", "hidden[1]", "--rebase") == [[0, 4], [1875, 4]])
    #expect(try cut().count == 9)
    let header = try TraceReader(path: out).header
    #expect(header.parameters.count == 1 && header.sourceNames.count == 4)
    let self_ = Tool("trace", "cut", path, "-o", path)
    #expect(self_.status == 2 && self_.errors.contains("would replace"))
    #expect(try Self.events(path).count == 9)
    #expect(Tool("trace", "cut", path).errors.contains("--output FILE is missing"))
  }

  @Test("shift moves all events, and none before the beginning")
  func shift() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.trace, to: "a.spikes")
    let (later, back) = (folder.path("b.spikes"), folder.path("c.spikes"))
    #expect(Tool("trace", "shift", path, "--by", "10us", "-o", later).status == 0)
    #expect(try Self.events(later).map { $0[0] } == Self.events(path).map { $0[0] + 1250 })
    #expect(Tool("trace", "shift", later, "--by", "-1250ticks", "-o", back).status == 0)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: back)) == Data(Self.trace.utf8),
      "there and back again")
    let early = Tool("trace", "shift", later, "--by", "-11us", "-o", back)
    #expect(early.status == 2 && early.errors.contains("would come before the beginning"))
    #expect(try Self.events(back).count == 9, "the file of before is still there")
  }

  @Test("jitter moves spikes by its deviation, keeps order and ends of samples, and repeats itself")
  func jitter() throws {
    let folder = try TemporaryFolder()
    var text =
      Self.trace.prefix { _ in true }.components(separatedBy: "[events]\n")[0] + "[events]\n"
    for index in 0..<4000 {
      text += "\(index * 50) 0x003 neuron\n"
      if index % 100 == 99 { text += "\(index * 50) 0x700 end-of-sample\n" }
    }
    text += "[end]\n"
    let path = try folder.write(text, to: "a.spikes")
    let (out, again) = (folder.path("b.spikes"), folder.path("c.spikes"))
    #expect(Tool("trace", "jitter", path, "--sigma", "800ns", "--seed", "4", "-o", out).status == 0)
    #expect(
      Tool("trace", "jitter", path, "--sigma", "800ns", "--seed", "4", "-o", again).status == 0)
    #expect(try Self.events(out) == Self.events(again))
    let events = try Self.events(out)
    #expect(events.count == 4040)
    #expect(zip(events, events.dropFirst()).allSatisfy { $0[0] <= $1[0] })
    let ends = events.filter { $0[1] == 0x700 }.map { $0[0] }
    let expected = Array(stride(from: UInt64(4950), to: 200_000, by: 5000))
    #expect(ends == expected)
    // 100 ticks are two intervals: sorted, the spikes are nearly where they were, but not quite.
    let spikes = events.filter { $0[1] == 3 }.map { Double($0[0]) }
    #expect(zip(spikes, spikes.dropFirst()).contains { $1 - $0 < 5 })
    let other = Tool("trace", "jitter", path, "--sigma", "800ns", "--kind", "stimulus", "-o", again)
    #expect(other.status == 0)
    #expect(try Self.events(again) == Self.events(path))
  }

  @Test("merge puts traces in order of time, the first before the others")
  func merge() throws {
    let folder = try TemporaryFolder()
    let first = try folder.write(Self.trace, to: "a.spikes")
    let second = try folder.write(
      """
      ranvier trace 1
      tool: x
      tool_version: 1
      tick_ns: 8

      [sources]
      0x003 other
      0x005 third

      [events]
      125 0x005
      126 0x003
      9000 0x005
      [end]

      """, to: "b.spikes")
    let out = folder.path("c.spikes")
    let tool = Tool("trace", "merge", first, second, "-o", out)
    #expect(tool.status == 0)
    #expect(tool.errors.contains("0x003 is called hidden[0], not other"))
    #expect(tool.errors.contains("parameters and arrays are left out"))
    let events = try Self.events(out)
    #expect(events.count == 12 && events[1...3] == [[125, 3], [125, 5], [126, 3]])
    let names = try TraceReader(path: out).header.sourceNames.map(\.name)
    #expect(names == ["hidden[0]", "hidden[1]", "third", "input[0]", "end"])
  }

  @Test("stats are those of a direct computation")
  func stats() throws {
    let folder = try TemporaryFolder()
    var random = RandomStream(seed: 2, name: "trains")
    var all: [(tick: UInt64, label: Int)] = []
    for label in 0..<3 {
      var tick: UInt64 = 0
      for _ in 0..<200 {
        tick += 1 + random.next(below: UInt64(100 * (label + 1)))
        all.append((tick, label))
      }
    }
    all.sort { ($0.tick, $0.label) < ($1.tick, $1.label) }
    let head = "ranvier trace 1\ntool: x\ntool_version: 1\ntick_ns: 8\n[events]\n"
    let body = all.map { "\($0.tick) \($0.label) neuron\n" }.joined()
    let path = try folder.write(head + body + "[end]\n", to: "a.spikes")
    let json = Tool("trace", "stats", path, "--window", "1000ticks", "--json").output
    let root = try #require(
      JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let sources = try #require(root["sources"] as? [[String: Any]])
    let (start, end) = (all[0].tick, all[all.count - 1].tick)
    let windows = Int((end - start) / 1000)
    func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
      let mean = values.reduce(0, +) / Double(values.count)
      let sum = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, sum / Double(values.count - 1))
    }
    var total = [Double](repeating: 0, count: windows)
    var sum = 0.0
    func expect(_ source: [String: Any], _ key: String, _ value: Double) throws {
      let found = try #require(source[key] as? Double)
      #expect(abs(found - value) < 1e-9 * max(1, abs(value)), "\(key): \(found), \(value)")
    }
    for label in 0..<3 {
      let ticks = all.filter { $0.label == label }.map { Double($0.tick) }
      let intervals = zip(ticks, ticks.dropFirst()).map { $1 - $0 }
      let interval = moments(intervals)
      var counts = [Double](repeating: 0, count: windows)
      for tick in ticks where Int(tick - Double(start)) / 1000 < windows {
        counts[Int(tick - Double(start)) / 1000] += 1
      }
      for index in counts.indices { total[index] += counts[index] }
      let count = moments(counts)
      sum += count.variance
      let local = zip(intervals, intervals.dropFirst()).map { 2 * abs($1 - $0) / ($1 + $0) }
      try expect(sources[label], "rate_khz", 200 / (Double(end - start) * 8e-6))
      try expect(sources[label], "mean_interval_us", interval.mean * 0.008)
      try expect(sources[label], "cv", interval.variance.squareRoot() / interval.mean)
      try expect(sources[label], "cv2", local.reduce(0, +) / Double(local.count))
      try expect(sources[label], "fano_factor", count.variance / count.mean)
    }
    try expect(root, "synchrony", moments(total).variance / sum)
    let text = Tool("trace", "stats", path, "--source", "0").output
    #expect(text.contains("200 events of 1 sources"))
    let short = Tool("trace", "stats", path, "--to", "\(start + 1)ticks", "--json").output
    #expect(short.contains("\"cv\": null") && short.contains("\"rate_khz\": null"), "\(short)")
  }

  @Test("convert: all formats by their names, there and back, and what is lost is said")
  func convert() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.trace, to: "a.spikes")
    for name in ["b.trace", "b.npz"] {
      #expect(Tool("trace", "convert", path, "-o", folder.path(name)).status == 0)
      let back = Tool("trace", "convert", folder.path(name), "-o", folder.path("back.spikes"))
      #expect(back.status == 0 && back.errors == "", "\(back.errors)")
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: folder.path("back.spikes")))
          == Data(Self.trace.utf8), "\(name)")
    }
    for name in ["b.csv", "b.json", "b.vcd"] {
      let tool = Tool("trace", "convert", path, "-o", folder.path(name))
      #expect(
        tool.status == 0 && tool.errors.contains("the header is left out: keys, 1 parameters"))
      let back = Tool("trace", "convert", folder.path(name), "-o", folder.path("back.spikes"))
      #expect(back.status == 0, "\(back.errors)")
      let diff = Tool("diff", path, folder.path("back.spikes"))
      if name == "b.vcd" {
        // Wires of one name are one source, whose events of a tick keep the order of the wires.
        #expect(try Self.events(folder.path("back.spikes")).count == 9)
      } else {
        #expect(diff.status == 0, "\(name): \(diff.output)")
      }
    }
    let dat = Tool(
      "trace", "convert", path, "-o", folder.path("b.dat"), "--acceleration", "1000")
    #expect(dat.errors.contains("flags are left out"))
    let back = Tool(
      "trace", "convert", folder.path("b.dat"), "-o", folder.path("c.csv"), "--acceleration",
      "1000", "--as", "stimulus")
    #expect(back.status == 0)
    let csv = try String(contentsOf: URL(fileURLWithPath: folder.path("c.csv")), encoding: .utf8)
    #expect(csv.contains("\n1000.000,0x003,3,stimulus\n"))
    let forced = Tool(
      "trace", "convert", folder.path("c.csv"), "-o", folder.path("x"), "--from-format", "csv",
      "--to-format", "npy")
    #expect(forced.status == 0)
    let bad = Tool("trace", "convert", path, "-o", folder.path("d.csv"), "--from-format", "csv")
    #expect(bad.status == 2 && bad.errors.contains(":1:1: found"), "\(bad.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("d.csv")))
    let json = try folder.write(
      "{\"traceEvents\": [{\"ph\": \"i\", \"ts\": -1, \"name\": \"a\"}]}", to: "e.json")
    let refused = Tool("trace", "convert", json, "-o", folder.path("d.csv"))
    #expect(refused.status == 2 && refused.errors.contains("expected a time"), "\(refused.errors)")
  }
}
