import AnalogCore
public import ChipGeometry
import EventFabric

/// Why a network does not fit on the chip: what it needs, what there is, and where.
public struct MappingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What there is not enough of.
  public var resource: String
  public var need: Int
  public var have: Int
  /// The part of the chip that was looked at, and what limits it.
  public var place: String

  package init(resource: String, need: Int, have: Int, place: String) {
    (self.resource, self.need, self.have, self.place) = (resource, need, have, place)
  }

  public var description: String {
    "the network does not fit: it needs \(need) \(resource), there are \(have) (\(place))"
  }
}

/// A network of inputs, one hidden layer and an output layer in one hemisphere or both: the standard
/// mapping of the learning programs.
///
/// Each of the four PADI buses of a hemisphere has 32 synapse drivers, and each source needs one: its
/// excitatory row and its inhibitory row carry the two signs of a weight. A block of 32 columns
/// shares an event output, which reaches only one bus. So 30 hidden neurons sit in each of the blocks
/// 0…3 with their 30 drivers on the block's bus; the two drivers that remain on each bus take the
/// inputs, at most eight; outputs sit in block 4 and reach no bus. Row select is not used (all
/// driver masks are 0); sources of one bus differ in their synapse label.
///
/// | source | column | event label | bus | index on the bus | slot |
/// |---|---|---|---|---|---|
/// | hidden h, lane l = 32 (h / 30) + h mod 30 | l | (l / 32) << 8 \| l mod 32 | l / 32 | l mod 32 | l |
/// | input k; the bias is the last | | 0x520 + k | k mod 4 | 30 + k / 4 | 160 + k |
/// | output o | 128 + o | 0x400 + o | | | 128 + o |
/// | teacher of class c | | 0x600 + c | | | 192 + c |
/// | end of sample | | 0x700 | | | 224 |
///
/// The slot, label[10:8] · 32 + label[4:0], numbers all of them from 0 to 255.
///
/// With ``hasSynapticDelays`` every source has delay taps, one per neuron that it reaches. Now the row
/// select tells the drivers of a bus apart (all masks are 31), and the synapse label the copies of an
/// event: copy t is for the neuron t of the next layer, in whose column the source's two rows have
/// label t. So no more rows are needed, and as many labels as the layer has neurons; but each
/// copy takes its 8 ns on the bus. All hidden neurons sit in block 0.
///
/// A network that spans both hemispheres has the first half of its hidden neurons in the top one, the
/// rest in the same places of the bottom one, where bit 6 of their labels is set: by it the
/// crossbar tells them apart. Every input reaches its drivers in both. An output is the joined
/// neuron (``Chip/setJoined(_:column:)``) of both circuits of its column: either listens to the
/// hidden neurons of its own hemisphere, with twice the gain, since a joined neuron has half of each
/// input. Both emit its spikes.
public struct LayeredNetwork: Hashable, Sendable {
  /// Input sources, the bias included.
  public let inputCount: Int
  public let hiddenCount: Int
  public let outputCount: Int
  /// Whether the last input is a bias: an event that every sample has at the same time.
  public let hasBias: Bool
  /// Where it lies, if not in both.
  public let hemisphere: Hemisphere
  /// Whether each synapse has a delay of its own (``DelayTaps``).
  public let hasSynapticDelays: Bool
  public let spansBoth: Bool

  public static let maximumInputCount = 8
  /// In one hemisphere.
  public static let maximumHiddenCount = 120
  public static let maximumOutputCount = 8
  /// Hidden neurons in a block of 32 columns.
  public static let hiddenPerBlock = 30
  /// Drivers with this index on their bus and above take inputs.
  static let firstInputIndex = 30

