import ChipGeometry
import Testing

/// Offsets of mailbox words.
enum Word {
  static let ready: UInt32 = 0x00
  static let decision: UInt32 = 0x04
  static let status: UInt32 = 0x08
  static let taught: UInt32 = 0x0C
  static let updates: UInt32 = 0x10
  static let epoch: UInt32 = 0x14
  static let updateCycles: UInt32 = 0x18
  static let spikes: UInt32 = 0x1C
  static let ignored: UInt32 = 0x24
}

@Suite("eventprop.s: the learning rule")
struct EventPropRuleTests {
  /// A bench that has learned `count` samples.
  func learned(
    _ example: inout Case, _ count: Int, _ parameters: [String: Int32]
  ) -> Bench {
    var bench = example.bench(parameters)
    for sample in 0..<count {
      bench.sample(example.entries(example.spikes(), start: 7001 * sample))
    }
    return bench
  }

  @Test("a weight moves by one step against the sign of its gradient, and not within the dead zone")
  func signum() {
    var example = Case(seed: 1)
    let parameters: [String: Int32] = [
      "batch": 3, "rate_hidden": 50 << 16, "rate_output": 70 << 16, "dead_zone": 150000,
      "push_hidden": 0, "push_output": 0,
    ]
    let bench = learned(&example, 3, parameters)
    #expect(bench.mailbox(Word.updates) == 1)
    let steps = [("hidden", example.hiddenMasters, 50), ("output", example.outputMasters, 70)]
    for (layer, before, step) in steps {
      let gradients = bench.gradients("gradient_" + layer, before.count)
      let after = bench.masters("weights_" + layer, before.count)
      var moved = 0
      for row in before.indices {
        for lane in 0..<128 {
          let gradient = gradients[row][lane]
          let sign = gradient > 150000 ? 1 : gradient < -150000 ? -1 : 0
          let expected = Int(before[row][lane]) - sign * step
          #expect(after[row][lane] == max(-32768, min(32767, expected)))
          moved += sign.magnitude == 1 ? 1 : 0
        }
      }
      #expect(moved > 20 && moved < 100 * before.count)
    }
  }

  @Test("the fraction of a step carries over to the next batch, and rates decay by epoch")
  func rates() {
    var example = Case(seed: 2, hidden: 20)
    // 1.5 masters a batch in the first epoch of four samples, half of it in the second.
    let parameters: [String: Int32] = [
      "batch": 1, "samples_per_epoch": 4, "rate_hidden": 3 << 15, "rate_output": 9 << 16,
      "decay": 1 << 15, "push_hidden": 0, "push_output": 0,
    ]
    var bench = example.bench(parameters)
    let spikes = example.spikes()
    let lane = example.lane(spikes.hidden.firstIndex { !$0.isEmpty }!)
    var places: [[Int]] = []
    for sample in -1..<8 {
      if sample >= 0 { bench.sample(example.entries(spikes, start: 7001 * sample)) }
      places.append(["weights_hidden", "weights_output"].map { bench.masters($0, 1)[0][lane] })
    }
    let steps = zip(places, places.dropFirst()).map { zip($0, $1).map { abs($0 - $1) } }
    #expect(steps.map { $0[0] } == [1, 2, 1, 2, 0, 1, 1, 1])
    #expect(steps.map { $0[1] } == [9, 9, 9, 9, 4, 5, 4, 5])
    #expect(bench.mailbox(Word.epoch) == 2)
    #expect(bench.mailbox(Word.taught) == 8)
  }

  @Test("gradients carry the momentum: they decay when the next batch starts, not before")
  func momentum() {
    var example = Case(seed: 3, hidden: 40)
    let spikes = (0..<2).map { _ in example.spikes() }
    func gradients(_ samples: [Int], _ momentum: Int32) -> [Int] {
      let fixed: [String: Int32] = [
        "batch": 1, "rate_hidden": 0, "rate_output": 0, "push_hidden": 0, "push_output": 0,
      ]
      var bench = example.bench(fixed.merging(["momentum": momentum]) { $1 })
      for sample in samples { bench.sample(example.entries(spikes[sample], start: 0)) }
      return bench.gradients("gradient_hidden", 5).flatMap { $0 }
    }
    let half: Int32 = 1 << 30
    let first = gradients([0], half)
    let second = gradients([1], half)
    let both = gradients([0, 1], half)
    #expect(first == gradients([0], 0))
    #expect(first != second)
    for (sum, (a, b)) in zip(both, zip(first, second)) {
      // Halves are rounded up.
      #expect(sum == b + (a + 1) >> 1)
    }
  }

