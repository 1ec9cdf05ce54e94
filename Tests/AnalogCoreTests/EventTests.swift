import AnalogCore
import ChipGeometry
import Foundation
import Testing

@Suite struct EventTests {
  /// A neuron stepped from cycle to cycle, spikes noticed where a cycle ends above the threshold.
  struct Stepped {
    var p: NeuronParameters
    var v: Double
    var e = 0.0
    var i = 0.0
    var release: UInt64 = 0

    /// The propagators of one cycle.
    let decays: (m: Double, e: Double, i: Double, ve: Double, vi: Double)

    init(_ p: NeuronParameters) {
      self.p = p
      v = p.reset
      let m = exp(-1 / p.membraneTimeConstant)
      let e = exp(-1 / p.excitatoryTimeConstant)
      let i = exp(-1 / p.inhibitoryTimeConstant)
      func drive(_ tau: Double, _ decay: Double) -> Double {
        tau / (p.membraneTimeConstant - tau) * (m - decay)
      }
      decays = (m, e, i, drive(p.excitatoryTimeConstant, e), drive(p.inhibitoryTimeConstant, i))
    }

    /// From cycle - 1 to `cycle`; true if the neuron spikes there.
    mutating func step(to cycle: UInt64) -> Bool {
      if cycle > release {
        v = p.leak + (v - p.leak) * decays.m + e * decays.ve - i * decays.vi
      }
      e *= decays.e
      i *= decays.i
      guard cycle > release, v >= p.threshold else { return false }
      v = p.reset
      release = cycle + UInt64(p.refractoryTime)
      return true
    }
  }

  @Test("A cycle-by-cycle simulation finds the same spikes, refractory times and inputs in them")
  func steppedCycles() {
    var random = RandomStream(seed: 3, name: "stepped")
    var spikeCount = 0
    for refractory in [1.0, 300, 2500, 8000] {
      for _ in 0..<4 {
        let p = NeuronParameters(
          membraneTimeConstant: 1000 + 3000 * random.uniform(),
          excitatoryTimeConstant: 500 + 1500 * random.uniform(),
          inhibitoryTimeConstant: 500 + 1500 * random.uniform(),
          leak: 0.4 * random.uniform() - 0.2, reset: -0.5 * random.uniform(),
          refractoryTime: refractory, excitatoryGain: 12, inhibitoryGain: 6)
        var core = TestCore(p)
        var stepped = Stepped(p)
        for cycle in UInt64(1)...12_000 {
          let hasSpiked = stepped.step(to: cycle)
          let spikes = core.run(until: cycle)
          #expect(spikes.map(\.time.cycles) == (hasSpiked ? [cycle] : []))
          spikeCount += spikes.count
          guard random.next(below: 250) == 0 else { continue }
          let weight = UInt8(random.next(below: 64))
          if random.next(below: 3) > 0 {
            core.excite(weight, at: cycle)
            stepped.e += Double(weight) * 12 / 63
          } else {
            core.inhibit(weight, at: cycle)
            stepped.i += Double(weight) * 6 / 63
          }
          let now = ClockTime(cycles: cycle)
          let v = core.core.membrane(of: NeuronIndex(0), at: now)
          let currents = core.core.currents(of: NeuronIndex(0), at: now)
          #expect((v - stepped.v).magnitude < 1e-10)
          #expect((currents.excitatory - stepped.e).magnitude < 1e-9)
          #expect((currents.inhibitory - stepped.i).magnitude < 1e-9)
        }
      }
    }
    #expect(spikeCount > 100)
  }

  @Test("An input at the spike's own cycle cannot prevent it, whichever comes first")
  func inputAtSpikeCycle() {
    func spikes(inhibitFirst: Bool) -> ([UInt64], Double) {
      var core = TestCore(NeuronParameters(refractoryTime: 100))
      core.excite(63, at: 0)
      let cycle: UInt64 = 476
      var found: [UInt64] = []
      if inhibitFirst {
        core.inhibit(63, at: cycle)
        found = core.run(until: 20_000).map(\.time.cycles)
      } else {
        found = core.run(until: cycle).map(\.time.cycles)
        core.inhibit(63, at: cycle)
        found += core.run(until: 20_000).map(\.time.cycles)
      }
      return (
        found, core.core.membrane(of: NeuronIndex(0), at: ClockTime(cycles: 20_000))
      )
    }
    // 8 (x - x²) = 1 is reached at 475.1 cycles.
    let first = spikes(inhibitFirst: true)
    let second = spikes(inhibitFirst: false)
    #expect(first.0 == [476])
    #expect(second.0 == [476])
    #expect((first.1 - second.1).magnitude < 1e-14)
    // One cycle earlier it does prevent it.
    var core = TestCore(NeuronParameters(refractoryTime: 100))
    core.excite(63, at: 0)
    core.inhibit(63, at: 475)
    #expect(core.run(until: 20_000).isEmpty)
  }

