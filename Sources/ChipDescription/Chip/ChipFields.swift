import AnalogCore
import Chip
import ChipGeometry
import EventFabric

// All fields of a chip description. A new field is one line here.

private typealias ChipField = Field<ChipDescription>

extension ChipDescription {
  /// All fields with their units, ranges and defaults.
  public static let table = FieldTable(
    defaults: ChipDescription(),
    general + mismatch + circuits + converters + fabric + integration + neuron + lists
      + correlationLists)

  /// Whole numbers that every reader of JSON keeps are below 2^53; this tool keeps all.
  private static let seeds: ClosedRange<UInt64> = 0...UInt64.max

  private static let general: [ChipField] = [
    .format("ranvier-chip-1", "what the file is, and the version of its fields"),
    .integer(
      "chip_seed", \.analog.chipSeed, in: seeds, "chooses the individual chip: its mismatch", "6.1"),
    .integer("noise_seed", \.analog.noiseSeed, in: seeds, "chooses the temporal noise", "6.1b"),
    .optionalInteger(
      "generator_seed", \.generatorSeed, in: seeds,
      "first states of the processors' random generators; null: the chip seed", "5.3"),
  ]

  private static let spread: ClosedRange<Double> = 0...0.5

  /// Relative standard deviations of Gaussians that are cut at 2.5 sigma.
  private static let mismatch: [ChipField] = [
    .number(
      "mismatch.tau_m", \.analog.mismatch.membraneTimeConstant, in: spread,
      "spread of the membrane time constants", "6.1a, 6.1c"),
    .number(
      "mismatch.tau_s", \.analog.mismatch.synapticTimeConstant, in: spread,
      "spread of the synaptic time constants, each input by itself", "6.1a, 6.1c"),
    .number(
      "mismatch.threshold", \.analog.mismatch.threshold, in: spread,
      "spread of the thresholds", "6.1a, 6.1c"),
    .number(
      "mismatch.gain", \.analog.mismatch.gain, in: spread,
      "spread of the synaptic gains, each input by itself", "6.1a"),
    .number(
      "mismatch.quadrant_gain", \.analog.mismatch.quadrantGain, in: spread,
      "spread of what the gains of a quadrant have in common", "6.1a"),
    .number(
      "mismatch.weight", \.analog.mismatch.weight, in: spread,
      "spread of the weight converters, per synapse", "6.1d, unpublished"),
    .number(
      "mismatch.adaptation_tau", \.analog.mismatch.terms.adaptationTimeConstant, in: spread,
      "spread of the adaptation time constants", "unpublished"),
    .number(
      "mismatch.adaptation_strength", \.analog.mismatch.terms.adaptationStrength, in: spread,
      "spread of a and of b, each by itself", "unpublished"),
    .number(
      "mismatch.exponential_slope", \.analog.mismatch.terms.exponentialSlope, in: spread,
      "spread of the slopes of the upstroke", "unpublished"),
    .number(
      "mismatch.potentials", \.analog.mismatch.terms.potentials, in: spread, unit: .thresholds,
      "standard deviation of the upstroke's and of the reversal potentials", "unpublished"),
    .number(
      "mismatch.offset_current", \.analog.mismatch.terms.offsetCurrent, in: spread,
      "spread of the offset currents", "unpublished"),
    .number(
      "mismatch.capacitance", \.analog.mismatch.terms.capacitance, in: spread,
      "spread of the intrinsic capacitances", "unpublished"),
    .number(
      "mismatch.compartment_conductance", \.analog.mismatch.terms.compartmentConductance,
      in: spread, "spread of the conductances between compartments", "unpublished"),
    .number(
      "temporal_noise.threshold", \.analog.thresholdNoise, in: 0...1, unit: .thresholds,
      "standard deviation of a threshold's offset, redrawn after every spike and reset", "6.1b"),
  ]

  private static let circuits: [ChipField] = (shortTermAnalogFields + correlationAnalogFields).map {
    $0.within(\.analog)
  }

