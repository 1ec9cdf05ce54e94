import ChipGeometry

extension Trajectory {
  /// When V first reaches `threshold` from below, nil if it never does.
  ///
  /// V' e^(a h) has the derivative a e^(a h) dI/dh, and dI/dh, a difference of two exponentials,
  /// changes sign at most once. So V' goes through zero from above at most once, and V has at most
  /// one maximum. With the threshold above the leak (`threshold` > 0) V, which ends at 0, is below it
  /// before its rise to that maximum and crosses it at most once on the way. With the threshold
  /// below the leak V crosses it for good in the end, if it has not done so before the maximum.
  func firstCrossing(of threshold: Double) -> Double? {
    if membrane >= threshold { return 0 }
    var start = 0.0
    if let peak = maximum() {
      if point(after: peak).value >= threshold { return root(threshold, from: 0, to: peak) }
      start = peak
    }
    guard threshold < 0 else { return nil }
    var width = 1 / membraneRate
    while point(after: start + width).value < threshold {
      width *= 2
      guard width < 1e300 else { return nil }
    }
    return root(threshold, from: start, to: start + width)
  }

  /// Where V has its maximum after a rise, nil if it has none.
  private func maximum() -> Double? {
    let risingAt: Double
    let change = inhibitoryRate * inhibitory - excitatoryRate * excitatory
    if change <= 0 {
      // The current falls from the start.
      risingAt = 0
    } else {
      // The current rises as long as inhibition decays more than excitation.
      guard inhibitoryRate > excitatoryRate, excitatory > 0 else { return nil }
      let ratio = (inhibitoryRate / excitatoryRate) * (inhibitory / excitatory)
      risingAt = ElementaryFunctions.log(ratio) / (inhibitoryRate - excitatoryRate)
    }
    guard point(after: risingAt).slope > 0 else { return nil }
    var low = risingAt
    var width = 1 / (membraneRate > excitatoryRate ? membraneRate : excitatoryRate)
    let slowest = Swift.min(membraneRate, excitatoryRate, inhibitoryRate)
    while point(after: low + width).slope > 0 {
      low += width
      width *= 2
      // All exponentials are gone without a maximum: V comes from below.
      guard low * slowest < 800 else { return nil }
    }
    var high = low + width
    var h = low
    for _ in 0..<200 {
      let p = point(after: h)
      if p.slope > 0 { low = h } else { high = h }
      // The maximum is flat: an error of 1e-9 τ in its place is 1e-18 in its value.
      if (high - low) * membraneRate < 1e-9 { break }
      let derivative = p.curvature
      let next = h - p.slope / derivative
      h = derivative < 0 && next > low && next < high ? next : 0.5 * (low + high)
      if (h - low) * membraneRate < 1e-10 { h = low + 1e-10 / membraneRate }
      if (high - h) * membraneRate < 1e-10 { h = high - 1e-10 / membraneRate }
    }
    // The end where V is larger, so that a peak that just touches counts.
    return point(after: low).value > point(after: high).value ? low : high
  }

  /// The root of V = `threshold` in an interval where V goes through it once, upwards.
  private func root(_ threshold: Double, from start: Double, to end: Double) -> Double {
    var low = start
    var high = end
    var h = 0.5 * (low + high)
    for _ in 0..<400 {
      let p = point(after: h)
      if p.value < threshold { low = h } else { high = h }
      var next = h + (threshold - p.value) / p.slope
      if !(p.slope > 0 && next >= low && next <= high) { next = 0.5 * (low + high) }
      if next == h || next == low && high <= low.nextUp { return high }
      if (next - h).magnitude <= 0.5 * h.ulp { return next }
      h = next
    }
    return high
  }
}
