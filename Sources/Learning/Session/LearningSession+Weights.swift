import Chip
import ChipGeometry
import SpikeTrace

extension LearningSession {
  /// The masters in the program's memory: weights, and delays if the program learns them.
  public func masters() throws(SessionError) -> WeightMasters {
    var masters = WeightMasters(
      inputs: configuration.totalInputCount, hidden: configuration.hiddenCount,
      outputs: configuration.outputCount,
      hiddenLanes: try halfwords("weights_hidden", rows: configuration.totalInputCount),
      outputLanes: try halfwords("weights_output", rows: configuration.outputCount))
    masters.delays = try delayMasters()
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
    try write(masters.hiddenLanes, to: "weights_hidden")
    try write(masters.outputLanes, to: "weights_output")
    if let delays = masters.delays, delays.kind == program.delayKind {
      precondition(
        (delays.inputs.count, delays.hidden.count) == DelayMasters.counts(delays.kind, masters),
        "delays of another network")
      try write(delays)
    }
    guard !program.isInferenceOnly else { return }
    guard let parameter = program.parameter("weights_preloaded") else {
      throw .unknownParameter("weights_preloaded", known: program.parameters.map(\.name))
    }
    chip.writeWord(Self.hemisphere, at: parameter.address, 1)
  }

  /// The program's gradient accumulators, unused lanes left out. They hold the momentum-decayed sums,
  /// or the batch's own gradient at momentum 0.
  public func gradients() throws(SessionError) -> GradientSums {
    let lanes = WeightMasters.laneCount
    let hidden = try words("gradient_hidden", count: lanes * configuration.totalInputCount)
    let output = try words("gradient_output", count: lanes * configuration.outputCount)
    var sums = GradientSums()
    for input in 0..<configuration.totalInputCount {
      for neuron in 0..<configuration.hiddenCount {
        sums.hidden.append(hidden[input * lanes + WeightMasters.lane(ofHidden: neuron)])
      }
    }
    for neuron in 0..<configuration.hiddenCount {
      for k in 0..<configuration.outputCount {
        sums.output.append(output[k * lanes + WeightMasters.lane(ofHidden: neuron)])
      }
    }
    sums.delays = try delayGradients()
    return sums
  }

  /// The parameter block as it is in the program's memory, by address.
  public func parameters() -> [SessionConfiguration.Setting] {
    program.parameters.map {
      .init($0.name, Int32(bitPattern: chip.readWord(Self.hemisphere, at: $0.address)))
    }
  }

  private func halfwords(_ symbol: String, rows: Int) throws(SessionError) -> [Int16] {
    try halfwords(symbol, count: rows * WeightMasters.laneCount)
  }

  func halfwords(_ symbol: String, count: Int) throws(SessionError) -> [Int16] {
    let bytes = chip.readMemory(
      Self.hemisphere, at: try program.required(symbol), byteCount: 2 * count)
    return (0..<count).map { Int16(bytes[2 * $0]) | Int16(bytes[2 * $0 + 1]) << 8 }
  }

  func words(_ symbol: String, count: Int) throws(SessionError) -> [Int32] {
    let bytes = chip.readMemory(
      Self.hemisphere, at: try program.required(symbol), byteCount: 4 * count)
    return (0..<count).map { index in
      (0..<4).reversed().reduce(0) { $0 << 8 | Int32(bytes[4 * index + $1]) }
    }
  }

  mutating func write(_ values: [Int16], to symbol: String) throws(SessionError) {
    let bytes = values.flatMap { value in
      [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }
    chip.writeMemory(Self.hemisphere, at: try program.required(symbol), bytes)
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
