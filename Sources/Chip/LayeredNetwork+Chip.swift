public import AnalogCore
import ChipGeometry
import EventFabric

extension LayeredNetwork {
  /// What the hidden neurons are by default: code 63 means 8 thresholds.
  public static let hiddenParameters = NeuronParameters(excitatoryGain: 8, inhibitoryGain: 8)
  /// What the output neurons are by default: code 63 means 2 thresholds.
  public static let outputParameters = NeuronParameters(excitatoryGain: 2, inhibitoryGain: 2)

  /// Puts the network on the chip: routing, rows, labels, back ends, neuron parameters. Weights stay
  /// as they are, recorders and delay lines too.
  ///
  /// - Parameters:
  ///   - chip: the chip.
  ///   - hiddenParameters: nominal parameters of the hidden neurons.
  ///   - outputParameters: nominal parameters of the output neurons.
  public func configure(
    _ chip: inout Chip, hidden hiddenParameters: NeuronParameters = hiddenParameters,
    output outputParameters: NeuronParameters = outputParameters
  ) {
    for driver in 0..<ChipSize.drivers {
      chip.setRowSelectMask(0, hemisphere, driver: driver)
    }
    for bus in 0..<ChipSize.busesPerHemisphere {
      chip.setNode(from: .neuronOutput(bus), to: .bus(hemisphere, bus), .open)
      // Of labels 0x520 … 0x527 the two whose input lies on this bus.
      chip.setNode(
        from: .link(0), to: .bus(hemisphere, bus),
        CrossbarNode(mask: 0x3FFB, target: Self.label(.input(bus)).rawValue))
    }
    for input in 0..<inputCount {
      connect(.input(input), to: hiddenColumns, on: &chip)
    }
    for neuron in 0..<hiddenCount {
      connect(.hidden(neuron), to: outputColumns, on: &chip)
      place(.hidden(neuron), Self.column(hidden: neuron), hiddenParameters, on: &chip)
    }
    for neuron in 0..<outputCount {
      place(.output(neuron), Self.column(output: neuron), outputParameters, on: &chip)
    }
  }

  private var hiddenColumns: [Int] { (0..<hiddenCount).map { Self.column(hidden: $0) } }
  private var outputColumns: [Int] { (0..<outputCount).map { Self.column(output: $0) } }

  private func connect(_ source: Source, to columns: [Int], on chip: inout Chip) {
    guard let driver = Self.driver(source) else { return }
    chip.setRowMode(.excitatory, hemisphere, row: 2 * driver)
    chip.setRowMode(.inhibitory, hemisphere, row: 2 * driver + 1)
    for row in [2 * driver, 2 * driver + 1] {
      for column in columns {
        chip.setSynapseLabel(Self.label(source).synapseLabel, hemisphere, row: row, column: column)
      }
    }
  }

  private func place(
    _ source: Source, _ column: Int, _ parameters: NeuronParameters, on chip: inout Chip
  ) {
    let neuron = NeuronIndex(hemisphere, column: column)
    let address = UInt8(truncatingIfNeeded: Self.label(source).rawValue)
    chip.setBackend(neuron, addressOut: address, isEnabled: true)
    chip.setParameters(parameters, of: neuron)
  }

  // MARK: Weights

  /// Sets the weight from an input or a hidden neuron to a column, −63…63.
  ///
  /// - Precondition: the source reaches neurons; the weight is in range.
  public func setWeight(
    _ weight: Int, from source: Source, toColumn column: Int, on chip: inout Chip
  ) {
    guard let driver = Self.driver(source) else {
      preconditionFailure("\(source) reaches no neuron")
    }
    precondition(abs(weight) <= ChipSize.maximumWeight, "weight \(weight) does not exist")
    chip.setWeight(UInt8(max(weight, 0)), hemisphere, row: 2 * driver, column: column)
    chip.setWeight(UInt8(max(-weight, 0)), hemisphere, row: 2 * driver + 1, column: column)
  }

  /// The weight from an input or a hidden neuron to a column: excitatory minus inhibitory code.
  ///
  /// - Precondition: the source reaches neurons.
  public func weight(from source: Source, toColumn column: Int, on chip: borrowing Chip) -> Int {
    guard let driver = Self.driver(source) else {
      preconditionFailure("\(source) reaches no neuron")
    }
    return Int(chip.weight(hemisphere, row: 2 * driver, column: column))
      - Int(chip.weight(hemisphere, row: 2 * driver + 1, column: column))
  }
}
