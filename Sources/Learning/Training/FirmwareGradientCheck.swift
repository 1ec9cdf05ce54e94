import AnalogCore
import Chip
import ChipGeometry

/// Compares the gradients that a learning program computes with the reference in double precision, on
/// the spikes that the program has seen.
public struct FirmwareGradientCheck: Sendable {
  public var program: LearningProgram
  /// Of the session; hidden size and chip seed vary from case to case.
  public var options = TrainingOptions()
  public var seed: UInt64 = 1
  /// Samples of a batch.
  public var batch = 40
  /// Hidden sizes of the cases, in turn.
  public var hiddenCounts = [120, 60, 30, 16, 8]
  /// Batches that trained cases learn from before.
  public var trainedBatches = 12
  /// Hidden neurons of a case whose weights are checked by differences; 0: none.
  public var differenceNeurons = 8

  public init(_ program: LearningProgram) {
    self.program = program
    // A network with a delay per synapse has 30 hidden neurons at most.
    if program.delayKind == .synaptic { hiddenCounts = [30, 16, 8] }
  }

  /// What came out for one batch.
  public struct Case: Sendable {
    public var index: Int
    public var hiddenCount: Int
    public var isTrained: Bool
    /// The program's gradient by weights against the reference with the program's bounds.
    public var bounded: GradientAgreement
    /// The same against the exact gradient of the same observed spikes.
    public var unbounded: GradientAgreement
    /// The program's gradient by delays against the reference with bounds; nil if it learns none.
    public var delays: GradientAgreement?
    /// The invariant: the delay gradients of a spike's causes add up to its error; nil if the program
    /// learns no delays.
    public var invariant: InvariantAgreement?
    /// The exact gradient against central differences in the analog core's exact mode.
    public var differences: GradientCheck.Report?
    /// Where the program's fixed point lost precision while it computed this gradient.
    package var precision: [PrecisionMeter.Row] = []
  }

  /// Runs case `index`: a network, 40 samples, one gradient.
  public func run(_ index: Int) throws(SessionError) -> Case {
    var options = options
    let hidden = hiddenCounts[index / 2 % hiddenCounts.count]
    let isTrained = index % 2 == 1
    options.session.hiddenCount = hidden
    options.session.chip.analog.chipSeed = seed &+ UInt64(index)
    options.session.chip.generatorSeed = seed &+ UInt64(index)
    options.session.parameters.append(.init("batch", Int32(batch)))
    var session = try LearningSession(program, options.sessionConfiguration)
    try session.start()
    let parameters = session.parameters()
    func parameter(_ name: String) -> Double {
      // A constant of the program.
      if name == "LOSS_ONE" { return Double(program.address(of: name) ?? 8192) }
      return parameters.first { $0.name == name }.map { Double($0.value) } ?? 0
    }
    var samples = SampleSource(options, seed: seed, index: index)
    var decoder = BatchGradients(momentum: Int32(parameter("momentum")))
    for _ in 0..<(isTrained ? trainedBatches : 0) {
      for _ in 0..<batch { _ = try session.present(samples.next().presented) }
    }
    if isTrained { _ = decoder.next(try session.gradients()) }
    let network = Self.network(try session.masters(), session.delays(), options)
    var batch = ObservedBatch(parameter, network, options, program)
    for _ in 0..<self.batch {
      try batch.present(samples.next(), &session, decoder)
    }
    let sums = decoder.next(try session.gradients())
    let own = Self.values(sums, network, unit: Self.unit(parameter, options))
    func reference(_ bounds: AdjointBounds) -> NetworkGradient {
      program.rule.reference(
        network: network, loss: options.loss(of: program), bounds: bounds
      ).gradient(of: batch.samples)
    }
    let bounded = reference(Self.bounds(parameter, options))
    var result = Case(
      index: index, hiddenCount: hidden, isTrained: isTrained,
      bounded: GradientAgreement(own, reference: bounded.weights),
      unbounded: GradientAgreement(own, reference: reference(.unbounded).weights),
      differences: differences(network, options, index: index), precision: batch.meter.rows)
    if let kind = program.delayKind {
      let delays = Self.delayValues(sums, kind, network, parameter, options)
      result.delays = GradientAgreement(
        delays, reference: kind == .axonal ? bounded.delays : bounded.synapseDelays)
      result.invariant = batch.invariant.agreement
    }
    return result
  }

  /// The batch that is checked, while it is learned from.
  private struct ObservedBatch {
    private let slots: Int
    private let program: LearningProgram
    private(set) var samples: [ObservedSample] = []
    private(set) var meter = PrecisionMeter(
      hartID: UInt32(LearningSession.hemisphere.rawValue))
    private(set) var invariant: DelayInvariant
    private var last: GradientSums?

