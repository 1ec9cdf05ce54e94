public import ChipGeometry

extension AnalogCore {
  /// Converts a level that some circuit of a column shows at cycle `time`, in LSB of the nominal
  /// converter. While the debug line is on, its level instead. Changes nothing.
  public func convert(
    _ level: Double, _ hemisphere: Hemisphere, column: Int, _ channel: ColumnADC.Channel,
    at time: ClockTime
  ) -> UInt8 {
    columnADC.code(
      debugVoltage.map { ConverterLevel.voltage($0) } ?? level, hemisphere, column: column,
      channel, at: time)
  }

  /// Converts what a neuron's readout shows at cycle `time`. Changes nothing.
  ///
  /// - Precondition: as for ``membrane(of:at:)``.
  public func convertReadout(
    of neuron: NeuronIndex, _ channel: ColumnADC.Channel, at time: ClockTime
  ) -> UInt8 {
    convert(
      readoutLevel(of: neuron, at: time), neuron.hemisphere, column: neuron.column, channel,
      at: time)
  }

  /// What a neuron's readout shows at cycle `time`, in LSB of the nominal column converter. Changes
  /// nothing.
  ///
  /// - Precondition: as for ``membrane(of:at:)``.
  public func readoutLevel(of neuron: NeuronIndex, at time: ClockTime) -> Double {
    let settings = configuration.converters
    switch readouts[Int(neuron.rawValue)] {
    case .membrane:
      return ConverterLevel.membrane(membrane(of: neuron, at: time))
    case .excitatoryInput:
      let strength = currents(of: neuron, at: time).excitatory
      return settings.synapticBaseline - settings.synapticScale * strength
    case .inhibitoryInput:
      let strength = currents(of: neuron, at: time).inhibitory
      return settings.synapticBaseline - settings.synapticScale * strength
    case .adaptation:
      return ConverterLevel.membrane(state(of: neuron, at: time).adaptation)
    }
  }

  /// Which potential of a neuron the converters see.
  public func readout(of neuron: NeuronIndex) -> NeuronReadout {
    readouts[Int(neuron.rawValue)]
  }

  public mutating func setReadout(_ readout: NeuronReadout, of neuron: NeuronIndex) {
    readouts[Int(neuron.rawValue)] = readout
  }

  /// What a channel adds to its codes, for calibration.
  public func digitalOffset(
    _ hemisphere: Hemisphere, column: Int, _ channel: ColumnADC.Channel
  ) -> Int8 {
    columnADC.digitalOffsets[ColumnADC.index(hemisphere, column: column, channel)]
  }

  public mutating func setDigitalOffset(
    _ offset: Int8, _ hemisphere: Hemisphere, column: Int, _ channel: ColumnADC.Channel
  ) {
    columnADC.setDigitalOffset(
      offset, at: ColumnADC.index(hemisphere, column: column, channel))
  }

  /// What a channel of the column converters is, mismatch and digital offset included.
  public func realisedColumnADC(
    _ hemisphere: Hemisphere, column: Int, _ channel: ColumnADC.Channel
  ) -> RealisedColumnADC {
    columnADC.realised(hemisphere, column: column, channel)
  }

  // MARK: Checkpoint

  /// Digital offsets, readouts, and the debug line.
  func saveConverters(to bytes: inout CheckpointBytes) {
    bytes.add(columnADC.digitalOffsets.map { UInt8(bitPattern: $0) })
    bytes.add(readouts.map(\.rawValue))
    bytes.add([debugVoltage == nil ? 0 : 1])
    bytes.add((debugVoltage ?? 0).bitPattern)
  }

  mutating func restoreConverters(_ reader: inout CheckpointBytes) throws(AnalogCheckpointError) {
    for index in 0..<ColumnADC.channelCount {
      columnADC.setDigitalOffset(Int8(bitPattern: try reader.byte()), at: index)
    }
    for n in 0..<ChipSize.neurons {
      guard let readout = NeuronReadout(rawValue: try reader.byte()) else {
        throw .invalid("readout of neuron \(n)")
      }
      readouts[n] = readout
    }
    let isOn = try reader.byte()
    let voltage = try reader.number()
    guard isOn <= 1, voltage.isFinite, isOn == 1 || voltage == 0 else {
      throw .invalid("a debug line of \(voltage) V")
    }
    debugVoltage = isOn == 1 ? voltage : nil
  }
}
