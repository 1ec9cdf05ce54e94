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
    let all: W = ((1 as W) &<< shift) &- 1
    // Bit d - 1; none when d is 0.
    let half = ((value &<< 1) &>> shift) & 1
    let odd = shifted & 1
    switch mode {
    case .nearestUp: return shifted &+ half
    case .nearestEven:
      return shifted &+ (half & (truth(value & (all &>> 1)) | odd))
    case .down: return shifted
    case .odd:
      return shifted | truth(value & all)
    }
  }

  /// 1 for any bit set, otherwise 0.
  @inline(__always)
  private static func truth<W: FixedWidthInteger>(_ bits: W) -> W {
    let isSet: Bool = bits != W.zero
    return isSet ? 1 : 0
  }
}
