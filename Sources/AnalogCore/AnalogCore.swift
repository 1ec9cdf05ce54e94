public import ChipGeometry

/// The analog half of the chip: 512 neurons and 2 × 256 × 256 synapses, simulated from event to
/// event: leaky integrate-and-fire neurons in closed form, others (``NeuronTerms``) by integration.
///
/// ## How it is driven
///
/// Time is absolute, in clock cycles of 4 ns. The owner's event loop is
///
///     while let spike = core.nextSpike(atOrBefore: timeOfTheNextOtherEvent) {
///       core.fire(spike)                          // reset, refractory time, new threshold noise
///       … route the event; for each PADI bus it reaches:
///       core.deliver(bus: bus, label: label, at: arrival)
///     }
///     core.deliver(…)                             // the other event
///
/// Everything that acts on the core (``deliver(bus:label:at:)``, ``resetNeurons(_:columns:at:)``,
/// ``setParameters(_:of:at:)``) must come in order of time, after all spikes of earlier cycles have
/// been fired; within one cycle any order is allowed. A crossing in (c - 1, c] is a spike of cycle
/// c, and an event delivered at cycle c no longer prevents it. Among spikes of one cycle
/// ``nextSpike(atOrBefore:)`` names the lowest neuron first.
///
/// Results do not depend on how often or with which limits ``nextSpike(atOrBefore:)`` is called, on
/// read-outs, or on checkpoints.
///
/// ## Rules
///
/// - At the spike's cycle the membrane goes to the reset potential and is held for the refractory
///   time while the synaptic currents decay on; then it starts from there.
/// - A membrane at or above its threshold when it is released, or when its threshold or parameters
///   change, spikes at once: at that cycle.
/// - A synapse matches if its row's driver listens to the bus and takes the row select
///   (`rowSelect & mask == index & mask`), the row is enabled, and the stored label equals the event's.
///   A matching synapse of weight zero does nothing.
/// - A driver with short-term plasticity (``ShortTermPlasticity``) scales the charges of an event.
/// - Correlation sensors (``CorrelationSensor``) see events and spikes; they change nothing.
/// - A neuron reset clears membrane and currents, ends the refractory time and redraws the threshold
///   noise; it also cancels a spike of that same cycle that has not been fired.
/// - The two circuits of a column can be joined to one neuron (``setJoined(_:column:at:)``), which
///   spikes with both.
public struct AnalogCore: ~Copyable {
  public let configuration: AnalogConfiguration
  /// The deviations of all circuits: drawn from the configuration, or taken over from another chip.
  public private(set) var mismatch: ChipMismatch
  var synapses: SynapseArray
  /// What the neurons are meant to be.
  var nominal: [NeuronParameters]
  var neurons: NeuronBank
  var joined = JoinedBank()
  /// What the neurons are meant to do beyond that.
  var terms = [NeuronTerms](repeating: NeuronTerms(), count: ChipSize.neurons)
  var integrated = IntegratedBank()
  /// Nil as long as no neuron has had terms.
  var termMismatch: TermMismatch?
  var shortTerm = ShortTermBank()
  /// Nil as long as no driver has had short-term plasticity.
  var shortTermMismatch: ShortTermMismatch?
  var columnADC: ColumnADC
  let membraneNoise: ConverterNoise
  var readouts = [NeuronReadout](repeating: .membrane, count: ChipSize.neurons)
  /// A constant voltage in volts that all converters see instead of what they are connected with;
  /// nil: off.
  public var debugVoltage: Double?
  var correlation = CorrelationBank()
  var parameterMemory = ParameterMemory()
  /// Nil as long as no neuron has followed its codes.
  var parameterMismatch: ParameterMismatch?
  var noise: [NoiseStream]
  let gaussian = GaussianTable.noise
  /// What the threshold noise did to the spikes so far.
  public internal(set) var jitter: SpikeJitter

