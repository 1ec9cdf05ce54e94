public import AnalogCore
public import ChipGeometry

extension Chip {
  /// Gives a synapse driver short-term plasticity, or with nil full pulses; mismatch comes on top
  /// (``AnalogCore/setShortTermPlasticity(_:ofDriver:_:at:)``).
  public mutating func setShortTermPlasticity(
    _ plasticity: ShortTermPlasticity?, ofDriver driver: Int, _ hemisphere: Hemisphere
  ) {
    analog.setShortTermPlasticity(plasticity, ofDriver: driver, hemisphere, at: now)
  }

  /// Sets what the short-term plasticity of all drivers of a hemisphere has in common.
  public mutating func setCommonShortTermPlasticity(
    _ common: CommonShortTermPlasticity, _ hemisphere: Hemisphere
  ) {
    analog.setCommonShortTermPlasticity(common, hemisphere, at: now)
  }

  /// All drivers of a hemisphere are recovered now. Resetting neurons does not do that.
  public mutating func resetShortTermPlasticity(_ hemisphere: Hemisphere) {
    analog.resetShortTermPlasticity(hemisphere, at: now)
  }

  /// What was set for a driver; nil: full pulses.
  public func shortTermPlasticity(ofDriver driver: Int, _ hemisphere: Hemisphere)
    -> ShortTermPlasticity?
  {
    analog.shortTermPlasticity(ofDriver: driver, hemisphere)
  }

  /// What all drivers of a hemisphere have in common.
  public func commonShortTermPlasticity(_ hemisphere: Hemisphere) -> CommonShortTermPlasticity {
    analog.commonShortTermPlasticity(hemisphere)
  }

  /// What the short-term plasticity of a driver is, mismatch included; nil if it has none.
  public func realisedShortTermPlasticity(ofDriver driver: Int, _ hemisphere: Hemisphere)
    -> RealisedShortTermPlasticity?
  {
    analog.realisedShortTermPlasticity(ofDriver: driver, hemisphere)
  }

  /// Where a driver's short-term plasticity stands now, nil if it has none. Changes nothing.
  public func shortTermState(ofDriver driver: Int, _ hemisphere: Hemisphere) -> ShortTermState? {
    analog.shortTermState(ofDriver: driver, hemisphere, at: now)
  }
}
