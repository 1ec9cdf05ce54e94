/// The rounding mode of `vxrm`: what happens to the bits that a right shift loses.
package enum RoundingMode: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  /// `rnu`: to nearest, ties up.
  case nearestUp
  /// `rne`: to nearest, ties to even.
  case nearestEven
  /// `rdn`: down, truncate.
  case down
  /// `rod`: to odd, "jam".
  case odd
}

/// A rounding mode as masks of all ones or all zeros, so that loops over lanes need no branch.
struct Rounding: BitwiseCopyable {
  /// One bit for each mode but `down`.
  private let bits: UInt32
  let mode: RoundingMode

  init(_ mode: RoundingMode) {
    self.mode = mode
    bits =
      switch mode {
      case .nearestUp: 1
      case .nearestEven: 2
      case .down: 0
      case .odd: 4
      }
  }

  @inline(__always) var up: Int64 { 0 &- Int64(bits & 1) }
  @inline(__always) var even: Int64 { 0 &- Int64(bits &>> 1 & 1) }
  @inline(__always) var odd: Int64 { 0 &- Int64(bits &>> 2) }
}

/// The arithmetic whose rules differ from Swift's, each as the vector specification defines it.
///
/// The specification adds r to the shifted value, with v the value and d the shift:
/// rnu r = v[d-1], rne r = v[d-1] & (v[d-2:0] ≠ 0 | v[d]), rdn r = 0,
/// rod r = !v[d] & v[d-1:0] ≠ 0. For a shift by 0, r is 0.
enum FixedPoint {
  /// `value >> shift` rounded; both signed and unsigned values, `shift` from 0 to the width less 1.
  @inline(__always)
  static func shiftRight<W: FixedWidthInteger>(_ value: W, by shift: W, _ rounding: Rounding) -> W {
    let shifted = value &>> shift
    let all: W = ((1 as W) &<< shift) &- 1
    // Bit d - 1; none when d is 0.
    let half = ((value &<< 1) &>> shift) & 1
    let up = W(truncatingIfNeeded: rounding.up)
    let even = W(truncatingIfNeeded: rounding.even)
    let odd = W(truncatingIfNeeded: rounding.odd)
    let nearest = half & (up | (truth(value & (all &>> 1)) | shifted) & even)
    return (shifted &+ nearest) | (truth(value & all) & odd)
  }

  /// The same for a shift that is a positive constant and a value that leaves a bit of its type
  /// unused: the increment is added before the shift, rnu half, rne half - 1 + v[d],
  /// rod (2^d - 1)·(1 - v[d]).
  @inline(__always)
  static func shiftRight<W: FixedWidthInteger>(
    _ value: W, byConstant shift: Int, _ rounding: Rounding
  ) -> W {
    let d = W(truncatingIfNeeded: shift)
    let half: W = (1 as W) &<< (d &- 1)
    let all: W = ((1 as W) &<< d) &- 1
    let up = W(truncatingIfNeeded: rounding.up)
    let even = W(truncatingIfNeeded: rounding.even)
    let odd = W(truncatingIfNeeded: rounding.odd)
    let whenEven: W = (half & up) | ((half &- 1) & even) | (all & odd)
    let change: W = (1 & even) | ((0 &- all) & odd)
    let lowest: W = (value &>> d) & 1
    return (value &+ whenEven &+ ((0 &- lowest) & change)) &>> d
  }

  /// A double-width product shifted right by its half width less 1, rounded: the low half of the result.
  ///
  /// The halves come from packed multiplications; no lane of double width is needed. As above, the
  /// increment is added before the shift.
  @inline(__always)
  static func fraction<T: Lane>(upper: T, lower: T, _ rounding: Rounding) -> T {
    let d = T.Magnitude(truncatingIfNeeded: T.bitWidth - 1)
    let half: T = (T.max &>> 1) &+ 1
    let up = T(truncatingIfNeeded: rounding.up)
    let even = T(truncatingIfNeeded: rounding.even)
    let odd = T(truncatingIfNeeded: rounding.odd)
    let whenEven: T = (half & up) | ((half &- 1) & even) | (T.max & odd)
    let change: T = (1 & even) | ((0 &- T.max) & odd)
    let isOdd: T = lower &>> T(truncatingIfNeeded: T.bitWidth - 1)
    let lost: T = (lower & T.max) &+ whenEven &+ (isOdd & change)
    let carry = T(truncatingIfNeeded: lost.unsigned &>> d)
    return upper &+ upper &- isOdd &+ carry
  }

  /// 1 for any bit set, otherwise 0.
  @inline(__always)
  private static func truth<W: FixedWidthInteger>(_ bits: W) -> W {
    let isSet: Bool = bits != W.zero
    return isSet ? 1 : 0
  }
}
