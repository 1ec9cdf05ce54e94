import AnalogCore
import ChipGeometry
import Foundation
import Testing

@Suite struct JitterTests {
  @Test("The noise has the configured deviation, is redrawn at every spike and held in between")
  func noise() {
    let sigma = 0.05
    var core = TestCore(
      NeuronParameters(membraneTimeConstant: 1e6, leak: 40, refractoryTime: 1), noise: sigma)
    // V rises by about 40 / 1e6 per cycle: each interval shows one threshold.
    var thresholds: [Double] = []
    var last: UInt64 = 0
    for spike in core.run(until: 40_000_000) where spike.neuron == NeuronIndex(0) {
      let rise = Double(spike.time.cycles - last) - (last == 0 ? 0 : 1)
      thresholds.append(40 * (1 - exp(-(rise - 0.5) / 1e6)))
      last = spike.time.cycles
      if thresholds.count == 1500 { break }
    }
    let mean = thresholds.reduce(0, +) / Double(thresholds.count)
    let deviation = MismatchTests.deviation(thresholds)
    #expect((mean - 1).magnitude < 4 * sigma / 1500.0.squareRoot())
    #expect((deviation / sigma - 1).magnitude < 0.06)
    let neighbours = zip(thresholds, thresholds.dropFirst()).map { ($0 - mean) * ($1 - mean) }
    #expect((neighbours.reduce(0, +) / 1500 / (sigma * sigma)).magnitude < 0.08)
    let farthest = thresholds.map { ($0 - 1).magnitude }.max() ?? 0
    #expect(farthest > 2.7 * sigma && farthest < 3.6 * sigma)
  }

  @Test("The jitter that the slopes predict is the jitter that repeated trials show")
  func trials() {
    var core = TestCore(NeuronParameters(), noise: 0.02)
    var times: [Double] = []
    for trial in 0..<UInt64(600) {
      let start = trial * 20_000
      core.core.resetNeuron(NeuronIndex(0), at: ClockTime(cycles: start))
      core.excite(48, at: start)
      for spike in core.run(until: start + 12_000) {
        times.append(Double(spike.time.cycles - start))
      }
    }
    #expect(times.count == 600)
    let measured = MismatchTests.deviation(times)
    let jitter = core.core.jitter
    #expect(jitter.spikeCount == 600)
    // Bins of 9 %, 600 trials: 3 %; higher orders a few percent.
    #expect((jitter.median / measured - 1).magnitude < 0.15)
    #expect(jitter.quantile(0.05) <= jitter.median && jitter.median <= jitter.quantile(0.95))
    core.core.resetJitter()
    #expect(core.core.jitter.spikeCount == 0)
  }

  @Test("Another noise seed makes other spikes, no noise makes spikes that repeat")
  func seeds() {
    func times(_ noise: Double, _ seed: UInt64) -> [UInt64] {
      var core = TestCore(
        NeuronParameters(leak: 1.5, refractoryTime: 10), noise: noise, noiseSeed: seed)
      return core.run(until: 60_000).map(\.time.cycles)
    }
    #expect(times(0.02, 1) == times(0.02, 1))
    #expect(times(0.02, 1) != times(0.02, 2))
    #expect(times(0, 1) == times(0, 2))
  }

  @Test("The default noise jitters spikes by about 0.015 τs in a network like the trained ones")
  func defaultNoise() throws {
    var workload = SampleWorkload()
    for sample in 0..<UInt64(4) { try workload.run(sample: sample) }
    // These weights are drawn, not trained: the crossings are a little less steep.
    let jitter = workload.core.jitter
    #expect(jitter.mean / 1500 > 0.010 && jitter.mean / 1500 < 0.025, "\(jitter.mean)")
    #expect(jitter.median < jitter.mean && jitter.median > 0.4 * jitter.mean)
  }
}
