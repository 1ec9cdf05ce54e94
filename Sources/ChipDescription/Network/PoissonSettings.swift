import ChipGeometry
import EventFabric

/// How a background generator makes the events of a Poisson stimulus: each member has one of the
/// labels that the generator draws, and those labels that remain reach no synapse.
struct PoissonSettings {
  var periodCycles: UInt16
  /// Emits with probability (rate + 1) / 256 per period.
  var rate: UInt8
  /// Events per millisecond and member.
  var realised: Double

  /// Labels that it draws: a power of two.
  static func labelCount(_ stimulus: NetworkDescription.Stimulus) -> Int {
    var count = 1
    while count < stimulus.size { count *= 2 }
    return count
  }

  /// Rate and period with a rate within 0.5 %, or else the nearest; of these the one that is most
  /// like Poisson, with the lowest probability per period.
  ///
  /// - Returns: nil if the bus does not carry so many events.
  init?(_ stimulus: NetworkDescription.Stimulus) {
    let cyclesPerMillisecond = 250e3
    let labels = Double(Self.labelCount(stimulus))
    let perCycle = stimulus.rate * labels / cyclesPerMillisecond
    guard perCycle * Double(ClockTime.cyclesPerTick) <= 1 else { return nil }
    var best: (error: Double, probability: Int, period: Double)?
    for probability in 1...256 {
      let period = min(65535, max(1, (Double(probability) / 256 / perCycle).rounded()))
      let error = abs(Double(probability) / 256 / period / perCycle - 1)
      if best.map({ error < $0.error }) ?? true { best = (error, probability, period) }
      if error < 0.005 { break }
    }
    guard let best else { return nil }
    periodCycles = UInt16(best.period)
    rate = UInt8(best.probability - 1)
    realised = Double(best.probability) / 256 / best.period * cyclesPerMillisecond / labels
  }
}
