import AnalogCore
import ChipGeometry
import Testing

@Suite struct TermTests {
  typealias Circuit = DrivenCase.Circuit

  @Test("In bypass mode an event makes a spike in the next cycle, unless the neuron is refractory")
  func bypass() {
    var terms = NeuronTerms()
    terms.excitatory.bypassesMembrane = true
    var chip = IntegratedCore([Circuit(NeuronIndex(260), threshold: 50, refractory: 100, terms)])
    for (cycle, code) in [(10, 1), (12, 63), (111, 63), (112, 5), (500, 0), (700, -63), (900, 7)] {
      chip.run(until: UInt64(cycle))
      if code != 0 {
        chip.input(0, code, at: UInt64(cycle))
      } else {
        // A synapse of weight zero matches and does nothing.
        chip.core.setWeight(0, .bottom, row: 0, column: 4)
        chip.core.deliver(bus: 4, label: EventLabel(1), at: ClockTime(cycles: 500))
      }
    }
    chip.run(until: 5000)
    let (spikes, state) = (chip.spikes.map(\.0), chip.state(0, at: 890))
    #expect(spikes == [11, 112, 901])
    _ = state
    var other = IntegratedCore([Circuit(NeuronIndex(260), threshold: 50, refractory: 100, terms)])
    other.input(0, -63, at: 700)
    let before = other.state(0, at: 890)
    #expect(before.inhibitory > 6 && before.excitatory == 0 && before.membrane < -0.2)
  }

  @Test("The codes of the back end give the early release of the reference")
  func holdoff() {
    #expect(NeuronTerms.earlyRelease(holdoff: 0, clockScale: 0) == 62)
    #expect(NeuronTerms.earlyRelease(holdoff: 15, clockScale: 0) == 2)
    #expect(NeuronTerms.earlyRelease(holdoff: 4, clockScale: 3) == 23 * 16)
    // Held for the reset, silent for the refractory time; a rest above the threshold spikes then.
    for (early, released) in [(0.0, 1000), (400, 600), (5000, 1)] {
      var chip = IntegratedCore([
        Circuit(
          NeuronIndex(0), refractory: 1000, membrane: 200,
          NeuronTerms(
            adaptation: .init(timeConstant: 1e6, conductance: 0, increment: 0), offsetCurrent: 2,
            earlyRelease: early))
      ])
      chip.run(until: 3000)
      let spikes = chip.spikes.map { Int($0.0) }
      let first = 139  // 200 ln 2 and up
      let later = chip.state(0, at: 3000).membrane
      #expect(spikes[0] == first && later > -1)
      #expect(spikes[1] - spikes[0] == max(1000, released + first), "\(early)")
    }
  }

  @Test("Each kind of term spreads by a random stream of its own, and leaves the others alone")
  func mismatch() {
    let nominal = NeuronTerms(
      adaptation: .init(timeConstant: 5000, conductance: -2, increment: 3),
      exponential: .init(slope: 0.5, threshold: 1),
      excitatory: .init(reversalPotential: 4), inhibitory: .init(reversalPotential: -1),
      offsetCurrent: 0.5, wiring: .init(conductance: .init(timeConstant: 700)))
    func terms(_ spreads: TermSpreads, seed: UInt64 = 1) -> [NeuronTerms] {
      var mismatch = MismatchSpreads.ideal
      mismatch.terms = spreads
      var core = AnalogCore(AnalogConfiguration(chipSeed: seed, mismatch: mismatch))
      for n in 0..<ChipSize.neurons {
        core.setTerms(nominal, of: NeuronIndex(n), at: ClockTime(cycles: 0))
      }
      return (0..<ChipSize.neurons).map { core.realisedTerms(of: NeuronIndex($0)) }
    }
    let all = terms(.uniform(0.1))
    let parts: [(String, WritableKeyPath<TermSpreads, Double>, (NeuronTerms) -> Double)] = [
      ("τw", \.adaptationTimeConstant, { ($0.adaptation?.timeConstant ?? 0) / 5000 - 1 }),
      ("a", \.adaptationStrength, { ($0.adaptation?.conductance ?? 0) / -2 - 1 }),
      ("b", \.adaptationStrength, { ($0.adaptation?.increment ?? 0) / 3 - 1 }),
      ("Δ", \.exponentialSlope, { ($0.exponential?.slope ?? 0) / 0.5 - 1 }),
      ("V_T", \.potentials, { ($0.exponential?.threshold ?? 0) - 1 }),
      ("E_exc", \.potentials, { ($0.excitatory.reversalPotential ?? 0) - 4 }),
      ("E_inh", \.potentials, { ($0.inhibitory.reversalPotential ?? 0) + 1 }),
      ("I_off", \.offsetCurrent, { $0.offsetCurrent / 0.5 - 1 }),
      (
        "g", \.compartmentConductance,
        { 700 / ($0.wiring.conductance?.timeConstant ?? 1) - 1 }
      ),
    ]
    var seen: [[Double]] = []
    for (name, spread, part) in parts {
      let deviations = all.map(part)
      let relative = MismatchTests.deviation(deviations) / (0.1 * MismatchTests.truncated)
      // 512 values: a statistical error of 3 %.
      #expect((relative - 1).magnitude < 0.12, "\(name): \(relative)")
      var only = TermSpreads.ideal
      only[keyPath: spread] = 0.1
      #expect(terms(only).map(part) == deviations, "\(name)")
      seen.append(deviations)
    }
    for i in seen.indices {
      for k in 0..<i {
        let product = zip(seen[i], seen[k]).reduce(0) { $0 + $1.0 * $1.1 } / 512 / 0.01
        #expect(product.magnitude < 0.25, "\(parts[i].0) and \(parts[k].0)")
      }
    }
    #expect(terms(.uniform(0.1), seed: 2) != all)
    #expect(terms(.ideal).allSatisfy { $0 == nominal })
  }

