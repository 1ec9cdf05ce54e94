import InstructionSet

/// A predecoded word of the SRAM, as the interpreter's loop reads it: 16 bytes, no references. With
/// all bits 0 it is not yet decoded.
struct Slot: BitwiseCopyable {
  /// What the loop does here: this instruction, or it and those behind it.
  private(set) var handler: Handler
  /// What the loop does with this instruction alone.
  private(set) var single: Handler
  private(set) var opcode: Opcode
  // As in ``Instruction``.
  private(set) var operation: VectorOperation
  private(set) var destination: UInt8
  private(set) var source1: UInt8
  private(set) var source2: UInt8
  private(set) var form: OperandForm
  private(set) var isUnmasked: Bool
  private(set) var elementWidth: ElementWidth
  /// As in ``Instruction``; of direct jumps, how many bytes from this slot the one before the target
  /// lies.
  private(set) var immediate: Int32

  /// No handler does more instructions than these.
  static let fusedCountMax = 3

  init(_ i: Instruction) {
    single = Handler(i.opcode)
    handler = single
    opcode = i.opcode
    operation = i.operation
    destination = i.destination
    source1 = i.source1
    source2 = i.source2
    form = i.form
    isUnmasked = i.isUnmasked
    elementWidth = i.elementWidth
    switch i.opcode {
    case .jal, .beq, .bne, .blt, .bge, .bltu, .bgeu:
      let bytesPerByte = Int32(MemoryLayout<Slot>.stride / 4)
      immediate = i.immediate &* bytesPerByte &- Int32(MemoryLayout<Slot>.stride)
    default: immediate = i.immediate
    }
  }

  /// False also for words that are no instruction, and for jumps out of the SRAM.
  var isDecoded: Bool {
    switch opcode {
    case .illegal: false
    default: true
    }
  }

  /// Forgets that the instructions behind this one can be done with it.
  mutating func separate() { handler = single }

  /// Does the instructions behind this one with it, if there is a handler for them.
  mutating func fuse(_ second: Slot, _ third: Slot) {
    handler = Handler.fusing(self, second, third) ?? Handler.fusing(self, second) ?? single
  }

  /// The instruction of which this was made, if it is no direct jump.
  func instruction(word: UInt32) -> Instruction {
    var i = Instruction.illegal(word)
    i.opcode = opcode
    i.operation = operation
    i.destination = destination
    i.source1 = source1
    i.source2 = source2
    i.form = form
    i.isUnmasked = isUnmasked
    i.elementWidth = elementWidth
    i.immediate = immediate
    return i
  }
}
