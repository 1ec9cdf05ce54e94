public import AnalogCore
public import ChipGeometry
import EventFabric

extension LayeredNetwork {
  /// What the hidden neurons are by default: code 63 means 8 thresholds.
  public static let hiddenParameters = NeuronParameters(excitatoryGain: 8, inhibitoryGain: 8)
  /// What the output neurons are by default: code 63 means 2 thresholds.
  public static let outputParameters = NeuronParameters(excitatoryGain: 2, inhibitoryGain: 2)

  /// Puts the network on the chip: routing, rows, labels, back ends, neuron parameters, and which
  /// source has delay taps. Weights stay as they are, recorders and delays too.
  ///
  /// - Parameters:
  ///   - chip: the chip.
  ///   - hiddenParameters: nominal parameters of the hidden neurons.
  ///   - outputParameters: nominal parameters of the output neurons, as if each were one circuit.
  public func configure(
    _ chip: inout Chip, hidden hiddenParameters: NeuronParameters = hiddenParameters,
    output outputParameters: NeuronParameters = outputParameters
  ) {
    for hemisphere in hemispheres {
      route(hemisphere, on: &chip)
      for input in 0..<inputCount {
        connect(.input(input), to: hiddenColumns(hemisphere), hemisphere, on: &chip)
      }
      for neuron in hiddenNeurons(in: hemisphere) {
        let index = place(ofHidden: neuron).index
        connect(.hidden(index), to: outputColumns, hemisphere, on: &chip)
        place(
          .hidden(neuron), Self.column(hidden: index), hemisphere, hiddenParameters, on: &chip)
      }
    }
    var outputParameters = outputParameters
    if spansBoth {
      outputParameters.excitatoryGain *= 2
      outputParameters.inhibitoryGain *= 2
    }
    for neuron in 0..<outputCount {
      let column = Self.column(output: neuron)
      for hemisphere in hemispheres {
        place(.output(neuron), column, hemisphere, outputParameters, on: &chip)
      }
      chip.setJoined(spansBoth, column: column)
    }
  }

  private func route(_ hemisphere: Hemisphere, on chip: inout Chip) {
    for driver in 0..<ChipSize.drivers {
      chip.setRowSelectMask(hasSynapticDelays ? 31 : 0, hemisphere, driver: driver)
    }
    // Neurons of both hemispheres share the event outputs.
    let own = CrossbarNode(
      mask: Self.bottomLabelBit, target: hemisphere == .bottom ? Self.bottomLabelBit : 0)
    for bus in 0..<ChipSize.busesPerHemisphere {
      chip.setNode(
        from: .neuronOutput(bus), to: .bus(hemisphere, bus), spansBoth ? own : .open)
      // Of labels 0x520 … 0x527 the two whose input lies on this bus.
      chip.setNode(
        from: .link(0), to: .bus(hemisphere, bus),
        hasSynapticDelays
          ? CrossbarNode(mask: 0x3800, target: Self.inputCopies(bus: bus))
          : CrossbarNode(mask: 0x3FFB, target: Self.label(.input(bus)).rawValue))
    }
  }

  private func hiddenColumns(_ hemisphere: Hemisphere) -> [Int] {
    hiddenNeurons(in: hemisphere).map {
      Self.column(hidden: place(ofHidden: $0).index)
    }
  }
  private var outputColumns: [Int] { (0..<outputCount).map { Self.column(output: $0) } }

  private func connect(
    _ source: Source, to columns: [Int], _ hemisphere: Hemisphere, on chip: inout Chip
  ) {
    guard let driver = Self.driver(source) else { return }
    chip.setRowMode(.excitatory, hemisphere, row: 2 * driver)
    chip.setRowMode(.inhibitory, hemisphere, row: 2 * driver + 1)
    for row in [2 * driver, 2 * driver + 1] {
      for (target, column) in columns.enumerated() {
        let label = hasSynapticDelays ? UInt8(target) : Self.label(source).synapseLabel
        chip.setSynapseLabel(label, hemisphere, row: row, column: column)
      }
    }
    guard hasSynapticDelays, let row = Self.tapRow(source) else { return }
    let rowSelect = UInt16(driver / ChipSize.busesPerHemisphere) << 6
    switch source {
    case .hidden(let h):
      chip.setTaps(
        DelayTaps(hemisphere, row: row, count: columns.count, label: EventLabel(rowSelect)),
        of: NeuronIndex(hemisphere, column: Self.column(hidden: h)))
    default:
      let label = Self.inputCopies(bus: driver % ChipSize.busesPerHemisphere) | rowSelect
      chip.setTaps(
        DelayTaps(hemisphere, row: row, count: columns.count, label: EventLabel(label)),
        ofHostEvents: Self.label(source))
    }
  }

