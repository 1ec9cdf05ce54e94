import InstructionSet
package import PlasticityProcessor

/// What memory the next instruction of a processor is going to touch, if it is a load or a store.
package struct MemoryAccess {
  package let isWrite: Bool
  private let kind: Kind
  private let width: Int

  private enum Kind {
    case contiguous(UInt32, Int)
    /// The addresses of elements, one by one.
    case scattered([UInt32])
  }

  /// The four major opcodes of loads and stores.
  @inline(__always)
  static func isLoadOrStore(_ word: UInt32) -> Bool { word & 0x5F == 0x03 || word & 0x5F == 0x07 }
  /// The two of stores.
  @inline(__always)
  static func isStore(_ word: UInt32) -> Bool { word & 0x7F == 0x23 || word & 0x7F == 0x27 }

  /// Nil if the instruction at the program counter accesses no memory.
  package init?(next processor: borrowing PlasticityProcessor) {
    let pc = processor.programCounter
    guard processor.isInSRAM(pc, byteCount: 4) else { return nil }
    let word = processor.readWord(at: pc)
    guard Self.isLoadOrStore(word) else { return nil }
    self.init(Decoder.decode(word), processor)
  }

  private init?(_ i: Instruction, _ processor: borrowing PlasticityProcessor) {
    let base = processor[x: Int(i.source1)]
    let scalar = base &+ UInt32(bitPattern: i.immediate)
    let size: Int
    switch i.opcode {
    case .lb, .lbu, .sb: size = 1
    case .lh, .lhu, .sh: size = 2
    case .lw, .sw: size = 4
    case .vector:
      guard let (kind, width) = Self.vectorAccess(i, base, processor) else { return nil }
      (self.kind, self.width, isWrite) = (kind, width, Self.isStore(i.word))
      return
    default: return nil
    }
    (kind, width, isWrite) = (.contiguous(scalar, size), size, Self.isStore(i.word))
  }

  private static func vectorAccess(
    _ i: Instruction, _ base: UInt32, _ processor: borrowing PlasticityProcessor
  ) -> (Kind, width: Int)? {
    let length = Int(processor.controlRegister(UInt32(ControlRegister.vl.rawValue)) ?? 0)
    let type = processor.controlRegister(UInt32(ControlRegister.vtype.rawValue)) ?? 0
    let start = Int(processor.controlRegister(UInt32(ControlRegister.vstart.rawValue)) ?? 0)
    let element = 1 << Int(type >> 3 & 3)
    let mask = processor[v: 0]
    func lanes(_ count: Int) -> [Int] {
      (min(start, count)..<count).filter {
        i.isUnmasked || mask[$0 / 8] >> UInt8($0 % 8) & 1 != 0
      }
    }
    let size = i.elementWidth.byteCount
    switch i.operation {
    case .vlr, .vsr: return (.contiguous(base, i.registerCount * 128), 128)
    case .vlm, .vsm: return (.contiguous(base, (length + 7) / 8), 1)
    case .vle, .vse:
      return (.scattered(lanes(length).map { base &+ UInt32(size * $0) }), size)
    case .vlse, .vsse:
      let stride = processor[x: Int(i.source2)]
      return (.scattered(lanes(length).map { base &+ stride &* UInt32($0) }), size)
    case .vluxei, .vloxei, .vsuxei, .vsoxei:
      var indices: [UInt8] = []
      for register in 0..<8 where Int(i.source2) + register < 32 {
        indices += processor[v: Int(i.source2) + register]
        if indices.count >= length * size { break }
      }
      guard indices.count >= length * size else { return nil }
      let addresses = lanes(length).map { lane in
        base &+ (0..<size).reduce(0) { $0 | UInt32(indices[lane * size + $1]) << (8 * $1) }
      }
      return (.scattered(addresses), element)
    default: return nil
    }
  }

  /// Whether it touches some byte of the range.
  package func touches(_ range: MemoryRange) -> Bool {
    switch kind {
    case .contiguous(let address, let count): range.overlaps(address, byteCount: count)
    case .scattered(let addresses):
      addresses.contains { range.overlaps($0, byteCount: width) }
    }
  }
}
