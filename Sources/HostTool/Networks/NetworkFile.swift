import ChipDescription
import ChipGeometry
import Foundation
import SpikeTrace

/// A network in a file, and the files of its stimuli.
enum NetworkFile {
  /// The network that `FILE` names on the chip that the options choose.
  static func mapping(_ arguments: ParsedArguments) throws(ToolError) -> NetworkMapping {
    let path = arguments.positional("FILE")
    let network: NetworkDescription = try DescriptionFile.read(path)
    let chip = try ChosenChip(arguments)
    _ = try chip.configuration()
    do {
      return try NetworkMapping(network, onto: chip.description)
    } catch {
      throw ToolError("\(path): \(error)")
    }
  }

  /// The ticks of the members of all stimuli from files.
  static func times(
    _ network: NetworkDescription, beside path: String
  ) throws -> [String: [[UInt64]]] {
    var times: [String: [[UInt64]]] = [:]
    for stimulus in network.stimuli where stimulus.kind == .file {
      let file = resolved(stimulus.file, beside: path)
      times[stimulus.name] = try read(file, members: stimulus.size)
    }
    return times
  }

  private static func resolved(_ file: String, beside path: String) -> String {
    guard !file.hasPrefix("/"), path != "-" else { return file }
    return URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(file)
      .relativePath
  }

  private static func read(_ path: String, members: Int) throws -> [[UInt64]] {
    let bytes = try InputFile.bytes(path)
    // A text trace begins with its name, a binary one with a byte that no text has.
    let isText = bytes.first.map { $0 < 0x80 && $0 != 0 } ?? true
    if isText, !bytes.starts(with: "ranvier trace".utf8) {
      return try table(bytes, path, members: members)
    }
    let reader = try TraceReader(bytes: bytes, name: path)
    var byLabel: [EventLabel: [UInt64]] = [:]
    while let event = try reader.next() {
      guard event.flags.contains(.stimulus) else { continue }
      byLabel[event.label, default: []].append(event.tick)
    }
    guard byLabel.count <= members else {
      throw ToolError(
        "\(path): found \(byLabel.count) labels of host events, expected at most \(members), one for "
          + "each member")
    }
    let times = byLabel.keys.sorted().map { byLabel[$0] ?? [] }
    return times + [[UInt64]](repeating: [], count: members - times.count)
  }

  /// Lines `time in us,member`.
  private static func table(
    _ bytes: [UInt8], _ path: String, members: Int
  ) throws(ToolError) -> [[UInt64]] {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ToolError("\(path): is neither a trace nor UTF-8 text")
    }
    var times = [[UInt64]](repeating: [], count: members)
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in lines.enumerated() {
      let words = line.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      guard line.contains(where: { !$0.isWhitespace }), !line.hasPrefix("#") else { continue }
      guard words.count == 2, let time = Double(words[0]), time >= 0, time < 1e9,
        let member = Int(words[1]), times.indices.contains(member)
      else {
        throw ToolError(
          "\(path):\(number + 1): found '\(line.prefix(40))', expected 'time in us,member' with a "
            + "member from 0 to \(members - 1)", standsAlone: true)
      }
      times[member].append(UInt64((time * Double(ClockTime.ticksPerMicrosecond)).rounded()))
    }
    return times
  }
}
