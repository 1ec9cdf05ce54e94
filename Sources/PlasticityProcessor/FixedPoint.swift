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

/// The arithmetic whose rules differ from Swift's, each as the vector specification defines it.
enum FixedPoint {
  /// `value >> shift` rounded; both signed and unsigned values, `shift` from 0 to the width less 1.
  ///
  /// The specification adds r to the shifted value, with v the value and d the shift:
  /// rnu r = v[d-1], rne r = v[d-1] & (v[d-2:0] ≠ 0 | v[d]), rdn r = 0,
  /// rod r = !v[d] & v[d-1:0] ≠ 0. For a shift by 0, r is 0.
  @inline(__always)
  static func shiftRight<W: FixedWidthInteger>(_ value: W, by shift: W, _ mode: RoundingMode) -> W {
    let shifted = value &>> shift
    let all = (1 &<< shift) &- 1
    // Bit d - 1; none when d is 0.
    let half = ((value &<< 1) &>> shift) & 1
    let odd = shifted & 1
    switch mode {
    case .nearestUp: return shifted &+ half
    case .nearestEven:
      let below: W = (value & (all &>> 1)) != (0 as W) ? 1 : odd
      return shifted &+ (half & below)
    case .down: return shifted
    case .odd:
      let lost: W = (value & all) != (0 as W) ? 1 : 0
      return shifted | lost
    }
  }

  /// Clamps to the range of a lane.
  @inline(__always)
  static func clamp<T: Lane>(_ value: T.Wide, to _: T.Type) -> T { T(clamping: value) }
}
