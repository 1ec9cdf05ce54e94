import Chip
import Learning
import TestSupport
import Testing

/// Stored weights on a chip, without and with further learning.
@Suite struct ChipEvaluationTests {
  @Test("Further learning goes on from the stored weights; before it nothing is learned")
  func adaptation() throws {
    let program = try SessionTests.program()
    var options = SessionTests.options
    let masters = try TrainingRun(program, options).session.masters()
    options.session.chip.analog.chipSeed = 2
    var plan = ChipEvaluation.Plan()
    plan.epochs = 2
    var presented = 0
    let evaluation = try ChipEvaluation(program, options, weights: masters, plan) {
      presented += $0
    }
    #expect(presented == ChipEvaluation.sampleCount(options, plan))
    #expect(evaluation.stored.weightsSHA256 == masters.sha256)
    #expect(evaluation.chipSeed == 2 && evaluation.analogReads == 0)
    let adapted = try #require(evaluation.adapted)
    #expect(adapted.epochs.map(\.epoch) == [1, 2])
    #expect(adapted.masters != masters)
    #expect(evaluation.outcome.validation == adapted.epochs.last?.validation)

    var run = try TrainingRun(program, options, weights: masters)
    let validation = try run.evaluate(.validation)
    let test = try run.evaluate(.test)
    #expect(evaluation.stored.validation == validation && evaluation.stored.result == test)
    for _ in 0..<2 { _ = try run.runEpoch() }
    #expect(try run.session.masters() == adapted.masters)
    let last = try run.evaluate(.test)
    #expect(last == evaluation.outcome.result)

    plan.epochs = 0
    plan.split = .validation
    let plain = try ChipEvaluation(program, options, weights: masters, plan)
    #expect(plain.adapted == nil && plain.stored.validation == nil)
    #expect(plain.outcome.result == evaluation.stored.validation)
  }

  @Test("Quantiles are NumPy's, the deviation is that of a sample")
  func distribution() {
    let values = Distribution([8, 1, 4, 2])
    #expect([0, 0.05, 0.25, 0.5, 1].map(values.quantile) == [1, 1.15, 1.75, 3, 8])
    #expect(values.mean == 3.75)
    #expect((values.deviation - 3.095_695_936_834_452).magnitude < 1e-12)
    #expect(Distribution([0.5]).deviation == 0 && Distribution([0.5]).quantile(0.3) == 0.5)
  }
}
