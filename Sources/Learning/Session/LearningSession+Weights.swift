import Chip
import ChipGeometry
import SpikeTrace

extension LearningSession {
  /// The masters in the program's memory, of all its processors: weights, and delays if the program
  /// learns them.
  public func masters() throws(SessionError) -> WeightMasters {
    var parts: [WeightMasters] = []
    for hemisphere in network.hemispheres { parts.append(try masters(hemisphere)) }
    return WeightMasters(joining: parts)
  }

  private func masters(_ hemisphere: Hemisphere) throws(SessionError) -> WeightMasters {
    let hiddenCount = network.hiddenNeurons(in: hemisphere).count
    var masters = WeightMasters(
      inputs: configuration.totalInputCount, hidden: hiddenCount,
      outputs: configuration.outputCount,
      hiddenLanes: try halfwords(
        "weights_hidden", hemisphere, rows: configuration.totalInputCount),
      outputLanes: try halfwords("weights_output", hemisphere, rows: configuration.outputCount))
    masters.delays = try delayMasters(hemisphere)
    return masters
  }

  /// Puts masters into the program's memory and tells it to keep them; before ``start()``.
  ///
  /// Delays that the masters lack are zero, and those of a kind that the program lacks are left out.
  ///
  /// - Precondition: the sizes are the network's.
  public mutating func preload(_ masters: WeightMasters) throws(SessionError) {
    precondition(
      masters.inputCount == configuration.totalInputCount
        && masters.hiddenCount == configuration.hiddenCount
        && masters.outputCount == configuration.outputCount, "weights of another network")
    for hemisphere in network.hemispheres {
      try preload(masters.part(network.hiddenNeurons(in: hemisphere)), hemisphere)
    }
  }

  private mutating func preload(
    _ masters: WeightMasters, _ hemisphere: Hemisphere
  ) throws(SessionError) {
    try write(masters.hiddenLanes, to: "weights_hidden", hemisphere)
    try write(masters.outputLanes, to: "weights_output", hemisphere)
    if let delays = masters.delays, delays.kind == program.delayKind {
      precondition(
        (delays.inputs.count, delays.hidden.count) == DelayMasters.counts(delays.kind, masters),
        "delays of another network")
      try write(delays, hemisphere)
    }
    guard !program.isInferenceOnly else { return }
    guard let parameter = program.parameter("weights_preloaded") else {
      throw .unknownParameter("weights_preloaded", known: program.parameters.map(\.name))
    }
    chip.writeWord(hemisphere, at: parameter.address, 1)
  }

  /// Puts the weights that belong to the masters into the synapses, as the program does after each
  /// update: it may read them there.
  mutating func publish(_ masters: WeightMasters) {
    for neuron in 0..<masters.hiddenCount {
      let (hemisphere, index) = network.place(ofHidden: neuron)
      let column = LayeredNetwork.column(hidden: index)
      for input in 0..<masters.inputCount {
        network.setWeight(
          WeightMasters.code(masters.hidden[input * masters.hiddenCount + neuron]),
          from: .input(input), toColumn: column, in: hemisphere, on: &chip)
      }
      for output in 0..<masters.outputCount {
        network.setWeight(
          WeightMasters.code(masters.output[neuron * masters.outputCount + output]),
          from: .hidden(neuron), toColumn: LayeredNetwork.column(output: output), on: &chip)
      }
    }
  }

  /// The program's gradient accumulators, unused lanes left out. They hold the momentum-decayed sums,
  /// or the batch's own gradient at momentum 0. That by an input's delay is the sum of what the
  /// processors have of it.
  public func gradients() throws(SessionError) -> GradientSums {
    var parts: [GradientSums] = []
    for hemisphere in network.hemispheres { parts.append(try gradients(hemisphere)) }
    guard parts.count > 1 else { return parts[0] }
    var sums = GradientSums()
    let inputs = configuration.totalInputCount
    sums.hidden = (0..<inputs).flatMap { input in
      parts.flatMap { part in
        let count = part.hidden.count / inputs
        return part.hidden[input * count..<(input + 1) * count]
      }
    }
    sums.output = parts.flatMap(\.output)
    if program.learnsDelays {
      sums.delays = (0..<inputs).map { input in parts.reduce(0) { $0 &+ $1.delays[input] } }
      sums.delays += parts.flatMap { $0.delays[inputs...] }
    }
    return sums
  }

  private func gradients(_ hemisphere: Hemisphere) throws(SessionError) -> GradientSums {
    let lanes = WeightMasters.laneCount
    let hiddenCount = network.hiddenNeurons(in: hemisphere).count
    let hidden = try words(
      "gradient_hidden", hemisphere, count: lanes * configuration.totalInputCount)
    let output = try words(
      "gradient_output", hemisphere, count: lanes * configuration.outputCount)
    var sums = GradientSums()
    for input in 0..<configuration.totalInputCount {
      for neuron in 0..<hiddenCount {
        sums.hidden.append(hidden[input * lanes + WeightMasters.lane(ofHidden: neuron)])
      }
    }
    for neuron in 0..<hiddenCount {
      for k in 0..<configuration.outputCount {
        sums.output.append(output[k * lanes + WeightMasters.lane(ofHidden: neuron)])
      }
    }
    sums.delays = try delayGradients(hemisphere)
    return sums
  }

  /// The parameter block as it is in the program's memory, by address.
  public func parameters() -> [SessionConfiguration.Setting] {
    program.parameters.map {
      .init($0.name, Int32(bitPattern: chip.readWord(Self.hemisphere, at: $0.address)))
    }
  }

  private func halfwords(
    _ symbol: String, _ hemisphere: Hemisphere, rows: Int
  ) throws(SessionError) -> [Int16] {
    try halfwords(symbol, hemisphere, count: rows * WeightMasters.laneCount)
  }

  func halfwords(
    _ symbol: String, _ hemisphere: Hemisphere, count: Int
  ) throws(SessionError) -> [Int16] {
    let bytes = chip.readMemory(
      hemisphere, at: try program.required(symbol, byteCount: 2 * count), byteCount: 2 * count)
    return (0..<count).map { Int16(bytes[2 * $0]) | Int16(bytes[2 * $0 + 1]) << 8 }
  }

  func words(
    _ symbol: String, _ hemisphere: Hemisphere, count: Int
  ) throws(SessionError) -> [Int32] {
    let bytes = chip.readMemory(
      hemisphere, at: try program.required(symbol, byteCount: 4 * count), byteCount: 4 * count)
    return (0..<count).map { index in
      (0..<4).reversed().reduce(0) { $0 << 8 | Int32(bytes[4 * index + $1]) }
    }
  }

  mutating func write(
    _ values: [Int16], to symbol: String, _ hemisphere: Hemisphere
  ) throws(SessionError) {
    let bytes = values.flatMap { value in
      [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }
    chip.writeMemory(
      hemisphere, at: try program.required(symbol, byteCount: bytes.count), bytes)
  }
}

/// What a program has accumulated as gradients, in its own fixed-point unit.
public struct GradientSums: Equatable, Sendable {
  /// [input][hidden neuron].
  public var hidden: [Int32] = []
  /// [hidden neuron][output].
  public var output: [Int32] = []
  /// By the delays, in the order of ``DelayMasters/values``; empty where none are learned.
  public var delays: [Int32] = []

  public init() {}
}
