/// Distances of two spike trains.
///
/// A train is a sorted list of times. The unit of time is the caller's: seconds, or ticks; all
/// arguments of a call use the same one, and a cost counts per unit. The functions give the same bits
/// on every machine of one architecture.
///
/// - Precondition: Of every function: times are finite and sorted, equal ones allowed.
public enum SpikeDistance {
  static func isTrain(_ times: [Double]) -> Bool {
    guard let first = times.first, let last = times.last else { return true }
    var index = 1
    while index < times.count && times[index - 1] <= times[index] { index += 1 }
    // In between, numbers that are in order are finite.
    return index == times.count && first.isFinite && last.isFinite
  }
}
