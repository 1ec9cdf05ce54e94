/// Inputs (a bias among them) → hidden neurons → outputs, all to all, in real numbers.
public struct FeedForwardNetwork: Equatable, Sendable {
  public let inputCount: Int
  public let hiddenCount: Int
  public let outputCount: Int
  /// Input → hidden, `[input * hiddenCount + hidden]`, in units of the nominal threshold.
  public var hiddenWeights: [Double]
  /// Hidden → output, `[output * hiddenCount + hidden]`, in units of the nominal threshold.
  public var outputWeights: [Double]
  /// Transmission delay of each input, in nominal τs.
  public var inputDelays: [Double]
  /// Transmission delay of each hidden neuron, in nominal τs.
  public var hiddenDelays: [Double]
  /// Delay of each synapse on top of that of its source, in nominal τs; in the order of
  /// ``hiddenWeights``.
  public var hiddenSynapseDelays: [Double]
  /// The same of the outputs, in the order of ``outputWeights``.
  public var outputSynapseDelays: [Double]
  public var hiddenModels: [NeuronModel]
  public var outputModels: [NeuronModel]

  /// A network of equal neurons without weights and delays.
  public init(inputs: Int, hidden: Int, outputs: Int, model: NeuronModel = NeuronModel()) {
    inputCount = inputs
    hiddenCount = hidden
    outputCount = outputs
    hiddenWeights = Array(repeating: 0, count: inputs * hidden)
    outputWeights = Array(repeating: 0, count: outputs * hidden)
    inputDelays = Array(repeating: 0, count: inputs)
    hiddenDelays = Array(repeating: 0, count: hidden)
    hiddenSynapseDelays = Array(repeating: 0, count: inputs * hidden)
    outputSynapseDelays = Array(repeating: 0, count: outputs * hidden)
    hiddenModels = Array(repeating: model, count: hidden)
    outputModels = Array(repeating: model, count: outputs)
  }

  public func hiddenWeight(input: Int, hidden: Int) -> Double {
    hiddenWeights[input * hiddenCount + hidden]
  }

  public func outputWeight(hidden: Int, output: Int) -> Double {
    outputWeights[output * hiddenCount + hidden]
  }

  /// From the spike of an input to its arrival, in nominal τs.
  public func hiddenDelay(input: Int, hidden: Int) -> Double {
    inputDelays[input] + hiddenSynapseDelays[input * hiddenCount + hidden]
  }

  /// From the spike of a hidden neuron to its arrival, in nominal τs.
  public func outputDelay(hidden: Int, output: Int) -> Double {
    hiddenDelays[hidden] + outputSynapseDelays[output * hiddenCount + hidden]
  }
}

/// What was observed of one sample: spike times since its start, in nominal τs, each list ascending.
public struct ObservedSample: Equatable, Sendable {
  /// Emission times by input; a delay comes on top.
  public var inputs: [[Double]]
  public var hidden: [[Double]]
  public var outputs: [[Double]]
  /// The right class.
  public var label: Int

  public init(inputs: [[Double]], hidden: [[Double]], outputs: [[Double]], label: Int) {
    self.inputs = inputs
    self.hidden = hidden
    self.outputs = outputs
    self.label = label
  }

  /// The first spike of each output, nil for a silent one.
  public var firstOutputSpikes: [Double?] { outputs.map(\.first) }

  /// The output that spiked first, the lower one of two at the same time; nil when all were silent.
  public var decision: Int? {
    var best: (output: Int, time: Double)?
    for (output, spikes) in outputs.enumerated() {
      guard let time = spikes.first, best.map({ time < $0.time }) ?? true else { continue }
      best = (output, time)
    }
    return best?.output
  }
}

/// A spike on its way to the neurons of a layer.
struct Arrival {
  var time: Double
  var source: Int
  /// Which spike of that source.
  var index: Int

  /// All arrivals of a layer's sources at one neuron, earliest first; equal times by source.
  static func sorted(_ spikes: [[Double]], delay: (_ source: Int) -> Double) -> [Arrival] {
    var arrivals: [Arrival] = []
    for (source, times) in spikes.enumerated() {
      let delay = delay(source)
      for (index, time) in times.enumerated() {
        arrivals.append(Arrival(time: time + delay, source: source, index: index))
      }
    }
    arrivals.sort { ($0.time, $0.source) < ($1.time, $1.source) }
    return arrivals
  }
}
