import Chip
import ChipGeometry
import Learning
import TestSupport
import Testing

/// Short runs with a delay per synapse.
@Suite struct SynapticSessionTests {
  static func options(_ kind: Int32 = 0, hidden: Int = 30) -> TrainingOptions {
    var options = DelaySessionTests.options
    options.session.hiddenCount = hidden
    options.session.parameters.append(.init("delay_kind", kind))
    return options
  }

  static func program() throws -> LearningProgram {
    try SessionTests.program(named: "delgrad_synaptic.s")
  }

  @Test(
    "Delays are learned, written to the taps, and the same in replay and from a checkpoint",
    arguments: [0, 1] as [Int32])
  func reproducibility(kind: Int32) throws {
    let program = try Self.program()
    #expect(program.delayKind == .synaptic && program.rule == .delGrad)
    let (start, delays, held) = try DelaySessionTests.expectReproducible(
      program, Self.options(kind), masters: "synaptic_delay_masters")
    #expect(start.inputs.count == 150 && start.hidden.count == 90)
    #expect(held.kind == .synaptic)
    let outputs = Set((0..<30).map { delays.hidden[3 * $0] })
    #expect(kind == 1 ? outputs.count == 1 : outputs.count > 10)
  }

  @Test("Preloaded delays are in the taps of their synapses; axonal ones are left out")
  func preload() throws {
    let program = try Self.program()
    let options = Self.options(hidden: 5)
    var masters = try TrainingRun(program, options).session.masters()
    masters.delays = DelayMasters(
      .synaptic, inputs: (0..<25).map { 160 * $0 + 7 }, hidden: (0..<15).map { 320 * $0 + 8 })
    let run = try TrainingRun(program, options, weights: masters)
    #expect(
      run.session.delays().ticks == (0..<25).map { 10 * $0 } + (0..<15).map { 20 * $0 + 1 })
    #expect(try run.session.masters() == masters)
    // Input 2 to hidden neuron 4, hidden neuron 3 to output 1.
    #expect(run.session.chip.tapDelay(.top, row: 34, tap: 4) == 140)
    #expect(run.session.chip.tapDelay(.top, row: 3, tap: 1) == 201)
    masters.delays = DelayMasters(inputs: [1, 2, 3, 4, 5], hidden: [1, 2, 3, 4, 5])
    let plain = try TrainingRun(program, options, weights: masters)
    #expect(plain.session.delays().ticks.allSatisfy { $0 == 0 })
  }

  @Test(
    "The gradients are those of the reference, whose are the simulator's, delays included",
    arguments: [0, 1] as [Int32])
  func gradients(kind: Int32) throws {
    var check = FirmwareGradientCheck(try Self.program())
    #expect(check.hiddenCounts == [30, 16, 8])
    check.hiddenCounts = [16]
    check.trainedBatches = 2
    check.differenceNeurons = 1
    check.batch = 6
    check.options.session.outputRange = 4
    check.options.session.parameters = [.init("delay_kind", kind)]
    for index in 0..<2 {
      let result = try check.run(index)
      #expect(result.bounded.cosine >= 0.999, "case \(index)")
      #expect(try #require(result.delays).cosine >= 0.999, "case \(index)")
      let invariant = try #require(result.invariant)
      #expect(invariant.boundShare > 0.001 && invariant.boundShare <= 1, "\(invariant)")
      #expect(invariant.relativeError < 0.05, "\(invariant)")
      #expect(try #require(result.differences).agreement.relativeError <= 1e-6)
    }
  }

  @Test("A network that is too large is refused before anything else")
  func size() throws {
    let program = try Self.program()
    let error = #expect(throws: SessionError.self) {
      _ = try TrainingRun(program, Self.options(hidden: 31))
    }
    #expect(
      error?.description
        == "the network does not fit: it needs 31 hidden neurons with a delay per synapse, there "
        + "are 30 (top hemisphere, rows 0 to 29 of the delay taps)")
  }
}
