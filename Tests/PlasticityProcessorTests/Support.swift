import InstructionSet
import PlasticityProcessor

/// Makes programs out of words and runs them.
enum Code {
  static func bytes(_ words: [UInt32]) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  // Encodings by hand, from the manual: these tests must not depend on our assembler.

  static func immediate(_ opcode: UInt32, _ f3: UInt32, _ rd: Int, _ rs1: Int, _ imm: Int) -> UInt32
  {
    UInt32(truncatingIfNeeded: imm & 0xFFF) << 20 | UInt32(rs1) << 15 | f3 << 12 | UInt32(rd) << 7
      | opcode
  }
  static func addi(_ rd: Int, _ rs1: Int, _ imm: Int) -> UInt32 { immediate(0x13, 0, rd, rs1, imm) }
  static func lui(_ rd: Int, _ upper: UInt32) -> UInt32 { upper << 12 | UInt32(rd) << 7 | 0x37 }
  /// Loads any constant, in two instructions.
  static func li(_ rd: Int, _ value: UInt32) -> [UInt32] {
    let low = Int(Int32(bitPattern: value << 20) >> 20)
    return [lui(rd, (value &- UInt32(truncatingIfNeeded: low)) >> 12), addi(rd, rd, low)]
  }
  static func register(
    _ f7: UInt32, _ f3: UInt32, _ rd: Int, _ rs1: Int, _ rs2: Int, opcode: UInt32 = 0x33
  ) -> UInt32 {
    f7 << 25 | UInt32(rs2) << 20 | UInt32(rs1) << 15 | f3 << 12 | UInt32(rd) << 7 | opcode
  }
  static func lw(_ rd: Int, _ imm: Int, _ rs1: Int) -> UInt32 { immediate(0x03, 2, rd, rs1, imm) }
  static func store(_ f3: UInt32, _ rs2: Int, _ imm: Int, _ rs1: Int) -> UInt32 {
    let imm = UInt32(truncatingIfNeeded: imm & 0xFFF)
    return (imm >> 5) << 25 | UInt32(rs2) << 20 | UInt32(rs1) << 15 | f3 << 12 | (imm & 31) << 7
      | 0x23
  }
  static func sw(_ rs2: Int, _ imm: Int, _ rs1: Int) -> UInt32 { store(2, rs2, imm, rs1) }
  static func branch(_ f3: UInt32, _ rs1: Int, _ rs2: Int, _ offset: Int) -> UInt32 {
    let o = UInt32(bitPattern: Int32(offset))
    return (o >> 12 & 1) << 31 | (o >> 5 & 63) << 25 | UInt32(rs2) << 20 | UInt32(rs1) << 15
      | f3 << 12 | (o >> 1 & 15) << 8 | (o >> 11 & 1) << 7 | 0x63
  }
  static func jal(_ rd: Int, _ offset: Int) -> UInt32 {
    let o = UInt32(bitPattern: Int32(offset))
    return (o >> 20 & 1) << 31 | (o >> 1 & 1023) << 21 | (o >> 11 & 1) << 20 | (o >> 12 & 255) << 12
      | UInt32(rd) << 7 | 0x6F
  }
  static func jalr(_ rd: Int, _ rs1: Int, _ imm: Int) -> UInt32 { immediate(0x67, 0, rd, rs1, imm) }
  static func csrrw(_ rd: Int, _ csr: Int, _ rs1: Int) -> UInt32 {
    immediate(0x73, 1, rd, rs1, csr)
  }
  static func csrrs(_ rd: Int, _ csr: Int, _ rs1: Int) -> UInt32 {
    immediate(0x73, 2, rd, rs1, csr)
  }
  static func csrrc(_ rd: Int, _ csr: Int, _ rs1: Int) -> UInt32 {
    immediate(0x73, 3, rd, rs1, csr)
  }
  static func csrrwi(_ rd: Int, _ csr: Int, _ imm: Int) -> UInt32 {
    immediate(0x73, 5, rd, imm, csr)
  }
  static func csrrsi(_ rd: Int, _ csr: Int, _ imm: Int) -> UInt32 {
    immediate(0x73, 6, rd, imm, csr)
  }
  static let ecall: UInt32 = 0x73
  static let ebreak: UInt32 = 0x0010_0073
  static let mret: UInt32 = 0x3020_0073
  static let wfi: UInt32 = 0x1050_0073
  static let nop: UInt32 = 0x13

