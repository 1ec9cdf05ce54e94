public import ChipGeometry
import PlasticityProcessor

/// What the controller beside the chip is told to do, and when: a playback program (chip reference,
/// section 1.6).
///
/// Instructions are carried out one after the other, each at the time that the playback timer has
/// reached; the timer counts ticks of 8 ns from the start of the program.
public struct PlaybackProgram: Equatable, Sendable {
  /// A place on the bus of a plasticity processor, its SRAM included.
  public struct Place: Equatable, Sendable {
    public var hemisphere: Hemisphere
    public var address: UInt32
    /// 1, 2 or 4; the address is a multiple of it.
    public var byteCount: Int

    public init(_ hemisphere: Hemisphere, _ address: UInt32, byteCount: Int = 4) {
      self.hemisphere = hemisphere
      self.address = address
      self.byteCount = byteCount
    }
  }

  public enum Instruction: Equatable, Sendable {
    /// Goes on when the timer has that many ticks, at once if it has.
    case waitUntil(UInt64)
    /// Goes on so many ticks later.
    case wait(UInt64)
    /// An event by the link that bits 15:14 of the label name; the flags say what it is.
    case send(EventLabel, SpikeEvent.Flags)
    case write(Place, UInt32)
    /// Brings a response.
    case read(Place)
    /// Reads every ``PlaybackRun/pollTicks`` until `value & mask == target`, for so many ticks at
    /// most; brings a response.
    case poll(Place, mask: UInt32, target: UInt32, ticks: UInt64)
  }

  public var instructions: [Instruction]

  public init(_ instructions: [Instruction] = []) { self.instructions = instructions }
}

/// A playback program at work on a chip, which its owner lends for every step:
///
///     var run = PlaybackRun(program, on: chip)
///     while true {
///       switch run.advance(&chip) {
///       case .finished: return run.responses
///       case .chip(let stop): …                  // a program printed, ended or trapped
///       case .failed(let problem): …
///       }
///     }
public struct PlaybackRun: Sendable {
  /// What an instruction has read.
  public struct Response: Equatable, Sendable {
    /// Which instruction.
    public var index: Int
    /// On the playback timer.
    public var tick: UInt64
    public var value: UInt32
  }

  /// Why a program cannot go on.
  public enum Problem: Equatable, Sendable {
    /// The bus has nothing there, or not in that direction.
    case noSuchPlace(index: Int)
    /// The value that was wanted never came.
    case timeout(index: Int, last: UInt32)
    /// The timer would pass ``PlaybackRun/lastTick``.
    case tooLong(index: Int)
  }

  public enum Stop: Equatable, Sendable {
    case finished
    /// The chip has something to say; go on afterwards.
    case chip(ChipStop)
    case failed(Problem)
  }

  /// Ticks that an instruction takes: the controller's clock. Not published for accesses to the bus.
  public static let instructionTicks: UInt64 = 1
  /// The timer ends here: after 13 days of chip time.
  public static let lastTick: UInt64 = 1 << 47
  /// Ticks between two reads of a poll: a microsecond. Not published.
  public static let pollTicks: UInt64 = 125

  public let program: PlaybackProgram
  public private(set) var responses: [Response] = []
  /// The next instruction.
  public private(set) var position = 0
  /// The playback timer.
  public private(set) var timer: UInt64 = 0
  private let start: UInt64
  /// Until when the instruction at ``position`` polls.
  private var patience: UInt64?

  /// The timer starts at the chip's next tick.
  public init(_ program: PlaybackProgram, on chip: borrowing Chip) {
    self.program = program
    start = (chip.now.cycles + ClockTime.cyclesPerTick - 1) / ClockTime.cyclesPerTick
  }

  /// The chip's tick at a time of the playback timer.
  public func tick(_ timer: UInt64) -> UInt64 { start + timer }

