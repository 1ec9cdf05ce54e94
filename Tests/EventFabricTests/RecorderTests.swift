import ChipGeometry
import EventFabric
import Testing

@Suite struct RecorderTests {
  static func event(
    _ label: UInt16, _ flags: SpikeEvent.Flags = .stimulus, tick: UInt64 = 1
  ) -> SpikeEvent {
    SpikeEvent(tick: tick, label: EventLabel(label), flags: flags)
  }

  @Test("An entry is stamp, label and flags, little endian; the rest of the memory is zero")
  func entry() {
    var recorder = EventRecorder(.top)
    recorder.record(Self.event(0xBEEF, .teacher, tick: 0x9_1234_5678))
    let bytes = (0..<16).map { UInt8(truncatingIfNeeded: recorder.word(at: $0)) }
    #expect(bytes == [0x78, 0x56, 0x34, 0x12, 0xEF, 0xBE, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(recorder.count == 1 && recorder.overflowCount == 0)
  }

  @Test("SOURCES decides by origin")
  func sources() {
    let origins: [(SpikeEvent.Flags, EventRecorder.Sources)] = [
      (.neuron, .ownNeurons), ([.neuron, .bottom], .otherNeurons), (.stimulus, .host),
      (.teacher, .host), (.endOfSample, .host), (.background, .background),
      (.processor, .processors), ([.processor, .bottom], .processors),
    ]
    for bit in 0..<5 {
      for (flags, origin) in origins {
        var recorder = EventRecorder(.top)
        recorder.sources = EventRecorder.Sources(rawValue: 1 << bit)
        recorder.record(Self.event(1, flags))
        #expect(recorder.count == (recorder.sources == origin ? 1 : 0))
      }
    }
    var bottom = EventRecorder(.bottom)
    bottom.sources = .ownNeurons
    bottom.record(Self.event(1, .neuron))
    bottom.record(Self.event(2, [.neuron, .bottom]))
    #expect(bottom.count == 1 && bottom.entry(0) >> 32 & 0xFFFF == 2)
    #expect(EventRecorder(.top).sources == [.ownNeurons, .host])
  }

  @Test("An event is recorded if its label under MASK equals TARGET")
  func mask() {
    var recorder = EventRecorder(.top)
    recorder.mask = 0x0F00
    recorder.target = 0x0300
    for label: UInt16 in [0x300, 0x2300, 0x3FF, 0x200, 0xB00] { recorder.record(Self.event(label)) }
    #expect(
      (0..<recorder.count).map { recorder.entry($0) >> 32 & 0xFFFF } == [0x300, 0x2300, 0x3FF])
  }

  @Test("The wake-up condition raises the interrupt, only for events that pass the filter")
  func wake() {
    var recorder = EventRecorder(.top)
    for label in 0...UInt16.max { recorder.record(Self.event(label)) }
    #expect(!recorder.isPending, "no label meets the condition at reset")
    recorder.wakeMask = 0x0F00
    recorder.wakeTarget = 0x0700
    recorder.clear()
    recorder.record(Self.event(0x0600))
    #expect(!recorder.isPending)
    recorder.record(Self.event(0x1712))
    #expect(recorder.isPending)
    recorder.isPending = false
    recorder.record(Self.event(0x0700, .background))
    #expect(!recorder.isPending, "background is not among the sources")
  }

  @Test("A full memory counts what it loses and still wakes")
  func overflow() {
    var recorder = EventRecorder(.top)
    recorder.wakeTarget = 7
    for label in 100..<612 { recorder.record(Self.event(UInt16(label))) }
    #expect(recorder.count == 512 && recorder.overflowCount == 0 && !recorder.isPending)
    recorder.record(Self.event(7))
    recorder.record(Self.event(8))
    #expect(recorder.count == 512 && recorder.overflowCount == 2 && recorder.isPending)
    #expect(recorder.entry(511) >> 32 & 0xFFFF == 611)
    recorder.clear()
    #expect(recorder.count == 0 && recorder.overflowCount == 0)
    #expect(recorder.isPending, "clearing the memory leaves the interrupt")
    #expect(recorder.entry(0) == 0 && recorder.entry(511) == 0)
  }

  @Test("Events of one cycle are recorded by host, background, neurons, processors")
  func totalOrder() {
    var fabric = CongestionTests.fabric(depth: 16)
    fabric.topRecorder.sources = .all
    for generator in [6, 3] {
      fabric.configureBackground(
        generator, BackgroundGenerator(periodCycles: 40, label: UInt16(0x3000 + generator)),
        at: ClockTime(cycles: 0))
    }
    fabric.isLogging = true
    _ = drive(
      &fabric,
      [
        .host(0x502, at: 40), .host(0x501, at: 40), .neuron(1, at: 40), .neuron(4, at: 40),
        .processor(0x700, .top, at: 40), .processor(0x701, .bottom, at: 40),
      ], until: 41)
    let labels: [UInt64] = [0x502, 0x501, 0x3003, 0x3006, 1, 4, 0x700, 0x701]
    #expect((0..<8).map { fabric.topRecorder.entry($0) >> 32 & 0xFFFF } == labels)
    #expect(fabric.log.map { UInt64($0.label.rawValue) } == labels)
    #expect(fabric.log.map(\.flags.rawValue) == [2, 2, 4, 4, 1, 1, 32, 96])
    #expect(fabric.bottomRecorder.count == 2, "by default own neurons and host events")
  }

  @Test("An injected neuron event counts in the spike counter and reaches no bus")
  func injection() {
    var fabric = CongestionTests.fabric(depth: 16)
    fabric.inject(SpikeEvent(tick: 0x1_0000_0007, label: EventLabel(0x011), flags: .neuron))
    #expect(fabric.topRecorder.entry(0) == 7 | 0x11 << 32 | 1 << 48)
    #expect(fabric.backends.spikeCount(NeuronIndex(17)) == 1)
    let next = fabric.nextCycle()
    #expect(fabric.busEvents.isEmpty && next == .max)
    fabric.backends.configure(NeuronIndex(17), addressOut: 17, isEnabled: false)
    fabric.inject(SpikeEvent(tick: 8, label: EventLabel(0x011), flags: .neuron))
    #expect(fabric.backends.spikeCount(NeuronIndex(17)) == 1, "a disabled neuron emits nothing")
    #expect(fabric.topRecorder.count == 2)
  }
}
