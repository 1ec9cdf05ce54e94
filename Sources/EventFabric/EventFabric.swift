package import ChipGeometry

/// What of the event fabric is not published and therefore a parameter.
public struct FabricConfiguration: Hashable, BitwiseCopyable, Sendable {
  /// Events that can wait for one PADI bus, beside the one that the bus carries.
  public var busQueueDepth: Int
  /// Cycles of 4 ns from the source to the bus, delay line not included.
  public var crossbarLatencyCycles: UInt64
  /// Ticks of 8 ns between two events of one of the four channels from the host, or of the four to
  /// it; 0 for no limit.
  public var linkIntervalTicks: UInt64
  /// Events that can wait for such a channel.
  public var linkQueueDepth: Int

  public init(
    busQueueDepth: Int = 16, crossbarLatencyCycles: UInt64 = 0, linkIntervalTicks: UInt64 = 0,
    linkQueueDepth: Int = 16
  ) {
    self.busQueueDepth = busQueueDepth
    self.crossbarLatencyCycles = crossbarLatencyCycles
    self.linkIntervalTicks = linkIntervalTicks
    self.linkQueueDepth = linkQueueDepth
  }
}

/// Everything between the emission of an event and the synapse drivers: recorders, delay lines and
/// taps, crossbar, queues and PADI buses, with the neuron back ends and background generators that emit.
///
/// The fabric has no clock of its own. Its owner asks for ``nextCycle()``, and in each cycle in which
/// something happens calls, in this order, ``beginCycle(_:)``, then `emit` for every host event,
/// ``emitBackground(at:)``, `emit` for the neurons that spiked by index, and `emit` for what the
/// processors emitted. Then ``busEvents`` are what the buses carry in this cycle, in the order in
/// which the synapses see them.
///
/// **The total order of a cycle** is that order of calls: queued events by bus, then events whose
/// delay ends (by the order of their emission, copies of one by tap), host events as they were queued, background
/// generators by index, neurons by index, processors (top first). The recorders see emissions in
/// the same order.
package struct EventFabric: ~Copyable {
  package let configuration: FabricConfiguration
  package var backends: NeuronBackends
  package var delayLines: DelayLines
  package var taps: TapMemory
  package var crossbar: Crossbar
  package var topRecorder: EventRecorder
  package var bottomRecorder: EventRecorder
  private var delayed: DelayQueue
  private var buses: PADIBuses
  private var background = [BackgroundSource](
    repeating: BackgroundSource(), count: ChipSize.backgroundGenerators)
  private var nextBackgroundCycle = UInt64.max
  package var links: EventLinks
  /// Events lost per PADI bus because its queue was full.
  private(set) package var busDropCounts = [UInt32](repeating: 0, count: ChipSize.buses)

  /// What the buses carry in the current cycle; the owner empties it with ``removeBusEvents()``.
  private(set) package var busEvents: [BusEvent] = []

  /// Whether emitted events are kept for the host. Not part of the state.
  package var isLogging = false
  /// All events of the chip at emission, in order, while ``isLogging``.
  package var log: [SpikeEvent] = []
  /// What has left by the links to the host, with the ticks at which it passed them, while
  /// ``isLogging``; by time on each link.
  package var linkLog: [SpikeEvent] = []

  package init(_ configuration: FabricConfiguration = FabricConfiguration()) {
    self.configuration = configuration
    backends = NeuronBackends()
    delayLines = DelayLines()
    taps = TapMemory()
    crossbar = Crossbar()
    topRecorder = EventRecorder(.top)
    bottomRecorder = EventRecorder(.bottom)
    delayed = DelayQueue()
    buses = PADIBuses(queueDepth: configuration.busQueueDepth)
    links = EventLinks(configuration)
    busEvents.reserveCapacity(256)
  }

  // MARK: Time

  /// When the fabric next does something by itself, all ones if never.
  ///
  /// Changes nothing; it is mutating because the compiler copies a borrowed fabric on each call.
  package mutating func nextCycle() -> UInt64 {
    min(min(buses.nextCycle, delayed.nextCycle), nextBackgroundCycle)
  }

  /// Moves what waited and is due at `cycle`.
  ///
  /// - Precondition: no earlier cycle was left out in which something was due.
  package mutating func beginCycle(_ cycle: UInt64) {
    buses.removeDue(at: cycle, into: &busEvents)
    while delayed.nextCycle <= cycle {
      let event = delayed.removeFirst()
      route(event.label, input: event.input, at: cycle)
    }
  }

  package mutating func removeBusEvents() {
    // A few at most: cheaper one by one than by the general removal of a range.
    while !busEvents.isEmpty { busEvents.removeLast() }
  }

  // MARK: Emission

  /// A spike of a neuron.
  package mutating func emit(_ neuron: NeuronIndex, at time: ClockTime) {
    guard let label = backends.label(ofSpikeFrom: neuron) else { return }
    let flags: SpikeEvent.Flags = neuron.hemisphere == .bottom ? [.neuron, .bottom] : .neuron
    publish(SpikeEvent(tick: time.ticks, label: label, flags: flags))
    send(
      label, from: TapMemory.source(neuron), input: UInt8(neuron.eventOutput),
      delayTicks: delayLines.delay(of: neuron), at: time)
  }

  /// An event from the host. Bits 15:14 of its label name the link that it comes in by.
  package mutating func emit(
    hostEvent label: EventLabel, flags: SpikeEvent.Flags, at time: ClockTime
  ) {
    publish(SpikeEvent(tick: time.ticks, label: label, flags: flags))
    send(
      label, from: TapMemory.source(hostEvent: label), input: 8 + UInt8(label.rawValue >> 14),
      delayTicks: delayLines.delay(ofHostEvent: label), at: time)
  }

  /// The events of the background generators that are due.
  package mutating func emitBackground(at time: ClockTime) {
    guard nextBackgroundCycle <= time.cycles else { return }
    for index in background.indices where background[index].nextCycle <= time.cycles {
      let label = background[index].nextLabel
      background[index].advance()
      publish(SpikeEvent(tick: time.ticks, label: label, flags: .background))
      send(
        label, input: 12 + UInt8(index), delayTicks: delayLines.delay(ofBackground: index),
        at: time)
    }
    updateNextBackgroundCycle()
  }

  /// An event from a plasticity processor. It enters the four PADI buses of the processor's
  /// hemisphere beside the crossbar, without delay line.
  package mutating func emit(
    processorEvent label: EventLabel, from hemisphere: Hemisphere, at time: ClockTime
  ) {
    let flags: SpikeEvent.Flags = hemisphere == .bottom ? [.processor, .bottom] : .processor
    publish(SpikeEvent(tick: time.ticks, label: label, flags: flags))
    let first = hemisphere.rawValue * UInt8(ChipSize.busesPerHemisphere)
    for bus in first..<first + UInt8(ChipSize.busesPerHemisphere) {
      _ = accept(BusEvent(bus: bus, label: label), at: time.cycles)
    }
  }

  /// An event of a recorded trace: recorders and spike counters see it, the network does not.
  package mutating func inject(_ event: SpikeEvent) {
    if event.flags.contains(.neuron) {
      let hemisphere: Hemisphere = event.flags.contains(.bottom) ? .bottom : .top
      if let neuron = backends.neuron(emitting: event.label, in: hemisphere) {
        _ = backends.label(ofSpikeFrom: neuron)
      }
    }
    publish(event)
  }

  private mutating func publish(_ event: SpikeEvent) {
    topRecorder.record(event)
    bottomRecorder.record(event)
    if isLogging { log.append(event) }
  }

  // MARK: Routing

  /// Sends an event of a source that can have taps: as it is, or a copy per tap.
  private mutating func send(
    _ label: EventLabel, from source: Int, input: UInt8, delayTicks: UInt64, at time: ClockTime
  ) {
    let copyCount = taps.copyCount(of: source)
    if copyCount == 0 { return send(label, input: input, delayTicks: delayTicks, at: time) }
    for index in 0..<copyCount {
      let copy = taps.copy(index, of: source)
      send(copy.label, input: input, delayTicks: delayTicks + copy.delayTicks, at: time)
    }
  }

  private mutating func send(
    _ label: EventLabel, input: UInt8, delayTicks: UInt64, at time: ClockTime
  ) {
    let cycles = delayTicks * ClockTime.cyclesPerTick + configuration.crossbarLatencyCycles
    if cycles == 0 {
      route(label, input: input, at: time.cycles)
    } else {
      delayed.insert(label, input: input, at: time.cycles + cycles)
    }
  }

  private mutating func route(_ label: EventLabel, input: UInt8, at cycle: UInt64) {
    for node in crossbar.firstNodes[Int(input)]..<crossbar.firstNodes[Int(input) + 1]
    where crossbar[node].passes(label) {
      let output = crossbar.outputs[node]
      let isTaken =
        output >= ChipSize.buses
        ? leave(label, input: input, output: output, at: cycle)
        : accept(BusEvent(bus: output, label: label), at: cycle)
      if isTaken {
        crossbar.countEvent(output: output)
      } else {
        crossbar.countDrop(input: input, node: node)
      }
    }
  }

  /// Whether the bus took the event.
  private mutating func accept(_ event: BusEvent, at cycle: UInt64) -> Bool {
    switch buses.accept(event, at: cycle) {
    case .carriedNow: busEvents.append(event)
    case .waits: break
    case .lost:
      busDropCounts[Int(event.bus)] &+= 1
      return false
    }
    return true
  }

  /// Whether a link to the host took the event.
  private mutating func leave(
    _ label: EventLabel, input: UInt8, output: UInt8, at cycle: UInt64
  ) -> Bool {
    let channel = ChipSize.linkInputs + Int(output) - ChipSize.buses
    guard let tick = links.passage(channel, at: ClockTime(cycles: cycle).ticks) else {
      return false
    }
    if isLogging {
      linkLog.append(SpikeEvent(tick: tick, label: label, flags: CrossbarInput.origin(of: input)))
    }
    return true
  }

  package mutating func clearBusDropCount(_ bus: Int) { busDropCounts[bus] = 0 }

  // MARK: Background generators

  package func backgroundGenerator(_ index: Int) -> BackgroundGenerator {
    background[index].settings
  }

  /// Starts a background generator anew; its first period begins at `time`.
  package mutating func configureBackground(
    _ index: Int, _ settings: BackgroundGenerator, at time: ClockTime
  ) {
    background[index] = BackgroundSource(settings, at: time)
    updateNextBackgroundCycle()
  }

  private mutating func updateNextBackgroundCycle() {
    nextBackgroundCycle = background.reduce(.max) { min($0, $1.nextCycle) }
  }

  // MARK: State

  package func save(to writer: inout StateWriter) {
    writer.section("fabric")
    writer.write(UInt32(configuration.busQueueDepth))
    writer.write(configuration.crossbarLatencyCycles)
    writer.write(configuration.linkIntervalTicks)
    writer.write(UInt32(configuration.linkQueueDepth))
    backends.save(to: &writer)
    delayLines.save(to: &writer)
    taps.save(to: &writer)
    crossbar.save(to: &writer)
    topRecorder.save(to: &writer)
    bottomRecorder.save(to: &writer)
    delayed.save(to: &writer)
    buses.save(to: &writer)
    links.save(to: &writer)
    for source in background { source.save(to: &writer) }
    writer.writeArray(busDropCounts)
  }

  package static func restored(
    from reader: inout StateReader
  ) throws(StateError) -> EventFabric {
    try reader.section("fabric")
    let depth = Int(try reader.read(UInt32.self))
    guard depth <= 1 << 20 else {
      throw .invalidValue(offset: reader.offset - 4, meaning: "a queue depth")
    }
    let configuration = FabricConfiguration(
      busQueueDepth: depth, crossbarLatencyCycles: try reader.read(),
      linkIntervalTicks: try reader.read(), linkQueueDepth: Int(try reader.read(UInt32.self)))
    guard configuration.linkIntervalTicks <= 1 << 32, configuration.linkQueueDepth <= 1 << 20 else {
      throw .invalidValue(offset: reader.offset - 12, meaning: "the bandwidth of a link")
    }
    var fabric = EventFabric(configuration)
    fabric.backends = try NeuronBackends(from: &reader)
    fabric.delayLines = try DelayLines(from: &reader)
    fabric.taps = try TapMemory(from: &reader)
    fabric.crossbar = try Crossbar(from: &reader)
    fabric.topRecorder = try EventRecorder(.top, from: &reader)
    fabric.bottomRecorder = try EventRecorder(.bottom, from: &reader)
    fabric.delayed = try DelayQueue(from: &reader)
    fabric.buses = try PADIBuses(queueDepth: depth, from: &reader)
    fabric.links = try EventLinks(configuration, from: &reader)
    for index in fabric.background.indices {
      fabric.background[index] = try BackgroundSource(from: &reader)
    }
    fabric.busDropCounts = try reader.readArray(count: ChipSize.buses)
    fabric.updateNextBackgroundCycle()
    return fabric
  }
}
