import Foundation
import Learning
import SpikeTrace
import TestSupport
import Testing

/// `ranvier eval`, and what it says of weights files that do not fit.
@Suite struct EvalCommandTests {
  static let inference =
    repository.appendingPathComponent("firmware/inference.s").path

  /// A network of 16 hidden neurons with random weights.
  static func network() -> StoredNetwork {
    var masters = WeightMasters(inputs: 5, hidden: 16, outputs: 3)
    for index in masters.hidden.indices { masters.hidden[index] = Int16(index * 7919 % 24001) }
    for index in masters.output.indices {
      masters.output[index] = Int16(index * 6841 % 30011) - 8000
    }
    var network = StoredNetwork(masters)
    network.outputRanges = [4]
    network.chipSeed = 9
    return network
  }

  static func write(_ network: StoredNetwork, _ folder: TemporaryFolder) throws -> String {
    let path = folder.path("w.npz")
    try Data(network.archive.bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  private struct Report: Decodable {
    var split: String
    var trained_on_chip_seed: Int
    var test_accuracy_mean: Double
    var test_accuracy_min: Double
    var test_accuracy_quantiles: [String: Double]
    var test_accuracy_before_mean: Double?
    var chips: [Chip]
    struct Chip: Decodable {
      var chip_seed: Int
      var epochs: Int
      var test_accuracy: Double
      var validation_accuracy: Double
      var test_accuracy_before: Double?
      var weights_sha256: String
      var weights_sha256_before: String?
      var analog_reads: Int
    }
  }

  @Test("Weights move to other chips with the smallest program, sizes and ranges from the file")
  func chips() throws {
    let folder = try TemporaryFolder()
    let path = try Self.write(Self.network(), folder)
    let tool = Tool(
      "eval", Self.inference, "--weights", path, "--samples", "10", "--chip-seed", "2", "--chips",
      "3", "--json")
    #expect(tool.status == 0, "\(tool.errors)")
    let report = try JSONDecoder().decode(Report.self, from: Data(tool.output.utf8))
    #expect(report.chips.map(\.chip_seed) == [2, 3, 4] && report.trained_on_chip_seed == 9)
    #expect(report.chips.allSatisfy { $0.epochs == 0 && $0.analog_reads == 0 })
    #expect(Set(report.chips.map(\.weights_sha256)).count == 1)
    let mean = report.chips.map(\.test_accuracy).reduce(0, +) / 3
    #expect((report.test_accuracy_mean - mean).magnitude < 1e-12)
    #expect(report.test_accuracy_min == report.chips.map(\.test_accuracy).min())
    #expect(report.test_accuracy_quantiles.count == 5 && report.test_accuracy_before_mean == nil)
  }

  @Test("Further learning reports accuracies before and after")
  func learning() throws {
    let folder = try TemporaryFolder()
    let path = try Self.write(Self.network(), folder)
    let arguments = [
      "eval", ProfileCommandTests.eventProp, "--weights", path, "--samples", "40", "--learn", "1",
    ]
    let tool = Tool(arguments + ["--json"])
    #expect(tool.status == 0, "\(tool.errors)")
    let report = try JSONDecoder().decode(Report.self, from: Data(tool.output.utf8))
    let chip = try #require(report.chips.first)
    #expect(chip.epochs == 1 && chip.weights_sha256 != chip.weights_sha256_before)
    #expect(chip.weights_sha256_before == Self.network().masters.sha256)
    #expect(report.test_accuracy_before_mean == chip.test_accuracy_before)
    let text = Tool(arguments).output
    #expect(text.contains(" -> ") && text.contains("(validation "), "\(text)")
  }

  static func refusal(_ network: StoredNetwork, _ words: [String]) throws -> String {
    let folder = try TemporaryFolder()
    let path = try write(network, folder)
    let tool = Tool(["eval"] + words + ["--weights", path])
    #expect(tool.status == 2 && tool.output == "")
    return tool.errors.replacingOccurrences(of: path, with: "w.npz")
  }

  @Test("What does not fit together is refused with a hint")
  func refused() throws {
    let eventProp = ProfileCommandTests.eventProp
    #expect(
      try Self.refusal(Self.network(), [Self.inference, "--hidden", "30"])
        == """
        ranvier eval: w.npz: its number of hidden neurons is 16, that of the session 30
        --hidden N chooses the size of the network

        """)
    #expect(
      try Self.refusal(Self.network(), [Self.inference, "--output-range", "2"])
        .contains("its range of output weights is 4.0, that of the session 2.0 thresholds"))
    #expect(
      try Self.refusal(Self.network(), [Self.inference, "--learn", "1"])
        .contains("only decides, it does not learn"))
    var delayed = Self.network()
    delayed.masters.delays = DelayMasters(
      inputs: [0, 0, 9, 0, 0], hidden: [Int16](repeating: 0, count: 16))
    #expect(
      try Self.refusal(delayed, [eventProp])
        .contains("w.npz: it has axonal delays, for which \(eventProp) has no place"))
    var wide = StoredNetwork(WeightMasters(inputs: 8, hidden: 16, outputs: 3))
    wide.hasBias = true
    #expect(
      try Self.refusal(wide, [Self.inference])
        .contains("the network has 7 inputs, the Yin-Yang task 4"))
    let missing = Tool("eval", Self.inference)
    #expect(missing.status == 2 && missing.errors.contains("--weights FILE is missing"))
    let train = Tool("train", Self.inference)
    #expect(train.status == 2 && train.errors.contains("only decides, it does not learn"))
    let pool = Tool("train", eventProp, "--pool-seed", "3")
    #expect(pool.status == 2 && pool.errors.contains("go with --inject-noise N"))
  }
}
