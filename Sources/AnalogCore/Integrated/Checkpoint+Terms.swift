import ChipGeometry

extension AnalogCore {
  /// The terms of the neurons that have any.
  func saveTerms(to bytes: inout CheckpointBytes) {
    let neurons = terms.indices.filter { terms[$0] != NeuronTerms() }
    bytes.add(UInt64(neurons.count))
    for n in neurons {
      bytes.add(UInt64(n))
      for value in terms[n].values { bytes.add(value.bitPattern) }
    }
  }

  mutating func restoreTerms(_ reader: inout CheckpointBytes) throws(AnalogCheckpointError) {
    let count = try reader.next()
    guard count <= UInt64(ChipSize.neurons) else { throw .invalid("neurons with terms") }
    guard count > 0 else { return }
    var all = terms
    for _ in 0..<count {
      guard let n = Int(exactly: try reader.next()), all.indices.contains(n) else {
        throw .invalid("a neuron with terms")
      }
      guard let terms = NeuronTerms(values: try reader.numbers(NeuronTerms.valueCount)),
        terms.problem == nil
      else { throw .invalid("terms of neuron \(n)") }
      all[n] = terms
    }
    if let problem = problem(ofTerms: all) { throw .invalid(problem) }
    setAllTerms(all, at: ClockTime(cycles: 0))
  }
}

extension NeuronTerms {
  static let valueCount = 30

  var values: [Double] {
    func flag(_ value: Bool) -> Double { value ? 1 : 0 }
    func values(of input: Input) -> [Double] {
      [
        flag(input.isEnabled), flag(input.reversalPotential != nil), input.reversalPotential ?? 0,
        flag(input.bypassesMembrane),
      ]
    }
    let a = adaptation
    let e = exponential
    let c = wiring.conductance
    let own = [
      flag(a != nil), a?.timeConstant ?? 0, a?.conductance ?? 0, a?.increment ?? 0,
      flag(e != nil), e?.slope ?? 0, e?.threshold ?? 0,
    ]
    let rest = [
      Double(capacitanceCode), offsetCurrent, flag(hasComparator), earlyRelease,
      flag(pausesInput),
    ]
    let switches = [
      wiring.connectsSoma, wiring.connectsSomaRight, wiring.connectsMembraneRight,
      wiring.connectsOpposite, wiring.firesRight, wiring.firesOpposite,
    ].map(flag)
    let conductance = [flag(c != nil), c?.timeConstant ?? 0, Double(c?.scale.rawValue ?? 0), 0]
    return own + values(of: excitatory) + values(of: inhibitory) + rest + switches + conductance
  }

  /// Nil if numbers that are flags or codes are none.
  init?(values v: [Double]) {
    func isFlag(_ value: Double) -> Bool { value == 0 || value == 1 }
    let flags = [0, 4, 7, 8, 10, 11, 12, 14, 17, 19, 20, 21, 22, 23, 24, 25, 26]
    guard v.count == Self.valueCount, flags.allSatisfy({ isFlag(v[$0]) }),
      let code = UInt8(exactly: v[15]), let scaleCode = UInt8(exactly: v[28]),
      let scale = CompartmentWiring.Conductance.Scale(rawValue: scaleCode), v[29] == 0
    else { return nil }
    func input(_ first: Int) -> Input {
      Input(
        isEnabled: v[first] == 1, reversalPotential: v[first + 1] == 1 ? v[first + 2] : nil,
        bypassesMembrane: v[first + 3] == 1)
    }
    self.init(
      adaptation: v[0] == 1
        ? Adaptation(timeConstant: v[1], conductance: v[2], increment: v[3]) : nil,
      exponential: v[4] == 1 ? Exponential(slope: v[5], threshold: v[6]) : nil,
      excitatory: input(7), inhibitory: input(11), capacitanceCode: code, offsetCurrent: v[16],
      hasComparator: v[17] == 1, earlyRelease: v[18], pausesInput: v[19] == 1,
      wiring: CompartmentWiring(
        connectsSoma: v[20] == 1, connectsSomaRight: v[21] == 1,
        connectsMembraneRight: v[22] == 1, connectsOpposite: v[23] == 1, firesRight: v[24] == 1,
        firesOpposite: v[25] == 1,
        conductance: v[26] == 1
          ? CompartmentWiring.Conductance(timeConstant: v[27], scale: scale) : nil))
  }
}

extension IntegrationSettings {
  var values: [Double] { [relativeTolerance, absoluteTolerance, intrinsicCapacitance] }

  init(values v: [Double]) {
    self.init(relativeTolerance: v[0], absoluteTolerance: v[1], intrinsicCapacitance: v[2])
  }
}
