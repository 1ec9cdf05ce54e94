/// What a vector instruction does to one lane. Loops, widths, masks and operand forms are written
/// once, in `LaneKernels.swift`; an operation is one line here.
protocol LaneOperation {
  static func lane<T>(_ o: Operands<T>) -> T
  /// True if the second operand is a shift amount: packed shifts by one amount for all lanes are far
  /// cheaper, so the kernel has a loop of its own for a scalar amount.
  static var isShift: Bool { get }
  /// Non-zero if ``lane(_:)`` had to saturate to get `r`.
  static func saturated<T>(_ o: Operands<T>, _ r: T) -> T
}

extension LaneOperation {
  static var isShift: Bool { false }
  static func saturated<T>(_ o: Operands<T>, _ r: T) -> T { 0 }
}

/// What one lane's result is made of.
struct Operands<T: Lane> {
  /// The lane of `vd` before the instruction.
  let d: T
  /// The lane of `vs2`.
  let a: T
  /// The lane of `vs1`, or the scalar.
  let b: T
  /// Of `vxrm`.
  let rounding: Rounding

  @inline(__always) init(_ d: T, _ a: T, _ b: T, _ rounding: Rounding) {
    self.d = d
    self.a = a
    self.b = b
    self.rounding = rounding
  }

  /// The double-width product, both factors signed.
  @inline(__always) var product: T.Wide { a.wide &* b.wide }
  /// The double-width product, both factors unsigned.
  @inline(__always) var unsignedProduct: T.Wide { a.unsignedWide &* b.unsignedWide }
  /// The double-width product, `a` signed, `b` unsigned.
  @inline(__always) var mixedProduct: T.Wide { a.wide &* b.unsignedWide }
}

extension FixedWidthInteger {
  /// The upper half of a double-width value, for `vmulh`.
  @inline(__always) func upperHalf<T: Lane>(_: T.Type = T.self) -> T {
    T(truncatingIfNeeded: self &>> Self(truncatingIfNeeded: T.bitWidth))
  }
  /// The low half of a double-width value.
  @inline(__always) func lowerHalf<T: Lane>(_: T.Type = T.self) -> T {
    T(truncatingIfNeeded: self)
  }
}

/// The operations whose operands and results have one width.
// swift-format-ignore
enum LaneOperations {
  enum Add: LaneOperation { static func lane<T>(_ o: Operands<T>) -> T { o.a &+ o.b } }
  enum Subtract: LaneOperation { static func lane<T>(_ o: Operands<T>) -> T { o.a &- o.b } }
  enum ReverseSubtract: LaneOperation { static func lane<T>(_ o: Operands<T>) -> T { o.b &- o.a } }
  enum And: LaneOperation { static func lane<T>(_ o: Operands<T>) -> T { o.a & o.b } }
  enum Or: LaneOperation { static func lane<T>(_ o: Operands<T>) -> T { o.a | o.b } }
  enum Xor: LaneOperation { static func lane<T>(_ o: Operands<T>) -> T { o.a ^ o.b } }
  enum Minimum: LaneOperation { static func lane<T>(_ o: Operands<T>) -> T { o.a < o.b ? o.a : o.b } }
  enum Maximum: LaneOperation { static func lane<T>(_ o: Operands<T>) -> T { o.a > o.b ? o.a : o.b } }
  enum MinimumUnsigned: LaneOperation {
    static func lane<T>(_ o: Operands<T>) -> T { o.a.unsigned < o.b.unsigned ? o.a : o.b }
  }
  enum MaximumUnsigned: LaneOperation {
    static func lane<T>(_ o: Operands<T>) -> T { o.a.unsigned > o.b.unsigned ? o.a : o.b }
  }
  /// `vmv.v`.
  enum Move: LaneOperation { static func lane<T>(_ o: Operands<T>) -> T { o.b } }

  // Swift's masking shifts use the low lg2(SEW) bits of the amount, as the manual asks.
  enum ShiftLeft: LaneOperation {
    static var isShift: Bool { true }
    static func lane<T>(_ o: Operands<T>) -> T { o.a &<< o.b }
  }
  enum ShiftRight: LaneOperation {
    static var isShift: Bool { true }
    static func lane<T>(_ o: Operands<T>) -> T { o.a &>> o.b }
  }
  enum ShiftRightUnsigned: LaneOperation {
    static var isShift: Bool { true }
    static func lane<T>(_ o: Operands<T>) -> T { T(truncatingIfNeeded: o.a.unsigned &>> o.b.unsigned) }
  }

