/// A seeded stream of random numbers (xoshiro256**, Blackman and Vigna 2018).
///
/// Each consumer owns a stream of its own name, so that a new consumer changes no other's numbers.
public struct RandomStream: BitwiseCopyable, Sendable, Equatable {
  private var s0: UInt64
  private var s1: UInt64
  private var s2: UInt64
  private var s3: UInt64

  /// - Parameters:
  ///   - seed: chosen by the user, for example the chip seed.
  ///   - name: the consumer, for example "threshold mismatch".
  public init(seed: UInt64, name: String) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var state = seed ^ hash
    s0 = Self.splitMix(&state)
    s1 = Self.splitMix(&state)
    s2 = Self.splitMix(&state)
    s3 = Self.splitMix(&state)
  }

  private static func splitMix(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private static func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { x << k | x >> (64 - k) }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let result = Self.rotate(s1 &* 5, 7) &* 9
    let t = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= t
    s3 = Self.rotate(s3, 45)
    return result
  }

  /// Uniform in 0…`bound`-1, without bias.
  ///
  /// - Precondition: `bound` > 0.
  public mutating func next(below bound: UInt64) -> UInt64 {
    precondition(bound > 0, "an empty range has no element")
    var (high, low) = next().multipliedFullWidth(by: bound)
    if low < bound {
      let threshold = (0 &- bound) % bound
      while low < threshold { (high, low) = next().multipliedFullWidth(by: bound) }
    }
    return high
  }

  /// Uniform strictly between 0 and 1, 53 bits.
  public mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// A standard normal deviate, by inversion (Wichura 1988, algorithm AS 241).
  public mutating func gaussian() -> Double { NormalDistribution.quantile(uniform()) }

  /// A standard normal deviate, redrawn until within ±`bound`.
  public mutating func gaussian(truncatedAt bound: Double) -> Double {
    while true {
      let z = gaussian()
      if z >= -bound && z <= bound { return z }
    }
  }

  /// A random order of 0…`count`-1 (Fisher and Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(i, Int(next(below: UInt64(i + 1))))
    }
    return order
  }
}
