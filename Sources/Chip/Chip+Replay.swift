public import ChipGeometry
import EventFabric

extension Chip {
  /// Switches the analog core off or on. While it is off neurons do not spike and no event reaches
  /// a synapse; programs see what ``replay(_:until:)`` brings.
  public mutating func setAnalog(on isOn: Bool) { isAnalogOn = isOn }

  /// Shows an event of a recorded trace to the recorders, with its own stamp, then runs until all
  /// processors sleep.
  ///
  /// The chip's clock goes on to the event's time, or stays where it is if the programs here were
  /// slower than in the recording. Since a program sees nothing but the entries of its recorder, it
  /// does the same as when the trace was recorded.
  ///
  /// - Parameters:
  ///   - event: the events of a trace are replayed in its order.
  ///   - end: the watchdog, as in ``run(until:stopping:)``.
  /// - Returns: `.asleep`, or what has prevented that.
  /// - Precondition: the analog core is off and all processors sleep: a program that was just loaded
  ///   runs first.
  public mutating func replay(_ event: SpikeEvent, until end: ClockTime) -> ChipStop {
    precondition(!isAnalogOn, "a trace is replayed with the analog core off")
    precondition(!isRunning, "a program is still running")
    now = max(now, ClockTime(ticks: event.tick))
    fabric.inject(event)
    updateInterrupts(at: now.cycles)
    return isRunning ? run(until: end, stopping: .whenAsleep) : .asleep
  }
}
