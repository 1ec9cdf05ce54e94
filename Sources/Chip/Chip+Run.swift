import AnalogCore
public import ChipGeometry
import EventFabric
public import PlasticityProcessor

/// When a run ends before its time is over, apart from what a program itself brings about.
public enum StopCondition: Sendable {
  /// Only at the end of the time.
  case atTime
  /// As soon as no processor runs, no timer will wake one, and the host's queue is empty.
  case whenAsleep
}

/// Why ``Chip/run(until:stopping:)`` returned.
public enum ChipStop: Equatable, Sendable {
  /// All cycles before the end are done. Programs may still be running.
  case reachedTime
  /// No processor runs, no timer will wake one, and the host's queue is empty; the network may still be
  /// active.
  case asleep
  /// Nothing will ever happen unless the host does something. Only of runs without end.
  case idle
  /// A program trapped without handler, or ended. The rest of the chip can go on.
  case processorStopped(Hemisphere, StopReason)
  /// A program wants bytes of its memory printed; run again to go on.
  case consoleWrite(Hemisphere, address: UInt32, byteCount: UInt32)
  /// The observer wants to pause; run again to go on.
  case paused
}

extension Chip {
  /// Runs all cycles before `end`, or until something must be reported.
  ///
  /// - Parameters:
  ///   - end: the first cycle that is left undone; `ClockTime(cycles: .max)` for no end. This is
  ///     the watchdog: a program that never sleeps is found running when the time is over, and
  ///     ``programCounter(_:)`` tells where.
  ///   - condition: what else ends the run.
  /// - Returns: why the run ended.
  public mutating func run(
    until end: ClockTime, stopping condition: StopCondition = .atTime
  ) -> ChipStop {
    var nobody = NoObserver()
    return run(until: end, stopping: condition, observer: &nobody)
  }

  /// As ``run(until:stopping:)``, under an observer's eyes: it sees the instructions of both
  /// processors and, while the chip records, every event. What happens is the same.
  ///
  /// - Returns: why the run ended; ``ChipStop/paused`` if the observer wants it.
  public mutating func run<Observer: ChipObserver & ~Copyable>(
    until end: ClockTime, stopping condition: StopCondition = .atTime, observer: inout Observer
  ) -> ChipStop {
    let stop = proceed(until: end, stopping: condition, observer: &observer)
    if membraneRecording != nil { sampleMembrane(before: now.cycles) }
    return stop
  }

  private mutating func proceed<Observer: ChipObserver & ~Copyable>(
    until end: ClockTime, stopping condition: StopCondition, observer: inout Observer
  ) -> ChipStop {
    isNextEventKnown = false
    let end = max(end, now).cycles
    while true {
      if case .whenAsleep = condition, isHostQueueEmpty, !isRunning, !awaitsTimer {
        return .asleep
      }
      if !isNextEventKnown { findNextEvent(before: end) }
      let bound = min(nextEvent, end)
      let (topCycle, bottomCycle) = (top.nextCycle, bottom.nextCycle)
      if topCycle <= bottomCycle, topCycle < bound {
        // While both run, neither passes the other: any access can concern both.
        let limit = bottomCycle < bound ? bottomCycle + 1 : bound
        let reason = top.run(untilCycle: limit, observer: &observer)
        if let stop = finish(reason, .top, &observer) { return stop }
      } else if bottomCycle < bound {
        let limit = min(topCycle, bound)
        let reason = bottom.run(untilCycle: limit, observer: &observer)
        if let stop = finish(reason, .bottom, &observer) { return stop }
      } else if nextEvent < end {
        let eventCount = fabric.log.count
        performCycle(nextEvent)
        if show(eventsFrom: eventCount, to: &observer) { return .paused }
      } else {
        if end == .max { return .idle }
        now = ClockTime(cycles: end)
        return .reachedTime
      }
    }
  }

  /// Whether a timer will wake a sleeping processor.
  private var awaitsTimer: Bool { top.awaitsTimer || bottom.awaitsTimer }

  /// Whether at least one processor is executing instructions.
  public var isRunning: Bool { top.nextCycle != .max || bottom.nextCycle != .max }

  /// Sets ``nextEvent`` and ``dueSpike``. Spikes at or after `end` are not looked for.
  private mutating func findNextEvent(before end: UInt64) {
    var next = min(fabric.nextCycle(), min(hostEvents.nextCycle, linkedEvents.nextCycle))
    next = min(next, min(top.nextTimerCycle, bottom.nextTimerCycle))
    dueSpike = nil
    if isAnalogOn {
      dueSpike = analog.nextSpike(atOrBefore: ClockTime(cycles: min(next, end)))
      if let dueSpike { next = min(next, dueSpike.time.cycles) }
    }
    nextEvent = next
    isNextEventKnown = true
  }

