import ChipGeometry

/// Why bytes are not the state of an analog core.
public enum AnalogCheckpointError: Error, Equatable, CustomStringConvertible {
  /// The bytes end too early, or do not end where they should.
  case wrongLength(byteCount: Int)
  /// They do not begin as a checkpoint does.
  case notACheckpoint
  /// They are a checkpoint of another version of this format.
  case otherVersion(found: String, supported: String)
  /// A value that no core can have.
  case invalid(String)

  public var description: String {
    switch self {
    case .wrongLength(let byteCount):
      "an analog core's state does not have \(byteCount) bytes"
    case .notACheckpoint: "the bytes do not begin as an analog core's state does"
    case .otherVersion(let found, let supported):
      "the analog core's state has format version \(found), this program reads version \(supported)"
    case .invalid(let what): "no analog core has this: \(what)"
    }
  }
}

extension AnalogCore {
  private static let signature = Array("RVRANA".utf8)
  private static let version = Array("08".utf8)

  /// The entire state, configuration included; little-endian.
  ///
  /// The same state gives the same bytes, however often spikes were asked for on the way.
  public func checkpoint() -> [UInt8] {
    var bytes = CheckpointBytes()
    bytes.add(Self.signature + Self.version)
    bytes.add(configuration.chipSeed)
    bytes.add(configuration.noiseSeed)
    for value in configuration.mismatch.values { bytes.add(value.bitPattern) }
    bytes.add(mismatch.seed)
    for value in mismatch.spreads.values { bytes.add(value.bitPattern) }
    bytes.add(configuration.thresholdNoise.bitPattern)
    for value in configuration.neuron.values { bytes.add(value.bitPattern) }
    for value in configuration.integration.values { bytes.add(value.bitPattern) }
    for value in configuration.shortTerm.values { bytes.add(value.bitPattern) }
    for value in configuration.converters.values { bytes.add(value.bitPattern) }
    for value in configuration.correlation.values { bytes.add(value.bitPattern) }
    for value in configuration.parameterTransfer.values { bytes.add(value.bitPattern) }
    for value in configuration.parameterSpreads.values { bytes.add(value.bitPattern) }
    for parameters in nominal { for value in parameters.values { bytes.add(value.bitPattern) } }
    bytes.add(synapses.weights)
    bytes.add(synapses.labels)
    bytes.add(synapses.rowModes.map(\.rawValue))
    bytes.add(synapses.rowSelectMasks)
    bytes.add(UInt64(joined.columns.count))
    bytes.add(joined.columns.map { UInt8($0) })
    saveTerms(to: &bytes)
    saveShortTerm(to: &bytes)
    saveConverters(to: &bytes)
    saveCorrelation(to: &bytes)
    saveParameterMemory(to: &bytes)
    for n in 0..<ChipSize.neurons {
      for value in neurons.saved(n).values { bytes.add(value.bitPattern) }
    }
    for stream in noise { bytes.add(stream.state) }
    for count in jitter.counts { bytes.add(count) }
    for column in joined.columns {
      for value in joined.saved(column: column) { bytes.add(value.bitPattern) }
    }
    for n in integrated.neurons {
      for value in integrated.saved(n) { bytes.add(value.bitPattern) }
    }
    return bytes.bytes
  }

