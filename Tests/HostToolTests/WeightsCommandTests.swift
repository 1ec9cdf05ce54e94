import ChipGeometry
import Foundation
import Learning
import SpikeTrace
import TestSupport
import Testing

/// `ranvier weights import` and `export`.
@Suite struct WeightsCommandTests {
  private struct Report: Decodable {
    var group: String
    var float_ideal_accuracy: Double?
    var split: String?
    var methods: [Method]
    struct Method: Decodable {
      var method: String
      var weights_sha256: String
      var layers: [Layer]
      var accuracy_mean: Double?
      var chips: [Chip]?
    }
    struct Layer: Decodable {
      var layer: String
      var sources: Int
      var neurons: Int
      var error_rms: Double
      var clipped: Int
    }
    struct Chip: Decodable {
      var chip_seed: Int
      var accuracy: Double
    }
  }

  static func random(_ sources: Int, _ neurons: Int, seed: UInt64) -> WeightMatrix {
    var random = RandomStream(seed: seed, name: "weights")
    return WeightMatrix(
      sources: sources, neurons: neurons,
      values: (0..<sources * neurons).map { _ in 2 * random.gaussian() })
  }

  static func tables(_ folder: TemporaryFolder, transposed: Bool = false) throws -> [String] {
    let layers = [
      ("h.csv", Self.random(5, 16, seed: 1)),
      ("o.csv", Self.random(16, 3, seed: 2)),
    ]
    return try layers.map { name, matrix in
      try folder.write((transposed ? matrix.transposed : matrix).text, to: name)
    }
  }

  @Test("Import reports both methods, accuracies beside the ideal one, and writes what eval reads")
  func importing() throws {
    let folder = try TemporaryFolder()
    let output = folder.path("n.npz")
    let tool = Tool(
      ["weights", "import"] + (try Self.tables(folder)) + [
        "-o", output, "--group", "target", "--evaluate", EvalCommandTests.inference, "--samples",
        "10", "--chips", "2", "--json",
      ])
    #expect(tool.status == 0, "\(tool.errors)")
    let report = try JSONDecoder().decode(Report.self, from: Data(tool.output.utf8))
    #expect(report.methods.map(\.method) == ["uniform", "als"] && report.group == "target")
    #expect(report.split == "validation" && report.float_ideal_accuracy != nil)
    for (uniform, als) in zip(report.methods[0].layers, report.methods[1].layers) {
      #expect(als.error_rms <= uniform.error_rms && uniform.clipped == 0)
    }
    #expect(report.methods[1].chips?.map(\.chip_seed) == [1, 2])

    let eval = Tool(
      "eval", EvalCommandTests.inference, "--weights", output, "--split", "validation",
      "--samples", "10", "--chips", "2", "--json")
    #expect(eval.status == 0, "\(eval.errors)")
    let mean = try #require(report.methods[1].accuracy_mean)
    #expect(eval.output.contains("\"validation_accuracy_mean\": \(mean),"), "\(eval.output)")
    #expect(eval.output.contains(report.methods[1].weights_sha256))
    let refused = Tool("eval", ProfileCommandTests.eventProp, "--weights", output)
    #expect(refused.status == 2 && refused.errors.contains("a gain for each neuron"))
  }