  enum Multiply: LaneOperation { static func lane<T>(_ o: Operands<T>) -> T { o.a &* o.b } }
  enum MultiplyHigh: LaneOperation { static func lane<T>(_ o: Operands<T>) -> T { o.product.upperHalf() } }
  enum MultiplyHighUnsigned: LaneOperation {
    static func lane<T>(_ o: Operands<T>) -> T { o.unsignedProduct.upperHalf() }
  }
  enum MultiplyHighMixed: LaneOperation {
    static func lane<T>(_ o: Operands<T>) -> T { o.mixedProduct.upperHalf() }
  }
  /// `vmacc`: the destination is the addend.
  enum MultiplyAdd: LaneOperation { static func lane<T>(_ o: Operands<T>) -> T { o.d &+ o.a &* o.b } }
  /// `vnmsac`.
  enum MultiplySubtract: LaneOperation { static func lane<T>(_ o: Operands<T>) -> T { o.d &- o.a &* o.b } }
  /// `vmadd`: the destination is a factor.
  enum MultiplyIntoAdd: LaneOperation { static func lane<T>(_ o: Operands<T>) -> T { o.d &* o.b &+ o.a } }
  /// `vnmsub`.
  enum MultiplyIntoSubtract: LaneOperation {
    static func lane<T>(_ o: Operands<T>) -> T { o.a &- o.d &* o.b }
  }

  // Clamping the double-width sum is the form that the optimizer turns into one `padds`.
  enum SaturatingAdd: LaneOperation {
    static func lane<T>(_ o: Operands<T>) -> T { T(clamping: o.a.wide &+ o.b.wide) }
    static func saturated<T>(_ o: Operands<T>, _ r: T) -> T { r ^ (o.a &+ o.b) }
  }
  enum SaturatingSubtract: LaneOperation {
    static func lane<T>(_ o: Operands<T>) -> T { T(clamping: o.a.wide &- o.b.wide) }
    static func saturated<T>(_ o: Operands<T>, _ r: T) -> T { r ^ (o.a &- o.b) }
  }
  enum SaturatingAddUnsigned: LaneOperation {
    static func lane<T>(_ o: Operands<T>) -> T {
      let sum = o.a &+ o.b
      return sum.unsigned < o.a.unsigned ? -1 : sum
    }
    static func saturated<T>(_ o: Operands<T>, _ r: T) -> T { r ^ (o.a &+ o.b) }
  }
  enum SaturatingSubtractUnsigned: LaneOperation {
    static func lane<T>(_ o: Operands<T>) -> T { o.a.unsigned < o.b.unsigned ? 0 : o.a &- o.b }
    static func saturated<T>(_ o: Operands<T>, _ r: T) -> T { r ^ (o.a &- o.b) }
  }
  // The intermediates of the averaging operations have SEW + 1 bits.
  enum AveragingAdd: LaneOperation {
    static func lane<T>(_ o: Operands<T>) -> T {
      FixedPoint.shiftRight(o.a.wide &+ o.b.wide, byConstant: 1, o.rounding).lowerHalf()
    }
  }
  enum AveragingSubtract: LaneOperation {
    static func lane<T>(_ o: Operands<T>) -> T {
      FixedPoint.shiftRight(o.a.wide &- o.b.wide, byConstant: 1, o.rounding).lowerHalf()
    }
  }
  enum AveragingAddUnsigned: LaneOperation {
    static func lane<T>(_ o: Operands<T>) -> T {
      FixedPoint.shiftRight(o.a.unsignedWide &+ o.b.unsignedWide, byConstant: 1, o.rounding).lowerHalf()
    }
  }
  enum AveragingSubtractUnsigned: LaneOperation {
    static func lane<T>(_ o: Operands<T>) -> T {
      FixedPoint.shiftRight(o.a.unsignedWide &- o.b.unsignedWide, byConstant: 1, o.rounding).lowerHalf()
    }
  }
  /// `vsmul`: only the square of the smallest number saturates, and it alone wraps to that number.
  enum FractionalMultiply: LaneOperation {
    static func lane<T>(_ o: Operands<T>) -> T {
      let value = wrapped(o)
      return value == T.min ? T.max : value
    }
    static func saturated<T>(_ o: Operands<T>, _ r: T) -> T { r ^ wrapped(o) }
    static func wrapped<T>(_ o: Operands<T>) -> T {
      FixedPoint.fraction(upper: o.product.upperHalf(), lower: o.a &* o.b, o.rounding)
    }
  }
  enum ScalingShift: LaneOperation {
    static var isShift: Bool { true }
    static func lane<T>(_ o: Operands<T>) -> T {
      FixedPoint.shiftRight(o.a, by: o.b & T(truncatingIfNeeded: T.bitWidth - 1), o.rounding)
    }
  }
  enum ScalingShiftUnsigned: LaneOperation {
    static var isShift: Bool { true }
    static func lane<T>(_ o: Operands<T>) -> T {
      let shift = o.b.unsigned & T.Magnitude(truncatingIfNeeded: T.bitWidth - 1)
      return T(truncatingIfNeeded: FixedPoint.shiftRight(o.a.unsigned, by: shift, o.rounding))
    }
  }
}
