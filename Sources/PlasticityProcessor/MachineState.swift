/// The machine-mode registers and what belongs to them.
struct MachineState: BitwiseCopyable {
  /// `mstatus.MIE` and `mstatus.MPIE`.
  var interruptsEnabled = false
  var previousInterruptsEnabled = false
  /// `mstatus.VS`: 0 off, 1 initial, 2 clean, 3 dirty.
  var vectorStatus: UInt8 = 1
  /// `mtvec`; meaningful once ``hasHandler``.
  var trapVector: UInt32 = 0
  /// True after the first write to `mtvec`.
  var hasHandler = false
  /// `mie` and `mip`.
  var interruptEnable: UInt32 = 0
  var interruptPending: UInt32 = 0
  var scratch: UInt32 = 0
  var exceptionCounter: UInt32 = 0
  var cause: UInt32 = 0
  var trapValue: UInt32 = 0
  /// What must be added to the cycle counter and to the instruction counter to get `mcycle` and
  /// `minstret`; programs may write these.
  var cycleOffset: UInt64 = 0
  var instructionOffset: UInt64 = 0

  /// The pending and enabled interrupts.
  @inline(__always) var wakeUps: UInt32 { interruptEnable & interruptPending }

  /// The bits of `mie` that exist.
  static let interruptBits = InterruptLine.allCases.reduce(0) { $0 | 1 << $1.rawValue } as UInt32

  /// The cause of the pending interrupt that comes first: the timer before the local ones, as the
  /// privileged manual orders them.
  var firstInterrupt: TrapCause? {
    guard wakeUps != 0 else { return nil }
    return wakeUps & 1 << InterruptLine.timer.rawValue != 0 ? .timerInterrupt : .recorderInterrupt
  }

  /// `mstatus`: MPP is always machine mode.
  var status: UInt32 {
    get {
      (interruptsEnabled ? 1 << 3 : 0) | (previousInterruptsEnabled ? 1 << 7 : 0)
        | UInt32(vectorStatus) << 9 | 3 << 11 | (vectorStatus == 3 ? 1 << 31 : 0)
    }
    set {
      interruptsEnabled = newValue & 1 << 3 != 0
      previousInterruptsEnabled = newValue & 1 << 7 != 0
      vectorStatus = UInt8(truncatingIfNeeded: newValue >> 9 & 3)
    }
  }
}

/// What an instruction that could not finish wants; see ``PlasticityProcessor/executeSlowly()``.
enum Fault: Equatable {
  case none
  case trap(TrapCause, value: UInt32)
  case bus(BusRequest)
  /// Nothing is wrong: the instruction has done everything but take its time, and the interpreter
  /// shall look up.
  case done(cost: Int)
}
