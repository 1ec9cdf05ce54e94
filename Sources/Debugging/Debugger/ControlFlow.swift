import PlasticityProcessor

/// What an instruction does to the flow of control, as far as stepping must know.
enum ControlFlow: UInt8 {
  case straight
  /// Jumps and leaves the return address in `ra` or `t0`.
  case call
  /// Jumps to the address in `ra` or `t0`.
  case `return`
  case trapReturn
  /// Not an instruction: a trap handler has been entered instead.
  case trapEntry

  /// The calling convention's return address registers: x1 and x5.
  private static func isLink(_ register: UInt32) -> Bool { register == 1 || register == 5 }

  init(_ word: UInt32) {
    let (destination, source) = (word >> 7 & 31, word >> 15 & 31)
    switch word & 0x7F {
    case 0x6F where Self.isLink(destination): self = .call
    case 0x67 where Self.isLink(destination): self = .call
    case 0x67 where destination == 0 && Self.isLink(source): self = .return
    default: self = word == 0x3020_0073 ? .trapReturn : .straight
    }
  }

  init(next processor: borrowing PlasticityProcessor) {
    let pc = processor.programCounter
    self =
      processor.isInSRAM(pc, byteCount: 4) ? ControlFlow(processor.readWord(at: pc)) : .straight
  }
}

/// A position at which an instruction was next.
struct Moment {
  var position: Position
  var programCounter: UInt32
  var flow: ControlFlow
}