  /// Bits 13:11 of the copies of inputs, by which the crossbar leads them to a bus. No other event
  /// of the host has bit 13.
  private static func inputCopies(bus: Int) -> UInt16 { 0x2000 | UInt16(bus) << 11 }

  // MARK: Delays

  /// The row of delay taps of a source that reaches neurons, nil of others.
  package static func tapRow(_ source: Source) -> Int? {
    switch source {
    case .hidden(let h): h
    case .input(let k): Int(ProgramInterface.firstInputTapRow) + k
    case .output, .teacher, .endOfSample: nil
    }
  }

  /// The delay of each synapse in ticks, where each has its own: from input to hidden neuron
  /// `[input][hidden]`, then from hidden neuron to output `[hidden][output]`.
  public func synapticDelays(on chip: borrowing Chip) -> [UInt16] {
    var delays: [UInt16] = []
    func append(_ source: Source, _ targetCount: Int) {
      guard let row = Self.tapRow(source) else { return }
      for target in 0..<targetCount {
        delays.append(chip.tapDelay(hemisphere, row: row, tap: target))
      }
    }
    for input in 0..<inputCount { append(.input(input), hiddenCount) }
    for hidden in 0..<hiddenCount { append(.hidden(hidden), outputCount) }
    return delays
  }

  private func place(
    _ source: Source, _ column: Int, _ hemisphere: Hemisphere, _ parameters: NeuronParameters,
    on chip: inout Chip
  ) {
    let neuron = NeuronIndex(hemisphere, column: column)
    let address = UInt8(truncatingIfNeeded: label(of: source).rawValue)
    chip.setBackend(neuron, addressOut: address, isEnabled: true)
    chip.setParameters(parameters, of: neuron)
  }

  // MARK: Weights

  /// Sets the weight from an input or a hidden neuron to a column, −63…63. That of an input goes to
  /// the top hemisphere of a network that spans both, unless `hemisphere` names the other.
  ///
  /// - Precondition: the source reaches neurons; the weight is in range.
  public func setWeight(
    _ weight: Int, from source: Source, toColumn column: Int, in hemisphere: Hemisphere? = nil,
    on chip: inout Chip
  ) {
    let (hemisphere, driver) = driver(of: source, hemisphere)
    precondition(abs(weight) <= ChipSize.maximumWeight, "weight \(weight) does not exist")
    chip.setWeight(UInt8(max(weight, 0)), hemisphere, row: 2 * driver, column: column)
    chip.setWeight(UInt8(max(-weight, 0)), hemisphere, row: 2 * driver + 1, column: column)
  }

  private func driver(
    of source: Source, _ wanted: Hemisphere?
  ) -> (hemisphere: Hemisphere, driver: Int) {
    var (hemisphere, source) = (wanted ?? hemisphere, source)
    if case .hidden(let h) = source {
      let (own, index) = place(ofHidden: h)
      (hemisphere, source) = (own, .hidden(index))
    }
    guard let driver = Self.driver(source) else {
      preconditionFailure("\(source) reaches no neuron")
    }
    return (hemisphere, driver)
  }

  /// The weight from an input or a hidden neuron to a column: excitatory minus inhibitory code.
  ///
  /// - Precondition: the source reaches neurons.
  public func weight(
    from source: Source, toColumn column: Int, in hemisphere: Hemisphere? = nil,
    on chip: borrowing Chip
  ) -> Int {
    let (hemisphere, driver) = driver(of: source, hemisphere)
    return Int(chip.weight(hemisphere, row: 2 * driver, column: column))
      - Int(chip.weight(hemisphere, row: 2 * driver + 1, column: column))
  }
}
