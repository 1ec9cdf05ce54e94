public import AnalogCore
public import ChipGeometry

extension ChipDescription {
  /// Digital offsets of the column converters for a span of columns.
  public struct Channels: Equatable, Sendable {
    public var hemisphere = Hemisphere.top
    public var channel = ColumnADC.Channel.causal
    public var firstColumn = 0
    /// One for each column.
    public var offsets: [Int] = []
    public init() {}
  }
}

/// The spreads of the converters, and what they see. The ranges leave no two fields that contradict
/// each other.
let converterFields: [Field<AnalogConfiguration>] = [
  .number(
    "mismatch.adc_channel_offset", \.mismatch.converters.channelOffset, in: 0...50, unit: .lsb,
    "standard deviation of the offsets of the column converters' channels", "4, 6.1a"),
  .number(
    "mismatch.adc_ramp_offset", \.mismatch.converters.rampOffset, in: 0...50, unit: .lsb,
    "standard deviation of what the offsets of a quadrant's channels have in common", "6.1a"),
  .number(
    "mismatch.adc_ramp_slope", \.mismatch.converters.rampSlope, in: 0...0.5,
    "spread of the slopes that a quadrant's channels share", "6.1a"),
  .number(
    "temporal_noise.column_adc", \.converters.columnNoise, in: 0...50, unit: .lsb,
    "standard deviation of a conversion of a column converter", "unpublished"),
  .number(
    "converters.synaptic_baseline", \.converters.synapticBaseline, in: 0...255, unit: .lsb,
    "level of a synaptic input without events, in a readout", "unpublished"),
  .number(
    "converters.synaptic_scale", \.converters.synapticScale, in: 0...1000, unit: .lsb,
    "how far it falls per threshold of synaptic current", "unpublished"),
  .number(
    "temporal_noise.membrane_adc", \.converters.membraneNoise, in: 0...100, unit: .membraneLSB,
    "standard deviation of a conversion of the membrane converter", "6.1b"),
  .number(
    "converters.membrane_offset", \.converters.membraneOffset, in: -1000...1000,
    unit: .membraneLSB, "what the membrane converter gives at 0.06 V", "unpublished"),
  .number(
    "converters.membrane_scale", \.converters.membraneScale, in: 0...100,
    "LSB of the membrane converter per LSB of the column converters", "6.1c"),
]

/// Which potential of a neuron the converters see.
let readoutField: Field<ChipDescription.Neurons> = .choice(
  "readout", \.readout,
  of: NeuronReadout.allCases.map { ($0.name, $0) },
  "the potential that converters see of the neuron", "2.3")

let channelTable = FieldTable(
  defaults: ChipDescription.Channels(),
  [
    hemisphere(\.hemisphere),
    .choice(
      "channel", \.channel, of: [("causal", .causal), ("acausal", .acausal)],
      "which of a column's two", "4"),
    .integer("first_column", \.firstColumn, in: 0...255, "column of the first offset", "1"),
    .integers(
      "offsets", \.offsets, in: -128...127, atMost: ChipSize.columns, unit: "LSB",
      "for each column, what the channel adds to its codes", "4"
    ).required,
  ]
) { group in columnProblem(first: group.firstColumn, count: group.offsets.count) }
