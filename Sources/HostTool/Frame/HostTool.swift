import Foundation

/// The command line tool `ranvier` as a function: arguments in, text out, exit status back.
public enum HostTool {
  /// Printed by `ranvier --version` and written into every output file.
  public static let version = "0.1.0"

  /// Runs one command.
  ///
  /// - Parameters:
  ///   - arguments: without the name of the executable.
  ///   - standardOutput: where results go.
  ///   - standardError: where progress and diagnostics go.
  /// - Returns: the exit status: 0 done, 1 a comparison or check failed, 2 bad usage or bad input,
  ///   3 the simulated program trapped.
  public static func run(
    arguments: [String], standardOutput: ToolStream, standardError: ToolStream
  ) -> Int32 {
    var status = dispatch(arguments, output: standardOutput, errors: standardError)
    if let failure = standardOutput.flush() {
      standardError.write("ranvier: cannot write the output: \(failure)\n")
      if status == .done { status = .badInput }
    }
    _ = standardError.flush()
    return status.rawValue
  }

  private static func dispatch(
    _ arguments: [String], output: ToolStream, errors: ToolStream
  ) -> ExitStatus {
    switch CommandRegistry.lookUp(arguments) {
    case .version:
      output.write("ranvier \(version)\n")
      return .done
    case .help(let page):
      output.write(page)
      return .done
    case .failed(let error):
      report(error, of: nil, to: errors)
      return error.status
    case .command(let command, let rest):
      return run(command, rest, output: output, errors: errors)
    }
  }

  private static func run(
    _ command: Command, _ arguments: [String], output: ToolStream, errors: ToolStream
  ) -> ExitStatus {
    do {
      guard let parsed = try ArgumentParser(command).parse(arguments) else {
        output.write(HelpPage.of(command))
        return .done
      }
      return try command.run(
        Invocation(command: command, arguments: parsed, output: output, errors: errors))
    } catch let error as ToolError {
      report(error, of: command.name, to: errors)
      return error.status
    } catch {
      report(ToolError("\(error)"), of: command.name, to: errors)
      return .badInput
    }
  }

  private static func report(_ error: ToolError, of command: String?, to errors: ToolStream) {
    let prefix = error.standsAlone ? "" : command.map { "ranvier \($0): " } ?? "ranvier: "
    errors.write(prefix + error.message + (error.message.hasSuffix("\n") ? "" : "\n"))
    if let hint = error.hint { errors.write(hint + "\n") }
  }
}

/// What the process returns to its caller.
public enum ExitStatus: Int32, Sendable {
  case done = 0
  /// Two things that should agree do not.
  case checkFailed = 1
  /// Bad usage or bad input.
  case badInput = 2
  /// The simulated program trapped, or never came to an end.
  case trapped = 3
}

/// What went wrong, for the user's eyes.
public struct ToolError: Error, Equatable, CustomStringConvertible {
  public var status: ExitStatus
  public var message: String
  /// A second line, for example "did you mean 'train'?".
  public var hint: String?
  /// Whether the message already names its origin (file:line:column) and needs no prefix.
  public var standsAlone: Bool

  public init(
    _ message: String, hint: String? = nil, status: ExitStatus = .badInput,
    standsAlone: Bool = false
  ) {
    self.message = message
    self.hint = hint
    self.status = status
    self.standsAlone = standsAlone
  }

  public var description: String { message }
}
