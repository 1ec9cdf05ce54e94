import Chip
import ChipGeometry
import Testing

@Suite struct HomeostasisTests {
  @Test(
    "Weights move by gain times missing spikes, within the limit, and counters begin anew",
    arguments: [(Int32(37), Int32(5), Int32(400)), (-20, 3, 16_383), (127, 9, 900)])
  func rule(gain: Int32, target: Int32, limit: Int32) throws {
    let columns = 150
    var test = try CorrelationCase(
      "homeostasis.s",
      [
        "gain": gain, "target": target, "limit": limit, "stochastic": 0,
        "columns": Int32(columns), "weight_max": 50,
      ])
    // Every third column does not spike.
    for row in CorrelationCase.driveRows {
      for column in stride(from: 0, to: 256, by: 3) {
        test.chip.setWeight(0, .top, row: row, column: column)
      }
    }
    _ = test.chip.run(until: ClockTime(cycles: 10_000))
    #expect(test.mailbox(0) == 1 && test.chip.isSpikeOnly(.top) == true)
    for (update, spikes) in [(UInt32(1), 7), (2, 3)] {
      try test.stimulate(pairs: spikes)
      let before = CorrelationCase.rows.map { test.weights(row: $0) }
      test.run(updates: update)
      for (row, before) in zip(CorrelationCase.rows, before) {
        for (column, (old, new)) in zip(before, test.weights(row: row)).enumerated() {
          let count = column % 3 == 0 ? 0 : spikes
          let change = max(-Int(limit), min(Int(limit), Int(gain) * (Int(target) - count)))
          let moved = max(0, min(50, (256 * old + change + 128) >> 8))
          #expect(new == (column < columns ? moved : old), "row \(row), column \(column)")
        }
      }
    }
    #expect(test.weights(row: 16)[1] == 63 && test.chip.analogReadCount == 0)
  }

  @Test("A counter that has wrapped is taken as 256")
  func overflow() throws {
    var test = try CorrelationCase(
      "homeostasis.s",
      ["gain": 3, "target": 255, "limit": 16_383, "stochastic": 0, "period_ticks": 2_500_000])
    let before = test.weights(row: 8)
    try test.stimulate(pairs: 300)
    let end = test.chip.now.cycles + 6_000_000
    while test.mailbox(0x10) < 1 && test.chip.now.cycles < end {
      _ = test.chip.run(until: ClockTime(cycles: test.chip.now.cycles + 50_000))
    }
    // 3 (255 - 256) rounds to nothing; 300 spikes would take a code, 300 - 256 give two.
    #expect(test.mailbox(0x10) == 1 && test.weights(row: 8) == before)
  }
}