  @Test("What was exported is imported again with the same codes, as tables and as arrays")
  func exporting() throws {
    let folder = try TemporaryFolder()
    let stored = EvalCommandTests.network()
    let path = try EvalCommandTests.write(stored, folder)
    let codes = (stored.masters.hidden + stored.masters.output).map(WeightMasters.code)
    func check(_ inputs: [String], _ options: [String]) throws {
      let output = folder.path("again.npz")
      let tool = Tool(
        ["weights", "import"] + inputs + ["--method", "uniform", "-o", output] + options)
      #expect(tool.status == 0, "\(tool.errors)")
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: output)))
      let again = try StoredNetwork(NumPyArchive(bytes: bytes)).masters
      #expect((again.hidden + again.output).map(WeightMasters.code) == codes)
    }
    #expect(Tool("weights", "export", path, "-o", folder.path("x.csv")).status == 0)
    try check(
      [folder.path("x-hidden.csv"), folder.path("x-output.csv")],
      ["--hidden-range", "8", "--output-range", "4"])
    #expect(
      Tool("weights", "export", path, "-o", folder.path("t.csv"), "--transposed").status == 0)
    try check(
      [folder.path("t-hidden.csv"), folder.path("t-output.csv")],
      ["--hidden-range", "8", "--output-range", "4", "--transposed"])
    #expect(Tool("weights", "export", path, "-o", folder.path("x.npz")).status == 0)
    try check([folder.path("x.npz")], ["--hidden-range", "8"])
    let eval = Tool(
      "eval", EvalCommandTests.inference, "--weights", folder.path("x.npz"), "--samples", "2")
    #expect(eval.status == 0, "\(eval.errors)")
  }

  @Test("A range that is given holds for both methods; a byte order mark is no number")
  func ranges() throws {
    let folder = try TemporaryFolder()
    let hidden = try folder.write("\u{FEFF}1,2\n-3,4\n0.3,0.1\n", to: "h.csv")
    let output = try folder.write("1,0.7,0.3\n1.9,-0.2,0.4\n", to: "o.csv")
    let file = folder.path("n.npz")
    let tool = Tool(
      "weights", "import", hidden, output, "-o", file, "--hidden-range", "8", "--output-range",
      "2")
    #expect(tool.status == 0, "\(tool.errors)")
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    let archive = try NumPyArchive(bytes: bytes)
    #expect(archive["range_hidden"]?.doubles == [8] && archive["range_output"]?.doubles == [2])
  }

  @Test("Bad input is refused, and nothing is written")
  func refused() throws {
    let folder = try TemporaryFolder()
    let tables = try Self.tables(folder)
    let output = folder.path("n.npz")
    func refusal(_ words: [String]) -> String {
      let tool = Tool(["weights", "import"] + words + ["-o", output])
      #expect(tool.status == 2 && tool.output == "")
      #expect(!FileManager.default.fileExists(atPath: output))
      return tool.errors
    }
    #expect(refusal(tables + ["--group", "source"]).contains("rows hold codes alone"))
    #expect(refusal([tables[0]]).contains("two tables are: hidden.csv output.csv"))
    #expect(refusal(tables + tables).contains("found 4 files"))
    #expect(refusal([tables[1], tables[0]]).contains("'output' has shape [5, 16]"))
    let bad = try folder.write("1,2\n3,four\n", to: "bad.csv")
    #expect(refusal([bad, tables[1]]).contains("bad.csv: line 2, column 3: found 'four'"))
    let nul = try folder.write("1,2\u{0}x\n3,4\n", to: "nul.csv")
    #expect(refusal([nul, tables[1]]).contains("nul.csv: line 1, column 3: found '2"))
    let huge = try folder.write("1e300,2\n3,4\n", to: "huge.csv")
    let two = try folder.write("1,2,3\n4,5,6\n", to: "two.csv")
    #expect(refusal([huge, two]).contains("huge.csv: weights up to a million thresholds"))
    var archive = NumPyArchive()
    archive.append("w", NumPyArray(shape: [2], values: .float64([1, 2])))
    let arrays = folder.path("a.npz")
    try Data(archive.bytes).write(to: URL(fileURLWithPath: arrays))
    #expect(refusal([arrays]).contains("a.npz: has no array 'hidden'; it has: w"))
    #expect(refusal([arrays, "--arrays", "w,w"]).contains("'w' has shape [2]"))
    #expect(refusal([arrays, "--arrays", "w"]).contains("is not two names"))
    #expect(
      refusal(tables + ["--no-bias", "--evaluate", EvalCommandTests.inference])
        .contains("the network has 5 inputs, the Yin-Yang task 4"))
    let narrow = try folder.write(String(repeating: "1,2\n", count: 16), to: "narrow.csv")
    #expect(
      refusal([tables[0], narrow, "--evaluate", EvalCommandTests.inference])
        .contains("the network has 2 outputs, the Yin-Yang task 3 classes"))
    let same = Tool(["weights", "import"] + tables + ["-o", tables[1]])
    #expect(same.status == 2 && same.errors.contains("is named for two files"))
    let export = Tool(
      "weights", "export", try EvalCommandTests.write(EvalCommandTests.network(), folder), "-o",
      folder.path("x.txt"))
    #expect(export.status == 2 && export.errors.contains("neither in .npz nor in .csv"))
  }
}
