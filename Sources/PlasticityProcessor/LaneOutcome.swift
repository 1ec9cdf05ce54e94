/// One result of an instruction as arithmetic without limits would have it, and as it fits.
package struct LaneOutcome: BitwiseCopyable, Equatable, Sendable {
  /// How results that do not fit are made to fit.
  package enum Overflow: BitwiseCopyable, Sendable {
    case saturates, wraps
  }

  /// What the format holds of the result; unsigned formats zero-extended.
  package let result: Int64
  /// The exact result.
  package let exact: Double
  /// The exact result, rounded, lies outside the format.
  package let isOutside: Bool
  /// Of the format: 8, 16 or 32 bits.
  package let width: Int
  private let isSigned: Bool

  /// Bits of the format, without the sign.
  package var formatBits: Int { isSigned ? width - 1 : width }

  /// Of an exact result of `numerator` / 2^`shift`; the shift is 0…63, the width 8, 16 or 32 bits.
  init(
    _ numerator: Int64, shift: Int = 0, width: Int, isSigned: Bool, _ overflow: Overflow,
    _ rounding: Rounding
  ) {
    let rounded = FixedPoint.shiftRight(numerator, by: Int64(shift), rounding)
    (self.width, self.isSigned) = (width, isSigned)
    let highest = (Int64(1) << Int64(isSigned ? width - 1 : width)) - 1
    let lowest = isSigned ? -highest - 1 : 0
    exact = Double(numerator) / Double(sign: .plus, exponent: shift, significand: 1)
    isOutside = rounded < lowest || rounded > highest
    switch overflow {
    case .saturates: result = min(max(rounded, lowest), highest)
    case .wraps:
      let unsigned = rounded & ((Int64(1) << Int64(width)) - 1)
      result = isSigned && unsigned > highest ? unsigned - (Int64(1) << Int64(width)) : unsigned
    }
  }
}
