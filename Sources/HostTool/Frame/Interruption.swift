import Foundation
import Synchronization

/// What happens on control-C: unfinished files go away, then the process ends.
public final class Interruption {
  private let sources: [any DispatchSourceSignal]

  /// Installs the handling of SIGINT, SIGTERM and SIGHUP for as long as the value lives.
  public init() {
    sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if number == SIGINT, ControlC.note() { return }
        OutputFile.removeUnfinished()
        _ = ToolStream.standardOutput.flush()
        ToolStream.standardError.write("\nranvier: interrupted\n")
        _exit(128 + number)
      }
      source.resume()
      return source
    }
  }
}

/// Control-C for commands that do not end with it.
enum ControlC {
  private struct State {
    var isHeld = false
    var isPressed = false
  }
  private static let state = Mutex(State())

  /// From now on control-C is only noted, or ends the process again.
  static func hold(_ isHeld: Bool) { state.withLock { $0 = State(isHeld: isHeld) } }

  /// Whether it was pressed since the last call.
  static func wasPressed() -> Bool {
    state.withLock { state in
      defer { state.isPressed = false }
      return state.isPressed
    }
  }

  /// - Returns: false if nobody holds it.
  fileprivate static func note() -> Bool {
    state.withLock { state in
      state.isPressed = true
      return state.isHeld
    }
  }
}