  @Test("neurons that spike too rarely and outputs that miss their turn are pushed")
  func pushes() {
    var example = Case(seed: 4, hidden: 35)
    var bench = example.bench([
      "batch": 4, "rate_hidden": 0, "rate_output": 0, "push_hidden": 100,
      "push_activity": 1 << 15, "push_output": 1000,
    ])
    for sample in 0..<4 {
      var spikes = example.spikes()
      spikes.label = sample == 3 ? 1 : 2
      for h in 0..<35 { spikes.hidden[h] = h % 2 == 0 || sample == 0 ? [700 + h] : [] }
      // Output 2 misses its turn in two of three samples, output 1 in none.
      if sample < 2 { spikes.outputs[2] = [] }
      if sample == 2 { spikes.outputs[1] = [] }
      bench.sample(example.entries(spikes, start: 7001 * sample))
    }
    let hidden = bench.masters("weights_hidden", 5)
    let output = bench.masters("weights_output", 3)
    for lane in 0..<128 {
      let h = lane / 32 * 30 + lane % 32
      let isUsed = lane % 32 < 30 && h < 35
      let isRare = isUsed && h % 2 == 1
      for row in 0..<5 {
        let expected = Int(example.hiddenMasters[row][lane]) + (isRare ? 100 : 0)
        #expect(hidden[row][lane] == min(32767, expected))
      }
      for (row, push) in [0, 0, 500].enumerated() {
        let expected = Int(example.outputMasters[row][lane]) + (isUsed ? push : 0)
        #expect(output[row][lane] == min(32767, expected))
      }
    }
  }

  @Test(
    "synapse rows hold the rounded weights, by sign, and nothing outside of the network is written",
    arguments: [1, 30, 47, 120])
  func rows(hidden: Int) {
    var example = Case(seed: 5, hidden: hidden)
    let bench = learned(
      &example, 2, ["batch": 1, "rate_hidden": 900 << 16, "rate_output": 1 << 25])
    var expected = [Int?](repeating: nil, count: 65536)
    func set(_ driver: Int, _ column: Int, _ master: Int) {
      let code = (master * 63 + 1 << 14) >> 15
      expected[512 * driver + column] = max(code, 0)
      expected[512 * driver + 256 + column] = max(-code, 0)
    }
    for (input, row) in bench.masters("weights_hidden", 5).enumerated() {
      for h in 0..<hidden {
        let driver = 4 * (30 + input / 4) + input % 4
        set(driver, example.lane(h), row[example.lane(h)])
      }
    }
    for (output, row) in bench.masters("weights_output", 3).enumerated() {
      for h in 0..<hidden { set(4 * (h % 30) + h / 30, 128 + output, row[example.lane(h)]) }
    }
    let synapses = zip(bench.written, bench.synapses).map { $0 ? Int($1) : nil }
    #expect((0..<65536).filter { synapses[$0] != expected[$0] } == [])
    let hiddenRow = bench.masters("weights_hidden", 1)[0]
    #expect(hidden == 1 || hiddenRow != example.hiddenMasters[0].map(Int.init))
    let neurons = (0..<256).filter { bench.isNeuronReset[$0] }
    #expect(neurons == (0..<hidden).map(example.lane) + [128, 129, 130])
  }

  @Test("initial weights come from the random generators, with the mean and deviation asked for")
  func initialWeights() {
    let bench = Bench(
      Firmware.eventprop, ["init_hidden_mean": 3000, "init_hidden_deviation": 6000])
    var values: [Double] = []
    for row in bench.masters("weights_hidden", 5) {
      for lane in 0..<128 where lane % 32 < 30 { values.append(Double(row[lane])) }
      #expect((0..<4).allSatisfy { row[32 * $0 + 30] == 0 && row[32 * $0 + 31] == 0 })
    }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    #expect(abs(mean - 3000) < 300)
    #expect(abs(variance.squareRoot() - 6000) < 250)
  }
}