  /// Goes on until the end or until somebody must look.
  public mutating func advance(_ chip: inout Chip) -> Stop {
    while position < program.instructions.count {
      guard timer < Self.lastTick else { return .failed(.tooLong(index: position)) }
      switch program.instructions[position] {
      case .waitUntil(let tick): timer = max(timer, min(tick, Self.lastTick))
      case .wait(let ticks): timer += min(ticks, Self.lastTick)
      case .send(let label, let flags):
        if let stop = arrive(&chip) { return stop }
        // Not before the chip's time, so it is never too late.
        try? chip.enqueue(SpikeEvent(tick: tick(timer), label: label, flags: flags))
        timer += Self.instructionTicks
      case .write(let place, let value):
        if let stop = arrive(&chip) { return stop }
        guard chip.writeBus(place, value) else { return .failed(.noSuchPlace(index: position)) }
        timer += Self.instructionTicks
      case .read(let place):
        if let stop = arrive(&chip) { return stop }
        guard let value = chip.readBus(place) else {
          return .failed(.noSuchPlace(index: position))
        }
        responses.append(Response(index: position, tick: timer, value: value))
        timer += Self.instructionTicks
      case .poll(let place, let mask, let target, let ticks):
        if let stop = poll(&chip, place, mask, target, ticks) { return stop }
      }
      position += 1
    }
    if let stop = arrive(&chip) { return stop }
    return .finished
  }

  /// Brings the chip to the time of the timer.
  private func arrive(_ chip: inout Chip) -> Stop? {
    let time = ClockTime(ticks: tick(timer))
    guard chip.now < time else { return nil }
    let stop = chip.run(until: time)
    return stop == .reachedTime ? nil : .chip(stop)
  }

  private mutating func poll(
    _ chip: inout Chip, _ place: PlaybackProgram.Place, _ mask: UInt32, _ target: UInt32,
    _ ticks: UInt64
  ) -> Stop? {
    let end = patience ?? timer + min(ticks, Self.lastTick)
    patience = end
    while true {
      if let stop = arrive(&chip) { return stop }
      guard let value = chip.readBus(place) else {
        return .failed(.noSuchPlace(index: position))
      }
      if value & mask == target {
        responses.append(Response(index: position, tick: timer, value: value))
        timer += Self.instructionTicks
        patience = nil
        return nil
      }
      guard timer + Self.pollTicks <= end else {
        return .failed(.timeout(index: position, last: value))
      }
      timer += Self.pollTicks
    }
  }
}

extension Chip {
  /// What the host reads at a place of a processor's bus, with the side effects of a read; nil
  /// where there is nothing to read.
  ///
  /// The host may read analog observables whatever the program has declared, and does not count
  /// in ``analogReadCount``.
  public mutating func readBus(_ place: PlaybackProgram.Place) -> UInt32? {
    guard place.isAligned else { return nil }
    if isInSRAM(place) {
      let bytes = readMemory(
        place.hemisphere, at: place.address, byteCount: place.byteCount)
      return bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
    switch place.hemisphere {
    case .top: return BusAccess.hostRead(place, &top, analog, fabric, shared, busMap, at: now)
    case .bottom: return BusAccess.hostRead(place, &bottom, analog, fabric, shared, busMap, at: now)
    }
  }

  /// Writes to a place of a processor's bus as the processor would.
  ///
  /// - Returns: false if nothing can be written there.
  public mutating func writeBus(_ place: PlaybackProgram.Place, _ value: UInt32) -> Bool {
    guard place.isAligned else { return false }
    if isInSRAM(place) {
      let bytes = (0..<place.byteCount).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
      writeMemory(place.hemisphere, at: place.address, bytes)
      return true
    }
    let isDone =
      switch place.hemisphere {
      case .top: BusAccess.hostWrite(value, place, &top, &analog, &fabric, &shared, busMap, at: now)
      case .bottom:
        BusAccess.hostWrite(value, place, &bottom, &analog, &fabric, &shared, busMap, at: now)
      }
    guard isDone else { return false }
    deliverBusEvents(at: now)
    updateInterrupts(at: now.cycles)
    isNextEventKnown = false
    return true
  }

  private mutating func isInSRAM(_ place: PlaybackProgram.Place) -> Bool {
    withProcessor(place.hemisphere) { $0.isInSRAM(place.address, byteCount: place.byteCount) }
  }
}

extension PlaybackProgram.Place {
  var isAligned: Bool {
    [1, 2, 4].contains(byteCount) && address % UInt32(byteCount) == 0
  }
}
