import Chip
import ChipGeometry
import SpikeTrace

extension LearningSession {
  /// The weight masters in the program's memory.
  public func masters() throws(SessionError) -> WeightMasters {
    WeightMasters(
      inputs: configuration.totalInputCount, hidden: configuration.hiddenCount,
      outputs: configuration.outputCount,
      hiddenLanes: try halfwords("weights_hidden", rows: configuration.totalInputCount),
      outputLanes: try halfwords("weights_output", rows: configuration.outputCount))
  }

  /// Puts weight masters into the program's memory and tells it to keep them; before ``start()``.
  ///
  /// - Precondition: the sizes are the network's.
  public mutating func preload(_ masters: WeightMasters) throws(SessionError) {
    precondition(
      masters.inputCount == configuration.totalInputCount
        && masters.hiddenCount == configuration.hiddenCount
        && masters.outputCount == configuration.outputCount, "weights of another network")
    try write(masters.hiddenLanes, to: "weights_hidden")
    try write(masters.outputLanes, to: "weights_output")
    guard let parameter = program.parameter("weights_preloaded") else {
      throw .unknownParameter("weights_preloaded", known: program.parameters.map(\.name))
    }
    chip.writeWord(Self.hemisphere, at: parameter.address, 1)
  }

  /// The program's gradient accumulators: [input][hidden], then [hidden][output], unused lanes left
  /// out. They hold the momentum-decayed sums, or the batch's own gradient at momentum 0.
  public func gradients() throws(SessionError) -> GradientSums {
    let lanes = WeightMasters.laneCount
    let hidden = try words("gradient_hidden", rows: configuration.totalInputCount)
    let output = try words("gradient_output", rows: configuration.outputCount)
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
    return sums
  }

  /// The parameter block as it is in the program's memory, by address.
  public func parameters() -> [SessionConfiguration.Setting] {
    program.parameters.map {
      .init($0.name, Int32(bitPattern: chip.readWord(Self.hemisphere, at: $0.address)))
    }
  }

  private func halfwords(_ symbol: String, rows: Int) throws(SessionError) -> [Int16] {
    let count = rows * WeightMasters.laneCount
    let bytes = chip.readMemory(
      Self.hemisphere, at: try program.required(symbol), byteCount: 2 * count)
    return (0..<count).map { Int16(bytes[2 * $0]) | Int16(bytes[2 * $0 + 1]) << 8 }
  }

  private func words(_ symbol: String, rows: Int) throws(SessionError) -> [Int32] {
    let count = rows * WeightMasters.laneCount
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

  public init() {}
}

/// The axonal delays of a network's sources.
public struct SourceDelays: Equatable, Sendable {
  /// In ticks of 8 ns: inputs, then hidden neurons.
  public var ticks: [UInt16]

  /// SHA-256 over the delays as 16-bit little-endian numbers, in the same order.
  public var sha256: String {
    SHA256.hexDigest(
      ticks.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
  }
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
