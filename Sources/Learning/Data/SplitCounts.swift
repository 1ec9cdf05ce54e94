/// Options that say how many samples of each split are used, from the beginning.
protocol SplitCounts {
  var trainingCount: Int { get set }
  var validationCount: Int { get set }
  var testCount: Int { get set }
}

extension SplitCounts {
  func count(of split: YinYang.Split) -> Int {
    switch split {
    case .train: trainingCount
    case .validation: validationCount
    case .test: testCount
    }
  }
}

extension TrainingOptions: SplitCounts {}
extension DoublePrecisionTraining.Options: SplitCounts {}
extension SurrogateTraining.Options: SplitCounts {}
