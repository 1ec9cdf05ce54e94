public import PlasticityProcessor

/// Why ``BareMachine/run(untilCycle:)`` and its kin returned.
public enum BareStop: Equatable, Sendable {
  /// The limit of cycles or instructions is reached.
  case limit
  /// The program prints these bytes (`ecall` with a7 = 64); run again to go on.
  case consoleWrite([UInt8])
  /// The observer wants to pause; run again to go on.
  case paused
  /// The program is over. Running again gives the same answer.
  case ended(BareEnd)
}

/// How a program came to its end.
public enum BareEnd: Hashable, Sendable {
  /// It has written 1 to `tohost`.
  case passed
  /// It has written something else to `tohost`: twice the number of the failing test, plus 1.
  case failed(test: UInt32)
  /// `ecall` with a7 = 93 and no trap handler.
  case exited(code: Int32)
  /// A trap without a handler, or one whose handler traps in turn before it has executed a single
  /// instruction.
  case trapped(Trap)
  /// It sleeps for ever: nothing here could wake it.
  case asleep

  /// True if the program says that all is well.
  public var isSuccess: Bool { self == .passed || self == .exited(code: 0) }
}
