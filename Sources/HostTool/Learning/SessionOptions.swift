import Chip
import Learning

/// The options that all commands share which put a learning program on a chip.
enum SessionOptions {
  static let options: [Command.Option] =
    [
      .value("--hidden", "N", "hidden neurons, 1 to 240 (default: the program's)"),
      .value(
        "--output-range", "W",
        "thresholds that the largest output weight means, 1 to 127 (default: the program's)"),
      .value("--chips", "N", "chips with seeds from --chip-seed on (default 1)"),
    ] + ChipArguments.options + [
      .value("--loss", "NAME", "shift-invariant or cross-entropy (default: the program's)"),
      .value(
        "--spikes-per-neuron", "N",
        "spikes that learning uses, 1 to 4 (default 1; above 1 the refractory time is 2 us)"),
      .value("--refractory-us", "T", "refractory time in microseconds of chip time (default 32)"),
      .value(
        "--tau-ratio", "R", "membrane time constant over synaptic time constant (default 2)"),
      .value(
        "--set", "NAME=VALUE", "set a parameter of the program, a 32-bit word; may be repeated",
        repeats: true),
      .value("--jobs", "N", "chips that are simulated at a time (default: one per core)"),
    ]

  /// The options of commands that learn.
  static let learning: [Command.Option] = [
    .value("--batch", "N", "samples per weight update (default 40)"),
    .value(
      "--learning-rate", "R",
      "step of a hidden weight per batch, in thresholds; output weights: half of it"),
    .value("--delay-rate", "R", "step of a delay per batch, in synaptic time constants"),
    .value("--decay", "F", "factor on all rates after each epoch"),
    .value("--data-seed", "SEED", "order of the samples (default 1)"),
  ]

  static func jobs(_ arguments: ParsedArguments) throws(ToolError) -> Int {
    try arguments.integer("--jobs", in: 1...256) ?? ChipWorkers.coreCount
  }

  /// What the options say of a session of `program` on a chip.
  static func configuration(
    _ arguments: ParsedArguments, _ program: LearningProgram, _ chip: ChipConfiguration,
    hidden: Int? = nil
  ) throws(ToolError) -> SessionConfiguration {
    let slots = try arguments.integer("--spikes-per-neuron", in: 1...4) ?? 1
    var size = hidden
    if size == nil { size = try arguments.integer("--hidden", in: 1...Int.max) }
    var session = SessionConfiguration(for: program, hidden: size, spikesPerNeuron: slots)
    session.outputRange =
      try arguments.number("--output-range", in: 1...127) ?? session.outputRange
    session.chip = chip
    let refractory =
      try arguments.number("--refractory-us", in: 0.04...65) ?? (slots == 1 ? 32 : 2)
    session.refractoryTicks = Int((refractory * 125).rounded())
    let ratio = try arguments.number("--tau-ratio", in: 0.5...8) ?? 2
    session.membraneTicks = Int((ratio * Double(session.synapticTicks)).rounded())
    let losses = ["shift-invariant", "cross-entropy"]
    if let loss = try arguments.choice("--loss", of: losses) {
      session.parameters.append(.init("loss", loss == "cross-entropy" ? 1 : 0))
    }
    return session
  }

  /// What the options of commands that learn say, beside the configuration of the chip with that
  /// seed: data order, batch, rates.
  static func training(
    _ arguments: ParsedArguments, _ session: SessionConfiguration
  ) throws(ToolError) -> TrainingOptions {
    var options = TrainingOptions()
    options.session = session
    options.dataSeed = UInt64(try arguments.integer("--data-seed", in: 0...Int.max) ?? 1)
    func append(_ name: String, _ value: Double) {
      options.session.parameters.append(.init(name, Int32(min(value, 0x7FFE_FFFF))))
    }
    if let batch = try arguments.integer("--batch", in: 1...32767) {
      append("batch", Double(batch))
    }
    if let rate = try arguments.number("--learning-rate", in: 0...1) {
      // Steps are in masters, 32767 of them the range, with 16 bits of fraction.
      append("rate_hidden", rate * 32767 / session.hiddenRange * 65536)
      append("rate_output", rate / 2 * 32767 / session.outputRange * 65536)
    }
    if let rate = try arguments.number("--delay-rate", in: 0...1) {
      let tick = Double(DelayMasters.perTick)
      append("rate_delay", rate * Double(session.synapticTicks) * tick * 65536)
    }
    if let decay = try arguments.number("--decay", in: 0...1) {
      append("decay", (decay * 65536).rounded())
    }
    return options
  }

  /// What to do about a parameter that the network and its samples decide; nil for all others.
  private static func fixedByTheNetwork(_ parameter: String) -> String? {
    switch parameter {
    case "hidden": "--hidden N chooses the size of the network"
    case "inputs": "--no-bias leaves the bias input out"
    case "outputs": "the task has \(YinYang.classCount) classes"
    case "sample_ticks": "samples last 48 us"
    default: nil
    }
  }

  /// What `--set` says, to be applied last.
  static func settings(
    _ arguments: ParsedArguments
  ) throws(ToolError) -> [SessionConfiguration.Setting] {
    var settings: [SessionConfiguration.Setting] = []
    for text in arguments.all("--set") {
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = ParsedArguments.integer(String(parts[1])),
        let word = Int32(exactly: value) ?? UInt32(exactly: value).map(Int32.init(bitPattern:))
      else {
        throw ToolError(
          "--set \(text): expected NAME=VALUE with a 32-bit number, for example --set batch=20")
      }
      if let hint = fixedByTheNetwork(String(parts[0])) {
        throw ToolError("--set \(text): the network on the chip would have another", hint: hint)
      }
      settings.append(.init(String(parts[0]), word))
    }
    return settings
  }
}