  @Test("A peak within one cycle spikes at its end, also when an input comes there")
  func peakWithinCycle() {
    // The peak is at 3000 ln 2 = 2079.44 cycles; the threshold is crossed up 0.2 before it.
    let x = exp(-(3000 * log(2.0) - 0.2) / 3000)
    let neuron = NeuronParameters(threshold: 8 * (x - x * x))
    for inhibits in [false, true] {
      var core = TestCore(neuron)
      core.excite(63, at: 0)
      let before = core.core.membrane(of: NeuronIndex(0), at: ClockTime(cycles: 2080))
      #expect(before < neuron.threshold)
      if inhibits { core.inhibit(63, at: 2080) }
      #expect(core.run(until: 20_000).map(\.time.cycles) == [2080])
      #expect(core.core.jitter.spikeCount == 1)
    }
  }

  @Test("A membrane above its threshold at the release spikes at once")
  func aboveAtRelease() {
    var core = TestCore(NeuronParameters(reset: 1.5, refractoryTime: 100))
    #expect(core.run(until: 450).map(\.time.cycles) == [0, 100, 200, 300, 400])
  }

  @Test("Spikes of one cycle come in the order of the neurons")
  func order() {
    var core = AnalogCore(AnalogConfiguration(mismatch: .ideal, thresholdNoise: 0))
    for hemisphere in Hemisphere.allCases {
      core.setRowMode(.both, hemisphere, row: 0)
      core.setRowMode(.excitatory, hemisphere, row: 1)
      for column in 0..<256 { core.setWeight(63, hemisphere, row: 1, column: column) }
    }
    core.deliver(bus: 4, label: EventLabel(0), at: ClockTime(cycles: 10))
    core.deliver(bus: 0, label: EventLabel(0), at: ClockTime(cycles: 10))
    var neurons: [Int] = []
    while let spike = core.nextSpike(atOrBefore: ClockTime(cycles: 5000)) {
      #expect(spike.time.cycles == 486)
      neurons.append(Int(spike.neuron.rawValue))
      core.fire(spike)
    }
    #expect(neurons == Array(0..<512))
  }

  @Test("A reset clears membrane and currents and ends the refractory time")
  func reset() {
    var core = TestCore(NeuronParameters(reset: -0.25, refractoryTime: 8000))
    core.excite(63, at: 0)
    #expect(core.run(until: 2000).count == 1)
    core.core.resetNeurons(.top, columns: 0..<3, at: ClockTime(cycles: 2000))
    let now = ClockTime(cycles: 2001)
    let v = core.core.membrane(of: NeuronIndex(0), at: now)
    let currents = core.core.currents(of: NeuronIndex(0), at: now)
    #expect(v > -0.25 && v < -0.249)
    #expect(currents == (0, 0))
    core.excite(63, at: 2100)
    #expect(core.run(until: 5000).count == 1)
    // It also cancels a spike that is under way.
    core.core.resetNeuron(NeuronIndex(0), at: ClockTime(cycles: 20_000))
    core.excite(63, at: 20_000)
    let pending = core.core.nextSpike(atOrBefore: ClockTime(cycles: 30_000))
    #expect(pending != nil)
    core.core.resetNeuron(NeuronIndex(0), at: pending?.time ?? ClockTime(cycles: 0))
    #expect(core.run(until: 60_000).isEmpty)
  }

  @Test("New parameters take effect at their cycle and keep the state")
  func newParameters() {
    var core = TestCore(NeuronParameters(threshold: 100))
    core.excite(63, at: 0)
    let time = ClockTime(cycles: 1000)
    let before = core.core.membrane(of: NeuronIndex(0), at: time)
    core.core.setParameters(
      NeuronParameters(membraneTimeConstant: 2000, threshold: 1), of: NeuronIndex(0), at: time)
    #expect(core.core.membrane(of: NeuronIndex(0), at: time) == before)
    // Above its new threshold it spikes at once.
    #expect(core.run(until: 1000).map(\.time.cycles) == [1000])
    // In the refractory time currents decay on with the new time constant.
    let current = core.core.currents(of: NeuronIndex(0), at: ClockTime(cycles: 1500)).excitatory
    core.core.setParameters(
      NeuronParameters(excitatoryTimeConstant: 500, reset: -1), of: NeuronIndex(0),
      at: ClockTime(cycles: 1500))
    let later = core.core.currents(of: NeuronIndex(0), at: ClockTime(cycles: 2000)).excitatory
    #expect((later - current * exp(-1)).magnitude < 1e-13)
    #expect(core.core.membrane(of: NeuronIndex(0), at: ClockTime(cycles: 9000)) == -1)
    #expect(core.core.membrane(of: NeuronIndex(0), at: ClockTime(cycles: 9100)) > -1)
  }
}
