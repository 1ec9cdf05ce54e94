/// Why ``PlasticityProcessor/run(untilCycle:)`` returned.
public enum StopReason: Equatable, Sendable {
  /// The cycle counter has reached the limit, at an instruction boundary.
  case cycleLimit
  /// An instruction accesses an address outside the SRAM. ``PlasticityProcessor/busRequest`` tells
  /// what it wants; answer with ``PlasticityProcessor/completeBusAccess()`` or
  /// ``PlasticityProcessor/failBusAccess(element:)``, then run again.
  case busAccess
  /// `wfi` sleeps. Nothing happens until an enabled interrupt is pending; do not run before, but move
  /// the clock with ``PlasticityProcessor/sleep(untilCycle:)``.
  case waiting
  /// A trap while `mtvec` was never written. The program counter stays at the instruction.
  case trapped(Trap)
  /// `ecall` with a7 = 93 while `mtvec` was never written: the program ends with the code in a0.
  case exited(code: Int32)
  /// `ecall` with a7 = 64 while `mtvec` was never written: the program wants these bytes of its memory
  /// printed. The call has returned `byteCount` in a0 already; just run again.
  case consoleWrite(address: UInt32, byteCount: UInt32)
  /// The observer of ``PlasticityProcessor/run(untilCycle:observer:)`` wants to pause, at an
  /// instruction boundary.
  case paused
  /// The instruction before the program counter has stored to the word at
  /// ``PlasticityProcessor/watchedAddress``, which is now `value`, not 0.
  case watchedStore(value: UInt32)
}

/// What went wrong where.
public struct Trap: Hashable, Sendable {
  public var cause: TrapCause
  /// The address of the instruction.
  public var programCounter: UInt32
  /// The value of `mtval`: the bad address, the word of an illegal instruction, otherwise 0.
  public var value: UInt32
  /// The word of the instruction, 0 if it could not be fetched.
  public var instruction: UInt32

  public init(cause: TrapCause, programCounter: UInt32, value: UInt32, instruction: UInt32) {
    self.cause = cause
    self.programCounter = programCounter
    self.value = value
    self.instruction = instruction
  }
}

/// The values of `mcause`, as in the privileged manual.
public enum TrapCause: UInt32, CaseIterable, Sendable {
  case instructionAddressMisaligned = 0
  case instructionAccessFault = 1
  case illegalInstruction = 2
  case breakpoint = 3
  case loadAddressMisaligned = 4
  case loadAccessFault = 5
  case storeAddressMisaligned = 6
  case storeAccessFault = 7
  case environmentCall = 11
  case timerInterrupt = 0x8000_0007
  /// A local interrupt of this chip: the event recorder saw its wake-up label.
  case recorderInterrupt = 0x8000_0010

  public var isInterrupt: Bool { rawValue >> 31 != 0 }

  /// In words, for messages.
  public var summary: String {
    switch self {
    case .instructionAddressMisaligned: "misaligned jump target"
    case .instructionAccessFault: "no memory to fetch an instruction from"
    case .illegalInstruction: "illegal instruction"
    case .breakpoint: "breakpoint"
    case .loadAddressMisaligned: "misaligned load"
    case .loadAccessFault: "load from an address where nothing can be read"
    case .storeAddressMisaligned: "misaligned store"
    case .storeAccessFault: "store to an address where nothing can be written"
    case .environmentCall: "environment call"
    case .timerInterrupt: "timer interrupt"
    case .recorderInterrupt: "event recorder interrupt"
    }
  }
}

/// The wires that can wake or interrupt a processor; the value is the bit in `mip` and `mie`.
public enum InterruptLine: UInt32, CaseIterable, Sendable {
  case timer = 7
  case recorder = 16
}

/// An access to something outside the SRAM, as the chip sees it.
public struct BusRequest: Equatable, Sendable {
  public enum Pattern: Equatable, Sendable {
    /// One element; a scalar load or store.
    case scalar
    /// `elementCount` elements in a row from `address`.
    case unitStride
    /// Elements anywhere: ``PlasticityProcessor/busAddress(ofElement:)`` tells where. Elements that
    /// the mask excludes are not listed.
    case scattered
  }

  public var isWrite: Bool
  public var pattern: Pattern
  /// 1, 2 or 4.
  public var elementByteCount: Int
  /// At least 1.
  public var elementCount: Int
  /// Of the first element.
  public var address: UInt32

  public init(
    isWrite: Bool, pattern: Pattern, elementByteCount: Int, elementCount: Int, address: UInt32
  ) {
    self.isWrite = isWrite
    self.pattern = pattern
    self.elementByteCount = elementByteCount
    self.elementCount = elementCount
    self.address = address
  }

  /// The size of the data, which lies in the buffer in the order of the elements.
  public var byteCount: Int { elementByteCount * elementCount }
}
