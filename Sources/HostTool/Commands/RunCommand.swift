import ChipDescription
import AnalogCore
import Assembler
import Chip
import ChipGeometry
import PlasticityProcessor
import SpikeTrace

extension Command {
  static let run = Command(
    name: "run",
    summary: "run any program on the simulated chip, with any stimulus",
    discussion: """
      PROGRAM is an assembly source or an ELF file. It runs on the top plasticity processor of a chip
      after reset, or of one that carries a layered network (--network). Host events of the stimulus
      (spikes, teacher, end of sample) are sent at their ticks; events of other kinds are skipped.

      The run ends with the program (ecall with a7 = 93), with a trap that it does not handle, at the
      time --until, or without --until when the stimulus is over and the processors sleep with no timer
      to wake them; a program that is still running one second of chip time after the stimulus is an
      error. Environment calls are the tool's only while the program has no trap handler (mtvec never
      written). What it prints (ecall with a7 = 64) goes to standard output; the results then go to standard error, or
      with --json the other way round.

      With --bare there is no chip, but a processor with a memory of its own: see below.

      TIME is a number with a unit: 100us, 1.5ms, 300ns, 2s, 6000ticks (of 8 ns), 12000cycles (of 4 ns).

      --json: stop_reason (exit, trap, time, asleep, timeout), cycles, instructions, state_sha256
      (of the entire chip), trap (null, or cause, pc, symbol, instruction, value), exit_code (null,
      or a number), program, program_sha256, chip_seed, noise_seed, events_sent, events_recorded,
      analog_reads.


      """ + BareRun.discussion,
    positionals: [.one("PROGRAM", "assembly source or ELF file")],
    options: [
      .value("--stimulus", "TRACE", "send the host events of a trace"),
      .value("--record", "TRACE", "write all events of the chip (.spikes: as text)"),
      .value("--until", "TIME", "end of the run"),
      .value(
        "--network", "I-H-O", "configure a layered network, such as 4-120-3, plus a bias input"),
      .flag("--no-bias", "a network without the bias input"),
      .value("--set", "NAME=VALUE", "set the word at a symbol before the start", repeats: true),
      .flag("--both", "load the program into both processors"),
    ] + ChipArguments.options + BareRun.options + LoadedProgram.options + [.progress, .json],
    examples: [
      "ranvier run blink.s --until 1ms --json",
      "ranvier run firmware/eventprop.s --network 4-120-3 --stimulus in.spikes --record out.spikes",
      "ranvier run --bare rv32ui-p-add.elf --commit-log add.log --json",
    ],
    run: { invocation in
      if try BareRun.isWanted(invocation.arguments) { return try BareRun.run(invocation) }
      var run = try ProgramRun.prepare(invocation)
      let outcome = try run.go()
      return try run.report(outcome)
    })
}

/// One run of a program.
struct ProgramRun: ~Copyable {
  private let invocation: Invocation
  private let file: LoadedProgram
  private var chip: Chip
  private let stimulus: TraceReader?
  private let recording: TraceWriter?
  private let end: ClockTime?
  private var sentCount = 0
  private var lastEvent = ClockTime(cycles: 0)
  private var pending: SpikeEvent?
  private var buffer: [SpikeEvent] = []
  private var hasPrinted = false

  /// How a run ended.
  enum Outcome {
    case stopped(Hemisphere, StopReason)
    case time
    case asleep
    /// The program did not come to rest.
    case timeout
  }

  /// Recorded events are written at least this often.
  private static let sliceCycles: UInt64 = 250_000
  /// Chip time after the stimulus without a sleeping processor: one second.
  private static let patienceCycles: UInt64 = 250_000_000

  /// Reads what the arguments name and makes the chip.
  static func prepare(_ invocation: Invocation) throws -> ProgramRun {
    let arguments = invocation.arguments
    let end = try arguments.value("--until").map { try ChipArguments.time("--until", $0) }
    let network = try network(arguments)
    let file = try LoadedProgram(arguments.positional("PROGRAM"), invocation)
    let stimulus = try arguments.value("--stimulus").map { try TraceReader(path: $0) }
    let chosen = try ChosenChip(arguments)
    let chip = try chip(chosen, file, arguments)
    let configuration = chip.configuration
    var header = SpikeTraceHeader(toolVersion: HostTool.version)
    header.chipSeed = configuration.analog.chipSeed
    header.noiseSeed = configuration.analog.noiseSeed
    header.programName = file.path
    header.programSHA256 = file.image.sha256
    if arguments.flag("--chip") {
      header.extra.append(.init("chip_sha256", chosen.description.sha256))
    }
    header.inputCount = network?.inputCount
    header.hiddenCount = network?.hiddenCount
    header.outputCount = network?.outputCount
    let recording = try arguments.value("--record").map { path in
      try TraceWriter.start(path, header)
    }
    return ProgramRun(invocation, file, chip, stimulus, recording, end)
  }

