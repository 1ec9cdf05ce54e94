package import ChipGeometry

/// The digital back ends of all neurons: event address, enable bit and spike counter (chip
/// reference, section 1.4). The refractory time acts on the membrane and belongs to the analog core.
package struct NeuronBackends: Sendable {
  private var addresses = [UInt8](repeating: 0, count: ChipSize.neurons)
  private var enables = [UInt8](repeating: 0, count: ChipSize.neurons)
  /// Bits 7:0 count, bit 8 says that the count has wrapped.
  private var spikeCounts = [UInt16](repeating: 0, count: ChipSize.neurons)

  package init() {}

  /// The low eight bits of the label that the neuron's spikes carry.
  package func addressOut(_ neuron: NeuronIndex) -> UInt8 { addresses[Int(neuron.rawValue)] }
  /// Whether the neuron's spikes become events.
  package func isEnabled(_ neuron: NeuronIndex) -> Bool { enables[Int(neuron.rawValue)] != 0 }
  /// Spikes since the last clear modulo 256; bit 8 is set if there were more than 255.
  package func spikeCount(_ neuron: NeuronIndex) -> UInt16 { spikeCounts[Int(neuron.rawValue)] }

  package mutating func configure(_ neuron: NeuronIndex, addressOut: UInt8, isEnabled: Bool) {
    addresses[Int(neuron.rawValue)] = addressOut
    enables[Int(neuron.rawValue)] = isEnabled ? 1 : 0
  }

  /// Counts a spike and returns the label of its event, nil if the neuron's events are disabled.
  package mutating func label(ofSpikeFrom neuron: NeuronIndex) -> EventLabel? {
    let index = Int(neuron.rawValue)
    let count = spikeCounts[index]
    spikeCounts[index] = count & 0xFF == 0xFF ? 0x100 : count + 1
    guard enables[index] != 0 else { return nil }
    return EventLabel(eventOutput: neuron.eventOutput, addressOut: addresses[index])
  }

  package mutating func clearSpikeCount(_ neuron: NeuronIndex) {
    spikeCounts[Int(neuron.rawValue)] = 0
  }

  /// The first neuron of a hemisphere whose events carry this label, nil if none do.
  package func neuron(emitting label: EventLabel, in hemisphere: Hemisphere) -> NeuronIndex? {
    let output = Int(label.rawValue >> 8) & 7
    let address = UInt8(truncatingIfNeeded: label.rawValue)
    let first = output * ChipSize.columnsPerEventOutput
    for column in first..<first + ChipSize.columnsPerEventOutput {
      let neuron = NeuronIndex(hemisphere, column: column)
      if isEnabled(neuron), addressOut(neuron) == address { return neuron }
    }
    return nil
  }

  package func save(to writer: inout StateWriter) {
    writer.section("back ends")
    writer.writeArray(addresses)
    writer.writeArray(enables)
    writer.writeArray(spikeCounts)
  }

  package init(from reader: inout StateReader) throws(StateError) {
    try reader.section("back ends")
    addresses = try reader.readArray(count: ChipSize.neurons)
    enables = try reader.readArray(count: ChipSize.neurons)
    spikeCounts = try reader.readArray(count: ChipSize.neurons)
  }
}
