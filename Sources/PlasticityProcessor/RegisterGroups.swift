import InstructionSet

/// What ``OperandGroups`` mean for a vector instruction's execution under one `vtype`. Worked out once
/// per instruction and `vtype`, then remembered beside the predecoded instruction.
struct RegisterGroups: BitwiseCopyable {
  enum Kind: UInt8 { case illegal, arithmetic, memory, configuration }

  /// ``VectorState/key`` of the `vtype` that this holds for.
  var key = VectorState.noKey
  var kind = Kind.arithmetic
  /// The size of the groups, 0 for operands that the instruction does not have.
  var destinationCount: UInt8 = 0
  var source2Count: UInt8 = 0
  var source1Count: UInt8 = 0
  /// True for multiply-accumulate: the destination is read as well.
  var readsDestination = false
  /// True if the result comes late, from the multiplier.
  var isMultiplication = false
  /// Cycles of an arithmetic instruction.
  var cost: UInt8 = 0
  /// Makes this as large as a ``Slot``.
  private let padding: UInt32 = 0

  private init() {}

  init(_ groups: OperandGroups, _ kind: Kind) {
    self.kind = groups.fault == nil ? kind : .illegal
    func count(_ multiplier: Int?) -> UInt8 {
      multiplier.map { UInt8(OperandGroups.count($0)) } ?? 0
    }
    destinationCount = count(groups.destination)
    source2Count = count(groups.source2)
    source1Count = count(groups.source1)
    readsDestination = groups.readsDestination
  }

  /// The number of registers of the widest group: what the instruction's time depends on.
  var widestCount: UInt8 { max(destinationCount, source2Count, source1Count) }
}

extension VectorState {
  /// The groups, legality and cost of an instruction under this `vtype`.
  func groups(_ i: VectorInstruction) -> RegisterGroups {
    let shape = isIllegal ? nil : ElementShape(width: width, multiplier: multiplier)
    let rules = OperandGroups(i.slot.instruction(word: 0), shape)
    var groups = RegisterGroups(rules, kind(i.operation))
    groups.key = key
    switch CycleCosts.costClass(i.operation) {
    case .vectorMultiply:
      groups.isMultiplication = true
      groups.cost = groups.widestCount
    case .vectorPermutation:
      let count = OperandGroups.count(multiplier)
      groups.cost = UInt8(CycleCosts.permutationPerRegister * count)
    case .vectorArithmetic: groups.cost = groups.widestCount
    case .simple, .branch, .memory, .multiply, .divide, .vectorContiguous, .vectorScattered:
      groups.cost = UInt8(CycleCosts.simple)
    }
    return groups
  }

  private func kind(_ operation: VectorOperation) -> RegisterGroups.Kind {
    switch operation {
    case .vsetvli, .vsetivli, .vsetvl: .configuration
    case .vle, .vse, .vlse, .vsse, .vluxei, .vloxei, .vsuxei, .vsoxei, .vlm, .vsm, .vlr, .vsr:
      .memory
    default: .arithmetic
    }
  }
}
