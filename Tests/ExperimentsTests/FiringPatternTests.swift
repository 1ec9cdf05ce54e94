import Chip
import Testing

@testable import Experiments

@Suite struct FiringPatternTests {
  @Test("Every pattern of the literature is recognised as what it is called")
  func patterns() {
    let results = FiringPatternExperiment().run()
    #expect(results.map(\.pattern.kind) == FiringPattern.Kind.allCases)
    for result in results {
      let kind = result.features.kind?.rawValue ?? "nothing"
      #expect(result.isAsNamed, "\(result.pattern.kind.rawValue): \(kind) \(result.features)")
    }
  }

  @Test("Trains that are made for it are told apart, and none is two things")
  func recognition() {
    func kind(_ intervals: [Double], latency: Double = 5) -> FiringPattern.Kind? {
      var times = [latency]
      for interval in intervals { times.append(times[times.count - 1] + interval) }
      return SpikeTrainFeatures(times: times, duration: 500).kind
    }
    #expect(SpikeTrainFeatures(times: [], duration: 500).kind == nil)
    #expect(kind([]) == .transient && kind([3]) == .transient)
    #expect(kind([Double](repeating: 10, count: 30)) == .tonic)
    #expect(kind((0..<20).map { 8 + Double($0) * 0.8 }) == .adapting)
    #expect(kind((0..<30).map { 20 - Double($0) * 0.3 }) == .delayedAccelerating)
    #expect(kind([2, 3, 40, 60, 62, 62, 62, 62]) == .initialBurst)
    #expect(kind([4, 90, 4, 90, 4, 90, 4]) == .regularBursting)
    #expect(kind([60, 3, 4, 60, 3, 4, 60, 3, 4]) == .delayedRegularBursting)
    #expect(kind([5, 9, 30, 7, 28, 12, 40, 6, 22, 9, 35, 14, 8]) == .irregular)
  }
}