  /// Everything that happens in a cycle before instructions; see ``Chip`` for the order.
  private mutating func performCycle(_ cycle: UInt64) {
    let time = ClockTime(cycles: cycle)
    if membraneRecording != nil { sampleMembrane(before: cycle + 1) }
    fabric.beginCycle(cycle)
    while linkedEvents.nextCycle <= cycle {
      let event = linkedEvents.removeFirst()
      fabric.emit(hostEvent: event.label, flags: event.flags, at: time)
    }
    while hostEvents.nextCycle <= cycle { passLink(hostEvents.removeFirst(), at: time) }
    fabric.emitBackground(at: time)
    while let spike = dueSpike, spike.time <= time {
      analog.fire(spike)
      fabric.emit(spike.neuron, at: time)
      dueSpike = analog.nextSpike(atOrBefore: time)
    }
    deliverBusEvents(at: time)
    updateInterrupts(at: cycle)
    now = ClockTime(cycles: cycle + 1)
    isNextEventKnown = false
  }

  /// Emits a host event, now or as soon as its link has carried those before it.
  private mutating func passLink(_ event: SpikeEvent, at time: ClockTime) {
    guard let tick = fabric.links.passage(Int(event.label.rawValue >> 14), at: event.tick) else {
      return
    }
    if tick == event.tick {
      fabric.emit(hostEvent: event.label, flags: event.flags, at: time)
    } else {
      linkedEvents.insert(SpikeEvent(tick: tick, label: event.label, flags: event.flags))
    }
  }

  mutating func deliverBusEvents(at time: ClockTime) {
    if isAnalogOn {
      for index in fabric.busEvents.indices {
        let event = fabric.busEvents[index]
        analog.deliver(bus: Int(event.bus), label: event.label, at: time)
      }
    }
    fabric.removeBusEvents()
  }

  mutating func updateInterrupts(at cycle: UInt64) {
    top.updateInterrupts(at: cycle, recorderPending: fabric.topRecorder.isPending)
    bottom.updateInterrupts(at: cycle, recorderPending: fabric.bottomRecorder.isPending)
  }

  // MARK: Processors

  /// Does what a processor has stopped for.
  ///
  /// - Returns: what the host must know, nil to go on.
  private mutating func finish<Observer: ChipObserver & ~Copyable>(
    _ reason: StopReason, _ hemisphere: Hemisphere, _ observer: inout Observer
  ) -> ChipStop? {
    switch reason {
    case .cycleLimit:
      return nil
    case .paused:
      return .paused
    case .busAccess:
      let eventCount = fabric.log.count
      serveBus(hemisphere)
      if Observer.isIdle { return nil }
      showBusAccess(hemisphere, to: &observer)
      return show(eventsFrom: eventCount, to: &observer) || observer.wantsPause ? .paused : nil
    case .waiting:
      setActivity(.asleep, hemisphere)
      return observer.wantsPause ? .paused : nil
    case .trapped, .exited, .watchedStore:
      setActivity(.stopped, hemisphere)
      return .processorStopped(hemisphere, reason)
    case .consoleWrite(let address, let byteCount):
      setActivity(.running, hemisphere)
      return .consoleWrite(hemisphere, address: address, byteCount: byteCount)
    }
  }

  /// All events before the processor's cycle are done, so this is where the chip has arrived.
  private mutating func setActivity(_ activity: ProcessorUnit.Activity, _ hemisphere: Hemisphere) {
    switch hemisphere {
    case .top: top.activity = activity
    case .bottom: bottom.activity = activity
    }
    now = max(now, ClockTime(cycles: cycle(hemisphere)))
  }

  private mutating func serveBus(_ hemisphere: Hemisphere) {
    let time = ClockTime(cycles: cycle(hemisphere))
    if membraneRecording != nil { sampleMembrane(before: time.cycles + 1) }
    let changesSchedule =
      switch hemisphere {
      case .top: BusAccess.serve(&top, &analog, &fabric, &shared, busMap, at: time)
      case .bottom: BusAccess.serve(&bottom, &analog, &fabric, &shared, busMap, at: time)
      }
    guard changesSchedule else { return }
    deliverBusEvents(at: time)
    updateInterrupts(at: time.cycles)
    isNextEventKnown = false
  }
}
