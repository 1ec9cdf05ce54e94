package import ChipGeometry
import PlasticityProcessor

/// Stops a program where a person wants to look, lets it go on, and takes it back.
///
/// Backwards is: from a checkpoint before, forwards again. A program passes through the same states
/// with and without a debugger.
package final class Debugger {
  package let execution: any Execution
  package let program: DebuggedProgram
  /// By number.
  package internal(set) var stopPoints: [StopPoint] = []
  private var lastNumber = 0
  /// How the program has ended, nil while it goes on.
  package internal(set) var end: ProgramEnd?
  /// Asked now and then while the program runs: true stops it.
  package var isInterrupted: () -> Bool = { false }
  /// Gets what the program prints while it runs forwards.
  package var printsOutput: ([UInt8]) -> Void = { _ in }
  /// The last events, oldest first.
  package internal(set) var events: [SpikeEvent] = []
  package internal(set) var eventCount: UInt64 = 0
  var history: History
  let origin: History.Entry
  /// A part of the past is being passed through once more.
  var isRepeating = false
  /// As gdb expects it of a RISC-V processor: a watched place stops the program before the instruction
  /// that touches it, in the direction in which it runs.
  package var stopsBeforeAccess = false
  /// Where it last has.
  private var accessPosition: Position?

  /// Checkpoints are `checkpointInterval` cycles of the subject apart.
  package init(
    _ execution: any Execution, _ program: DebuggedProgram, checkpointInterval: UInt64 = 100_000
  ) {
    self.execution = execution
    self.program = program
    history = History(interval: checkpointInterval)
    let cycle = execution.withProcessor { $0.cycle }
    origin = History.Entry(
      position: Position(cycle: cycle, eventCount: 0), checkpoint: execution.checkpoint())
    history.add(origin)
  }

  package var position: Position {
    Position(
      cycle: execution.withProcessor { $0.cycle }, eventCount: eventCount, isOver: isOver)
  }

  /// A program that has run out of samples or sleeps for ever stands where it stood before.
  private var isOver: Bool {
    switch end {
    case .none, .stopped(.finished): false
    case .stopped, .failed: true
    }
  }

  package var programCounter: UInt32 { execution.withProcessor { $0.programCounter } }
  /// Instructions that the subject has done: what a person knows the position by.
  package var instructionCount: UInt64 { execution.withProcessor { $0.instructionCount } }

  /// Where the checkpoints are that lead back, ascending.
  package var checkpointCycles: [UInt64] { history.entries.map(\.position.cycle) }

  // MARK: Stop points

  /// - Returns: its number.
  @discardableResult
  package func add(
    _ kind: StopPoint.Kind, text: String, isTemporary: Bool = false, condition: String? = nil
  ) -> Int {
    lastNumber += 1
    var point = StopPoint(number: lastNumber, kind: kind, text: text)
    point.isTemporary = isTemporary
    point.condition = condition
    stopPoints.append(point)
    return lastNumber
  }

  /// False if there is none of that number.
  package func removeStopPoint(_ number: Int) -> Bool {
    guard let index = stopPoints.firstIndex(where: { $0.number == number }) else { return false }
    stopPoints.remove(at: index)
    return true
  }

  package func changeStopPoint(_ number: Int, _ change: (inout StopPoint) -> Void) -> Bool {
    guard let index = stopPoints.firstIndex(where: { $0.number == number }) else { return false }
    change(&stopPoints[index])
    return true
  }

  // MARK: Running

  /// Runs until a stop point, an interruption or the end. The breakpoint at which the program
  /// stands does not count.
  package func resume() -> [StopCause] { run(.never) }

  /// Runs to the end, whatever the stop points say, unless it is interrupted.
  package func runAlone() { _ = run(.never, heedsStopPoints: false) }

  /// Runs forwards.
  ///
  /// - Parameters:
  ///   - goal: what ends the run if nothing else does.
  ///   - heedsStopPoints: false on the way to a known place.
  /// - Returns: why it has stopped; at least one cause.
  func run(_ goal: Watcher.Goal, heedsStopPoints: Bool = true) -> [StopCause] {
    var watcher = makeWatcher(goal, heedsStopPoints: heedsStopPoints)
    watcher.knownPosition = position
    return run(&watcher)
  }

  func run(_ watcher: inout Watcher) -> [StopCause] {
    if let end { return [.over(end)] }
    while true {
      saveIfDue()
      watcher.resume(budget: Self.instructionsPerSlice)
      let stop: ExecutionStop
      do {
        if let limit = blindLimit(watcher), let freeStop = try execution.run(untilCycle: limit) {
          stop = freeStop
        } else {
          stop = try execution.run(observer: &watcher)
        }
      } catch {
        return finish(.failed("\(error)"), &watcher)
      }
      (eventCount, events) = (watcher.eventCount, watcher.events)
      let output = execution.takeOutput()
      if !isRepeating, !output.isEmpty { printsOutput(output) }
      if watcher.stopsBeforeAccess { accessPosition = watcher.knownAccessPosition }
      guard stop == .paused else { return finish(.stopped(stop), &watcher) }
      let causes = causes(&watcher)
      if !causes.isEmpty { return causes }
      if isInterrupted() { return [.interrupted] }
    }
  }

  private static let instructionsPerSlice = 100_000

  private func finish(_ end: ProgramEnd, _ watcher: inout Watcher) -> [StopCause] {
    (eventCount, events) = (watcher.eventCount, watcher.events)
    self.end = end
    return [.over(end)]
  }

  /// How far the program may run unseen, nil if it may not.
  private func blindLimit(_ watcher: Watcher) -> UInt64? {
    guard watcher.isBlind else { return nil }
    let slice = execution.withProcessor { $0.cycle } + history.interval
    // The instruction that ends the program begins at the last position's cycle.
    if case .position(let target) = watcher.goal {
      return min(slice, target.isOver ? target.cycle &+ 1 : target.cycle)
    }
    return slice
  }

  func saveIfDue() {
    let position = position
    guard end == nil, history.isDue(at: position) else { return }
    history.add(History.Entry(position: position, checkpoint: execution.checkpoint()))
  }

  // MARK: Looking

  func makeWatcher(_ goal: Watcher.Goal, heedsStopPoints: Bool) -> Watcher {
    var watcher = Watcher(hartID: execution.hartID, at: position)
    watcher.goal = goal
    watcher.events = events
    guard heedsStopPoints else { return watcher }
    watcher.stopsBeforeAccess = stopsBeforeAccess && !isRepeating
    watcher.knownAccessPosition = accessPosition
    for point in stopPoints where point.isEnabled {
      switch point.kind {
      case .breakpoint(let address): watcher.breakpoints.append(address)
      case .memory(let range, let access):
        watcher.places.append(
          Watcher.Place(
            number: point.number, range: range, access: access,
            isInSRAM: execution.withProcessor {
              $0.isInSRAM(range.address, byteCount: range.byteCount)
            },
            value: execution.read(at: range.address, byteCount: range.byteCount) ?? []))
      case .register(let register):
        watcher.registers.append(
          Watcher.Register(
            number: point.number, register: register,
            value: execution.withProcessor { register.bytes(of: $0) }))
      case .event(let pattern): watcher.patterns.append((point.number, pattern))
      }
    }
    return watcher
  }

  /// Why the program shall stop where the watcher has paused it; empty to go on.
  private func causes(_ watcher: inout Watcher) -> [StopCause] {
    if watcher.mayHaveChangedOutside { compareOutside(&watcher) }
    var causes = watcher.causes
    if watcher.isAtBreakpoint {
      let pc = programCounter
      for point in stopPoints where point.isEnabled && point.kind == .breakpoint(pc) {
        causes.append(.breakpoint(number: point.number))
      }
    }
    causes.removeAll { cause in
      guard let number = cause.number,
        let point = stopPoints.first(where: { $0.number == number })
      else { return false }
      return !isMet(point.condition)
    }
    for cause in causes {
      guard let number = cause.number, !isRepeating else { continue }
      _ = changeStopPoint(number) { $0.hitCount += 1 }
    }
    if watcher.isGoalReached { causes.append(.done) }
    if case .position(let target) = watcher.goal, position >= target, !watcher.isGoalReached {
      causes.append(.done)
    }
    if watcher.isAtBreakpoint || !causes.isEmpty { watcher.knownPosition = position }
    return causes
  }

  /// A condition that cannot be evaluated counts as met, so that it is not overlooked.
  private func isMet(_ condition: String?) -> Bool {
    guard let condition else { return true }
    guard let value = try? evaluate(condition) else { return true }
    return value.word != 0
  }

  private func compareOutside(_ watcher: inout Watcher) {
    for index in watcher.places.indices where !watcher.places[index].isInSRAM {
      let place = watcher.places[index]
      guard place.access == .change,
        let value = execution.read(at: place.range.address, byteCount: place.range.byteCount),
        value != place.value
      else { continue }
      watcher.places[index].value = value
      watcher.report(
        .changed(
          number: place.number, old: place.value, new: value,
          writer: watcher.previousProgramCounter))
    }
  }

  // MARK: Changing

  /// Writes memory as a person does. What was before is no longer the program's past.
  ///
  /// - Returns: false if some byte cannot be written.
  package func write(_ bytes: [UInt8], at address: UInt32) -> Bool {
    guard execution.write(bytes, at: address) else { return false }
    beginHistory()
    return true
  }

  /// Writes a register as a person does: 4 bytes, or 128 of a vector register, the lowest first.
  /// What was before is no longer the program's past.
  ///
  /// - Returns: false if it cannot be written.
  package func write(_ bytes: [UInt8], to register: RegisterReference) -> Bool {
    let word = bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    let isDone = execution.withProcessor { processor in
      switch register {
      case .integer(let index): processor[x: index] = word
      case .vector(let index): processor[v: index] = bytes
      case .control(let number): return processor.setControlRegister(UInt32(number), to: word)
      case .programCounter:
        guard word & 3 == 0 else { return false }
        processor.programCounter = word
      }
      return true
    }
    if isDone { beginHistory() }
    return isDone
  }

  private func beginHistory() {
    guard end == nil else { return }
    history.removeAll()
    history.add(History.Entry(position: position, checkpoint: execution.checkpoint()))
  }
}

extension StopCause {
  /// Whether an instruction has touched something watched.
  var isAccess: Bool {
    switch self {
    case .changed, .accessed: true
    case .done, .breakpoint, .event, .interrupted, .over, .beginning: false
    }
  }

  /// Of the stop point.
  package var number: Int? {
    switch self {
    case .breakpoint(let number), .changed(let number, _, _, _), .accessed(let number, _, _),
      .event(let number, _):
      number
    case .done, .interrupted, .over, .beginning: nil
    }
  }
}
