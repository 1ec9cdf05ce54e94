public import ChipGeometry

extension AnalogCore {
  // MARK: Configuration

  /// Sets what is on for the sensors of a neuron's column: its half of it.
  public mutating func setCorrelationSwitches(
    _ switches: CorrelationSwitches, of neuron: NeuronIndex
  ) {
    let switches = switches.intersection(.all)
    guard switches != correlationSwitches(of: neuron) else { return }
    correlation.setSwitches(switches, ofNeuron: Int(neuron.rawValue))
    synapses.setCorrelated(
      correlation.hasPostPulses(neuron.hemisphere), Int(neuron.hemisphere.rawValue))
  }

  public func correlationSwitches(of neuron: NeuronIndex) -> CorrelationSwitches {
    correlation.switches[Int(neuron.rawValue)]
  }

  /// Sets what all sensors of a hemisphere have in common; mismatch comes on top. Sums are kept.
  ///
  /// - Precondition: ``CommonCorrelation/isPossible``.
  public mutating func setCommonCorrelation(_ common: CommonCorrelation, _ hemisphere: Hemisphere) {
    precondition(common.isPossible, "no hemisphere can have \(common)")
    correlation.common[Int(hemisphere.rawValue)] = common
    refreshCorrelation()
  }

  public func commonCorrelation(_ hemisphere: Hemisphere) -> CommonCorrelation {
    correlation.common[Int(hemisphere.rawValue)]
  }

  /// Sets the calibration bits of a synapse: the low two bits of each code. Sums are kept.
  public mutating func setCorrelationCalibration(
    _ calibration: CorrelationCalibration, _ hemisphere: Hemisphere, row: Int, column: Int
  ) {
    let synapse = Self.index(hemisphere, row: row, column: column)
    let codes = CorrelationCalibration(byte: calibration.byte)
    guard codes != correlation.calibration(of: synapse) else { return }
    correlation.setCalibration(codes, of: synapse)
    let row = synapse / ChipSize.columns
    guard correlation.hasSensors(row: row) else { return }
    correlation.setRealised(
      correlationMismatch(row: row).realised(
        correlation.common[Int(hemisphere.rawValue)], codes, configuration.correlation,
        column: column), row: row, column: column)
  }

  public func correlationCalibration(_ hemisphere: Hemisphere, row: Int, column: Int)
    -> CorrelationCalibration
  {
    correlation.calibration(of: Self.index(hemisphere, row: row, column: column))
  }

  // MARK: Reading

  /// What a sensor has stored, saturation included, in steps of the column converter. Changes
  /// nothing.
  public func correlation(
    _ sensor: CorrelationSensor, _ hemisphere: Hemisphere, row: Int, column: Int
  ) -> Double {
    let row = Self.index(hemisphere, row: row, column: column) / ChipSize.columns
    guard let sensors = correlation.sensors(row: row, column: column) else { return 0 }
    let sum =
      switch sensor {
      case .causal: sensors.causal
      case .acausal: sensors.acausal
      }
    return configuration.correlation.amplitude(ofSum: sum)
  }

  /// What the column converter is given when a synapse row is read, in its steps: a baseline, less
  /// what the sensor has stored if its column connects it. Changes nothing.
  public func correlationLevel(
    _ sensor: CorrelationSensor, _ hemisphere: Hemisphere, row: Int, column: Int
  ) -> Double {
    let switches = correlation.switches[Int(hemisphere.rawValue) * ChipSize.columns + column]
    guard switches.contains(.connects(sensor)) else { return configuration.correlation.baseline }
    return configuration.correlation.baseline
      - correlation(sensor, hemisphere, row: row, column: column)
  }

  /// Sets what some sensors of a row have stored to nothing. Events and spikes that wait for a
  /// partner go on waiting.
  public mutating func resetCorrelation(
    _ sensor: CorrelationSensor, _ hemisphere: Hemisphere, row: Int, columns: Range<Int>
  ) {
    precondition(
      columns.lowerBound >= 0 && columns.upperBound <= ChipSize.columns,
      "columns \(columns) do not exist")
    let row = Self.index(hemisphere, row: row, column: 0) / ChipSize.columns
    correlation.reset(sensor, row: row, columns: columns)
  }

  /// What the sensors of a row are, mismatch and calibration included, column by column.
  public func realisedCorrelation(_ hemisphere: Hemisphere, row: Int) -> [RealisedCorrelation] {
    realisedCorrelation(row: Self.index(hemisphere, row: row, column: 0) / ChipSize.columns)
  }

  // MARK: Inside

  private func correlationMismatch(row: Int) -> CorrelationMismatch {
    CorrelationMismatch(seed: mismatch.seed, spreads: mismatch.spreads.correlation, row: row)
  }

  /// Of row 256 h + r.
  private func realisedCorrelation(row: Int) -> [RealisedCorrelation] {
    let drawn = correlationMismatch(row: row)
    let common = correlation.common[row / ChipSize.rows]
    return (0..<ChipSize.columns).map { column in
      drawn.realised(
        common, correlation.calibration(of: row * ChipSize.columns + column),
        configuration.correlation, column: column)
    }
  }

  /// Sensors are what settings and mismatch now make of them.
  mutating func refreshCorrelation() {
    for row in correlation.rows {
      correlation.setRealised(realisedCorrelation(row: row), row: row)
    }
  }

  /// Gives row 256 h + r its sensors, if it has none.
  mutating func prepareCorrelation(row: Int) {
    guard !correlation.hasSensors(row: row) else { return }
    correlation.setRealised(realisedCorrelation(row: row), row: row)
  }

  /// Tells the sensors of the synapses that a delivery reaches.
  mutating func correlate(_ delivery: SynapseArray.Delivery, at t: Double) {
    for position in Int(delivery.first)..<Int(delivery.end) {
      let step = synapses.steps[position]
      let first = (Int(step.charge) & (SynapseArray.blocksPerRow - 1)) * LaneMath.laneCount
      let row = Int(step.charge) / SynapseArray.blocksPerRow
      for lane in 0..<LaneMath.laneCount where step.lanes >> UInt8(lane) & 1 == 1 {
        let neuron = row / ChipSize.rows * ChipSize.columns + first + lane
        guard correlation.switches[neuron].contains(.postPulses) else { continue }
        prepareCorrelation(row: row)
        correlation.receivePre(row: row, column: first + lane, neuron: neuron, at: t)
      }
    }
  }

  /// The chip's fault: a reset of neurons reaches the sensors of row 0.
  mutating func resetCorrelationOfRowZero(_ hemisphere: Hemisphere, columns: Range<Int>) {
    guard configuration.correlation.resetsRowZero else { return }
    for sensor in CorrelationSensor.allCases {
      resetCorrelation(sensor, hemisphere, row: 0, columns: columns)
    }
  }
}
