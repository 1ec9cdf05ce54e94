import Chip
import ChipGeometry
import InstructionSet
import PlasticityProcessor

/// Looks at every instruction of the subject and at every event, and pauses the run where something
/// is to be seen. Whether it stops there is the debugger's decision.
struct Watcher: ChipObserver {
  /// When a run that nothing else stops is done.
  enum Goal {
    case never
    /// So many instructions, trap entries included, are done.
    case instructions(Int)
    /// The program counter is outside the range, back at `start`, or, if so wanted, at a call.
    case leaving(Range<UInt32>, start: UInt32, stopsAtCalls: Bool)
    /// The program counter is there, and the stack not deeper.
    case reaching(UInt32, stackPointer: UInt32)
    case position(Position)
  }

  /// A watched piece of the SRAM; others are compared by the debugger.
  struct Place {
    var number: Int
    var range: MemoryRange
    var access: MemoryAccessKind
    var isInSRAM: Bool
    var value: [UInt8]

    func concerns(_ isStore: Bool) -> Bool {
      switch access {
      case .change: isStore
      case .read: !isStore
      case .access: true
      }
    }
  }

  struct Register {
    var number: Int
    var register: RegisterReference
    var value: [UInt8]
  }

  let hartID: UInt32
  var goal = Goal.never
  /// Addresses of breakpoints, and a filter for the many instructions that have none.
  var breakpoints: [UInt32] = [] {
    didSet { breakpointFilter = breakpoints.reduce(0) { $0 | Self.filterBit($1) } }
  }
  private var breakpointFilter: UInt64 = 0
  var places: [Place] = []
  var registers: [Register] = []
  var patterns: [(number: Int, pattern: EventPattern)] = []
  /// Watched places stop the program before an instruction that touches them.
  var stopsBeforeAccess = false
  /// Where the program has stood before such an instruction already.
  var knownAccessPosition: Position?
  /// All moments passed, if somebody wants them.
  var moments: [Moment]?
  /// Where the program has stood already: a breakpoint there does not count.
  var knownPosition: Position?
  /// Pauses after so many instructions.
  var budget = Int.max

  var wantsPause = false
  private(set) var isGoalReached = false
  private(set) var isAtBreakpoint = false
  private(set) var enteredInterrupt = false
  /// An instruction may have changed a place outside the SRAM.
  private(set) var mayHaveChangedOutside = false
  private(set) var causes: [StopCause] = []
  private(set) var eventCount: UInt64
  /// The last ones.
  var events: [SpikeEvent] = []
  /// The address of the last instruction.
  private(set) var previousProgramCounter: UInt32 = 0
  private var previousInstructionCount: UInt64 = 0
  private var pendingAccess: MemoryAccess?
  private var isStore = false
  private var cycle: UInt64

  init(hartID: UInt32, at position: Position) {
    self.hartID = hartID
    eventCount = position.eventCount
    cycle = position.cycle
  }

  private static func filterBit(_ address: UInt32) -> UInt64 { 1 &<< UInt64(address &>> 2) }

  /// Whether an unobserved run would do as well, apart from events.
  var isBlind: Bool {
    guard breakpoints.isEmpty, places.isEmpty, registers.isEmpty, moments == nil else {
      return false
    }
    switch goal {
    case .never, .position: return true
    case .instructions, .leaving, .reaching: return false
    }
  }

  /// Forgets why it has paused.
  mutating func resume(budget: Int) {
    self.budget = budget
    (wantsPause, isGoalReached, isAtBreakpoint, enteredInterrupt) = (false, false, false, false)
    mayHaveChangedOutside = false
    causes = []
  }

  // MARK: What happens

  mutating func willExecute(_ processor: borrowing PlasticityProcessor) {
    guard processor.hartID == hartID else { return }
    let pc = processor.programCounter
    cycle = processor.cycle
    let position = Position(cycle: cycle, eventCount: eventCount)
    if breakpointFilter & Self.filterBit(pc) != 0, breakpoints.contains(pc) {
      if position != knownPosition {
        isAtBreakpoint = true
        wantsPause = true
        return
      }
    }
    if case .position(let target) = goal, position >= target {
      isGoalReached = true
      wantsPause = true
      return
    }
    previousProgramCounter = pc
    previousInstructionCount = processor.instructionCount
    if moments != nil {
      let moment = Moment(
        position: position, programCounter: pc, flow: ControlFlow(next: processor))
      if moments?.last?.position == position { moments?.removeLast() }
      moments?.append(moment)
    }
    if !places.isEmpty { prepare(processor, at: position) }
  }

