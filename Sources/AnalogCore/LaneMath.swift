import ChipGeometry

/// Arithmetic on the four neurons of a block at a time.
///
/// Only additions, multiplications, divisions and comparisons in a fixed order, so every lane has the
/// same bits in debug and release, whatever its neighbours hold. No library call: the baseline
/// instruction set rounds through one.
typealias Lanes = SIMD4<Double>
typealias LaneMask = SIMDMask<SIMD4<Int64>>

enum LaneMath {
  static let laneCount = 4

  private static let log2e = 1.4426950408889634
  private static let ln2High = 6.93147180369123816490e-01
  private static let ln2Low = 1.90821492927058770002e-10
  /// Adding and subtracting this rounds to an integer; the low bits of the sum are that integer.
  private static let rounder = 0x1.8p52

  /// (e^x - 1 - x) / x² for |x| ≤ ln 2 / 2: the Chebyshev fit of degree 9 (mpmath's `chebyfit`); with
  /// these rounded coefficients e^x - 1 is off by at most 4.1e-17 of its value.
  @inline(__always)
  private static func remainder(_ r: Lanes) -> Lanes {
    let square = r * r
    let fourth = square * square
    // In pairs: a plain Horner scheme waits for each of its steps.
    let p01 = r * 0x1.5555555555556p-3 + 0x1.0000000000001p-1
    let p23 = r * 0x1.11111111109b3p-7 + 0x1.5555555553d63p-5
    let p45 = r * 0x1.a01a01a7c41d5p-13 + 0x1.6c16c1788bd90p-10
    let p67 = r * 0x1.71de0dae63bb3p-19 + 0x1.a019b90d2ae7ap-16
    let p89 = r * 0x1.af38a9b0ec855p-26 + 0x1.289185613a3d6p-22
    let p03 = p23 * square + p01
    let p47 = p67 * square + p45
    return (p89 * fourth + p47) * fourth + p03
  }

  /// Splits x into k ln 2 + r; returns e^r - 1 and 2^k.
  @inline(__always)
  private static func reduced(_ x: Lanes) -> (tail: Lanes, scale: Lanes) {
    let shifted = x * log2e + rounder
    let k = shifted - rounder
    let r = (x - k * ln2High) - k * ln2Low
    let tail = r * r * remainder(r) + r
    let bits = unsafe unsafeBitCast(shifted, to: SIMD4<Int64>.self)
    let exponent = (bits &+ 1023) &<< 52
    return unsafe (tail, unsafeBitCast(exponent, to: Lanes.self))
  }

  /// e^x for |x| ≤ 700.
  @inline(__always)
  static func exponential(_ x: Lanes) -> Lanes {
    let (tail, scale) = reduced(x)
    return scale * tail + scale
  }

  /// e^x - 1 for |x| ≤ 700, accurate relative to itself also near zero.
  @inline(__always)
  static func exponentialMinusOne(_ x: Lanes) -> Lanes {
    let (tail, scale) = reduced(x)
    return scale * tail + (scale - 1)
  }

  /// The larger of two numbers, lane by lane; `b` where `a` is not a number.
  @inline(__always)
  static func larger(_ a: Lanes, _ b: Lanes) -> Lanes { b.replacing(with: a, where: a .> b) }

  @inline(__always)
  static func smaller(_ a: Lanes, _ b: Lanes) -> Lanes { b.replacing(with: a, where: a .< b) }

  @inline(__always)
  static func magnitude(_ a: Lanes) -> Lanes { larger(a, -a) }

  /// The smallest of the four lanes.
  @inline(__always)
  static func least(_ a: Lanes) -> Double {
    let pair = a.highHalf.replacing(with: a.lowHalf, where: a.lowHalf .< a.highHalf)
    return pair[0] < pair[1] ? pair[0] : pair[1]
  }

  /// The smallest of eight numbers. In pairs: a chain of minima waits for each of its links.
  @inline(__always)
  static func least(ofEight values: Span<Double>) -> Double {
    precondition(values.count == 8, "eight numbers, not \(values.count)")
    func smaller(_ a: Double, _ b: Double) -> Double { a < b ? a : b }
    return smaller(
      smaller(smaller(values[0], values[1]), smaller(values[2], values[3])),
      smaller(smaller(values[4], values[5]), smaller(values[6], values[7])))
  }

  /// The smallest lane of all; infinite if there is none.
  @inline(__always)
  static func least(of values: Span<Lanes>) -> Double {
    var least = Lanes(repeating: .infinity)
    for i in values.indices { least = smaller(values[i], least) }
    return self.least(least)
  }

  /// Where `value`, which is there, first stands. Without branches: where it stands is anybody's guess.
  @inline(__always)
  static func firstIndex(of value: Double, in values: Span<Double>) -> Int {
    var first = 0
    for i in values.indices.reversed() { first = values[i] == value ? i : first }
    return first
  }

  /// The same, lane by lane.
  @inline(__always)
  static func firstIndex(of value: Double, in values: Span<Lanes>) -> Int {
    var first = Lanes(repeating: .infinity)
    var places = Lanes(0, 1, 2, 3) + Double(laneCount * values.count)
    for i in values.indices.reversed() {
      places -= Double(laneCount)
      first.replace(with: places, where: values[i] .== Lanes(repeating: value))
    }
    return Int(least(first))
  }

  /// Whether any lane of the mask is set.
  @inline(__always)
  static func any(_ mask: LaneMask) -> Bool {
    let bits = unsafe unsafeBitCast(mask, to: SIMD4<Int64>.self)
    let pair = bits.lowHalf | bits.highHalf
    return (pair[0] | pair[1]) != 0
  }

  /// The lanes whose bit is set, bit 0 the first.
  @inline(__always)
  static func mask(_ bits: UInt8) -> LaneMask {
    (SIMD4<Int64>(repeating: Int64(bits)) & SIMD4<Int64>(1, 2, 4, 8)) .!= SIMD4<Int64>()
  }

  /// One lane.
  @inline(__always)
  static func only(_ lane: Int) -> LaneMask {
    SIMD4<Int64>(0, 1, 2, 3) .== SIMD4<Int64>(repeating: Int64(lane))
  }

  /// The smallest integers not below x, for 0 ≤ x < 2^51.
  @inline(__always)
  static func roundedUp(_ x: Lanes) -> Lanes {
    let nearest = (x + rounder) - rounder
    return nearest.replacing(with: nearest + 1, where: nearest .< x)
  }

  /// The smallest integer not below x, for 0 ≤ x < 2^51.
  @inline(__always)
  static func roundedUp(_ x: Double) -> Double {
    let nearest = (x + rounder) - rounder
    return nearest < x ? nearest + 1 : nearest
  }
}

/// The same functions for one number, on the rare paths.
enum ScalarMath {
  static func exponential(_ x: Double) -> Double { ElementaryFunctions.exp(x) }

  /// e^x - 1, accurate relative to itself also near zero; for |x| ≤ 700.
  static func exponentialMinusOne(_ x: Double) -> Double {
    LaneMath.exponentialMinusOne(Lanes(repeating: x))[0]
  }

  /// ln(1 + y) / y for y > -1, 1 at zero.
  static func logarithmRatio(_ y: Double) -> Double {
    guard y.magnitude < 0.01 else { return ElementaryFunctions.log(1 + y) / y }
    var sum = 0.0
    for n in stride(from: 9, through: 1, by: -1) { sum = 1 / Double(n) - y * sum }
    return sum
  }
}
