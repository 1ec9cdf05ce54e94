import ChipGeometry
import Foundation
import SpikeTrace
import TestSupport
import Testing

@Suite struct ErrorTests {
  static let start = """
    ranvier trace 1
    tool: t
    tool_version: 1
    tick_ns: 8

    """

  /// What the reader says about `bytes`; nothing if it finds no fault.
  static func message(_ bytes: [UInt8]) -> String {
    do {
      _ = try Trace(bytes: bytes, name: "f")
      return "no error"
    } catch {
      return error.description
    }
  }

  static func message(_ text: String) -> String { message(Array(text.utf8)) }

  @Test(
    "A wrong header is refused with its place",
    arguments: [
      ("", "f:1:1: found the end of the file, expected [events]"),
      ("time,neuron\n1,2\n", "f:1:1: found \"time,neuron\", expected \"ranvier trace 1\""),
      ("ranvier trace 2\n", "f:1:15: found format version \"2\", expected version 1"),
      (
        "ranvier trace 1\n[events]\n[end]\n",
        "f:2:1: found a header without \"tool\", expected a line \"tool: …\""
      ),
      (start + "tool: t\n", "f:5:1: found a second \"tool\", expected every key once"),
      (
        "ranvier trace 1\ntick_ns: 4\n",
        "f:2:10: found \"4\", expected 8, the only tick of this format version"
      ),
      (start + "chip_seed: -1\n", "f:5:12: found \"-1\", expected a decimal number below 2^64"),
      (
        start + "program_sha256: 12\n",
        "f:5:17: found \"12\", expected 64 lower-case hexadecimal digits"
      ),
      (start + "  Key: 1\n", "f:5:3: found \"Key: 1\", expected \"key: value\" or a section"),
      (
        start + "k: a\\n\n",
        "f:5:4: found \"a\\n\", expected \\xHH below 0x80 after every backslash"
      ),
      (
        start + "[parameter]\n",
        "f:5:1: found \"[parameter]\", expected [parameters], [array NAME int16 SHAPE], [sources] or [events], each once"
      ),
      (
        start + "[parameters]\na 1\na 2\n",
        "f:7:1: found a second \"a\", expected every parameter once"
      ),
      (
        start + "[parameters]\na 2147483648\n",
        "f:6:3: found \"2147483648\", expected a decimal number from -2147483648 to 2147483647"
      ),
      (start + "[parameters]\na\n", "f:6:1: found \"a\", expected a parameter: NAME VALUE"),
      (
        start + "[array w int16 2x]\n",
        "f:5:16: found \"2x\", expected a shape such as 5x128 of at most 1048576 values"
      ),
      (
        start + "[array w int16 1024x1025]\n",
        "f:5:16: found \"1024x1025\", expected a shape such as 5x128 of at most 1048576 values"
      ),
      (
        start + "[array w int16 2]\n1\n[events]\n",
        "f:7:1: found 1 values in array w of line 5, expected 2"
      ),
      (
        start + "[array w int16 2]\n1 2 3\n",
        "f:6:5: found more than 2 values in array w, expected 2"
      ),
      (
        start + "[array w int16 2]\n1 32768\n",
        "f:6:3: found \"32768\", expected a decimal number from -32768 to 32767"
      ),
      (
        start + "[array w int16 1]\n1\n[array w int16 1]\n",
        "f:7:8: found \"w\", expected a name of letters, digits, _ . and $ that no other array has"
      ),
      (
        start + "[sources]\n0x10000 a\n",
        "f:6:1: found \"0x10000 a\", expected a source: 0xLABEL NAME, the label in hexadecimal below 0x10000"
      ),
      (
        start + "[sources]\n0x+1 a\n",
        "f:6:1: found \"0x+1 a\", expected a source: 0xLABEL NAME, the label in hexadecimal below 0x10000"
      ),
      (
        start + "[sources]\n0x1 a\n0x01 b\n",
        "f:7:1: found a second name for 0x01, expected every label once"
      ),
      (
        start + "a: ok\n[parameters]\n[sources]\nk: v\n",
        "f:8:1: found \"k: v\", expected a source: 0xLABEL NAME, the label in hexadecimal below 0x10000"
      ),
      (start + "a: b", "f:5:5: found the end of the file within a line, expected a line feed"),
      (start + "a: b\n", "f:6:1: found the end of the file, expected [events]"),
    ])
  func header(text: String, message: String) { #expect(Self.message(text) == message) }

  @Test(
    "A wrong event is refused with its place",
    arguments: [
      ("1 0x1 neuron\n", "f:7:1: found the end of the file, expected an event or [end]"),
      ("1 0x1 neur", "f:6:11: found the end of the file within a line, expected a line feed"),
      ("5 0x1\n4 0x1\n", "f:7:1: found tick 4, expected at least 5"),
      (" x 0x1\n", "f:6:2: found \"x\", expected a tick: a decimal number below 2^63"),
      (
        "9223372036854775808 0x1\n",
        "f:6:1: found \"9223372036854775808\", expected a tick: a decimal number below 2^63"
      ),
      ("+1 0x1\n", "f:6:1: found \"+1\", expected a tick: a decimal number below 2^63"),
      ("1\n", "f:6:2: found the end of the line, expected a label: 0x0 to 0xffff"),
      ("1 0x10000\n", "f:6:3: found \"0x10000\", expected a label: 0x0 to 0xffff"),
      ("1 65536\n", "f:6:3: found \"65536\", expected a label: 0x0 to 0xffff"),
      (
        "1 0x1 neurons\n",
        "f:6:7: found \"neurons\", expected flags: neuron stimulus background teacher end-of-sample processor bottom or 0xBITS, joined by +"
      ),
      (
        "1 0x1 neuron+\n",
        "f:6:14: found nothing, expected flags: neuron stimulus background teacher end-of-sample processor bottom or 0xBITS, joined by +"
      ),
      (
        "1 0x1 \0neuron\n",
        "f:6:7: found \"\\x00neuron\", expected flags: neuron stimulus background teacher end-of-sample processor bottom or 0xBITS, joined by +"
      ),
      ("1 0x1 neuron 2\n", "f:6:14: found \"2\", expected the end of the line"),
      ("1 0x1\n[end 2]\n", "f:7:1: found 1 events, expected 2, as [end 2] says"),
      ("[end -1]\n", "f:6:1: found \"[end -1]\", expected [end] or [end COUNT]"),
      ("[end]\n\n# ok\n2 0x1\n", "f:9:1: found \"2 0x1\", expected nothing after [end]"),
    ])
  func event(text: String, message: String) {
    #expect(Self.message(Self.start + "[events]\n" + text) == message)
  }

  @Test("Odd but allowed spellings are read")
  func spellings() throws {
    let text = """
      ranvier trace 1\r
      # a comment
        tick_ns:8\r
      tool_version:
      tool: \\x20ü

      [sources]
      0xA  two words \\x5c
      [array e int16 3]
      1
       2 3

      [events]
      # nothing yet

      1 1344
      \t1\t0x0540   0x80+neuron # comment\r
      2 0xABC end-of-sample+bottom
      999999999999999999 0xffff
      9223372036854775807 0x0
      [end]

      """
    let trace = try Trace(bytes: Array(text.utf8), name: "f")
    #expect(trace.header.toolName == " ü")
    #expect(trace.header.toolVersion == "")
    #expect(trace.header.sourceNames == [.init(label: 10, name: "two words \\")])
    #expect(trace.header.array("e")?.values == [1, 2, 3])
    #expect(
      trace.events == [
        Samples.event(1, 0x540, []), Samples.event(1, 0x540, .init(rawValue: 0x81)),
        Samples.event(2, 0xABC, [.endOfSample, .bottom]),
        Samples.event(999_999_999_999_999_999, 0xFFFF, []),
        Samples.event(9_223_372_036_854_775_807, 0, []),
      ])
  }

