import AnalogCore
import ChipGeometry
import Foundation
import Testing

@Suite struct ClosedFormTests {
  @Test("A single input at τm = 2 τs crosses where the quadratic says")
  func quadratic() throws {
    var core = TestCore(NeuronParameters())
    core.excite(63, at: 1000)
    // 8 (x - x²) = 1 with x = exp(-t/τm).
    let x = 0.5 * (1 + (1 - 0.5).squareRoot())
    let crossing = 1000 - 3000 * log(x)
    let spikes = core.run(until: 100_000)
    #expect(spikes.map(\.time.cycles) == [UInt64(crossing.rounded(.up))])
    #expect(spikes.map(\.neuron) == [NeuronIndex(0)])
  }

  @Test("The membrane between events is the closed form")
  func membrane() {
    var core = TestCore(NeuronParameters(threshold: 100, excitatoryGain: 8, inhibitoryGain: 4))
    core.excite(63, at: 1000)
    core.inhibit(63, at: 1700)
    for cycle in stride(from: UInt64(1700), through: 9000, by: 500) {
      let x = exp((1000 - Double(cycle)) / 3000)
      let y = exp((1700 - Double(cycle)) / 3000)
      let v = core.core.membrane(of: NeuronIndex(0), at: ClockTime(cycles: cycle))
      #expect((v - (8 * (x - x * x) - 4 * (y - y * y))).magnitude < 1e-14)
      let currents = core.core.currents(of: NeuronIndex(0), at: ClockTime(cycles: cycle))
      #expect((currents.excitatory - 8 * x * x).magnitude < 1e-14)
      #expect((currents.inhibitory - 4 * y * y).magnitude < 1e-14)
    }
  }

  @Test("A peak that just touches the threshold spikes, one that just misses it does not")
  func touchingPeaks() {
    // τm, τs exc., τs inh., weights, and the peak, by mpmath:
    // findroot(lambda t: diff(V, t), t0) with V(t) the difference of two post-synaptic potentials.
    let peaks: [(Double, Double, Double, Double, Double, Double)] = [
      (3000, 1500, 1500, 5, 1, 1),
      (3000, 1500, 900, 6, 3, 0.9962348816985928250360971),
      (3000, 1500, 2500, 6, 2, 0.8653125930148007164201308),
      (3000, 3000, 3000, 4, 1, 1.103638323514326964786571),
      (1500, 3000, 2000, 3, 1, 1.089339541515315889058114),
      (3000, 750, 1000, 9, 2, 1.039141013355814490478806),
      (3000, 2999.5, 3000.5, 5, 1, 1.471333822835453202708203),
    ]
    for (membrane, excitatory, inhibitory, plus, minus, peak) in peaks {
      func spikeCount(_ factor: Double) -> Int {
        let neuron = NeuronParameters(
          membraneTimeConstant: membrane, excitatoryTimeConstant: excitatory,
          inhibitoryTimeConstant: inhibitory, threshold: peak * factor)
        let network = ExactNetwork(
          neurons: [neuron],
          connections: [
            .init(source: .input(0), target: 0, weight: plus),
            .init(source: .input(0), target: 0, weight: -minus),
          ])
        return network.run([.init(time: 10, input: 0)], until: 1e6).count
      }
      for margin in [1e-3, 1e-6, 1e-9, 1e-13] {
        #expect(spikeCount(1 - margin) == 1, "peak \(peak) above by \(margin)")
        #expect(spikeCount(1 + margin) == 0, "peak \(peak) below by \(margin)")
      }
    }
  }

  /// The largest of a smooth function on an interval, sampled ever more finely.
  static func maximum(_ f: (Double) -> Double, _ range: ClosedRange<Double>) -> Double {
    var low = range.lowerBound
    var high = range.upperBound
    var best = -Double.infinity
    for _ in 0..<3 {
      let step = (high - low) / 200
      let top = (0...200).map { low + Double($0) * step }.max { f($0) < f($1) } ?? low
      best = max(best, f(top))
      (low, high) = (max(range.lowerBound, top - step), top + step)
    }
    return best
  }

