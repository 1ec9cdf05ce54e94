import ChipGeometry
import InstructionSet

/// One random program: what it starts from and its instructions.
///
/// The machine code around it sets every register, the vector state and a scratch area from a pool of
/// random data, runs the instructions, and writes all state to standard output. So cases do not
/// influence each other, and one run of a simulator does many of them.
struct DifferentialCase {
  /// The register that the surrounding code owns and the instructions leave alone, as they do sp.
  var reserved: UInt32
  /// Where in the pool the initial values lie: scratch area, x, four groups of vector registers.
  var scratchSeed: UInt32
  var integerSeed: UInt32
  var vectorSeeds: [UInt32]
  var rounding: UInt32
  var hasSaturated: UInt32
  var units: [Unit]

  /// Instructions that belong together: an access with the preparation of its addresses, a jump with
  /// what it jumps over.
  struct Unit {
    var words: [UInt32]
    /// True if the unit sets `vl` and `vtype` and does not depend on the values before.
    var isConfiguration = false
    /// True if the unit keeps `vl`, which is allowed only if VLMAX stays what it was.
    var keepsLength = false
  }

  var body: [UInt32] { units.flatMap(\.words) }

  /// The case with one instruction less, for each of its instructions but those that set the vector
  /// type, whose successors may depend on it in ways in which QEMU is known to be wrong.
  var withoutSingleWords: [Self] {
    units.indices.filter { !units[$0].isConfiguration && !units[$0].keepsLength }.flatMap { index in
      units[index].words.indices.map { word in
        var rest = self
        rest.units[index].words.remove(at: word)
        return rest
      }
    }
  }

  /// The case without some units; nil if the rest would mean something else.
  ///
  /// Without a configuration, instructions would run with another vector type, up to ones in which
  /// QEMU is known to be wrong.
  func without(_ removed: Range<Int>) -> Self? {
    let isNeeded = removed.contains { units[$0].isConfiguration || units[$0].keepsLength }
    if isNeeded && removed.upperBound < units.count
      && !units[removed.upperBound].isConfiguration
    {
      return nil
    }
    var rest = self
    rest.units.removeSubrange(removed)
    return rest
  }
}

/// The memory of a differential run: a table of addresses and the machine code.
struct DifferentialProgram {
  static let base: UInt32 = 0x1_0000
  /// What a case dumps: x0…x31, control registers, trap log, vector registers, scratch area.
  static let state: UInt32 = base
  static let controlOffset: UInt32 = 0x80
  static let controls = ["vstart", "vxsat", "vxrm", "vcsr", "vl", "vtype", "vlenb"]
  /// A counter and the addresses of the illegal instructions.
  static let trapLogOffset: UInt32 = 0x100
  static let trapLogByteCount: UInt32 = 0x200
  static let vectorOffset: UInt32 = 0x400
  static let scratchOffset: UInt32 = 0x1400
  static let scratchByteCount: UInt32 = 0x800
  static let dumpByteCount: UInt32 = scratchOffset + scratchByteCount
  static let zeros: UInt32 = base + 0x2000
  /// What the stack pointer is all the time: QEMU puts the state of an illegal instruction below.
  static let signalStack: UInt32 = base + 0xF000
  static let pool: UInt32 = base + 0x1_0000
  static let poolByteCount: UInt32 = 0x1_0000
  static let code: UInt32 = base + 0x2_0000

  private(set) var words: [UInt32] = []
  /// The address of the first instruction of each case.
  private(set) var bodies: [UInt32] = []
  let entry: UInt32
  /// All memory from ``base``, as both simulators load it.
  private(set) var image: [UInt8] = []

  init(_ cases: [DifferentialCase]) {
    // The handler of SIGILL: logs the address and skips the instruction. The address lies at byte
    // 160 of the context (`uc_mcontext`). Only QEMU runs this; here the test does the same.
    let log = Self.state + Self.trapLogOffset
    words = Self.assemble([
      "lw t0, 160(a2)", "addi t1, t0, 4", "sw t1, 160(a2)", "lui t2, \(log >> 12)",
      "addi t2, t2, \(log & 0xFFF)", "lw t3, 0(t2)", "addi t3, t3, 1", "sw t3, 0(t2)",
      "slli t3, t3, 2", "add t2, t2, t3", "sw t0, 0(t2)", "jalr zero, 0(ra)",
    ])
    entry = Self.code + 4 * UInt32(words.count)
    // rt_sigaction(SIGILL, SA_SIGINFO), the structure on the stack.
    words += Self.assemble([
      "lui sp, \(Self.signalStack >> 12)", "lui t0, \(Self.code >> 12)", "sw t0, 0(sp)",
      "addi t0, zero, 4", "sw t0, 4(sp)", "sw zero, 8(sp)", "sw zero, 12(sp)",
      "addi a0, zero, 4", "addi a1, sp, 0", "addi a2, zero, 0", "addi a3, zero, 8",
      "addi a7, zero, 134", "ecall",
    ])
    for item in cases { append(item) }
    words += Self.assemble(["addi a0, zero, 0", "addi a7, zero, 93", "ecall"])
    image = [UInt8](repeating: 0, count: Int(Self.pool - Self.base)) + Self.poolBytes
    image.reserveCapacity(image.count + 4 * words.count)
    for word in words {
      for byte in UInt32(0)..<4 { image.append(UInt8(truncatingIfNeeded: word >> (8 * byte))) }
    }
  }

