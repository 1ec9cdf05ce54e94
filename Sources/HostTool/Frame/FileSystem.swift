import Foundation

/// The few system calls that the tool needs, with errors as text.
enum FileSystem {
  struct Failure: Error {
    var reason: String
    /// The reason of the call that failed last.
    init() { reason = unsafe String(cString: strerror(errno)) }
  }

  /// - Returns: a descriptor to write to.
  static func openForWriting(
    _ path: String, creating permissions: mode_t?
  ) throws(Failure) -> Int32 {
    let flags = O_WRONLY | O_CLOEXEC | (permissions == nil ? 0 : O_CREAT | O_TRUNC)
    let descriptor = unsafe open(path, flags, permissions ?? 0)
    guard descriptor >= 0 else { throw Failure() }
    return descriptor
  }

  static func rename(_ old: String, to new: String) throws(Failure) {
    guard unsafe Foundation.rename(old, new) == 0 else { throw Failure() }
  }

  static func remove(_ path: String) { _ = unsafe unlink(path) }

  /// Writes all bytes, however often the system has to be asked.
  static func write(_ bytes: [UInt8], to descriptor: Int32) throws(Failure) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Foundation.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
      }
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        throw Failure()
      }
    }
  }
}

/// Kind and permissions of a file.
struct FileStatus {
  var isRegular: Bool
  var isFolder: Bool
  var permissions: mode_t

  init(_ path: String) throws(FileSystem.Failure) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw FileSystem.Failure() }
    isRegular = status.st_mode & S_IFMT == S_IFREG
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    permissions = status.st_mode & 0o777
  }
}
