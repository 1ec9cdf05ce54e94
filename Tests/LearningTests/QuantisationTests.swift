import ChipGeometry
import Foundation
import Learning
import SpikeTrace
import TestSupport
import Testing

/// Real-valued weights as 6-bit codes with sign.
@Suite struct QuantisationTests {
  static func gaussian(_ sources: Int, _ neurons: Int, seed: UInt64) -> WeightMatrix {
    var random = RandomStream(seed: seed, name: "weights")
    return WeightMatrix(
      sources: sources, neurons: neurons,
      values: (0..<sources * neurons).map { _ in 2 * random.gaussian() })
  }

  static func squaredError(_ layer: QuantisedLayer) -> Double {
    zip(layer.weights.values, layer.original.values).reduce(0) { sum, pair in
      sum + (pair.0 - pair.1) * (pair.0 - pair.1)
    }
  }

  @Test("Uniform rounding: the step is the range over 63, halves away from zero, the rest clipped")
  func uniform() {
    let weights = WeightMatrix(sources: 2, neurons: 3, values: [6.3, -0.1, 0.049, 0.05, -3, 0])
    let layer = QuantisedLayer(weights, .uniform)
    #expect(layer.codes == [63, -1, 0, 1, -30, 0])
    #expect(layer.ranges.count == 1 && (layer.ranges[0] - 6.3).magnitude < 1e-12)
    #expect(layer.clippedCount == 0 && layer.errors.vanished == 1 && layer.errors.codesUsed == 5)
    #expect((layer.errors.largest - 0.05).magnitude < 1e-12)
    let narrow = QuantisedLayer(weights, .uniform, ranges: [3.15])
    #expect(narrow.codes == [63, -2, 1, 1, -60, 0] && narrow.clippedCount == 1)
    let perNeuron = QuantisedLayer(weights, .uniform, .target)
    #expect(perNeuron.codes == [63, -2, 63, 1, -63, 0] && perNeuron.ranges.count == 3)
    let zero = QuantisedLayer(
      WeightMatrix(sources: 1, neurons: 2, values: [0, 0]), .als, .target)
    #expect(zero.codes == [0, 0] && zero.ranges == [1, 1] && zero.errors.relative == 0)
  }

  @Test("Alternating least squares is never worse than uniform rounding, and its step is the best")
  func leastSquares() {
    var better = 0
    for seed in UInt64(1)...20 {
      let weights = Self.gaussian(12, 10, seed: seed)
      for groups in WeightGroups.allCases {
        let uniform = QuantisedLayer(weights, .uniform, groups)
        let als = QuantisedLayer(weights, .als, groups)
        #expect(Self.squaredError(als) <= Self.squaredError(uniform))
        if Self.squaredError(als) < 0.98 * Self.squaredError(uniform) { better += 1 }
        // A step a little longer or shorter, with the same codes, is worse.
        for factor in [0.9999, 1.0001] {
          let moved = zip(als.weights.values, weights.values).reduce(0) { sum, pair in
            sum + (factor * pair.0 - pair.1) * (factor * pair.0 - pair.1)
          }
          #expect(moved >= Self.squaredError(als))
        }
        #expect(als.codes.allSatisfy { (-63...63).contains($0) })
      }
    }
    #expect(better > 20, "\(better) of 40")
  }

  @Test("A brute search over steps finds nothing much better than alternating least squares")
  func bruteForce() {
    let weights = Self.gaussian(5, 30, seed: 3)
    let als = Self.squaredError(QuantisedLayer(weights, .als))
    let largest = weights.values.map(\.magnitude).max() ?? 0
    let best = (1...4000).map { index in
      Self.squaredError(
        QuantisedLayer(weights, .uniform, ranges: [largest * Double(index) / 4000 * 1.02]))
    }.min()
    #expect(als <= 1.02 * (best ?? 0))
  }

