import Learning

/// What a training sample costs on a network that has learned for a while.
struct TrainingBenchmark {
  /// Milliseconds of one core for a taught sample, forward and backward, batch updates included.
  var sampleMilliseconds: Double
  /// Processor cycles from end-of-sample to `ready`, batch updates included.
  var cycles: Double
  var spikesPerSample: Double
  /// SHA-256 of the weights afterwards, so that runs can be told to do the same work.
  var weightsSHA256: String

  /// Trains 4-120-3 with bias on chip 1 for `warmUp` epochs of 1000 samples, then measures three.
  static func run(_ program: LearningProgram, warmUp: Int) throws -> TrainingBenchmark {
    var options = TrainingOptions()
    options.trainingCount = 1000
    options.validationCount = 0
    options.testCount = 0
    // What suits 120 hidden neurons, for programs that come with other defaults.
    options.session.parameters = [
      .init("push_activity", 3277), .init("push_output", 4915), .init("rate_output", 6_442_254),
      .init("init_output_mean", 2458), .init("init_output_deviation", 6553),
    ]
    var run = try TrainingRun(program, options)
    for _ in 0..<warmUp { _ = try run.runEpoch() }
    var cycles = 0.0
    var spikes = 0.0
    let seconds = try BenchmarkClock.shortest(of: 3) {
      let report = try run.runEpoch()
      cycles = report.training.cyclesMean
      spikes = report.training.spikesPerSample
    }
    return TrainingBenchmark(
      sampleMilliseconds: seconds * 1000 / Double(options.trainingCount), cycles: cycles,
      spikesPerSample: spikes,
      weightsSHA256: try run.session.masters().sha256)
  }
}
