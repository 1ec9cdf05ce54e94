import AnalogCore
import Chip
import ChipGeometry

/// A chip with the layered network on it and a probe at every membrane, without program: what a host
/// that learns with surrogate gradients sees of it.
struct SampledChip: ~Copyable {
  static let membraneTicks = 1500.0
  static let synapticTicks = 750.0

  private var chip: Chip
  private let network: LayeredNetwork
  private let intervalTicks: UInt64
  private let heldSteps: Int
  private let hidden: [NeuronIndex]
  private let outputs: [NeuronIndex]
  private var events: [SpikeEvent] = []
  /// Of the last sample.
  private(set) var record: SurrogateGradient.Record
  /// Output membranes of the last sample, [step][output].
  private(set) var outputMembranes: [Double]
  private(set) var spikeCount = 0

  init(_ options: SurrogateTraining.Options) throws(SessionError) {
    do {
      network = try LayeredNetwork(inputs: 4, hidden: options.hiddenCount, outputs: 3)
    } catch {
      throw .mapping(error)
    }
    chip = Chip(options.chip)
    let refractory = Double(2 * options.refractoryTicks)
    network.configure(
      &chip,
      hidden: NeuronParameters(
        refractoryTime: refractory, excitatoryGain: options.hiddenRange,
        inhibitoryGain: options.hiddenRange),
      // A leaky integrator: a threshold that is never reached.
      output: NeuronParameters(
        threshold: 1e6, refractoryTime: refractory, excitatoryGain: options.outputRange,
        inhibitoryGain: options.outputRange))
    chip.isRecording = true
    intervalTicks = UInt64(options.intervalTicks)
    heldSteps = options.refractoryTicks / options.intervalTicks
    let hemisphere = network.hemisphere
    hidden = (0..<options.hiddenCount).map {
      NeuronIndex(hemisphere, column: LayeredNetwork.column(hidden: $0))
    }
    outputs = (0..<3).map { NeuronIndex(hemisphere, column: LayeredNetwork.column(output: $0)) }
    record = SurrogateGradient.Record(
      stepCount: options.stepCount, inputs: 5, hidden: options.hiddenCount)
    outputMembranes = Array(repeating: 0, count: options.stepCount * 3)
  }

  mutating func setWeight(_ code: Int, from source: LayeredNetwork.Source, toColumn column: Int) {
    network.setWeight(code, from: source, toColumn: column, on: &chip)
  }

  /// Steps before this one do not count for a decision: without it, an output that is inhibited all
  /// the time would have its maximum at rest, where no gradient can change it.
  static let firstDecidingStep = 12

  /// The highest sample of an output's membrane, of equal ones the first.
  func peak(output: Int) -> (value: Double, step: Int) {
    let first = Self.firstDecidingStep
    var best = (value: outputMembranes[first * 3 + output], step: first)
    for step in (first + 1)..<record.stepCount where outputMembranes[step * 3 + output] > best.value
    {
      best = (outputMembranes[step * 3 + output], step)
    }
    return best
  }

  /// Runs a sample and fills ``record``.
  mutating func present(_ inputTicks: [UInt64]) {
    chip.resetNeurons()
    let start = chip.now.ticks + 1
    for (input, ticks) in inputTicks.enumerated() {
      let event = SpikeEvent(
        tick: start + ticks, label: LayeredNetwork.label(.input(input)), flags: .stimulus)
      do { try chip.enqueue(event) } catch { preconditionFailure("\(error)") }
    }
    for step in 0..<record.stepCount {
      _ = chip.run(until: ClockTime(ticks: start + UInt64(step + 1) * intervalTicks))
      sample(step)
    }
    read(inputTicks, start: start)
  }

  private mutating func sample(_ step: Int) {
    for (neuron, index) in hidden.enumerated() {
      record.membranes[step * hidden.count + neuron] = Self.sampled(
        chip.membrane(of: index), limit: 2)
    }
    for (output, index) in outputs.enumerated() {
      outputMembranes[step * 3 + output] = Self.sampled(chip.membrane(of: index), limit: 4)
    }
  }

  /// What an 8-bit converter says of a membrane within ± `limit` thresholds.
  static func sampled(_ membrane: Double, limit: Double) -> Double {
    let code = min(max((membrane / limit * 127).rounded(), -128), 127)
    return code * limit / 127
  }

  /// Sorts the sample's events into the steps of the grid.
  private mutating func read(_ inputTicks: [UInt64], start: UInt64) {
    for index in record.inputs.indices { record.inputs[index] = 0 }
    for index in record.spikes.indices {
      record.spikes[index] = 0
      record.isHeld[index] = false
    }
    for (input, ticks) in inputTicks.enumerated() {
      let step = Int(ticks / intervalTicks)
      if step < record.stepCount { record.inputs[step * inputTicks.count + input] += 1 }
    }
    chip.takeEvents(into: &events)
    spikeCount = 0
    for event in events where SampleLabels.isHidden(event) && event.tick >= start {
      spikeCount += 1
      let step = Int((event.tick - start) / intervalTicks)
      let neuron =
        Int(event.label.rawValue >> 8) * LayeredNetwork.hiddenPerBlock
        + Int(event.label.rawValue & 31)
      guard step < record.stepCount else { continue }
      record.spikes[step * hidden.count + neuron] += 1
      // The sample at the end of the step shows the reset membrane; it was at the threshold.
      record.membranes[step * hidden.count + neuron] = 1
      for held in (step + 1)..<max(step + 1, min(record.stepCount, step + 1 + heldSteps)) {
        record.isHeld[held * hidden.count + neuron] = true
      }
    }
  }
}
