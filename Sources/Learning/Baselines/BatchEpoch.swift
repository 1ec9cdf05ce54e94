import ChipGeometry

/// An epoch of a training on the host: every sample once, in an order of the epoch's own, a step of the
/// weights after each batch.
struct BatchEpoch {
  private let order: [Int]
  private let batch: Int
  /// On the learning rates.
  private let factor: Double

  /// - Parameters:
  ///   - epoch: 0…
  ///   - sampleCount: samples to learn from.
  ///   - batch: samples between two steps.
  ///   - decay: of the rates after each epoch.
  ///   - seed: of the order.
  init(_ epoch: Int, sampleCount: Int, batch: Int, decay: Double, seed: UInt64) {
    var stream = RandomStream(seed: seed, name: "sample order of epoch \(epoch)")
    order = stream.permutation(sampleCount)
    self.batch = batch
    factor = ElementaryFunctions.exp(Double(epoch) * ElementaryFunctions.log(decay))
  }

  /// - Parameters:
  ///   - learn: adds the gradient of a sample.
  ///   - update: makes a step with rates times a factor, after so many samples.
  ///   - progress: called with the number of samples done since the last call.
  func run(
    learn: (_ sample: Int) -> Void, update: (_ factor: Double, _ samples: Int) -> Void,
    progress: (Int) -> Void
  ) {
    var count = 0
    for index in order {
      learn(index)
      count += 1
      if count == batch {
        update(factor, count)
        progress(count)
        count = 0
      }
    }
    if count > 0 { update(factor, count) }
    progress(count)
  }
}
