import AnalogCore
package import ChipGeometry
import EventFabric
import PlasticityProcessor

// What a debugger looks at and changes while the chip's time stands still.

extension Chip {
  /// Bytes as a processor would read them, without the side effects of a read: SRAM, weights, labels,
  /// recorder, delay lines and taps, timer, counters, control registers, shared words.
  ///
  /// - Returns: nil if some byte cannot be read so.
  package mutating func inspect(
    _ hemisphere: Hemisphere, at address: UInt32, byteCount: Int
  ) -> [UInt8]? {
    let isLocal = withProcessor(hemisphere) { $0.isInSRAM(address, byteCount: byteCount) }
    if isLocal { return readMemory(hemisphere, at: address, byteCount: byteCount) }
    let time = ClockTime(cycles: max(now.cycles, cycle(hemisphere)))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    for index in 0..<byteCount {
      let place = address &+ UInt32(truncatingIfNeeded: index)
      let byte =
        switch hemisphere {
        case .top: BusAccess.peek(place, &top, analog, fabric, shared, busMap, at: time)
        case .bottom: BusAccess.peek(place, &bottom, analog, fabric, shared, busMap, at: time)
        }
      guard let byte else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  /// Writes bytes of the SRAM, the synapse weights or the synapse labels.
  ///
  /// - Returns: false if some byte is elsewhere; nothing is written then.
  package mutating func modify(
    _ hemisphere: Hemisphere, at address: UInt32, _ bytes: [UInt8]
  ) -> Bool {
    if withProcessor(hemisphere, { $0.isInSRAM(address, byteCount: bytes.count) }) {
      writeMemory(hemisphere, at: address, bytes)
      return true
    }
    guard let place = busMap.place(of: address, elementByteCount: 1, isWrite: true),
      place.byteCount >= bytes.count
    else { return false }
    let memory: AnalogCore.SynapseMemory
    switch place.block {
    case .synapseWeights: memory = .weights
    case .synapseLabels: memory = .labels
    case .randomGenerators, .neuronReset, .columnADC, .columnADCOffsets, .neuronReadout,
      .parameterMemory, .recorderEntries, .recorderRegisters, .delayLines, .delayTaps, .timer,
      .counters, .control, .shared, .correlationCausal, .correlationAcausal,
      .correlationCalibration,
      .correlationColumns:
      return false
    }
    analog.write(memory, hemisphere, offset: place.offset, from: bytes.span)
    return true
  }

  /// The events that have been recorded and not yet taken: what a checkpoint does not hold.
  package var recordedEvents: [SpikeEvent] {
    get { fabric.log }
    set { fabric.log = newValue }
  }

  /// The membrane potential of a neuron now, in threshold units. Changes nothing.
  ///
  /// - Precondition: the chip has run until now, not into its middle: nothing of this cycle has
  ///   happened.
  package func membrane(of neuron: NeuronIndex) -> Double { analog.membrane(of: neuron, at: now) }
}