  @Test("Masters have the codes, and are as near to the weights as such masters can be")
  func masters() {
    let layer = QuantisedLayer(Self.gaussian(20, 20, seed: 8), .als, .target)
    for (index, master) in layer.masters.enumerated() {
      #expect(WeightMasters.code(master) == layer.codes[index])
    }
    // Between two codes, where rounding twice goes the other way.
    let halves = QuantisedLayer(
      WeightMatrix(sources: 1, neurons: 124, values: (0..<124).map { Double($0) - 61.5 }),
      .uniform, ranges: [63])
    #expect(halves.masters.map(WeightMasters.code) == halves.codes)
    let weights = WeightMatrix(sources: 1, neurons: 3, values: [8, 1.01, -20])
    let uniform = QuantisedLayer(weights, .uniform, ranges: [8])
    // 1.01 / 8 of 32767, whose code is 8; the others are clipped.
    #expect(uniform.masters == [32767, 4137, -32767])
  }

  @Test("A quantised network is on the chip as it is in the file, and reads back the same codes")
  func roundTrip() throws {
    var network = try FloatNetwork(
      hidden: Self.gaussian(5, 30, seed: 1), output: Self.gaussian(30, 3, seed: 2))
    network.delays = DelayMasters(
      inputs: [0, 16, 32, 48, 64], hidden: (0..<30).map { 160 * $0 })
    for groups in WeightGroups.allCases {
      let stored = network.quantised(.als, groups).stored
      #expect(stored.hasGains == (groups == .target))
      let again = FloatNetwork(stored)
      #expect(
        again.quantised(.uniform, groups).stored.masters.hidden.map(WeightMasters.code)
          == stored.masters.hidden.map(WeightMasters.code))
      #expect(
        again.quantised(.uniform, groups).output.codes
          == stored.masters.output.map(WeightMasters.code))
      #expect(again.delays == network.delays)
    }
    let fine = FloatNetwork(network.quantised(.uniform).stored, .masters)
    let difference = zip(fine.hidden.values, network.hidden.values).map { ($0 - $1).magnitude }
    #expect(difference.max() ?? 1 < 1e-3)
  }

  @Test("Without a chip: a network of real numbers decides as the arithmetic says")
  func ideal() throws {
    // Outputs copy inputs 0, 1, 2 through one hidden neuron each: the smallest value wins.
    var hidden = WeightMatrix(sources: 4, neurons: 3, values: [Double](repeating: 0, count: 12))
    for index in 0..<3 { hidden.values[index * 3 + index] = 8 }
    var output = WeightMatrix(sources: 3, neurons: 3, values: [Double](repeating: 0, count: 9))
    for index in 0..<3 { output.values[index * 3 + index] = 8 }
    let network = try FloatNetwork(hidden: hidden, output: output, hasBias: false)
    let samples = YinYang.samples(of: .validation).prefix(100)
    let right = samples.count { sample in
      let first = sample.values.prefix(3)
      return first.min() == first[sample.label]
    }
    let accuracy = network.idealAccuracy(.validation, count: 100, SessionConfiguration())
    #expect(accuracy == Double(right) / 100)
  }
}

