/// Looks on while a processor runs, instruction by instruction: debuggers, profilers, logs.
///
/// An observed run passes through the same states as one that nobody looks at.
public protocol InstructionObserver: ~Copyable {
  /// The instruction at the program counter is next. If an interrupt comes first, or the owner has
  /// refused the instruction's bus access, the processor enters its trap handler instead.
  mutating func willExecute(_ processor: borrowing PlasticityProcessor)

  /// The instruction is done, or the trap handler entered.
  mutating func didExecute(_ processor: borrowing PlasticityProcessor)

  /// True if the run shall pause: before the instruction if ``willExecute(_:)`` makes it so, otherwise
  /// as soon as the instruction is done.
  var wantsPause: Bool { get }
}

extension PlasticityProcessor {
  /// As ``run(untilCycle:)``, under an observer's eyes.
  ///
  /// After ``StopReason/busAccess`` the owner, once it has completed the access, tells the observer
  /// that the instruction is done. After ``StopReason/waiting`` and ``StopReason/consoleWrite`` the
  /// owner looks whether the observer wants to pause.
  ///
  /// - Returns: as ``run(untilCycle:)``; ``StopReason/paused`` if the observer wants it.
  public mutating func run<Observer: InstructionObserver & ~Copyable>(
    untilCycle limit: UInt64, observer: inout Observer
  ) -> StopReason {
    while cycle < limit {
      if !isAwake { return .waiting }
      observer.willExecute(self)
      if observer.wantsPause { return .paused }
      let stop = run(untilCycle: cycle + 1)
      switch stop {
      case .cycleLimit:
        observer.didExecute(self)
        if observer.wantsPause { return .paused }
      case .waiting, .consoleWrite, .watchedStore:
        observer.didExecute(self)
        return stop
      case .busAccess, .trapped, .exited, .paused:
        return stop
      }
    }
    return .cycleLimit
  }
}
