import AnalogCore
import ChipGeometry

// All fields of a network description. A new field is one line here.

extension NetworkDescription: DescriptionFormat {
  public static let title = "Ranvier network"

  /// All fields with their units, ranges and defaults.
  public static let table = FieldTable(
    defaults: NetworkDescription(),
    [
      .format("ranvier-network-1", "what the file is, and the version of its fields"),
      .time(
        "duration", \.durationTicks, in: 0.008...1e9, unit: .ticks, "length of the experiment",
        "design 4"),
      .list("populations", \.populations, of: populations, "neurons, by groups of equal ones", "2")
      { _ in Population() },
      .list("stimuli", \.stimuli, of: stimuli, "sources of events that are no neurons", "1.3, 1.5")
      { _ in Stimulus() },
      .list("projections", \.projections, of: projections, "synapses between groups", "3") { _ in
        Projection()
      },
    ])

  private static let populations = FieldTable(
    defaults: Population(),
    [
      .text("name", \.name, isName: true, "members are NAME[0], NAME[1], ...", "this tool").required
        .withoutEffect("it is what members are called"),
      .integer("size", \.size, in: 1...512, "neurons", "1").required,
      .choice(
        "hemisphere", \.hemisphere, of: [("auto", nil), ("top", .top), ("bottom", .bottom)],
        "half of the chip; auto: where there is room", "1"),
      .bool("record", \.isRecorded, "whether the spikes are in the trace", "design 1"),
    ] + neuronFields("", \.parameters) + termFields.map { $0.within(\.terms) })

  private static let stimuli = FieldTable(
    defaults: Stimulus(),
    [
      .text("name", \.name, isName: true, "members are NAME[0], NAME[1], ...", "this tool").required
        .withoutEffect("it is what members are called"),
      .integer("size", \.size, in: 1...512, "members, each a source of its own", "1.2"),
      .choice(
        "kind", \.kind, of: [("regular", .regular), ("poisson", .poisson), ("file", .file)],
        "regular and file: sent by the host; poisson: a background generator", "1.5"),
      .time(
        "start", \.startTicks, in: 0...1e9, unit: .ticks, "regular: first event of member 0",
        "design 4"),
      .time(
        "period", \.periodTicks, in: 0.008...1e9, unit: .ticks, "regular: time between events",
        "design 4"),
      .time(
        "stagger", \.staggerTicks, in: 0...1e9, unit: .ticks,
        "regular: how much later each further member begins", "design 4"),
      .number(
        "rate", \.rate, in: 0.02...125_000, unit: .kilohertz,
        "poisson: mean rate of each member, realised as the map says", "1.5"),
      .integer(
        "seed", \.seed, in: 1...UInt64(UInt32.max), "poisson: first state of the generator", "1.5"),
      .text(
        "file", \.file,
        "file: a trace, whose host events by ascending label are the members, or lines "
          + "'time in us,member'", "design 4"),
      .bool("record", \.isRecorded, "whether the events are in the trace", "design 1"),
    ])

  private static let projections = FieldTable(
    defaults: Projection(),
    [
      .text("source", \.source, isName: true, "a stimulus or population", "this tool").required,
      .text("target", \.target, isName: true, "a population", "this tool").required,
      .choice(
        "connectivity", \.connectivity,
        of: [
          ("all-to-all", .allToAll), ("one-to-one", .oneToOne), ("random", .random),
          ("list", .list),
        ], "which members are connected", "this tool"),
      .integer(
        "fan_in", \.fanIn, in: 1...512, "random: different sources of each target", "this tool"),
      .integer("seed", \.seed, in: 0...UInt64.max, "random: chooses the sources", "this tool"),
      .bool(
        "self_connections", \.hasSelfConnections,
        "whether a neuron may be connected to itself by all-to-all and random", "this tool"),
      .number(
        "weight", \.weight, in: -1000...1000, "of each synapse; negative: inhibitory", "3"),
      .choice(
        "weight_unit", \.weightUnit, of: [("codes", .codes), ("thresholds", .thresholds)],
        "codes: whole, -63 to 63; thresholds: what an event adds to the current, rounded to the "
          + "nearest code, 63 codes the gain", "3"),
      .time(
        "delay", \.delayTicks, in: 0...65.528, unit: .ticks,
        "from source to synapse; a source has one for all its projections", "design 1"),
      .list(
        "connections", \.connections, of: connections, "list: the synapses", "this tool"
      ) { projection in
        var connection = Connection()
        connection.weight = projection.weight
        return connection
      },
    ])

  private static let connections = FieldTable(
    defaults: Connection(),
    [
      .integer("source", \.source, in: 0...511, "member of the source", "this tool").required,
      .integer("target", \.target, in: 0...511, "member of the target", "this tool").required,
      .number("weight", \.weight, in: -1000...1000, "in place of the projection's", "3"),
    ])
}
