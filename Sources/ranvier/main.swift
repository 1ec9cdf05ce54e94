import Foundation
import HostTool

let interruption = Interruption()
let status = HostTool.run(
  arguments: Array(CommandLine.arguments.dropFirst()),
  standardOutput: .standardOutput, standardError: .standardError)
withExtendedLifetime(interruption) { exit(status) }
