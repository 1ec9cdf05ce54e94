import ChipGeometry

/// The fine-grained weights that a learning program keeps in its memory: 16 bits each, ±32767 the
/// full weight range, of which the synapses hold the rounding to 6 bits plus sign.
public struct WeightMasters: Equatable, Sendable {
  public let inputCount: Int
  public let hiddenCount: Int
  public let outputCount: Int
  /// [input][hidden neuron], flattened; the bias is the last input.
  public var hidden: [Int16]
  /// [hidden neuron][output], flattened.
  public var output: [Int16]
  /// Of the delays, nil where none are learned.
  public var delays: DelayMasters?

  public init(inputs: Int, hidden: Int, outputs: Int) {
    (inputCount, hiddenCount, outputCount) = (inputs, hidden, outputs)
    self.hidden = [Int16](repeating: 0, count: inputs * hidden)
    output = [Int16](repeating: 0, count: hidden * outputs)
  }

  /// The lane that a hidden neuron has in the program's vectors: 30 neurons to a block of 32.
  public static func lane(ofHidden neuron: Int) -> Int { 32 * (neuron / 30) + neuron % 30 }

  /// Lanes of the program's vectors.
  public static let laneCount = 128

  /// The 6-bit code plus sign, -63…63, that the synapses hold for a master.
  public static func code(_ master: Int16) -> Int { (Int(master) * 63 + 0x4000) >> 15 }

  /// SHA-256 over the masters as 16-bit little-endian numbers: hidden layer [source][neuron], then
  /// output layer [source][neuron].
  public var sha256: String {
    SHA256.hexDigest(
      (hidden + output).flatMap { value in
        [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
      })
  }

  /// Takes `hidden` as [input][128 lanes] and `output` as [output][128 lanes], the program's layout.
  public init(inputs: Int, hidden: Int, outputs: Int, hiddenLanes: [Int16], outputLanes: [Int16]) {
    self.init(inputs: inputs, hidden: hidden, outputs: outputs)
    for neuron in 0..<hidden {
      let lane = Self.lane(ofHidden: neuron)
      for input in 0..<inputs {
        self.hidden[input * hidden + neuron] = hiddenLanes[input * Self.laneCount + lane]
      }
      for k in 0..<outputs {
        output[neuron * outputs + k] = outputLanes[k * Self.laneCount + lane]
      }
    }
  }

  /// The weights of a network whose hidden neurons are those of all parts, in order; the delays of the
  /// inputs are the first part's.
  ///
  /// - Precondition: there is a part, and all have the same inputs and outputs.
  init(joining parts: [WeightMasters]) {
    let first = parts[0]
    guard parts.count > 1 else {
      self = first
      return
    }
    self.init(
      inputs: first.inputCount, hidden: parts.reduce(0) { $0 + $1.hiddenCount },
      outputs: first.outputCount)
    hidden = (0..<inputCount).flatMap { input in
      parts.flatMap { $0.hidden[input * $0.hiddenCount..<(input + 1) * $0.hiddenCount] }
    }
    output = parts.flatMap(\.output)
    if let inputs = first.delays?.inputs {
      delays = DelayMasters(inputs: inputs, hidden: parts.flatMap { $0.delays?.hidden ?? [] })
    }
  }

  /// The weights, and axonal delays, of some of the hidden neurons. (Synaptic delays are of one
  /// hemisphere only.)
  func part(_ neurons: Range<Int>) -> WeightMasters {
    guard neurons.count < hiddenCount else { return self }
    var part = WeightMasters(inputs: inputCount, hidden: neurons.count, outputs: outputCount)
    part.hidden = (0..<inputCount).flatMap { input in
      hidden[input * hiddenCount + neurons.lowerBound..<input * hiddenCount + neurons.upperBound]
    }
    part.output = Array(
      output[neurons.lowerBound * outputCount..<neurons.upperBound * outputCount])
    if let delays, delays.kind == .axonal {
      part.delays = DelayMasters(inputs: delays.inputs, hidden: Array(delays.hidden[neurons]))
    }
    return part
  }

  /// The hidden layer as [input][128 lanes], unused lanes zero.
  public var hiddenLanes: [Int16] {
    var lanes = [Int16](repeating: 0, count: inputCount * Self.laneCount)
    for input in 0..<inputCount {
      for neuron in 0..<hiddenCount {
        lanes[input * Self.laneCount + Self.lane(ofHidden: neuron)] =
          hidden[input * hiddenCount + neuron]
      }
    }
    return lanes
  }

  /// The output layer as [output][128 lanes], unused lanes zero.
  public var outputLanes: [Int16] {
    var lanes = [Int16](repeating: 0, count: outputCount * Self.laneCount)
    for k in 0..<outputCount {
      for neuron in 0..<hiddenCount {
        lanes[k * Self.laneCount + Self.lane(ofHidden: neuron)] = output[neuron * outputCount + k]
      }
    }
    return lanes
  }
}
