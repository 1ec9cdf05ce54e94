import AnalogCore
import Chip
import ChipGeometry
import SpikeTrace
import TestSupport
import Testing

@Suite struct CorrelationStdpTests {
  static let program = "correlation_stdp.s"

  /// The rule in whole numbers.
  struct Rule {
    var gains = (causal: 32, acausal: 32)
    var isMultiplicative = false
    var largest = 63
    var deadZone = 0

    /// The new weight in 1/256 codes, before it is rounded, with what the sensors have stored.
    func change(of weight: Int, causal: Int, acausal: Int) -> Int {
      func counted(_ stored: Int) -> Int {
        min(127, deadZone == 0 ? stored : max(0, stored - deadZone))
      }
      var plus = gains.causal * counted(causal)
      var minus = gains.acausal * counted(acausal)
      if isMultiplicative {
        let scale = 32767 / largest
        plus = (plus * max(0, largest - weight) * scale + 1 << 14) >> 15
        minus = (minus * min(weight, largest) * scale + 1 << 14) >> 15
      }
      return 256 * weight + plus - minus
    }

    func weight(_ weight: Int, causal: Int, acausal: Int) -> Int {
      let moved = (change(of: weight, causal: causal, acausal: acausal) + 128) >> 8
      return max(0, min(largest, moved))
    }
  }

  @Test(
    "New weights are those of the rule in whole numbers; sensors then start anew",
    arguments: [
      (Rule(), 256), (Rule(gains: (128, -77)), 200), (Rule(gains: (-128, 40), deadZone: 14), 130),
      (Rule(gains: (128, 128), isMultiplicative: true), 256),
      (Rule(gains: (90, 120), isMultiplicative: true, largest: 40), 97),
    ])
  func rule(rule: Rule, columns: Int) throws {
    var test = try CorrelationCase(
      Self.program,
      [
        "gain_causal": Int32(rule.gains.causal), "gain_acausal": Int32(rule.gains.acausal),
        "multiplicative": rule.isMultiplicative ? 1 : 0, "weight_max": Int32(rule.largest),
        "dead_zone": Int32(rule.deadZone), "stochastic": 0, "columns": Int32(columns),
      ])
    _ = test.chip.run(until: ClockTime(cycles: 30_000))
    #expect(test.mailbox(0) == 1 && test.mailbox(8) == 0)
    for update in 1...2 {
      try test.stimulate(pairs: 12)
      let end = UInt64(2 * update * CorrelationCase.periodTicks)
      _ = test.chip.run(until: ClockTime(cycles: end))
      let before = CorrelationCase.rows.map { test.weights(row: $0) }
      let stored = CorrelationCase.rows.map { row in
        (0..<256).map { column in
          CorrelationSensor.allCases.map { test.stored($0, row: row, column: column) }
        }
      }
      test.run(updates: UInt32(update))
      #expect(test.mailbox(0x10) == UInt32(update))
      var moved = 0
      for (index, row) in CorrelationCase.rows.enumerated() {
        let after = test.weights(row: row)
        for column in 0..<256 {
          let old = before[index][column]
          let (causal, acausal) = (stored[index][column][0], stored[index][column][1])
          let expected =
            column < columns ? rule.weight(old, causal: causal, acausal: acausal) : old
          #expect(after[column] == expected, "row \(row), column \(column), update \(update)")
          moved += after[column] != old ? 1 : 0
          let rest = test.stored(.causal, row: row, column: column)
          #expect(rest == 0, "sensors are reset, or off")
        }
      }
      #expect(moved > columns / 2)
    }
    #expect(test.weights(row: 16).allSatisfy { $0 == 63 })
  }

  @Test("Random rounding is right in the mean and never off by a code")
  func stochastic() throws {
    var test = try CorrelationCase(Self.program, ["gain_causal": 9, "gain_acausal": 5])
    var (sum, expected, up, count) = (0.0, 0.0, 0, 0)
    for update in 1...4 {
      try test.stimulate(pairs: 12)
      _ = test.chip.run(until: ClockTime(cycles: UInt64(2 * update * CorrelationCase.periodTicks)))
      var wanted: [[Double]] = []
      for row in CorrelationCase.rows {
        for column in 0..<256 { test.chip.setWeight(30, .top, row: row, column: column) }
        wanted.append(
          (0..<256).map { column in
            Double(
              Rule(gains: (9, 5)).change(
                of: 30, causal: test.stored(.causal, row: row, column: column),
                acausal: test.stored(.acausal, row: row, column: column))) / 256
          })
      }
      test.run(updates: UInt32(update))
      for (row, wanted) in zip(CorrelationCase.rows, wanted) {
        for (weight, wanted) in zip(test.weights(row: row), wanted) {
          #expect((Double(weight) - wanted).magnitude < 1)
          sum += Double(weight)
          expected += wanted
          up += Double(weight) > wanted ? 1 : 0
          count += 1
        }
      }
    }
    // Each rounding has a deviation of at most half a code: four of the mean's.
    #expect((sum - expected).magnitude < 4 * 0.5 * Double(count).squareRoot())
    #expect(up > 50 && count == 2048)
  }

  @Test("Parameters out of their limits stop the program with their number")
  func refused() throws {
    for (name, value, status) in [
      ("columns", Int32(257), UInt32(1)), ("first_row", 256, 2), ("rows", 0, 3),
      ("period_ticks", 999, 5), ("gain_acausal", -129, 8), ("dead_zone", 256, 12),
      ("rows", 125, 64),
    ] {
      var test = try CorrelationCase(Self.program, [name: value])
      let stop = test.chip.run(until: ClockTime(cycles: 100_000), stopping: .whenAsleep)
      #expect(stop == .asleep)
      #expect(test.mailbox(8) == status && test.mailbox(0) == 0, "\(name)")
    }
  }

  @Test("A run of some updates ends by itself, with the events and weights of the golden trace")
  func golden() throws {
    var test = try CorrelationCase(
      Self.program, ["updates": 2, "gain_causal": 60, "gain_acausal": 30, "columns": 20])
    for column in 20..<256 {
      test.chip.setBackend(
        NeuronIndex(.top, column: column), addressOut: 0, isEnabled: false)
    }
    test.chip.isRecording = true
    var events: [SpikeEvent] = []
    var buffer: [SpikeEvent] = []
    for update in UInt32(1)...2 {
      try test.stimulate(pairs: 3)
      test.run(updates: update)
      test.chip.takeEvents(into: &buffer)
      events += buffer
    }
    let stop = test.chip.run(until: ClockTime(cycles: .max), stopping: .whenAsleep)
    #expect(stop == .asleep && test.mailbox(8) == 0)
    let folder = try TemporaryFolder()
    let path = folder.path("run.spikes")
    var header = SpikeTraceHeader(toolVersion: "0.1.0")
    header.chipSeed = 3
    header.programName = "firmware/\(Self.program)"
    header.arrays = CorrelationCase.rows.map { row in
      .init(
        "final_weights_row_\(row)", shape: [20],
        values: test.weights(row: row)[..<20].map { Int16($0) })
    }
    let writer = try TraceWriter(path: path, form: .text, header: header)
    try writer.append(contentsOf: events)
    try writer.finish()
    try expectGolden(
      try String(contentsOfFile: path, encoding: .utf8), at: "traces/correlation-stdp.spikes")
  }
}
