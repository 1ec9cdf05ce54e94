import Assembler
import BareMachine
import Debugging
import Foundation
import PlasticityProcessor
import Synchronization

/// The work of `ranvier debug`.
struct DebugSession {
  let invocation: Invocation
  let file: LoadedProgram
  let debugger: Debugger
  /// Where gdb finds the program, nil if nowhere.
  private let elfPath: String?

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    let target = try ExecutionArguments.target(invocation)
    file = target.file
    elfPath = try Self.writeELF(file, invocation.arguments)
    let sources = SourceFiles(folder: file.lines.folder)
    let program = DebuggedProgram(
      name: file.path, image: file.image, lines: file.lines, source: sources.lines)
    debugger = Debugger(
      target.execution, program, checkpointInterval: target.isBare ? 4_000_000 : 100_000)
  }

  /// An ELF file is one already; what was assembled from a source goes to the one that `--elf` names.
  private static func writeELF(
    _ file: LoadedProgram, _ arguments: ParsedArguments
  ) throws(ToolError) -> String? {
    guard let path = arguments.value("--elf") else {
      return file.assembled == nil ? file.path : nil
    }
    guard let bytes = file.assembled else {
      throw ToolError("--elf: \(file.path) is an ELF file already")
    }
    try OutputFile.write(bytes, to: path)
    return path
  }

  func run() throws -> ExitStatus {
    ControlC.hold(true)
    defer { ControlC.hold(false) }
    if let port = try invocation.arguments.integer("--gdb", in: 0...65535) {
      return try serve(port: UInt16(port))
    }
    prompt(try scriptedLines())
    return status
  }

  /// 3 if the program has failed.
  private var status: ExitStatus {
    switch debugger.end {
    case .none, .stopped(.finished), .stopped(.paused), .stopped(.stopped(_, .exited(code: 0))),
      .stopped(.stopped(_, .watchedStore(value: 1))):
      .done
    case .failed, .stopped: .trapped
    }
  }

  // MARK: The prompt

  private func scriptedLines() throws(ToolError) -> [String] {
    var lines: [String] = []
    for path in invocation.arguments.all("-x") {
      lines += try InputFile.text(path).split(separator: "\n", omittingEmptySubsequences: false)
        .map(String.init)
      if lines.last == "" { lines.removeLast() }
    }
    return lines + invocation.arguments.all("--command")
  }

  private func prompt(_ script: [String]) {
    let console = Console(debugger)
    debugger.isInterrupted = { ControlC.wasPressed() }
    debugger.printsOutput = { [output = invocation.output] in output.write($0) }
    show(console.greeting)
    for line in script where !console.isOver { execute(line, console, isEchoed: true) }
    guard !invocation.arguments.flag("--no-prompt") else { return }
    let isTerminal = isatty(0) == 1
    while !console.isOver {
      if isTerminal { show(Console.prompt) }
      guard let line = readLine() else {
        if isTerminal { show("\n") }
        return
      }
      execute(line, console, isEchoed: !isTerminal)
    }
  }

  private func execute(_ line: String, _ console: Console, isEchoed: Bool) {
    if isEchoed { show(Console.prompt + line + "\n") }
    _ = ControlC.wasPressed()
    show(console.execute(line))
  }

  private func show(_ text: String) {
    invocation.output.write(text)
    _ = invocation.output.flush()
  }

  // MARK: gdb

  private func serve(port: UInt16) throws(ToolError) -> ExitStatus {
    let listener: LoopbackListener
    do {
      listener = try LoopbackListener(port: port)
    } catch {
      throw ToolError("--gdb: 127.0.0.1:\(port) cannot be used: \(error.reason)")
    }
    let elf = elfPath ?? "PROGRAM.elf"
    invocation.warn(
      """
      waiting for gdb on 127.0.0.1:\(listener.port)
        gdb-multiarch -ex 'set architecture riscv:rv32' -ex 'set osabi none' \
      -ex 'target remote 127.0.0.1:\(listener.port)' \(elf)
      """
        + (elfPath == nil ? "\n  (--elf FILE writes the ELF file with line information)" : ""))
    guard let connection = listener.accept(unless: { ControlC.wasPressed() }) else {
      report("interrupted")
      return status
    }
    let server = RemoteServer(debugger) {
      let bytes = connection.available()
      return ControlC.wasPressed() || connection.isClosed ? [0x03] : bytes
    } send: {
      connection.send($0)
    }
    debugger.printsOutput = { [output = invocation.output, print = debugger.printsOutput] in
      output.write($0)
      print($0)
    }
    while server.ending == nil, !connection.isClosed {
      let bytes = connection.receive()
      server.receive(bytes)
    }
    if server.ending == .detached {
      debugger.isInterrupted = { ControlC.wasPressed() }
      debugger.printsOutput = { [output = invocation.output] in output.write($0) }
      debugger.runAlone()
    }
    let console = Console(debugger)
    report(
      debugger.end.map(console.describe)
        ?? (server.ending == .detached ? "interrupted" : "gdb has left"))
    return status
  }

  private func report(_ reason: String) {
    invocation.print(
      """
      stopped       \(reason)
      cycles        \(debugger.position.cycle)
      instructions  \(debugger.instructionCount)
      state         \(debugger.execution.stateHash)
      """)
  }
}

/// The texts of source files, read once.
final class SourceFiles: Sendable {
  private let files = Mutex<[String: [Substring]?]>([:])
  private let folder: String?

  /// - Parameter folder: where relative paths begin that lead to nothing from here.
  init(folder: String?) { self.folder = folder }

  /// Nil if the file cannot be read.
  func lines(_ path: String) -> [Substring]? {
    files.withLock { files in
      if let known = files[path] { return known }
      var text = try? InputFile.text(path)
      if text == nil, let folder, !path.hasPrefix("/") {
        text = try? InputFile.text("\(folder)/\(path)")
      }
      let lines = text?.split(separator: "\n", omittingEmptySubsequences: false)
      files[path] = .some(lines)
      return lines
    }
  }
}