    init(
      _ parameter: (String) -> Double, _ network: FeedForwardNetwork, _ options: TrainingOptions,
      _ program: LearningProgram
    ) {
      slots = Int(parameter("spike_slots"))
      self.program = program
      invariant = DelayInvariant(
        network, program.delayKind ?? .axonal,
        DelayInvariant.ProgramBounds(
          jump: parameter("bound_adjoint"), reciprocal: parameter("bound_slope"),
          hiddenRange: parameter("range_hidden") / 256,
          outputRange: parameter("range_output") / 256))
    }

    /// Presents a sample; the decoder has seen the sums before this batch.
    mutating func present(
      _ sample: RandomSample, _ session: inout LearningSession, _ decoder: BatchGradients
    ) throws(SessionError) {
      _ = try session.present(sample.presented, observer: &meter)
      let observed = session.observedSample(label: sample.label, spikesPerNeuron: slots)
      samples.append(observed)
      guard program.learnsDelays else { return }
      let sums = try session.gradients()
      var first = decoder
      let own =
        last.map { zip(sums.delays, $0.delays).map { $0 &- $1 } } ?? first.next(sums).delays
      last = sums
      let errors = try session.words(
        "loss_errors", LearningSession.hemisphere, count: observed.outputs.count)
      invariant.add(observed, errors: errors, gradients: own)
    }
  }

  private func differences(
    _ network: FeedForwardNetwork, _ options: TrainingOptions, index: Int
  ) -> GradientCheck.Report? {
    guard differenceNeurons > 0 else { return nil }
    var check = GradientCheck(loss: options.loss(of: program), simulate: ExactSimulation.simulate)
    check.rule = program.rule
    check.includesDelays = program.delayKind == .axonal
    check.includesSynapseDelays = program.delayKind == .synaptic
    var network = network
    // Room for steps to both sides.
    func lengthen(_ delays: inout [Double]) { delays = delays.map { max($0, 0.001) } }
    switch program.delayKind {
    case .axonal:
      lengthen(&network.inputDelays)
      lengthen(&network.hiddenDelays)
    case .synaptic:
      lengthen(&network.hiddenSynapseDelays)
      lengthen(&network.outputSynapseDelays)
    case nil: break
    }
    if network.hiddenCount > differenceNeurons {
      var random = RandomStream(seed: seed &+ UInt64(index), name: "checked neurons")
      check.hiddenSubset = Set(
        random.permutation(network.hiddenCount).prefix(differenceNeurons))
    }
    var samples = SampleSource(options, seed: seed, index: index)
    return check.run(network, count: batch) {
      let sample = samples.next()
      return GradientCheck.Stimulus(inputs: sample.times.map { [$0] }, label: sample.label)
    }
  }
}

/// A training sample; its input times in τs.
private struct RandomSample {
  var presented: PresentedSample
  var times: [Double]
  var label: Int
}

/// Random training samples.
private struct SampleSource {
  private var random: RandomStream
  private let samples: [YinYang.Sample]
  private var encoder = SpikeTimeEncoder()

  init(_ options: TrainingOptions, seed: UInt64, index: Int) {
    random = RandomStream(seed: seed &+ UInt64(index), name: "gradient check samples")
    samples = YinYang.samples(of: .train)
    encoder.synapticTicks = Double(options.session.synapticTicks)
  }

  mutating func next() -> RandomSample {
    let sample = samples[Int(random.next(below: UInt64(samples.count)))]
    let presented = PresentedSample(
      inputTicks: encoder.ticks(of: sample.values), teacher: sample.label)
    return RandomSample(
      presented: presented, times: encoder.times(of: sample.values), label: sample.label)
  }
}

extension FirmwareGradientCheck {
  /// The network that the synapses hold, in thresholds, with nominal neurons.
  static func network(
    _ masters: WeightMasters, _ delays: SourceDelays, _ options: TrainingOptions
  ) -> FeedForwardNetwork {
    let session = options.session
    let tau = Double(session.synapticTicks)
    var network = FeedForwardNetwork(
      inputs: masters.inputCount, hidden: masters.hiddenCount, outputs: masters.outputCount,
      model: NeuronModel(
        membraneTime: Double(session.membraneTicks) / tau, synapticTime: 1, threshold: 1, reset: 0,
        refractory: Double(session.refractoryTicks) / tau))
    network.hiddenWeights = masters.hidden.map {
      Double(WeightMasters.code($0)) * session.hiddenRange / 63
    }
    // A little early: what arrives in the tick of a spike is a cause of it, however sums are rounded.
    let ticks = delays.ticks.map { max(0, Double($0) / tau - 1e-9) }
    switch delays.kind {
    case .axonal:
      network.inputDelays = Array(ticks.prefix(masters.inputCount))
      network.hiddenDelays = Array(ticks.dropFirst(masters.inputCount))
    case .synaptic:
      network.hiddenSynapseDelays = Array(ticks.prefix(masters.hidden.count))
      network.outputSynapseDelays = byOutput(
        Array(ticks.dropFirst(masters.hidden.count)), network)
    }
    network.outputWeights = byOutput(masters.output, network).map {
      Double(WeightMasters.code($0)) * session.outputRange / 63
    }
    return network
  }