  private static let converters: [ChipField] =
    (converterFields + parameterMemoryFields).map { $0.within(\.analog) } + [
      .optionalNumber(
        "debug_voltage", \.debugVoltage, in: 0...1.6, unit: .volts,
        "what all converters see instead of readouts and sensors; null: nothing", "4")
    ]

  private static let fabric: [ChipField] = [
    .integer(
      "fabric.bus_queue_depth", \.fabric.busQueueDepth, in: 0...65536, unit: "events",
      "events that can wait for a PADI bus", "1.3, unpublished"),
    .time(
      "fabric.crossbar_latency", \.fabric.crossbarLatencyCycles, in: 0...1000, unit: .cycles,
      "from the source of an event to the bus, delay line not included", "1.3, unpublished"),
    .time(
      "fabric.link_interval", \.fabric.linkIntervalTicks, in: 0...1000, unit: .ticks,
      "between two events of a channel from or to the host; 0: no limit", "1, unpublished"),
    .integer(
      "fabric.link_queue_depth", \.fabric.linkQueueDepth, in: 0...65536, unit: "events",
      "events that can wait for such a channel", "1.6, unpublished"),
  ]

  private static let integration: [ChipField] = [
    .number(
      "integration.relative_tolerance", \.analog.integration.relativeTolerance, in: 0...0.1,
      "error of a step of neurons without closed form, as a part of the value", "this simulator"),
    .number(
      "integration.absolute_tolerance", \.analog.integration.absoluteTolerance, in: 1e-14...0.1,
      unit: .thresholds, "and beside that", "this simulator"),
    .number(
      "integration.intrinsic_capacitance", \.analog.integration.intrinsicCapacitance,
      in: 0.001...10, "capacitance of capacitance code 0, as a part of what 63 adds",
      "2.3, unpublished"),
  ]

  private static let neuron: [ChipField] = neuronFields("neuron.", \.analog.neuron)

  private static let lists: [ChipField] = [
    .list(
      "neurons", \.neurons, of: neuronTable,
      "nominal parameters of columns, over those of 'neuron'",
      "2.4"
    ) { root in
      var group = Neurons()
      group.parameters = root.analog.neuron
      return group
    },
    .list(
      "joined", \.joined, of: FieldTable(defaults: Joined(), [columns(\.columns)]),
      "columns whose top and bottom circuit share their membrane", "2.3"
    ) { _ in Joined() },
    .list("backends", \.backends, of: backendTable, "event addresses of neurons", "1.4") { _ in
      Backends()
    },
    .list(
      "column_adc", \.columnADC, of: channelTable, "digital offsets of the column converters", "4"
    ) { _ in Channels() },
    .list(
      "parameter_codes", \.parameterCodes, of: parameterCodeTable,
      "codes of the parameter memory; columns that are named follow theirs", "2.2"
    ) { _ in ParameterCodes() },
    .list("drivers", \.drivers, of: driverTable, "which events synapse drivers take", "1.2") { _ in
      Drivers()
    },
    .list(
      "short_term", \.shortTerm, of: shortTermTable,
      "what the short-term plasticity of a hemisphere's drivers has in common", "3"
    ) { _ in ShortTerm() },
    .list("rows", \.rows, of: rowTable, "modes of synapse rows", "3") { _ in Rows() },
    .list(
      "synapses", \.synapses, of: synapseTable, "weights and labels of blocks of synapses", "1.2"
    ) { _ in Synapses() },
    .list(
      "crossbar", \.crossbar, of: nodeTable, "nodes of the crossbar; others pass nothing", "1.3"
    ) { _ in Node() },
    .list(
      "background", \.background, of: backgroundTable, "background generators; others are off",
      "1.5"
    ) { _ in Background() },
    .list("delays", \.delays, of: delayTable, "delay lines; not on today's silicon", "design 1") {
      _ in Delays()
    },
  ]
}

// MARK: Parts

/// The parameters of a neuron, wherever they stand.
func neuronFields<Root: Sendable>(
  _ prefix: String, _ place: FieldPath<Root, NeuronParameters>
) -> [Field<Root>] {
  parameterFields.map { $0.within(place, prefix: prefix) }
}

