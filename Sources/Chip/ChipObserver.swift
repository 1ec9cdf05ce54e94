public import ChipGeometry
import EventFabric
public import PlasticityProcessor

/// Looks on while a chip runs: the instructions of both processors, told apart by their
/// ``PlasticityProcessor/hartID``, and the events.
public protocol ChipObserver: InstructionObserver, ~Copyable {
  /// An event has been emitted. Only chips that record (``Chip/isRecording``) tell.
  mutating func didEmit(_ event: SpikeEvent)

  /// True of observers that want to see nothing.
  static var isIdle: Bool { get }
}

extension ChipObserver where Self: ~Copyable {
  public static var isIdle: Bool { false }
}

/// Nobody looks: for runs at full speed.
package struct NoObserver: ChipObserver {
  package static var isIdle: Bool { true }
  package var wantsPause: Bool { false }

  package init() {}

  package mutating func willExecute(_ processor: borrowing PlasticityProcessor) {}
  package mutating func didExecute(_ processor: borrowing PlasticityProcessor) {}
  package mutating func didEmit(_ event: SpikeEvent) {}
}

extension Chip {
  /// Shows the events from `first` on.
  ///
  /// - Returns: true if the observer wants to pause.
  func show<Observer: ChipObserver & ~Copyable>(
    eventsFrom first: Int, to observer: inout Observer
  ) -> Bool {
    if Observer.isIdle { return false }
    for index in first..<max(first, fabric.log.count) { observer.didEmit(fabric.log[index]) }
    return observer.wantsPause
  }

  /// Tells that an instruction is done whose access the bus has served. If the bus has refused it,
  /// the instruction is not done.
  func showBusAccess<Observer: ChipObserver & ~Copyable>(
    _ hemisphere: Hemisphere, to observer: inout Observer
  ) {
    switch hemisphere {
    case .top: if !top.core.isRefused { observer.didExecute(top.core) }
    case .bottom: if !bottom.core.isRefused { observer.didExecute(bottom.core) }
    }
  }
}