  /// - Parameters:
  ///   - inputs: without the bias.
  ///   - hidden: neurons of the hidden layer.
  ///   - outputs: neurons of the output layer.
  ///   - hasBias: whether a bias is added as the last input.
  ///   - hemisphere: where the network lies.
  ///   - hasSynapticDelays: whether each synapse has a delay of its own.
  ///   - spansBoth: whether it lies in both instead.
  /// - Throws: what does not fit.
  public init(
    inputs: Int, hidden: Int, outputs: Int, hasBias: Bool = true, hemisphere: Hemisphere = .top,
    hasSynapticDelays: Bool = false, spansBoth: Bool = false
  ) throws(MappingError) {
    for (count, layer) in [(inputs, "input"), (hidden, "hidden neuron"), (outputs, "output")]
    where count < 1 {
      throw MappingError(
        resource: layer, need: 1, have: count, place: "no layer of a network is empty")
    }
    guard !spansBoth || hidden > 1 else {
      throw MappingError(
        resource: "hidden neurons for two processors", need: 2, have: hidden,
        place: "each hemisphere has one at least")
    }
    let inputCount = inputs + (hasBias ? 1 : 0)
    let place = spansBoth ? "both hemispheres" : "\(hemisphere) hemisphere"
    let mostHidden = Self.maximumHiddenCount * (spansBoth ? 2 : 1)
    guard inputCount <= Self.maximumInputCount else {
      throw MappingError(
        resource: hasBias ? "input drivers, one of them for the bias" : "input drivers",
        need: inputCount, have: Self.maximumInputCount,
        place: "\(place), drivers 30 and 31 of each of the PADI buses 0 to 3")
    }
    guard hidden <= mostHidden else {
      throw MappingError(
        resource: "hidden neurons", need: hidden, have: mostHidden,
        place: "\(place), 30 in each of the column blocks 0 to 3: an event output reaches one PADI "
          + "bus, whose drivers 0 to 29 they need")
    }
    guard !hasSynapticDelays || hidden <= Self.hiddenPerBlock else {
      throw MappingError(
        resource: "hidden neurons with a delay per synapse", need: hidden,
        have: Self.hiddenPerBlock, place: "\(place), rows 0 to 29 of the delay taps")
    }
    guard !hasSynapticDelays || !spansBoth else {
      throw MappingError(
        resource: "hemispheres with a delay per synapse", need: 2, have: 1,
        place: "copies of an event reach one hemisphere")
    }
    guard outputs <= Self.maximumOutputCount else {
      throw MappingError(
        resource: "output neurons", need: outputs, have: Self.maximumOutputCount,
        place: "\(place), columns 128 to 135")
    }
    self.inputCount = inputCount
    hiddenCount = hidden
    outputCount = outputs
    self.hasBias = hasBias
    self.hasSynapticDelays = hasSynapticDelays
    self.hemisphere = spansBoth ? .top : hemisphere
    self.spansBoth = spansBoth
  }

  // MARK: Hemispheres

  /// Those that the network lies in.
  public var hemispheres: [Hemisphere] { spansBoth ? [.top, .bottom] : [hemisphere] }

  /// The hidden neurons in a hemisphere.
  public func hiddenNeurons(in hemisphere: Hemisphere) -> Range<Int> {
    guard spansBoth else { return 0..<(hemisphere == self.hemisphere ? hiddenCount : 0) }
    let topCount = (hiddenCount + 1) / 2
    return hemisphere == .top ? 0..<topCount : topCount..<hiddenCount
  }

  /// The hemisphere of a hidden neuron, and its number among those there.
  public func place(ofHidden h: Int) -> (hemisphere: Hemisphere, index: Int) {
    let bottom = hiddenNeurons(in: .bottom)
    guard spansBoth, bottom.contains(h) else { return (hemisphere, h) }
    return (.bottom, h - bottom.lowerBound)
  }

  // MARK: Sources

  /// Something that emits events.
  public enum Source: Hashable, Sendable {
    /// 0…; the bias is the last input.
    case input(Int)
    case hidden(Int)
    case output(Int)
    /// The host's supervision: the class of the sample.
    case teacher(Int)
    case endOfSample
  }

  public static let endOfSampleLabel = EventLabel(0x700)

