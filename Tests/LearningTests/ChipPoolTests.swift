import AnalogCore
import Chip
import ChipGeometry
import Learning
import SpikeTrace
import TestSupport
import Testing

/// Learning while the circuits are redrawn.
@Suite struct ChipPoolTests {
  static var options: TrainingOptions {
    var options = SessionTests.options
    options.pool = ChipPool(seeds: [1001, 1002, 1003], samplesPerTurn: 8)
    return options
  }

  static func own(_ run: borrowing TrainingRun) -> [Double] {
    var thresholds: [Double] = []
    for column in 0..<30 {
      let neuron = NeuronIndex(.top, column: column)
      thresholds.append(run.session.chip.realisedParameters(of: neuron).threshold)
    }
    return thresholds
  }

  @Test("A pool changes what is learned; replay and a run from a checkpoint learn the same")
  func reproducibility() throws {
    let program = try SessionTests.program()
    let folder = try TemporaryFolder()
    let path = folder.path("run.trace")
    var run = try TrainingRun(program, Self.options)
    let before = Self.own(run)
    let header = try run.session.traceHeader(toolVersion: "t", dataSeed: 1, task: "yin-yang")
    run.session.trace = try TraceWriter(path: path, form: .binary, header: header)
    _ = try run.runEpoch()
    let after = Self.own(run)
    #expect(after == before, "validation sees the chip's own circuits")
    let checkpoint = run.checkpoint()
    _ = try run.runEpoch()
    try run.session.trace?.finish()
    let masters = try run.session.masters()

    var resumed = try TrainingRun(resuming: checkpoint, program, Self.options)
    _ = try resumed.runEpoch()
    #expect(try resumed.session.masters() == masters)
    let same = resumed.session.chip.stateHash == run.session.chip.stateHash
    #expect(same)

    let reader = try TraceReader(path: path)
    var replay = try ReplaySession(program, reader.header)
    while let event = try reader.next() { _ = try replay.replay(event) }
    #expect(try replay.session.masters() == masters)

    var without = SessionTests.options
    var other = Self.options
    other.pool?.seeds = [1004, 1002, 1003]
    without.pool = nil
    for options in [without, other] {
      var run = try TrainingRun(program, options)
      for _ in 0..<2 { _ = try run.runEpoch() }
      #expect(try run.session.masters() != masters)
    }
    #expect(
      throws: TrainingCheckpointError.otherRun(
        what: "chip pool", found: "[1001, 1002, 1003], 8 samples each", expected: "none")
    ) { _ = try TrainingRun(resuming: checkpoint, program, without) }
  }

  @Test("A pool of the chip alone is no pool")
  func alone() throws {
    let program = try SessionTests.program()
    var options = SessionTests.options
    options.session.chip.analog.thresholdNoise = 0
    var plain = try TrainingRun(program, options)
    options.pool = ChipPool(seeds: [1], samplesPerTurn: 7)
    var pooled = try TrainingRun(program, options)
    _ = try plain.runEpoch()
    _ = try pooled.runEpoch()
    #expect(try plain.session.masters() == pooled.session.masters())
  }

  @Test("Every member has its turn once a round, in another order each round")
  func turns() {
    let pool = ChipPool(seeds: (0..<20).map { $0 }, samplesPerTurn: 40)
    let rounds = (0..<3).map { round in
      (0..<20).map { pool.member(turn: 20 * round + $0, dataSeed: 1) }
    }
    #expect(rounds.allSatisfy { Set($0).count == 20 })
    #expect(rounds[0] != rounds[1] && rounds[1] != rounds[2])
    #expect(pool.member(turn: 3, dataSeed: 1) == rounds[0][3])
    #expect(ChipPool.defaultSeeds(chipSeed: 2, count: 3) == [2001, 2002, 2003])
    #expect(pool.turnCount(samples: 5000) == 125 && pool.turnCount(samples: 41) == 2)
  }
}
