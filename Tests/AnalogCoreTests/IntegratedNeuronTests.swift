import AnalogCore
import ChipGeometry
import Testing

@Suite struct IntegratedNeuronTests {
  static func spikes(_ pattern: PatternCase, tolerance: Double = 1e-8) -> [UInt64] {
    var chip = IntegratedCore(
      [.init(NeuronIndex(0), parameters: pattern.parameters, pattern.terms)],
      tolerance: tolerance)
    chip.run(until: PatternCase.end)
    return chip.spikes.map(\.0)
  }

  @Test(
    "A pattern of the literature comes at the cycles of an independent integration",
    arguments: patternTable)
  func patterns(pattern: PatternCase) {
    let spikes = Self.spikes(pattern)
    // Two patterns magnify every error: the one within bounds, the other is chaotic.
    switch pattern.name {
    case "delayed regular bursting":
      #expect(spikes.count == pattern.spikes.count)
      #expect(Array(spikes.prefix(5)) == Array(pattern.spikes.prefix(5)))
      for (a, b) in zip(spikes, pattern.spikes) { #expect(max(a, b) - min(a, b) <= 25) }
    case "irregular spiking":
      #expect(Array(spikes.prefix(5)) == Array(pattern.spikes.prefix(5)))
      #expect((spikes.count - pattern.spikes.count).magnitude <= 3)
    default:
      #expect(spikes == pattern.spikes)
      // With the default tolerance hardly worse.
      let usual = Self.spikes(pattern, tolerance: 1e-6)
      #expect(usual.count == spikes.count)
      for (a, b) in zip(usual, spikes) { #expect(max(a, b) - min(a, b) <= 2) }
    }
  }

  @Test("The patterns are what their names say")
  func qualities() throws {
    func intervals(_ name: String) throws -> [Double] {
      let pattern = try #require(patternTable.first { $0.name == name })
      let spikes = Self.spikes(pattern).map { Double($0) }
      return zip(spikes.dropFirst(), spikes).map { $0 - $1 }
    }
    let tonic = try intervals("tonic spiking")
    #expect(tonic.count > 40 && (tonic.max() ?? 0) / (tonic.min() ?? 1) < 1.1)
    let adapting = try intervals("adapting")
    #expect(zip(adapting, adapting.dropFirst()).prefix(6).allSatisfy { $0 < $1 })
    let initial = try intervals("initial burst")
    #expect(initial[0] * 8 < initial[3] && (initial[4] / initial[5] - 1).magnitude < 0.01)
    for (name, spikesOfBurst) in [("regular bursting", 2), ("delayed regular bursting", 4)] {
      let burst = try intervals(name)
      let gaps = burst.indices.filter { burst[$0] > 10_000 }
      #expect(gaps.count > 2, "\(name)")
      #expect(zip(gaps, gaps.dropFirst()).allSatisfy { $1 - $0 == spikesOfBurst }, "\(name)")
    }
    let accelerating = try intervals("delayed accelerating")
    #expect(zip(accelerating, accelerating.dropFirst()).allSatisfy { $0 > $1 })
    #expect(try intervals("transient spiking").isEmpty)
    let irregular = try intervals("irregular spiking").dropFirst(3)
    let mean = irregular.reduce(0, +) / Double(irregular.count)
    let variance = irregular.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    #expect((variance / Double(irregular.count)).squareRoot() / mean > 0.4)
  }

  @Test(
    "A driven neuron spikes as an independent integration says, and ends there",
    arguments: drivenTable)
  func driven(reference: DrivenCase) throws {
    let chip = try IntegratedCore.run(reference, tolerance: 1e-9)
    let found = chip.spikes
    let isEqual =
      found.map(\.0) == reference.spikes.map(\.0) && found.map(\.1) == reference.spikes.map(\.1)
    #expect(isEqual, "\(found) instead of \(reference.spikes)")
    #expect(found.count >= 4)
    for k in reference.potentials.indices {
      let state = chip.state(k, at: reference.end)
      #expect((state.membrane - reference.potentials[k]).magnitude < 1e-7, "V of \(k)")
      #expect((state.adaptation - reference.adaptations[k]).magnitude < 1e-7, "w of \(k)")
    }
  }

  @Test("Limits, questions about the future, read-outs and checkpoints change nothing")
  func manners() throws {
    for name in ["conductance-based AdEx", "early release with pause", "soma and three dendrites"] {
      let reference = try #require(drivenTable.first { $0.name == name })
      let plain = try IntegratedCore.run(reference, tolerance: 1e-5)
      let (expected, end) = (plain.spikes.map(\.0), plain.core.checkpoint())
      for manners in [
        IntegratedCore.Manners(stride: 97), .init(looksAhead: true), .init(reads: true),
        .init(stride: 41, looksAhead: true, reads: true, isSplit: true),
      ] {
        let other = try IntegratedCore.run(reference, tolerance: 1e-5, manners)
        let (found, last) = (other.spikes.map(\.0), other.core.checkpoint())
        #expect(found == expected, "\(name) \(manners)")
        #expect(last == end, "\(name) \(manners)")
      }
    }
  }

  /// Integrated although nothing of it needs to be.
  static let idle = NeuronTerms(
    adaptation: .init(timeConstant: 1e9, conductance: 0, increment: 0))

  @Test("A leaky integrate-and-fire neuron that is integrated spikes as the closed form does")
  func limit() throws {
    // Time constants a million times the chip's: a cycle is a fine unit.
    let parameters = NeuronParameters(
      membraneTimeConstant: 3e9, excitatoryTimeConstant: 1.5e9, inhibitoryTimeConstant: 0.9e9,
      reset: -0.2, refractoryTime: 5e8)
    var exact = IntegratedCore([.init(NeuronIndex(9), parameters: parameters, NeuronTerms())])
    var integrated = IntegratedCore(
      [.init(NeuronIndex(9), parameters: parameters, Self.idle)], tolerance: 1e-9)
    let isIntegrated = integrated.core.isIntegrated(NeuronIndex(9))
    let isExact = !exact.core.isIntegrated(NeuronIndex(9))
    #expect(isIntegrated && isExact)
    var random = RandomStream(seed: 1, name: "inputs")
    var cycle: UInt64 = 0
    for _ in 0..<100 {
      cycle += random.next(below: 600_000_000)
      let code = Int(random.next(below: 90)) - 28
      guard code != 0 else { continue }
      exact.run(until: cycle)
      exact.input(0, code, at: cycle)
      integrated.run(until: cycle)
      integrated.input(0, code, at: cycle)
      let (a, b) = (exact.state(0, at: cycle), integrated.state(0, at: cycle))
      #expect((a.membrane - b.membrane).magnitude < 1e-6)
      #expect((a.excitatory - b.excitatory).magnitude < 1e-12)
      #expect((a.inhibitory - b.inhibitory).magnitude < 1e-12)
    }
    let (a, b) = (exact.spikes.map(\.0), integrated.spikes.map(\.0))
    #expect(a.count > 15 && a.count == b.count)
    for (x, y) in zip(a, b) {
      #expect((Double(x) - Double(y)).magnitude < 1e-6 * Double(x), "\(x) \(y)")
    }
  }

  @Test("Terms that have a closed form stay on the exact path", .timeLimit(.minutes(1)))
  func exactTerms() {
    let plain = NeuronParameters(refractoryTime: 300)
    var shifted = plain
    shifted.leak = 0.25
    shifted.membraneTimeConstant = 3000 * (0.2 / 2.2 + 1.0 / 3) / (0.2 / 2.2 + 1)
    shifted.inhibitoryGain = 0
    var terms = NeuronTerms(capacitanceCode: 21, offsetCurrent: 0.25)
    terms.inhibitory.isEnabled = false
    var a = IntegratedCore([.init(NeuronIndex(300), parameters: shifted, NeuronTerms())])
    var b = IntegratedCore([.init(NeuronIndex(300), parameters: plain, terms)])
    let isIntegrated = b.core.isIntegrated(NeuronIndex(300))
    #expect(!isIntegrated)
    for cycle in stride(from: UInt64(10), to: 20_000, by: 170) {
      for code in [31, -20] {
        a.run(until: cycle)
        a.input(0, code, at: cycle)
        b.run(until: cycle)
        b.input(0, code, at: cycle)
      }
    }
    let (x, y) = (a.spikes.map(\.0), b.spikes.map(\.0))
    #expect(x == y && x.count > 20)
  }

  @Test("A quiescent neuron costs nothing, however long", .timeLimit(.minutes(1)))
  func sleep() {
    var chip = IntegratedCore(
      (0..<3).map {
        .init(
          NeuronIndex($0), gains: (3, 3),
          NeuronTerms(
            adaptation: .init(timeConstant: 20_000, conductance: 0.4, increment: 0.1),
            exponential: .init(slope: 0.1, threshold: 0.9),
            excitatory: .init(reversalPotential: 2)))
      })
    for k in 0..<3 { chip.input(k, 4, at: 5) }
    let later: UInt64 = 1 << 48
    chip.run(until: later)
    let count = chip.spikes.count
    #expect(count == 0)
    let state = chip.state(1, at: later)
    #expect(state.membrane.magnitude < 1e-4 && state.excitatory == 0)
    for k in [0, 1, 2, 0, 1, 2] { chip.input(k, 60, at: later) }
    chip.run(until: later + 40_000)
    let more = chip.spikes.count
    #expect(more >= 3)
  }
}
