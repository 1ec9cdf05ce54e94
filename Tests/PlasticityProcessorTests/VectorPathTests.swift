import ChipGeometry
import InstructionSet
import PlasticityProcessor
import Testing

/// The kernels have a path for whole registers and one for masked and partial ones. Both must agree,
/// lane by lane, and what is not active must not change.
@Suite struct VectorPathTests {
  static let rows = InstructionTable.rows.filter { row in
    guard row.isVector else { return false }
    let operation = row.sample.operation
    switch operation {
    case .vmerge, .vmv, .vmvr, .vmvSX, .vmvXS, .vcompress, .vrgatherei16: return false
    case .vredsum, .vredand, .vredor, .vredxor, .vredminu, .vredmin, .vredmaxu, .vredmax:
      return false
    case .vwredsum, .vwredsumu, .vslideup, .vslide1up, .vslide1down, .viota: return false
    case .vmand, .vmnand, .vmandn, .vmxor, .vmor, .vmnor, .vmorn, .vmxnor: return false
    case .vcpop, .vfirst, .vmsbf, .vmsif, .vmsof: return false
    default:
      return CycleCosts.costClass(operation).rawValue >= 5 && row.mask & 0x7F == 0x7F
        && row.match & 0x7F == 0x57
    }
  }

  /// Runs one word with random registers; returns v8…v15 and `vxsat`.
  static func run(
    _ word: UInt32, _ type: VectorType, length: Int, mask: [UInt8], seed: UInt64
  ) -> (result: [UInt8], before: [UInt8], hasSaturated: Bool, isLegal: Bool) {
    var processor = PlasticityProcessor(
      program: [Code.csrrwi(0, 0x00A, Int(seed & 3)), Code.vsetvli(31, 30, type), word] + Code.exit)
    processor[x: 30] = UInt32(length)
    var random = RandomStream(seed: seed, name: "vector-path")
    for register in 0..<32 {
      // Many lanes at the ends of the range, so that something saturates.
      let bytes = (0..<128).map { _ in
        let draw = random.next()
        return draw & 3 == 0 ? (draw & 4 == 0 ? 0x80 : 0x7F) : UInt8(truncatingIfNeeded: draw >> 8)
      }
      processor[v: register] = bytes
      if register < 30 { processor[x: register] = UInt32(truncatingIfNeeded: random.next()) }
    }
    processor[v: 0] = mask
    let before = (8..<16).flatMap { processor[v: $0] }
    let stop = processor.finish()
    var isLegal = true
    if case .trapped = stop { isLegal = false }
    return (
      (8..<16).flatMap { processor[v: $0] }, before, processor.controlRegister(0x009) == 1, isLegal
    )
  }

  @Test("Masked and partial instructions do on active lanes what whole ones do, and no more")
  func paths() {
    var compared = 0
    for (index, row) in Self.rows.enumerated() {
      // vd 8, vs2 16, vs1 24, where these are operands.
      func field(_ shift: UInt32, _ value: UInt32) -> UInt32 {
        row.mask >> shift & 31 == 0 ? value << shift : 0
      }
      let plain = row.match | field(7, 8) | field(15, 24) | field(20, 16)
      guard row.mask >> 25 & 1 == 0 else { continue }
      for sew in [8, 16, 32] {
        let type = VectorType(sew: sew, lmul: index % 3 - 1 + (sew == 32 ? 1 : 0))
        compare(row.syntax, plain, type, seed: UInt64(index), &compared)
      }
    }
    #expect(compared > 150, "\(compared)")
  }

  func compare(
    _ name: String, _ plain: UInt32, _ type: VectorType, seed: UInt64, _ compared: inout Int
  ) {
    let unmasked = plain | 1 << 25
    let ones = [UInt8](repeating: 0xFF, count: 128)
    let full = Self.run(unmasked, type, length: 1024, mask: ones, seed: seed)
    guard full.isLegal else { return }
    compared += 1
    let masked = Self.run(plain & ~(1 << 25), type, length: 1024, mask: ones, seed: seed)
    #expect(masked.result == full.result, "\(name) e\(type.sew) \(type.lmul), all lanes by mask")
    #expect(masked.hasSaturated == full.hasSaturated, "\(name)")

    let lengthMax = type.lmul >= 0 ? 1024 / type.sew << type.lmul : 1024 / type.sew >> -type.lmul
    let length = lengthMax - 1 - Int(seed % 5)
    let some = (0..<128).map { UInt8(truncatingIfNeeded: ($0 + 3) * 151 + Int(seed)) }
    for mask in [nil, some] {
      let word = mask == nil ? unmasked : plain & ~(1 << 25)
      let partial = Self.run(word, type, length: length, mask: some, seed: seed)
      let reference = Self.run(unmasked, type, length: 1024, mask: some, seed: seed)
      let isMask = name.hasPrefix("vms")
      let isWide = name.hasPrefix("vw")
      let bits = isMask ? 1 : isWide ? 2 * type.sew : type.sew
      for bit in 0..<8192 {
        let lane = bit / bits
        let isActive = lane < length && (mask == nil || mask![lane / 8] >> (lane % 8) & 1 == 1)
        let source = isActive ? reference.result : partial.before
        let isEqual = (partial.result[bit / 8] ^ source[bit / 8]) >> (bit % 8) & 1 == 0
        if !isEqual {
          Issue.record("\(name) e\(type.sew) \(type.lmul) lane \(lane), masked: \(mask != nil)")
          break
        }
      }
    }
  }
}