  private mutating func append(_ item: DifferentialCase) {
    let r = item.reserved
    func load(_ address: UInt32, _ instruction: UInt32) -> [UInt32] {
      // lui and addi, with the carry of the signed low part.
      [
        (address &+ 0x800) & 0xFFFF_F000 | r << 7 | 0x37,
        (address & 0xFFF) << 20 | r << 15 | r << 7 | 0x13, instruction | r << 15,
      ]
    }
    for part in 0..<Self.scratchByteCount / 1024 {
      words += load(Self.pool + item.scratchSeed + 1024 * part, Self.loadEight)
      words += load(Self.state + Self.scratchOffset + 1024 * part, Self.storeEight)
    }
    words += load(Self.zeros, Self.loadEight)
    words += load(Self.state + Self.trapLogOffset, Self.storeFour)
    for (group, seed) in item.vectorSeeds.enumerated() {
      words += load(Self.pool + seed, Self.loadEight | UInt32(group) << 10)
    }
    words += [item.rounding, item.hasSaturated, 0].enumerated().map { index, value in
      UInt32([0x00A, 0x009, 0x008][index]) << 20 | value << 15 | 5 << 12 | 0x73
    }
    words += load(Self.pool + item.integerSeed, 0x2003).dropLast()
    for x in UInt32(1)..<32 where x != r && x != 2 {
      words.append(x << 22 | r << 15 | 0x2003 | x << 7)
    }
    bodies.append(Self.code + 4 * UInt32(words.count))
    words += item.body
    appendDump(r)
  }

  private mutating func appendDump(_ r: UInt32) {
    words.append(Self.state & 0xFFFF_F000 | r << 7 | 0x37)
    for x in UInt32(1)..<32 where x != r { words.append(Self.store(x, 4 * x, r)) }
    // From here on every register is free.
    let other: UInt32 = r == 10 ? 11 : 10
    for (index, name) in Self.controls.enumerated() {
      let number = UInt32(ControlRegister.number(named: name) ?? 0)
      words.append(number << 20 | 2 << 12 | other << 7 | 0x73)
      words.append(Self.store(other, Self.controlOffset + 4 * UInt32(index), r))
    }
    words.append(1024 << 20 | r << 15 | r << 7 | 0x13)
    for group in UInt32(0)..<4 {
      words.append(Self.storeEight | r << 15 | group << 10)
      words.append(1024 << 20 | r << 15 | r << 7 | 0x13)
    }
    words += Self.write
  }

  private static func store(_ register: UInt32, _ offset: UInt32, _ base: UInt32) -> UInt32 {
    (offset >> 5) << 25 | register << 20 | base << 15 | 2 << 12 | (offset & 31) << 7 | 0x23
  }

  private static func assemble(_ lines: [String]) -> [UInt32] {
    lines.map { line in
      guard let word = try? InstructionTable.assemble(line) else { preconditionFailure(line) }
      return word
    }
  }

  private static let loadEight = assemble(["vl8re8.v v0, (zero)"])[0]
  private static let storeEight = assemble(["vs8r.v v0, (zero)"])[0]
  private static let storeFour = assemble(["vs4r.v v0, (zero)"])[0]
  private static let write = assemble([
    "addi a0, zero, 1", "lui a1, \(state >> 12)", "lui a2, \((dumpByteCount + 0x800) >> 12)",
    "addi a2, a2, \(Int32(bitPattern: dumpByteCount << 20) >> 20)", "addi a7, zero, 64", "ecall",
  ])

  /// Random data in which the values at the limits of 8, 16 and 32 bits are common.
  static let poolBytes: [UInt8] = {
    var random = RandomStream(seed: 1, name: "pool")
    var bytes: [UInt8] = []
    while bytes.count < poolByteCount {
      let value = random.next()
      let byteCount = 1 << Int(value >> 8 & 3)
      let limit: UInt64 =
        switch value & 15 {
        case 0, 1: 0
        case 2: 1
        case 3, 4: .max
        case 5: 1 << UInt64(8 * byteCount - 1)
        case 6: 1 << UInt64(8 * byteCount - 1) - 1
        case 7: 1 << UInt64(8 * byteCount - 1) + 1
        default: value >> 16
        }
      for byte in 0..<byteCount { bytes.append(UInt8(limit >> UInt64(8 * byte) & 255)) }
    }
    return Array(bytes.prefix(Int(poolByteCount)))
  }()

  /// A static executable with one readable, writable and executable segment.
  static func executable(_ image: [UInt8], entry: UInt32) -> [UInt8] {
    func little(_ value: UInt32, _ byteCount: Int) -> [UInt8] {
      (0..<byteCount).map { UInt8(value >> UInt32(8 * $0) & 255) }
    }
    let size = UInt32(image.count)
    var file: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 1, 1, 1] + [UInt8](repeating: 0, count: 9)
    file += little(2, 2) + little(243, 2)
    file += [1, entry, 52, 0, 0].flatMap { little($0, 4) }
    file += [52, 32, 1, 40, 0, 0].flatMap { little($0, 2) }
    file += [1, 0x1000, base, base, size, size, 7, 0x1000].flatMap { little($0, 4) }
    file += [UInt8](repeating: 0, count: 0x1000 - file.count)
    return file + image
  }
}