  private init(
    _ invocation: Invocation, _ file: LoadedProgram, _ chip: consuming Chip,
    _ stimulus: TraceReader?, _ recording: TraceWriter?, _ end: ClockTime?
  ) {
    self.invocation = invocation
    self.file = file
    self.chip = chip
    self.stimulus = stimulus
    self.recording = recording
    self.end = end
    self.chip.isRecording = recording != nil
  }

  static func network(_ arguments: ParsedArguments) throws(ToolError) -> LayeredNetwork? {
    guard let text = arguments.value("--network") else { return nil }
    return try ChipArguments.network(
      "--network", text, hasBias: !arguments.flag("--no-bias"))
  }

  /// The chip that the arguments name, with the network on it and the program in its memory.
  static func chip(
    _ chosen: ChosenChip, _ file: LoadedProgram, _ arguments: ParsedArguments
  ) throws(ToolError) -> Chip {
    let network = try network(arguments)
    if network != nil { _ = try chosen.configuration() }
    var settings: [(UInt32, UInt32)] = []
    for setting in arguments.all("--set") { settings.append(try parse(setting, file)) }
    var chip = chosen.description.makeChip()
    network?.configure(&chip)
    for hemisphere in Hemisphere.allCases where hemisphere == .top || arguments.flag("--both") {
      let program = try file.program()
      do {
        try chip.load(program, into: hemisphere)
      } catch {
        throw ToolError("\(file.path): \(error)")
      }
      for (address, value) in settings { chip.writeWord(hemisphere, at: address, value) }
    }
    return chip
  }

  /// `NAME=VALUE`, the value a number of 32 bits, signed or not.
  private static func parse(
    _ setting: String, _ file: LoadedProgram
  ) throws(ToolError) -> (address: UInt32, value: UInt32) {
    let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let number = ParsedArguments.integer(parts[1]),
      number >= Int(Int32.min), number <= Int(UInt32.max)
    else { throw ToolError("--set: '\(setting)' is not NAME=NUMBER") }
    guard let address = file.image.address(of: parts[0]) else {
      throw ToolError(
        "--set: \(file.path) has no symbol '\(parts[0])'",
        hint: Spelling.suggestion(for: parts[0], among: file.image.symbols.map(\.name)))
    }
    guard address < AddressMap.sramByteCount - 3, address % 4 == 0 else {
      throw ToolError("--set: '\(parts[0])' is not the address of a word in the SRAM")
    }
    return (address, UInt32(truncatingIfNeeded: number))
  }

  // MARK: Running

  mutating func go() throws -> Outcome {
    let progress = invocation.progress(
      total: Int((end?.cycles ?? 0) / 250), unit: "µs of chip time")
    defer { progress.finish() }
    var shown = chip.now
    while true {
      let isFed = try feed()
      let slice = ClockTime(cycles: chip.now.cycles + Self.sliceCycles)
      let stop = chip.run(
        until: min(slice, end ?? slice),
        stopping: isFed || end != nil ? .atTime : .whenAsleep)
      try record()
      if end != nil {
        progress.advance(by: Int((chip.now.cycles - shown.cycles) / 250))
        shown = ClockTime(cycles: shown.cycles + (chip.now.cycles - shown.cycles) / 250 * 250)
      }
      switch stop {
      case .reachedTime:
        if let end, chip.now >= end { return .time }
        let sinceLast = chip.now.cycles - lastEvent.cycles
        if end == nil, !isFed, sinceLast > Self.patienceCycles { return .timeout }
      case .asleep, .idle: return .asleep
      case .processorStopped(let hemisphere, let reason): return .stopped(hemisphere, reason)
      case .paused: break
      case .consoleWrite(let hemisphere, let address, let byteCount):
        try console(hemisphere, address, byteCount)
      }
    }
  }