  @Test("Lines and headers beyond the bounds are refused")
  func bounds() {
    let long = String(repeating: "x", count: 1 << 17)
    #expect(
      Self.message(Self.start + long)
        == "f:5:1: found a line of more than 65536 bytes, expected shorter lines")
    #expect(
      Self.message(Self.start + "[events]\n" + long)
        == "f:6:1: found a line of more than 65536 bytes, expected shorter lines")
  }

  @Test("A writer refuses what a reader would, and leaves nothing")
  func writer() throws {
    let folder = try TemporaryFolder()
    let header = SpikeTraceHeader(toolVersion: "1")
    for form in RoundTripTests.forms {
      let writer = try TraceWriter(path: folder.path("t"), form: form, header: header)
      try writer.append(Samples.event(7, 1, []))
      #expect(throws: TraceError.self) { try writer.append(Samples.event(6, 1, [])) }
      #expect(throws: TraceError.self) { try writer.append(Samples.event(1 << 63, 1, [])) }
    }
    var bad = header
    bad.extra = [.init("tool", "twice")]
    #expect(throws: TraceError.self) {
      try TraceWriter(path: folder.path("t"), form: .text, header: bad)
    }
    // A reader would take this for the field.
    bad.extra = [.init("chip_seed", "5")]
    #expect(throws: TraceError.self) {
      try TraceWriter(path: folder.path("t"), form: .text, header: bad)
    }
    bad.extra = [.init("Not a key", "x")]
    #expect(throws: TraceError.self) {
      try TraceWriter(path: folder.path("t"), form: .text, header: bad)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    let nowhere = folder.path("no/such/folder")
    #expect(
      throws: TraceError(
        .unwritable, file: nowhere, at: .none, found: "No such file or directory",
        expected: "a writable file")
    ) { try TraceWriter(path: nowhere, form: .text, header: header) }
    #expect(Self.fileMessage(nowhere) == "\(nowhere): cannot be read: No such file or directory")
    #expect(
      Self.fileMessage(folder.url.path) == "\(folder.url.path): cannot be read: Is a directory")
  }

  static func fileMessage(_ path: String) -> String {
    do {
      _ = try TraceReader(path: path)
      return "no error"
    } catch {
      return error.description
    }
  }

  @Test("A finished trace replaces a file, keeps its permissions, and follows a link")
  func replaced() throws {
    let folder = try TemporaryFolder()
    let manager = FileManager.default
    try folder.write("old", to: "file")
    try manager.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.path("file"))
    try manager.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "file")
    let trace = Trace(
      header: SpikeTraceHeader(toolVersion: "1"), events: Samples.events(samples: 1))
    let writer = try TraceWriter(path: folder.path("link"), form: .text, header: trace.header)
    try writer.append(contentsOf: trace.events)
    #expect(try String(contentsOf: folder.url("file"), encoding: .utf8) == "old")
    #expect(manager.fileExists(atPath: try #require(writer.temporaryPath)))
    try writer.finish()
    #expect(try Trace(path: folder.path("file")) == trace)
    #expect(try manager.contentsOfDirectory(atPath: folder.url.path).sorted() == ["file", "link"])
    let mode = try manager.attributesOfItem(atPath: folder.path("file"))[.posixPermissions]
    #expect(mode as? Int == 0o640)
    try trace.write(to: "/dev/null", form: .binary)
  }
}
