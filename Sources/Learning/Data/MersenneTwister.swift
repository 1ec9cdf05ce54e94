/// The random numbers of NumPy's `RandomState(seed)`: MT19937 (Matsumoto and Nishimura 1998).
///
/// Only for data sets that are defined by it; everything else draws from `RandomStream`.
public struct MersenneTwister: Sendable {
  private static let size = 624
  private static let middle = 397
  private var state: [UInt32]
  private var index = size

  /// Seeds as the authors' `init_genrand` does.
  public init(seed: UInt32) {
    state = [seed]
    state.reserveCapacity(Self.size)
    for i in 1..<UInt32(Self.size) {
      let last = state[Int(i) - 1]
      state.append(1_812_433_253 &* (last ^ last >> 30) &+ i)
    }
  }

  /// The next 32 bits.
  public mutating func next() -> UInt32 {
    if index == Self.size { refill() }
    var y = state[index]
    index += 1
    y ^= y >> 11
    y ^= y << 7 & 0x9D2C_5680
    y ^= y << 15 & 0xEFC6_0000
    return y ^ y >> 18
  }

  private mutating func refill() {
    for i in 0..<Self.size {
      let y = state[i] & 0x8000_0000 | state[(i + 1) % Self.size] & 0x7FFF_FFFF
      let mixed = state[(i + Self.middle) % Self.size] ^ y >> 1
      state[i] = y & 1 == 0 ? mixed : mixed ^ 0x9908_B0DF
    }
    index = 0
  }

  /// NumPy's `randint(bound)`: draws under the smallest mask of ones until below `bound`.
  ///
  /// - Precondition: `bound` > 0.
  public mutating func integer(below bound: UInt32) -> UInt32 {
    precondition(bound > 0, "an empty range has no element")
    guard bound > 1 else { return 0 }
    let mask = UInt32.max >> UInt32((bound - 1).leadingZeroBitCount)
    while true {
      let value = next() & mask
      if value < bound { return value }
    }
  }

  /// NumPy's `rand()`: uniform in 0 ≤ x < 1 with 53 bits.
  public mutating func uniform() -> Double {
    let high = next() >> 5
    let low = next() >> 6
    return (Double(high) * 67_108_864 + Double(low)) / 9_007_199_254_740_992
  }
}
