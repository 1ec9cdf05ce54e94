package import InstructionSet

/// How many cycles of 4 ns an instruction takes: in order, one issue.
///
/// An estimate from published measurements, not a pipeline simulation. The published processor's
/// scalar unit has 1 cycle for most instructions, 3 for a taken branch and for its local memory, 4 for
/// a multiplication, 31 for a division; its vector loads and stores of 128 lanes were measured on
/// silicon as 49 and 47 cycles for the local memory and 20 ± 2 for a row of synapses or the neuron
/// reset; its vector multiplier is a pipeline of depth 4.
package enum CycleCosts {
  // MARK: Scalar instructions

  /// Published processor.
  package static let simple = 1
  /// Jumps and taken branches; published processor. Ours: entering a trap handler, `mret`.
  package static let takenBranch = 3
  /// Local memory; published processor.
  package static let memory = 3
  /// Published processor.
  package static let multiply = 4
  /// Published processor.
  package static let divide = 31
  /// A scalar access to anything on the bus; ours.
  package static let scalarBus = 8

  // MARK: Vector memory

  /// Before the first word of a local access. With ``bytesPerCycle``, 48 cycles for 128 bytes: fits
  /// the measured 47 to 49.
  package static let vectorMemoryStart = 16
  package static let bytesPerCycle = 4
  /// A row of synapses, 128 bytes; measured 20 ± 2.
  package static let rowAccess = 20
  package static let rowByteCount = 128

  /// Unit stride: `byteCount` bytes of SRAM or of the event recorder.
  @inline(__always) package static func contiguous(byteCount: Int) -> Int {
    vectorMemoryStart + (byteCount + bytesPerCycle - 1) / bytesPerCycle
  }
  /// Strided and indexed accesses, wherever; ours. Masked-off elements take their cycle too.
  @inline(__always) package static func scattered(elementCount: Int) -> Int {
    vectorMemoryStart + elementCount
  }
  /// Unit stride on the row-like blocks of the bus.
  package static func rows(byteCount: Int) -> Int {
    max(1, (byteCount + rowByteCount - 1) / rowByteCount) * rowAccess
  }

  // MARK: Vector arithmetic

  /// Slides, gather, compress and reductions, per register of the group; ours.
  package static let permutationPerRegister = 8
  /// From the issue of a vector multiplication to its first result; depth published.
  ///
  /// An instruction that reads the result waits for it. Registers of a group leave the multiplier
  /// one per cycle, in the order in which the next instruction reads them, so groups of four or
  /// eight registers hide the latency.
  package static let multiplyLatency = 4

  /// What an instruction costs, as a class.
  package enum Class: UInt8, Sendable {
    case simple, branch, memory, multiply, divide
    /// One cycle per register of the widest group.
    case vectorArithmetic
    /// As ``vectorArithmetic``, the result after ``multiplyLatency``.
    case vectorMultiply
    case vectorPermutation
    case vectorContiguous, vectorScattered
  }

  /// The class of every scalar instruction.
  package static func costClass(_ opcode: Opcode) -> Class {
    switch opcode {
    case .jal, .jalr, .beq, .bne, .blt, .bge, .bltu, .bgeu, .mret: .branch
    case .lb, .lh, .lw, .lbu, .lhu, .sb, .sh, .sw: .memory
    case .mul, .mulh, .mulhsu, .mulhu: .multiply
    case .div, .divu, .rem, .remu: .divide
    case .lui, .auipc, .addi, .slti, .sltiu, .xori, .ori, .andi, .slli, .srli, .srai: .simple
    case .add, .sub, .sll, .slt, .sltu, .xor, .srl, .sra, .or, .and: .simple
    case .csrrw, .csrrs, .csrrc, .csrrwi, .csrrsi, .csrrci: .simple
    case .fence, .fenceTSO, .fenceI, .ecall, .ebreak, .wfi, .illegal: .simple
    case .vector: .vectorArithmetic
    }
  }

  /// The class of every vector instruction.
  package static func costClass(_ operation: VectorOperation) -> Class {
    switch operation {
    case .vsetvli, .vsetivli, .vsetvl: .simple
    case .vle, .vse, .vlm, .vsm, .vlr, .vsr: .vectorContiguous
    case .vlse, .vsse, .vluxei, .vloxei, .vsuxei, .vsoxei: .vectorScattered
    case .vadd, .vsub, .vrsub, .vand, .vor, .vxor, .vsll, .vsrl, .vsra, .vminu, .vmin, .vmaxu,
      .vmax, .vwaddu, .vwadd, .vwsubu, .vwsub, .vnsrl, .vnsra, .vzext, .vsext:
      .vectorArithmetic
    case .vsaddu, .vsadd, .vssubu, .vssub, .vaaddu, .vaadd, .vasubu, .vasub, .vssrl, .vssra,
      .vnclipu, .vnclip:
      .vectorArithmetic
    case .vsmul, .vmul, .vmulh, .vmulhu, .vmulhsu, .vwmul, .vwmulu, .vwmulsu, .vmacc, .vnmsac,
      .vmadd, .vnmsub, .vwmaccu, .vwmacc, .vwmaccsu, .vwmaccus:
      .vectorMultiply
    case .vmseq, .vmsne, .vmsltu, .vmslt, .vmsleu, .vmsle, .vmsgtu, .vmsgt, .viota, .vid, .vmerge,
      .vmv, .vmvr:
      .vectorArithmetic
    case .vmand, .vmnand, .vmandn, .vmxor, .vmor, .vmnor, .vmorn, .vmxnor, .vcpop, .vfirst, .vmsbf,
      .vmsif, .vmsof, .vmvXS, .vmvSX:
      .simple
    case .vredsum, .vredand, .vredor, .vredxor, .vredminu, .vredmin, .vredmaxu, .vredmax,
      .vwredsumu, .vwredsum, .vslideup, .vslidedown, .vslide1up, .vslide1down, .vrgather,
      .vrgatherei16, .vcompress:
      .vectorPermutation
    }
  }
}
