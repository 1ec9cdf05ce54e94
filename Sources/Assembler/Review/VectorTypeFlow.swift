import InstructionSet

/// What is known of `vtype` before each instruction, whatever way led there.
///
/// At the program's start `vtype` is illegal, as after reset. A call keeps what is known if nothing
/// that it can reach sets a type. Where ways meet that bring different types, and where control comes
/// from places that are not known, nothing is known.
struct VectorTypeFlow {
  enum Knowledge: Equatable {
    /// Nothing leads here.
    case unreached
    /// No type was set since reset.
    case none
    case type(UInt32)
    case unknown
  }

  /// By step.
  private(set) var before: [Knowledge]
  private let flow: ControlFlow
  private var pending: [Int] = []
  /// Whether a function may set a type, by the step of its entry.
  private var setsType: [Int: Bool] = [:]

  init(_ flow: ControlFlow) {
    self.flow = flow
    before = [Knowledge](repeating: .unreached, count: flow.steps.count)
    for (step, isTaken) in flow.isTaken.enumerated() where isTaken { arrive(step, .unknown) }
    if let start = flow.start { arrive(start, .none) }
    propagate()
    // What nothing leads to is still worth a look from its first instruction on.
    for step in flow.steps.indices where before[step] == .unreached {
      arrive(step, .unknown)
      propagate()
    }
  }

  private mutating func arrive(_ step: Int?, _ knowledge: Knowledge) {
    guard let step, before[step] != .unknown, before[step] != knowledge else { return }
    before[step] = before[step] == .unreached ? knowledge : .unknown
    pending.append(step)
  }

  private mutating func propagate() {
    while let index = pending.popLast() {
      let step = flow.steps[index]
      let after = Self.after(step.instruction, before[index])
      switch step.exit {
      case .next: arrive(step.next, after)
      case .branch(let target):
        arrive(target, after)
        arrive(step.next, after)
      case .jump(let target): arrive(target, after)
      case .call(let target):
        arrive(target, after)
        arrive(step.next, maySetType(target) ? .unknown : after)
      case .back: break
      }
    }
  }

  private static func after(_ i: Instruction, _ knowledge: Knowledge) -> Knowledge {
    guard i.opcode == .vector else { return knowledge }
    switch i.operation {
    case .vsetvli, .vsetivli:
      let type = UInt32(bitPattern: i.immediate)
      // An illegal one is reported; what follows is not to be reported too.
      return ElementShape(vtype: type) == nil ? .unknown : .type(type)
    case .vsetvl: return .unknown
    default: return knowledge
    }
  }

  /// Whether a `vset*`, or a place that is not known, can be reached before the function returns.
  private mutating func maySetType(_ entry: Int?) -> Bool {
    guard let entry else { return true }
    if let known = setsType[entry] { return known }
    let result = canReachType(entry)
    setsType[entry] = result
    return result
  }

  private func canReachType(_ entry: Int) -> Bool {
    var isSeen = [Bool](repeating: false, count: flow.steps.count)
    var open: [Int?] = [entry]
    while let place = open.popLast() {
      guard let index = place else { return true }
      guard !isSeen[index] else { continue }
      isSeen[index] = true
      let step = flow.steps[index]
      if step.instruction.opcode == .vector {
        switch step.instruction.operation {
        case .vsetvli, .vsetivli, .vsetvl: return true
        default: break
        }
      }
      switch step.exit {
      case .next: open.append(step.next)
      case .branch(let target), .call(let target): open += [target, step.next]
      case .jump(let target): open.append(target)
      case .back: break
      }
    }
    return false
  }
}