private let potentials: ClosedRange<Double> = -1000...1000
private let parameterFields: [Field<NeuronParameters>] =
  [
    .number(
      "tau_m", \.membraneTimeConstant, in: 0.1...2000, unit: .microseconds,
      "membrane time constant (the chip's range: 0.5 to 60)", "2.4"),
    .number(
      "tau_s_excitatory", \.excitatoryTimeConstant, in: 0.1...2000,
      unit: .microseconds,
      "time constant of the excitatory input (the chip's range: 0.3 to 30)", "2.4"),
    .number(
      "tau_s_inhibitory", \.inhibitoryTimeConstant, in: 0.1...2000,
      unit: .microseconds,
      "time constant of the inhibitory input (the chip's range: 0.3 to 30)", "2.4"),
    .number(
      "leak", \.leak, in: potentials, unit: .thresholds,
      "potential of a membrane at rest",
      "2.4"),
    .number(
      "reset", \.reset, in: potentials, unit: .thresholds, "potential after a spike",
      "2.4"),
    .number(
      "threshold", \.threshold, in: potentials, unit: .thresholds,
      "potential at which the neuron spikes", "2.4"),
    .number(
      "refractory", \.refractoryTime, in: 0.004...1000, unit: .cycles,
      "time at the reset potential after a spike (the chip's range: 0.04 to 32)", "1.4, 2.4"),
    .number(
      "gain_excitatory", \.excitatoryGain, in: 0...1000, unit: .thresholds,
      "what weight 63 adds to the excitatory current", "2.4, 3"),
    .number(
      "gain_inhibitory", \.inhibitoryGain, in: 0...1000, unit: .thresholds,
      "what weight 63 adds to the inhibitory current", "2.4, 3"),
  ]

func hemisphere<Root: Sendable>(_ place: FieldPath<Root, Hemisphere>) -> Field<Root> {
  .choice(
    "hemisphere", place, of: [("top", .top), ("bottom", .bottom)], "half of the chip", "1"
  ).required
}

func columns<Root: Sendable>(_ place: FieldPath<Root, ClosedRange<Int>>) -> Field<Root> {
  .span("columns", place, in: 0...ChipSize.columns - 1, "neuron columns", "1").required
}

func rows<Root: Sendable>(_ place: FieldPath<Root, ClosedRange<Int>>) -> Field<Root> {
  .span(
    "rows", place, in: 0...ChipSize.rows - 1, "synapse rows; driver d has 2 d and 2 d + 1", "1"
  ).required
}

private let neuronTable = FieldTable(
  defaults: ChipDescription.Neurons(),
  [hemisphere(\.hemisphere), columns(\.columns)] + neuronFields("", \.parameters)
    + (termFields + wiringFields).map { $0.within(\.terms) } + [readoutField])

private let backendTable = FieldTable(
  defaults: ChipDescription.Backends(),
  [
    hemisphere(\.hemisphere), columns(\.columns),
    .integer(
      "first_address", \.firstAddress, in: 0...255,
      "low 8 bits of the label of the first column's events; each further column has the next",
      "1.2, 1.4"),
    .bool("enabled", \.isEnabled, "whether spikes become events", "1.4"),
  ]
) { group in
  let last = group.firstAddress + group.columns.count - 1
  return last <= 255 ? nil : "the last column would have address \(last), the largest is 255"
}

private let driverTable = FieldTable(
  defaults: ChipDescription.Drivers(),
  [
    hemisphere(\.hemisphere),
    .span(
      "drivers", \.drivers, in: 0...ChipSize.drivers - 1,
      "synapse drivers; driver d is number d div 4 on bus d mod 4", "1.2"
    ).required,
    .integer(
      "row_select_mask", \.rowSelectMask, in: 0...31,
      "bits of the row select that must equal the driver's number; 0 takes every event", "1.2"),
  ] + shortTermDriverFields)

private let rowTable = FieldTable(
  defaults: ChipDescription.Rows(),
  [
    hemisphere(\.hemisphere), rows(\.rows),
    .choice(
      "mode", \.mode,
      of: [
        ("disabled", .disabled), ("excitatory", .excitatory), ("inhibitory", .inhibitory),
        ("both", .both),
      ], "the input that events act on", "3"
    ).required,
  ])