/// Tables of weights as text, and arrays of other libraries.
@Suite struct WeightTableTests {
  @Test("NumPy's tables read as they were written, with any separator, and ours by NumPy")
  func numpy() throws {
    guard Oracle.python.isUsable else { return }
    let folder = try TemporaryFolder()
    let matrix = QuantisationTests.gaussian(4, 3, seed: 4)
    try folder.write(matrix.text, to: "ours.csv")
    let script = """
      import numpy as np
      a = np.loadtxt("ours.csv", delimiter=",")
      np.savetxt("plain.txt", a)
      np.savetxt("comma.csv", a, delimiter=",", header="weights", fmt="%.17g")
      np.savetxt("semi.csv", a, delimiter=" ; ", fmt="%.17g")
      np.savez("a.npz", hidden=a, output=a.T.astype(np.float32))
      np.savez("t.npz", **{"fc1.weight": a.T, "fc2.weight": a})
      """
    let result = try Oracle.python.run(["-c", script], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    for name in ["ours.csv", "plain.txt", "comma.csv", "semi.csv"] {
      let text = try String(contentsOfFile: folder.path(name), encoding: .utf8)
      #expect(try WeightMatrix(text: text) == matrix, "\(name)")
    }
    func archive(_ name: String) throws -> NumPyArchive {
      try NumPyArchive(bytes: Array(Data(contentsOf: folder.url.appendingPathComponent(name))))
    }
    let network = try FloatNetwork(archive("a.npz"))
    #expect(network.hidden == matrix && network.output.neuronCount == 4)
    let names = FloatNetwork.Names(
      hidden: "fc1.weight", output: "fc2.weight", areTransposed: true)
    let transposed = try FloatNetwork(archive("t.npz"), names)
    #expect(transposed.hidden == matrix && transposed.output == matrix.transposed)
  }

  static func error(_ text: String) -> String {
    do {
      _ = try WeightMatrix(text: text)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test("What is no table of numbers is refused with line and column")
  func refused() {
    #expect(Self.error("1,2\n3,x\n") == "line 2, column 3: found 'x', expected a finite number")
    #expect(Self.error("1 2\n# c\n3\n") == "line 3, column 1: found 1 numbers, expected 2")
    #expect(Self.error("1,,2\n") == "line 1, column 3: found nothing, expected a finite number")
    #expect(Self.error("1,2,\n") == "line 1, column 5: found nothing, expected a finite number")
    #expect(Self.error("nan\n") == "line 1, column 1: found 'nan', expected a finite number")
    #expect(Self.error("1e999\n").hasPrefix("line 1, column 1: found '1e999'"))
    #expect(Self.error("# only a comment\n").hasSuffix("found no number, expected a table"))
    #expect(Self.error("") == "line 1, column 1: found no number, expected a table")
  }

  @Test("Mutated tables and archives never crash")
  func fuzz() throws {
    let matrix = QuantisationTests.gaussian(5, 6, seed: 1)
    let text = Array(matrix.text.utf8)
    var stored = NumPyArchive()
    stored.append("hidden", NumPyArray(shape: [5, 6], values: .float64(matrix.values)))
    stored.append("output", NumPyArray(shape: [6, 5], values: .float64(matrix.values)))
    stored.append("range_hidden", NumPyArray(shape: [], values: .float64([8])))
    stored.append(
      "delays", NumPyArray(shape: [11], values: .int16([Int16](repeating: 3, count: 11))))
    var random = RandomStream(seed: 2, name: "fuzz")
    var refused = 0
    for round in 0..<1500 {
      var bytes = text
      for _ in 0...(round % 4) {
        let at = Int(random.next(below: UInt64(bytes.count)))
        switch random.next(below: 3) {
        case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: at)
        default: bytes.insert([44, 10, 32, 45, 101][Int(random.next(below: 5))], at: at)
        }
      }
      do {
        _ = try WeightMatrix(text: String(decoding: bytes, as: UTF8.self))
      } catch { refused += 1 }
      // Arrays of any shape and value, beneath the archive's checksums.
      var archive = stored
      let entry = Int(random.next(below: UInt64(archive.entries.count)))
      let value = [Double.nan, -1, 1e300, 0, .infinity][Int(random.next(below: 5))]
      let shapes = [[], [30], [5, 6], [6, 5], [0, 4], [2, 3, 5], [11], [1]]
      let shape = shapes[Int(random.next(below: UInt64(shapes.count)))]
      archive.entries[entry].array = NumPyArray(
        shape: shape, values: .float64([Double](repeating: value, count: shape.reduce(1, *))))
      do {
        let network = try FloatNetwork(archive)
        _ = network.quantised(.als, round % 2 == 0 ? .layer : .target).stored
      } catch { refused += 1 }
    }
    #expect(refused > 1000)
  }
}
