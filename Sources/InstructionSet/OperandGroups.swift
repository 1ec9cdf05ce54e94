/// Which register groups a vector instruction reads and writes under one `vtype`, and whether it may.
///
/// The one place for the rules of the vector specification 1.0, sections 3.4, 5.2 and 5.3, and of the
/// single instructions' sections: the processor traps and the assembler warns by them. Everything
/// reserved is a fault.
package struct OperandGroups: Equatable, Sendable {
  /// Why an instruction is illegal under a `vtype` though its word is an instruction.
  package enum Fault: UInt8, Sendable {
    /// `vill` is set.
    case noType
    /// Elements of this width have no wider, or no narrower, ones beside them.
    case width
    /// A group would have more than 8 registers or less than an eighth of one.
    case multiplier
    /// A group does not begin at a multiple of its size.
    case alignment
    /// The destination overlaps a source in a way that is reserved.
    case overlap
    /// A masked instruction writes its own mask, v0.
    case mask
  }

  /// lg2 of the group multipliers, nil for operands that do not exist. Of stores, the destination is
  /// the data.
  package var destination: Int?
  package var source2: Int?
  package var source1: Int?
  /// True for multiply-accumulate: the destination is read as well.
  package var readsDestination = false
  package var fault: Fault?

  init(
    destination: Int? = nil, source2: Int? = nil, source1: Int? = nil, fault: Fault? = nil
  ) {
    (self.destination, self.source2, self.source1) = (destination, source2, source1)
    self.fault = fault
  }

  init(_ fault: Fault) { self.init(fault: fault) }

  /// - Parameters:
  ///   - instruction: A vector instruction.
  ///   - shape: What `vtype` says; nil while `vill` is set, when only what does not depend on `vtype`
  ///     is legal.
  package init(_ instruction: Instruction, _ shape: ElementShape?) {
    if let shape {
      self = GroupRules(instruction: instruction, shape: shape).groups
    } else if instruction.operation.needsType {
      self.init(.noType)
    } else {
      self =
        GroupRules(
          instruction: instruction, shape: ElementShape(width: 0, multiplier: 0)
        ).groups
    }
  }

  /// How many registers a multiplier of 2^`multiplier` takes.
  @inlinable
  package static func count(_ multiplier: Int) -> Int { 1 << max(multiplier, 0) }
}

extension VectorOperation {
  @inlinable
  package var isStore: Bool {
    switch self {
    case .vse, .vsse, .vsuxei, .vsoxei, .vsm, .vsr: true
    default: false
    }
  }

  /// False for what sets `vtype` and for accesses to whole registers.
  package var needsType: Bool {
    switch self {
    case .vsetvli, .vsetivli, .vsetvl, .vlr, .vsr: false
    default: true
    }
  }
}
