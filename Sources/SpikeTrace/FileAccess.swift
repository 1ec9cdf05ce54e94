import Foundation

/// Where a reader's bytes come from: a file, a pipe, or memory.
final class ByteSource {
  let name: String
  private var descriptor: Int32 = -1
  private var memory: ArraySlice<UInt8> = []

  init(path: String) throws(TraceError) {
    name = path
    descriptor = unsafe open(path, O_RDONLY)
    if descriptor < 0 { throw unreadable() }
  }

  init(bytes: [UInt8], name: String) {
    self.name = name
    memory = bytes[...]
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Reads at most `count` bytes to the end of `buffer`. Returns how many; 0 at the end.
  func read(_ count: Int, into buffer: inout [UInt8]) throws(TraceError) -> Int {
    if descriptor < 0 {
      let part = memory.prefix(count)
      buffer += part
      memory = memory.dropFirst(part.count)
      return part.count
    }
    let start = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: count))
    var received = -1
    repeat {
      received = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe Foundation.read(descriptor, bytes.baseAddress! + start, count)
      }
    } while received < 0 && errno == EINTR
    buffer.removeLast(count - max(received, 0))
    if received < 0 { throw unreadable() }
    return received
  }

  /// Whether a file can be read twice.
  static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  private func unreadable() -> TraceError {
    TraceError(
      .unreadable, file: name, at: .none, found: SystemMessage.last(), expected: "a readable file")
  }
}

/// A file that appears under its name only when it is complete.
///
/// The bytes go to a hidden file beside the target, which ``commit()`` renames. Without a commit it
/// is removed. A target that exists and is no regular file (a pipe, `/dev/null`) is written directly.
final class ByteSink {
  let name: String
  private let target: String
  /// The hidden file; nil if the target is written directly.
  let scratch: String?
  private var descriptor: Int32 = -1

  init(path: String) throws(TraceError) {
    name = path
    var status = stat()
    let exists = unsafe stat(path, &status) == 0
    if exists && status.st_mode & S_IFMT != S_IFREG {
      target = path
      scratch = nil
      descriptor = unsafe open(path, O_WRONLY)
    } else {
      // A link keeps pointing to the file that it points to.
      let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
      target = url.path
      let hidden = ".\(url.lastPathComponent).XXXXXX"
      var template = Array(
        url.deletingLastPathComponent().appendingPathComponent(hidden).path.utf8CString)
      descriptor = unsafe template.withUnsafeMutableBufferPointer {
        unsafe mkstemp($0.baseAddress!)
      }
      scratch = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if descriptor >= 0 {
        let mask = umask(0)
        umask(mask)
        fchmod(descriptor, exists ? status.st_mode & 0o7777 : 0o666 & ~mask)
      }
    }
    if descriptor < 0 { throw unwritable() }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if let scratch { unsafe unlink(scratch) }
  }

  func write(_ bytes: [UInt8]) throws(TraceError) {
    var offset = 0
    while offset < bytes.count {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Foundation.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
      }
      if written < 0 && errno == EINTR { continue }
      if written < 0 { throw unwritable() }
      offset += written
    }
  }

  /// Gives the file its name. Nothing can be written after.
  func commit() throws(TraceError) {
    let status = close(descriptor)
    descriptor = -1
    guard let scratch else { return }
    if status == 0, unsafe rename(scratch, target) == 0 { return }
    let error = unwritable()
    unsafe unlink(scratch)
    throw error
  }

  private func unwritable() -> TraceError {
    TraceError(
      .unwritable, file: name, at: .none, found: SystemMessage.last(), expected: "a writable file")
  }
}

enum SystemMessage {
  /// What the operating system says about its last refusal.
  static func last() -> String { unsafe String(cString: strerror(errno)) }
}
