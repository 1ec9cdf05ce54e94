public import ChipGeometry

/// One of the 20 inputs of the event crossbar (chip reference, section 1.3).
public struct CrossbarInput: Hashable, BitwiseCopyable, Sendable {
  public static let count = 20
  /// 0…7 neuron event outputs, 8…11 links from the host, 12…19 background generators.
  public let rawValue: UInt8

  private init(_ rawValue: Int) { self.rawValue = UInt8(rawValue) }

  /// What columns 32 i … 32 i + 31 of both hemispheres emit.
  ///
  /// - Precondition: `index` is 0…7.
  public static func neuronOutput(_ index: Int) -> Self {
    precondition(0..<ChipSize.eventOutputs ~= index, "event output \(index) does not exist")
    return Self(index)
  }

  /// - Precondition: `index` is 0…3.
  public static func link(_ index: Int) -> Self {
    precondition(0..<ChipSize.linkInputs ~= index, "link \(index) does not exist")
    return Self(8 + index)
  }

  /// - Precondition: `index` is 0…7.
  public static func background(_ index: Int) -> Self {
    precondition(
      0..<ChipSize.backgroundGenerators ~= index, "background generator \(index) does not exist")
    return Self(12 + index)
  }

  public static let all = (0..<count).map { Self($0) }

  /// What the events of an input are.
  static func origin(of input: UInt8) -> SpikeEvent.Flags {
    switch input {
    case 0..<8: .neuron
    case 8..<12: .stimulus
    default: .background
    }
  }
}

/// One of the 12 outputs of the event crossbar.
public struct CrossbarOutput: Hashable, BitwiseCopyable, Sendable {
  public static let count = 12
  /// 0…7 PADI buses, the top hemisphere's first; 8…11 links to the host.
  public let rawValue: UInt8

  private init(_ rawValue: Int) { self.rawValue = UInt8(rawValue) }

  /// - Precondition: `index` is 0…3.
  public static func bus(_ hemisphere: Hemisphere, _ index: Int) -> Self {
    precondition(0..<ChipSize.busesPerHemisphere ~= index, "PADI bus \(index) does not exist")
    return Self(Int(hemisphere.rawValue) * ChipSize.busesPerHemisphere + index)
  }

  /// - Precondition: `index` is 0…3.
  public static func link(_ index: Int) -> Self {
    precondition(0..<ChipSize.linkInputs ~= index, "link \(index) does not exist")
    return Self(8 + index)
  }

  public static let all = (0..<count).map { Self($0) }
}

/// What decides at one crossing of the crossbar whether an event passes.
public struct CrossbarNode: Hashable, BitwiseCopyable, Sendable {
  /// 14 bits; an event passes if `(label & mask) == target`.
  public var mask: UInt16
  /// 14 bits.
  public var target: UInt16
  /// Whether events that a full queue refuses count in the drop counter of the node's input.
  public var countsDrops: Bool

  public init(mask: UInt16, target: UInt16, countsDrops: Bool = true) {
    self.mask = mask & 0x3FFF
    self.target = target & 0x3FFF
    self.countsDrops = countsDrops
  }

  /// Passes nothing: no label under mask 0 equals 0x3FFF.
  public static let silent = CrossbarNode(mask: 0, target: 0x3FFF)
  /// Passes everything.
  public static let open = CrossbarNode(mask: 0, target: 0)

  /// Whether an event with this label passes.
  public func passes(_ label: EventLabel) -> Bool { label.neuronLabel & mask == target }
}

/// Where the crossbar has nodes: 76 of the 240 crossings exist.
///
/// A neuron output i reaches bus i mod 4 of both hemispheres and link output i mod 4; a link input j
/// all buses and link output j; a background generator b bus b and link output b mod 4. Nodes are
/// numbered by input, then in this order.
public enum CrossbarLayout {
  public static let nodeCount = 76

  /// The outputs that an input has a node with, in the order of the nodes.
  public static func outputs(of input: CrossbarInput) -> [CrossbarOutput] {
    let index = Int(input.rawValue)
    return switch index {
    case 0..<8: [.bus(.top, index % 4), .bus(.bottom, index % 4), .link(index % 4)]
    case 8..<12:
      (0..<4).map { .bus(.top, $0) } + (0..<4).map { .bus(.bottom, $0) } + [.link(index - 8)]
    default:
      [.bus(index - 12 < 4 ? .top : .bottom, (index - 12) % 4), .link((index - 12) % 4)]
    }
  }

  /// The number of the node between an input and an output, nil where the chip has none.
  public static func nodeIndex(from input: CrossbarInput, to output: CrossbarOutput) -> Int? {
    var first = 0
    for other in CrossbarInput.all {
      let outputs = outputs(of: other)
      if other == input {
        return outputs.firstIndex(of: output).map { first + $0 }
      }
      first += outputs.count
    }
    return nil
  }
}
