import Foundation
import Synchronization

/// A file that appears complete or not at all: written beside its target, then renamed.
///
/// Dropped without ``commit()``, it leaves nothing behind. A target that is no regular file (a
/// device, a pipe) is written directly.
package final class OutputFile: Sendable {
  /// As the user wrote it.
  package let path: String
  /// Where the bytes go until ``commit()``; others may write there too.
  package let temporaryPath: String
  private let descriptor: Int32
  private let target: String
  private let isDirect: Bool
  private let isOpen = Mutex(true)

  package init(_ path: String) throws(ToolError) {
    self.path = path
    guard !path.isEmpty else { throw ToolError("the name of an output file is empty") }
    let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    target = resolved.path
    let status = try? FileStatus(target)
    if status?.isFolder == true { throw ToolError("\(path): is a folder, not a file") }
    isDirect = status.map { !$0.isRegular } ?? false
    temporaryPath =
      isDirect
      ? target
      : resolved.deletingLastPathComponent()
        .appendingPathComponent(".\(resolved.lastPathComponent).\(getpid()).part").path
    if !isDirect, Self.isUnfinished(temporaryPath) {
      throw ToolError("\(path): is the name of two outputs")
    }
    do {
      descriptor = try FileSystem.openForWriting(
        temporaryPath, creating: isDirect ? nil : status?.permissions ?? 0o666)
    } catch {
      throw ToolError("\(path): cannot be written: \(error.reason)")
    }
    if !isDirect { Self.unfinished.withLock { $0.append(temporaryPath) } }
  }

  deinit { discard() }

  package func write(_ text: String) throws(ToolError) { try write(Array(text.utf8)) }

  package func write(_ bytes: [UInt8]) throws(ToolError) {
    do {
      try FileSystem.write(bytes, to: descriptor)
    } catch {
      throw ToolError("\(path): cannot be written: \(error.reason)")
    }
  }

  /// Makes the file visible under its name.
  package func commit() throws(ToolError) {
    guard close() else { return }
    guard !isDirect else { return }
    Self.forget(temporaryPath)
    do {
      try FileSystem.rename(temporaryPath, to: target)
    } catch {
      FileSystem.remove(temporaryPath)
      throw ToolError("\(path): cannot be written: \(error.reason)")
    }
  }

  /// Whether a file can be written there; leaves nothing.
  package static func check(_ path: String) throws(ToolError) {
    // Opening a device or a pipe can have effects, or wait.
    if let status = try? FileStatus(path), !status.isRegular, !status.isFolder { return }
    _ = try OutputFile(path)
  }

  /// Whether all these files are different ones.
  package static func checkDistinct(_ paths: [String]) throws(ToolError) {
    let places = paths.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
    for (index, place) in places.enumerated()
    where places[..<index].contains(place) && !place.hasPrefix("/dev/") {
      throw ToolError("\(paths[index]): is named for two files of this command")
    }
  }

  /// Writes a whole file.
  package static func write(_ bytes: [UInt8], to path: String) throws(ToolError) {
    let file = try OutputFile(path)
    try file.write(bytes)
    try file.commit()
  }

  package static func write(_ text: String, to path: String) throws(ToolError) {
    try write(Array(text.utf8), to: path)
  }

  private func discard() {
    guard close(), !isDirect else { return }
    Self.forget(temporaryPath)
    FileSystem.remove(temporaryPath)
  }

  /// - Returns: false when it was closed before.
  private func close() -> Bool {
    let wasOpen = isOpen.withLock { open in
      defer { open = false }
      return open
    }
    if wasOpen { Foundation.close(descriptor) }
    return wasOpen
  }

  // MARK: Interrupted commands

  private static let unfinished = Mutex<[String]>([])
  private static func isUnfinished(_ path: String) -> Bool {
    unfinished.withLock { $0.contains(path) }
  }
  private static func forget(_ path: String) {
    unfinished.withLock { $0.removeAll { $0 == path } }
  }

  /// Also removes the unfinished file of another writer when the command is interrupted.
  static func removeIfInterrupted(_ path: String) { unfinished.withLock { $0.append(path) } }

  /// Removes the files of a command that will not come to its end.
  package static func removeUnfinished() {
    unfinished.withLock { paths in
      for path in paths { FileSystem.remove(path) }
      paths.removeAll()
    }
  }
}
