import ChipGeometry
import PlasticityProcessor

/// One plasticity processor with what the chip keeps for it alone.
struct ProcessorUnit: ~Copyable {
  /// What the processor is doing.
  enum Activity: UInt8, Sendable {
    /// No program.
    case off = 0
    case running = 1
    /// Waits for an interrupt.
    case asleep = 2
    /// The program trapped or ended.
    case stopped = 3
  }

  let hemisphere: Hemisphere
  var core: PlasticityProcessor
  var activity = Activity.off
  var random: RandomGenerators
  /// Once set, reading an analog observable traps.
  var isSpikeOnly = false
  /// Analog values that the program has read.
  var analogReadCount: UInt64 = 0
  /// The timer interrupt is raised from this tick on.
  var compareTick = UInt64.max
  private var isTimerRaised = false
  private var isRecorderRaised = false

  init(_ hemisphere: Hemisphere, generatorSeed: UInt64) {
    self.hemisphere = hemisphere
    core = PlasticityProcessor(hartID: UInt32(hemisphere.rawValue))
    random = RandomGenerators(hemisphere, seed: generatorSeed)
  }

  /// Starts a program; the random generators go on where they were.
  mutating func start(_ program: consuming PlasticityProcessor) {
    core = program
    activity = .running
    isSpikeOnly = false
    compareTick = .max
    isTimerRaised = false
    isRecorderRaised = false
  }

  /// Runs the processor; the observer of a run that nobody looks at costs nothing.
  mutating func run<Observer: ChipObserver & ~Copyable>(
    untilCycle limit: UInt64, observer: inout Observer
  ) -> StopReason {
    Observer.isIdle
      ? core.run(untilCycle: limit) : core.run(untilCycle: limit, observer: &observer)
  }

  /// When the processor's next instruction starts, all ones unless it is running.
  var nextCycle: UInt64 {
    switch activity {
    case .running: core.cycle
    case .off, .asleep, .stopped: .max
    }
  }

  /// When the timer will change its interrupt line, all ones if it will not.
  var nextTimerCycle: UInt64 {
    isTimerRaised || compareTick > UInt64.max >> 1 ? .max : ClockTime(ticks: compareTick).cycles
  }

  /// Whether the processor sleeps and its timer will wake it.
  var awaitsTimer: Bool {
    switch activity {
    case .asleep: nextTimerCycle != .max && core.listens(to: .timer)
    case .off, .running, .stopped: false
    }
  }

  /// Sets the interrupt lines to what they are at `cycle`, and wakes the processor if it must.
  mutating func updateInterrupts(at cycle: UInt64, recorderPending: Bool) {
    let timer = ClockTime(cycles: cycle).ticks >= compareTick
    guard timer != isTimerRaised || recorderPending != isRecorderRaised else { return }
    isTimerRaised = timer
    isRecorderRaised = recorderPending
    core.setInterrupt(.timer, timer)
    core.setInterrupt(.recorder, recorderPending)
    switch activity {
    case .asleep where core.isAwake:
      core.sleep(untilCycle: cycle)
      activity = .running
    case .off, .running, .asleep, .stopped: break
    }
  }

  // MARK: State

  func save(to writer: inout StateWriter) {
    writer.section("unit")
    core.checkpoint(into: &writer)
    writer.write(activity.rawValue)
    random.save(to: &writer)
    writer.write(isSpikeOnly)
    writer.write(analogReadCount)
    writer.write(compareTick)
    writer.write(isTimerRaised)
    writer.write(isRecorderRaised)
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    try reader.section("unit")
    try core.restore(from: &reader)
    guard let activity = Activity(rawValue: try reader.read()) else {
      throw .invalidValue(offset: reader.offset - 1, meaning: "what a processor does")
    }
    self.activity = activity
    try random.restore(from: &reader)
    isSpikeOnly = try reader.readBool()
    analogReadCount = try reader.read()
    compareTick = try reader.read()
    isTimerRaised = try reader.readBool()
    isRecorderRaised = try reader.readBool()
  }
}
