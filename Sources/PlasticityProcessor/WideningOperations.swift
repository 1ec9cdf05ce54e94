/// An operation on lanes of one width with a result of twice that width.
protocol WideningOperation {
  /// `d` is the old destination, `a` the lane of `vs2`, `b` the lane of `vs1` or the scalar.
  static func lane<T: Lane>(_ d: T.Wide, _ a: T, _ b: T) -> T.Wide
}

/// `vw….wv`: `vs2` is as wide as the destination.
protocol WideOperandOperation {
  static func lane<T: Lane>(_ a: T.Wide, _ b: T) -> T.Wide
}

/// An operation on a double-width `vs2` with a result of single width; `b` is the shift amount.
protocol NarrowingOperation {
  static func lane<T: Lane>(_ a: T.Wide, _ b: T, _ rounding: Rounding) -> T
  /// Non-zero if the result `r` had to be saturated.
  static func saturated<T: Lane>(_ a: T.Wide, _ b: T, _ rounding: Rounding, _ r: T) -> T.Wide
}

extension NarrowingOperation {
  static func saturated<T: Lane>(
    _ a: T.Wide, _ b: T, _ rounding: Rounding, _ r: T
  ) -> T.Wide { 0 }

  /// The low lg2(2·SEW) bits of the shift amount.
  @inline(__always) static func shift<T: Lane>(_ b: T) -> T.Wide {
    b.wide & T.Wide(truncatingIfNeeded: 2 * T.bitWidth - 1)
  }
}

/// An operation that folds lanes into one.
protocol ReductionOperation {
  static func fold<W: FixedWidthInteger & SignedInteger>(_ accumulator: W, _ lane: W) -> W
  /// Folding this changes nothing.
  static func identity<W: FixedWidthInteger & SignedInteger>(_: W.Type) -> W
}

/// A comparison; its result is one bit of a mask.
protocol Comparison {
  static func holds<T: Lane>(_ a: T, _ b: T) -> Bool
}

// swift-format-ignore
enum WideningOperations {
  typealias Op = WideningOperation

  enum Add: Op { static func lane<T: Lane>(_ d: T.Wide, _ a: T, _ b: T) -> T.Wide { a.wide &+ b.wide } }
  enum AddUnsigned: Op {
    static func lane<T: Lane>(_ d: T.Wide, _ a: T, _ b: T) -> T.Wide { a.unsignedWide &+ b.unsignedWide }
  }
  enum Subtract: Op { static func lane<T: Lane>(_ d: T.Wide, _ a: T, _ b: T) -> T.Wide { a.wide &- b.wide } }
  enum SubtractUnsigned: Op {
    static func lane<T: Lane>(_ d: T.Wide, _ a: T, _ b: T) -> T.Wide { a.unsignedWide &- b.unsignedWide }
  }
  enum Multiply: Op { static func lane<T: Lane>(_ d: T.Wide, _ a: T, _ b: T) -> T.Wide { a.wide &* b.wide } }
  enum MultiplyUnsigned: Op {
    static func lane<T: Lane>(_ d: T.Wide, _ a: T, _ b: T) -> T.Wide { a.unsignedWide &* b.unsignedWide }
  }
  /// `vwmulsu`: `vs2` signed, `vs1` or the scalar unsigned.
  enum MultiplyMixed: Op {
    static func lane<T: Lane>(_ d: T.Wide, _ a: T, _ b: T) -> T.Wide { a.wide &* b.unsignedWide }
  }
  enum MultiplyAdd: Op {
    static func lane<T: Lane>(_ d: T.Wide, _ a: T, _ b: T) -> T.Wide { d &+ a.wide &* b.wide }
  }
  enum MultiplyAddUnsigned: Op {
    static func lane<T: Lane>(_ d: T.Wide, _ a: T, _ b: T) -> T.Wide { d &+ a.unsignedWide &* b.unsignedWide }
  }
  /// `vwmaccsu`: `vs1` or the scalar signed, `vs2` unsigned.
  enum MultiplyAddSignedUnsigned: Op {
    static func lane<T: Lane>(_ d: T.Wide, _ a: T, _ b: T) -> T.Wide { d &+ a.unsignedWide &* b.wide }
  }
  /// `vwmaccus`: the scalar unsigned, `vs2` signed.
  enum MultiplyAddUnsignedSigned: Op {
    static func lane<T: Lane>(_ d: T.Wide, _ a: T, _ b: T) -> T.Wide { d &+ a.wide &* b.unsignedWide }
  }
}

// swift-format-ignore
enum WideOperandOperations {
  typealias Op = WideOperandOperation

  enum Add: Op { static func lane<T: Lane>(_ a: T.Wide, _ b: T) -> T.Wide { a &+ b.wide } }
  enum AddUnsigned: Op { static func lane<T: Lane>(_ a: T.Wide, _ b: T) -> T.Wide { a &+ b.unsignedWide } }
  enum Subtract: Op { static func lane<T: Lane>(_ a: T.Wide, _ b: T) -> T.Wide { a &- b.wide } }
  enum SubtractUnsigned: Op { static func lane<T: Lane>(_ a: T.Wide, _ b: T) -> T.Wide { a &- b.unsignedWide } }
}

