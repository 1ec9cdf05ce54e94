import ChipGeometry

extension AnalogCore {
  /// What hemispheres have in common, switches and last spikes of columns, calibration bits that
  /// are not as after reset, then the rows that have sensors.
  func saveCorrelation(to bytes: inout CheckpointBytes) {
    for common in correlation.common {
      bytes.add(common.amplitude.bitPattern)
      bytes.add(common.timeConstant.bitPattern)
    }
    bytes.add(correlation.switches.map(\.rawValue))
    for time in correlation.postTimes { bytes.add(time.bitPattern) }
    let calibrated = correlation.calibratedSynapses
    bytes.add(UInt64(calibrated.count))
    for synapse in calibrated {
      bytes.add(UInt64(synapse))
      bytes.add([correlation.calibration(of: synapse).byte])
    }
    let rows = correlation.rows
    bytes.add(UInt64(rows.count))
    for row in rows {
      bytes.add(UInt64(row))
      for column in 0..<ChipSize.columns {
        guard let sensors = correlation.sensors(row: row, column: column) else { continue }
        bytes.add([sensors.isUnused ? 0 : 1])
        guard !sensors.isUnused else { continue }
        for value in [sensors.preTime, sensors.causal, sensors.acausal] {
          bytes.add(value.bitPattern)
        }
      }
    }
  }

  mutating func restoreCorrelation(_ reader: inout CheckpointBytes) throws(AnalogCheckpointError) {
    for hemisphere in Hemisphere.allCases {
      let common = CommonCorrelation(
        amplitude: try reader.number(), timeConstant: try reader.number())
      guard common.isPossible else { throw .invalid("correlation sensors of a hemisphere") }
      setCommonCorrelation(common, hemisphere)
    }
    for n in 0..<ChipSize.neurons {
      let switches = CorrelationSwitches(rawValue: try reader.byte())
      guard switches.isSubset(of: .all) else { throw .invalid("switches of column \(n)") }
      setCorrelationSwitches(switches, of: NeuronIndex(n))
    }
    for n in 0..<ChipSize.neurons {
      let time = try reader.number()
      guard Self.isTime(time) else { throw .invalid("last spike of neuron \(n)") }
      correlation.setPostTime(time, ofNeuron: n)
    }
    let calibrated = try reader.next()
    for _ in 0..<calibrated {
      guard let synapse = Int(exactly: try reader.next()), synapse < SynapseArray.synapseCount
      else { throw .invalid("calibration of a correlation sensor") }
      correlation.setCalibration(CorrelationCalibration(byte: try reader.byte()), of: synapse)
    }
    let rows = try reader.next()
    for _ in 0..<rows {
      guard let row = Int(exactly: try reader.next()), row < 2 * ChipSize.rows,
        !correlation.hasSensors(row: row)
      else { throw .invalid("row of correlation sensors") }
      prepareCorrelation(row: row)
      for column in 0..<ChipSize.columns where try reader.byte() != 0 {
        let state = try reader.numbers(3)
        guard Self.isTime(state[0]), state[1].isFinite, state[2].isFinite else {
          throw .invalid("correlation sensors of row \(row)")
        }
        correlation.setState(
          row: row, column: column, preTime: state[0], causal: state[1], acausal: state[2])
      }
    }
  }

  private static func isTime(_ time: Double) -> Bool {
    time == -1 || (time >= 0 && time.isFinite)
  }
}
