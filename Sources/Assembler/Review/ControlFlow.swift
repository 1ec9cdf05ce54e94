import InstructionSet

/// The instructions of a finished program and what leads from one to another.
struct ControlFlow {
  struct Step {
    /// Index into ``AssemblyState/instructions``.
    var index: Int
    var address: Int64
    var instruction: Instruction
    var isLabelled: Bool
    /// The step behind it in memory, if there is one directly behind.
    var next: Int?
    var exit = Exit.next
  }

  /// Where a step leads. Targets are steps; nil is a place that is not known.
  enum Exit: Equatable {
    case next
    case branch(Int?)
    case jump(Int?)
    /// To the target, and then to the next step.
    case call(Int?)
    case back
  }

  /// By address.
  private(set) var steps: [Step] = []
  /// The step that the program starts with.
  private(set) var start: Int?
  /// Steps whose address is somewhere a number: of handlers, and in tables of functions.
  private(set) var isTaken: [Bool] = []
  private var stepsByAddress: [Int64: Int] = [:]

  init(_ state: AssemblyState, entry: Int64) {
    collect(state)
    for index in steps.indices { steps[index].exit = exit(of: index) }
    start = stepsByAddress[entry]
    isTaken = [Bool](repeating: false, count: steps.count)
    markTaken(state)
  }

  private mutating func collect(_ state: AssemblyState) {
    var labels: Set<Int64> = []
    for symbol in state.symbols where !symbol.isVariable {
      guard case .value(let value) = symbol.definition, value.section != nil else { continue }
      labels.insert(state.address(of: value))
    }
    for (index, pending) in state.instructions.enumerated() {
      let section = state.sections[pending.section]
      guard section.flags.contains(.allocate) else { continue }
      let word = (0..<4).reversed().reduce(UInt32(0)) {
        $0 << 8 | UInt32(section.bytes[pending.offset + $1])
      }
      let address = state.addresses[pending.section] + Int64(pending.offset)
      steps.append(
        Step(
          index: index, address: address, instruction: Decoder.decode(word),
          isLabelled: labels.contains(address)))
    }
    steps.sort { $0.address < $1.address }
    for index in steps.indices {
      stepsByAddress[steps[index].address] = index
      if index > 0, steps[index - 1].address + 4 == steps[index].address {
        steps[index - 1].next = index
      }
    }
  }

  // MARK: Exits

  private func exit(of index: Int) -> Exit {
    let step = steps[index]
    let i = step.instruction
    switch i.opcode {
    case .beq, .bne, .blt, .bge, .bltu, .bgeu:
      return .branch(stepsByAddress[step.address + Int64(i.immediate)])
    case .jal:
      let target = stepsByAddress[step.address + Int64(i.immediate)]
      return i.destination == Instruction.bitBucket ? .jump(target) : .call(target)
    case .jalr:
      // x1 and x5 hold return addresses.
      let isReturn = i.destination == Instruction.bitBucket && i.immediate == 0
      if isReturn, i.source1 == 1 || i.source1 == 5 { return .back }
      let target = upperPart(before: index, i.source1).map { $0 + Int64(i.immediate) }
      let place = target.flatMap { stepsByAddress[$0] }
      return i.destination == Instruction.bitBucket ? .jump(place) : .call(place)
    case .mret: return .back
    default: return .next
    }
  }

  /// What the `auipc` of a `call` or `tail` has put into a register.
  private func upperPart(before index: Int, _ register: UInt8) -> Int64? {
    guard index > 0, steps[index - 1].next == index, !steps[index].isLabelled else { return nil }
    let upper = steps[index - 1]
    guard upper.instruction.opcode == .auipc, upper.instruction.destination == register else {
      return nil
    }
    return upper.address + Int64(upper.instruction.immediate)
  }

  // MARK: Addresses as numbers

  private mutating func markTaken(_ state: AssemblyState) {
    var isCall = [Bool](repeating: false, count: state.instructions.count)
    for (index, step) in steps.enumerated() where step.instruction.opcode == .jalr {
      guard upperPart(before: index, step.instruction.source1) != nil else { continue }
      isCall[steps[index - 1].index] = true
    }
    for (index, pending) in state.instructions.enumerated() where !isCall[index] {
      for operand in pending.operands {
        switch operand.content {
        case .number(let expression, .high), .number(let expression, .low),
          .number(let expression, .programCounterHigh), .address(let expression, .low, _):
          mark(expression, state)
        default: break
        }
      }
    }
    for item in state.data { mark(item.expression, state) }
  }

  private mutating func mark(_ expression: Expression, _ state: AssemblyState) {
    guard let value = try? state.finalValue(expression), value.isPlace,
      let step = stepsByAddress[value.value]
    else { return }
    isTaken[step] = true
  }
}
