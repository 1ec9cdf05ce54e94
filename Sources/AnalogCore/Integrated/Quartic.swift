/// A polynomial of degree 4 over 0…1 by its Bernstein coefficients: it stays within their limits.
struct Quartic: BitwiseCopyable {
  private var b0: Double
  private var b1: Double
  private var b2: Double
  private var b3: Double
  private var b4: Double

  /// start + x (difference + (1-x) (third + x (fourth + (1-x) fifth)))
  @inline(__always)
  init(start: Double, difference d: Double, third: Double, fourth: Double, fifth: Double) {
    b0 = start
    b1 = start + 0.25 * (d + third)
    b2 = start + 0.5 * d + third / 3 + (fourth + fifth) / 6
    b3 = start + 0.75 * d + 0.25 * (third + fourth)
    b4 = start + d
  }

  private init(_ b0: Double, _ b1: Double, _ b2: Double, _ b3: Double, _ b4: Double) {
    (self.b0, self.b1, self.b2, self.b3, self.b4) = (b0, b1, b2, b3, b4)
  }

  /// No value of it is larger.
  @inline(__always)
  var upperBound: Double { Swift.max(Swift.max(b0, b1), Swift.max(b2, b3), b4) }

  func value(_ x: Double) -> Double {
    let y = 1 - x
    let (c0, c1, c2, c3) = (y * b0 + x * b1, y * b1 + x * b2, y * b2 + x * b3, y * b3 + x * b4)
    let (d0, d1, d2) = (y * c0 + x * c1, y * c1 + x * c2, y * c2 + x * c3)
    return y * (y * d0 + x * d1) + x * (y * d1 + x * d2)
  }

  func slope(_ x: Double) -> Double {
    let y = 1 - x
    let (c0, c1, c2, c3) = (b1 - b0, b2 - b1, b3 - b2, b4 - b3)
    let (d0, d1, d2) = (y * c0 + x * c1, y * c1 + x * c2, y * c2 + x * c3)
    return 4 * (y * (y * d0 + x * d1) + x * (y * d1 + x * d2))
  }

  /// Both halves, each over 0…1.
  private var halves: (Quartic, Quartic) {
    func middle(_ a: Double, _ b: Double) -> Double { 0.5 * (a + b) }
    let (c0, c1, c2, c3) = (middle(b0, b1), middle(b1, b2), middle(b2, b3), middle(b3, b4))
    let (d0, d1, d2) = (middle(c0, c1), middle(c1, c2), middle(c2, c3))
    let (e0, e1) = (middle(d0, d1), middle(d1, d2))
    let f = middle(e0, e1)
    return (Quartic(b0, c0, d0, e0, f), Quartic(f, e1, d2, c3, b4))
  }

  private var rises: Bool { b0 <= b1 && b1 <= b2 && b2 <= b3 && b3 <= b4 }

  /// Where the polynomial first is not below `level`; nil if it stays below.
  func firstCrossing(of level: Double) -> Double? {
    guard upperBound >= level else { return nil }
    // What peaks out by less is a rounding.
    return firstCrossing(of: level, slack: 1e-14 * Swift.max(1, level.magnitude), depth: 0)
  }

  private func firstCrossing(of level: Double, slack: Double, depth: Int) -> Double? {
    if b0 >= level { return 0 }
    guard b4 >= level || upperBound > level + slack else { return nil }
    if rises { return root(level) }
    guard depth < 50 else { return b4 >= level ? 1 : nil }
    let (first, second) = halves
    if let x = first.firstCrossing(of: level, slack: slack, depth: depth + 1) { return 0.5 * x }
    return second.firstCrossing(of: level, slack: slack, depth: depth + 1)
      .map { 0.5 + 0.5 * $0 }
  }

  /// The root of a polynomial that rises through `level`.
  private func root(_ level: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    var x = (level - b0) / (b4 - b0)
    for _ in 0..<80 {
      let miss = value(x) - level
      if miss < 0 { low = x } else { high = x }
      var next = x - miss / slope(x)
      if !(next > low && next < high) { next = 0.5 * (low + high) }
      if (next - x).magnitude <= 0x1p-52 { return next }
      x = next
    }
    return high
  }
}
