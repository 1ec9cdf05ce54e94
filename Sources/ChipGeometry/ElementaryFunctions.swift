/// Exponential and logarithm from additions and multiplications alone.
///
/// The system library picks different code on machines with and without fused multiply-add, so its
/// last bit is not portable; these give the same bits on every machine of one architecture.
public enum ElementaryFunctions {
  private static let log2e = 1.4426950408889634
  private static let ln2High = 6.93147180369123816490e-01
  private static let ln2Low = 1.90821492927058770002e-10

  /// e to the power `x`, to about one unit in the last place. Zero below -708, infinity above 709.
  public static func exp(_ x: Double) -> Double {
    guard x > -708 else { return x.isNaN ? x : 0 }
    guard x < 709 else { return .infinity }
    // Adding and subtracting 1.5 · 2^52 rounds to an integer without a library call.
    let k = (x * log2e + 0x1.8p52) - 0x1.8p52
    let r = (x - k * ln2High) - k * ln2Low
    // Taylor series to degree 13: the remainder is below 5e-18 for |r| ≤ ln 2 / 2.
    var p = 1.0 / 6_227_020_800
    p = p * r + 1.0 / 479_001_600
    p = p * r + 1.0 / 39_916_800
    p = p * r + 1.0 / 3_628_800
    p = p * r + 1.0 / 362_880
    p = p * r + 1.0 / 40_320
    p = p * r + 1.0 / 5_040
    p = p * r + 1.0 / 720
    p = p * r + 1.0 / 120
    p = p * r + 1.0 / 24
    p = p * r + 1.0 / 6
    p = p * r + 0.5
    let tail = r * r * p + r
    let scale = Double(bitPattern: UInt64(bitPattern: Int64(k) + 1023) << 52)
    return scale + scale * tail
  }

  /// Natural logarithm of a normal positive number, to about one unit in the last place.
  ///
  /// - Returns: minus infinity at zero and below the normal range, NaN for negative numbers.
  public static func log(_ x: Double) -> Double {
    guard x >= 0x1p-1022 else { return x >= 0 ? -.infinity : .nan }
    guard x < .infinity else { return x }
    var exponent = Int(x.bitPattern >> 52) - 1023
    var m = Double(bitPattern: x.bitPattern & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
    if m > 1.4142135623730951 {
      m *= 0.5
      exponent += 1
    }
    let s = (m - 1) / (m + 1)
    let z = s * s
    var p = 1.0 / 23
    var odd = 21.0
    while odd >= 3 {
      p = p * z + 1 / odd
      odd -= 2
    }
    let k = Double(exponent)
    return k * ln2High + (2 * s + (2 * s * z * p + k * ln2Low))
  }
}
