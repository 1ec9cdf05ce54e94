public import AnalogCore
public import ChipGeometry

extension ChipDescription {
  /// Codes of one row of the parameter memory for a span of columns, which follow theirs from then
  /// on.
  public struct ParameterCodes: Equatable, Sendable {
    public var hemisphere = Hemisphere.top
    public var cell = ParameterCell.leak
    public var firstColumn = 0
    /// One for each column.
    public var codes: [Int] = []
    public init() {}
  }
}

private let volts: ClosedRange<Double> = 0...0.5
private let spread: ClosedRange<Double> = 0...0.5

/// The curves of the parameter memory, and how circuits differ from them.
let parameterMemoryFields: [Field<AnalogConfiguration>] =
  [
    .number(
      "parameter_transfer.voltage_per_code", \.parameterTransfer.voltagePerCode, in: 0.0001...0.2,
      unit: .volts, "membrane voltage per code of leak, reset and threshold", "2.4"),
    .number(
      "parameter_transfer.follower_drop", \.parameterTransfer.followerDrop, in: 0...1.6,
      unit: .volts, "what the source follower takes from leak and reset", "2.2"),
    .number(
      "parameter_transfer.membrane_time", \.parameterTransfer.membraneTime, in: 1...100_000,
      unit: .microsecondCodes, "membrane time constant times code", "6.1a"),
    .number(
      "parameter_transfer.synaptic_time", \.parameterTransfer.synapticTime, in: 1...100_000,
      unit: .microsecondCodes, "synaptic time constant times code", "6.1a"),
    .number(
      "parameter_transfer.gain_per_code", \.parameterTransfer.gainPerCode, in: 0...10,
      unit: .thresholds, "gain per code at a membrane time constant of 12 us", "unpublished"),
    .number(
      "parameter_transfer.shift_per_code", \.parameterTransfer.shiftPerCode, in: 0...1,
      unit: .thresholds,
      "what a code of an input's shift moves the membrane by, with gain code 500 and a membrane "
        + "time constant of 12 us", "unpublished"),
    .number(
      "parameter_transfer.shift_centre", \.parameterTransfer.shiftCentre, in: 0...1022,
      unit: .codes, "the shift code that moves a nominal circuit by nothing", "6.1a"),
    .number(
      "parameter_mismatch.follower", \.parameterSpreads.follower, in: volts, unit: .volts,
      "standard deviation of the source followers of leak and reset", "6.1a"),
    .number(
      "parameter_mismatch.leak", \.parameterSpreads.leak, in: volts, unit: .volts,
      "standard deviation of leaks beside that", "6.1a"),
    .number(
      "parameter_mismatch.reset", \.parameterSpreads.reset, in: volts, unit: .volts,
      "standard deviation of reset potentials beside that", "6.1a"),
    .number(
      "parameter_mismatch.threshold", \.parameterSpreads.threshold, in: volts, unit: .volts,
      "standard deviation of thresholds", "6.1a"),
    .number(
      "parameter_mismatch.leak_conductance", \.parameterSpreads.leakConductance, in: spread,
      "spread of the leak conductances", "6.1a"),
    .number(
      "parameter_mismatch.synaptic_conductance", \.parameterSpreads.synapticConductance,
      in: spread, "spread of the inputs' conductances", "6.1a"),
    .number(
      "parameter_mismatch.gain", \.parameterSpreads.gain, in: spread,
      "spread of the inputs' gains", "6.1a"),
    .number(
      "parameter_mismatch.shift", \.parameterSpreads.shift, in: 0...500, unit: .codes,
      "standard deviation of the inputs' shifts", "6.1a"),
  ] + quadrantFields

/// What the circuits of a quadrant have in common.
private let quadrantFields: [Field<AnalogConfiguration>] = [
  .number(
    "parameter_mismatch.quadrant_follower", \.parameterSpreads.quadrantFollower, in: volts,
    unit: .volts, "standard deviation of source followers between quadrants", "6.1a"),
  .number(
    "parameter_mismatch.quadrant_reset", \.parameterSpreads.quadrantReset, in: volts,
    unit: .volts, "standard deviation of reset potentials between quadrants", "6.1a"),
  .number(
    "parameter_mismatch.quadrant_threshold", \.parameterSpreads.quadrantThreshold, in: volts,
    unit: .volts, "standard deviation of thresholds between quadrants", "6.1a"),
  .number(
    "parameter_mismatch.quadrant_synaptic_conductance",
    \.parameterSpreads.quadrantSynapticConductance, in: spread,
    "spread of the inputs' conductances between quadrants", "6.1a"),
  .number(
    "parameter_mismatch.quadrant_gain", \.parameterSpreads.quadrantGain, in: spread,
    "spread of the inputs' gains between quadrants", "6.1a"),
]

let parameterCodeTable = FieldTable(
  defaults: ChipDescription.ParameterCodes(),
  [
    hemisphere(\.hemisphere),
    .choice(
      "cell", \.cell, of: ParameterCell.allCases.map { ($0.name, $0) }, "row of the memory", "2.2"
    ).required,
    .integer("first_column", \.firstColumn, in: 0...255, "column of the first code", "1"),
    .integers(
      "codes", \.codes, in: 0...1023, atMost: ChipSize.columns,
      "a code for each column; 1023 stops the refreshing of a cell, which is then as at 0", "2.2"
    ).required,
  ]
) { group in columnProblem(first: group.firstColumn, count: group.codes.count) }

/// What is wrong with values for columns from a first one on.
func columnProblem(first: Int, count: Int) -> String? {
  if count == 0 { return "there are no values" }
  let last = first + count - 1
  return last < ChipSize.columns
    ? nil : "the last value would be for column \(last), the largest is 255"
}