enum NarrowingOperations {
  enum ShiftRight: NarrowingOperation {
    static func lane<T: Lane>(_ a: T.Wide, _ b: T, _ rounding: Rounding) -> T {
      (a &>> shift(b)).lowerHalf()
    }
  }
  enum ShiftRightUnsigned: NarrowingOperation {
    static func lane<T: Lane>(_ a: T.Wide, _ b: T, _ rounding: Rounding) -> T {
      let amount = T.Wide.Magnitude(truncatingIfNeeded: shift(b))
      return (T.Wide.Magnitude(truncatingIfNeeded: a) &>> amount).lowerHalf()
    }
  }
  /// Rounds first, then saturates.
  enum Clip: NarrowingOperation {
    static func lane<T: Lane>(_ a: T.Wide, _ b: T, _ rounding: Rounding) -> T {
      T(clamping: FixedPoint.shiftRight(a, by: shift(b), rounding))
    }
    static func saturated<T: Lane>(
      _ a: T.Wide, _ b: T, _ rounding: Rounding, _ r: T
    ) -> T.Wide { FixedPoint.shiftRight(a, by: shift(b), rounding) ^ r.wide }
  }
  enum ClipUnsigned: NarrowingOperation {
    static func lane<T: Lane>(_ a: T.Wide, _ b: T, _ rounding: Rounding) -> T {
      let exact = rounded(a, b, rounding)
      let maximum = T.Wide.Magnitude(T.Magnitude.max)
      return T(truncatingIfNeeded: exact > maximum ? maximum : exact)
    }
    static func saturated<T: Lane>(
      _ a: T.Wide, _ b: T, _ rounding: Rounding, _ r: T
    ) -> T.Wide { T.Wide(truncatingIfNeeded: rounded(a, b, rounding)) ^ r.unsignedWide }

    @inline(__always) static func rounded<T: Lane>(
      _ a: T.Wide, _ b: T, _ rounding: Rounding
    ) -> T.Wide.Magnitude {
      FixedPoint.shiftRight(
        T.Wide.Magnitude(truncatingIfNeeded: a),
        by: T.Wide.Magnitude(truncatingIfNeeded: shift(b)), rounding)
    }
  }
}

// swift-format-ignore
enum Comparisons {
  enum Equal: Comparison { static func holds<T: Lane>(_ a: T, _ b: T) -> Bool { a == b } }
  enum NotEqual: Comparison { static func holds<T: Lane>(_ a: T, _ b: T) -> Bool { a != b } }
  enum Less: Comparison { static func holds<T: Lane>(_ a: T, _ b: T) -> Bool { a < b } }
  enum LessOrEqual: Comparison { static func holds<T: Lane>(_ a: T, _ b: T) -> Bool { a <= b } }
  enum Greater: Comparison { static func holds<T: Lane>(_ a: T, _ b: T) -> Bool { a > b } }
  enum LessUnsigned: Comparison {
    static func holds<T: Lane>(_ a: T, _ b: T) -> Bool { a.unsigned < b.unsigned }
  }
  enum LessOrEqualUnsigned: Comparison {
    static func holds<T: Lane>(_ a: T, _ b: T) -> Bool { a.unsigned <= b.unsigned }
  }
  enum GreaterUnsigned: Comparison {
    static func holds<T: Lane>(_ a: T, _ b: T) -> Bool { a.unsigned > b.unsigned }
  }
}

// swift-format-ignore
enum Reductions {
  typealias Integer = FixedWidthInteger & SignedInteger

  enum Sum: ReductionOperation {
    static func fold<W: Integer>(_ x: W, _ y: W) -> W { x &+ y }
    static func identity<W: Integer>(_: W.Type) -> W { 0 }
  }
  enum And: ReductionOperation {
    static func fold<W: Integer>(_ x: W, _ y: W) -> W { x & y }
    static func identity<W: Integer>(_: W.Type) -> W { -1 }
  }
  enum Or: ReductionOperation {
    static func fold<W: Integer>(_ x: W, _ y: W) -> W { x | y }
    static func identity<W: Integer>(_: W.Type) -> W { 0 }
  }
  enum Xor: ReductionOperation {
    static func fold<W: Integer>(_ x: W, _ y: W) -> W { x ^ y }
    static func identity<W: Integer>(_: W.Type) -> W { 0 }
  }
  enum Minimum: ReductionOperation {
    static func fold<W: Integer>(_ x: W, _ y: W) -> W { x < y ? x : y }
    static func identity<W: Integer>(_: W.Type) -> W { W.max }
  }
  enum Maximum: ReductionOperation {
    static func fold<W: Integer>(_ x: W, _ y: W) -> W { x > y ? x : y }
    static func identity<W: Integer>(_: W.Type) -> W { W.min }
  }
  enum MinimumUnsigned: ReductionOperation {
    static func fold<W: Integer>(_ x: W, _ y: W) -> W {
      W.Magnitude(truncatingIfNeeded: x) < W.Magnitude(truncatingIfNeeded: y) ? x : y
    }
    static func identity<W: Integer>(_: W.Type) -> W { -1 }
  }
  enum MaximumUnsigned: ReductionOperation {
    static func fold<W: Integer>(_ x: W, _ y: W) -> W {
      W.Magnitude(truncatingIfNeeded: x) > W.Magnitude(truncatingIfNeeded: y) ? x : y
    }
    static func identity<W: Integer>(_: W.Type) -> W { 0 }
  }
}
