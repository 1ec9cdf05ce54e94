/// Compares the reference gradient with central differences of a simulator.
///
/// A spike time is a smooth function of the weights only as long as no spike appears, vanishes or
/// changes places with an arrival, and it is steep where the membrane barely reaches the threshold.
/// Samples where that happens are left out and counted.
public struct GradientCheck: Sendable {
  /// Emission times by input and the label: what a simulation starts from.
  public struct Stimulus: Equatable, Sendable {
    public var inputs: [[Double]]
    public var label: Int

    public init(inputs: [[Double]], label: Int) {
      self.inputs = inputs
      self.label = label
    }
  }

  /// Why a sample tells nothing about the gradient.
  public enum Obstacle: Equatable, Sendable {
    /// I - threshold below ``GradientCheck/minimumSlope`` at a spike.
    case shallowCrossing
    /// Number or order of spikes depends on the step.
    case changedOrder
  }

  public var loss: FirstSpikeLoss
  /// The gradient that is checked.
  public var rule = GradientRule.eventProp
  /// What happens in a network, stimulus by stimulus, in real numbers and without noise.
  public typealias Simulator = @Sendable (FeedForwardNetwork, [Stimulus]) -> [ObservedSample]
  public var simulate: Simulator
  /// Step of a weight in units of the nominal threshold, and of a delay in nominal τs.
  public var step = 1e-5
  /// In units of the nominal threshold.
  public var minimumSlope = 0.05
  /// Whether delays are checked beside weights; they must be longer than two steps.
  public var includesDelays = false
  /// Whether the delays of synapses are checked; they too must be longer than two steps, or their
  /// sources' be.
  public var includesSynapseDelays = false
  /// The hidden neurons whose weights and delays are checked; nil: all. Large networks are checked in
  /// part.
  public var hiddenSubset: Set<Int>?

  public init(loss: FirstSpikeLoss, simulate: @escaping Simulator) {
    self.loss = loss
    self.simulate = simulate
  }

  /// What came out for a batch.
  public struct Report: Equatable, Sendable {
    public var agreement: GradientAgreement
    /// Samples that were compared.
    public var samples = 0
    /// Samples whose label neuron was silent, so that their gradient is zero.
    public var silent = 0
    public var hiddenSpikes = 0
    /// Second and later spikes of hidden neurons that helped to make an output's first spike.
    public var repeatedSpikes = 0
    public var shallowCrossings = 0
    public var changedOrders = 0

    fileprivate mutating func count(_ sample: ObservedSample) {
      samples += 1
      if sample.outputs[sample.label].isEmpty { silent += 1 }
      let last = sample.firstOutputSpikes.compactMap { $0 }.max() ?? 0
      for spikes in sample.hidden {
        hiddenSpikes += spikes.count
        repeatedSpikes += spikes.dropFirst().count { $0 < last }
      }
    }
  }

  /// Draws stimuli until `count` of them can be compared; the gradients are those of their sum.
  ///
  /// - Precondition: at least one in a hundred stimuli is usable.
  public func run(
    _ network: FeedForwardNetwork, count: Int, draw: () -> Stimulus
  ) -> Report {
    let reference = rule.reference(network: network, loss: loss)
    var exact = NetworkGradient(of: network)
    var differences = NetworkGradient(of: network)
    var report = Report(agreement: GradientAgreement([], reference: []))
    while report.samples < count {
      let stimuli = (report.samples..<count).map { _ in draw() }
      for (observed, result) in self.differences(network, stimuli) {
        switch result {
        case .failure(.shallowCrossing): report.shallowCrossings += 1
        case .failure(.changedOrder): report.changedOrders += 1
        case .success(let gradient):
          reference.accumulate(observed, into: &exact)
          for path in paths { differences.add(gradient, at: path.gradient) }
          report.count(observed)
        }
      }
      let redrawn = report.shallowCrossings + report.changedOrders
      precondition(redrawn < 100 * count, "no usable stimulus")
    }
    report.agreement = GradientAgreement(
      values(of: differences, network), reference: values(of: exact, network))
    return report
  }

  /// The checked entries.
  private func values(
    of gradient: NetworkGradient, _ network: FeedForwardNetwork
  ) -> [Double] {
    paths.flatMap { path in
      let all = gradient[keyPath: path.gradient]
      return all.indices.filter { isChecked($0, path, network) }.map { all[$0] }
    }
  }

  /// All matrices have the hidden neuron as their second index.
  private func isChecked(_ index: Int, _ path: Path, _ network: FeedForwardNetwork) -> Bool {
    path.parameter == \.inputDelays
      || hiddenSubset?.contains(index % network.hiddenCount) ?? true
  }

