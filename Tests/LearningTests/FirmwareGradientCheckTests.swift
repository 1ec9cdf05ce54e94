import Chip
import ChipGeometry
import Learning
import TestSupport
import Testing

/// The comparison of programs with their references, and what it says of their precision.
@Suite struct FirmwareGradientCheckTests {
  static func check(_ name: String, _ settings: [SessionConfiguration.Setting] = []) throws
    -> FirmwareGradientCheck.Case
  {
    var check = FirmwareGradientCheck(try SessionTests.program(named: name))
    check.batch = 8
    check.hiddenCounts = [60]
    check.differenceNeurons = 0
    check.options.session.parameters = settings
    if let range = check.program.parameter("range_output") {
      check.options.session.outputRange = Double(range.value) / 256
    }
    return try check.run(0)
  }

  @Test(
    "The gradients of every program agree with its reference under its own loss",
    arguments: ["eventprop.s", "delgrad.s", "fastdeep.s"])
  func agreement(name: String) throws {
    let result = try Self.check(name)
    #expect(result.bounded.cosine > 0.999, "\(result.bounded)")
    #expect(result.bounded.worst?.reference != 0, "no gradient")
    #expect(result.precision.contains { $0.loss.errorEnergy > 0 })
    let wrapped = result.precision.filter { $0.loss.wrapped > 0 }
    #expect(wrapped.isEmpty, "\(wrapped)")
  }

  @Test(
    "Gradients agree where the right output alone spikes, so that only early-spike terms are left",
    arguments: [(1, 4), (2, 234)])
  func smallErrors(processors: Int32, index: Int) throws {
    var check = FirmwareGradientCheck(try SessionTests.program(named: "fastdeep.s"))
    check.differenceNeurons = 0
    check.options.session.parameters = [.init("processors", processors)]
    check.options.session.outputRange = 2
    let result = try check.run(index)
    #expect(result.bounded.cosine > 0.9995, "\(result.bounded)")
    #expect(result.bounded.worst?.reference != 0, "no gradient")
    check.options.session.parameters.append(.init("loss_alpha", 0))
    let rest = try check.run(index).bounded
    #expect(rest.relativeError == 0 && rest.worst?.reference == 0, "\(rest)")
  }

  @Test("The delay gradients of each sample add up to the errors within the bound of fixed point")
  func invariant() throws {
    let exact = try #require(try Self.check("delgrad.s").invariant)
    #expect(exact.boundShare > 0.001 && exact.boundShare <= 1, "\(exact)")
    #expect(exact.relativeError < 0.01, "\(exact)")
    // Also where the jumps are limited.
    let limited = try #require(
      try Self.check("delgrad.s", [.init("bound_adjoint", 60)]).invariant)
    #expect(limited.boundShare > 0.001 && limited.boundShare <= 1, "\(limited)")
  }

  @Test("A program under the precision meter passes through the same states")
  func unobserved() throws {
    let program = try SessionTests.program(named: "delgrad.s")
    let options = DelaySessionTests.options
    let samples = (0..<3).map { index in
      let ticks: [UInt64] = [200, 500, 700, 300, 675]
      return PresentedSample(inputTicks: ticks.map { $0 + UInt64(40 * index) }, teacher: index)
    }
    var plain = try LearningSession(program, options.sessionConfiguration)
    try plain.start()
    var observed = try LearningSession(program, options.sessionConfiguration)
    try observed.start()
    var meter = PrecisionMeter(hartID: 0)
    for sample in samples {
      let expected = try plain.present(sample)
      #expect(try observed.present(sample, observer: &meter) == expected)
    }
    #expect(observed.chip.stateHash == plain.chip.stateHash)
    let rows = meter.rows
    #expect(rows.contains { $0.loss.values > 100 })
    #expect(rows.merged(with: rows).map(\.loss.executed) == rows.map { 2 * $0.loss.executed })
    #expect(rows.merged(with: []) == rows && [].merged(with: rows) == rows)
  }
}
