public import AnalogCore
public import ChipGeometry

extension ChipDescription {
  /// What the correlation sensors of a hemisphere have in common.
  public struct Correlation: Equatable, Sendable {
    public var hemisphere = Hemisphere.top
    public var common = CommonCorrelation()
    public init() {}
  }

  /// What is on for the correlation sensors of columns.
  public struct CorrelationColumns: Equatable, Sendable {
    public var hemisphere = Hemisphere.top
    public var columns = 0...0
    public var hasPostPulses = true
    public var connectsCausal = true
    public var connectsAcausal = true
    public init() {}

    var switches: CorrelationSwitches {
      var switches: CorrelationSwitches = []
      if hasPostPulses { switches.insert(.postPulses) }
      if connectsCausal { switches.insert(.causal) }
      if connectsAcausal { switches.insert(.acausal) }
      return switches
    }
  }

  /// Calibration bits of the correlation sensors of a block of synapses.
  public struct CorrelationCodes: Equatable, Sendable {
    public var hemisphere = Hemisphere.top
    public var rows = 0...0
    public var columns = 0...0
    public var codes = CorrelationCalibration()
    public init() {}
  }
}

/// The spreads of correlation sensors, and how they are read and calibrated.
let correlationAnalogFields: [Field<AnalogConfiguration>] = [
  .number(
    "mismatch.correlation_amplitude", \.mismatch.correlation.amplitude, in: 0...0.5,
    "spread of what pairs add to correlation sensors, each by itself", "4, unpublished"),
  .number(
    "mismatch.correlation_tau", \.mismatch.correlation.timeConstant, in: 0...0.5,
    "spread of their time constants", "4, unpublished"),
  .number(
    "correlation_transfer.baseline", \.correlation.baseline, in: 1...255, unit: .lsb,
    "what is read of a sensor that has stored nothing", "4, unpublished"),
  .number(
    "correlation_transfer.saturation", \.correlation.saturation, in: 1...255, unit: .lsb,
    "the most that a sensor lowers that by", "4, unpublished"),
  .number(
    "correlation_transfer.linear_part", \.correlation.linearPart, in: 0...1,
    "the part of it up to which readings follow the sum of all pairs", "4, unpublished"),
  .number(
    "correlation_transfer.amplitude_step", \.correlation.amplitudeStep, in: 0...0.9,
    "what a step of the amplitude code adds, as a part", "4, unpublished"),
  .number(
    "correlation_transfer.time_step", \.correlation.timeStep, in: 0...0.9,
    "what a step of the time code adds, as a part", "4, unpublished"),
  .bool(
    "correlation_transfer.resets_row_zero", \.correlation.resetsRowZero,
    "whether a neuron reset also resets the sensors of row 0", "4"),
]

let correlationLists: [Field<ChipDescription>] = [
  .list(
    "correlation", \.correlation, of: correlationTable,
    "what the correlation sensors of a hemisphere have in common", "4"
  ) { _ in ChipDescription.Correlation() },
  .list(
    "correlation_columns", \.correlationColumns, of: correlationColumnTable,
    "columns whose correlation sensors work; all others are off", "3, 4"
  ) { _ in ChipDescription.CorrelationColumns() },
  .list(
    "correlation_calibration", \.correlationCodes, of: correlationCodeTable,
    "calibration bits of correlation sensors", "1.2, 4"
  ) { _ in ChipDescription.CorrelationCodes() },
]

private let correlationTable = FieldTable(
  defaults: ChipDescription.Correlation(),
  [
    hemisphere(\.hemisphere),
    .number(
      "amplitude", \.common.amplitude, in: 0...100, unit: .lsb,
      "what a pair without delay adds (the calibrated chip's range: 0.2 to 2)", "4"),
    .number(
      "tau", \.common.timeConstant, in: 0.1...2000, unit: .microseconds,
      "time constant of what others add (the calibrated chip's range: 2 to 30)", "4"),
  ])

private let correlationColumnTable = FieldTable(
  defaults: ChipDescription.CorrelationColumns(),
  [
    hemisphere(\.hemisphere), columns(\.columns),
    .bool("post_pulses", \.hasPostPulses, "whether the neuron's spikes reach its sensors", "1.4"),
    .bool(
      "causal", \.connectsCausal, "whether causal sensors are connected to the converter", "3"),
    .bool(
      "acausal", \.connectsAcausal, "whether acausal sensors are connected to the converter", "3"),
  ])

private let correlationCodeTable = FieldTable(
  defaults: ChipDescription.CorrelationCodes(),
  [
    hemisphere(\.hemisphere), rows(\.rows), columns(\.columns),
    .integer(
      "time", \.codes.time, in: 0...3, unit: "codes", "the time constant; nothing at 1", "1.2, 4"),
    .integer(
      "amplitude", \.codes.amplitude, in: 0...3, unit: "codes", "the amplitude; nothing at 1",
      "1.2, 4"),
  ])
