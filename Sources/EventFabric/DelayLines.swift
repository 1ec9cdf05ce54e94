package import ChipGeometry

/// The axonal delay of every event source, in ticks. Not on today's silicon.
///
/// The neurons have a line each; the lines of host events (by the low eight bits of their label)
/// and of the background generators are common to both hemispheres.
package struct DelayLines: Sendable {
  /// Lines that one processor sees (``AddressMap/delayLines``).
  package static let countPerHemisphere = Int(AddressMap.delayLines.byteCount / 2)
  private static let hostBase = ChipSize.neurons
  private static let backgroundBase = hostBase + 256
  private static let count = backgroundBase + 16

  private var ticks = [UInt16](repeating: 0, count: Self.count)

  package init() {}

  package func delay(of neuron: NeuronIndex) -> UInt64 { UInt64(ticks[Int(neuron.rawValue)]) }
  package func delay(ofHostEvent label: EventLabel) -> UInt64 {
    UInt64(ticks[Self.hostBase + Int(label.rawValue & 0xFF)])
  }
  package func delay(ofBackground generator: Int) -> UInt64 {
    UInt64(ticks[Self.backgroundBase + generator])
  }

  /// Line `index` of ``AddressMap/delayLines`` as a hemisphere's processor numbers them.
  ///
  /// - Precondition: `index` is 0…527.
  package subscript(hemisphere: Hemisphere, index: Int) -> UInt16 {
    get { ticks[Self.place(hemisphere, index)] }
    set { ticks[Self.place(hemisphere, index)] = newValue & UInt16(AddressMap.maximumDelayTicks) }
  }

  private static func place(_ hemisphere: Hemisphere, _ index: Int) -> Int {
    precondition(index >= 0 && index < countPerHemisphere, "delay line \(index) does not exist")
    return index < ChipSize.columns
      ? Int(hemisphere.rawValue) * ChipSize.columns + index
      : hostBase + index - ChipSize.columns
  }

  package func save(to writer: inout StateWriter) {
    writer.section("delay lines")
    writer.writeArray(ticks)
  }

  package init(from reader: inout StateReader) throws(StateError) {
    try reader.section("delay lines")
    ticks = try reader.readArray(count: Self.count)
  }
}
