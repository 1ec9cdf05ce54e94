public import ChipGeometry

extension AnalogCore {
  // MARK: Synapses

  static func index(_ hemisphere: Hemisphere, row: Int, column: Int) -> Int {
    precondition(
      row >= 0 && row < ChipSize.rows && column >= 0 && column < ChipSize.columns,
      "synapse row \(row), column \(column) does not exist")
    return (Int(hemisphere.rawValue) * ChipSize.rows + row) * ChipSize.columns + column
  }

  /// The 6-bit weight code of a synapse.
  public func weight(_ hemisphere: Hemisphere, row: Int, column: Int) -> UInt8 {
    synapses.weights[Self.index(hemisphere, row: row, column: column)]
  }

  /// Only the low six bits of `code` are kept.
  public mutating func setWeight(
    _ code: UInt8, _ hemisphere: Hemisphere, row: Int, column: Int
  ) {
    synapses.setWeight(code, at: Self.index(hemisphere, row: row, column: column))
  }

  /// The 6-bit label of a synapse.
  public func label(_ hemisphere: Hemisphere, row: Int, column: Int) -> UInt8 {
    synapses.labels[Self.index(hemisphere, row: row, column: column)]
  }

  /// Only the low six bits of `label` are kept.
  public mutating func setLabel(
    _ label: UInt8, _ hemisphere: Hemisphere, row: Int, column: Int
  ) {
    synapses.setLabel(label, at: Self.index(hemisphere, row: row, column: column))
  }

  /// The two kinds of bytes that the synapse memory of a hemisphere holds.
  public enum SynapseMemory: Sendable { case weights, labels }

  /// Copies bytes of a hemisphere's synapse memory, from byte `offset` = 256 row + column on.
  public func read(
    _ memory: SynapseMemory, _ hemisphere: Hemisphere, offset: Int,
    into bytes: inout MutableSpan<UInt8>
  ) {
    let start = Self.start(hemisphere, offset: offset, count: bytes.count)
    switch memory {
    case .weights: for i in bytes.indices { bytes[i] = synapses.weights[start + i] }
    case .labels: for i in bytes.indices { bytes[i] = synapses.labels[start + i] }
    }
  }

  /// Writes bytes of a hemisphere's synapse memory, from byte `offset` = 256 row + column on. Only
  /// the low six bits of each are kept.
  public mutating func write(
    _ memory: SynapseMemory, _ hemisphere: Hemisphere, offset: Int, from bytes: Span<UInt8>
  ) {
    let start = Self.start(hemisphere, offset: offset, count: bytes.count)
    switch memory {
    case .weights: for i in bytes.indices { synapses.setWeight(bytes[i], at: start + i) }
    case .labels: for i in bytes.indices { synapses.setLabel(bytes[i], at: start + i) }
    }
  }

  private static func start(_ hemisphere: Hemisphere, offset: Int, count: Int) -> Int {
    let size = ChipSize.rows * ChipSize.columns
    precondition(
      offset >= 0 && count <= size - offset, "synapse bytes \(offset) + \(count) do not exist")
    return Int(hemisphere.rawValue) * size + offset
  }

  // MARK: Rows and drivers

  public func rowMode(_ hemisphere: Hemisphere, row: Int) -> RowMode {
    synapses.rowModes[Self.index(hemisphere, row: row, column: 0) / ChipSize.columns]
  }

  public mutating func setRowMode(_ mode: RowMode, _ hemisphere: Hemisphere, row: Int) {
    synapses.setRowMode(
      mode, at: Self.index(hemisphere, row: row, column: 0) / ChipSize.columns)
  }

  /// The bits of an event's row select that a driver compares with its index on its bus.
  public func rowSelectMask(_ hemisphere: Hemisphere, driver: Int) -> UInt8 {
    synapses.rowSelectMasks[Self.driverIndex(hemisphere, driver)]
  }

  /// Only the low five bits of `mask` are kept; 0 takes every event of the bus.
  public mutating func setRowSelectMask(_ mask: UInt8, _ hemisphere: Hemisphere, driver: Int) {
    synapses.setRowSelectMask(mask, at: Self.driverIndex(hemisphere, driver))
  }

  static func driverIndex(_ hemisphere: Hemisphere, _ driver: Int) -> Int {
    precondition(driver >= 0 && driver < ChipSize.drivers, "driver \(driver) does not exist")
    return Int(hemisphere.rawValue) * ChipSize.drivers + driver
  }

  // MARK: Read-out

  /// The membrane potential at cycle `time`, as a converter sees it. Changes nothing.
  ///
  /// - Precondition: all spikes before `time` have been fired, and nothing later has happened.
  public func membrane(of neuron: NeuronIndex, at time: ClockTime) -> Double {
    let n = Int(neuron.rawValue)
    if let column = joinedColumn(of: n) {
      return joined[column].state(at: Double(time.cycles)).membrane + joined[column].leak
    }
    if let (potential, _) = integrated.read(n, at: Double(time.cycles)) { return potential }
    return neurons.state(of: n, at: Double(time.cycles)).membrane
      + neurons.blocks[n >> 2].leak[n & 3]
  }

  /// Both synaptic currents at cycle `time`, in threshold units; of conductance-based inputs the
  /// conductances, in leak conductances. Changes nothing.
  public func currents(of neuron: NeuronIndex, at time: ClockTime)
    -> (excitatory: Double, inhibitory: Double)
  {
    let n = Int(neuron.rawValue)
    if let column = joinedColumn(of: n) {
      let currents = joined[column].state(at: Double(time.cycles)).currents
      let side = 2 * Int(neuron.hemisphere.rawValue)
      return (currents[side], currents[side + 1])
    }
    if let (_, state) = integrated.read(n, at: Double(time.cycles)) {
      return (state.strengths[0], state.strengths[1])
    }
    let state = neurons.state(of: n, at: Double(time.cycles))
    return (state.excitatory, state.inhibitory)
  }
}
