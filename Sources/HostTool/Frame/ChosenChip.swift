import AnalogCore
import Chip
import ChipDescription
import ChipGeometry

/// The chip that a command's options choose: what `--chip` names, else the default chip, as the other
/// options change it. The file is read once.
struct ChosenChip: Sendable {
  let description: ChipDescription
  private let path: String?

  init(_ arguments: ParsedArguments) throws(ToolError) {
    path = arguments.value("--chip")
    var chip = ChipDescription()
    if let path { chip = try DescriptionFile.read(path) }
    try ChipArguments.modify(&chip, arguments)
    description = chip
  }

  var seed: UInt64 { description.analog.chipSeed }

  /// The seeds of `--chips`: as many as it says, from the chip's own on.
  func seeds(_ arguments: ParsedArguments) throws(ToolError) -> [UInt64] {
    let count = UInt64(try arguments.integer("--chips", in: 1...10_000) ?? 1)
    guard seed <= UInt64(Int.max / 2) else {
      throw ToolError("chip_seed \(seed) is above the largest of the commands, \(Int.max / 2)")
    }
    return Array(seed..<seed + count)
  }

  /// Seeds, mismatch, noise, converters, fabric, integration and transfers; all else is for a network to
  /// say.
  ///
  /// - Throws: if the description says what the network says too.
  func configuration(seed: UInt64? = nil) throws(ToolError) -> ChipConfiguration {
    let said = description.differences(to: ChipDescription()).map(\.path).first { path in
      !["chip_seed", "noise_seed", "generator_seed"].contains(path)
        && ![
          "mismatch.", "temporal_noise.", "converters.", "fabric.", "integration.",
          "short_term_transfer.", "correlation_transfer.", "parameter_transfer.",
          "parameter_mismatch.",
        ].contains { path.hasPrefix($0) }
    }
    if let said, let path {
      throw ToolError(
        "\(path): \(said): the network decides on neurons, rows and routes; expected only seeds, "
          + "mismatch, temporal_noise, converters, fabric, integration, short_term_transfer, "
          + "correlation_transfer, parameter_transfer and parameter_mismatch")
    }
    var chip = description.configuration
    if let seed { chip.analog.chipSeed = seed }
    return chip
  }
}
