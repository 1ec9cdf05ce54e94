import Foundation

/// Time that this thread has worked, so that other programs on the machine do not count.
enum BenchmarkClock {
  /// In seconds from some fixed point.
  static func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The shortest of several repetitions, in seconds.
  static func shortest(of repetitions: Int, _ work: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<repetitions {
      let start = now()
      try work()
      best = min(best, now() - start)
    }
    return best
  }
}
