import Foundation
import Synchronization

/// Where a command's text goes: a file descriptor, or memory for tests and for callers in process.
public final class ToolStream: Sendable {
  private struct State {
    var buffer: [UInt8] = []
    var failure: String?
  }
  private let state = Mutex(State())
  /// Nil for memory.
  private let descriptor: Int32?
  /// Bytes that may wait before they are written.
  private let bufferLimit: Int

  private init(descriptor: Int32?, bufferLimit: Int) {
    self.descriptor = descriptor
    self.bufferLimit = bufferLimit
  }

  public static let standardOutput = ToolStream(descriptor: 1, bufferLimit: 1 << 16)
  public static let standardError = ToolStream(descriptor: 2, bufferLimit: 0)
  /// Keeps everything that is written.
  public static func memory() -> ToolStream { ToolStream(descriptor: nil, bufferLimit: .max) }

  public func write(_ text: String) { write(Array(text.utf8)) }

  public func write(_ bytes: [UInt8]) {
    state.withLock { state in
      state.buffer += bytes
      if descriptor != nil, state.buffer.count > bufferLimit { empty(&state) }
    }
  }

  /// Hands everything to the system.
  ///
  /// - Returns: why writing failed, now or earlier.
  public func flush() -> String? {
    state.withLock { state in
      if descriptor != nil { empty(&state) }
      return state.failure
    }
  }

  /// What a memory stream has collected.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
  public var bytes: [UInt8] { state.withLock { $0.buffer } }

  /// Whether somebody watches.
  public var isTerminal: Bool { descriptor.map { isatty($0) == 1 } ?? false }

  private func empty(_ state: inout State) {
    guard let descriptor, state.failure == nil else { return state.buffer.removeAll() }
    do {
      try FileSystem.write(state.buffer, to: descriptor)
    } catch {
      state.failure = error.reason
    }
    state.buffer.removeAll(keepingCapacity: true)
  }
}
