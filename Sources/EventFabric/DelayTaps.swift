public import ChipGeometry

/// The copies in which the events of one source are delivered instead of once: a copy per tap, each
/// with a delay and a label of its own. Not on today's silicon.
///
/// So a synapse can have its own delay. The copies of a source share its synapse driver and its two
/// rows; those for different columns differ in their synapse label, of which there are 64. What they
/// cost is time on the bus, which carries one event per 8 ns. The recorders see the one emission.
public struct DelayTaps: Hashable, BitwiseCopyable, Sendable {
  /// Rows of a hemisphere's tap memory.
  public static let rowCount = AddressMap.delayTapRowCount
  /// Taps of a row.
  public static let maximumCount = AddressMap.delayTapsPerRow

  /// Whose tap memory holds the delays, and which row of it.
  public let hemisphere: Hemisphere
  public let row: Int
  /// Copies of an event; tap t of the row delays copy t.
  public let count: Int
  /// What copy 0 carries towards the crossbar; copy t carries t more.
  public let label: EventLabel

  /// - Precondition: the row is 0…63, the count 1…64, and no label is above 0xFFFF.
  public init(_ hemisphere: Hemisphere, row: Int, count: Int, label: EventLabel) {
    precondition(row >= 0 && row < Self.rowCount, "tap row \(row) does not exist")
    precondition(count > 0 && count <= Self.maximumCount, "a row does not have \(count) taps")
    precondition(Int(label.rawValue) + count <= 0x1_0000, "the labels do not exist")
    self.hemisphere = hemisphere
    self.row = row
    self.count = count
    self.label = label
  }
}

/// The delays of all taps, and which sources have taps.
///
/// Neurons and host events (by the low eight bits of their label) can have taps. The delay of a tap
/// comes after that of the source's delay line.
package struct TapMemory: Sendable {
  /// Halfwords that one processor sees (``AddressMap/delayTaps``).
  private static let countPerHemisphere = DelayTaps.rowCount * DelayTaps.maximumCount
  private static let hostBase = ChipSize.neurons
  private static let sourceCount = hostBase + 256

  private var ticks = [UInt16](repeating: 0, count: 2 * countPerHemisphere)
  /// By source: taps (0: none), row of the whole chip, label of copy 0.
  private var counts = [UInt8](repeating: 0, count: sourceCount)
  private var rows = [UInt8](repeating: 0, count: sourceCount)
  private var labels = [UInt16](repeating: 0, count: sourceCount)

  package init() {}

  static func source(_ neuron: NeuronIndex) -> Int { Int(neuron.rawValue) }
  static func source(hostEvent label: EventLabel) -> Int {
    hostBase + Int(label.rawValue & 0xFF)
  }

  /// Copies that an event of the source becomes; 0: it has no taps and goes as it is.
  func copyCount(of source: Int) -> Int { Int(counts[source]) }

  /// Copy `index` of an event of the source.
  func copy(_ index: Int, of source: Int) -> (label: EventLabel, delayTicks: UInt64) {
    (
      EventLabel(labels[source] + UInt16(index)),
      UInt64(ticks[Int(rows[source]) * DelayTaps.maximumCount + index])
    )
  }

  package func taps(ofNeuron neuron: NeuronIndex) -> DelayTaps? { taps(Self.source(neuron)) }
  package func taps(ofHostEvent label: EventLabel) -> DelayTaps? {
    taps(Self.source(hostEvent: label))
  }
  package mutating func setTaps(_ taps: DelayTaps?, ofNeuron neuron: NeuronIndex) {
    set(taps, Self.source(neuron))
  }
  package mutating func setTaps(_ taps: DelayTaps?, ofHostEvent label: EventLabel) {
    set(taps, Self.source(hostEvent: label))
  }

  private func taps(_ source: Int) -> DelayTaps? {
    guard counts[source] != 0 else { return nil }
    let row = Int(rows[source])
    return DelayTaps(
      row < DelayTaps.rowCount ? .top : .bottom, row: row % DelayTaps.rowCount,
      count: Int(counts[source]), label: EventLabel(labels[source]))
  }

  private mutating func set(_ taps: DelayTaps?, _ source: Int) {
    counts[source] = UInt8(taps?.count ?? 0)
    rows[source] = UInt8(
      taps.map { Int($0.hemisphere.rawValue) * DelayTaps.rowCount + $0.row } ?? 0)
    labels[source] = taps?.label.rawValue ?? 0
  }

  /// Tap `index` of ``AddressMap/delayTaps``, row after row, as a hemisphere's processor numbers them.
  ///
  /// - Precondition: `index` is 0…4095.
  package subscript(hemisphere: Hemisphere, index: Int) -> UInt16 {
    get { ticks[Self.place(hemisphere, index)] }
    set { ticks[Self.place(hemisphere, index)] = newValue & UInt16(AddressMap.maximumDelayTicks) }
  }

  private static func place(_ hemisphere: Hemisphere, _ index: Int) -> Int {
    precondition(index >= 0 && index < countPerHemisphere, "tap \(index) does not exist")
    return Int(hemisphere.rawValue) * countPerHemisphere + index
  }

  package func save(to writer: inout StateWriter) {
    writer.section("delay taps")
    writer.writeArray(ticks)
    writer.writeArray(counts)
    writer.writeArray(rows)
    writer.writeArray(labels)
  }

  package init(from reader: inout StateReader) throws(StateError) {
    try reader.section("delay taps")
    ticks = try reader.readArray(count: 2 * Self.countPerHemisphere)
    counts = try reader.readArray(count: Self.sourceCount)
    rows = try reader.readArray(count: Self.sourceCount)
    labels = try reader.readArray(count: Self.sourceCount)
    for source in counts.indices {
      guard Int(counts[source]) <= DelayTaps.maximumCount,
        Int(rows[source]) < 2 * DelayTaps.rowCount,
        Int(labels[source]) + Int(counts[source]) <= 0x1_0000
      else { throw .invalidValue(offset: reader.offset, meaning: "the taps of a source") }
    }
  }
}
