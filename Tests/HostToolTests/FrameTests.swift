import ChipDescription
import Foundation
import HostTool
import Synchronization
import TestSupport
import Testing

@Suite struct JSONValueTests {
  @Test("Keys keep their order, plain arrays stay on a line")
  func layout() {
    let value: JSONValue = [
      "zeta": 1, "alpha": [1, 2.5, "x", nil, true], "empty": [], "none": .object([]),
      "list": [["a": 1], ["a": -2]],
    ]
    #expect(
      value.text == """
        {
          "zeta": 1,
          "alpha": [1, 2.5, "x", null, true],
          "empty": [],
          "none": {},
          "list": [
            {
              "a": 1
            },
            {
              "a": -2
            }
          ]
        }
        """)
  }

  @Test("Numbers read back exactly")
  func numbers() throws {
    let values = [0.1, -0.0, 1e300, Double.leastNonzeroMagnitude, 1.0 / 3, 123_456_789.125, 1e16]
    let text = JSONValue.array(values.map { .number($0) }).text
    let read = try JSONDecoder().decode([Double].self, from: Data(text.utf8))
    #expect(read == values)
    #expect(JSONValue.unsigned(.max).text == "18446744073709551615")
    #expect(JSONValue.array([.number(.nan), .number(.infinity)]).text == "[null, null]")
  }

  @Test("Strings are escaped")
  func strings() throws {
    let string = "\"back\\slash\"\n\t\r\u{1}\u{7f} τ 🧠"
    let text = JSONValue.string(string).text
    #expect(text == #""\"back\\slash\"\n\t\r\u0001\u007f τ 🧠""#)
    #expect(try JSONDecoder().decode([String].self, from: Data("[\(text)]".utf8)) == [string])
  }

  @Test("Members are found by key")
  func member() {
    let value: JSONValue = ["a": ["b": 2]]
    #expect(value["a"]?["b"] == 2 && value["c"] == nil && JSONValue.null["a"] == nil)
  }
}

@Suite struct OutputFileTests {
  static func contents(_ folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
  }

  @Test("A file appears with its commit, complete")
  func commit() throws {
    let folder = try TemporaryFolder()
    let file = try OutputFile(folder.path("out"))
    try file.write("half")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
    try file.write(" and half")
    try file.commit()
    #expect(try Self.contents(folder) == ["out"])
    #expect(try String(contentsOfFile: folder.path("out"), encoding: .utf8) == "half and half")
  }

  @Test("Without a commit nothing stays behind, and the old file is untouched")
  func dropped() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "out")
    do {
      let file = try OutputFile(folder.path("out"))
      try file.write("new")
    }
    #expect(try Self.contents(folder) == ["out"])
    #expect(try String(contentsOfFile: folder.path("out"), encoding: .utf8) == "old")
  }

  @Test("An interrupted command leaves nothing behind")
  func interrupted() throws {
    let folder = try TemporaryFolder()
    let file = try OutputFile(folder.path("out"))
    try file.write("half")
    #expect(try Self.contents(folder).count == 1)
    OutputFile.removeUnfinished()
    #expect(try Self.contents(folder) == [])
    withExtendedLifetime(file) {}
  }

  @Test("A link keeps pointing, permissions are kept, devices are not replaced")
  func targets() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "real")
    let manager = FileManager.default
    try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.path("real"))
    try manager.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: folder.path("real"))
    try OutputFile.write("new", to: folder.path("link"))
    #expect(try manager.destinationOfSymbolicLink(atPath: folder.path("link")).hasSuffix("real"))
    #expect(try String(contentsOfFile: folder.path("real"), encoding: .utf8) == "new")
    let mode = try manager.attributesOfItem(atPath: folder.path("real"))[.posixPermissions]
    #expect((mode as? NSNumber)?.intValue == 0o600)
    try OutputFile.write("gone", to: "/dev/null")
    let kind = try manager.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
    #expect(kind == .typeCharacterSpecial)
  }

  @Test("A folder and a missing folder are refused with the reason")
  func refused() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.path
    var error = #expect(throws: ToolError.self) { try OutputFile(path) }
    #expect(error?.message == "\(path): is a folder, not a file")
    error = #expect(throws: ToolError.self) { try OutputFile(path + "/no/file") }
    #expect(
      error?.message == "\(path)/no/file: cannot be written: No such file or directory")
  }
}

@Suite struct ProgressLineTests {
  @Test("The line tells work done, rate and time left")
  func line() {
    let stream = ToolStream.memory()
    let clock = Clock()
    let progress = ProgressLine(
      stream: stream, total: 1000, unit: "samples", plain: true, clock: { clock.seconds })
    clock.seconds = 4
    progress.advance(by: 100)
    #expect(stream.text == "")
    clock.seconds = 10
    progress.advance(by: 100, note: "loss 0.5")
    #expect(stream.text == "200/1000 samples  20.0 %  20/s  40 s left  loss 0.5\n")
    progress.say("epoch 1")
    clock.seconds = 50
    progress.advance(by: 800)
    progress.finish()
    #expect(stream.text.hasSuffix("epoch 1\n" + Self.last + Self.last))
  }
  static let last = "1000/1000 samples  100.0 %  20/s  0 s left  loss 0.5\n"

  @Test("Without a terminal and without the wish there is no progress")
  func silent() {
    let stream = ToolStream.memory()
    let progress = ProgressLine(stream: stream, total: 2, unit: "samples", plain: false)
    progress.advance(by: 2)
    progress.finish()
    #expect(stream.text == "")
  }

  @Test(
    "Durations are readable",
    arguments: [(0.2, "0 s"), (59.4, "59 s"), (200, "3 min 20 s"), (7500, "2 h 05 min")])
  func duration(seconds: Double, text: String) {
    #expect(ProgressLine.duration(seconds) == text)
  }

  /// A clock that is set by hand.
  final class Clock: Sendable {
    private let state = Mutex(0.0)
    var seconds: Double {
      get { state.withLock { $0 } }
      set { state.withLock { $0 = newValue } }
    }
  }
}
