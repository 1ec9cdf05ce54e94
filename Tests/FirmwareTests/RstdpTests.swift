import AnalogCore
import Chip
import ChipGeometry
import Testing

@Suite struct RstdpTests {
  /// Two states, rows 8 and 10; column 7 alone spikes at events 2 too.
  static func makeCase(_ parameters: [String: Int32] = [:]) throws -> CorrelationCase {
    var test = try CorrelationCase(
      "rstdp.s",
      [
        "states": 2, "actions": 40, "stochastic": 0, "gain_causal": 64,
        "expectation_shift": 1,
      ].merging(parameters) {
        _, new in new
      })
    test.chip.setSynapseLabel(2, .top, row: 17, column: 7)
    return test
  }

  static func send(_ label: UInt32, after ticks: UInt64, _ test: inout CorrelationCase) throws {
    try test.chip.enqueue(
      SpikeEvent(
        tick: test.chip.now.ticks + ticks, label: EventLabel(UInt16(label)), flags: .teacher))
  }

  @Test("The row of the state follows reward less expectation; the neuron with most spikes decides")
  func rule() throws {
    var test = try Self.makeCase()
    _ = test.chip.run(until: ClockTime(cycles: 30_000))
    #expect(test.mailbox(0) == 1)
    var expected = 0
    for (trial, reward) in [(UInt32(1), 200), (2, 0), (3, 255)] {
      try test.stimulate(pairs: 9)
      try test.chip.enqueue(
        SpikeEvent(
          tick: test.chip.now.ticks + 70_000, label: EventLabel(2), flags: .stimulus))
      try Self.send(ProgramInterface.endOfSampleLabel + 1, after: 75_000, &test)
      _ = test.chip.run(until: ClockTime(cycles: test.chip.now.cycles + 155_000))
      #expect(test.mailbox(0x0C) == trial && test.mailbox(4) == 7)
      #expect(test.mailbox(0x10) == trial - 1 && test.mailbox(0) == trial)
      let before = CorrelationCase.rows.map { test.weights(row: $0) }
      let stored = (0..<40).map { test.stored(.causal, row: 10, column: $0) }
      #expect(stored.contains { $0 > 2 })
      try Self.send(ProgramInterface.teacherLabel + UInt32(reward), after: 10, &test)
      _ = test.chip.run(until: ClockTime(cycles: test.chip.now.cycles + 10_000))
      #expect(test.mailbox(0x10) == trial && test.mailbox(0) == trial + 1)
      let difference = 256 * reward - expected
      expected += difference >> 1
      let rule = CorrelationStdpTests.Rule(gains: ((64 * difference) >> 15, 0))
      for (column, new) in test.weights(row: 10).enumerated() {
        let old = before[1][column]
        let moved =
          column < 40 ? rule.weight(old, causal: stored[column], acausal: 0) : old
        #expect(new == moved, "trial \(trial), column \(column)")
      }
      #expect(test.weights(row: 8) == before[0])
    }
  }

  @Test("A state that there is not, and rows that there are not, stop the program")
  func refused() throws {
    var test = try Self.makeCase()
    _ = test.chip.run(until: ClockTime(cycles: 30_000))
    try Self.send(ProgramInterface.endOfSampleLabel + 2, after: 10, &test)
    _ = test.chip.run(until: ClockTime(cycles: 40_000))
    #expect(test.mailbox(8) == 65)
    var rows = try Self.makeCase(["states": 16, "row_step": 17])
    _ = rows.chip.run(until: ClockTime(cycles: 30_000))
    #expect(rows.mailbox(8) == 64 && rows.mailbox(0) == 0)
    // A reward before any trial teaches nothing.
    var early = try Self.makeCase()
    _ = early.chip.run(until: ClockTime(cycles: 30_000))
    try Self.send(ProgramInterface.teacherLabel + 9, after: 10, &early)
    _ = early.chip.run(until: ClockTime(cycles: 40_000))
    #expect(early.mailbox(0x10) == 0 && early.mailbox(0) == 1 && early.mailbox(8) == 0)
  }
}
