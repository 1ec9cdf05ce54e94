import Assembler
import Chip
import Foundation
import Learning
import SpikeTrace
import TestSupport
import Testing

/// Short runs of the EventProp program on the simulated chip.
@Suite struct SessionTests {
  static func program(named name: String = "eventprop.s") throws -> LearningProgram {
    let path = repository.appendingPathComponent("firmware/\(name)").path
    return LearningProgram(try Assembler.assemble(files: [path]).image, name: name)
  }

  static func program(_ source: String) throws -> LearningProgram {
    LearningProgram(try Assembler.assemble(text: source).image, name: "test.s")
  }

  /// 4-30-3 with bias, two batches an epoch.
  static var options: TrainingOptions {
    var options = TrainingOptions()
    options.session.hiddenCount = 30
    options.session.parameters = [.init("batch", 20)]
    options.trainingCount = 40
    options.validationCount = 10
    options.testCount = 10
    return options
  }

  /// What is left of a run: weights and the state of the whole chip.
  struct Outcome: Equatable {
    var weights: String
    var chip: String

    init(_ run: borrowing TrainingRun) throws {
      weights = try run.session.masters().sha256
      chip = run.session.chip.stateHash
    }
  }

  @Test("Recorded or not, and broken by a checkpoint, a run is the same; replay learns the same")
  func reproducibility() throws {
    let program = try Self.program()
    var plain = try TrainingRun(program, Self.options)
    for _ in 0..<2 { _ = try plain.runEpoch() }
    let expected = try Outcome(plain)
    #expect(try expected.weights != TrainingRun(program, Self.options).session.masters().sha256)

    let folder = try TemporaryFolder()
    var recorded = try TrainingRun(program, Self.options)
    let first = folder.path("first.trace")
    let header = try recorded.session.traceHeader(toolVersion: "t", dataSeed: 1, task: "yin-yang")
    recorded.session.trace = try TraceWriter(path: first, form: .binary, header: header)
    _ = try recorded.runEpoch()
    let checkpoint = recorded.checkpoint()
    _ = try recorded.runEpoch()
    try recorded.session.trace?.finish()
    #expect(try Outcome(recorded) == expected)

    var resumed = try TrainingRun(resuming: checkpoint, program, Self.options)
    let second = folder.path("second.trace")
    let state = try resumed.session.traceHeader(toolVersion: "t", dataSeed: 1, task: "yin-yang")
    resumed.session.trace = try TraceWriter(path: second, form: .binary, header: state)
    _ = try resumed.runEpoch()
    try resumed.session.trace?.finish()
    #expect(try Outcome(resumed) == expected)

    for (path, samples) in [(first, 100), (second, 50)] {
      let reader = try TraceReader(path: path)
      var replay = try ReplaySession(program, reader.header)
      while let event = try reader.next() { _ = try replay.replay(event) }
      #expect(replay.sampleCount == samples)
      #expect(try replay.session.masters().sha256 == expected.weights)
    }
  }

  @Test("The golden trace of a short learning run is current, in every build configuration")
  func golden() throws {
    var run = try TrainingRun(try Self.program(), Self.options)
    let folder = try TemporaryFolder()
    let path = folder.path("run.spikes")
    let header = try run.session.traceHeader(toolVersion: "0.1.0", dataSeed: 1, task: "yin-yang")
    run.session.trace = try TraceWriter(path: path, form: .text, header: header)
    let report = try run.runEpoch()
    try run.session.trace?.finish()
    #expect(report.analogReads == 0)
    let isSpikeOnly = run.session.chip.isSpikeOnly(.top)
    #expect(isSpikeOnly)
    try expectGolden(
      try String(contentsOfFile: path, encoding: .utf8), at: "traces/eventprop-short.spikes")
  }

  @Test("The program's gradients are the reference's, whose are the simulator's")
  func gradients() throws {
    var check = FirmwareGradientCheck(try Self.program())
    check.hiddenCounts = [16, 30]
    check.trainedBatches = 2
    check.differenceNeurons = 2
    check.batch = 10
    for slots in [1, 4] {
      check.options.session.parameters = [.init("spike_slots", Int32(slots))]
      check.options.session.refractoryTicks = slots == 1 ? 4000 : 250
      for index in 0..<2 {
        let result = try check.run(index)
        #expect(result.bounded.cosine >= 0.999, "case \(index), \(slots) spikes per neuron")
        #expect(try #require(result.differences).agreement.relativeError <= 1e-6)
      }
    }
  }

