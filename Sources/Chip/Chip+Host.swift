public import AnalogCore
public import ChipGeometry
public import EventFabric
package import PlasticityProcessor

// What the host does to a chip while its time stands still.

extension Chip {
  // MARK: Programs

  /// Puts a program into a processor's SRAM and starts it now: registers are as after reset.
  ///
  /// - Throws: ``ChipError/programDoesNotFit(address:byteCount:)``, ``ChipError/badEntry(_:)``.
  public mutating func load(_ program: Program, into hemisphere: Hemisphere) throws(ChipError) {
    var core = PlasticityProcessor(hartID: UInt32(hemisphere.rawValue))
    for segment in program.segments {
      guard core.isInSRAM(segment.address, byteCount: segment.bytes.count) else {
        throw .programDoesNotFit(address: segment.address, byteCount: segment.bytes.count)
      }
      core.load(segment.bytes, at: segment.address)
    }
    guard program.entry & 3 == 0, core.isInSRAM(program.entry, byteCount: 4) else {
      throw .badEntry(program.entry)
    }
    core.programCounter = program.entry
    core.cycle = now.cycles
    switch hemisphere {
    case .top: top.start(core)
    case .bottom: bottom.start(core)
    }
  }

  /// Where a processor's program is.
  public func programCounter(_ hemisphere: Hemisphere) -> UInt32 {
    switch hemisphere {
    case .top: top.core.programCounter
    case .bottom: bottom.core.programCounter
    }
  }

  /// A processor's integer registers x0…x31.
  public func registers(_ hemisphere: Hemisphere) -> [UInt32] {
    (0..<32).map { index in
      switch hemisphere {
      case .top: top.core[x: index]
      case .bottom: bottom.core[x: index]
      }
    }
  }

  /// When a processor's next instruction starts or, while it sleeps, when it fell asleep.
  public func cycle(_ hemisphere: Hemisphere) -> UInt64 {
    switch hemisphere {
    case .top: top.core.cycle
    case .bottom: bottom.core.cycle
    }
  }

  /// Instructions that a processor has finished since its program was loaded.
  public func instructionCount(_ hemisphere: Hemisphere) -> UInt64 {
    switch hemisphere {
    case .top: top.core.instructionCount
    case .bottom: bottom.core.instructionCount
    }
  }

  /// Whether a processor executes instructions: it has a program that neither sleeps nor ended.
  public func isRunning(_ hemisphere: Hemisphere) -> Bool {
    switch hemisphere {
    case .top: top.nextCycle != .max
    case .bottom: bottom.nextCycle != .max
    }
  }

  /// Whether a processor's program has declared itself spike-only.
  public func isSpikeOnly(_ hemisphere: Hemisphere) -> Bool {
    switch hemisphere {
    case .top: top.isSpikeOnly
    case .bottom: bottom.isSpikeOnly
    }
  }

  /// Values of analog observables that programs have read.
  public var analogReadCount: UInt64 { top.analogReadCount + bottom.analogReadCount }

  /// Lends a processor, for tools that look inside.
  package mutating func withProcessor<R>(
    _ hemisphere: Hemisphere, _ body: (inout PlasticityProcessor) -> R
  ) -> R {
    switch hemisphere {
    case .top: body(&top.core)
    case .bottom: body(&bottom.core)
    }
  }

  // MARK: Memory

  /// Bytes of a processor's SRAM.
  ///
  /// - Precondition: all of them are inside.
  public func readMemory(_ hemisphere: Hemisphere, at address: UInt32, byteCount: Int) -> [UInt8] {
    switch hemisphere {
    case .top: top.core.read(at: address, byteCount: byteCount)
    case .bottom: bottom.core.read(at: address, byteCount: byteCount)
    }
  }

