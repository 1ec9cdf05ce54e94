import Foundation

/// What happens on control-C: unfinished files go away, then the process ends.
public final class Interruption {
  private let sources: [any DispatchSourceSignal]

  /// Installs the handling of SIGINT, SIGTERM and SIGHUP for as long as the value lives.
  public init() {
    sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        OutputFile.removeUnfinished()
        ToolStream.standardError.write("\nranvier: interrupted\n")
        _exit(128 + number)
      }
      source.resume()
      return source
    }
  }
}
