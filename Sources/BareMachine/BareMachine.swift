import ChipGeometry
public import PlasticityProcessor

/// A processor with a memory of its own and nothing else: programs without the chip.
///
/// ```swift
/// var machine = try BareMachine(program)
/// while true {
///   switch machine.run(untilInstruction: 1_000_000) {
///   case .consoleWrite(let bytes): …
///   case .ended(let end): …
///   case .limit, .paused: …
///   }
/// }
/// ```
/// There is no bus, no timer and no interrupt; every access outside the memory is an access fault.
/// The processor starts in machine mode, its registers 0 but for the stack pointer, which is 16 bytes
/// below the end of the memory.
public struct BareMachine: ~Copyable {
  /// The processor; its SRAM is the memory.
  public package(set) var processor: PlasticityProcessor
  public let memory: BareMemory
  /// How the program ended, nil while it goes on.
  public internal(set) var end: BareEnd?
  /// Where `wfi` slept last, and how many instructions there were until then.
  var lastSleep: (programCounter: UInt32, instructionCount: UInt64)?

  /// Loads a program.
  ///
  /// - Parameters:
  ///   - program: what to load and where to start.
  ///   - memory: nil for as much as ``BareMemory/init(for:)`` says.
  /// - Throws: ``BareMachineError`` if something is outside the memory.
  public init(_ program: BareProgram, memory: BareMemory? = nil) throws(BareMachineError) {
    let memory = if let memory { memory } else { try BareMemory(for: program) }
    try memory.check(program)
    self.memory = memory
    processor = PlasticityProcessor(
      sramBase: memory.base, sramByteCount: memory.byteCount, hasBus: false)
    for segment in program.segments where segment.byteCount > 0 {
      processor.load(segment.bytes, at: segment.address)
    }
    processor.programCounter = program.entry
    // As Linux and QEMU's user mode do: programs without start-up code of their own have a stack.
    processor[x: 2] = memory.base &+ UInt32(truncatingIfNeeded: memory.byteCount) &- 16
    processor.watchedAddress = program.tohost
  }

  public var programCounter: UInt32 { processor.programCounter }
  public var cycle: UInt64 { processor.cycle }
  /// How many instructions have retired.
  public var instructionCount: UInt64 { processor.instructionCount }

  // MARK: Running

  /// Runs until the cycle counter has reached `limit`, or the program has something to say.
  public mutating func run(untilCycle limit: UInt64) -> BareStop {
    if let end { return .ended(end) }
    while processor.cycle < limit {
      if let stop = finish(processor.run(untilCycle: limit)) { return stop }
    }
    return .limit
  }

  /// Runs until exactly `limit` instructions have retired since the beginning, or the program has
  /// something to say.
  public mutating func run(untilInstruction limit: UInt64) -> BareStop {
    while processor.instructionCount < limit {
      let stop = run(untilCycle: earliestCycle(ofInstruction: limit))
      if stop != .limit { return stop }
    }
    return end.map { .ended($0) } ?? .limit
  }

  /// As ``run(untilCycle:)``, under an observer's eyes.
  ///
  /// - Returns: as there; ``BareStop/paused`` if the observer wants it.
  public mutating func run<Observer: InstructionObserver & ~Copyable>(
    untilCycle limit: UInt64, observer: inout Observer
  ) -> BareStop {
    if let end { return .ended(end) }
    while processor.cycle < limit {
      if let stop = finish(processor.run(untilCycle: limit, observer: &observer)) { return stop }
      if observer.wantsPause { return .paused }
    }
    return .limit
  }

  /// As ``run(untilInstruction:)``, under an observer's eyes.
  ///
  /// - Returns: as there; ``BareStop/paused`` if the observer wants it.
  public mutating func run<Observer: InstructionObserver & ~Copyable>(
    untilInstruction limit: UInt64, observer: inout Observer
  ) -> BareStop {
    while processor.instructionCount < limit {
      let stop = run(untilCycle: earliestCycle(ofInstruction: limit), observer: &observer)
      if stop != .limit { return stop }
    }
    return end.map { .ended($0) } ?? .limit
  }

  /// No instruction takes less than one cycle.
  private func earliestCycle(ofInstruction limit: UInt64) -> UInt64 {
    processor.cycle.addingSaturating(limit - processor.instructionCount)
  }

  /// What the processor's stop means here; nil to go on.
  mutating func finish(_ reason: StopReason) -> BareStop? {
    switch reason {
    case .cycleLimit: return nil
    case .paused: return .paused
    case .busAccess: preconditionFailure("a processor without a bus asks for it")
    case .trapped(let trap): return conclude(.trapped(trap))
    case .exited(let code): return conclude(.exited(code: code))
    case .watchedStore(let value): return conclude(value == 1 ? .passed : .failed(test: value >> 1))
    case .consoleWrite(let address, let byteCount):
      return .consoleWrite(processor.read(at: address, byteCount: Int(byteCount)))
    case .waiting: return sleep()
    }
  }

  private mutating func conclude(_ end: BareEnd) -> BareStop {
    self.end = end
    return .ended(end)
  }

  /// `wfi` may end at any time; here it ends at once. A program that does nothing but come back to it
  /// sleeps for ever.
  private mutating func sleep() -> BareStop? {
    let now = (programCounter: processor.programCounter, instructionCount: instructionCount)
    if let last = lastSleep, last.programCounter == now.programCounter,
      now.instructionCount - last.instructionCount <= 2
    {
      return conclude(.asleep)
    }
    lastSleep = now
    processor.wake()
    return nil
  }
}

extension UInt64 {
  func addingSaturating(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
