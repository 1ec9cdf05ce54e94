/// A predecoded instruction, as the hot loop reads it: 16 bytes, no references.
public struct Instruction: BitwiseCopyable, Sendable, Equatable {
  public var opcode: Opcode
  /// Meaningful when ``opcode`` is `vector`.
  public var operation: VectorOperation
  /// `rd`, `vd` or, in vector stores, the data register `vs3`.
  ///
  /// A write to x0 is redirected to ``bitBucket``, and an instruction without a destination has
  /// ``bitBucket`` too, so that the hot loop needs no test.
  public var destination: UInt8
  /// `rs1` or `vs1`; the five-bit `uimm` of `csrr?i` and `vsetivli`; otherwise 0.
  public var source1: UInt8
  /// `rs2` or `vs2`; otherwise 0.
  public var source2: UInt8
  /// Meaningful when ``opcode`` is `vector`.
  public var form: OperandForm
  /// The `vm` bit: false when v0 masks the instruction, and in `vmerge`.
  public var isUnmasked: Bool
  /// Of vector memory accesses; the width of the indices when the access is indexed.
  public var elementWidth: ElementWidth
  /// The immediate, extended to 32 bits and, for `lui` and `auipc`, shifted into place; the number of
  /// the control register; the `vtype` of `vsetvli` and `vsetivli`; the number of registers of
  /// `vlr`, `vsr` and `vmvr`.
  public var immediate: Int32
  /// The word this was decoded from, for traps and listings.
  public var word: UInt32

  /// The number of the register that nobody reads.
  public static let bitBucket: UInt8 = 32

  /// The number of registers of `vlr`, `vsr` and `vmvr`: 1, 2, 4 or 8.
  public var registerCount: Int { Int(immediate) }

  /// An instruction without operands.
  init(_ opcode: Opcode, _ operation: VectorOperation = .vsetvli, word: UInt32 = 0) {
    self.opcode = opcode
    self.operation = operation
    destination = Self.bitBucket
    source1 = 0
    source2 = 0
    form = .single
    isUnmasked = true
    elementWidth = .e8
    immediate = 0
    self.word = word
  }

  /// A word that is no instruction.
  public static func illegal(_ word: UInt32) -> Self { Self(.illegal, word: word) }
}
