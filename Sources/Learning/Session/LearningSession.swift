public import Chip
public import ChipGeometry
import PlasticityProcessor
public import SpikeTrace

/// A learning program at work on a chip: the host's side of the handshake.
///
/// The host streams events and reads results; it computes nothing of the learning. Strictly in turn:
/// a sample with its teacher event, end of sample, the program's work, `ready`, the next sample.
public struct LearningSession: ~Copyable {
  public package(set) var chip: Chip
  public let program: LearningProgram
  public let configuration: SessionConfiguration
  public let network: LayeredNetwork
  /// Samples presented so far.
  public package(set) var sampleCount = 0
  /// Where the events go that recorders see; nil: nowhere.
  public var trace: TraceWriter?
  var events: [SpikeEvent] = []

  /// The network's hemisphere, whose processor learns; that of a network that spans both, with whose
  /// processor the other agrees in all that it tells the host.
  public static let hemisphere = Hemisphere.top

  /// A chip with the network mapped and the program loaded, parameters set, not yet started.
  public init(_ program: LearningProgram, _ configuration: SessionConfiguration)
    throws(SessionError)
  {
    let network = try Self.network(of: configuration, program)
    var chip = Chip(configuration.chip)
    network.configure(
      &chip, hidden: configuration.neuron(range: configuration.hiddenRange),
      output: configuration.neuron(range: configuration.outputRange))
    Self.setGains(configuration, network, &chip)
    for hemisphere in network.hemispheres {
      do { try chip.load(program.program, into: hemisphere) } catch { throw .chip(error) }
      for setting in configuration.settings {
        guard let parameter = program.parameter(setting.name) else {
          guard setting.isRequired else { continue }
          throw .unknownParameter(setting.name, known: program.parameters.map(\.name))
        }
        chip.writeWord(hemisphere, at: parameter.address, UInt32(bitPattern: setting.value))
      }
    }
    chip.isRecording = true
    self.network = network
    self.chip = chip
    self.program = program
    self.configuration = configuration
  }

  init(
    restored chip: consuming Chip, _ program: LearningProgram,
    _ configuration: SessionConfiguration, sampleCount: Int
  ) throws(SessionError) {
    let network = try Self.network(of: configuration, program)
    self.network = network
    self.chip = chip
    self.chip.isRecording = true
    self.program = program
    self.configuration = configuration
    self.sampleCount = sampleCount
  }

  private static func network(
    of configuration: SessionConfiguration, _ program: LearningProgram
  ) throws(SessionError) -> LayeredNetwork {
    do {
      return try LayeredNetwork(
        inputs: configuration.inputCount, hidden: configuration.hiddenCount,
        outputs: configuration.outputCount, hasBias: configuration.hasBias,
        hemisphere: hemisphere, hasSynapticDelays: program.delayKind == .synaptic,
        spansBoth: configuration.spansBoth && program.parameter("processors") != nil)
    } catch {
      throw .mapping(error)
    }
  }

  /// Gives neurons the gains that are their own.
  private static func setGains(
    _ configuration: SessionConfiguration, _ network: LayeredNetwork, _ chip: inout Chip
  ) {
    for (neuron, range) in (configuration.hiddenRanges ?? []).enumerated() {
      let (hemisphere, index) = network.place(ofHidden: neuron)
      chip.setParameters(
        configuration.neuron(range: range),
        of: NeuronIndex(hemisphere, column: LayeredNetwork.column(hidden: index)))
    }
    for (output, range) in (configuration.outputRanges ?? []).enumerated() {
      // A joined neuron has half of each input.
      let gain = network.spansBoth ? 2 * range : range
      for hemisphere in network.hemispheres {
        chip.setParameters(
          configuration.neuron(range: gain),
          of: NeuronIndex(hemisphere, column: LayeredNetwork.column(output: output)))
      }
    }
  }

  // MARK: The handshake

  /// Lets the program initialise itself: until it is ready for the first sample.
  public mutating func start() throws(SessionError) {
    try finishStart(chip.run(until: startDeadline, stopping: .whenAsleep))
  }

  /// Presents a sample and waits until the program is ready again.
  ///
  /// - Returns: what happened; the program's decision has been compared with the events.
  public mutating func present(_ sample: PresentedSample) throws(SessionError) -> SampleOutcome {
    let window = try begin(sample)
    return try finish(window, chip.run(until: window.deadline, stopping: .whenAsleep))
  }

  /// The same under an observer's eyes.
  package mutating func present<Observer: ChipObserver & ~Copyable>(
    _ sample: PresentedSample, observer: inout Observer
  ) throws(SessionError) -> SampleOutcome {
    let window = try begin(sample)
    let stop = chip.run(until: window.deadline, stopping: .whenAsleep, observer: &observer)
    return try finish(window, stop)
  }

  // MARK: The same in steps, for those who run the chip themselves

  /// The program must be ready for the first sample before this time.
  package var startDeadline: ClockTime {
    ClockTime(cycles: chip.now.cycles + configuration.watchdogCycles)
  }

  /// Throws unless the chip's run has left the program ready for the first sample.
  package func finishStart(_ stop: ChipStop) throws(SessionError) {
    try check(stop, sample: -1)
  }

