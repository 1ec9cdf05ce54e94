/// The way back.
extension Debugger {
  /// Puts the program at a position of its past.
  ///
  /// - Precondition: not before the beginning of the history.
  func goTo(_ target: Position) {
    guard let entry = history.last(atOrBefore: target) else {
      preconditionFailure("the position lies before the history")
    }
    repeating {
      restore(entry)
      if position < target { _ = run(.position(target), heedsStopPoints: false) }
    }
    history.removeAll(after: target)
  }

  /// Passes through a part of the past once more. It cannot be interrupted: it has a known end.
  private func repeating<R>(_ body: () -> R) -> R {
    let (wasRepeating, isInterrupted) = (isRepeating, isInterrupted)
    isRepeating = true
    self.isInterrupted = { false }
    defer { (isRepeating, self.isInterrupted) = (wasRepeating, isInterrupted) }
    return body()
  }

  func restore(_ entry: History.Entry) {
    do {
      try execution.restore(entry.checkpoint)
    } catch {
      preconditionFailure("a checkpoint of this execution is damaged: \(error)")
    }
    end = nil
    let forgotten = Int(clamping: Int64(eventCount) - Int64(entry.position.eventCount))
    if forgotten >= 0, forgotten <= events.count {
      events.removeLast(forgotten)
    } else {
      events = []
    }
    eventCount = entry.position.eventCount
  }

  /// Puts the program back to where it began, before all edits.
  package func restart() {
    history.removeAll()
    history.add(origin)
    restore(origin)
  }

  /// Goes back to the previous hit of a stop point, or to the beginning.
  package func resumeBackwards() -> [StopCause] {
    let present = position
    let end = self.end
    isRepeating = true
    defer { isRepeating = false }
    var limit = present
    while let entry = history.entries.last(where: { $0.position < limit }) {
      restore(entry)
      switch lastStop(upTo: limit, before: present) {
      case .hit(let position, let causes):
        goTo(position)
        return causes
      case .interrupted:
        goTo(present)
        self.end = end
        return [.interrupted]
      case .none: limit = entry.position
      }
    }
    if let beginning = history.beginning { goTo(beginning) }
    return [.beginning]
  }

  private enum Search {
    case hit(Position, [StopCause])
    case interrupted
    case none
  }

  /// Runs from here to `limit` and tells the last stop that lies before `present`; an access at the
  /// present is one that gdb has yet to pass.
  private func lastStop(upTo limit: Position, before present: Position) -> Search {
    var found = Search.none
    var watcher = makeWatcher(.position(limit), heedsStopPoints: true)
    while true {
      let causes = run(&watcher)
      let hits = causes.filter { $0.number != nil }
      let isNext = stopsBeforeAccess && position == present && hits.contains { $0.isAccess }
      if !hits.isEmpty, position < present || isNext { found = .hit(position, hits) }
      if causes.contains(.interrupted) { return .interrupted }
      if causes.contains(.done) || end != nil || position >= limit { return found }
    }
  }

  // MARK: Moment by moment

  /// Visits the moments before the present, the last one first.
  ///
  /// - Parameter visit: returns where to go, nil to see the moment before.
  /// - Returns: where the visitor wants to be, nil if it has not found it.
  private func walkBack(_ visit: (Moment) -> Position?) -> Position? {
    var end = position
    while let moments = moments(before: end), let first = moments.first {
      for moment in moments.reversed() {
        if let found = visit(moment) { return found }
      }
      end = first.position
    }
    return nil
  }

  private static let momentCycles: UInt64 = 20_000

  /// The moments of a stretch that ends before `end`, nil at the beginning of the history.
  private func moments(before end: Position) -> [Moment]? {
    var span = Self.momentCycles
    while let entry = history.entries.last(where: { $0.position < end }) {
      if end.cycle - entry.position.cycle > span {
        goTo(Position(cycle: end.cycle - span, eventCount: 0))
        history.add(History.Entry(position: position, checkpoint: execution.checkpoint()))
      }
      guard let start = history.entries.last(where: { $0.position < end }) else { return nil }
      restore(start)
      var watcher = makeWatcher(.position(end), heedsStopPoints: false)
      watcher.moments = []
      _ = run(&watcher)
      let moments = (watcher.moments ?? []).filter { $0.position < end }
      if !moments.isEmpty { return moments }
      if start.position == history.beginning { return nil }
      // The processor has slept all the time.
      span = span &* 4
      history.remove(at: start.position)
    }
    return nil
  }

  private func backwards(_ visit: (Moment) -> Position?) -> [StopCause] {
    if let target = repeating({ walkBack(visit) }) {
      goTo(target)
      return [.done]
    }
    if let beginning = history.beginning { goTo(beginning) }
    return [.beginning]
  }

  /// Takes instructions back.
  package func stepInstructionsBackwards(_ count: Int = 1) -> [StopCause] {
    var left = count
    return backwards { moment in
      left -= 1
      return left <= 0 ? moment.position : nil
    }
  }

  /// Goes back to the beginning of a source line: of the one before, or of the present one if some of
  /// it has been done; with `skipsCalls` passing over functions that have been called and left again.
  package func stepLineBackwards(skipsCalls: Bool) -> [StopCause] {
    var depth = 0
    var line: Range<UInt32>?
    var candidate: Position?
    return backwards { moment in
      if skipsCalls {
        if moment.flow.isReturn { depth += 1 }
        if depth > 0, moment.flow.isEntry { depth -= 1 }
        if depth > 0 { return nil }
      }
      let pc = moment.programCounter
      if let line, let candidate, !line.contains(pc) { return candidate }
      guard let range = self.program.lineRange(at: pc) else {
        // Without line information every instruction is a line of its own.
        return self.program.hasLines ? nil : moment.position
      }
      (line, candidate) = (range, moment.position)
      return pc == range.lowerBound ? candidate : nil
    }
  }

  /// Goes back to where the present function was called.
  package func finishBackwards() -> [StopCause] {
    var depth = 0
    return backwards { moment in
      if moment.flow.isReturn {
        depth += 1
      } else if moment.flow.isEntry {
        if depth == 0 { return moment.position }
        depth -= 1
      }
      return nil
    }
  }
}

extension ControlFlow {
  var isReturn: Bool { self == .return || self == .trapReturn }
  var isEntry: Bool { self == .call || self == .trapEntry }
}