  /// A core in the state that ``checkpoint()`` saved.
  public static func restored(from checkpoint: [UInt8]) throws(AnalogCheckpointError)
    -> AnalogCore
  {
    var reader = CheckpointBytes(bytes: checkpoint)
    try checkVersion(&reader)
    var configuration = AnalogConfiguration()
    configuration.chipSeed = try reader.next()
    configuration.noiseSeed = try reader.next()
    configuration.mismatch = try MismatchSpreads(values: reader.numbers(MismatchSpreads.valueCount))
    let mismatchSeed = try reader.next()
    let mismatchSpreads = try MismatchSpreads(values: reader.numbers(MismatchSpreads.valueCount))
    configuration.thresholdNoise = try reader.number()
    configuration.neuron = try parameters(&reader)
    configuration.integration = try IntegrationSettings(values: reader.numbers(3))
    guard configuration.integration.isPossible else { throw .invalid("integration settings") }
    configuration.shortTerm = try ShortTermTransfer(
      values: reader.numbers(ShortTermTransfer.valueCount))
    guard configuration.shortTerm.isPossible else { throw .invalid("short-term transfer") }
    configuration.converters = try ConverterSettings(
      values: reader.numbers(ConverterSettings.valueCount))
    guard configuration.converters.isPossible else { throw .invalid("converter settings") }
    configuration.correlation = try CorrelationTransfer(
      values: reader.numbers(CorrelationTransfer.valueCount))
    guard configuration.correlation.isPossible else { throw .invalid("correlation transfer") }
    configuration.parameterTransfer = try ParameterTransfer(
      values: reader.numbers(ParameterTransfer.valueCount))
    guard configuration.parameterTransfer.isPossible else { throw .invalid("parameter transfer") }
    configuration.parameterSpreads = try ParameterSpreads(
      values: reader.numbers(ParameterSpreads.valueCount))
    var core = AnalogCore(configuration)
    if mismatchSeed != configuration.chipSeed || mismatchSpreads != configuration.mismatch {
      core.setMismatch(
        ChipMismatch(seed: mismatchSeed, spreads: mismatchSpreads), at: ClockTime(cycles: 0))
    }
    for n in 0..<ChipSize.neurons {
      let parameters = try parameters(&reader)
      core.setParameters(parameters, of: NeuronIndex(n), at: ClockTime(cycles: 0))
    }
    try core.restoreSynapses(&reader)
    let joinedCount = try reader.next()
    guard joinedCount <= UInt64(ChipSize.columns) else { throw .invalid("joined neurons") }
    for _ in 0..<joinedCount {
      core.setJoined(true, column: Int(try reader.byte()), at: ClockTime(cycles: 0))
    }
    try core.restoreTerms(&reader)
    try core.restoreShortTerm(&reader)
    try core.restoreConverters(&reader)
    try core.restoreCorrelation(&reader)
    try core.restoreParameterMemory(&reader)
    for n in 0..<ChipSize.neurons {
      let state = try NeuronBlock.Saved(values: reader.numbers(NeuronBlock.Saved.valueCount))
      guard state.isPossible else { throw .invalid("state of neuron \(n)") }
      core.neurons.restore(n, state)
    }
    for n in 0..<ChipSize.neurons { core.noise[n].state = try reader.next() }
    var counts: [UInt64] = []
    for _ in 0..<SpikeJitter.binCount { counts.append(try reader.next()) }
    core.jitter = SpikeJitter(thresholdNoise: configuration.thresholdNoise, counts: counts)
    for column in core.joined.columns {
      guard core.joined.restore(column: column, try reader.numbers(JoinedBank.savedCount)) else {
        throw .invalid("state of the joined neuron of column \(column)")
      }
    }
    for n in core.integrated.neurons {
      guard core.integrated.restore(n, try reader.numbers(IntegratedBank.savedCount)) else {
        throw .invalid("state of neuron \(n)")
      }
    }
    guard reader.isAtEnd else { throw .wrongLength(byteCount: checkpoint.count) }
    return core
  }

  private static func checkVersion(_ reader: inout CheckpointBytes) throws(AnalogCheckpointError) {
    var start: [UInt8] = []
    for _ in 0..<signature.count + version.count { start.append(try reader.byte()) }
    guard start.starts(with: signature) else { throw .notACheckpoint }
    let found = Array(start.dropFirst(signature.count))
    guard found == version else {
      throw .otherVersion(
        found: String(decoding: found, as: UTF8.self),
        supported: String(decoding: version, as: UTF8.self))
    }
  }

  private mutating func restoreSynapses(_ reader: inout CheckpointBytes)
    throws(AnalogCheckpointError)
  {
    for i in 0..<SynapseArray.synapseCount { synapses.setWeight(try reader.byte(), at: i) }
    for i in 0..<SynapseArray.synapseCount { synapses.setLabel(try reader.byte(), at: i) }
    for row in 0..<2 * ChipSize.rows {
      guard let mode = RowMode(rawValue: try reader.byte()) else {
        throw .invalid("mode of row \(row)")
      }
      synapses.setRowMode(mode, at: row)
    }
    for driver in 0..<2 * ChipSize.drivers {
      synapses.setRowSelectMask(try reader.byte(), at: driver)
    }
  }

