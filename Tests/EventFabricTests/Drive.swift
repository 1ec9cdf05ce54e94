import ChipGeometry
import EventFabric

/// Something that a test lets happen in a given cycle.
struct Stimulus {
  enum Kind {
    case neuron(NeuronIndex)
    case host(UInt16)
    case processor(UInt16, Hemisphere)
  }
  let cycle: UInt64
  let kind: Kind

  static func neuron(_ index: Int, at cycle: UInt64) -> Stimulus {
    Stimulus(cycle: cycle, kind: .neuron(NeuronIndex(index)))
  }
  static func host(_ label: UInt16, at cycle: UInt64) -> Stimulus {
    Stimulus(cycle: cycle, kind: .host(label))
  }
  static func processor(_ label: UInt16, _ hemisphere: Hemisphere, at cycle: UInt64) -> Stimulus {
    Stimulus(cycle: cycle, kind: .processor(label, hemisphere))
  }
}

/// What a bus carried, and when.
struct Carried: Equatable, CustomStringConvertible {
  let cycle: UInt64
  let bus: Int
  let label: UInt16

  init(_ cycle: UInt64, _ bus: Int, _ label: UInt16) {
    self.cycle = cycle
    self.bus = bus
    self.label = label
  }
  var description: String { "\(cycle): bus \(bus) label \(String(label, radix: 16))" }
}

/// Lets the stimuli of [`start`, `end`) happen and returns what the buses carry meanwhile.
/// Stimuli are sorted by cycle, and within one as the total order demands.
func drive(
  _ fabric: inout EventFabric, _ stimuli: [Stimulus], from start: UInt64 = 0, until end: UInt64
) -> [Carried] {
  var carried: [Carried] = []
  var index = stimuli.firstIndex { $0.cycle >= start } ?? stimuli.count
  while true {
    let stimulus = index < stimuli.count ? stimuli[index].cycle : .max
    let cycle = min(fabric.nextCycle(), stimulus)
    guard cycle < end else { return carried }
    let time = ClockTime(cycles: cycle)
    fabric.beginCycle(cycle)
    var isBackgroundDone = false
    while index < stimuli.count, stimuli[index].cycle == cycle {
      if case .host(let label) = stimuli[index].kind {
        fabric.emit(hostEvent: EventLabel(label), flags: .stimulus, at: time)
      } else {
        if !isBackgroundDone { fabric.emitBackground(at: time) }
        isBackgroundDone = true
      }
      switch stimuli[index].kind {
      case .neuron(let neuron): fabric.emit(neuron, at: time)
      case .processor(let label, let hemisphere):
        fabric.emit(processorEvent: EventLabel(label), from: hemisphere, at: time)
      case .host: break
      }
      index += 1
    }
    if !isBackgroundDone { fabric.emitBackground(at: time) }
    carried += fabric.busEvents.map { Carried(cycle, Int($0.bus), $0.label.rawValue) }
    fabric.removeBusEvents()
  }
}

/// The bytes of a fabric's state.
func state(of fabric: borrowing EventFabric) -> [UInt8] {
  var writer = StateWriter()
  fabric.save(to: &writer)
  return writer.bytes
}

func openNode(_ fabric: inout EventFabric, _ input: CrossbarInput, _ output: CrossbarOutput) {
  guard let node = CrossbarLayout.nodeIndex(from: input, to: output) else {
    preconditionFailure("no such node")
  }
  fabric.crossbar[node] = .open
}