private let synapseTable = FieldTable(
  defaults: ChipDescription.Synapses(),
  [
    hemisphere(\.hemisphere), rows(\.rows), columns(\.columns),
    .integer("weight", \.weight, in: 0...63, "weight code; its sign is the row's", "1.2, 3"),
    .integer("label", \.label, in: 0...63, "label that an event must carry", "1.2"),
  ])

private let nodeTable = FieldTable(
  defaults: ChipDescription.Node(),
  [
    .choice("from", \.from, of: CrossbarNames.inputs, "input of the crossbar", "1.3").required,
    .choice("to", \.to, of: CrossbarNames.outputs, "output of the crossbar", "1.3").required,
    .integer(
      "mask", \.node.mask, in: 0...0x3FFF, "an event passes if label & mask = target", "1.3"),
    .integer("target", \.node.target, in: 0...0x3FFF, "see mask", "1.3"),
    .bool(
      "counts_drops", \.node.countsDrops,
      "whether events that a full queue refuses count in the input's drop counter", "1.3"),
  ]
) { node in
  guard CrossbarLayout.nodeIndex(from: node.from, to: node.to) == nil else { return nil }
  let reached = CrossbarLayout.outputs(of: node.from).map { output in
    CrossbarNames.outputs.first { $0.value == output }?.name ?? ""
  }
  return "there is no such node; this input reaches \(reached.joined(separator: ", "))"
}

/// Inputs and outputs of the crossbar as descriptions name them.
enum CrossbarNames {
  static let inputs: [(name: String, value: CrossbarInput)] =
    (0..<ChipSize.eventOutputs).map { ("neurons-\($0)", .neuronOutput($0)) }
    + (0..<ChipSize.linkInputs).map { ("link-\($0)", .link($0)) }
    + (0..<ChipSize.backgroundGenerators).map { ("background-\($0)", .background($0)) }

  static let outputs: [(name: String, value: CrossbarOutput)] =
    (0..<ChipSize.busesPerHemisphere).map { ("top-bus-\($0)", .bus(.top, $0)) }
    + (0..<ChipSize.busesPerHemisphere).map { ("bottom-bus-\($0)", .bus(.bottom, $0)) }
    + (0..<ChipSize.linkInputs).map { ("link-\($0)", .link($0)) }
}

private let backgroundTable = FieldTable(
  defaults: ChipDescription.Background(),
  [
    .integer(
      "generator", \.index, in: 0...7, "which one; 0 to 3 reach top buses, 4 to 7 bottom ones",
      "1.3, 1.5"
    ).required,
    .bool("enabled", \.settings.isEnabled, "whether it emits", "1.5"),
    .bool("random", \.settings.isRandom, "whether it emits by chance in each period", "1.5"),
    .time(
      "period", \.settings.periodCycles, in: 0.004...262.14, unit: .cycles,
      "time between decisions",
      "1.5"),
    .integer(
      "rate", \.settings.rate, in: 0...255,
      "a random one emits with probability (rate + 1) / 256 per period", "1.5"),
    .integer(
      "seed", \.settings.seed, in: 1...UInt64(UInt32.max), "first state of its shift register",
      "1.5"),
    .integer("label", \.settings.label, in: 0...0x3FFF, "what its events carry", "1.5"),
    .integer(
      "random_label_bits", \.settings.randomLabelBits, in: 0...255,
      "bits of the label that a random one draws anew for each event", "1.5"),
  ])

private let delayTable = FieldTable(
  defaults: ChipDescription.Delays(),
  [
    hemisphere(\.hemisphere),
    .span(
      "lines", \.lines, in: 0...527,
      "0 to 255: columns of the hemisphere; for both: 256 + low 8 bits of a host event's label, "
        + "512 + background generator", "design 1"
    ).required,
    .time(
      "delay", \.ticks, in: 0...65.528, unit: .ticks, "time between emission and crossbar",
      "design 1"),
  ])