  /// The label that the source's events carry in this network.
  public func label(of source: Source) -> EventLabel {
    guard case .hidden(let h) = source else { return Self.label(source) }
    let (hemisphere, index) = place(ofHidden: h)
    let isMarked = spansBoth && hemisphere == .bottom
    return EventLabel(
      Self.label(.hidden(index)).rawValue | (isMarked ? Self.bottomLabelBit : 0))
  }

  /// What marks the hidden neurons of the bottom hemisphere in a network that spans both.
  static let bottomLabelBit = UInt16(ProgramInterface.bottomLabelBit)

  /// The label that the source's events carry in a network in one hemisphere.
  public static func label(_ source: Source) -> EventLabel {
    switch source {
    case .input(let k): EventLabel(0x520 + UInt16(k))
    case .hidden(let h): EventLabel(UInt16(h / hiddenPerBlock) << 8 | UInt16(h % hiddenPerBlock))
    case .output(let o): EventLabel(0x400 + UInt16(o))
    case .teacher(let c): EventLabel(0x600 + UInt16(c))
    case .endOfSample: endOfSampleLabel
    }
  }

  /// The number that programs know a source by, 0…255.
  public static func slot(_ source: Source) -> Int {
    let label = Int(label(source).rawValue)
    return (label >> 8 & 7) << 5 | label & 31
  }

  /// The column of a hidden neuron.
  public static func column(hidden h: Int) -> Int {
    ChipSize.columnsPerEventOutput * (h / hiddenPerBlock) + h % hiddenPerBlock
  }

  /// The column of an output neuron.
  public static func column(output o: Int) -> Int { 128 + o }

  /// The synapse driver of a source that reaches neurons, nil of others.
  public static func driver(_ source: Source) -> Int? {
    let (bus, index): (Int, Int)
    switch source {
    case .hidden(let h): (bus, index) = (h / hiddenPerBlock, h % hiddenPerBlock)
    case .input(let k): (bus, index) = (k % 4, firstInputIndex + k / 4)
    case .output, .teacher, .endOfSample: return nil
    }
    return index * ChipSize.busesPerHemisphere + bus
  }

  // MARK: Names

  /// Where a source or neuron of the network is on the chip.
  public struct Address: Hashable, Sendable {
    /// `input[0]`, `bias`, `hidden[17]` or `output[2]`.
    public var name: String
    public var hemisphere: Hemisphere
    /// Whether it is at the same place of the other hemisphere too.
    public var isInBoth = false
    /// Of a neuron.
    public var column: Int?
    /// Of a source that reaches neurons.
    public var driver: Int?
    /// Of its positive weights.
    public var excitatoryRow: Int?
    /// Of its negative weights.
    public var inhibitoryRow: Int?
    /// The PADI bus of its events, 0…3 within the hemisphere.
    public var bus: Int?
    public var label: EventLabel
    public var slot: Int
  }

  /// All inputs, hidden and output neurons with their places, in this order.
  public var addresses: [Address] {
    (0..<inputCount).map {
      address($0 == inputCount - 1 && hasBias ? "bias" : "input[\($0)]", .input($0), nil)
    }
      + (0..<hiddenCount).map {
        address("hidden[\($0)]", .hidden($0), Self.column(hidden: place(ofHidden: $0).index))
      }
      + (0..<outputCount).map { address("output[\($0)]", .output($0), Self.column(output: $0)) }
  }

  private func address(_ name: String, _ source: Source, _ column: Int?) -> Address {
    var (place, isInBoth, local) = (hemisphere, spansBoth, source)
    if case .hidden(let h) = source {
      let (own, index) = self.place(ofHidden: h)
      (place, isInBoth, local) = (own, false, .hidden(index))
    }
    let driver = Self.driver(local)
    return Address(
      name: name, hemisphere: place, isInBoth: isInBoth, column: column, driver: driver,
      excitatoryRow: driver.map { 2 * $0 }, inhibitoryRow: driver.map { 2 * $0 + 1 },
      bus: driver.map { $0 % ChipSize.busesPerHemisphere }, label: label(of: source),
      slot: Self.slot(local))
  }
}
