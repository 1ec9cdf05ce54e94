import Foundation
import Learning
import Testing

@Suite struct FirstSpikeLossTests {
  static let losses = [FirstSpikeLoss.defaultShiftInvariant, .defaultCrossEntropy]

  @Test("The shift-invariant loss is half the sum of squared errors of the distances")
  func shiftInvariantValue() {
    let (value, slopes) = FirstSpikeLoss.shiftInvariant(margin: 0.25)
      .evaluate([2, 1.5, 3], label: 1)
    #expect(value == 0.5 * (0.25 * 0.25 + 1.25 * 1.25))
    #expect(slopes == [0.25, -1.5, 1.25])
  }

  @Test("The cross-entropy is the logarithm of the softmax, with the early-spike term")
  func crossEntropyValue() {
    let (value, _) = FirstSpikeLoss.crossEntropy(scale: 0.5, earlyWeight: 0.1, earlyScale: 2)
      .evaluate([2, 1.5, 3], label: 0)
    let expected = log(1 + exp(1) + exp(-2)) + 0.1 * (exp(1) - 1)
    #expect((value - expected).magnitude < 1e-14)
  }

  @Test("Derivatives equal central differences", arguments: losses)
  func derivatives(_ loss: FirstSpikeLoss) {
    let times: [Double?] = [1.2, 0.9, nil, 1.4]
    let (_, slopes) = loss.evaluate(times, label: 0)
    for index in times.indices {
      guard let time = times[index] else {
        #expect(slopes[index] == 0)
        continue
      }
      var (early, late) = (times, times)
      early[index] = time - 1e-5
      late[index] = time + 1e-5
      let difference = loss.evaluate(late, label: 0).value - loss.evaluate(early, label: 0).value
      #expect((slopes[index] - difference / 2e-5).magnitude < 1e-7)
    }
  }

  @Test("A silent wrong output contributes nothing", arguments: losses)
  func silentWrong(_ loss: FirstSpikeLoss) {
    let (value, slopes) = loss.evaluate([1.2, nil, 1.4], label: 2)
    let (expected, pair) = loss.evaluate([1.2, 1.4], label: 1)
    #expect(value == expected && slopes == [pair[0], 0, pair[1]])
  }

  @Test("If the label's output is silent there is nothing to learn", arguments: losses)
  func silentLabel(_ loss: FirstSpikeLoss) {
    let (value, slopes) = loss.evaluate([1.2, nil, 1.4], label: 1)
    #expect(value == 0 && slopes == [0, 0, 0])
  }

  @Test("The cross-entropy does not overflow for spikes that are far apart")
  func farApart() {
    let (value, slopes) = FirstSpikeLoss.defaultCrossEntropy.evaluate([0, 400], label: 1)
    #expect(value.isFinite && slopes.allSatisfy(\.isFinite))
  }

  @Test("The earliest output decides, the lower one of two")
  func decision() {
    func decide(_ outputs: [[Double]]) -> Int? {
      ObservedSample(inputs: [], hidden: [], outputs: outputs, label: 0).decision
    }
    #expect(decide([[], [2, 3], [1.5]]) == 2)
    #expect(decide([[], [2], [2]]) == 1)
    #expect(decide([[], []]) == nil)
  }
}

@Suite struct NeuronModelTests {
  @Test(
    "The postsynaptic potential is right for every ratio",
    arguments: [0.5, 0.999999, 1, 1.000001, 1.3, 2, 4])
  func postsynapticPotential(ratio: Double) {
    let model = NeuronModel(membraneTime: ratio)
    for time in [0, 1e-6, 0.1, 1, 3, 8] {
      // Σ over a power series in t: ε' = (e^-t - ε)/τm, integrated with small exact steps.
      var (current, potential) = (1.0, 0.0)
      let steps = 400
      let h = time / Double(steps)
      func slope(_ i: Double, _ v: Double) -> Double { (i - v) / ratio }
      for _ in 0..<steps {
        let (half, full) = (current * exp(-h / 2), current * exp(-h))
        let k1 = slope(current, potential)
        let k2 = slope(half, potential + h / 2 * k1)
        let k3 = slope(half, potential + h / 2 * k2)
        let k4 = slope(full, potential + h * k3)
        potential += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        current = full
      }
      #expect((model.postsynapticPotential(time) - potential).magnitude <= 1e-8 * potential + 1e-11)
      #expect(
        (model.adjointCurrent(time) - potential * ratio).magnitude <= 1e-8 * potential * ratio
          + 1e-11)
    }
  }
}
