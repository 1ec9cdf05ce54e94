import ChipDescription
import ChipGeometry
import Foundation
import Learning

/// Finished cells of experiments as files, one each, so that an interrupted run goes on where it was.
///
/// The name of a file is made from all that its result depends on. A file that does not hold what its
/// name says, or is damaged, is not used.
struct CellStore: Sendable {
  let folder: String

  /// What is on disk.
  struct File: Codable {
    var tool_version: String
    var identity: String
    var name: String
    var program: String?
    var program_sha256: String?
    var settings: [String]
    var result: CellResult
    /// Over the result's own encoding.
    var result_sha256: String
  }

  enum Finding: Equatable {
    case missing
    case finished(CellResult)
    /// There is a file that cannot be used, and why.
    case unusable(String)
  }

  func path(_ identity: String) -> String { "\(folder)/cell-\(identity.prefix(16)).json" }

  func find(_ identity: String) -> Finding {
    let path = path(identity)
    guard FileManager.default.fileExists(atPath: path) else { return .missing }
    guard let bytes = try? InputFile.bytes(path) else { return .unusable("cannot be read") }
    let file: File
    do {
      file = try JSONDecoder().decode(File.self, from: Data(bytes))
    } catch {
      return .unusable("is not the record of a cell: \(Self.reason(error))")
    }
    guard file.identity == identity else {
      return .unusable("is of another cell: identity \(file.identity), expected \(identity)")
    }
    guard let sha = try? Self.sha256(file.result), sha == file.result_sha256 else {
      return .unusable("is damaged: its result does not have the checksum that it names")
    }
    return .finished(file.result)
  }

  func write(_ result: CellResult, of cell: ExperimentCell, identity: String) throws(ToolError) {
    do {
      let file = File(
        tool_version: HostTool.version, identity: identity, name: cell.name,
        program: cell.program?.name, program_sha256: cell.program?.sha256,
        settings: cell.settings.map { "\($0.name)=\($0.value)" }, result: result,
        result_sha256: try Self.sha256(result))
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try OutputFile.write(Array(try encoder.encode(file)) + [0x0A], to: path(identity))
    } catch let error as ToolError {
      throw error
    } catch {
      throw ToolError("\(path(identity)): cannot be written: \(error)")
    }
  }

  /// Over the result's encoding.
  static func sha256(_ result: CellResult) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return SHA256.hexDigest(try encoder.encode(result))
  }

  /// The short story of a decoding error.
  private static func reason(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is of another type"
    default: "no JSON"
    }
  }
}
