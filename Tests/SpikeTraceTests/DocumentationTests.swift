import ChipGeometry
import Foundation
import SpikeTrace
import TestSupport
import Testing

/// What `traces/README.md` says is true.
@Suite struct DocumentationTests {
  /// The first block of the page that is fenced as `language` and begins with `start`.
  static func block(_ language: String, _ start: String) throws -> String {
    let page = try String(
      contentsOf: repository.appendingPathComponent("traces/README.md"), encoding: .utf8)
    let opening = try #require(page.range(of: "```\(language)\n\(start)"))
    let text = page[opening.lowerBound...].dropFirst(language.count + 4)
    let closing = try #require(text.range(of: "\n```"))
    return String(text[..<closing.lowerBound]) + "\n"
  }

  static func example() throws -> Trace {
    try Trace(bytes: Array(block("text", "ranvier trace 1").utf8), name: "README")
  }

  @Test("The text example is what the writer writes")
  func text() throws {
    let text = try Self.block("text", "ranvier trace 1")
    #expect(String(decoding: try Self.example().bytes(form: .text), as: UTF8.self) == text)
  }

  @Test("The binary example is what the writer writes")
  func binary() throws {
    let bytes = try Self.example().bytes(form: .binary)
    var expected: [UInt8] = []
    let hex = try Self.block("text", "93 52 56 54")
    for line in hex.split(separator: "\n") {
      for word in line.replacingOccurrences(of: "(235 bytes)", with: "head").split(separator: " ") {
        if word == "head" {
          let text = try Self.block("text", "ranvier trace 1")
          expected += Array(text[..<(try #require(text.range(of: "\n[events]"))).lowerBound].utf8)
        } else {
          expected.append(try #require(UInt8(word, radix: 16)))
        }
      }
    }
    #expect(bytes == expected)
  }

  @Test(
    "The Python of the page reads both forms, and we read what it writes",
    .enabled(if: Oracle.python.isUsable, "needs python3"))
  func python() throws {
    let folder = try TemporaryFolder()
    let events =
      Samples.events(samples: 80)
      + Samples.oddEvents(count: 3000, seed: 4).map {
        Samples.event($0.tick + 1_000_000, $0.label.rawValue, $0.flags)
      }
    let trace = Trace(header: Samples.header, events: events)
    try trace.write(to: folder.path("a.spikes"), form: .text)
    try trace.write(to: folder.path("a.trace"), form: .binary)
    let program = try folder.write(
      try Self.block("python", "import struct, zlib") + """

        import sys
        head, events = read_trace(sys.argv[1])
        assert (head.strip(), events) == tuple(x.strip() if isinstance(x, str) else x
                                               for x in read_trace(sys.argv[2]))
        write_binary(sys.argv[3], head, events)
        for event in events:
            print(*event)

        """, to: "read.py")
    let result = try Oracle.python.run(
      [program] + ["a.spikes", "a.trace", "b.trace"].map { folder.path($0) })
    #expect(result.status == 0, "\(result.errors)")
    let lines = events.map { "\($0.tick) \($0.label.rawValue) \($0.flags.rawValue)\n" }
    #expect(result.text == lines.joined())
    #expect(try Trace(path: folder.path("b.trace")) == trace)
  }
}
