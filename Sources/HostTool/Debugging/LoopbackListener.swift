import Foundation

/// A TCP port of 127.0.0.1 that waits for one connection.
final class LoopbackListener {
  private let descriptor: Int32
  let port: UInt16

  /// Any free port for 0.
  init(port wanted: UInt16) throws(FileSystem.Failure) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw FileSystem.Failure() }
    var isReusable: Int32 = 1
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &isReusable, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = wanted.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe bind(descriptor, pointer, length) == 0 && listen(descriptor, 1) == 0
          && getsockname(descriptor, pointer, &length) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    guard isBound else {
      let failure = FileSystem.Failure()
      close(descriptor)
      throw failure
    }
  }

  deinit { close(descriptor) }

  /// The first one who calls; nil if the waiting is given up.
  func accept(unless isGivenUp: () -> Bool) -> LoopbackConnection? {
    while !isGivenUp() {
      guard Self.waitForInput(descriptor, milliseconds: 200) else { continue }
      let connection = Foundation.accept(descriptor, nil, nil)
      if connection >= 0 { return LoopbackConnection(connection) }
    }
    return nil
  }

  static func waitForInput(_ descriptor: Int32, milliseconds: Int32) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&request, 1, milliseconds) > 0
  }
}

/// One side of a connection.
final class LoopbackConnection {
  private let descriptor: Int32
  /// The other side has gone.
  private(set) var isClosed = false

  fileprivate init(_ descriptor: Int32) {
    self.descriptor = descriptor
    var isImmediate: Int32 = 1
    _ = unsafe setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isImmediate,
      socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(descriptor) }

  /// Waits for bytes; empty if the other side has gone.
  func receive() -> [UInt8] { read(flags: 0) }

  /// What has come until now.
  func available() -> [UInt8] { isClosed ? [] : read(flags: Int32(MSG_DONTWAIT)) }

  private func read(flags: Int32) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe recv(descriptor, bytes.baseAddress, bytes.count, flags)
      }
      if count > 0 { return Array(buffer.prefix(count)) }
      if count < 0, errno == EINTR { continue }
      if count == 0 || errno != EAGAIN { isClosed = true }
      return []
    }
  }

  func send(_ bytes: [UInt8]) {
    var done = 0
    while done < bytes.count, !isClosed {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Foundation.send(
          descriptor, buffer.baseAddress! + done, buffer.count - done,
          Int32(MSG_NOSIGNAL))
      }
      if count > 0 {
        done += count
      } else if errno != EINTR {
        isClosed = true
      }
    }
  }
}
