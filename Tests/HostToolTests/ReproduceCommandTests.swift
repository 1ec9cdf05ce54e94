import ChipDescription
import Foundation
import TestSupport
import Testing

@testable import HostTool
@testable import Learning

@Suite struct ReproduceCommandTests {
  static let firmware = repository.appendingPathComponent("firmware").path

  /// A tiny run of `information`: two cells.
  static func run(_ folder: TemporaryFolder, _ more: String...) -> Tool {
    Tool(
      [
        "reproduce", "information", "--epochs", "1", "--samples", "10", "--chips", "1",
        "-o", folder.path("out"),
      ] + (more.contains("--firmware") ? [] : ["--firmware", firmware]) + more)
  }

  static func contents(_ folder: TemporaryFolder) throws -> [String: Data] {
    let root = folder.path("out")
    let paths = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    var contents: [String: Data] = [:]
    for path in paths where path.contains(".") {
      contents[path] = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)"))
    }
    return contents
  }

  @Test("Only what is missing or damaged is run again, and every byte comes out the same")
  func resuming() throws {
    let folder = try TemporaryFolder()
    let first = Self.run(folder, "--jobs", "1")
    #expect(first.status == 0 && first.errors == "", "\(first.errors)")
    let before = try Self.contents(folder)
    let cells = before.keys.filter { $0.hasPrefix("cells/") }.sorted()
    #expect(cells.count == 2 && before.count == 4)

    let again = Self.run(folder, "--jobs", "2")
    #expect(again.errors.contains("2 of 2 cells are already in"))
    #expect(again.output == first.output)

    // A file that is missing.
    let path = folder.path("out/\(cells[0])")
    try FileManager.default.removeItem(atPath: path)
    // A file with a digit changed.
    let other = folder.path("out/\(cells[1])")
    let text = String(decoding: try #require(before[cells[1]]), as: UTF8.self)
    let changed = text.replacingOccurrences(
      of: #""testAccuracy" : 0\.[0-9]"#, with: #""testAccuracy" : 0.77"#,
      options: .regularExpression)
    #expect(changed != text)
    try changed.write(toFile: other, atomically: true, encoding: .utf8)
    let repaired = Self.run(folder, "--jobs", "2")
    #expect(repaired.status == 0 && repaired.output == first.output)
    #expect(
      repaired.errors
        == "ranvier reproduce: \(other): is damaged: its result does not have the checksum that "
        + "it names; the cell is run again\n")
    #expect(try Self.contents(folder) == before)
  }

  @Test("Files that hold something else are named and not used")
  func foreign() throws {
    let folder = try TemporaryFolder()
    let first = Self.run(folder)
    let before = try Self.contents(folder)
    let cells = before.keys.filter { $0.hasPrefix("cells/") }.sorted()
    let paths = cells.map { folder.path("out/\($0)") }
    try #require(before[cells[1]]).write(to: URL(fileURLWithPath: paths[0]))
    try Data("no JSON".utf8).write(to: URL(fileURLWithPath: paths[1]))
    let second = Self.run(folder)
    #expect(second.status == 0 && second.output == first.output)
    #expect(second.errors.contains("\(paths[0]): is of another cell: identity "))
    #expect(second.errors.contains("\(paths[1]): is not the record of a cell: no JSON; the cell"))
    #expect(try Self.contents(folder) == before)
  }

  @Test("Another program has other cells")
  func otherProgram() throws {
    let folder = try TemporaryFolder()
    let first = Self.run(folder)
    let copy = folder.path("firmware")
    try FileManager.default.copyItem(atPath: Self.firmware, toPath: copy)
    let source = "\(copy)/eventprop.s"
    let text = try String(contentsOfFile: source, encoding: .utf8)
    try (text + "\n  .data\n  .word 7\n").write(
      toFile: source, atomically: true, encoding: .utf8)
    let second = Self.run(folder, "--firmware", copy)
    #expect(second.status == 0, "\(second.errors)")
    // The surrogate gradient needs no program.
    #expect(second.errors.contains("1 of 2 cells are already in"))
    #expect(second.output == first.output)
    #expect(try Self.contents(folder).keys.count { $0.hasPrefix("cells/") } == 3)
  }

  @Test("Bad usage is refused before anything is written")
  func refused() throws {
    let folder = try TemporaryFolder()
    let out = folder.path("out")
    let unknown = Tool("reproduce", "informatoin", "-o", out)
    #expect(
      unknown.errors
        == "ranvier reproduce: there is no experiment 'informatoin'\ndid you mean 'information'?\n")
    let missing = Tool("reproduce", "information", "--firmware", folder.path("x"), "-o", out)
    #expect(
      missing.errors
        == "ranvier reproduce: \(folder.path("x"))/eventprop.s: is not there\n"
        + "--firmware DIR says where the programs are\n")
    let chips = Tool("reproduce", "information", "--chips", "0", "-o", out)
    #expect(chips.errors == "ranvier reproduce: --chips: 0 is not within 1…1000\n")
    #expect([unknown, missing, chips].allSatisfy { $0.status == 2 && $0.output == "" })
    #expect(!FileManager.default.fileExists(atPath: out))
    try folder.write("", to: "out")
    let file = Self.run(folder)
    #expect(file.status == 2 && file.errors.hasSuffix("out/cells: the folder cannot be made\n"))
  }

  @Test("The experiments are listed with what is published")
  func list() {
    let tool = Tool("reproduce")
    #expect(tool.status == 0 && tool.errors == "")
    for name in Experiment.Name.allCases {
      #expect(tool.output.contains("\(name.rawValue) ") && tool.output.contains(name.summary))
    }
    #expect(tool.output.contains("published: 98.10 +- 0.18 % (5-200-3, 10 seeds)"))
    #expect(Tool("reproduce", "--json").output.contains("\"minutes_full\""))
  }

  /// Two cells with results that nobody has measured.
  static var report: ReproductionReport {
    var experiment = Experiment()
    var options = DoublePrecisionTraining.Options()
    for seed in 1...3 {
      options.seed = UInt64(seed)
      experiment.cells.append(ExperimentCell("exact, \"seed\" \(seed)", .doublePrecision(options)))
    }
    var table = ResultTable(
      "Accuracies", subject: "network",
      rows: [
        .init("5-200-3", .eventProp, cells: [0, 1]), .init("other", cells: [2]),
        .init("nothing", .fastDeep, cells: []),
      ])
    table.further = [.validationAccuracy, .jitter, .bytesPerSample]
    table.ratios = [
      .init(label: "bytes", measure: .bytesPerSample, rows: (1, 0), published: "ten times")
    ]
    experiment.tables = [table]
    let results = (0..<3).map { index in
      var result = CellResult()
      result.testAccuracy = [0.98, 0.99, 0.5][index]
      result.validationAccuracy = 0.985
      result.bytesPerSample = [100, 200, 3000][index]
      result.jitter = index == 2 ? nil : 0.0151
      result.otherChips = index == 2 ? [0.25, 0.5] : nil
      return result
    }
    return ReproductionReport(
      name: .eventPropYinYang, scale: Experiment.Scale(), experiment: experiment,
      identities: ["a", "b", "c"], results: results)
  }

  @Test("Tables, JSON and CSV are the reviewed ones")
  func golden() throws {
    try expectGolden(Self.report.text, at: "Tests/Golden/reproduce/table.txt")
    try expectGolden(Self.report.json.text + "\n", at: "Tests/Golden/reproduce/results.json")
    try expectGolden(Self.report.csv, at: "Tests/Golden/reproduce/results.csv")
  }
}
