import Chip
import ChipGeometry
import Learning
import SpikeTrace
import TestSupport
import Testing

/// Programs that learn on both processors.
@Suite struct BothProcessorsTests {
  /// Each processor has 15 hidden neurons.
  static func options(of program: String) -> TrainingOptions {
    var options = program == "delgrad.s" ? DelaySessionTests.options : SessionTests.options
    options.session.parameters.append(.init("processors", 2))
    return options
  }

  @Test(
    "Learning on both processors is the same in replay, from a checkpoint and from its weights",
    arguments: ["eventprop.s", "delgrad.s"])
  func reproducibility(name: String) throws {
    let program = try SessionTests.program(named: name)
    let options = Self.options(of: name)
    var run = try TrainingRun(program, options)
    let start = try run.session.masters()
    #expect(start.hiddenCount == 30 && Set(start.hidden).count > 100)
    let folder = try TemporaryFolder()
    let path = folder.path("run.trace")
    let header = try run.session.traceHeader(toolVersion: "t", dataSeed: 1, task: "yin-yang")
    run.session.trace = try TraceWriter(path: path, form: .binary, header: header)
    _ = try run.runEpoch()
    let checkpoint = run.checkpoint()
    try run.session.trace?.finish()
    run.session.trace = nil
    let middle = try run.session.masters()
    let report = try run.runEpoch()
    #expect(report.training.hiddenSpikes > 0 && report.analogReads == 0)
    let masters = try run.session.masters()
    #expect(zip(middle.hidden, start.hidden).filter { $0.0 != $0.1 }.count > 100)
    #expect(masters.output != middle.output)

    var resumed = try TrainingRun(resuming: checkpoint, program, options)
    let second = folder.path("second.trace")
    let state = try resumed.session.traceHeader(toolVersion: "t", dataSeed: 1, task: "yin-yang")
    resumed.session.trace = try TraceWriter(path: second, form: .binary, header: state)
    _ = try resumed.runEpoch()
    try resumed.session.trace?.finish()
    #expect(try resumed.session.masters() == masters)
    for (trace, samples, expected) in [(path, 50, middle), (second, 50, masters)] {
      let reader = try TraceReader(path: trace)
      var replay = try ReplaySession(program, reader.header)
      while let event = try reader.next() { _ = try replay.replay(event) }
      #expect(replay.sampleCount == samples)
      #expect(try replay.session.masters() == expected)
    }
    let preloaded = try TrainingRun(program, options, weights: masters)
    #expect(try preloaded.session.masters() == masters)
  }

  @Test("The gradients of 4-240-3 are the reference's, and of small networks with several spikes")
  func gradients() throws {
    for (name, hidden, slots) in [
      ("eventprop.s", 240, 1), ("delgrad.s", 240, 1), ("fastdeep.s", 31, 1), ("eventprop.s", 21, 4),
    ] {
      var check = FirmwareGradientCheck(try SessionTests.program(named: name))
      check.options = Self.options(of: name)
      check.options.session.parameters = [
        .init("processors", 2), .init("spike_slots", Int32(slots)),
      ]
      if name == "fastdeep.s" { check.options.session.parameters.append(.init("loss", 1)) }
      check.options.session.refractoryTicks = slots == 1 ? 4000 : 250
      check.hiddenCounts = [hidden]
      check.trainedBatches = 1
      check.differenceNeurons = 0
      check.batch = 8
      for index in hidden < 100 ? 0..<2 : 0..<1 {
        let result = try check.run(index)
        #expect(result.bounded.cosine >= 0.999, "\(name) \(hidden), case \(index)")
        if let delays = result.delays { #expect(delays.cosine >= 0.999, "\(name) delays") }
      }
    }
  }

  @Test("A sample that overflows one recorder is learned by neither processor, and nothing hangs")
  func overflow() throws {
    let program = try SessionTests.program(named: "eventprop.s")
    var session = try LearningSession(program, Self.options(of: "eventprop.s").session)
    try session.start()
    let inputs: [UInt64] = [200, 400, 600, 800, 675]
    _ = try session.present(PresentedSample(inputTicks: inputs, teacher: 1))
    #expect(session.mailbox("TAUGHT") == 1)
    // Only the bottom processor's recorder takes these for spikes of its own neurons.
    for index in 0..<600 {
      try session.chip.enqueue(
        SpikeEvent(
          tick: session.chip.now.ticks + 5000 + UInt64(index), label: EventLabel(0x3F1F),
          flags: [.neuron, .bottom]))
    }
    _ = try session.present(PresentedSample(inputTicks: inputs, teacher: 1))
    #expect(session.mailbox("TAUGHT") == 1)
    _ = try session.present(PresentedSample(inputTicks: inputs, teacher: 1))
    #expect(session.mailbox("TAUGHT") == 2)
  }

  @Test("A program for one processor, and more neurons than both have, are refused by name")
  func errors() throws {
    var options = SessionTests.options
    options.session.parameters = []
    options.session.hiddenCount = 121
    #expect(
      SessionTests.message(try SessionTests.program(named: "stdp.s"), options).hasPrefix(
        "the network does not fit: it needs 121 hidden neurons, there are 120 (top hemisphere"))
    options.session.hiddenCount = 241
    #expect(
      SessionTests.message(try SessionTests.program(), options).hasPrefix(
        "the network does not fit: it needs 241 hidden neurons, there are 240 (both hemispheres"))
    options.session.hiddenCount = 121
    options.session.parameters = [.init("processors", 1)]
    #expect(
      SessionTests.message(try SessionTests.program(), options).hasPrefix(
        "the network does not fit: it needs 121 hidden neurons, there are 120 (top hemisphere"))
  }
}
