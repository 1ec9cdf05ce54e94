public import ChipGeometry

/// What a neuron is doing, in the units of ``NeuronParameters``.
public struct NeuronState: Equatable, BitwiseCopyable, Sendable {
  /// V.
  public var membrane: Double
  /// w, 0 without adaptation.
  public var adaptation: Double
  /// The strength of the excitatory input: a current, or a conductance in leak conductances.
  public var excitatory: Double
  /// The same of the inhibitory input; not negative.
  public var inhibitory: Double
}

extension AnalogCore {
  /// Sets what a circuit does beyond ``NeuronParameters``; mismatch comes on top.
  ///
  /// A neuron whose terms have a closed form (disabled inputs, capacitance, offset current, no
  /// comparator) stays on the exact path of neurons without terms; others, and all that are
  /// connected with others, are integrated. State is kept as by ``setParameters(_:of:at:)``; but
  /// when a neuron changes between these ways, or its wiring changes, then it and all circuits that
  /// it was or now is connected with are reset.
  ///
  /// - Precondition: ``NeuronTerms/problem`` is nil; the column's circuits are not joined
  ///   (``setJoined(_:column:at:)``), nor are those it is connected with; the last column connects
  ///   with nothing to its right.
  public mutating func setTerms(
    _ terms: NeuronTerms, of neuron: NeuronIndex, at time: ClockTime
  ) {
    if let problem = terms.problem { preconditionFailure(problem) }
    let n = Int(neuron.rawValue)
    guard terms != self.terms[n] else { return }
    drawTermMismatch()
    let before = CircuitWiring(terms: self.terms).group(of: n)
    var all = self.terms
    all[n] = terms
    if let problem = problem(ofTerms: all) { preconditionFailure(problem) }
    self.terms = all
    let wiring = CircuitWiring(terms: all)
    let after = wiring.group(of: n)
    let staysExact = !isIntegrated(after) && !integrated.contains(n)
    if before == after
      && (staysExact || integrated.isWired(as: constants(of: after, wiring)))
    {
      return refreshNeuron(n, at: Double(time.cycles))
    }
    rebuild(Set(before + after).sorted(), wiring, at: Double(time.cycles))
  }

  /// What a circuit is meant to do beyond ``NeuronParameters``.
  public func nominalTerms(of neuron: NeuronIndex) -> NeuronTerms { terms[Int(neuron.rawValue)] }

  /// What a circuit does, mismatch included.
  public func realisedTerms(of neuron: NeuronIndex) -> NeuronTerms {
    let n = Int(neuron.rawValue)
    return termMismatch?.realised(terms[n], of: n) ?? terms[n]
  }

  /// Whether a neuron is integrated, not computed in closed form.
  public func isIntegrated(_ neuron: NeuronIndex) -> Bool {
    integrated.contains(Int(neuron.rawValue))
  }

  /// Everything that moves in a neuron, at cycle `time`. Changes nothing.
  ///
  /// - Precondition: as for ``membrane(of:at:)``.
  public func state(of neuron: NeuronIndex, at time: ClockTime) -> NeuronState {
    if let (potential, state) = integrated.read(
      Int(neuron.rawValue), at: Double(time.cycles))
    {
      return NeuronState(
        membrane: potential, adaptation: state.pair[1], excitatory: state.strengths[0],
        inhibitory: state.strengths[1])
    }
    let currents = currents(of: neuron, at: time)
    return NeuronState(
      membrane: membrane(of: neuron, at: time), adaptation: 0, excitatory: currents.excitatory,
      inhibitory: currents.inhibitory)
  }

  // MARK: Inside

  /// Why neurons cannot have these terms, beyond what is wrong with each by itself; else nil.
  func problem(ofTerms all: [NeuronTerms]) -> String? {
    let last = ChipSize.columns - 1
    for n in [last, last + ChipSize.columns] where all[n].wiring.reachesRight {
      return "column \(last) has no column to its right"
    }
    guard !joined.isEmpty else { return nil }
    let wiring = CircuitWiring(terms: all)
    for column in joined.columns {
      for n in [column, column + ChipSize.columns]
      where !all[n].isExact || wiring.group(of: n).count > 1 {
        return "column \(column) is joined, but its circuits would have to be integrated"
      }
    }
    return nil
  }

  private mutating func drawTermMismatch() {
    guard termMismatch == nil else { return }
    termMismatch = TermMismatch(seed: mismatch.seed, spreads: mismatch.spreads.terms)
  }

