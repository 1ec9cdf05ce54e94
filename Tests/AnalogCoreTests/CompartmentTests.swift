import AnalogCore
import ChipGeometry
import Testing

@Suite struct CompartmentTests {
  typealias Circuit = DrivenCase.Circuit

  static func place(_ column: Int) -> NeuronIndex { NeuronIndex(.top, column: column) }

  @Test("A passive chain attenuates as a cable of compartments does", arguments: [1, 2, 7])
  func attenuation(compartments: Int) {
    // Each compartment is two columns: a conductance leads from its left one to the membrane on the
    // left.
    let tau = 900.0
    var circuits: [Circuit] = []
    for k in 0..<compartments {
      let isLast = k == compartments - 1
      circuits.append(
        Circuit(
          Self.place(2 * k + 1),
          NeuronTerms(
            offsetCurrent: k == 0 ? 0.6 : 0, hasComparator: false,
            wiring: .init(
              connectsMembraneRight: true,
              conductance: k == 0 ? nil : .init(timeConstant: tau)))))
      circuits.append(
        Circuit(
          Self.place(2 * k + 2),
          NeuronTerms(
            hasComparator: false,
            wiring: .init(connectsSoma: true, connectsSomaRight: !isLast))))
    }
    var chip = IntegratedCore(circuits, tolerance: 1e-9)
    chip.run(until: 200_000)
    // Per compartment a leak of 2/3000, between them 1/τ; 2 (cosh α - 1) is their ratio.
    let ratio = 1 + (2.0 / 3000) * tau / 2
    let growth = ratio + (ratio * ratio - 1).squareRoot()
    func hyperbolic(_ k: Int) -> Double {
      let x = Double(compartments - k) - 0.5
      let power = pow(growth, x)
      return power + 1 / power
    }
    let next = compartments > 1 ? hyperbolic(1) / hyperbolic(0) : 1
    let first = 0.6 / 3000 / (2.0 / 3000 + (1 - next) / tau)
    for k in 0..<compartments {
      for side in 0...1 {
        let v = chip.state(2 * k + side, at: 200_000).membrane
        let expected = first * hyperbolic(k) / hyperbolic(0)
        #expect((v - expected).magnitude < 1e-7, "\(k): \(v) instead of \(expected)")
      }
    }
  }

  private func pow(_ x: Double, _ y: Double) -> Double {
    ElementaryFunctions.exp(y * ElementaryFunctions.log(x))
  }

  @Test("Between two compartments a difference decays with 2/τ_icc + 1/τm")
  func difference() {
    for (scale, factor) in [
      (CompartmentWiring.Conductance.Scale.nominal, 1.0), (.timesFour, 4), (.quarter, 0.25),
    ] {
      var chip = IntegratedCore(
        [
          Circuit(
            Self.place(0), reset: 0.5,
            NeuronTerms(wiring: .init(connectsSoma: true, connectsSomaRight: true))),
          Circuit(
            Self.place(1), reset: -0.5,
            NeuronTerms(wiring: .init(conductance: .init(timeConstant: 2000, scale: scale)))),
        ], tolerance: 1e-9)
      chip.run(until: 1500)
      let difference = chip.state(0, at: 1500).membrane - chip.state(1, at: 1500).membrane
      let rate = 2 * factor / 2000 + 1.0 / 3000
      #expect((difference - ElementaryFunctions.exp(-rate * 1500)).magnitude < 1e-7)
    }
  }

  static func drive(_ chip: inout IntegratedCore, circuits: Int, count: Int = 150) {
    var random = RandomStream(seed: 4, name: "inputs")
    var cycle: UInt64 = 0
    for _ in 0..<count {
      cycle += random.next(below: 300)
      chip.run(until: cycle)
      chip.input(
        Int(random.next(below: UInt64(circuits))), Int(random.next(below: 40)) + 1, at: cycle)
    }
    chip.run(until: cycle + 10_000)
  }

  @Test("Circuits of a group without conductance between them are independent")
  func independence() {
    func spikes(isWired: Bool) -> [Int: [UInt64]] {
      var chip = IntegratedCore(
        (0..<4).map {
          Circuit(
            Self.place($0), refractory: 200, membrane: 2000 + 500 * Double($0),
            NeuronTerms(
              adaptation: .init(timeConstant: 7000, conductance: 0.2, increment: 0.1),
              wiring: .init(connectsSomaRight: isWired && $0 < 3, conductance: nil)))
        }, tolerance: 1e-8)
      Self.drive(&chip, circuits: 4)
      return Dictionary(grouping: chip.spikes, by: \.1).mapValues { $0.map(\.0) }
    }
    let alone = spikes(isWired: false)
    #expect(alone == spikes(isWired: true) && alone.count == 4)
  }

  @Test("Hard-wired circuits without other terms do what joined neurons do in closed form")
  func joined() {
    let circuits = [
      Circuit(Self.place(6), refractory: 400, membrane: 2500, NeuronTerms()),
      Circuit(NeuronIndex(.bottom, column: 6), membrane: 4000, NeuronTerms()),
    ]
    var exact = IntegratedCore(circuits)
    exact.core.setJoined(true, column: 6, at: ClockTime(cycles: 0))
    Self.drive(&exact, circuits: 2)
    for isTop in [true, false] {
      var wired = circuits
      let wiring = CompartmentWiring(connectsOpposite: true, firesOpposite: true)
      wired[isTop ? 0 : 1].terms.wiring = wiring
      // The joined neuron's comparator is the top one's, which also sets the refractory time.
      wired[1].terms.hasComparator = false
      wired[1].parameters.refractoryTime = 400
      var chip = IntegratedCore(wired, tolerance: 1e-8)
      Self.drive(&chip, circuits: 2)
      let (a, b) = (exact.spikes, chip.spikes)
      #expect(a.map(\.0) == b.map(\.0) && a.map(\.1) == b.map(\.1) && a.count > 30)
    }
  }

  @Test(
    "Parted circuits are neurons of the exact path again, and start from their reset potentials")
  func parting() {
    var chip = IntegratedCore([
      Circuit(Self.place(6), NeuronTerms(wiring: .init(connectsMembraneRight: true))),
      Circuit(Self.place(7), NeuronTerms()),
    ])
    var fresh = IntegratedCore([Circuit(Self.place(6)), Circuit(Self.place(7))])
    let isWired = chip.core.isIntegrated(Self.place(7))
    chip.input(0, 60, at: 100)
    chip.core.setTerms(NeuronTerms(), of: Self.place(6), at: ClockTime(cycles: 200))
    let isParted = !chip.core.isIntegrated(Self.place(7)) && !chip.core.isIntegrated(Self.place(6))
    #expect(isWired && isParted)
    for cycle in stride(from: UInt64(200), to: 2000, by: 150) {
      for k in 0...1 {
        chip.run(until: cycle)
        chip.input(k, 30, at: cycle)
        fresh.run(until: cycle)
        fresh.input(k, 30, at: cycle)
      }
    }
    chip.run(until: 20_000)
    fresh.run(until: 20_000)
    let (a, b) = (chip.spikes.map(\.0), fresh.spikes.map(\.0))
    #expect(a == b && !a.isEmpty)
  }
}
