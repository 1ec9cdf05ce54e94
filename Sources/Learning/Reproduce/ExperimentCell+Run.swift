import AnalogCore
import Chip

extension ExperimentCell {
  /// Samples that it presents, for progress.
  public var sampleCount: Int {
    switch work {
    case .chip(let work):
      let options = work.settings.training
      let runs = work.settings.otherChipSeeds.count + (options.epochs > 0 ? 1 : 0)
      return options.epochs * (options.trainingCount + options.validationCount)
        + options.testCount * runs
    case .doublePrecision(let options):
      return options.epochs * options.trainingCount + options.validationCount + options.testCount
    case .surrogate(let options):
      return options.epochs * options.trainingCount + options.validationCount + options.testCount
    }
  }

  /// Does the work.
  ///
  /// - Parameters:
  ///   - predecessor: the result of the cell that it begins with.
  ///   - progress: called with the number of samples done since the last call.
  /// - Returns: the same for the same cell, always.
  /// - Throws: what keeps a program from going on.
  public func run(
    after predecessor: CellResult?, progress: (Int) -> Void
  ) throws(SessionError) -> CellResult {
    switch work {
    case .chip(let work):
      try work.run(from: predecessor?.weights, keepsWeights: keepsWeights, progress)
    case .doublePrecision(let options): Self.run(options, progress)
    case .surrogate(let options): try Self.run(options, progress)
    }
  }

  private static func run(
    _ options: DoublePrecisionTraining.Options, _ progress: (Int) -> Void
  ) -> CellResult {
    var training = DoublePrecisionTraining(options)
    var result = CellResult()
    for _ in 0..<options.epochs {
      let report = training.runEpoch(progress: progress)
      result.trainAccuracy = report.accuracy
      result.spikesPerSample = report.spikesPerSample
    }
    result.validationAccuracy = training.evaluate(.validation).accuracy
    result.testAccuracy = training.evaluate(.test).accuracy
    progress(options.validationCount + options.testCount)
    return result
  }

  private static func run(
    _ options: SurrogateTraining.Options, _ progress: (Int) -> Void
  ) throws(SessionError) -> CellResult {
    var training = try SurrogateTraining(options)
    var result = CellResult()
    for _ in 0..<options.epochs {
      let report = training.runEpoch(progress: progress)
      result.trainAccuracy = report.accuracy
      result.spikesPerSample = report.spikesPerSample
      result.bytesPerSample = Double(options.membraneBytes) + 4 * report.spikesPerSample
    }
    result.validationAccuracy = training.evaluate(.validation).accuracy
    result.testAccuracy = training.evaluate(.test).accuracy
    progress(options.validationCount + options.testCount)
    return result
  }
}

extension ChipWork {
  fileprivate func run(
    from weights: [Int16]?, keepsWeights: Bool, _ progress: (Int) -> Void
  ) throws(SessionError) -> CellResult {
    let options = settings.training
    var run = try TrainingRun(program, options, weights: weights.map { masters($0) })
    var result = CellResult()
    while run.epoch < options.epochs {
      let report = try run.runEpoch(progress: progress)
      result.trainAccuracy = report.training.accuracy
      result.validationAccuracy = report.validation.accuracy
      result.spikesPerSample = report.training.spikesPerSample
      result.cyclesPerSample = report.training.cyclesMean
      // What the recorder holds of a sample, of which nothing else is read.
      result.bytesPerSample = 4 * report.training.spikesPerSample
    }
    // Without training the weights only move to other chips.
    if options.epochs > 0 {
      result.testAccuracy = try run.evaluate(.test, progress: progress).accuracy
    }
    result.analogReads = run.session.chip.analogReadCount
    if options.epochs > 0 { result.jitter = run.session.realisedSpreads().jitter }
    let final = try run.session.masters()
    result.weightsSHA256 = final.sha256
    result.delaysSHA256 = run.session.delays().sha256
    if keepsWeights { result.weights = final.hidden + final.output }
    if !settings.otherChipSeeds.isEmpty {
      var accuracies: [Double] = []
      for seed in settings.otherChipSeeds {
        var other = options
        other.session.chip.analog.chipSeed = seed
        other.session.chip.generatorSeed = seed
        var run = try TrainingRun(program, other, weights: final)
        accuracies.append(try run.evaluate(.test, progress: progress).accuracy)
      }
      result.otherChips = accuracies
    }
    return result
  }

  /// Weights as a result keeps them. (Delays are not kept.)
  private func masters(_ values: [Int16]) -> WeightMasters {
    let session = settings.training.session
    var masters = WeightMasters(
      inputs: session.totalInputCount, hidden: session.hiddenCount, outputs: session.outputCount)
    masters.hidden = Array(values.prefix(masters.hidden.count))
    masters.output = Array(values.dropFirst(masters.hidden.count))
    return masters
  }
}
