import AnalogCore
import ChipGeometry

// The blocks of the bus that belong to correlation sensors, byte by byte.

extension BusAccess {
  /// The byte at an offset of a block of correlation sensors.
  static func readCorrelation(
    _ block: BusMap.Block, _ offset: Int, _ hemisphere: Hemisphere,
    _ analog: borrowing AnalogCore, at time: ClockTime
  ) -> UInt8 {
    let (row, column) = (offset / ChipSize.columns, offset % ChipSize.columns)
    func converted(_ sensor: CorrelationSensor, _ channel: ColumnADC.Channel) -> UInt8 {
      analog.convert(
        analog.correlationLevel(sensor, hemisphere, row: row, column: column), hemisphere,
        column: column, channel, at: time)
    }
    return switch block {
    case .correlationCausal: converted(.causal, .causal)
    case .correlationAcausal: converted(.acausal, .acausal)
    case .correlationCalibration:
      analog.correlationCalibration(hemisphere, row: row, column: column).byte
    default: analog.correlationSwitches(of: NeuronIndex(hemisphere, column: column)).rawValue
    }
  }

  static func writeCorrelation(
    _ block: BusMap.Block, _ offset: Int, _ hemisphere: Hemisphere, _ analog: inout AnalogCore,
    _ value: UInt8
  ) {
    let (row, column) = (offset / ChipSize.columns, offset % ChipSize.columns)
    switch block {
    case .correlationCausal:
      for sensor in CorrelationSensor.allCases where value >> sensor.rawValue & 1 == 1 {
        analog.resetCorrelation(sensor, hemisphere, row: row, columns: column..<column + 1)
      }
    case .correlationCalibration:
      analog.setCorrelationCalibration(
        CorrelationCalibration(byte: value), hemisphere, row: row, column: column)
    default:
      analog.setCorrelationSwitches(
        CorrelationSwitches(rawValue: value), of: NeuronIndex(hemisphere, column: column))
    }
  }
}

extension BusMap.Block {
  /// Whether a read makes column converters work and takes their time.
  var isConverted: Bool {
    switch self {
    case .columnADC, .correlationCausal, .correlationAcausal: true
    default: false
    }
  }
}