  @Test("Terms that no circuit can have are named")
  func problems() {
    func problem(_ change: (inout NeuronTerms) -> Void) -> String? {
      var terms = NeuronTerms()
      change(&terms)
      return terms.problem
    }
    #expect(NeuronTerms().problem == nil)
    #expect(
      problem { $0.adaptation = .init(timeConstant: 0, conductance: 1, increment: 1) }
        == "an adaptation time constant of 0.0; above 0 expected")
    #expect(
      problem { $0.exponential = .init(slope: -1, threshold: 1) }
        == "an exponential slope of -1.0; above 0 expected")
    #expect(problem { $0.capacitanceCode = 64 } == "a capacitance code of 64; 0…63 expected")
    #expect(problem { $0.earlyRelease = 0.5 } != nil)
    #expect(problem { $0.offsetCurrent = .infinity } != nil)
    #expect(problem { $0.excitatory.reversalPotential = .nan } != nil)
    #expect(problem { $0.wiring.conductance = .init(timeConstant: -5) } != nil)
  }

  @Test("A checkpoint keeps terms, wiring and what they are doing; damaged ones are refused")
  func checkpoint() throws {
    let reference = try #require(drivenTable.first { $0.name == "fired together" })
    var chip = IntegratedCore(
      reference.circuits, tolerance: 1e-6, noise: 0.05, mismatch: .calibrated)
    chip.core.setTerms(
      NeuronTerms(capacitanceCode: 7), of: NeuronIndex(40), at: ClockTime(cycles: 0))
    CompartmentTests.drive(&chip, circuits: 2, count: 40)
    // In the middle of a spike: one circuit has fired, the other has not yet.
    chip.input(0, 63, at: 100_000)
    chip.input(0, 63, at: 100_000)
    let pending = chip.core.nextSpike(atOrBefore: ClockTime(cycles: 110_000))
    let spike = try #require(pending)
    chip.core.fire(spike)
    let bytes = chip.core.checkpoint()
    let echo = chip.core.nextSpike(atOrBefore: spike.time)
    #expect(echo?.time == spike.time && echo?.neuron != spike.neuron)
    chip.spikes = []
    chip.run(until: 200_000)
    let (spikes, end) = (chip.spikes.map(\.0), chip.core.checkpoint())
    chip.core = try AnalogCore.restored(from: bytes)
    let again = chip.core.checkpoint()
    #expect(again == bytes)
    let kept = chip.core.nominalTerms(of: NeuronIndex(40)).capacitanceCode
    #expect(kept == 7 && chip.core.configuration.integration.relativeTolerance == 1e-6)
    chip.spikes = []
    chip.run(until: 200_000)
    let (restoredSpikes, restoredEnd) = (chip.spikes.map(\.0), chip.core.checkpoint())
    #expect(restoredSpikes == spikes && restoredEnd == end && !spikes.isEmpty)

    #expect(DeterminismTests.failure(Array(bytes.dropLast())) != nil)
    var old = bytes
    old[7] = UInt8(ascii: "4")
    let error = DeterminismTests.failure(old)
    #expect(error == .otherVersion(found: "04", supported: "08"))
    #expect(
      error?.description
        == "the analog core's state has format version 04, this program reads version 08")
  }
}
