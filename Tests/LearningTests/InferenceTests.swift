import AnalogCore
import Chip
import ChipGeometry
import Learning
import TestSupport
import Testing

/// The program that only decides.
@Suite struct InferenceTests {
  /// The default chip without temporal noise, which would go other ways in programs that take other
  /// times.
  static func options(seed: UInt64) -> TrainingOptions {
    var options = SessionTests.options
    options.session.chip.analog.chipSeed = seed
    options.session.chip.analog.thresholdNoise = 0
    return options
  }

  static func samples(_ options: TrainingOptions) -> [PresentedSample] {
    TrainingRun.firstSamples(40, options).map {
      PresentedSample(inputTicks: $0.inputTicks, teacher: nil)
    }
  }

  static func outcomes(
    _ name: String, _ options: TrainingOptions, _ masters: WeightMasters
  ) throws -> [SampleOutcome] {
    var options = options
    if name == "inference.s" { options.session.parameters = [] }
    var session = try LearningSession(
      try SessionTests.program(named: name), options.sessionConfiguration)
    try session.preload(masters)
    try session.start()
    return try samples(options).map { sample in try session.present(sample) }
  }

  @Test(
    "It decides as the program that learned, on the same chip and on another, with fewer cycles",
    arguments: [("eventprop.s", true), ("delgrad.s", true), ("fastdeep.s", false)])
  func decisions(name: String, hasBias: Bool) throws {
    var options = Self.options(seed: 1)
    options.session.hasBias = hasBias
    options.session.outputRange = 4
    var masters = try TrainingRun(SessionTests.program(named: name), options).session.masters()
    for index in masters.output.indices {
      masters.output[index] = Int16(index * 6841 % 30011) - 8000
    }
    if masters.delays != nil {
      // Beyond what the learning program would allow by default, too.
      masters.delays = DelayMasters(
        inputs: [0, 100, 2000, 14000, 30], hidden: (0..<30).map { 300 * $0 })
    }
    for seed in [UInt64(1), 2] {
      var options = Self.options(seed: seed)
      options.session = try {
        var session = options.session
        try StoredNetwork(masters).apply(to: &session, of: SessionTests.program(named: name))
        return session
      }()
      options.session.outputRange = 4
      let learner = try Self.outcomes(name, options, masters)
      let inference = try Self.outcomes("inference.s", options, masters)
      #expect(learner.map(\.decision) == inference.map(\.decision))
      #expect(learner.map(\.firstOutputTicks) == inference.map(\.firstOutputTicks))
      #expect(learner.map(\.hiddenSpikes) == inference.map(\.hiddenSpikes))
      #expect(Set(learner.map(\.firstOutputTicks)).count > 10)
      let cycles = inference.map(\.cycles)
      #expect(cycles.allSatisfy { $0 < 800 }, "\(cycles)")
      #expect(zip(cycles, learner).allSatisfy { $0 < $1.cycles })
    }
  }

  @Test("The largest network that the mapping allows is in its synapse rows and delay lines")
  func largest() throws {
    var configuration = SessionConfiguration()
    configuration.inputCount = 7
    configuration.outputCount = 8
    var masters = WeightMasters(inputs: 8, hidden: 120, outputs: 8)
    var random = RandomStream(seed: 5, name: "weights")
    func draw() -> Int16 { Int16(truncatingIfNeeded: random.next()) / 2 * 2 + 1 }
    for index in masters.hidden.indices { masters.hidden[index] = draw() }
    for index in masters.output.indices { masters.output[index] = draw() }
    masters.delays = DelayMasters(
      inputs: (0..<8).map { 4000 * $0 }, hidden: (0..<120).map { 270 * $0 })
    let program = try SessionTests.program(named: "inference.s")
    var session = try LearningSession(program, configuration)
    try session.preload(masters)
    try session.start()
    let sample = PresentedSample(inputTicks: (0..<8).map { 100 + 10 * $0 }, teacher: nil)
    let decision = try session.present(sample).decision
    #expect(decision != nil)
    for input in 0..<8 {
      for neuron in 0..<120 {
        let code = session.network.weight(
          from: .input(input), toColumn: LayeredNetwork.column(hidden: neuron), on: session.chip)
        #expect(code == WeightMasters.code(masters.hidden[input * 120 + neuron]))
      }
    }
    for neuron in 0..<120 {
      for output in 0..<8 {
        let code = session.network.weight(
          from: .hidden(neuron), toColumn: LayeredNetwork.column(output: output), on: session.chip)
        #expect(code == WeightMasters.code(masters.output[neuron * 8 + output]))
      }
    }
    let ticks = session.delays().ticks.map { Int($0) }
    #expect(ticks == masters.delays?.values.map(DelayMasters.ticks))
    let isSpikeOnly = session.chip.isSpikeOnly(.top)
    #expect(isSpikeOnly)
    #expect(try session.masters() == masters)
  }

  @Test("It is told from programs that learn, and refuses bounds of delays that cross")
  func kinds() throws {
    let program = try SessionTests.program(named: "inference.s")
    #expect(program.isInferenceOnly && program.delayKind == .axonal && !program.learnsDelays)
    for name in ["eventprop.s", "delgrad.s", "stdp.s"] {
      #expect(try !SessionTests.program(named: name).isInferenceOnly)
    }
    var configuration = SessionConfiguration()
    configuration.parameters = [.init("delay_min", 9), .init("delay_max", 8)]
    var session = try LearningSession(program, configuration)
    #expect(throws: SessionError.refused(status: 64, parameter: nil, sample: -1)) {
      try session.start()
    }
  }
}
