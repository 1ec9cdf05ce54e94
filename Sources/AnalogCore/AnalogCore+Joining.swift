public import ChipGeometry

extension AnalogCore {
  /// What a circuit of the bank is while it belongs to a joined neuron or is integrated: silent.
  static let silent = NeuronParameters(threshold: 1e300)

  /// Joins the membranes of a column's top and bottom circuit to one neuron, or parts them again.
  /// Either way their membranes are reset.
  ///
  /// The two circuits then share a membrane, which moves by the mean of what each alone would do:
  /// two equal circuits have the time constant of one and see half of each input, so twice the gain
  /// gives a neuron that listens to the synapses of both hemispheres as one circuit listens to
  /// its own. Threshold and its noise, reset potential and refractory time are the top circuit's.
  /// When the neuron spikes, both circuits do, in the same cycle. A reset of either column
  /// resets the neuron and redraws its noise, from the top circuit's stream each time.
  ///
  /// This is the exact path for two leaky integrate-and-fire circuits. ``CompartmentWiring``
  /// connects any circuits; a column whose circuits are integrated cannot be joined.
  public mutating func setJoined(_ isJoined: Bool, column: Int, at time: ClockTime) {
    precondition(column >= 0 && column < ChipSize.columns, "column \(column) does not exist")
    guard joined.contains(column: column) != isJoined else { return }
    precondition(
      !integrated.contains(column) && !integrated.contains(column + ChipSize.columns),
      "column \(column) has circuits that are integrated")
    joined.setJoined(isJoined, column: column)
    let t = Double(time.cycles)
    for n in [column, column + ChipSize.columns] {
      neurons.change(n, to: isJoined ? Self.silent : exactParameters(of: n), at: t)
      neurons.reset(
        n / LaneMath.laneCount, LaneMath.only(n % LaneMath.laneCount), at: t,
        noise: isJoined ? Lanes() : Lanes(repeating: drawNoise(for: n)))
    }
    if isJoined {
      changeJoined(column, at: t)
      resetJoined(column, at: t)
    }
  }

  /// Whether a column's two circuits are one neuron.
  public func isJoined(column: Int) -> Bool { joined.contains(column: column) }

  /// Takes over the parameters of both circuits.
  mutating func changeJoined(_ column: Int, at t: Double) {
    joined[column].change(
      top: exactParameters(of: column), bottom: exactParameters(of: column + ChipSize.columns),
      at: t)
  }

  mutating func resetJoined(_ column: Int, at t: Double) {
    joined[column].reset(at: t, noise: drawNoise(for: column))
  }

  /// Delivers to those lanes of a block that belong to joined neurons.
  ///
  /// - Returns: what remains for the others.
  mutating func deliverToJoined(
    _ block: Int, at t: Double, excitatory: Lanes, inhibitory: Lanes
  ) -> (excitatory: Lanes, inhibitory: Lanes) {
    let blocks = ChipSize.columns / LaneMath.laneCount
    let mask = LaneMath.mask(joined.lanes[block % blocks])
    for lane in 0..<LaneMath.laneCount where mask[lane] {
      guard excitatory[lane] + inhibitory[lane] > 0 else { continue }
      joined[block % blocks * LaneMath.laneCount + lane].receive(
        side: block / blocks, at: t, excitatory: excitatory[lane], inhibitory: inhibitory[lane])
    }
    return (
      excitatory.replacing(with: 0, where: mask), inhibitory.replacing(with: 0, where: mask)
    )
  }

  /// The column of a circuit that belongs to a joined neuron, else nil.
  func joinedColumn(of neuron: Int) -> Int? {
    guard !joined.isEmpty, joined.contains(column: neuron % ChipSize.columns) else { return nil }
    return neuron % ChipSize.columns
  }
}
