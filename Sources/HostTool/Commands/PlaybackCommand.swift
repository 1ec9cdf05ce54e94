import AnalogCore
import Assembler
import Chip
import ChipDescription
import ChipGeometry
import SpikeTrace

extension Command {
  static let playback = Command(
    name: "playback",
    summary: "carry out timed bus accesses and events of the host on the simulated chip",
    discussion: """
      FILE has an instruction a line; each waits for the one before. # begins a comment.

        at TIME | wait TIME             until the playback timer says so | so long
        spike | teacher | end LABEL     an event from the host; bits 15:14 of the label are the link
        write SIDE ADDRESS VALUE [byte|half|word]
        read SIDE ADDRESS [byte|half|word] [as NAME]
        poll SIDE ADDRESS [byte|half|word] [mask M] value V within TIME

      SIDE is top or bottom, ADDRESS a number, a block (COUNTER), a register (RECORDER_REG.MASK) of
      firmware/chip.inc or a symbol of the program on that side, with +OFFSET in bytes. TIME has a
      unit: 10us, 2ms, 500ticks (of 8 ns). An instruction takes a tick; a poll reads every
      microsecond. The timer starts with the chip.

      What read and poll bring is printed in order. A value that a poll waits for in vain is a failed
      check: exit status 1. --received writes what nodes of the crossbar pass to links, with the ticks
      at which it has passed them; --record all events of the chip.

      --json: responses (a list of line, name, tick, value), ticks, failed (null, or line and value),
      events_lost (by PADI buses), events_lost_by_links, state_sha256, chip_seed, noise_seed.
      """,
    positionals: [.one("FILE", "playback program")],
    options: [
      .value("--top", "PROGRAM", "source or ELF file for the top processor, started at the begin"),
      .value("--bottom", "PROGRAM", "the same for the bottom processor"),
      .value("--until", "TIME", "go on until then, if the playback program is over before"),
      .value("--record", "TRACE", "write all events of the chip (.spikes: as text)"),
      .value("--received", "TRACE", "write the events that the host receives"),
    ] + ChipArguments.options + LoadedProgram.options + [.json],
    examples: [
      "ranvier playback stimulus.playback --chip chip.json --top program.s",
      "ranvier playback count.playback --chip chip.json --received out.spikes --json",
    ],
    run: { invocation in
      var session = try PlaybackSession.prepare(invocation)
      let stop = try session.go()
      return try session.report(stop)
    })
}

/// One playback program on one chip.
struct PlaybackSession: ~Copyable {
  private let invocation: Invocation
  private let file: PlaybackFile
  private let programs: [Hemisphere: LoadedProgram]
  private var chip: Chip
  private var run: PlaybackRun
  private let end: ClockTime
  private let recording: TraceWriter?
  private let receiving: TraceWriter?
  private var buffer: [SpikeEvent] = []
  /// What is still on its way to the host.
  private var received: [SpikeEvent] = []

  static func prepare(_ invocation: Invocation) throws -> PlaybackSession {
    let arguments = invocation.arguments
    let chosen = try ChosenChip(arguments)
    var programs: [Hemisphere: LoadedProgram] = [:]
    for (hemisphere, option) in [(Hemisphere.top, "--top"), (.bottom, "--bottom")] {
      guard let path = arguments.value(option) else { continue }
      programs[hemisphere] = try LoadedProgram(path, invocation)
    }
    let file = try PlaybackFile(arguments.positional("FILE"), programs: programs)
    let end = try arguments.value("--until").map { try ChipArguments.time("--until", $0) }
    let outputs = ["--record", "--received"].compactMap { arguments.value($0) }
    try OutputFile.checkDistinct([file.path] + outputs)
    var chip = chosen.description.makeChip()
    for hemisphere in Hemisphere.allCases {
      guard let program = programs[hemisphere] else { continue }
      do {
        try chip.load(program.program(), into: hemisphere)
      } catch let error as ChipError {
        throw ToolError("\(program.path): \(error)")
      }
    }
    chip.isRecording = !outputs.isEmpty
    var header = SpikeTraceHeader(toolVersion: HostTool.version)
    header.chipSeed = chosen.seed
    header.noiseSeed = chosen.description.analog.noiseSeed
    header.programName = programs[.top]?.path
    header.programSHA256 = programs[.top]?.image.sha256
    header.extra = [.init("chip_sha256", chosen.description.sha256)]
    return PlaybackSession(
      invocation, file, programs, chip, end ?? chip.now,
      try arguments.value("--record").map { try TraceWriter.start($0, header) },
      try arguments.value("--received").map { try TraceWriter.start($0, header) })
  }

