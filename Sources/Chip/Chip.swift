import AnalogCore
public import ChipGeometry
import EventFabric
import PlasticityProcessor

/// The whole chip as one value: analog core, event fabric, two plasticity processors, the events
/// that the host has sent, and the clock.
///
/// ```
/// var chip = Chip(ChipConfiguration(chipSeed: 1))
/// try LayeredNetwork(inputs: 4, hidden: 120, outputs: 3).configure(&chip)
/// try chip.load(program, into: .top)
/// try chip.enqueue(event)
/// let stop = chip.run(until: ClockTime(ticks: 10_000), stopping: .whenAsleep)
/// ```
///
/// ## Time
///
/// Whatever happens next is always done next, so time in which nothing happens costs nothing: a
/// chip that sleeps for a second is as quick as one that sleeps for a microsecond. What happens in
/// one cycle of 4 ns happens in this order:
///
/// 1. events that waited for a bus or in a delay line and are due (``EventFabric``),
/// 2. host events that waited for their link, then those that need not, in the order in which
///    they were sent,
/// 3. background generators by index,
/// 4. spikes by neuron index,
/// 5. the delivery of what the buses carry to the synapses,
/// 6. the processors' interrupt lines,
/// 7. instructions that start in this cycle, the top processor's first.
///
/// A run may be split anywhere, and the chip saved and restored in between: the states that it
/// passes through are the same.
public struct Chip: ~Copyable {
  public let configuration: ChipConfiguration
  /// All cycles before this one are past; nothing of this one has happened yet.
  public internal(set) var now = ClockTime(cycles: 0)
  var analog: AnalogCore
  var fabric: EventFabric
  var top: ProcessorUnit
  var bottom: ProcessorUnit
  var shared = SharedWords()
  var hostEvents = HostEventQueue()
  /// Host events that wait for their link.
  var linkedEvents = HostEventQueue()
  /// The host's, like the log of events: in no checkpoint.
  var membraneRecording: MembraneRecording?
  /// False for the replay of a recorded trace: neurons are silent, buses lead nowhere.
  public internal(set) var isAnalogOn = true

  let busMap = BusMap()
  /// When something other than an instruction happens next; meaningful while ``isNextEventKnown``.
  var nextEvent: UInt64 = 0
  var isNextEventKnown = false
  /// The first spike at ``nextEvent``, if one is due then.
  var dueSpike: AnalogCore.PendingSpike?

  /// A chip after reset: all weights 0, all synapse labels 63, rows disabled, crossbar nodes and
  /// back ends silent, processors without program.
  public init(_ configuration: ChipConfiguration = ChipConfiguration()) {
    self.init(configuration, analog: AnalogCore(configuration.analog))
    let labels = [UInt8](repeating: 63, count: ChipSize.rows * ChipSize.columns)
    for hemisphere in Hemisphere.allCases {
      analog.write(.labels, hemisphere, offset: 0, from: labels.span)
    }
  }

  init(_ configuration: ChipConfiguration, analog: consuming AnalogCore) {
    self.configuration = configuration
    self.analog = analog
    fabric = EventFabric(configuration.fabric)
    top = ProcessorUnit(.top, generatorSeed: configuration.generatorSeed)
    bottom = ProcessorUnit(.bottom, generatorSeed: configuration.generatorSeed)
  }

  // MARK: Host events

  /// Sends an event: it happens at the first cycle of its tick, after those sent before for the
  /// same tick. Bits 15:14 of its label name the link that it comes in by; its flags tell the
  /// recorders what it is.
  ///
  /// - Throws: ``ChipError/eventInThePast(tick:now:)``.
  public mutating func enqueue(_ event: SpikeEvent) throws(ChipError) {
    guard event.tick <= UInt64.max >> 1, ClockTime(ticks: event.tick) >= now else {
      throw .eventInThePast(tick: event.tick, now: now)
    }
    hostEvents.insert(event)
  }

  /// True if no event of the host is still to come.
  public var isHostQueueEmpty: Bool { hostEvents.isEmpty && linkedEvents.isEmpty }

  /// Events lost per link because too many waited for it: the four from the host, then the four
  /// to it.
  public var linkDropCounts: [UInt32] { fabric.links.lostCounts }

  // MARK: Recording

  /// Whether the chip keeps its events for ``takeEvents(into:)``. Recording changes nothing else.
  public var isRecording: Bool {
    get { fabric.isLogging }
    set { fabric.isLogging = newValue }
  }

  /// Exchanges an emptied buffer for the events since the last call, in the order of their
  /// emission: everything that neurons, host, background generators and processors have emitted.
  public mutating func takeEvents(into buffer: inout [SpikeEvent]) {
    buffer.removeAll(keepingCapacity: true)
    swap(&buffer, &fabric.log)
  }

  /// Exchanges an emptied buffer for what the host has received since the last call, while
  /// ``isRecording``: the events that nodes of the crossbar pass to links, with the tick at which they
  /// have passed them, in the order of their arrival at the links.
  public mutating func takeReceivedEvents(into buffer: inout [SpikeEvent]) {
    buffer.removeAll(keepingCapacity: true)
    swap(&buffer, &fabric.linkLog)
  }
}