  /// Sends what the stimulus has for the coming slice; false at its end.
  private mutating func feed() throws -> Bool {
    guard let stimulus else { return false }
    let horizon = chip.now.cycles + Self.sliceCycles
    while true {
      if pending == nil { pending = try stimulus.next() }
      guard let event = pending else { return false }
      guard ClockTime(ticks: event.tick).cycles <= horizon else { return true }
      pending = nil
      let isFromHost = !event.flags.isDisjoint(with: [.stimulus, .teacher, .endOfSample])
      guard isFromHost else { continue }
      do {
        try chip.enqueue(event)
      } catch {
        throw ToolError("\(stimulus.name): \(error)")
      }
      sentCount += 1
      lastEvent = ClockTime(ticks: event.tick)
    }
  }

  private mutating func record() throws {
    guard let recording else { return }
    chip.takeEvents(into: &buffer)
    try recording.append(contentsOf: buffer)
  }

  private mutating func console(
    _ hemisphere: Hemisphere, _ address: UInt32, _ byteCount: UInt32
  ) throws {
    let end = UInt64(address) + UInt64(byteCount)
    guard end <= UInt64(AddressMap.sramByteCount) else {
      throw ToolError(
        "\(file.path): the program prints \(byteCount) bytes from "
          + "\(TextTable.hexadecimal(address)) on, beyond its memory",
        status: .trapped)
    }
    hasPrinted = true
    let bytes = chip.readMemory(hemisphere, at: address, byteCount: Int(byteCount))
    (invocation.wantsJSON ? invocation.errors : invocation.output).write(bytes)
  }

  // MARK: Reporting

  mutating func report(_ outcome: Outcome) throws -> ExitStatus {
    try recording?.finish()
    let (name, status) = Self.describe(outcome)
    if case .stopped(let hemisphere, .trapped(let trap)) = outcome {
      let registers = chip.registers(hemisphere)
      invocation.warn(
        TrapReport.text(trap, file, hemisphere, registers: registers).trimmingLastLineBreak)
    }
    if case .timeout = outcome {
      let pc = chip.programCounter(.top)
      invocation.warn(
        "\(file.path): the program is still running one second of chip time after the stimulus, at "
          + "pc \(TextTable.hexadecimal(pc)), \(file.place(pc)); --until allows longer runs")
    }
    let instructions = chip.instructionCount(.top) + chip.instructionCount(.bottom)
    if invocation.wantsJSON {
      invocation.print(json(outcome, name, instructions))
    } else {
      var code = ""
      if case .stopped(_, .exited(let value)) = outcome { code = " with code \(value)" }
      let text = """
        stopped       \(name)\(code)
        cycles        \(chip.now.cycles)
        instructions  \(instructions)
        state         \(chip.stateHash)

        """
      (hasPrinted ? invocation.errors : invocation.output).write(text)
    }
    return status
  }

  private static func describe(_ outcome: Outcome) -> (name: String, status: ExitStatus) {
    switch outcome {
    case .stopped(_, .exited(let code)): ("exit", code == 0 ? .done : .trapped)
    case .stopped: ("trap", .trapped)
    case .time: ("time", .done)
    case .asleep: ("asleep", .done)
    case .timeout: ("timeout", .trapped)
    }
  }

  private func json(_ outcome: Outcome, _ name: String, _ instructions: UInt64) -> JSONValue {
    var trapValue = JSONValue.null
    var code = JSONValue.null
    if case .stopped(_, .trapped(let trap)) = outcome { trapValue = TrapReport.json(trap, file) }
    if case .stopped(_, .exited(let value)) = outcome { code = .integer(Int(value)) }
    return [
      "stop_reason": .string(name),
      "cycles": .unsigned(chip.now.cycles),
      "instructions": .unsigned(instructions),
      "state_sha256": .string(chip.stateHash),
      "trap": trapValue,
      "exit_code": code,
      "program": .string(file.path),
      "program_sha256": .string(file.image.sha256),
      "chip_seed": .unsigned(chip.configuration.analog.chipSeed),
      "noise_seed": .unsigned(chip.configuration.analog.noiseSeed),
      "events_sent": .integer(sentCount),
      "events_recorded": recording.map { .unsigned($0.eventCount) } ?? .null,
      "analog_reads": .integer(Int(chip.analogReadCount)),
    ]
  }
}

extension String {
  var trimmingLastLineBreak: String { hasSuffix("\n") ? String(dropLast()) : self }
}
