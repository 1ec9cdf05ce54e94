import ChipGeometry
package import InstructionSet

/// What the cycles of a program go to.
package enum CycleCause: Int, CaseIterable, Sendable {
  /// The instructions themselves: one cycle each, more for long vector operations.
  case execute
  /// Taken branches and jumps, beyond their first cycle.
  case branch
  /// Scalar multiplications and divisions beyond their first cycle, and waits for results of the
  /// vector multiplier.
  case multiply
  /// Accesses to the SRAM, beyond their first cycle.
  case memory
  /// Accesses to the synapse array and its neighbours: weights, labels, neuron reset, column ADC
  /// and readouts, random generators.
  case synapse
  /// Accesses to the event recorder's memory.
  case events
  /// Accesses to registers on the bus.
  case bus
  /// Entering a trap handler.
  case trap
  /// Asleep (`wfi`).
  case wait

  /// As tables and JSON name it.
  package var name: String { "\(self)" }

  /// What an access to an address stalls for, on a chip.
  package static func access(to address: UInt32) -> CycleCause {
    if address < AddressMap.sramByteCount { return .memory }
    if address >= AddressMap.synapseWeights.base, address < AddressMap.correlationColumns.end {
      return .synapse
    }
    if address >= AddressMap.recorderEntries.base, address < AddressMap.recorderEntries.end {
      return .events
    }
    return .bus
  }

  /// What cycles beyond the first stall for, of an instruction that does not access memory.
  package static func stall(of opcode: Opcode) -> CycleCause {
    switch opcode {
    case .jal, .jalr, .beq, .bne, .blt, .bge, .bltu, .bgeu, .mret: .branch
    case .mul, .mulh, .mulhsu, .mulhu, .div, .divu, .rem, .remu, .vector: .multiply
    default: .execute
    }
  }
}

/// Cycles by cause, and how many instructions they were.
package struct CycleSums: Equatable, Sendable {
  package var instructions: UInt64 = 0
  private var byCause = InlineArray<9, UInt64>(repeating: 0)

  package init() {}

  package subscript(cause: CycleCause) -> UInt64 {
    get { byCause[cause.rawValue] }
    set { byCause[cause.rawValue] = newValue }
  }

  /// All but sleep.
  package var busy: UInt64 { total - self[.wait] }
  package var total: UInt64 { CycleCause.allCases.reduce(0) { $0 + self[$1] } }

  package static func += (sums: inout CycleSums, more: CycleSums) {
    sums.instructions += more.instructions
    for cause in CycleCause.allCases { sums[cause] += more[cause] }
  }

  package static func == (a: CycleSums, b: CycleSums) -> Bool {
    a.instructions == b.instructions && CycleCause.allCases.allSatisfy { a[$0] == b[$0] }
  }
}