  /// `ecall` 93: ends the program.
  static let exit: [UInt32] = [addi(17, 0, 93), ecall]

  // The vector extension.

  static func vsetvli(_ rd: Int, _ rs1: Int, _ type: VectorType) -> UInt32 {
    UInt32(type.bits) << 20 | UInt32(rs1) << 15 | 7 << 12 | UInt32(rd) << 7 | 0x57
  }
  static func vsetivli(_ rd: Int, _ length: Int, _ type: VectorType) -> UInt32 {
    3 << 30 | UInt32(type.bits) << 20 | UInt32(length) << 15 | 7 << 12 | UInt32(rd) << 7 | 0x57
  }
  static func vsetvl(_ rd: Int, _ rs1: Int, _ rs2: Int) -> UInt32 {
    register(0x40, 7, rd, rs1, rs2, opcode: 0x57)
  }
  /// Category: 0 OPIVV, 3 OPIVI, 4 OPIVX, 2 OPMVV, 6 OPMVX.
  static func vector(
    _ f6: UInt32, _ category: UInt32, _ vd: Int, _ vs2: Int, _ vs1: Int, masked: Bool = false
  ) -> UInt32 {
    f6 << 26 | (masked ? 0 : 1) << 25 | UInt32(vs2) << 20 | UInt32(vs1 & 31) << 15 | category << 12
      | UInt32(vd) << 7 | 0x57
  }
  /// Mode: 0 unit stride, 2 strided, 1 and 3 indexed; `third` is lumop, rs2 or vs2.
  static func vectorMemory(
    store: Bool, _ width: Int, _ mode: UInt32, _ vd: Int, _ rs1: Int, _ third: Int = 0,
    masked: Bool = false, fields: UInt32 = 0
  ) -> UInt32 {
    let code: UInt32 = width == 8 ? 0 : width == 16 ? 5 : 6
    return fields << 29 | mode << 26 | (masked ? 0 : 1) << 25 | UInt32(third) << 20
      | UInt32(rs1) << 15 | code << 12 | UInt32(vd) << 7 | (store ? 0x27 : 0x07)
  }
}

/// SEW and LMUL.
struct VectorType {
  var sew: Int
  /// lg2.
  var lmul: Int

  var bits: Int { (sew.trailingZeroBitCount - 3) << 3 | lmul & 7 }

  static let e8m1 = VectorType(sew: 8, lmul: 0)
  static let e16m1 = VectorType(sew: 16, lmul: 0)
  static let e32m1 = VectorType(sew: 32, lmul: 0)
  static let e16m2 = VectorType(sew: 16, lmul: 1)
  static let e8m8 = VectorType(sew: 8, lmul: 3)
  static let e16m8 = VectorType(sew: 16, lmul: 3)
}

extension PlasticityProcessor {
  /// A processor with the program at address 0.
  init(program: [UInt32]) {
    self.init()
    load(Code.bytes(program), at: 0)
  }

  /// Runs to the end of the program or to something unexpected.
  mutating func finish(cycles: UInt64 = 1_000_000) -> StopReason { run(untilCycle: cycle + cycles) }

  /// Lanes of a register group.
  func lanes<T: FixedWidthInteger>(_ register: Int, _ count: Int, as _: T.Type = T.self) -> [T] {
    let byteCount = T.bitWidth / 8
    return (0..<count).map { lane in
      (0..<byteCount).reduce(T(0)) { value, k in
        let byte = lane * byteCount + k
        return value | T(truncatingIfNeeded: self[v: register + byte / 128][byte % 128]) << T(8 * k)
      }
    }
  }

  mutating func setLanes<T: FixedWidthInteger>(_ register: Int, _ values: [T]) {
    let byteCount = T.bitWidth / 8
    for (lane, value) in values.enumerated() {
      for k in 0..<byteCount {
        let byte = lane * byteCount + k
        self[v: register + byte / 128][byte % 128] = UInt8(truncatingIfNeeded: value >> T(8 * k))
      }
    }
  }
}