  /// What happened and the gradient by central differences of fourth order, for each stimulus.
  public func differences(
    _ network: FeedForwardNetwork, _ stimuli: [Stimulus]
  ) -> [(observed: ObservedSample, result: Result<NetworkGradient, Obstacle>)] {
    var samples = zip(stimuli, simulate(network, stimuli)).map { stimulus, observed in
      Sample(stimulus, observed, network, minimumSlope: minimumSlope)
    }
    var changed = network
    for path in paths {
      for index in network[keyPath: path.parameter].indices
      where isChecked(index, path, network) {
        let value = network[keyPath: path.parameter][index]
        let usable = samples.indices.filter { samples[$0].obstacle == nil }
        // f' ≈ [ 8 (f(h) - f(-h)) - (f(2h) - f(-2h)) ] / 12 h. In this order pairs of equal values
        // cancel exactly: the derivative by what has no effect is 0.
        for (steps, factor) in [(-2.0, 1.0), (2, -1), (-1, -8), (1, 8)] {
          changed[keyPath: path.parameter][index] = value + steps * step
          let moved = simulate(changed, usable.map { samples[$0].stimulus })
          for (sample, moved) in zip(usable, moved) {
            guard SpikePattern(changed, moved).order == samples[sample].pattern.order else {
              samples[sample].obstacle = .changedOrder
              continue
            }
            let value = loss.evaluate(moved.firstOutputSpikes, label: moved.label).value
            samples[sample].gradient[keyPath: path.gradient][index] += factor * value / (12 * step)
          }
        }
        changed[keyPath: path.parameter][index] = value
      }
    }
    return samples.map { sample in
      (sample.observed, sample.obstacle.map { .failure($0) } ?? .success(sample.gradient))
    }
  }

  /// A stimulus under examination.
  private struct Sample {
    var stimulus: Stimulus
    var observed: ObservedSample
    var pattern: SpikePattern
    var gradient: NetworkGradient
    var obstacle: Obstacle?

    init(
      _ stimulus: Stimulus, _ observed: ObservedSample, _ network: FeedForwardNetwork,
      minimumSlope: Double
    ) {
      self.stimulus = stimulus
      self.observed = observed
      pattern = SpikePattern(network, observed)
      gradient = NetworkGradient(of: network)
      if pattern.smallestSlope < minimumSlope { obstacle = .shallowCrossing }
    }
  }

  private struct Path {
    var parameter: WritableKeyPath<FeedForwardNetwork, [Double]>
    var gradient: WritableKeyPath<NetworkGradient, [Double]>
  }

  private var paths: [Path] {
    let weights = [
      Path(parameter: \.hiddenWeights, gradient: \.hiddenWeights),
      Path(parameter: \.outputWeights, gradient: \.outputWeights),
    ]
    let delays = [
      Path(parameter: \.inputDelays, gradient: \.inputDelays),
      Path(parameter: \.hiddenDelays, gradient: \.hiddenDelays),
    ]
    let synapseDelays = [
      Path(parameter: \.hiddenSynapseDelays, gradient: \.hiddenSynapseDelays),
      Path(parameter: \.outputSynapseDelays, gradient: \.outputSynapseDelays),
    ]
    return weights + (includesDelays ? delays : [])
      + (includesSynapseDelays ? synapseDelays : [])
  }
}

extension GradientCheck.Obstacle: Error {}

extension NetworkGradient {
  fileprivate mutating func add(
    _ other: Self, at path: WritableKeyPath<NetworkGradient, [Double]>
  ) {
    for index in self[keyPath: path].indices {
      self[keyPath: path][index] += other[keyPath: path][index]
    }
  }
}

/// What must not change under a small step: how many spikes each neuron emits and where they, and
/// the ends of its refractory times, lie among what arrives.
struct SpikePattern {
  private(set) var order: [Int] = []
  /// Smallest I - threshold at any spike, infinity without spikes.
  private(set) var smallestSlope = Double.infinity

  init(_ network: FeedForwardNetwork, _ sample: ObservedSample) {
    add(sample.inputs, sample.hidden, network.hiddenModels) {
      network.hiddenDelay(input: $0, hidden: $1)
    } weight: {
      network.hiddenWeight(input: $0, hidden: $1)
    }
    add(sample.hidden, sample.outputs, network.outputModels) {
      network.outputDelay(hidden: $0, output: $1)
    } weight: {
      network.outputWeight(hidden: $0, output: $1)
    }
  }

  private mutating func add(
    _ sources: [[Double]], _ spikes: [[Double]], _ models: [NeuronModel],
    delay: (Int, Int) -> Double, weight: (Int, Int) -> Double
  ) {
    for (neuron, model) in models.enumerated() {
      order.append(spikes[neuron].count)
      guard !spikes[neuron].isEmpty else { continue }
      let arrivals = Arrival.sorted(sources) { delay($0, neuron) }
      let sweep = AdjointSweep(
        model: model, bounds: .unbounded, spikes: [], errors: [], arrivals: arrivals,
        weights: arrivals.map { weight($0.source, neuron) })
      for spike in spikes[neuron] {
        order.append(arrivals.count { $0.time < spike })
        order.append(arrivals.count { $0.time < spike + model.refractory })
        smallestSlope = min(smallestSlope, sweep.current(at: spike) - model.threshold)
      }
    }
  }
}