  /// - Precondition: all of the bytes are inside the SRAM.
  public mutating func writeMemory(
    _ hemisphere: Hemisphere, at address: UInt32, _ bytes: [UInt8]
  ) {
    switch hemisphere {
    case .top: top.core.load(bytes, at: address)
    case .bottom: bottom.core.load(bytes, at: address)
    }
  }

  /// A word of a processor's SRAM.
  ///
  /// - Precondition: it is inside.
  public func readWord(_ hemisphere: Hemisphere, at address: UInt32) -> UInt32 {
    switch hemisphere {
    case .top: top.core.readWord(at: address)
    case .bottom: bottom.core.readWord(at: address)
    }
  }

  /// - Precondition: the word is inside the SRAM.
  public mutating func writeWord(_ hemisphere: Hemisphere, at address: UInt32, _ value: UInt32) {
    switch hemisphere {
    case .top: top.core.writeWord(value, at: address)
    case .bottom: bottom.core.writeWord(value, at: address)
    }
  }

  // MARK: Neurons

  /// Sets what a neuron is meant to be; mismatch comes on top.
  public mutating func setParameters(_ parameters: NeuronParameters, of neuron: NeuronIndex) {
    analog.setParameters(parameters, of: neuron, at: now)
  }

  /// What a neuron is meant to be.
  public func nominalParameters(of neuron: NeuronIndex) -> NeuronParameters {
    analog.nominalParameters(of: neuron)
  }

  /// What a neuron is, mismatch included, noise not.
  public func realisedParameters(of neuron: NeuronIndex) -> NeuronParameters {
    analog.realisedParameters(of: neuron)
  }

  /// Sets what a neuron does beyond its parameters; mismatch comes on top
  /// (``AnalogCore/setTerms(_:of:at:)``).
  public mutating func setTerms(_ terms: NeuronTerms, of neuron: NeuronIndex) {
    analog.setTerms(terms, of: neuron, at: now)
  }

  /// What a neuron is meant to do beyond its parameters.
  public func nominalTerms(of neuron: NeuronIndex) -> NeuronTerms {
    analog.nominalTerms(of: neuron)
  }

  /// What a neuron does beyond its parameters, mismatch included.
  public func realisedTerms(of neuron: NeuronIndex) -> NeuronTerms {
    analog.realisedTerms(of: neuron)
  }

  /// Membrane, adaptation and synaptic inputs of a neuron now. Changes nothing.
  public func neuronState(of neuron: NeuronIndex) -> NeuronState {
    analog.state(of: neuron, at: now)
  }

  /// Joins the top and the bottom circuit of a column to one neuron, or parts them again; either
  /// way they are reset (``AnalogCore/setJoined(_:column:at:)``).
  public mutating func setJoined(_ isJoined: Bool, column: Int) {
    analog.setJoined(isJoined, column: column, at: now)
  }

  /// Resets membrane, synaptic currents and refractory time of all neurons.
  public mutating func resetNeurons() {
    for hemisphere in Hemisphere.allCases {
      analog.resetNeurons(hemisphere, columns: 0..<ChipSize.columns, at: now)
    }
  }

  /// Sets the address that a neuron's events carry, and whether its spikes become events.
  public mutating func setBackend(_ neuron: NeuronIndex, addressOut: UInt8, isEnabled: Bool) {
    fabric.backends.configure(neuron, addressOut: addressOut, isEnabled: isEnabled)
  }

  /// Takes over the mismatch of another chip, while everything that was written to this one stays:
  /// weights, parameters, programs, events under way.
  public mutating func setMismatch(_ mismatch: ChipMismatch) {
    analog.setMismatch(mismatch, at: now)
  }

  // MARK: Synapses

  public func weight(_ hemisphere: Hemisphere, row: Int, column: Int) -> UInt8 {
    analog.weight(hemisphere, row: row, column: column)
  }

  /// Sets a 6-bit weight.
  public mutating func setWeight(
    _ code: UInt8, _ hemisphere: Hemisphere, row: Int, column: Int
  ) {
    analog.setWeight(code, hemisphere, row: row, column: column)
  }

