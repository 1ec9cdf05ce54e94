import ChipGeometry
import Foundation
import Testing

/// `firmware/stdp.s` against the rule in double precision.
@Suite struct StdpRuleTests {
  /// The change of a weight before rounding, and how far the tables may be off.
  struct Change {
    var sum = 0.0
    var tolerance = 0.5
  }

  /// The rule, pair by pair, from the first `slots` spikes of each.
  struct Rule {
    let setting: StdpSetting

    func kept(_ times: [Int]) -> [Int] {
      var distinct: [Int] = []
      for time in times where distinct.last != time { distinct.append(time) }
      return Array(distinct.prefix(setting.slots))
    }

    func change(pre: [Int], post: [Int], plus: Int, minus: Int, push: Int) -> Change {
      var change = Change(sum: Double(push))
      for a in kept(pre) {
        for b in kept(post) {
          if b >= a { add(plus, b - a, "tau_plus_ticks", &change) }
          if a >= b { add(-minus, a - b, "tau_minus_ticks", &change) }
        }
      }
      return change
    }

    private func add(_ amplitude: Int, _ ticks: Int, _ tau: String, _ change: inout Change) {
      guard ticks <= 8191 else { return }
      let window = exp(-Double(ticks) / Double(setting.parameter(tau)))
      change.sum += Double(amplitude) * window
      change.tolerance += abs(Double(amplitude)) * 0x1p-13
    }

    func hidden(_ sample: StdpSample, input: Int, hidden: Int) -> Change {
      change(
        pre: sample.inputs[input], post: sample.hidden[hidden],
        plus: setting.parameter("plus_hidden"), minus: setting.parameter("minus_hidden"),
        push: sample.hidden[hidden].isEmpty ? setting.parameter("push_hidden") : 0)
    }

    func output(_ sample: StdpSample, hidden: Int, output: Int) -> Change {
      let isClass = sample.teacher == output
      let kind = isClass ? "output" : "other"
      return change(
        pre: sample.hidden[hidden], post: sample.outputs[output],
        plus: setting.parameter("plus_" + kind), minus: setting.parameter("minus_" + kind),
        push: isClass && sample.outputs[output].isEmpty ? setting.parameter("push_output") : 0)
    }
  }

  static func isRight(
    _ new: Int, _ old: Int, _ change: Change, low: Int, high: Int
  ) -> Bool {
    let exact = Double(old) + change.sum
    let lowest = max(Double(low), min(Double(high), exact - change.tolerance))
    let highest = max(Double(low), min(Double(high), exact + change.tolerance))
    return Double(new) >= lowest && Double(new) <= highest
  }

  @Test(
    "Each weight moves as the rule says for its own spike pairs, within bounds",
    arguments: StdpSetting.all)
  func rule(setting: StdpSetting) {
    var bench = Bench(Firmware.stdp, setting.parameters)
    let rule = Rule(setting: setting)
    var random = RandomStream(seed: 11, name: "rule")
    var (wrong, moved) = (0, 0)
    for index in 0..<4 {
      let sample = StdpSample(setting, &random, isTaught: true)
      let old = (bench.masters("weights_hidden", 8), bench.masters("weights_output", 8))
      bench.sample(sample.entries(from: 100_000 * index))
      let new = (bench.masters("weights_hidden", 8), bench.masters("weights_output", 8))
      for h in 0..<setting.hidden {
        let lane = 32 * (h / 30) + h % 30
        for k in 0..<setting.inputs {
          let isRight = Self.isRight(
            new.0[k][lane], old.0[k][lane], rule.hidden(sample, input: k, hidden: h),
            low: setting.parameter("low_hidden"), high: setting.parameter("high_hidden"))
          wrong += isRight ? 0 : 1
          moved += new.0[k][lane] == old.0[k][lane] ? 0 : 1
        }
        for o in 0..<setting.outputs {
          let isRight = Self.isRight(
            new.1[o][lane], old.1[o][lane], rule.output(sample, hidden: h, output: o),
            low: setting.parameter("low_output"), high: setting.parameter("high_output"))
          wrong += isRight ? 0 : 1
          moved += new.1[o][lane] == old.1[o][lane] ? 0 : 1
        }
      }
      #expect(bench.mailbox(0x0C) == index + 1 && bench.mailbox(0x10) == index + 1)
    }
    #expect(wrong == 0 && moved > 0)
  }

  @Test("The synapse rows have the codes of the masters, and nothing else is written")
  func rows() {
    let setting = StdpSetting(inputs: 3, hidden: 65, outputs: 2, slots: 2)
    var bench = Bench(Firmware.stdp, setting.parameters)
    var random = RandomStream(seed: 12, name: "rows")
    bench.sample(StdpSample(setting, &random, isTaught: true).entries(from: 0))
    let hidden = bench.masters("weights_hidden", 8)
    let output = bench.masters("weights_output", 8)
    var expected = [UInt8](repeating: 0, count: 65536)
    var written = [Bool](repeating: false, count: 65536)
    func put(_ master: Int, row: Int, column: Int) {
      let code = (63 * master + 0x4000) >> 15
      for (sign, row) in [(1, row), (-1, row + 1)] {
        expected[256 * row + column] = UInt8(max(0, sign * code))
        written[256 * row + column] = true
      }
    }
    for h in 0..<setting.hidden {
      let (block, place) = (h / 30, h % 30)
      for k in 0..<setting.inputs {
        put(hidden[k][32 * block + place], row: 2 * (4 * 30 + k), column: 32 * block + place)
      }
      for o in 0..<setting.outputs {
        put(output[o][32 * block + place], row: 2 * (4 * place + block), column: 128 + o)
      }
    }
    #expect(bench.written == written)
    #expect(bench.synapses == expected)
    #expect(expected.contains { $0 > 0 })
  }

  @Test("A pair in the same tick counts for both windows; one beyond 8191 ticks for none")
  func edges() {
    let setting = StdpSetting(
      inputs: 1, hidden: 1, outputs: 1, slots: 1,
      others: [
        "plus_hidden": 1000, "minus_hidden": 300, "push_hidden": 0, "tau_plus_ticks": 32767,
        "tau_minus_ticks": 32767, "init_hidden_deviation": 0, "init_hidden_mean": 0,
        "sample_ticks": 24000,
      ])
    for (pre, post, change) in [
      (500, 500, 700), (500, 500 + 8191, 779), (500, 500 + 8192, 0), (500 + 8191, 500, -234),
      (500 + 8192, 500, 0), (0, 24000, 0),
    ] {
      var bench = Bench(Firmware.stdp, setting.parameters)
      var entries = [
        Bench.Entry(tick: 1000 + pre, label: 0x520), Bench.Entry(tick: 1000 + post, label: 0),
      ]
      entries.sort { $0.tick < $1.tick }
      entries.insert(Bench.Entry(tick: 1000, label: 0x600), at: 0)
      entries.append(Bench.Entry(tick: 25000, label: 0x700))
      bench.sample(entries)
      #expect(bench.masters("weights_hidden", 1)[0][0] == change, "\(pre) \(post)")
    }
  }
}
