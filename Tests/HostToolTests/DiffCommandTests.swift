import ChipGeometry
import Foundation
@testable import HostTool
import SpikeTrace
import TestSupport
import Testing

@Suite struct DiffCommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static func event(_ tick: UInt64, _ label: UInt16) -> SpikeEvent {
    SpikeEvent(tick: tick, label: EventLabel(label), flags: .neuron)
  }

  /// Three sources that spike regularly.
  static let events = (0..<60).map { event(UInt64($0) * 100, UInt16($0 % 3)) }

  @discardableResult
  func write(_ events: [SpikeEvent], _ name: String) throws -> String {
    var header = SpikeTraceHeader(toolVersion: "0.1.0")
    header.sourceNames = [.init(label: 1, name: "one")]
    let path = folder.path(name)
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Trace(header: header, events: events).write(to: path, form: TraceForm(path: path))
    return path
  }

  static func object(_ tool: Tool) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(tool.output.utf8))
    return try #require(value as? [String: Any])
  }

  @Test("--first prints so many divergences with the events around them, side by side if wanted")
  func first() throws {
    var changed = Self.events
    changed[40].tick += 3
    changed.remove(at: 20)
    changed.remove(at: 10)
    let (a, b) = (try write(Self.events, "a.trace"), try write(changed, "b.spikes"))
    let tool = Tool("diff", a, b, "--first", "2", "--context", "1", "--tolerance-ticks", "3")
    #expect(tool.status == 1)
    #expect(
      tool.output == """
        different within 3 ticks: 58 matched, 2 missing, 0 extra, 1 shifted by up to 3
        first divergence at tick 1000 (8.000 µs), label 0x001 one
          \(a): 1000 0x001 neuron  one
          \(b): (nothing that matches)

        \(a)
           9  900 0x000 neuron
        > 10  1000 0x001 neuron  one
          11  1100 0x002 neuron

        \(b)
           9  900 0x000 neuron
          10  1100 0x002 neuron
          11  1200 0x000 neuron

        divergence 2 at tick 2000 (16.000 µs), label 0x002
          \(a): 2000 0x002 neuron
          \(b): (nothing that matches)

        \(a)
          19  1900 0x001 neuron  one
        > 20  2000 0x002 neuron
          21  2100 0x000 neuron

        \(b)
          18  1900 0x001 neuron  one
          19  2100 0x000 neuron
          20  2200 0x001 neuron  one

        """)
    let exact = Tool("diff", a, b, "--first", "9", "--context", "1", "--side-by-side")
    let width = max(a.count, 22)
    func row(_ left: String, _ end: String) -> String {
      "  " + left + String(repeating: " ", count: width - left.count) + "  " + end + "\n"
    }
    #expect(
      exact.output.hasSuffix(
        "divergence 3 at tick 4000 (32.000 µs), label 0x001 one\n"
          + row(a, "   \(b)") + row("3900 0x000 neuron", "   3900 0x000 neuron")
          + row("4000 0x001 neuron  one", "<") + row("", ">  4003 0x001 neuron  one")
          + row("4100 0x002 neuron", "   4100 0x002 neuron")
          + "\ndivergence 4 at tick 4003 (32.024 µs), label 0x001 one\n"
          + row(a, "   \(b)") + row("4000 0x001 neuron  one", "<")
          + row("", ">  4003 0x001 neuron  one")
          + row("4100 0x002 neuron", "   4100 0x002 neuron")), "\(exact.output)")
    let json = try Self.object(Tool("diff", a, b, "--first", "9", "--json"))
    let ticks = (json["divergences"] as? [[String: Any]])?.map { $0["tick"] as? Int }
    #expect(ticks == [1000, 2000, 4000, 4003])
    #expect((json["first_divergence"] as? [String: Any])?["tick"] as? Int == 1000)
  }

  @Test("--side-by-side puts a shifted partner beside, and an inserted event alone")
  func shifted() throws {
    var changed = Self.events
    changed[9].tick += 2
    changed.insert(Self.event(950, 7), at: 10)
    let (a, b) = (try write(Self.events, "a.trace"), try write(changed, "b.trace"))
    let tool = Tool("diff", a, b, "--tolerance-ticks", "2", "--side-by-side", "--context", "1")
    let rows = tool.output.split(separator: "\n").suffix(3).map(String.init)
    #expect(
      rows[0].hasSuffix(
        "neuron" + String(repeating: " ", count: a.count - 16) + "  ~  902 0x000 neuron"))
    #expect(rows[1].hasSuffix("     >  950 0x007 neuron"))
    #expect(rows[2].hasSuffix("        1000 0x001 neuron  one"))
  }

  @Test("--statistics lets rates and thresholds decide, --distances only tells")
  func statistics() throws {
    let shifted = Self.events.map { Self.event($0.tick + 40, $0.label.rawValue) }
    let halved = Self.events.enumerated().filter { $0.offset % 6 != 1 }.map(\.element)
    let (a, b) = (try write(Self.events, "a.trace"), try write(shifted, "b.trace"))
    #expect(Tool("diff", a, b, "--distances").status == 1)
    let same = Tool("diff", a, b, "--statistics")
    #expect(same.status == 0)
    #expect(same.output.contains("0 of 3 sources differ, 60 and 60 events in all do not"))
    #expect(same.output.hasSuffix("statistically equal\n"))
    // A shift of 40 ticks of 300: a cost of 0.1 per µs is 0.032 for each of 60 pairs.
    for (name, inside, outside) in [
      ("vp", "0.0161", "0.0159"), ("spike", "0.2", "0.05"),
      ("rossum", "0.5", "0.05"),
    ] {
      #expect(
        Tool("diff", a, b, "--statistics", "--threshold", "\(name)=\(inside)").status == 0,
        "\(name)")
      let far = Tool("diff", a, b, "--statistics", "--threshold", "\(name)=\(outside)")
      #expect(far.status == 1)
      #expect(far.output.contains("statistically different: \(name) "))
    }
    let c = try write(halved, "c.trace")
    #expect(Tool("diff", a, c, "--statistics").status == 0)
    #expect(Tool("diff", a, c, "--statistics", "--threshold", "isi=0.2").status == 0)
    #expect(Tool("diff", a, c, "--statistics", "--threshold", "isi=0.1").status == 1)
    let strict = Tool("diff", a, c, "--statistics", "--level", "1")
    #expect(strict.status == 1)
    #expect(strict.output.hasSuffix("statistically different: rates\n"))
    let json = try Self.object(
      Tool("diff", a, b, "--statistics", "--distances", "--cost", "1", "--tau", "2", "--json"))
    #expect(json["equal"] as? Bool == true && json["events_equal"] as? Bool == false)
    let figures = try #require(json["statistics"] as? [String: Any])
    let total = try #require(figures["total"] as? [String: Any])
    #expect(abs((total["victor_purpura"] as? Double ?? 0) - 60 * 0.32) < 1e-9)
    let sources = try #require(figures["sources"] as? [[String: Any]])
    #expect(sources.map { $0["name"] as? String } == [nil, "one", nil])
    let train = Self.events.filter { $0.label.rawValue == 1 }.map { Double($0.tick) }
    let expected = SpikeDistance.vanRossum(train, train.map { $0 + 40 }, timeConstant: 250)
    #expect(abs((sources[1]["van_rossum"] as? Double ?? 0) - expected) < 1e-9)
    let table = Tool("diff", a, b, "--distances", "--sources").output
    #expect(table.contains("Rossum") && table.contains("  0x001 neuron one\n"))
  }

  @Test("Folders: files of the same name are compared, a missing one is a difference")
  func folders() throws {
    try write(Self.events, "x/a.trace")
    try write(Self.events, "x/sub/b.spikes")
    try write(Self.events, "y/a.trace")
    try write(Self.events, "y/sub/b.spikes")
    try folder.write("no trace", to: "x/notes.md")
    let (x, y) = (folder.path("x"), folder.path("y"))
    let equal = Tool("diff", x, y)
    #expect(equal.status == 0)
    #expect(
      equal.output == """
        equal     a.trace: equal: 60 events
        equal     sub/b.spikes: equal: 60 events
        2 equal

        """)
    try write(Self.events.dropLast(), "y/sub/b.spikes")
    try write([], "x/only")
    let different = Tool("diff", x, y)
    #expect(different.status == 1)
    #expect(different.output.contains("\nonly in A only\ndifferent sub/b.spikes\n"))
    #expect(different.output.contains("\n    first divergence at tick 5900 "))
    #expect(different.output.hasSuffix("\n1 equal, 1 different, 1 only in A\n"))
    let json = try Self.object(Tool("diff", x, y, "--json"))
    #expect(json["equal"] as? Bool == false && json["missing"] as? Int == 1)
    #expect(json["matched"] as? Int == 119)
    let first = try #require(json["first_divergence"] as? [String: Any])
    #expect(first["file"] as? String == "sub/b.spikes" && first["tick"] as? Int == 5900)
    let files = try #require(json["files"] as? [[String: Any]])
    #expect(files.map { $0["verdict"] as? String } == ["equal", "only in A", "different"])
    // A damaged file: the others are compared all the same.
    try folder.write("ranvier trace 1\n", to: "y/a.trace")
    let damaged = Tool("diff", x, y)
    #expect(damaged.status == 2)
    #expect(damaged.output.contains("error     a.trace: \(y)/a.trace:2:1: found"))
    #expect(damaged.output.contains("1 different, 1 only in A, 1 error"))
    #expect(Tool("diff", x, "\(x)/a.trace").status == 2)
    #expect(Tool("diff", folder.url.path + "/x/sub", folder.path("none")).status == 2)
  }

  @Test("Options that mean nothing, or not what they should, are refused")
  func badOptions() throws {
    let a = try write(Self.events, "a.trace")
    for (options, message) in [
      (["--tau", "3"], "--tau means nothing without --distances or --statistics"),
      (["--threshold", "isi=1"], "--threshold means nothing without --statistics"),
      (["--statistics", "--threshold", "spiek=1"], "'spiek' is not one of vp, rossum, isi, spike"),
      (["--statistics", "--threshold", "isi"], "expected isi=X with X at least 0, found 'isi'"),
      (["--statistics", "--threshold", "isi=-1"], "found 'isi=-1'"),
      (["--distances", "--cost", "-1"], "--cost: -1 is not within"),
      (["--first", "0"], "--first: 0 is not within"),
    ] {
      let tool = Tool(["diff", a, a] + options)
      #expect(tool.status == 2 && tool.errors.contains(message), "\(options): \(tool.errors)")
    }
  }
}