  private static func parameters(_ reader: inout CheckpointBytes) throws(AnalogCheckpointError)
    -> NeuronParameters
  {
    let parameters = NeuronParameters(values: try reader.numbers(NeuronParameters.valueCount))
    guard parameters.isPossible else { throw .invalid("neuron parameters") }
    return parameters
  }
}

extension MismatchSpreads {
  fileprivate static let valueCount =
    6 + TermSpreads.valueCount + ShortTermSpreads.valueCount + ConverterSpreads.valueCount
    + CorrelationSpreads.valueCount

  fileprivate var values: [Double] {
    [membraneTimeConstant, synapticTimeConstant, threshold, gain, quadrantGain, weight]
      + terms.values + shortTerm.values + converters.values + correlation.values
  }

  fileprivate init(values v: [Double]) {
    let shortTerm = 6 + TermSpreads.valueCount
    let converters = shortTerm + ShortTermSpreads.valueCount
    let correlation = converters + ConverterSpreads.valueCount
    self.init(
      membraneTimeConstant: v[0], synapticTimeConstant: v[1], threshold: v[2], gain: v[3],
      quadrantGain: v[4], weight: v[5], terms: TermSpreads(values: Array(v[6...])),
      shortTerm: ShortTermSpreads(values: Array(v[shortTerm...])),
      converters: ConverterSpreads(values: Array(v[converters...])),
      correlation: CorrelationSpreads(values: Array(v[correlation...])))
  }
}

extension NeuronParameters {
  fileprivate static let valueCount = 9

  fileprivate var values: [Double] {
    [
      membraneTimeConstant, excitatoryTimeConstant, inhibitoryTimeConstant, leak, reset, threshold,
      refractoryTime, excitatoryGain, inhibitoryGain,
    ]
  }

  fileprivate init(values v: [Double]) {
    self.init(
      membraneTimeConstant: v[0], excitatoryTimeConstant: v[1], inhibitoryTimeConstant: v[2],
      leak: v[3], reset: v[4], threshold: v[5], refractoryTime: v[6], excitatoryGain: v[7],
      inhibitoryGain: v[8])
  }
}

extension NeuronBlock {
  /// The state of one neuron, without what follows from it.
  struct Saved {
    var time: Double
    /// Relative to the leak.
    var membrane: Double
    var excitatory: Double
    var inhibitory: Double
    /// Noise included, relative to the leak.
    var threshold: Double
    /// A spike under way that inputs of its own cycle came too late to prevent; else infinite.
    var crossing: Double
    var slope: Double

    static let valueCount = 7
    var values: [Double] {
      [time, membrane, excitatory, inhibitory, threshold, crossing, slope]
    }
  }

  func saved(_ lane: Int) -> Saved {
    let isUnderWay = crossing[lane] <= time[lane]
    return Saved(
      time: time[lane], membrane: membrane[lane], excitatory: excitatory[lane],
      inhibitory: inhibitory[lane], threshold: threshold[lane],
      crossing: isUnderWay ? crossing[lane] : .infinity, slope: isUnderWay ? slope[lane] : 0)
  }

  mutating func restore(_ lane: Int, _ saved: Saved) {
    time[lane] = saved.time
    membrane[lane] = saved.membrane
    excitatory[lane] = saved.excitatory
    inhibitory[lane] = saved.inhibitory
    threshold[lane] = saved.threshold
    predict(in: LaneMath.only(lane))
    keep(
      Lanes(repeating: saved.crossing), Lanes(repeating: saved.slope),
      where: LaneMath.only(lane) .& (Lanes(repeating: saved.crossing) .< .infinity))
  }
}

extension NeuronBlock.Saved {
  fileprivate init(values v: [Double]) {
    self.init(
      time: v[0], membrane: v[1], excitatory: v[2], inhibitory: v[3], threshold: v[4],
      crossing: v[5], slope: v[6])
  }

  fileprivate var isPossible: Bool {
    values.allSatisfy { !$0.isNaN } && time.isFinite && membrane.isFinite && excitatory >= 0
      && inhibitory >= 0
  }
}
