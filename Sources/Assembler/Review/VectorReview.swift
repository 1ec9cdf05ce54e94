import InstructionSet

extension AssemblyState {
  /// Warns of vector instructions that trap on every way that leads to them.
  mutating func reviewVectors(_ flow: ControlFlow, _ types: VectorTypeFlow) {
    // One message for a run of instructions without a type is enough.
    var isReported = false
    for (step, knowledge) in zip(flow.steps, types.before) {
      if step.isLabelled || knowledge != .none { isReported = false }
      guard step.instruction.opcode == .vector else { continue }
      let pending = instructions[step.index]
      switch step.instruction.operation {
      case .vsetvli, .vsetivli, .vsetvl:
        if let message = Self.typeMessage(step.instruction, knowledge) {
          warn(.vectorType, at: pending.position, message)
        }
      case let operation where knowledge == .none && operation.needsType:
        if !isReported {
          warn(
            .vectorType, at: pending.position,
            "no vset* comes before this \(written(pending)) on any way from the start, so it "
              + "traps")
        }
        isReported = true
      default:
        if let message = Self.groupMessage(step.instruction, knowledge) {
          warn(.vectorGroups, at: pending.position, message)
        }
      }
    }
  }

  // MARK: Types

  private static func typeMessage(
    _ i: Instruction, _ knowledge: VectorTypeFlow.Knowledge
  ) -> String? {
    var type: UInt32?
    if i.operation != .vsetvl {
      let bits = UInt32(bitPattern: i.immediate)
      guard ElementShape(vtype: bits) != nil else {
        return "\(name(bits)) is no type of this processor: it sets vill, and what needs a type "
          + "traps"
      }
      type = bits
    }
    let keepsLength =
      i.operation != .vsetivli && i.destination == Instruction.bitBucket && i.source1 == 0
    guard keepsLength else { return nil }
    switch knowledge {
    case .none: return "with x0, x0 an illegal type stays illegal, and none was set before"
    case .type(let old):
      guard let type, elementsPerGroup(type) != elementsPerGroup(old) else { return nil }
      return "with x0, x0 the length stays, but \(name(type)) does not hold as many elements as "
        + "\(name(old)), the type until here: it sets vill"
    case .unreached, .unknown: return nil
    }
  }

  /// lg2 of the elements of a group, up to a constant.
  private static func elementsPerGroup(_ type: UInt32) -> Int? {
    ElementShape(vtype: type).map { $0.multiplier - $0.width }
  }

  private static func name(_ type: UInt32) -> String {
    VectorType(bits: type).names.map { $0.prefix(2).joined(separator: ", ") } ?? "the type \(type)"
  }

  // MARK: Groups

  private static let shapes = (0...2).flatMap { width in
    (-3...3).filter { width <= 2 + min($0, 0) }.map { ElementShape(width: width, multiplier: $0) }
  }

  private static func groupMessage(
    _ i: Instruction, _ knowledge: VectorTypeFlow.Knowledge
  ) -> String? {
    if case .type(let type) = knowledge, let shape = ElementShape(vtype: type) {
      let groups = OperandGroups(i, shape)
      return groups.fault.map { message($0, i, groups, shape) + " (\(name(type)))" }
    }
    // Whatever the type is.
    guard shapes.allSatisfy({ OperandGroups(i, $0).fault != nil }) else { return nil }
    let shape = ElementShape(width: 0, multiplier: 0)
    let groups = OperandGroups(i, shape)
    return groups.fault.map { message($0, i, groups, shape) + " (with every type)" }
  }

  private static func message(
    _ fault: OperandGroups.Fault, _ i: Instruction, _ groups: OperandGroups, _ shape: ElementShape
  ) -> String {
    switch fault {
    case .noType: "vtype is illegal"
    case .mask: "the mask v0 is written by an instruction that it masks"
    case .width: widthMessage(i, shape)
    case .multiplier:
      "a group of this instruction would have more than 8 registers, or less than an eighth of one"
    case .alignment: alignmentMessage(i, groups)
    case .overlap: overlapMessage(i, groups)
    }
  }

  private static func widthMessage(_ i: Instruction, _ shape: ElementShape) -> String {
    switch i.operation {
    case .vzext, .vsext: "there are no elements that narrow"
    default: "there are no elements twice as wide as \(8 << shape.width) bits"
    }
  }

  /// The register groups of an instruction: the first register and how many.
  private static func operands(
    _ i: Instruction, _ groups: OperandGroups
  ) -> [(register: Int, count: Int)] {
    [(i.destination, groups.destination), (i.source2, groups.source2), (i.source1, groups.source1)]
      .compactMap { register, multiplier in
        multiplier.map { (Int(register), OperandGroups.count($0)) }
      }
  }

  private static func alignmentMessage(_ i: Instruction, _ groups: OperandGroups) -> String {
    let wrong = operands(i, groups).first { $0.register % $0.count != 0 }
    return wrong.map {
      "v\($0.register) cannot begin a group of \($0.count) registers, which begins at a multiple of "
        + "\($0.count)"
    } ?? "a group begins at a wrong register"
  }

  private static func overlapMessage(_ i: Instruction, _ groups: OperandGroups) -> String {
    let all = operands(i, groups)
    func name(_ group: (register: Int, count: Int)) -> String {
      group.count == 1
        ? "v\(group.register)" : "v\(group.register)-v\(group.register + group.count - 1)"
    }
    guard let destination = all.first,
      let source = all.dropFirst().first(where: {
        $0.register < destination.register + destination.count
          && destination.register < $0.register + $0.count
      })
    else { return "the destination overlaps a source" }
    return "the destination \(name(destination)) overlaps the source \(name(source)) in a way that "
      + "is reserved"
  }
}
