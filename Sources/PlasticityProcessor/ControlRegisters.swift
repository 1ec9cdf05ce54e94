import InstructionSet

extension ControlRegister {
  /// The registers of the vector unit, which `mstatus.VS` = Off hides.
  var isOfVectorUnit: Bool {
    switch self {
    case .vstart, .vxsat, .vxrm, .vcsr, .vl, .vtype, .vlenb: true
    default: false
    }
  }

  /// Numbers whose two highest bits are ones cannot be written.
  var isReadOnly: Bool { rawValue >> 10 == 3 }

  /// RV32, I and M. V is not claimed: it would promise 64-bit elements and floating point.
  static let misaValue: UInt32 = 1 << 30 | 1 << 8 | 1 << 12
}

extension PlasticityProcessor {
  /// Reads a control register, nil if there is none of that number.
  public func controlRegister(_ number: UInt32) -> UInt32? {
    guard let register = UInt16(exactly: number).flatMap(ControlRegister.init(rawValue:)) else {
      return nil
    }
    return read(register)
  }

  /// Writes a control register as `csrw` does; returns false if there is none or it is read-only.
  @discardableResult
  public mutating func setControlRegister(_ number: UInt32, to value: UInt32) -> Bool {
    guard let register = UInt16(exactly: number).flatMap(ControlRegister.init(rawValue:)),
      !register.isReadOnly, read(register) != nil
    else { return false }
    write(register, value)
    return true
  }

  /// The value of a register, nil if this processor does not implement it.
  func read(_ register: ControlRegister) -> UInt32? {
    switch register {
    case .vstart: UInt32(vector.start)
    case .vxsat: vector.hasSaturated ? 1 : 0
    case .vxrm: UInt32(vector.rounding.mode.rawValue)
    case .vcsr: UInt32(vector.rounding.mode.rawValue) << 1 | (vector.hasSaturated ? 1 : 0)
    case .vl: UInt32(vector.length)
    case .vtype: vector.type
    case .vlenb: UInt32(VectorGeometry.registerByteCount)
    case .mstatus: machine.status
    case .misa: ControlRegister.misaValue
    case .mie: machine.interruptEnable
    case .mtvec: machine.trapVector
    case .mscratch: machine.scratch
    case .mepc: machine.exceptionCounter
    case .mcause: machine.cause
    case .mtval: machine.trapValue
    case .mip: machine.interruptPending
    case .mcycle, .cycle: UInt32(truncatingIfNeeded: cycle &+ machine.cycleOffset)
    case .mcycleh, .cycleh: UInt32(truncatingIfNeeded: (cycle &+ machine.cycleOffset) >> 32)
    case .minstret, .instret:
      UInt32(truncatingIfNeeded: instructionCount &+ machine.instructionOffset)
    case .minstreth, .instreth:
      UInt32(truncatingIfNeeded: (instructionCount &+ machine.instructionOffset) >> 32)
    case .time: UInt32(truncatingIfNeeded: cycle >> 1)
    case .timeh: UInt32(truncatingIfNeeded: cycle >> 33)
    case .mhartid: hartID
    case .mstatush, .mvendorid, .marchid, .mimpid, .mconfigptr: 0
    default: nil
    }
  }

  /// Writes a register that exists and is not read-only.
  mutating func write(_ register: ControlRegister, _ value: UInt32) {
    if register.isOfVectorUnit { machine.vectorStatus = 3 }
    switch register {
    case .vstart: vector.start = Int(value & UInt32(VectorGeometry.laneCountMax - 1))
    case .vxsat: vector.hasSaturated = value & 1 != 0
    case .vxrm: vector.setRounding(value)
    case .vcsr:
      vector.setRounding(value >> 1)
      vector.hasSaturated = value & 1 != 0
    case .mstatus: machine.status = value
    case .mie: machine.interruptEnable = value & MachineState.interruptBits
    case .mtvec:
      machine.trapVector = value & ~2
      machine.hasHandler = true
    case .mscratch: machine.scratch = value
    case .mepc: machine.exceptionCounter = value & ~3
    case .mcause: machine.cause = value
    case .mtval: machine.trapValue = value
    case .mcycle: Self.setCounter(&machine.cycleOffset, from: cycle, low: value)
    case .mcycleh: Self.setCounter(&machine.cycleOffset, from: cycle, high: value)
    case .minstret: Self.setCounter(&machine.instructionOffset, from: instructionCount, low: value)
    case .minstreth:
      Self.setCounter(&machine.instructionOffset, from: instructionCount, high: value)
    // `misa` and `mstatush` are fixed, and the lines of `mip` belong to others.
    case .misa, .mstatush, .mip: break
    default: preconditionFailure("\(register) cannot be written")
    }
  }

  private static func setCounter(_ offset: inout UInt64, from count: UInt64, low: UInt32) {
    let value = (count &+ offset) & ~0xFFFF_FFFF | UInt64(low)
    offset = value &- count
  }

  private static func setCounter(_ offset: inout UInt64, from count: UInt64, high: UInt32) {
    let value = UInt64(high) << 32 | (count &+ offset) & 0xFFFF_FFFF
    offset = value &- count
  }
}