  /// Sends the events of a sample. The chip shall then run until it is asleep or the deadline over.
  package mutating func begin(_ sample: PresentedSample) throws(SessionError) -> SampleWindow {
    // The first whole tick after `ready`.
    let start = chip.now.ticks + 1
    if let teacher = sample.teacher {
      try send(start, LayeredNetwork.label(.teacher(teacher)), .teacher)
    }
    for (input, ticks) in sample.inputTicks.enumerated() {
      try send(start + ticks, LayeredNetwork.label(.input(input)), .stimulus)
    }
    let end = start + UInt64(configuration.sampleTicks)
    try send(end, LayeredNetwork.endOfSampleLabel, .endOfSample)
    return SampleWindow(
      start: start, end: end,
      deadline: ClockTime(
        cycles: ClockTime(ticks: end).cycles + configuration.watchdogCycles))
  }

  /// Reads the results of a sample after the chip's run.
  package mutating func finish(
    _ window: SampleWindow, _ stop: ChipStop
  ) throws(SessionError) -> SampleOutcome {
    let index = sampleCount
    try check(stop, sample: index)
    sampleCount += 1
    var outcome = SampleOutcome()
    outcome.cycles = lastCycle - ClockTime(ticks: window.end).cycles
    try read(&outcome, start: window.start, end: window.end)
    let observed = Self.decision(outcome.firstOutputTicks)
    for hemisphere in network.hemispheres {
      let decision = Int32(bitPattern: mailbox("DECISION", of: hemisphere))
      outcome.decision = decision < 0 ? nil : Int(decision)
      outcome.updateCycles = max(
        outcome.updateCycles, UInt64(mailbox("UPDATE_CYCLES", of: hemisphere)))
      guard outcome.decision == observed else {
        throw .decision(program: outcome.decision, events: observed, sample: index)
      }
    }
    return outcome
  }

  private mutating func send(
    _ tick: UInt64, _ label: EventLabel, _ flags: SpikeEvent.Flags
  ) throws(SessionError) {
    do {
      try chip.enqueue(SpikeEvent(tick: tick, label: label, flags: flags))
    } catch {
      throw .chip(error)
    }
  }

  /// Reads the events of the sample back, and passes them on to the trace.
  private mutating func read(
    _ outcome: inout SampleOutcome, start: UInt64, end: UInt64
  ) throws(SessionError) {
    chip.takeEvents(into: &events)
    outcome.firstOutputTicks = [UInt64?](repeating: nil, count: configuration.outputCount)
    for event in events where event.tick >= start && event.tick <= end {
      if event.flags.contains(.stimulus) { outcome.spikes += 1 }
      if SampleLabels.isHidden(event) {
        outcome.hiddenSpikes += 1
        outcome.spikes += 1
      } else if let output = SampleLabels.output(event), output < configuration.outputCount,
        event.flags.contains(.bottom) == (network.hemisphere == .bottom)
      {
        outcome.outputSpikes += 1
        outcome.spikes += 1
        if outcome.firstOutputTicks[output] == nil {
          outcome.firstOutputTicks[output] = event.tick - start
        }
      }
    }
    if let trace {
      do { try trace.append(contentsOf: events) } catch { throw .trace(error) }
    }
  }

  /// The output that spiked first, of two the lower one.
  static func decision(_ ticks: [UInt64?]) -> Int? {
    var best: (output: Int, tick: UInt64)?
    for (output, tick) in ticks.enumerated() {
      guard let tick else { continue }
      if best.map({ tick < $0.tick }) ?? true { best = (output, tick) }
    }
    return best?.output
  }

  /// Throws unless the program sleeps and is ready for sample `sample` + 1.
  func check(_ stop: ChipStop, sample: Int) throws(SessionError) {
    switch stop {
    case .processorStopped(let hemisphere, .trapped(let trap)):
      throw .trapped(trap, registers: chip.registers(hemisphere), sample: sample)
    case .processorStopped(_, .exited(let code)): throw .exited(code: code, sample: sample)
    case .asleep where late(sample) == nil: return
    default: break
    }
    for hemisphere in network.hemispheres {
      let status = mailbox("STATUS", of: hemisphere)
      guard status != 0 else { continue }
      let index = Int(status) - 1
      throw .refused(
        status: status,
        parameter: program.parameters.indices.contains(index)
          ? program.parameters[index].name : nil,
        sample: sample)
    }
    throw .neverReady(
      pc: chip.programCounter(late(sample) ?? Self.hemisphere),
      cycles: configuration.watchdogCycles, asleep: stop == .asleep, sample: sample)
  }

  /// The first hemisphere whose processor is not ready for the sample after `sample`.
  private func late(_ sample: Int) -> Hemisphere? {
    network.hemispheres.first {
      mailbox("READY", of: $0) != UInt32(truncatingIfNeeded: sample + 2)
    }
  }

  /// When the last of the network's processors fell asleep.
  var lastCycle: UInt64 { network.hemispheres.reduce(0) { max($0, chip.cycle($1)) } }

  /// Whether all the network's processors have declared themselves spike-only.
  public var isSpikeOnly: Bool { network.hemispheres.allSatisfy { chip.isSpikeOnly($0) } }

  /// A word of the mailbox.
  public func mailbox(_ name: String) -> UInt32 { mailbox(name, of: Self.hemisphere) }

  private func mailbox(_ name: String, of hemisphere: Hemisphere) -> UInt32 {
    guard let word = ProgramInterface.mailboxWords.first(where: { $0.name == name }) else {
      preconditionFailure("the mailbox has no word \(name)")
    }
    return chip.readWord(hemisphere, at: AddressMap.mailbox.base + word.offset)
  }
}
