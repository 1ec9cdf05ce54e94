public import AnalogCore
public import ChipGeometry

/// A sample of the membrane converter.
public struct MembraneSample: Equatable, BitwiseCopyable, Sendable {
  /// Time stamp in ticks of 8 ns.
  public var tick: UInt64
  public var neuron: NeuronIndex
  /// 0…1023; 0 while invalid.
  public var code: UInt16
  /// False until the converter is warm.
  public var isValid: Bool
}

/// The membrane converter at work.
struct MembraneRecording: Sendable {
  let settings: MembraneADCSettings
  let start: UInt64
  /// How many samples were taken.
  var sampleCount: UInt64 = 0
  var samples: [MembraneSample] = []

  /// When the next sample is due, all ones if none is.
  var nextCycle: UInt64 {
    if let limit = settings.sampleCount, sampleCount >= UInt64(limit) { return .max }
    return start + settings.cycle(ofSample: sampleCount)
  }
}

extension Chip {
  /// Starts the membrane converter now, or with nil stops it; samples that were not taken are lost.
  ///
  /// The host records it: programs do not see it, and what happens on the chip is the same with and
  /// without. It is therefore in no checkpoint. A sample in a cycle sees the chip before the events
  /// of that cycle.
  ///
  /// - Precondition: ``MembraneADCSettings/problem`` is nil.
  public mutating func startMembraneADC(_ settings: MembraneADCSettings?) {
    if let problem = settings?.problem { preconditionFailure(problem) }
    membraneRecording = settings.map { MembraneRecording(settings: $0, start: now.cycles) }
  }

  /// Exchanges an emptied buffer for the samples since the last call, in the order of their times.
  public mutating func takeMembraneSamples(into buffer: inout [MembraneSample]) {
    buffer.removeAll(keepingCapacity: true)
    guard var recording = membraneRecording.take() else { return }
    swap(&buffer, &recording.samples)
    membraneRecording = recording
  }

  /// Takes the samples before cycle `end`, which is not later than the next event.
  @inline(never)
  mutating func sampleMembrane(before end: UInt64) {
    guard var recording = membraneRecording.take() else { return }
    while recording.nextCycle < end {
      let cycle = recording.nextCycle
      guard let neuron = recording.settings.neuron(ofSample: recording.sampleCount) else { break }
      let isValid =
        recording.settings.isWarm
        || cycle - recording.start >= MembraneADCSettings.warmUpCycles
      let time = ClockTime(cycles: cycle)
      recording.samples.append(
        MembraneSample(
          tick: time.ticks, neuron: neuron,
          code: isValid ? analog.membraneCode(of: neuron, at: time) : 0, isValid: isValid))
      recording.sampleCount += 1
    }
    membraneRecording = recording
  }
}
