import AnalogCore
import Chip
import ChipDescription
import ChipGeometry

/// The options that choose a chip (``ChosenChip`` reads them), and times on its clock.
enum ChipArguments {
  static let options: [Command.Option] =
    [
      .value(
        "--chip", "FILE",
        "a chip description, see 'ranvier chip new'; the options below override it")
    ] + modifiers

  /// The options that change what a description says.
  static let modifiers: [Command.Option] = [
    .value("--chip-seed", "N", "which individual chip: its mismatch (default 1)"),
    .value("--noise-seed", "N", "temporal noise (default 1)"),
    .flag("--uncalibrated", "the spreads of a chip without calibration"),
    .flag("--ideal", "a chip without mismatch and noise"),
    .value(
      "--mismatch", "F",
      "spread of every time constant, threshold, gain and weight, 0 to 0.5: 0.1 is 10 %"),
  ]

  /// Applies ``modifiers``; some commands choose chips by themselves and do not offer the seed.
  static func modify(
    _ chip: inout ChipDescription, _ arguments: ParsedArguments
  ) throws(ToolError) {
    if arguments.offers("--chip-seed"),
      let seed = try arguments.integer("--chip-seed", in: 0...Int.max / 2)
    {
      chip.analog.chipSeed = UInt64(seed)
    }
    if let seed = try arguments.integer("--noise-seed", in: 0...Int.max) {
      chip.analog.noiseSeed = UInt64(seed)
    }
    let chosen = ["--ideal", "--uncalibrated", "--mismatch"].filter { arguments.flag($0) }
    guard chosen.count < 2 else {
      throw ToolError("\(chosen.joined(separator: " and ")) exclude each other")
    }
    if arguments.flag("--ideal") {
      chip.analog.makeIdeal()
    } else if arguments.flag("--uncalibrated") {
      chip.analog.mismatch = .uncalibrated
    } else if let spread = try arguments.number("--mismatch", in: 0...0.5) {
      chip.analog.mismatch = .uniform(spread)
    }
  }

  private static let units: [(name: String, cycles: Double)] = [
    ("cycles", 1), ("ticks", 2), ("ns", 0.25), ("us", 250), ("µs", 250), ("ms", 250e3),
    ("s", 250e6),
  ]

  /// `100us`, `1.5ms`, `300ns`, `2s`, `6000ticks`, `12000cycles`.
  static func time(_ option: String, _ text: String) throws(ToolError) -> ClockTime {
    let digits = text.prefix { $0.isNumber || $0 == "." || $0 == "_" }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    guard let number = Double(digits.filter { $0 != "_" }), number.isFinite else {
      throw ToolError("\(option): '\(text)' is not a time, such as 100us or 6000ticks")
    }
    guard let cycles = units.first(where: { $0.name == unit })?.cycles else {
      let names = units.map(\.name).joined(separator: ", ")
      throw ToolError(
        unit.isEmpty
          ? "\(option): '\(text)' has no unit; known are \(names)"
          : "\(option): '\(unit)' is not a unit of time; known are \(names)")
    }
    // A day of chip time is 2e13 cycles.
    guard number * cycles < 1e15 else { throw ToolError("\(option): \(text) is too long") }
    return ClockTime(cycles: UInt64((number * cycles).rounded(.up)))
  }

  /// `4-120-3`: inputs, hidden neurons and outputs, to which a bias input comes.
  static func network(
    _ option: String, _ text: String, hasBias: Bool
  ) throws(ToolError) -> LayeredNetwork {
    let sizes = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard sizes.count == 3, sizes.allSatisfy({ $0 > 0 }) else {
      throw ToolError(
        "\(option): '\(text)' is not INPUTS-HIDDEN-OUTPUTS, such as 4-120-3")
    }
    do {
      return try LayeredNetwork(
        inputs: sizes[0], hidden: sizes[1], outputs: sizes[2], hasBias: hasBias)
    } catch {
      throw ToolError("\(error)")
    }
  }
}
