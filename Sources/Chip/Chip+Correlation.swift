public import AnalogCore
public import ChipGeometry

extension Chip {
  /// Sets what is on for the correlation sensors of a neuron's column
  /// (``AnalogCore/CorrelationSensor``); everything is off after reset.
  public mutating func setCorrelationSwitches(
    _ switches: CorrelationSwitches, of neuron: NeuronIndex
  ) {
    analog.setCorrelationSwitches(switches, of: neuron)
  }

  public func correlationSwitches(of neuron: NeuronIndex) -> CorrelationSwitches {
    analog.correlationSwitches(of: neuron)
  }

  /// Sets what all correlation sensors of a hemisphere have in common; mismatch comes on top.
  public mutating func setCommonCorrelation(_ common: CommonCorrelation, _ hemisphere: Hemisphere) {
    analog.setCommonCorrelation(common, hemisphere)
  }

  public func commonCorrelation(_ hemisphere: Hemisphere) -> CommonCorrelation {
    analog.commonCorrelation(hemisphere)
  }

  /// Sets the calibration bits of a synapse's sensors.
  public mutating func setCorrelationCalibration(
    _ calibration: CorrelationCalibration, _ hemisphere: Hemisphere, row: Int, column: Int
  ) {
    analog.setCorrelationCalibration(calibration, hemisphere, row: row, column: column)
  }

  public func correlationCalibration(_ hemisphere: Hemisphere, row: Int, column: Int)
    -> CorrelationCalibration
  {
    analog.correlationCalibration(hemisphere, row: row, column: column)
  }

  /// What a sensor has stored, in steps of the column converter. Changes nothing.
  public func correlation(
    _ sensor: CorrelationSensor, _ hemisphere: Hemisphere, row: Int, column: Int
  ) -> Double {
    analog.correlation(sensor, hemisphere, row: row, column: column)
  }

  /// What the sensors of a row are, mismatch and calibration included, column by column.
  public func realisedCorrelation(_ hemisphere: Hemisphere, row: Int) -> [RealisedCorrelation] {
    analog.realisedCorrelation(hemisphere, row: row)
  }
}
