import BareMachine
import Chip
import ChipGeometry
import Debugging
import Learning
import SpikeTrace

/// The arguments of commands that look inside a running program: what it is, and what it runs on.
enum ExecutionArguments {
  static let discussion = """
    PROGRAM is an assembly source or an ELF file. A learning program (one with param_ symbols) learns
    the first --samples samples of the Yin-Yang task, as train would in its first epoch. With
    --stimulus, --until or --network, and for any other program, it runs on a chip as with run: the
    host events of the stimulus are sent at their ticks, and the end is at --until, or when events
    are over and processors asleep. With --bare it runs without the chip, as with run --bare.
    """

  static let positionals: [Command.Positional] = [.one("PROGRAM", "assembly source or ELF file")]

  static let options: [Command.Option] =
    [.flag("--bare", "without the chip"), BareArguments.memory] + chipOptions
    + LoadedProgram.options

  private static let chipOptions: [Command.Option] =
    [
      .value("--samples", "N", "samples that a learning program learns (default 10)"),
      .value("--initial-weights", "FILE", "begin with these weights (.npz, as from train)"),
      .value("--stimulus", "TRACE", "send the host events of a trace"),
      .value("--until", "TIME", "end of the run on the chip, such as 100us"),
      .value(
        "--network", "I-H-O", "configure a layered network, such as 4-120-3, plus a bias input"),
      .flag("--no-bias", "a network without the bias input"),
      .flag("--both", "load the program into both processors"),
    ] + SessionOptions.learning
    + SessionOptions.options.filter { !["--chips", "--jobs"].contains($0.name) }

  /// A program and what it runs on, ready for its first instruction.
  struct Target {
    var file: LoadedProgram
    var execution: any Execution
    var isBare: Bool
    /// What `--memory` says.
    var memory: BareMemory?
  }

  /// What the arguments name.
  static func target(_ invocation: Invocation) throws -> Target {
    let arguments = invocation.arguments
    let path = arguments.positional("PROGRAM")
    guard arguments.flag("--bare") else {
      if arguments.flag("--memory") { throw ToolError("--memory needs --bare") }
      let file = try LoadedProgram(path, invocation)
      return Target(file: file, execution: try execution(file, invocation), isBare: false)
    }
    for option in chipOptions where arguments.flag(option.name) {
      throw ToolError("\(option.name) needs a chip: not with --bare")
    }
    let memory = try BareArguments.memory(arguments)
    let file = try LoadedProgram(bare: path, memory: memory, invocation)
    return Target(
      file: file, execution: BareExecution(try file.bareMachine(memory)), isBare: true,
      memory: memory)
  }

  private static func execution(
    _ file: LoadedProgram, _ invocation: Invocation
  ) throws -> any Execution {
    let arguments = invocation.arguments
    let program = LearningProgram(file.image, name: file.path)
    let isPlain = ["--stimulus", "--until", "--network"].contains { arguments.value($0) != nil }
    if isPlain || arguments.flag("--both") || program.parameters.isEmpty {
      return try chip(file, arguments)
    }
    return try session(program, arguments)
  }

  // MARK: Learning programs

  private static func session(
    _ program: LearningProgram, _ arguments: ParsedArguments
  ) throws -> any Execution {
    var chip = try SessionOptions.configuration(
      arguments, program, try ChosenChip(arguments).configuration())
    chip.hasBias = !arguments.flag("--no-bias")
    var options = try SessionOptions.training(arguments, chip)
    options.session.parameters += try SessionOptions.settings(arguments)
    let count = try arguments.integer("--samples", in: 1...options.trainingCount) ?? 10
    do {
      var session = try LearningSession(program, options.sessionConfiguration)
      if let path = arguments.value("--initial-weights") {
        try session.preload(try WeightsFile.read(path, for: options.session, program))
      }
      return SessionExecution(session, samples: TrainingRun.firstSamples(count, options))
    } catch let error as SessionError {
      throw error.toolError(program)
    }
  }

  // MARK: Any program on a chip

  private static func chip(
    _ file: LoadedProgram, _ arguments: ParsedArguments
  ) throws -> any Execution {
    let end = try arguments.value("--until").map { try ChipArguments.time("--until", $0) }
    var chip = try ProgramRun.chip(ChosenChip(arguments), file, arguments)
    var last = chip.now
    if let path = arguments.value("--stimulus") {
      let stimulus = try TraceReader(path: path)
      while let event = try stimulus.next() {
        guard !event.flags.isDisjoint(with: [.stimulus, .teacher, .endOfSample]) else { continue }
        do { try chip.enqueue(event) } catch { throw ToolError("\(path): \(error)") }
        last = ClockTime(ticks: event.tick)
      }
    }
    let names = try ProgramRun.network(arguments).map { EventNames($0) }
    return ChipExecution(
      chip, subject: .top, lastEvent: last, end: end, eventNames: names ?? EventNames())
  }
}
