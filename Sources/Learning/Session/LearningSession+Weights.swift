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
    if program.learnsDelays {
      let hidden = try halfwords("delays_hidden", rows: 1)
      masters.delays = DelayMasters(
        inputs: try halfwords("delays_input", count: configuration.totalInputCount),
        hidden: (0..<configuration.hiddenCount).map { hidden[WeightMasters.lane(ofHidden: $0)] })
    }
    return masters
  }

  /// Puts masters into the program's memory and tells it to keep them; before ``start()``.
  ///
  /// Delays that the masters lack are zero, and those that the program lacks are left out.
  ///
  /// - Precondition: the sizes are the network's.
  public mutating func preload(_ masters: WeightMasters) throws(SessionError) {
    precondition(
      masters.inputCount == configuration.totalInputCount
        && masters.hiddenCount == configuration.hiddenCount
        && masters.outputCount == configuration.outputCount, "weights of another network")
    try write(masters.hiddenLanes, to: "weights_hidden")
    try write(masters.outputLanes, to: "weights_output")
    if program.learnsDelays, let delays = masters.delays {
      precondition(
        delays.inputs.count == masters.inputCount && delays.hidden.count == masters.hiddenCount,
        "delays of another network")
      var lanes = [Int16](repeating: 0, count: WeightMasters.laneCount)
      for (neuron, delay) in delays.hidden.enumerated() {
        lanes[WeightMasters.lane(ofHidden: neuron)] = delay
      }
      try write(delays.inputs, to: "delays_input")
      try write(lanes, to: "delays_hidden")
    }
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
    if program.learnsDelays {
      let delays = try words("gradient_delay_hidden", count: lanes)
      sums.delays =
        try words("gradient_delay_input", count: configuration.totalInputCount)
        + (0..<configuration.hiddenCount).map { delays[WeightMasters.lane(ofHidden: $0)] }
    }
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

  private func halfwords(_ symbol: String, count: Int) throws(SessionError) -> [Int16] {
    let bytes = chip.readMemory(
      Self.hemisphere, at: try program.required(symbol), byteCount: 2 * count)
    return (0..<count).map { Int16(bytes[2 * $0]) | Int16(bytes[2 * $0 + 1]) << 8 }
  }

  private func words(_ symbol: String, count: Int) throws(SessionError) -> [Int32] {
    let bytes = chip.readMemory(
      Self.hemisphere, at: try program.required(symbol), byteCount: 4 * count)
    return (0..<count).map { index in
      (0..<4).reversed().reduce(0) { $0 << 8 | Int32(bytes[4 * index + $1]) }
    }
  }

  private mutating func write(_ values: [Int16], to symbol: String) throws(SessionError) {
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
  /// By the delays of the inputs, then of the hidden neurons; empty where none are learned.
  public var delays: [Int32] = []

  public init() {}
}

extension LearningSession {
  /// The delay lines as the program has set them.
  public func delays() -> SourceDelays {
    let inputs = (0..<configuration.totalInputCount).map { input in
      256 + Int(LayeredNetwork.label(.input(input)).rawValue & 0xFF)
    }
    let hidden = (0..<configuration.hiddenCount).map { LayeredNetwork.column(hidden: $0) }
    return SourceDelays(
      ticks: (inputs + hidden).map { chip.delay(Self.hemisphere, line: $0) })
  }
}