  private mutating func prepare(
    _ processor: borrowing PlasticityProcessor, at position: Position
  ) {
    pendingAccess = nil
    isStore = false
    let pc = processor.programCounter
    guard processor.isInSRAM(pc, byteCount: 4),
      MemoryAccess.isLoadOrStore(processor.readWord(at: pc))
    else { return }
    pendingAccess = MemoryAccess(next: processor)
    isStore = pendingAccess?.isWrite ?? false
    guard stopsBeforeAccess, position != knownAccessPosition, let pendingAccess else { return }
    for place in places where pendingAccess.touches(place.range) && place.concerns(isStore) {
      report(.accessed(number: place.number, isWrite: isStore, place: pc))
      knownAccessPosition = position
    }
  }

  mutating func didExecute(_ processor: borrowing PlasticityProcessor) {
    guard processor.hartID == hartID else { return }
    cycle = processor.cycle
    let isTrapEntry = processor.instructionCount == previousInstructionCount
    if isTrapEntry {
      if var moment = moments?.popLast() {
        moment.flow = .trapEntry
        moments?.append(moment)
      }
      let cause = processor.controlRegister(UInt32(ControlRegister.mcause.rawValue)) ?? 0
      enteredInterrupt = cause >> 31 != 0
    } else if !places.isEmpty, pendingAccess != nil, !stopsBeforeAccess {
      lookAtMemory(processor)
    }
    if !registers.isEmpty { lookAtRegisters(processor) }
    lookAtGoal(processor)
    budget -= 1
    if budget <= 0 { wantsPause = true }
  }

  private mutating func lookAtGoal(_ processor: borrowing PlasticityProcessor) {
    let pc = processor.programCounter
    switch goal {
    case .never: return
    case .instructions(let count):
      goal = .instructions(count - 1)
      isGoalReached = count <= 1
    case .leaving(let range, let start, let stopsAtCalls):
      isGoalReached =
        !range.contains(pc) || pc == start
        || stopsAtCalls && ControlFlow(next: processor) == .call
    case .reaching(let address, let stackPointer):
      isGoalReached = pc == address && processor[x: 2] >= stackPointer
    case .position(let target):
      isGoalReached = Position(cycle: cycle, eventCount: eventCount) >= target
    }
    if isGoalReached { wantsPause = true }
  }

  private mutating func lookAtMemory(_ processor: borrowing PlasticityProcessor) {
    guard let access = pendingAccess else { return }
    pendingAccess = nil
    for index in places.indices where access.touches(places[index].range) {
      let place = places[index]
      if place.access == .change {
        guard isStore else { continue }
        guard place.isInSRAM else {
          mayHaveChangedOutside = true
          wantsPause = true
          continue
        }
        let value = processor.read(at: place.range.address, byteCount: place.range.byteCount)
        guard value != place.value else { continue }
        places[index].value = value
        report(
          .changed(
            number: place.number, old: place.value, new: value,
            writer: previousProgramCounter))
      } else if place.concerns(isStore) {
        report(.accessed(number: place.number, isWrite: isStore, place: previousProgramCounter))
      }
    }
  }

  private mutating func lookAtRegisters(_ processor: borrowing PlasticityProcessor) {
    for index in registers.indices {
      let value = registers[index].register.bytes(of: processor)
      let old = registers[index].value
      guard value != old else { continue }
      registers[index].value = value
      report(
        .changed(
          number: registers[index].number, old: old, new: value,
          writer: previousProgramCounter))
    }
  }

  mutating func report(_ cause: StopCause) {
    causes.append(cause)
    wantsPause = true
  }

  /// How many of the last events are kept.
  static let eventMemory = 64

  mutating func didEmit(_ event: SpikeEvent) {
    eventCount += 1
    if events.count >= 2 * Self.eventMemory { events.removeFirst(Self.eventMemory) }
    events.append(event)
    for (number, pattern) in patterns where pattern.matches(event) {
      report(.event(number: number, event))
    }
    if case .position(let target) = goal, eventCount >= target.eventCount { wantsPause = true }
  }
}

extension RegisterReference {
  /// The value, lowest byte first.
  func bytes(of processor: borrowing PlasticityProcessor) -> [UInt8] {
    switch self {
    case .integer(let index): Self.bytes(processor[x: index])
    case .vector(let index): processor[v: index]
    case .control(let number): Self.bytes(processor.controlRegister(UInt32(number)) ?? 0)
    case .programCounter: Self.bytes(processor.programCounter)
    }
  }

  static func bytes(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
  }
}
