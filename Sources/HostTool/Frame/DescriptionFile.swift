import ChipDescription

/// Descriptions in files.
enum DescriptionFile {
  /// - Throws: what is wrong, with file, line and column.
  static func read<Format: DescriptionFormat>(
    _ path: String, as _: Format.Type = Format.self
  ) throws(ToolError) -> Format {
    let bytes = try InputFile.bytes(path)
    do throws(DescriptionError) {
      return try Format(json: bytes)
    } catch {
      throw ToolError("\(path):\(error)", hint: error.hint, standsAlone: true)
    }
  }

  /// Changes the fields that `--set PATH=VALUE` names.
  static func set<Format: DescriptionFormat>(
    _ description: inout Format, _ arguments: ParsedArguments
  ) throws(ToolError) {
    for setting in arguments.all("--set") {
      let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw ToolError("--set: '\(setting)' is not PATH=VALUE") }
      do throws(DescriptionError) {
        description = try description.setting(parts[0], to: parts[1])
      } catch {
        throw ToolError("--set \(setting): \(error.path): \(error.message)", hint: error.hint)
      }
    }
  }
}