  /// Sets the terms of all neurons and resets those that have any.
  mutating func setAllTerms(_ all: [NeuronTerms], at time: ClockTime) {
    drawTermMismatch()
    let affected = all.indices.filter { all[$0] != terms[$0] || all[$0] != NeuronTerms() }
    terms = all
    rebuild(affected, CircuitWiring(terms: all), at: Double(time.cycles))
  }

  private func isIntegrated(_ group: [Int]) -> Bool {
    group.count > 1 || !terms[group[0]].isExact
  }

  /// The circuits of a group as they are, in their places.
  private func constants(of group: [Int], _ wiring: CircuitWiring) -> [CircuitConstants] {
    var constants = group.map { n in
      CircuitConstants(
        neuron: n, self.realised(n),
        realisedTerms(of: NeuronIndex(n)), relativeCapacitance: relativeCapacitance(of: n))
    }
    guard group.count > 1 else { return constants }
    var realised = wiring.terms
    for n in group { realised[n] = realisedTerms(of: NeuronIndex(n)) }
    CircuitWiring(terms: realised).place(&constants)
    return constants
  }

  private func relativeCapacitance(of n: Int) -> Double {
    termMismatch?.relativeCapacitance(
      code: terms[n].capacitanceCode, intrinsic: configuration.integration.intrinsicCapacitance,
      of: n) ?? 1
  }

  /// What a neuron that has a closed form is, mismatch and terms included.
  func exactParameters(of n: Int) -> NeuronParameters {
    let parameters = realised(n)
    guard termMismatch != nil else { return parameters }
    return realisedTerms(of: NeuronIndex(n)).folded(
      into: parameters, relativeCapacitance: relativeCapacitance(of: n))
  }

  /// A neuron or, if it is integrated, its group has other parameters.
  mutating func refreshNeuron(_ n: Int, at t: Double) {
    guard integrated.contains(n) else {
      return neurons.change(n, to: exactParameters(of: n), at: t)
    }
    let wiring = CircuitWiring(terms: terms)
    integrated.change(to: constants(of: integrated.companions(of: n), wiring), at: t)
  }

  /// Puts circuits where they belong and resets them.
  private mutating func rebuild(_ affected: [Int], _ wiring: CircuitWiring, at t: Double) {
    integrated.remove(affected.flatMap { integrated.companions(of: $0) })
    var isDone = [Bool](repeating: false, count: ChipSize.neurons)
    for first in affected where !isDone[first] {
      let group = wiring.group(of: first)
      for n in group { isDone[n] = true }
      if isIntegrated(group) {
        integrated.insert(constants(of: group, wiring), settings: configuration.integration)
      }
      for n in group { moveIn(n, at: t) }
    }
  }

  private mutating func moveIn(_ n: Int, at t: Double) {
    let noise = drawNoise(for: n)
    if integrated.contains(n) {
      neurons.change(n, to: Self.silent, at: t)
      integrated.reset(n, at: t, noise: noise)
    } else {
      neurons.change(n, to: exactParameters(of: n), at: t)
    }
    neurons.reset(
      n / LaneMath.laneCount, LaneMath.only(n % LaneMath.laneCount), at: t,
      noise: integrated.contains(n) ? Lanes() : Lanes(repeating: noise))
  }

  /// The groups take over the mismatch of the core at cycle `t`.
  mutating func refreshIntegrated(at t: Double) {
    for n in integrated.neurons where integrated.companions(of: n).first == n {
      refreshNeuron(n, at: t)
    }
  }

  /// Delivers to those lanes of a block that are integrated.
  ///
  /// - Returns: what remains for the others.
  mutating func deliverToIntegrated(
    _ block: Int, at t: Double, excitatory: Lanes, inhibitory: Lanes
  ) -> (excitatory: Lanes, inhibitory: Lanes) {
    let bits = integrated.lanes[block]
    guard bits != 0 else { return (excitatory, inhibitory) }
    let mask = LaneMath.mask(bits)
    for lane in 0..<LaneMath.laneCount where mask[lane] {
      guard excitatory[lane] + inhibitory[lane] > 0 else { continue }
      integrated.receive(
        block * LaneMath.laneCount + lane, at: t, excitatory: excitatory[lane],
        inhibitory: inhibitory[lane])
    }
    return (
      excitatory.replacing(with: 0, where: mask), inhibitory.replacing(with: 0, where: mask)
    )
  }
}
