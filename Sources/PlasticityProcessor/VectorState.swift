import InstructionSet

/// The control registers of the vector unit and what follows from `vtype`.
struct VectorState: BitwiseCopyable {
  /// `vtype`.
  private(set) var type = VectorState.illegalType
  /// `vl`.
  private(set) var length = 0
  /// `vstart`.
  var start = 0
  /// `vxrm`.
  private(set) var rounding = Rounding(.nearestUp)
  /// `vxsat`.
  var hasSaturated = false

  // Derived from `vtype`.

  /// SEW: 0, 1, 2 for 8, 16, 32 bits.
  private(set) var width = 0
  /// lg2(LMUL), -3…3.
  private(set) var multiplier = 0
  /// VLMAX.
  private(set) var lengthMax = 0

  /// What ``RegisterGroups`` depend on: the eight bits of a legal `vtype`, or `vill`; never
  /// ``noKey``.
  private(set) var key = VectorState.illegalKey
  static let noKey: UInt16 = 0
  private static let legalKey: UInt16 = 1 << 8
  private static let illegalKey: UInt16 = 1 << 9

  static let illegalType: UInt32 = 1 << 31

  /// `vill`.
  @inline(__always) var isIllegal: Bool { type == Self.illegalType }

  mutating func setRounding(_ value: UInt32) {
    rounding = Rounding(RoundingMode(rawValue: UInt8(truncatingIfNeeded: value & 3)) ?? .nearestUp)
  }

  /// VLMAX of a `vtype`, 0 if it is illegal.
  static func lengthMax(_ type: UInt32) -> Int {
    ElementShape(vtype: type).map(lengthMax) ?? 0
  }

  private static func lengthMax(_ shape: ElementShape) -> Int {
    let lanesPerRegister = VectorGeometry.registerByteCount >> shape.width
    return shape.multiplier >= 0
      ? lanesPerRegister << shape.multiplier : lanesPerRegister >> -shape.multiplier
  }

  /// Sets `vtype`; an illegal one sets `vill` and a length of 0.
  mutating func setType(_ newType: UInt32) {
    if let shape = ElementShape(vtype: newType) {
      type = newType
      (width, multiplier) = (shape.width, shape.multiplier)
      lengthMax = Self.lengthMax(shape)
      key = Self.legalKey | UInt16(truncatingIfNeeded: newType)
    } else {
      type = Self.illegalType
      (width, multiplier, length, lengthMax) = (0, 0, 0, 0)
      key = Self.illegalKey
    }
  }

  mutating func setLength(_ newLength: Int) { length = min(newLength, lengthMax) }

  /// `vsetvli`, `vsetivli`, `vsetvl`: `request` is the wish for `vl`, nil for `x0, x0`, which keeps
  /// `vl` and sets `vill` if VLMAX would change.
  mutating func configure(type newType: UInt32, request: UInt32?) {
    start = 0
    if let request {
      setType(newType)
      setLength(Int(request))
    } else if lengthMax != 0 && Self.lengthMax(newType) == lengthMax {
      setType(newType)
    } else {
      setType(Self.illegalType)
    }
  }
}

/// Where the scratch memory lies behind the vector registers.
enum VectorScratch {
  static let registers = VectorGeometry.registerCount * VectorGeometry.registerByteCount
  /// A register filled with the scalar operand.
  static let splat = registers
  /// A copy of a whole group.
  static let group = splat + VectorGeometry.registerByteCount
  /// A mask register.
  static let mask = group + VectorGeometry.groupByteCountMax
  /// Kernels read whole registers: nothing behind the last one.
  static let end = mask + VectorGeometry.registerByteCount
}
