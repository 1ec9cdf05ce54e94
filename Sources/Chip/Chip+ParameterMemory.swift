public import AnalogCore
public import ChipGeometry

extension Chip {
  /// The code of a neuron's cell in the parameter memory.
  public func code(_ cell: ParameterCell, of neuron: NeuronIndex) -> UInt16 {
    analog.code(cell, of: neuron)
  }

  /// Writes a cell; only the low ten bits of `code` are kept.
  public mutating func setCode(_ code: UInt16, _ cell: ParameterCell, of neuron: NeuronIndex) {
    analog.setCode(code, cell, of: neuron, at: now)
  }

  /// Whether a neuron's parameters come from its cells (``AnalogCore/followsCodes(_:)``).
  public func followsCodes(_ neuron: NeuronIndex) -> Bool { analog.followsCodes(neuron) }

  public mutating func setFollowsCodes(_ follows: Bool, of neuron: NeuronIndex) {
    analog.setFollowsCodes(follows, of: neuron, at: now)
  }
}
