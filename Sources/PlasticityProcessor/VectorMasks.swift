import InstructionSet

/// Instructions on mask registers, and copies of whole registers.
extension PlasticityProcessor {
  mutating func combineMasks(_ i: VectorInstruction) {
    let (a, b) = (lanes(i.source2, UInt64.self), lanes(i.source1, UInt64.self))
    let result = scratch(VectorScratch.mask, UInt64.self)
    for k in 0..<(VectorGeometry.registerByteCount / 8) {
      result[k] =
        switch i.operation {
        case .vmand: a[k] & b[k]
        case .vmnand: ~(a[k] & b[k])
        case .vmandn: a[k] & ~b[k]
        case .vmxor: a[k] ^ b[k]
        case .vmor: a[k] | b[k]
        case .vmnor: ~(a[k] | b[k])
        case .vmorn: a[k] | ~b[k]
        default: ~(a[k] ^ b[k])
        }
    }
    active(i).writeMask(lanes(i.destination, UInt64.self), result)
  }

  /// `vcpop.m` and `vfirst.m`.
  mutating func countMask(_ i: VectorInstruction) {
    let mask = lanes(i.source2, UInt64.self)
    let active = active(i)
    var count: UInt32 = 0
    var first = UInt32.max
    var index = 0
    while index * 64 < vector.length {
      let bits = mask[index] & active.word(index)
      if bits != 0 && first == .max {
        first = UInt32(index * 64 + bits.trailingZeroBitCount)
      }
      count &+= UInt32(bits.nonzeroBitCount)
      index += 1
    }
    let isCount =
      switch i.operation {
      case .vcpop: true
      default: false
      }
    unsafe x[Int(i.destination)] = isCount ? count : first
  }

  /// `vmsbf.m`, `vmsif.m` and `vmsof.m`: bits before, up to, or only at the first active one.
  mutating func findFirst(_ i: VectorInstruction) {
    let mask = lanes(i.source2, UInt64.self)
    let result = scratch(VectorScratch.mask, UInt64.self)
    let active = active(i)
    var isFound = false
    var index = 0
    while index * 64 < vector.length {
      let bits = mask[index] & active.word(index)
      let lowest = bits & (0 &- bits)
      // Of a word without a set bit, everything comes before the first one.
      let before: UInt64 = isFound ? 0 : lowest &- 1
      let only: UInt64 = isFound ? 0 : lowest
      switch i.operation {
      case .vmsbf: result[index] = before
      case .vmsif: result[index] = before | only
      default: result[index] = only
      }
      isFound = isFound || bits != 0
      index += 1
    }
    active.writeMask(lanes(i.destination, UInt64.self), result)
  }

  /// `vmv1r.v` and its siblings.
  mutating func moveRegisters(_ i: VectorInstruction) {
    lanes(i.destination, UInt8.self).move(
      lanes(i.source2, UInt8.self), count: i.registerCount * VectorGeometry.registerByteCount)
  }
}
