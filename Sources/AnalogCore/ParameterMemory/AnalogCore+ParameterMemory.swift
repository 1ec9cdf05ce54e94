public import ChipGeometry

/// The cells of all neurons, and which neurons follow theirs.
struct ParameterMemory: Sendable {
  /// 24 n + row.
  private(set) var codes: [UInt16]
  var follows = [Bool](repeating: false, count: ChipSize.neurons)

  static let rowCount = ParameterCell.allCases.count

  init() {
    let row = ParameterCell.allCases.map(\.defaultCode)
    codes = (0..<ChipSize.neurons).flatMap { _ in row }
  }

  subscript(n: Int, cell: ParameterCell) -> UInt16 {
    get { codes[Self.rowCount * n + Int(cell.rawValue)] }
    set { codes[Self.rowCount * n + Int(cell.rawValue)] = newValue }
  }
}

extension AnalogCore {
  /// The code of a neuron's cell.
  public func code(_ cell: ParameterCell, of neuron: NeuronIndex) -> UInt16 {
    parameterMemory[Int(neuron.rawValue), cell]
  }

  /// Writes a cell; only the low ten bits of `code` are kept. A neuron that follows its cells
  /// (``setFollowsCodes(_:of:at:)``) changes at once: settling, some 20 ms on the chip, and crosstalk
  /// of cells are left out.
  public mutating func setCode(
    _ code: UInt16, _ cell: ParameterCell, of neuron: NeuronIndex, at time: ClockTime
  ) {
    let n = Int(neuron.rawValue)
    let kept = code % ParameterCell.codeCount
    guard parameterMemory[n, cell] != kept else { return }
    parameterMemory[n, cell] = kept
    if parameterMemory.follows[n], cell.isEffective { refreshParameters(of: n, at: time) }
  }

  /// Whether a neuron's potentials, time constants and gains come from its cells, by the curves of
  /// ``ParameterTransfer`` and the deviations of ``ParameterSpreads``. Otherwise they are those of
  /// ``setParameters(_:of:at:)`` and the deviations of ``MismatchSpreads``, as if someone had
  /// calibrated the chip. The refractory time, which is digital, is always the former's.
  public func followsCodes(_ neuron: NeuronIndex) -> Bool {
    parameterMemory.follows[Int(neuron.rawValue)]
  }

  public mutating func setFollowsCodes(
    _ follows: Bool, of neuron: NeuronIndex, at time: ClockTime
  ) {
    let n = Int(neuron.rawValue)
    guard parameterMemory.follows[n] != follows else { return }
    if parameterMismatch == nil {
      parameterMismatch = ParameterMismatch(
        seed: mismatch.seed, spreads: configuration.parameterSpreads)
    }
    parameterMemory.follows[n] = follows
    refreshParameters(of: n, at: time)
  }

  private mutating func refreshParameters(of n: Int, at time: ClockTime) {
    if let column = joinedColumn(of: n) {
      return changeJoined(column, at: Double(time.cycles))
    }
    refreshNeuron(n, at: Double(time.cycles))
  }

  /// What a neuron is, mismatch included, without terms and noise.
  func realised(_ n: Int) -> NeuronParameters {
    guard parameterMemory.follows[n], let circuits = parameterMismatch?.circuits else {
      return mismatch.realised(nominal[n], of: NeuronIndex(n))
    }
    return configuration.parameterTransfer.parameters(
      { parameterMemory[n, $0] }, refractoryTime: nominal[n].refractoryTime, circuits[n],
      excitatory: terms[n].excitatory.isEnabled, inhibitory: terms[n].inhibitory.isEnabled)
  }

  // MARK: Checkpoint

  /// Neurons with other codes than the default or that follow theirs.
  func saveParameterMemory(to bytes: inout CheckpointBytes) {
    let plain = ParameterCell.allCases.map(\.defaultCode)
    let rows = ParameterMemory.rowCount
    let changed = (0..<ChipSize.neurons).filter { n in
      parameterMemory.follows[n]
        || Array(parameterMemory.codes[rows * n..<rows * (n + 1)]) != plain
    }
    bytes.add(UInt64(changed.count))
    for n in changed {
      bytes.add(UInt64(n))
      bytes.add([parameterMemory.follows[n] ? 1 : 0])
      for cell in ParameterCell.allCases {
        let code = parameterMemory[n, cell]
        bytes.add([UInt8(truncatingIfNeeded: code), UInt8(code >> 8)])
      }
    }
  }

  mutating func restoreParameterMemory(_ reader: inout CheckpointBytes)
    throws(AnalogCheckpointError)
  {
    let start = ClockTime(cycles: 0)
    let count = try reader.next()
    guard count <= UInt64(ChipSize.neurons) else { throw .invalid("parameter memory") }
    for _ in 0..<count {
      let n = try reader.next()
      let follows = try reader.byte()
      guard n < UInt64(ChipSize.neurons), follows <= 1 else {
        throw .invalid("a neuron of the parameter memory")
      }
      let neuron = NeuronIndex(Int(n))
      for cell in ParameterCell.allCases {
        let low = UInt16(try reader.byte())
        let high = UInt16(try reader.byte())
        guard high < 4 else { throw .invalid("\(cell.name) of neuron \(n)") }
        setCode(low | high << 8, cell, of: neuron, at: start)
      }
      setFollowsCodes(follows == 1, of: neuron, at: start)
    }
  }
}
