import ChipGeometry

/// Cheap limits on where a membrane can get, so that most events need no root finding.
///
/// With the currents bounded by a single exponential J e^(-b h) (b of the excitatory input, J their
/// difference if positive) the membrane peaks at J h(V/J), a convex function h of the ratio b/a; two
/// chords lie above it. Where inhibition decays faster than excitation, the current that the single
/// exponential leaves out, I_inh (e^(-b_exc h) - e^(-b_inh h)), adds at most I_inh times a constant.
/// All constants are enlarged a little against rounding.
struct PeakBound: BitwiseCopyable {
  /// The chord of the lower half: peak ≤ lowCurrent · J + lowMembrane · V.
  private var lowCurrent = Lanes(repeating: 1)
  private var lowMembrane = Lanes(repeating: 1)
  private var highCurrent = Lanes(repeating: 1)
  private var highMembrane = Lanes(repeating: 1)
  /// Most that a unit of inhibitory current adds to the membrane by decaying first.
  private var lateMembrane = Lanes()
  /// Most that it adds to the current.
  private var lateCurrent = Lanes()

  /// A time that no threshold crossing precedes; infinite if there will be none.
  @inline(__always)
  func earliestCrossing(
    membrane: Lanes, excitatory: Lanes, inhibitory: Lanes, threshold: Lanes, rate: Lanes
  ) -> Lanes {
    let zero = Lanes()
    let current = LaneMath.larger(excitatory - inhibitory, zero)
    let positive = LaneMath.larger(membrane, zero)
    let low = lowCurrent * current + lowMembrane * positive
    let high = highCurrent * current + highMembrane * positive
    let peak = LaneMath.larger(LaneMath.larger(low, high), positive) + inhibitory * lateMembrane
    let most = current + inhibitory * lateCurrent
    // dV/dt ≤ a (most - V): the way takes at least as long as at its midpoint's speed.
    let middle = 0.5 * (membrane + threshold)
    let wait = (threshold - membrane) / (rate * (most - middle)) * 0.999999999
    let isAbove = membrane .>= threshold
    let isPossible = isAbove .| ((peak .>= threshold) .& (most .> threshold))
    return Lanes(repeating: .infinity)
      .replacing(with: wait.replacing(with: 0, where: isAbove), where: isPossible)
  }

  mutating func set(
    _ lane: Int, membraneRate a: Double, excitatory be: Double, inhibitory bi: Double
  ) {
    let enlarged = 1 + 1e-9
    // Peak over J for V = 0 and for V = J/2: (1 + y)^(-b/δ) with y = (δ/b)(1 - V/J).
    func peak(_ ratio: Double) -> Double {
      let y = (a - be) / be * (1 - ratio)
      return ScalarMath.exponential(-(1 - ratio) * ScalarMath.logarithmRatio(y)) * enlarged
    }
    let atZero = peak(0)
    let atHalf = peak(0.5)
    lowCurrent[lane] = atZero
    lowMembrane[lane] = 2 * (atHalf - atZero)
    highCurrent[lane] = 2 * atHalf - enlarged
    highMembrane[lane] = 2 * (enlarged - atHalf)
    lateCurrent[lane] = 0
    lateMembrane[lane] = 0
    guard bi > be else { return }
    let latest = ElementaryFunctions.log(bi / be) / (bi - be)
    lateCurrent[lane] =
      (ScalarMath.exponential(-be * latest) - ScalarMath.exponential(-bi * latest)) * enlarged
      + 1e-15
    // The membrane cannot exceed the largest current that drives it.
    lateMembrane[lane] = lateCurrent[lane]
  }
}