  /// A chip with all synapses zero and all rows disabled, its neurons as after a reset at cycle 0.
  ///
  /// - Precondition: ``ShortTermTransfer/isPossible``, ``ConverterSettings/isPossible``,
  ///   ``CorrelationTransfer/isPossible``, ``ParameterTransfer/isPossible``.
  public init(_ configuration: AnalogConfiguration = AnalogConfiguration()) {
    precondition(configuration.shortTerm.isPossible, "no driver works with such a transfer")
    precondition(configuration.converters.isPossible, "no converter has such settings")
    precondition(configuration.correlation.isPossible, "no sensor works with such a transfer")
    precondition(configuration.parameterTransfer.isPossible, "no circuit has such curves")
    self.configuration = configuration
    mismatch = ChipMismatch(seed: configuration.chipSeed, spreads: configuration.mismatch)
    synapses = SynapseArray(weightFactors: mismatch.weight)
    nominal = [NeuronParameters](repeating: configuration.neuron, count: ChipSize.neurons)
    neurons = NeuronBank(neuronCount: ChipSize.neurons, timing: .clocked)
    columnADC = ColumnADC(configuration, mismatch.converters)
    membraneNoise = ConverterNoise(
      seed: configuration.noiseSeed, name: "membrane ADC noise", count: ChipSize.neurons)
    jitter = SpikeJitter(thresholdNoise: configuration.thresholdNoise)
    var seeds = RandomStream(seed: configuration.noiseSeed, name: "threshold noise")
    noise = (0..<ChipSize.neurons).map { _ in NoiseStream(state: seeds.next()) }
    for n in 0..<ChipSize.neurons {
      let parameters = mismatch.realised(configuration.neuron, of: NeuronIndex(n))
      neurons.change(n, to: parameters, at: 0)
    }
    for hemisphere in Hemisphere.allCases {
      resetNeurons(hemisphere, columns: 0..<ChipSize.columns, at: ClockTime(cycles: 0))
    }
  }

  /// A spike that is due: what ``nextSpike(atOrBefore:)`` finds and ``fire(_:)`` carries out.
  public struct PendingSpike: Equatable, BitwiseCopyable, Sendable {
    public let neuron: NeuronIndex
    /// The first cycle not before the threshold crossing.
    public let time: ClockTime
  }

  /// Sets what a neuron is meant to be; mismatch comes on top.
  ///
  /// Membrane, currents and noise are kept; a neuron in its refractory time is held at the new
  /// reset potential until the release that was due. ``resetNeurons(_:columns:at:)`` gives a
  /// defined start.
  ///
  /// - Precondition: ``NeuronParameters/isPossible``.
  public mutating func setParameters(
    _ parameters: NeuronParameters, of neuron: NeuronIndex, at time: ClockTime
  ) {
    precondition(parameters.isPossible, "no neuron can have \(parameters)")
    let n = Int(neuron.rawValue)
    nominal[n] = parameters
    if let column = joinedColumn(of: n) {
      return changeJoined(column, at: Double(time.cycles))
    }
    refreshNeuron(n, at: Double(time.cycles))
  }

  /// Takes over the deviations of another chip's circuits: as if neurons, synapses and all that
  /// they hold were moved there at cycle `time`.
  ///
  /// Weights, nominal parameters, membranes, currents, voltages of drivers and threshold noise are
  /// kept; so is the temporal noise to come. Time for all neurons and synapses is spent: some 0.2 ms.
  public mutating func setMismatch(_ mismatch: ChipMismatch, at time: ClockTime) {
    self.mismatch = mismatch
    synapses.setWeightFactors(mismatch.weight)
    if termMismatch != nil {
      termMismatch = TermMismatch(seed: mismatch.seed, spreads: mismatch.spreads.terms)
    }
    if parameterMismatch != nil {
      parameterMismatch = ParameterMismatch(
        seed: mismatch.seed, spreads: configuration.parameterSpreads)
    }
    for column in joined.columns { changeJoined(column, at: Double(time.cycles)) }
    for n in 0..<ChipSize.neurons where joinedColumn(of: n) == nil && !integrated.contains(n) {
      neurons.change(n, to: exactParameters(of: n), at: Double(time.cycles))
    }
    refreshIntegrated(at: Double(time.cycles))
    columnADC.setMismatch(mismatch.converters)
    shortTermMismatch = nil
    refreshShortTerm(at: Double(time.cycles))
    refreshCorrelation()
  }

  /// Forgets the slopes that ``jitter`` counted.
  public mutating func resetJitter() {
    jitter = SpikeJitter(thresholdNoise: configuration.thresholdNoise)
  }

  /// What a neuron is meant to be.
  public func nominalParameters(of neuron: NeuronIndex) -> NeuronParameters {
    nominal[Int(neuron.rawValue)]
  }

  /// What a neuron is, mismatch included, terms and noise not.
  public func realisedParameters(of neuron: NeuronIndex) -> NeuronParameters {
    realised(Int(neuron.rawValue))
  }
}
