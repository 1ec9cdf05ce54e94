import Chip

/// Instruction words for the small programs of these tests.
enum Words {
  static let zero = 0, ra = 1, sp = 2, t0 = 5, t1 = 6, t2 = 7, a0 = 10, a1 = 11, a2 = 12, a7 = 17
  static let s2 = 18, s3 = 19, s4 = 20

  static func i(_ opcode: UInt32, _ funct: UInt32, _ rd: Int, _ rs1: Int, _ immediate: Int)
    -> UInt32
  {
    UInt32(truncatingIfNeeded: immediate) << 20 | UInt32(rs1) << 15 | funct << 12
      | UInt32(rd) << 7 | opcode
  }

  static func s(_ funct: UInt32, _ rs2: Int, _ rs1: Int, _ immediate: Int) -> UInt32 {
    let bits = UInt32(truncatingIfNeeded: immediate) & 0xFFF
    return (bits >> 5) << 25 | UInt32(rs2) << 20 | UInt32(rs1) << 15 | funct << 12
      | (bits & 31) << 7 | 0x23
  }

  static func lui(_ rd: Int, _ page: UInt32) -> UInt32 { page << 12 | UInt32(rd) << 7 | 0x37 }
  static func addi(_ rd: Int, _ rs1: Int, _ value: Int) -> UInt32 { i(0x13, 0, rd, rs1, value) }
  static func andi(_ rd: Int, _ rs1: Int, _ value: Int) -> UInt32 { i(0x13, 7, rd, rs1, value) }
  static func add(_ rd: Int, _ rs1: Int, _ rs2: Int) -> UInt32 {
    UInt32(rs2) << 20 | UInt32(rs1) << 15 | UInt32(rd) << 7 | 0x33
  }
  static func lw(_ rd: Int, _ offset: Int, _ rs1: Int) -> UInt32 { i(0x03, 2, rd, rs1, offset) }
  static func sw(_ rs2: Int, _ offset: Int, _ rs1: Int) -> UInt32 { s(2, rs2, rs1, offset) }
  /// `lbu`, `lhu` or `lw`.
  static func load(_ byteCount: Int, _ rd: Int, _ offset: Int, _ rs1: Int) -> UInt32 {
    i(0x03, byteCount == 1 ? 4 : byteCount == 2 ? 5 : 2, rd, rs1, offset)
  }
  static func store(_ byteCount: Int, _ rs2: Int, _ offset: Int, _ rs1: Int) -> UInt32 {
    s(byteCount == 1 ? 0 : byteCount == 2 ? 1 : 2, rs2, rs1, offset)
  }
  static func branch(_ funct: UInt32, _ rs1: Int, _ rs2: Int, _ offset: Int) -> UInt32 {
    let bits = UInt32(truncatingIfNeeded: offset)
    return (bits >> 12 & 1) << 31 | (bits >> 5 & 63) << 25 | UInt32(rs2) << 20 | UInt32(rs1) << 15
      | funct << 12 | (bits >> 1 & 15) << 8 | (bits >> 11 & 1) << 7 | 0x63
  }
  static func bne(_ rs1: Int, _ rs2: Int, _ offset: Int) -> UInt32 { branch(1, rs1, rs2, offset) }
  static func jump(_ offset: Int) -> UInt32 {
    let bits = UInt32(truncatingIfNeeded: offset)
    return (bits >> 20 & 1) << 31 | (bits >> 1 & 1023) << 21 | (bits >> 11 & 1) << 20
      | (bits >> 12 & 255) << 12 | 0x6F
  }
  static func csrw(_ number: UInt32, _ rs1: Int) -> UInt32 {
    number << 20 | UInt32(rs1) << 15 | 1 << 12 | 0x73
  }
  static func csrr(_ rd: Int, _ number: UInt32) -> UInt32 {
    number << 20 | 2 << 12 | UInt32(rd) << 7 | 0x73
  }
  static let nop = addi(0, 0, 0)
  static let wfi: UInt32 = 0x1050_0073
  static let mret: UInt32 = 0x3020_0073
  static let ecall: UInt32 = 0x73
  static let mie: UInt32 = 0x304, mtvec: UInt32 = 0x305, mstatus: UInt32 = 0x300
  static let mip: UInt32 = 0x344, mcycle: UInt32 = 0xB00

  static func li(_ rd: Int, _ value: UInt32) -> [UInt32] {
    let page = (value &+ 0x800) >> 12
    return [lui(rd, page), addi(rd, rd, Int(Int32(bitPattern: value &- page << 12)))]
  }
  /// Stores a constant at an address; uses t0 and t1.
  static func poke(_ address: UInt32, _ value: UInt32, byteCount: Int = 4) -> [UInt32] {
    li(t0, address) + li(t1, value) + [store(byteCount, t1, 0, t0)]
  }
  /// Loads from an address; uses t0.
  static func peek(_ rd: Int, _ address: UInt32, byteCount: Int = 4) -> [UInt32] {
    li(t0, address) + [load(byteCount, rd, 0, t0)]
  }
  /// Ends the program with the value of a0.
  static let exit: [UInt32] = [addi(a7, 0, 93), ecall]
  /// Sleeps for ever, whatever wakes it.
  static let sleepForever: [UInt32] = [wfi, jump(-4)]

  // Vector instructions with vl lanes of 8 bits.
  static func vsetvli8(_ rd: Int, _ rs1: Int) -> UInt32 {
    0xC0 << 20 | UInt32(rs1) << 15 | 7 << 12 | UInt32(rd) << 7 | 0x57
  }
  /// Groups of two registers.
  static func vsetvli8x2(_ rd: Int, _ rs1: Int) -> UInt32 { vsetvli8(rd, rs1) | 1 << 20 }
  static func vle8(_ vd: Int, _ rs1: Int) -> UInt32 {
    1 << 25 | UInt32(rs1) << 15 | UInt32(vd) << 7 | 0x07
  }
  static func vse8(_ vs3: Int, _ rs1: Int) -> UInt32 {
    1 << 25 | UInt32(rs1) << 15 | UInt32(vs3) << 7 | 0x27
  }
  static func vle32(_ vd: Int, _ rs1: Int) -> UInt32 { vle8(vd, rs1) | 6 << 12 }
  static func vlse8(_ vd: Int, _ rs1: Int, _ stride: Int) -> UInt32 {
    vle8(vd, rs1) | 2 << 26 | UInt32(stride) << 20
  }
  static func vmvVI(_ vd: Int, _ immediate: Int) -> UInt32 {
    0x17 << 26 | 1 << 25 | (UInt32(truncatingIfNeeded: immediate) & 31) << 15 | 3 << 12
      | UInt32(vd) << 7 | 0x57
  }
}
