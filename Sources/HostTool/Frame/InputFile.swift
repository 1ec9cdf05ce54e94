import Foundation

/// Reads whole files with the tool's error messages.
enum InputFile {
  /// The whole file; of standard input for `-`.
  static func bytes(_ path: String) throws(ToolError) -> [UInt8] {
    do {
      if path == "-" { return Array(try FileHandle.standardInput.readToEnd() ?? Data()) }
      if try FileStatus(path).isFolder { throw ToolError("\(path): is a folder, not a file") }
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch let error as ToolError {
      throw error
    } catch let error as FileSystem.Failure {
      throw ToolError("\(path): cannot be read: \(error.reason)")
    } catch {
      throw ToolError("\(path): cannot be read")
    }
  }

  /// Whether two paths name one file, links followed.
  static func isSame(_ a: String, _ b: String) -> Bool {
    func resolved(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }
    return resolved(a) == resolved(b)
  }

  static func text(_ path: String) throws(ToolError) -> String {
    guard let text = String(validating: try bytes(path), as: UTF8.self) else {
      throw ToolError("\(path): is not UTF-8 text")
    }
    return text
  }
}
