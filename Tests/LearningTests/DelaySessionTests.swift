import Chip
import ChipGeometry
import Learning
import SpikeTrace
import TestSupport
import Testing

/// Short runs of the programs that use one spike per neuron.
@Suite struct DelaySessionTests {
  static var options: TrainingOptions {
    var options = SessionTests.options
    options.session.outputRange = 4
    return options
  }

  @Test("Delays are learned, written to the lines, and the same in replay and from a checkpoint")
  func reproducibility() throws {
    let program = try SessionTests.program(named: "delgrad.s")
    _ = try Self.expectReproducible(program, Self.options, masters: "delay_masters")
  }

  /// Two epochs that move all delays, and what must come out the same: what the chip holds, the second
  /// epoch after a checkpoint, a replay of the trace, whose header has the delays in that array.
  static func expectReproducible(
    _ program: LearningProgram, _ options: TrainingOptions, masters array: String
  ) throws -> (start: DelayMasters, learned: DelayMasters, held: SourceDelays) {
    var run = try TrainingRun(program, options)
    let start = try #require(try run.session.masters().delays)
    let folder = try TemporaryFolder()
    let path = folder.path("run.trace")
    let header = try run.session.traceHeader(toolVersion: "t", dataSeed: 1, task: "yin-yang")
    #expect(header.array(array)?.values == start.values)
    run.session.trace = try TraceWriter(path: path, form: .binary, header: header)
    _ = try run.runEpoch()
    let checkpoint = run.checkpoint()
    _ = try run.runEpoch()
    try run.session.trace?.finish()
    let masters = try run.session.masters()
    let delays = try #require(masters.delays)
    let held = run.session.delays()
    #expect(delays.inputs != start.inputs && delays.hidden != start.hidden)
    #expect(delays.values.map(DelayMasters.ticks) == held.ticks.map { Int($0) })

    var resumed = try TrainingRun(resuming: checkpoint, program, options)
    _ = try resumed.runEpoch()
    #expect(try resumed.session.masters() == masters)

    let reader = try TraceReader(path: path)
    var replay = try ReplaySession(program, reader.header)
    while let event = try reader.next() { _ = try replay.replay(event) }
    #expect(replay.sampleCount == 100)
    #expect(try replay.session.masters() == masters)
    #expect(replay.session.delays() == held)
    return (start, delays, held)
  }

  @Test("Preloaded delays are in the lines before the first sample; without them there are none")
  func preload() throws {
    let program = try SessionTests.program(named: "delgrad.s")
    var masters = try TrainingRun(program, Self.options).session.masters()
    masters.delays = DelayMasters(
      inputs: (0..<5).map { 160 * $0 + 7 }, hidden: (0..<30).map { 320 * $0 + 8 })
    let run = try TrainingRun(program, Self.options, weights: masters)
    let ticks = run.session.delays().ticks
    #expect(ticks == (0..<5).map { 10 * $0 } + (0..<30).map { 20 * $0 + 1 })
    masters.delays = nil
    let plain = try TrainingRun(program, Self.options, weights: masters)
    #expect(plain.session.delays().ticks.allSatisfy { $0 == 0 })
  }

  @Test("The gradients are those of the reference, whose are the simulator's, delays included")
  func gradients() throws {
    var check = FirmwareGradientCheck(try SessionTests.program(named: "delgrad.s"))
    check.hiddenCounts = [16, 30]
    check.trainedBatches = 2
    check.differenceNeurons = 2
    check.batch = 10
    check.options.session.outputRange = 4
    for index in 0..<2 {
      let result = try check.run(index)
      #expect(result.bounded.cosine >= 0.999, "case \(index)")
      #expect(try #require(result.delays).cosine >= 0.999, "case \(index)")
      #expect(try #require(result.invariant).boundShare <= 1, "case \(index)")
      #expect(try #require(result.differences).agreement.relativeError <= 1e-6)
    }
  }

  @Test("Fast & Deep: the same rule without delays, with cross-entropy")
  func fastAndDeep() throws {
    let program = try SessionTests.program(named: "fastdeep.s")
    #expect(!program.learnsDelays && program.rule == .delGrad)
    var check = FirmwareGradientCheck(program)
    check.hiddenCounts = [30]
    check.trainedBatches = 2
    check.differenceNeurons = 0
    check.batch = 10
    for index in 0..<2 { #expect(try check.run(index).bounded.cosine >= 0.999, "case \(index)") }
    let run = try TrainingRun(program, SessionTests.options)
    #expect(run.session.delays().ticks.allSatisfy { $0 == 0 })
    #expect(try run.session.masters().delays == nil)
  }
}