  /// Values [hidden neuron][output] in the order of the reference.
  private static func byOutput<T>(_ values: [T], _ network: FeedForwardNetwork) -> [T] {
    (0..<network.outputCount).flatMap { output in
      (0..<network.hiddenCount).map { values[$0 * network.outputCount + output] }
    }
  }

  /// What one unit of a program's accumulator is, with times in τs (`firmware/README.md`).
  static func unit(_ parameter: (String) -> Double, _ options: TrainingOptions) -> Double {
    let tau = Double(options.session.synapticTicks)
    let perSum = Double(options.session.membraneTicks) / tau / 256
    return perSum * errorUnit(parameter, tau)
  }

  /// What one unit of ∂L/∂t and of the adjoints is, with times in τs.
  private static func errorUnit(_ parameter: (String) -> Double, _ tau: Double) -> Double {
    if parameter("loss") == 1 {
      return tau / parameter("loss_tau0_ticks") / parameter("LOSS_ONE")
    }
    return 1 / (tau * Double(1 << Int(parameter("error_shift"))))
  }

  /// Where the program limits its adjoints; the error of a spike is not limited within 16 bits.
  static func bounds(
    _ parameter: (String) -> Double, _ options: TrainingOptions
  ) -> AdjointBounds {
    let unit = errorUnit(parameter, Double(options.session.synapticTicks))
    return AdjointBounds(
      error: .infinity, jump: parameter("bound_adjoint") * unit,
      reciprocal: parameter("bound_slope"))
  }

  /// In the order of ``NetworkGradient/weights``.
  private static func values(
    _ sums: GradientSums, _ network: FeedForwardNetwork, unit: Double
  ) -> [Double] {
    (sums.hidden + byOutput(sums.output, network)).map { Double($0) * unit }
  }

  /// In the order of ``NetworkGradient/delays`` or ``NetworkGradient/synapseDelays``, with times in
  /// τs: sums of J w D 2^-7, the weight w in 1/32256 of its layer's range.
  private static func delayValues(
    _ sums: GradientSums, _ kind: DelayKind, _ network: FeedForwardNetwork,
    _ parameter: (String) -> Double, _ options: TrainingOptions
  ) -> [Double] {
    let unit = errorUnit(parameter, Double(options.session.synapticTicks)) * 128 / 32256
    let input = unit * parameter("range_hidden") / 256
    let hidden = unit * parameter("range_output") / 256
    let count = kind == .axonal ? network.inputCount : network.hiddenWeights.count
    let behind = Array(sums.delays.dropFirst(count))
    return sums.delays.prefix(count).map { Double($0) * input }
      + (kind == .axonal ? behind : byOutput(behind, network)).map { Double($0) * hidden }
  }
}

extension LearningSession {
  /// The spikes of the last sample, in τs since its start; of each hidden neuron the first few.
  func observedSample(label: Int, spikesPerNeuron: Int) -> ObservedSample {
    var sample = ObservedSample(
      inputs: Array(repeating: [], count: configuration.totalInputCount),
      hidden: Array(repeating: [], count: configuration.hiddenCount),
      outputs: Array(repeating: [], count: configuration.outputCount), label: label)
    let end = events.last { $0.flags.contains(.endOfSample) }?.tick ?? 0
    let start = end - min(end, UInt64(configuration.sampleTicks))
    for event in events where event.tick >= start && event.tick <= end {
      let time = Double(event.tick - start) / Double(configuration.synapticTicks)
      if event.flags.contains(.stimulus) {
        let input = Int(event.label.rawValue & 31)
        if sample.inputs.indices.contains(input) { sample.inputs[input].append(time) }
      } else if SampleLabels.isHidden(event) {
        let isBottom = event.flags.contains(.bottom) && network.spansBoth
        let neuron =
          Int(event.label.rawValue >> 8) * 30 + Int(event.label.rawValue & 31)
          + (isBottom ? network.hiddenNeurons(in: .bottom).lowerBound : 0)
        if sample.hidden[neuron].count < spikesPerNeuron { sample.hidden[neuron].append(time) }
      } else if let output = SampleLabels.output(event),
        sample.outputs.indices.contains(output),
        event.flags.contains(.bottom) == (network.hemisphere == .bottom)
      {
        sample.outputs[output].append(time)
      }
    }
    return sample
  }
}
