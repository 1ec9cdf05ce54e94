import Assembler
import Chip
import ChipGeometry
import Debugging
import Foundation
import Learning
import PlasticityProcessor
import TestSupport
import Testing

/// Programs that run under an observer's eyes.
@Suite struct ExecutionTests {
  /// A small network, two samples a batch.
  static var options: TrainingOptions {
    var options = TrainingOptions()
    options.session.hiddenCount = 30
    options.session.parameters = [.init("batch", 2)]
    options.trainingCount = 40
    return options
  }

  static func execution() throws -> SessionExecution {
    SessionExecution(try session(), samples: TrainingRun.firstSamples(4, options))
  }

  static func session() throws -> LearningSession {
    let path = repository.appendingPathComponent("firmware/eventprop.s").path
    let program = LearningProgram(
      try Assembler.assemble(files: [path]).image, name: "eventprop.s")
    return try LearningSession(program, options.sessionConfiguration)
  }

  /// The same without any observer.
  static func unobserved() throws -> (hash: String, instructions: UInt64) {
    var session = try session()
    try session.start()
    for sample in TrainingRun.firstSamples(4, options) { _ = try session.present(sample) }
    return (session.chip.stateHash, session.chip.instructionCount(.top))
  }

  /// Counts what it sees and pauses now and then.
  struct Watcher: ChipObserver, ~Copyable {
    var pausesEvery: UInt64 = .max
    var pausesAtEvents = false
    var wantsPause = false
    private(set) var instructions: UInt64 = 0
    private(set) var announced: UInt64 = 0
    private(set) var events: [SpikeEvent] = []

    mutating func willExecute(_ processor: borrowing PlasticityProcessor) { announced += 1 }
    mutating func didExecute(_ processor: borrowing PlasticityProcessor) {
      instructions += 1
      wantsPause = instructions.isMultiple(of: pausesEvery)
    }
    mutating func didEmit(_ event: SpikeEvent) {
      events.append(event)
      if pausesAtEvents { wantsPause = true }
    }
    mutating func forget() { events = [] }
    mutating func goOn() { wantsPause = false }
  }

  @Test("An observer sees every instruction and every event, and changes nothing")
  func seesAll() throws {
    let expected = try Self.unobserved()
    let execution = try Self.execution()
    var watcher = Watcher()
    let stop = try execution.run(observer: &watcher)
    #expect(stop == .finished("all 4 samples are through"))
    #expect(execution.stateHash == expected.hash)
    #expect(watcher.instructions == expected.instructions)
    #expect(watcher.announced == expected.instructions)
    #expect(watcher.events.count { $0.flags.contains(.endOfSample) } == 4)
    #expect(watcher.events.count > 4 * 10)
  }

  @Test("Pauses at instructions and events, with checkpoints between, change nothing")
  func pausesAndCheckpoints() throws {
    let expected = try Self.unobserved()
    let execution = try Self.execution()
    var watcher = Watcher(pausesEvery: 997, pausesAtEvents: true)
    var pauses = 0
    var checkpoints: [ExecutionCheckpoint] = []
    while try execution.run(observer: &watcher) == .paused {
      watcher.goOn()
      pauses += 1
      if pauses.isMultiple(of: 40) { checkpoints.append(execution.checkpoint()) }
      if pauses == 110 { try execution.restore(checkpoints[0]) }
    }
    #expect(pauses > 150)
    #expect(execution.sampleCount == 4)
    #expect(execution.stateHash == expected.hash)
    for checkpoint in checkpoints {
      try execution.restore(checkpoint)
      var quiet = Watcher()
      let stop = try execution.run(observer: &quiet)
      #expect(stop == .finished("all 4 samples are through"))
      #expect(execution.stateHash == expected.hash)
    }
  }

  @Test("Memory is inspected without side effects")
  func inspection() throws {
    let expected = try Self.unobserved()
    let execution = try Self.execution()
    var watcher = Watcher(pausesEvery: 5001)
    while try execution.run(observer: &watcher) == .paused {
      watcher.goOn()
      for region in [AddressMap.synapseWeights, AddressMap.synapseLabels] {
        #expect(execution.read(at: region.base, byteCount: 256)?.count == 256)
      }
      for region in [
        AddressMap.recorderEntries, AddressMap.recorderRegisters, AddressMap.timer,
        AddressMap.delayLines, AddressMap.delayTaps, AddressMap.counters,
      ] {
        #expect(execution.read(at: region.base, byteCount: 4)?.count == 4)
      }
      #expect(execution.read(at: AddressMap.randomGenerators.base, byteCount: 1) == nil)
      #expect(execution.read(at: AddressMap.columnADC.base, byteCount: 1) == nil)
      #expect(execution.read(at: 0xFFFF_FFF0, byteCount: 4) == nil)
    }
    #expect(execution.stateHash == expected.hash)
    // Weights that the program has written are not all zero.
    let row = execution.read(at: AddressMap.synapseWeights.base, byteCount: 65536)
    #expect(row?.contains { $0 != 0 } == true)
    let address = AddressMap.synapseWeights.base + 300
    #expect(execution.write([21, 22], at: address))
    #expect(execution.read(at: address, byteCount: 2) == [21, 22])
    #expect(!execution.write([1], at: AddressMap.timer.base))
  }

  @Test("A chip with a plain program pauses where it shall and ends the same")
  func plainProgram() throws {
    let image = try Assembler.assemble(
      text: """
        _start: li a0, 300
        loop:   addi a0, a0, -1
                sw a0, 0x200(zero)
                bnez a0, loop
                li a7, 64
                li a1, 0x200
                li a2, 3
                ecall
                wfi
        """
    ).image
    let program = LearningProgram(image, name: "t").program
    func chip() throws -> Chip {
      var chip = Chip()
      try chip.load(program, into: .top)
      return chip
    }
    var reference = try chip()
    _ = reference.run(until: ClockTime(cycles: 1_000_000), stopping: .whenAsleep)
    _ = reference.run(until: ClockTime(cycles: 1_000_000), stopping: .whenAsleep)
    let execution = ChipExecution(
      try chip(), subject: .top, lastEvent: ClockTime(cycles: 0), end: nil)
    var watcher = Watcher(pausesEvery: 1)
    var pauses: UInt64 = 0
    while try execution.run(observer: &watcher) == .paused {
      watcher.goOn()
      pauses += 1
    }
    #expect(pauses == reference.instructionCount(.top))
    #expect(execution.stateHash == reference.stateHash)
    #expect(execution.takeOutput() == [0, 0, 0])
    #expect(execution.takeOutput() == [])
  }
}
