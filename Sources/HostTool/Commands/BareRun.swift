import ChipDescription
import Assembler
import BareMachine
import PlasticityProcessor

/// `ranvier run --bare`: a program without the chip.
struct BareRun: ~Copyable {
  static let discussion = """
    With --bare, PROGRAM is any RV32IM/Zve32x program. Its segments are loaded where they belong, and
    it starts at its entry point in machine mode, registers 0, the stack pointer at the end of the
    memory. It ends when it writes a word that is
    not 0 to the symbol tohost (1: it has passed, exit status 0; other values: test number value >> 1
    has failed, exit status 3), with ecall a7 = 93 while it has no trap handler (exit status 0 if
    a0 = 0, else 3), or with a trap without a handler (exit status 3). A program that sleeps for ever,
    and one that --max-instructions stops, have exit status 3 too. What it prints (ecall a7 = 64,
    no trap handler) goes to standard output; the results then go to standard error. There is no bus,
    no timer and no interrupt; all accesses outside the memory are access faults.

    --bare --json: stop_reason (pass, fail, exit, trap, asleep, limit), failed_test (null, or a
    number), exit_code, cycles, instructions, state_sha256 (of processor and memory), trap, program,
    program_sha256 as above, memory_base, memory_bytes.
    """

  static let options: [Command.Option] = [
    .flag("--bare", "run without the chip, to the end of the program"),
    BareArguments.memory,
    .value("--max-instructions", "N", "bare: stop after N instructions"),
    .value(
      "--signature", "FILE",
      "bare: write the words from begin_signature to end_signature, one a line"),
    .value(
      "--commit-log", "FILE",
      "bare: write a line per instruction, as Spike does (-: standard output)"),
  ]

  /// True for `--bare`.
  ///
  /// - Throws: ``ToolError`` if an option does not go with it, or without it.
  static func isWanted(_ arguments: ParsedArguments) throws(ToolError) -> Bool {
    let isBare = arguments.flag("--bare")
    let own = ["--memory", "--max-instructions", "--signature", "--commit-log"]
    let chip = [
      "--stimulus", "--record", "--until", "--network", "--no-bias", "--set", "--both",
      "--chip-seed", "--noise-seed", "--uncalibrated", "--ideal",
    ]
    for name in isBare ? chip : own where !arguments.all(name).isEmpty {
      throw ToolError(isBare ? "\(name) needs a chip: not with --bare" : "\(name) needs --bare")
    }
    return isBare
  }

  static func run(_ invocation: Invocation) throws -> ExitStatus {
    var run = try prepare(invocation)
    try run.go()
    return try run.report()
  }

  private let invocation: Invocation
  private let file: LoadedProgram
  private var machine: BareMachine
  /// Nil: no limit.
  private let instructionLimit: UInt64?
  private let signature: Signature?
  private let logFile: OutputFile?
  private var hasPrinted = false

  /// What `--signature` writes where.
  private struct Signature {
    var file: OutputFile
    var start: UInt32
    var wordCount: Int
  }

  /// Reads what the arguments name and makes the machine.
  private static func prepare(_ invocation: Invocation) throws -> BareRun {
    let arguments = invocation.arguments
    let limit = try arguments.integer("--max-instructions", in: 0...Int.max).map { UInt64($0) }
    let memory = try BareArguments.memory(arguments)
    let file = try LoadedProgram(bare: arguments.positional("PROGRAM"), memory: memory, invocation)
    let machine = try file.bareMachine(memory)
    let range = machine.memory
    let signature = try arguments.value("--signature").map { path in
      let (start, wordCount) = try Self.signature(file, range)
      return Signature(file: try OutputFile(path), start: start, wordCount: wordCount)
    }
    let logFile = try arguments.value("--commit-log").map { path in
      try OutputFile(path == "-" ? "/dev/stdout" : path)
    }
    return BareRun(invocation, file, machine, limit, signature, logFile)
  }

  private init(
    _ invocation: Invocation, _ file: LoadedProgram, _ machine: consuming BareMachine,
    _ instructionLimit: UInt64?, _ signature: Signature?, _ logFile: OutputFile?
  ) {
    self.invocation = invocation
    self.file = file
    self.machine = machine
    self.instructionLimit = instructionLimit
    self.signature = signature
    self.logFile = logFile
  }