  @Test("Whatever came before, the highest peak decides whether there is a spike")
  func peaks() {
    var random = RandomStream(seed: 11, name: "peaks")
    for round in 0..<150 {
      let tauM = 1000 + 4000 * random.uniform()
      let tauE = 400 + 4000 * random.uniform()
      let tauI = round % 3 == 0 ? tauE : 400 + 4000 * random.uniform()
      func psp(_ t: Double, _ tau: Double) -> Double {
        t <= 0 ? 0 : tau / (tauM - tau) * (exp(-t / tauM) - exp(-t / tau))
      }
      let second = 4000 * random.uniform()
      let inputs = [
        (0.0, 1 + random.uniform()), (0, round % 2 == 0 ? 0 : -random.uniform()),
        (second, 1.5 * random.uniform()), (second, -1.5 * random.uniform()),
      ]
      func v(_ t: Double) -> Double {
        inputs.reduce(0) { $0 + $1.1 * psp(t - $1.0, $1.1 > 0 ? tauE : tauI) }
      }
      // At the second inputs V may have a kink.
      let peak = max(Self.maximum(v, 0...second), v(second), Self.maximum(v, second...20_000))
      for (factor, count) in [(1 - 1e-6, 1), (1 + 1e-6, 0)] {
        let neuron = NeuronParameters(
          membraneTimeConstant: tauM, excitatoryTimeConstant: tauE,
          inhibitoryTimeConstant: tauI, threshold: peak * factor, refractoryTime: 1e6)
        let network = ExactNetwork(
          neurons: [neuron],
          connections: inputs.enumerated().map {
            .init(source: .input($0.offset), target: 0, weight: $0.element.1)
          })
        let stimuli = inputs.enumerated().map {
          ExactNetwork.Stimulus(time: $0.element.0, input: $0.offset)
        }
        #expect(network.run(stimuli, until: 1e5).count == count, "case \(round)")
      }
    }
  }

  @Test("A leak above the threshold gives the closed-form firing rate", arguments: [0.0, 700.0])
  func firingRate(refractory: Double) {
    for leak in [1.001, 1.1, 2, 5] {
      let neuron = NeuronParameters(
        membraneTimeConstant: 2500, leak: leak, reset: -0.5, refractoryTime: refractory)
      let interval = refractory + 2500 * log((leak + 0.5) / (leak - 1))
      let network = ExactNetwork(neurons: [neuron], connections: [])
      let spikes = network.run([], until: 10.5 * interval)
      #expect(spikes.count == 10)
      for (n, spike) in spikes.enumerated() {
        let expected = Double(n + 1) * interval - refractory
        #expect((spike.time / expected - 1).magnitude < 1e-13)
      }
    }
  }

  @Test("On the chip the next interval starts at the spike's cycle, not at the crossing")
  func clockedFiringRate() {
    var core = TestCore(
      NeuronParameters(membraneTimeConstant: 2500, leak: 2, reset: 0, refractoryTime: 700))
    let wait = UInt64((2500 * log(2.0)).rounded(.up))
    let spikes = core.run(until: 100_000)
    #expect(spikes.count == 41)
    for (n, spike) in spikes.filter({ $0.neuron == NeuronIndex(0) }).enumerated() {
      #expect(spike.time.cycles == UInt64(n + 1) * wait + UInt64(n) * 700)
    }
  }

  @Test("Inputs long after the last event find everything decayed")
  func longGaps() {
    // Far more than 600 of the shortest time constant, so that the stepwise path is taken.
    let neuron = NeuronParameters(
      membraneTimeConstant: 20_000, excitatoryTimeConstant: 50, inhibitoryTimeConstant: 40_000)
    let connections: [ExactNetwork.Connection] = [
      .init(source: .input(0), target: 0, weight: -1),
      .init(source: .input(1), target: 0, weight: 1100),
    ]
    let network = ExactNetwork(neurons: [neuron], connections: connections)
    for gap in [20_000.0, 100_000, 3e6] {
      let stimuli = [(0.0, 0), (gap, 1)].map { ExactNetwork.Stimulus(time: $0.0, input: $0.1) }
      let spikes = network.run(stimuli, until: gap + 200_000)
      #expect(spikes.count == 1)
      guard let spike = spikes.first else { continue }
      func psp(_ t: Double, _ tau: Double) -> Double {
        tau / (20_000 - tau) * (exp(-t / 20_000) - exp(-t / tau))
      }
      let v = 1100 * psp(spike.time - gap, 50) - psp(spike.time, 40_000)
      // The last bit of the time is worth that much.
      #expect((v - 1).magnitude < 1e-12 + spike.time.ulp / 20)
      #expect((spike.inhibitoryCurrent - exp(-spike.time / 40_000)).magnitude < 1e-12)
    }
  }
}
