import HostTool

/// What the tool did with a command line, in process.
struct Tool {
  var status: Int32
  var output: String
  var errors: String

  init(_ arguments: String...) { self.init(arguments) }

  init(_ arguments: [String]) {
    let output = ToolStream.memory()
    let errors = ToolStream.memory()
    status = HostTool.run(
      arguments: arguments, standardOutput: output, standardError: errors)
    self.output = output.text
    self.errors = errors.text
  }
}