  /// The words between the symbols.
  private static func signature(
    _ file: LoadedProgram, _ memory: BareMemory
  ) throws(ToolError) -> (start: UInt32, wordCount: Int) {
    var ends: [UInt32] = []
    for name in ["begin_signature", "end_signature"] {
      guard let address = file.image.address(of: name) else {
        throw ToolError(
          "--signature: \(file.path) has no symbol '\(name)'",
          hint: Spelling.suggestion(for: name, among: file.image.symbols.map(\.name)))
      }
      ends.append(address)
    }
    let (start, end) = (ends[0], ends[1])
    let range = "from \(TextTable.hexadecimal(start)) to \(TextTable.hexadecimal(end))"
    guard start <= end, (end - start) % 4 == 0 else {
      throw ToolError("--signature: \(range) are no whole words in \(file.path)")
    }
    let memoryEnd = UInt64(memory.base) + UInt64(memory.byteCount)
    guard start >= memory.base, UInt64(end) <= memoryEnd else {
      throw ToolError("--signature: \(range) is not in the memory of \(file.path)")
    }
    return (start, Int(end - start) / 4)
  }

  // MARK: Running

  private mutating func go() throws {
    let limit = instructionLimit ?? .max
    guard let logFile else {
      while true {
        switch machine.run(untilInstruction: limit) {
        case .consoleWrite(let bytes): console(bytes)
        case .limit, .paused, .ended: return
        }
      }
    }
    var log = CommitLog()
    while true {
      let stop = machine.run(untilInstruction: limit, observer: &log)
      if log.wantsPause { try logFile.write(log.take()) }
      switch stop {
      case .consoleWrite(let bytes): console(bytes)
      case .paused: continue
      case .limit, .ended: return try logFile.write(log.take())
      }
    }
  }

  private mutating func console(_ bytes: [UInt8]) {
    hasPrinted = true
    invocation.output.write(bytes)
  }

  // MARK: Reporting

  private mutating func report() throws -> ExitStatus {
    try logFile?.commit()
    if let signature { try write(signature) }
    let results = hasPrinted ? invocation.errors : invocation.output
    if invocation.wantsJSON {
      if !hasPrinted { explain() }
      results.write(json.text + "\n")
    } else {
      explain()
      results.write(
        """
        stopped       \(reasonInWords)
        cycles        \(machine.cycle)
        instructions  \(machine.instructionCount)
        state         \(machine.stateHash)

        """)
    }
    return machine.end?.isSuccess == true ? .done : .trapped
  }

  private borrowing func write(_ signature: Signature) throws(ToolError) {
    let text = (0..<signature.wordCount).map { index in
      TextTable.word(machine.processor.readWord(at: signature.start + 4 * UInt32(index))) + "\n"
    }
    try signature.file.write(text.joined())
    try signature.file.commit()
  }

  /// Says on standard error what was wrong.
  private borrowing func explain() {
    switch machine.end {
    case .trapped(let trap):
      let registers = (0..<32).map { machine.processor[x: $0] }
      invocation.warn(
        TrapReport.text(
          trap, "\(file.path): the program", registers: registers,
          place: file.place(trap.programCounter)
        ).trimmingLastLineBreak)
    case .failed(let test): invocation.warn("\(file.path): test \(test) has failed")
    case .asleep: invocation.warn("\(file.path): the program sleeps, and nothing can wake it")
    case nil:
      let pc = machine.programCounter
      invocation.warn(
        "\(file.path): stopped after \(machine.instructionCount) instructions at pc "
          + "\(TextTable.hexadecimal(pc)), \(file.place(pc))")
    case .passed, .exited: break
    }
  }

  private var reasonInWords: String {
    if case .exited(let code) = machine.end { return "exit with code \(code)" }
    return reason
  }

  private var reason: String {
    switch machine.end {
    case .passed: "pass"
    case .failed: "fail"
    case .exited: "exit"
    case .trapped: "trap"
    case .asleep: "asleep"
    case nil: "limit"
    }
  }

  private var json: JSONValue {
    var (test, code, trap) = (JSONValue.null, JSONValue.null, JSONValue.null)
    switch machine.end {
    case .failed(let number): test = .integer(Int(number))
    case .exited(let value): code = .integer(Int(value))
    case .trapped(let value): trap = TrapReport.json(value, file)
    case .passed, .asleep, nil: break
    }
    return [
      "stop_reason": .string(reason),
      "failed_test": test,
      "exit_code": code,
      "cycles": .unsigned(machine.cycle),
      "instructions": .unsigned(machine.instructionCount),
      "state_sha256": .string(machine.stateHash),
      "trap": trap,
      "program": .string(file.path),
      "program_sha256": .string(file.image.sha256),
      "memory_base": .integer(Int(machine.memory.base)),
      "memory_bytes": .integer(machine.memory.byteCount),
    ]
  }
}