  private init(
    _ invocation: Invocation, _ file: PlaybackFile, _ programs: [Hemisphere: LoadedProgram],
    _ chip: consuming Chip, _ end: ClockTime, _ recording: TraceWriter?, _ receiving: TraceWriter?
  ) {
    self.invocation = invocation
    self.file = file
    self.programs = programs
    run = PlaybackRun(file.program, on: chip)
    self.chip = chip
    self.end = end
    self.recording = recording
    self.receiving = receiving
  }

  // MARK: Running

  mutating func go() throws -> PlaybackRun.Stop {
    while true {
      let stop = run.advance(&chip)
      try keepEvents()
      switch stop {
      case .finished:
        try goOn()
        return stop
      case .failed: return stop
      case .chip(let stop): try handle(stop)
      }
    }
  }

  /// Runs the chip on after the playback program.
  private mutating func goOn() throws {
    while chip.now < end {
      let stop = chip.run(until: end)
      try keepEvents()
      try handle(stop)
    }
  }

  private mutating func handle(_ stop: ChipStop) throws {
    try ProgramStops.handle(stop, &chip, programs, console: invocation.errors)
  }

  private mutating func keepEvents() throws {
    chip.takeEvents(into: &buffer)
    try recording?.append(contentsOf: buffer)
    chip.takeReceivedEvents(into: &buffer)
    received += buffer
    try deliver(before: chip.now.ticks)
  }

  /// Writes what the host has received before a tick. Links are not in step: what has passed one may
  /// have been under way longer than what passes another after it.
  private mutating func deliver(before tick: UInt64) throws {
    guard let receiving else { return received.removeAll() }
    received.sort { ($0.tick, $0.label) < ($1.tick, $1.label) }
    let end = received.firstIndex { $0.tick >= tick } ?? received.count
    try receiving.append(contentsOf: received[..<end])
    received.removeSubrange(..<end)
  }

  // MARK: Reporting

  mutating func report(_ stop: PlaybackRun.Stop) throws -> ExitStatus {
    try recording?.finish()
    try deliver(before: .max)
    try receiving?.finish()
    var failure: ToolError?
    var failed = JSONValue.null
    if case .failed(let problem) = stop {
      let (error, line, value) = describe(problem)
      failure = error
      failed = ["line": .integer(line), "value": value.map { .integer(Int($0)) } ?? .null]
    }
    if invocation.wantsJSON {
      invocation.print(json(failed))
    } else {
      let width = run.responses.map { file.places[$0.index].name.count }.max() ?? 0
      for response in run.responses {
        let time = Double(response.tick) * 0.008
        invocation.print(
          TextTable.right(ProgressLine.decimal(time, 3), 12) + " us  "
            + TextTable.left(file.places[response.index].name, width + 2)
            + "\(response.value)  \(TextTable.hexadecimal(response.value))")
      }
    }
    if let failure { throw failure }
    return .done
  }

  private func describe(
    _ problem: PlaybackRun.Problem
  ) -> (error: ToolError, line: Int, value: UInt32?) {
    func error(_ index: Int, _ text: String, _ status: ExitStatus = .badInput) -> ToolError {
      ToolError(
        "\(file.path):\(file.places[index].line): \(text)", status: status, standsAlone: true)
    }
    switch problem {
    case .noSuchPlace(let index):
      return (
        error(index, "the bus has nothing there, or not of this width and in this direction"),
        file.places[index].line, nil
      )
    case .timeout(let index, let last):
      let text =
        "the value did not come in time; the last was \(last), \(TextTable.hexadecimal(last))"
      return (error(index, text, .checkFailed), file.places[index].line, last)
    case .tooLong(let index):
      return (
        error(index, "the playback timer ends at \(PlaybackRun.lastTick) ticks"),
        file.places[index].line, nil
      )
    }
  }

  private func json(_ failed: JSONValue) -> JSONValue {
    [
      "responses": .array(
        run.responses.map {
          [
            "line": .integer(file.places[$0.index].line),
            "name": .string(file.places[$0.index].name), "tick": .unsigned($0.tick),
            "value": .integer(Int($0.value)),
          ]
        }),
      "ticks": .unsigned(chip.now.ticks), "failed": failed,
      "events_lost": .integer(chip.busDropCounts.reduce(0) { $0 + Int($1) }),
      "events_lost_by_links": .integer(chip.linkDropCounts.reduce(0) { $0 + Int($1) }),
      "state_sha256": .string(chip.stateHash),
      "chip_seed": .unsigned(chip.configuration.analog.chipSeed),
      "noise_seed": .unsigned(chip.configuration.analog.noiseSeed),
    ]
  }
}