  public func synapseLabel(_ hemisphere: Hemisphere, row: Int, column: Int) -> UInt8 {
    analog.label(hemisphere, row: row, column: column)
  }

  /// Sets the 6-bit label that a synapse compares with events.
  public mutating func setSynapseLabel(
    _ label: UInt8, _ hemisphere: Hemisphere, row: Int, column: Int
  ) {
    analog.setLabel(label, hemisphere, row: row, column: column)
  }

  public mutating func setRowMode(_ mode: RowMode, _ hemisphere: Hemisphere, row: Int) {
    analog.setRowMode(mode, hemisphere, row: row)
  }

  /// Sets the bits of the row select that a driver compares with its index; 0 takes every event.
  public mutating func setRowSelectMask(_ mask: UInt8, _ hemisphere: Hemisphere, driver: Int) {
    analog.setRowSelectMask(mask, hemisphere, driver: driver)
  }

  // MARK: Routing

  /// Sets the node between an input and an output of the crossbar.
  ///
  /// - Precondition: there is one (``CrossbarLayout``).
  public mutating func setNode(
    from input: CrossbarInput, to output: CrossbarOutput, _ node: CrossbarNode
  ) {
    guard let index = CrossbarLayout.nodeIndex(from: input, to: output) else {
      preconditionFailure("there is no node from \(input) to \(output)")
    }
    fabric.crossbar[index] = node
  }

  /// Starts a background generator anew; its first period begins now.
  public mutating func setBackground(_ index: Int, _ settings: BackgroundGenerator) {
    fabric.configureBackground(index, settings, at: now)
  }

  /// The delay line `index` of a hemisphere, in ticks, numbered as in ``AddressMap/delayLines``.
  public func delay(_ hemisphere: Hemisphere, line index: Int) -> UInt16 {
    fabric.delayLines[hemisphere, index]
  }

  /// Only the low 13 bits of `ticks` are kept.
  public mutating func setDelay(_ ticks: UInt16, _ hemisphere: Hemisphere, line index: Int) {
    fabric.delayLines[hemisphere, index] = ticks
  }

  /// Has the events of a neuron delivered in copies (``DelayTaps``), nil: once.
  public mutating func setTaps(_ taps: DelayTaps?, of neuron: NeuronIndex) {
    fabric.taps.setTaps(taps, ofNeuron: neuron)
  }

  /// Has host events with these low eight bits of their label delivered in copies, nil: once.
  public mutating func setTaps(_ taps: DelayTaps?, ofHostEvents label: EventLabel) {
    fabric.taps.setTaps(taps, ofHostEvent: label)
  }

  /// The delay of a tap in ticks.
  ///
  /// - Precondition: row and tap are 0…63.
  public func tapDelay(_ hemisphere: Hemisphere, row: Int, tap: Int) -> UInt16 {
    precondition(tap >= 0 && tap < DelayTaps.maximumCount, "tap \(tap) does not exist")
    return fabric.taps[hemisphere, row * DelayTaps.maximumCount + tap]
  }

  /// Only the low 13 bits of `ticks` are kept.
  public mutating func setTapDelay(
    _ ticks: UInt16, _ hemisphere: Hemisphere, row: Int, tap: Int
  ) {
    precondition(tap >= 0 && tap < DelayTaps.maximumCount, "tap \(tap) does not exist")
    fabric.taps[hemisphere, row * DelayTaps.maximumCount + tap] = ticks
  }

  /// Events lost because a bus queue was full, per PADI bus, the top hemisphere's first.
  public var busDropCounts: [UInt32] { fabric.busDropCounts }
  /// Spikes of a neuron since the counter was cleared, modulo 256.
  public func spikeCount(_ neuron: NeuronIndex) -> Int {
    Int(fabric.backends.spikeCount(neuron) & 0xFF)
  }
}
