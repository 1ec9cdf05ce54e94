import AnalogCore
import Chip
import ChipGeometry
import Testing

@testable import Learning

@Suite struct SurrogateGradientTests {
  static let (inputs, hidden, outputs, steps) = (3, 4, 2, 12)

  /// The same network with graded spikes z = f(V - 1), f' the surrogate: its loss is differentiable,
  /// and its gradient is what the surrogate gradient is by definition.
  static func run(
    _ gradient: SurrogateGradient, _ record: inout SurrogateGradient.Record, slopes: [Double]
  ) -> Double {
    let (alpha, beta) = (gradient.synapticDecay, gradient.membraneDecay)
    var current = [Double](repeating: 0, count: hidden)
    var membrane = current
    var outputCurrent = [Double](repeating: 0, count: outputs)
    var outputMembrane = outputCurrent
    var loss = 0.0
    for step in 0..<steps {
      for n in 0..<hidden {
        current[n] *= alpha
        for i in 0..<inputs {
          current[n] +=
            record.inputs[step * inputs + i] * gradient.hiddenWeights[i * hidden + n]
        }
        let isHeld = record.isHeld[step * hidden + n]
        membrane[n] = isHeld ? 0 : beta * membrane[n] + (1 - beta) * current[n]
        let x = membrane[n] - 1
        record.membranes[step * hidden + n] = membrane[n]
        record.spikes[step * hidden + n] =
          isHeld ? 0 : x / (1 + gradient.steepness * abs(x))
      }
      for k in 0..<outputs {
        outputCurrent[k] *= alpha
        for n in 0..<hidden {
          outputCurrent[k] +=
            gradient.outputWeights[k * hidden + n] * record.spikes[step * hidden + n]
        }
        outputMembrane[k] = beta * outputMembrane[k] + (1 - beta) * outputCurrent[k]
        loss += slopes[step * outputs + k] * outputMembrane[k]
      }
    }
    return loss
  }

  @Test("The gradient agrees with central differences where spikes are graded")
  func differences() {
    var stream = RandomStream(seed: 4, name: "test")
    func random(_ count: Int) -> [Double] { (0..<count).map { _ in stream.gaussian() } }
    var gradient = SurrogateGradient(
      inputs: Self.inputs, hidden: Self.hidden, outputs: Self.outputs, synapticDecay: 0.8,
      membraneDecay: 0.9, steepness: 3)
    gradient.hiddenWeights = random(Self.inputs * Self.hidden).map { 4 + 3 * $0 }
    gradient.outputWeights = random(Self.outputs * Self.hidden)
    var record = SurrogateGradient.Record(
      stepCount: Self.steps, inputs: Self.inputs, hidden: Self.hidden)
    for i in 0..<Self.inputs { record.inputs[2 * i * Self.inputs + i] = 1 }
    for step in 7..<10 { record.isHeld[step * Self.hidden + 1] = true }
    let slopes = random(Self.steps * Self.outputs)
    _ = Self.run(gradient, &record, slopes: slopes)
    gradient.accumulate(record, errors: slopes)

    func difference(_ path: WritableKeyPath<SurrogateGradient, [Double]>, _ index: Int) -> Double {
      var losses: [Double] = []
      for step in [1e-5, -1e-5] {
        var moved = gradient
        moved[keyPath: path][index] += step
        var copy = record
        losses.append(Self.run(moved, &copy, slopes: slopes))
      }
      return (losses[0] - losses[1]) / 2e-5
    }
    let expected =
      gradient.hiddenWeights.indices.map { difference(\.hiddenWeights, $0) }
      + gradient.outputWeights.indices.map { difference(\.outputWeights, $0) }
    let agreement = GradientAgreement(
      gradient.hiddenGradient + gradient.outputGradient, reference: expected)
    #expect(agreement.relativeError < 1e-7, "\(agreement)")
    #expect(expected.allSatisfy { $0 != 0 })
  }

  @Test("Sampled membranes are those of the closed form to half a code, spikes in their step")
  func samples() throws {
    var options = SurrogateTraining.Options()
    options.hiddenCount = 2
    options.chip = .ideal
    var chip = try SampledChip(options)
    // One input makes neuron 0 spike; neuron 1 stays below the threshold.
    chip.setWeight(63, from: .input(0), toColumn: LayeredNetwork.column(hidden: 0))
    chip.setWeight(20, from: .input(0), toColumn: LayeredNetwork.column(hidden: 1))
    for _ in 0..<2 { chip.present([500, 5000, 5000, 5000, 5000]) }
    let weight = 20.0 / 63 * 8
    for step in 0..<options.stepCount {
      let s = (Double(step + 1) * 125 - 500) / 750
      let model = NeuronModel()
      let expected = s > 0 ? weight * model.postsynapticPotential(s) : 0
      // The fabric delivers an event some ten nanoseconds after it was sent.
      #expect(abs(chip.record.membranes[step * 2 + 1] - expected) < 0.5 * 2 / 127 + 0.02)
    }
    let spiked = (0..<options.stepCount).filter { chip.record.spikes[$0 * 2] > 0 }
    // V = 8 (x - x²) reaches 1 at x = (1 + sqrt(1/2)) / 2: 0.317 τs after the input.
    #expect(spiked == [(500 + 238) / 125])
    #expect(chip.record.membranes[spiked[0] * 2] == 1 && chip.spikeCount == 1)
    #expect(chip.record.isHeld[(spiked[0] + 1) * 2] && !chip.record.isHeld[spiked[0] * 2])
    #expect(chip.record.inputs[4 * 5] == 1 && chip.record.inputs.reduce(0, +) == 1)
  }

  @Test("Codes are rounded to nearest and end at the limits")
  func codes() {
    #expect(SampledChip.sampled(0, limit: 2) == 0)
    #expect(SampledChip.sampled(1.999, limit: 2) == 2)
    #expect(SampledChip.sampled(0.009, limit: 2) == 2.0 / 127)
    #expect(SampledChip.sampled(-9, limit: 4) == -128 * 4.0 / 127)
  }

  @Test("Training with the surrogate gradient learns what it is shown, and twice the same")
  func training() throws {
    var options = SurrogateTraining.Options()
    options.hiddenCount = 30
    options.batch = 4
    options.trainingCount = 12
    options.outputStart = WeightStart(mean: 0, deviation: 0.8)
    var training = try SurrogateTraining(options)
    let losses = (0..<5).map { _ in training.runEpoch().loss }
    #expect(losses[4] < 0.8 * losses[0], "\(losses)")
    var again = try SurrogateTraining(options)
    #expect((0..<2).map { _ in again.runEpoch().loss } == Array(losses[..<2]))
    #expect(options.membraneBytes == 38 * 33)
  }
}