  @Test("A damaged checkpoint, and one of other options, is refused")
  func checkpoints() throws {
    let program = try Self.program()
    let bytes = try TrainingRun(program, Self.options).checkpoint()
    #expect(throws: TrainingCheckpointError.notACheckpoint) {
      _ = try TrainingRun(resuming: Array(bytes.dropFirst(3)), program, Self.options)
    }
    // In the checksum, the training's part (epoch, samples, reports) and the chip's.
    for place in [8, 71, 235, 242, 250, 300, bytes.count / 2, bytes.count - 1] {
      var flipped = bytes
      flipped[place] ^= 0x80
      #expect(throws: TrainingCheckpointError.damaged, "byte \(place)") {
        _ = try TrainingRun(resuming: flipped, program, Self.options)
      }
    }
    for change in [{ $0.outputRange = 5 }, { $0.hasBias = false }, { $0.sampleTicks = 5000 }]
      as [(inout SessionConfiguration) -> Void]
    {
      var other = Self.options
      change(&other.session)
      do {
        _ = try TrainingRun(resuming: bytes, program, other)
        Issue.record("another network was accepted")
      } catch {
        #expect("\(error)".contains("made with network 4+bias-30-3, ranges 8.0, 2.0"), "\(error)")
      }
    }
    #expect(throws: TrainingCheckpointError.self) {
      _ = try TrainingRun(resuming: Array(bytes.dropLast(9)), program, Self.options)
    }
    var other = Self.options
    other.dataSeed = 2
    #expect(
      throws: TrainingCheckpointError.otherRun(what: "data seed", found: "1", expected: "2")
    ) {
      _ = try TrainingRun(resuming: bytes, program, other)
    }
  }

  static func message(_ program: LearningProgram, _ options: TrainingOptions) -> String {
    do {
      _ = try TrainingRun(program, options)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test("Programs that trap, end, never get ready or refuse, and what does not fit, are named")
  func errors() throws {
    let parameters = Self.options.sessionConfiguration.settings
      .map { "  .globl param_\($0.name)\nparam_\($0.name): .word 0" }.joined(separator: "\n")
    func program(_ text: String) throws -> LearningProgram {
      try Self.program("_start:\n\(text)\n  .data\n\(parameters)\n")
    }
    var options = Self.options
    options.session.watchdogCycles = 10_000
    #expect(
      Self.message(try program("loop: j loop"), options)
        == "initialisation: the program was not ready after 10000 cycles: it runs at pc 0x0")
    #expect(
      Self.message(try program("wfi\n j _start"), options)
        == "initialisation: the program was not ready after 10000 cycles: it sleeps at pc 0x4")
    #expect(
      Self.message(try program("li a7, 93\n li a0, 7\n ecall"), options)
        == "initialisation: the program ended with code 7 instead of waiting for samples")
    let trap = Self.message(try program("nop\n .word 0"), options)
    #expect(trap.hasPrefix("initialisation: the program trapped at pc 0x4: "), "\(trap)")

    let eventprop = try Self.program()
    options = Self.options
    options.session.parameters.append(.init("learning_rate", 1))
    #expect(
      Self.message(eventprop, options).hasPrefix("the program has no parameter 'learning_rate'"))
    options = Self.options
    options.session.parameters.append(.init("batch", 0))
    #expect(
      Self.message(eventprop, options)
        == "initialisation: the program stopped with STATUS 15: parameter 'batch' is outside its "
        + "limits")
    options = Self.options
    options.session.hiddenCount = 241
    #expect(
      Self.message(eventprop, options)
        == "the network does not fit: it needs 241 hidden neurons, there are 240 (both hemispheres, 30 "
        + "in each of the column blocks 0 to 3: an event output reaches one PADI bus, whose drivers 0 "
        + "to 29 they need)")
  }
}
