/// The surrogate gradient of a layered spiking network on a time grid (SuperSpike: Zenke and Ganguli
/// 2018), from sampled membranes: backpropagation through
///
///     I[t] = α I[t-1] + Σ w z[t]        V[t] = β V[t-1] + (1 - β) I[t], zero while held after a spike
///
/// with z the spikes of the sources, and ∂z/∂V taken to be 1 / (1 + γ |V - 1|)² where the neuron is
/// not held. Outputs do not spike; the loss is a function of their membranes.
struct SurrogateGradient: Sendable {
  let inputCount: Int
  let hiddenCount: Int
  let outputCount: Int
  /// α and β: what a step of the grid leaves of a synaptic current and of a membrane.
  let synapticDecay: Double
  let membraneDecay: Double
  /// γ, per threshold.
  let steepness: Double
  /// [input][hidden neuron].
  var hiddenWeights: [Double]
  /// [output][hidden neuron].
  var outputWeights: [Double]
  /// Sums over the samples since they were set to zero.
  var hiddenGradient: [Double]
  var outputGradient: [Double]

  /// What was observed of a sample, step by step.
  struct Record: Sendable {
    let stepCount: Int
    /// Spikes of the inputs, [step][input].
    var inputs: [Double]
    /// Of the hidden neurons, [step][neuron]: spikes, membranes in thresholds, and whether the
    /// membrane was held at reset.
    var spikes: [Double]
    var membranes: [Double]
    var isHeld: [Bool]

    init(stepCount: Int, inputs: Int, hidden: Int) {
      self.stepCount = stepCount
      self.inputs = Array(repeating: 0, count: stepCount * inputs)
      spikes = Array(repeating: 0, count: stepCount * hidden)
      membranes = spikes
      isHeld = Array(repeating: false, count: stepCount * hidden)
    }
  }

  init(
    inputs: Int, hidden: Int, outputs: Int, synapticDecay: Double, membraneDecay: Double,
    steepness: Double
  ) {
    (inputCount, hiddenCount, outputCount) = (inputs, hidden, outputs)
    self.synapticDecay = synapticDecay
    self.membraneDecay = membraneDecay
    self.steepness = steepness
    hiddenWeights = Array(repeating: 0, count: inputs * hidden)
    outputWeights = Array(repeating: 0, count: outputs * hidden)
    hiddenGradient = hiddenWeights
    outputGradient = outputWeights
  }

  /// The derivative that stands for that of a spike by the membrane.
  func surrogate(_ membrane: Double) -> Double {
    let distance = 1 + steepness * (membrane - 1).magnitude
    return 1 / (distance * distance)
  }

  /// Adds the gradient of a sample.
  ///
  /// - Parameters:
  ///   - record: what the network did.
  ///   - errors: ∂L/∂V of the outputs, [step][output].
  mutating func accumulate(_ record: Record, errors: [Double]) {
    var (outputMembranes, outputCurrents) = (
      [Double](repeating: 0, count: outputCount), [Double](repeating: 0, count: outputCount)
    )
    var (membranes, currents) = (
      [Double](repeating: 0, count: hiddenCount), [Double](repeating: 0, count: hiddenCount)
    )
    for step in (0..<record.stepCount).reversed() {
      for output in 0..<outputCount {
        outputMembranes[output] =
          errors[step * outputCount + output] + membraneDecay * outputMembranes[output]
        outputCurrents[output] =
          (1 - membraneDecay) * outputMembranes[output]
          + synapticDecay * outputCurrents[output]
      }
      for neuron in 0..<hiddenCount {
        let place = step * hiddenCount + neuron
        let error = outputError(neuron, outputCurrents, spikes: record.spikes[place])
        if record.isHeld[place] {
          membranes[neuron] = 0
          currents[neuron] *= synapticDecay
        } else {
          membranes[neuron] =
            error * surrogate(record.membranes[place]) + membraneDecay * membranes[neuron]
          currents[neuron] =
            (1 - membraneDecay) * membranes[neuron] + synapticDecay * currents[neuron]
        }
      }
      for input in 0..<inputCount {
        let spikes = record.inputs[step * inputCount + input]
        guard spikes != 0 else { continue }
        for neuron in 0..<hiddenCount {
          hiddenGradient[input * hiddenCount + neuron] += spikes * currents[neuron]
        }
      }
    }
  }

  /// Adds to the gradient of a hidden neuron's output weights.
  ///
  /// - Returns: ∂L/∂z of the neuron.
  private mutating func outputError(
    _ neuron: Int, _ currents: [Double], spikes: Double
  ) -> Double {
    var error = 0.0
    for output in 0..<outputCount {
      let weight = output * hiddenCount + neuron
      if spikes != 0 { outputGradient[weight] += spikes * currents[output] }
      error += outputWeights[weight] * currents[output]
    }
    return error
  }
}
