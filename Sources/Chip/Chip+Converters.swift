public import AnalogCore
public import ChipGeometry

extension Chip {
  /// What the readout of a neuron is converted to now (``AnalogCore/convertReadout(of:_:at:)``).
  /// Changes nothing, and no time passes.
  public func convertReadout(
    of neuron: NeuronIndex, _ channel: ColumnADC.Channel = .causal
  ) -> UInt8 {
    analog.convertReadout(of: neuron, channel, at: now)
  }

  /// Which potential of a neuron the converters see.
  public func readout(of neuron: NeuronIndex) -> NeuronReadout { analog.readout(of: neuron) }

  public mutating func setReadout(_ readout: NeuronReadout, of neuron: NeuronIndex) {
    analog.setReadout(readout, of: neuron)
  }

  /// What a channel of the column converters adds to its codes, for calibration.
  public func digitalOffset(
    _ hemisphere: Hemisphere, column: Int, _ channel: ColumnADC.Channel
  ) -> Int8 {
    analog.digitalOffset(hemisphere, column: column, channel)
  }

  public mutating func setDigitalOffset(
    _ offset: Int8, _ hemisphere: Hemisphere, column: Int, _ channel: ColumnADC.Channel
  ) {
    analog.setDigitalOffset(offset, hemisphere, column: column, channel)
  }

  /// What a channel of the column converters is, mismatch and digital offset included.
  public func realisedColumnADC(
    _ hemisphere: Hemisphere, column: Int, _ channel: ColumnADC.Channel
  ) -> RealisedColumnADC {
    analog.realisedColumnADC(hemisphere, column: column, channel)
  }

  /// A voltage in volts on the debug line, which all converters see instead of what they are
  /// connected with; nil: off.
  public var debugVoltage: Double? {
    get { analog.debugVoltage }
    set { analog.debugVoltage = newValue }
  }
}
