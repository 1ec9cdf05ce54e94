import InstructionSet

extension DifferentialCase {
  /// The case as a program to assemble: `ranvier run --bare case.s --commit-log case.log`.
  ///
  /// Instructions are words, with their text beside them: some are illegal on purpose.
  func source(_ comment: String) -> String {
    let scratch = DifferentialProgram.state + DifferentialProgram.scratchOffset
    var lines = ["# \(comment)", "_start:"]
    lines += [
      "  la t0, scratch", "  li t1, \(hexadecimal(scratch))",
      "  li t2, \(DifferentialProgram.scratchByteCount / 4)",
      "1: lw t3, 0(t0)", "  sw t3, 0(t1)", "  addi t0, t0, 4", "  addi t1, t1, 4",
      "  addi t2, t2, -1", "  bnez t2, 1b", "  la t0, vectors",
    ]
    for group in 0..<4 { lines += ["  vl8re8.v v\(8 * group), (t0)", "  addi t0, t0, 1024"] }
    lines += [
      "  csrwi vxrm, \(rounding)", "  csrwi vxsat, \(hasSaturated)", "  csrwi vstart, 0",
      "  li sp, \(hexadecimal(DifferentialProgram.signalStack))", "  la x\(reserved), integers",
    ]
    for x in UInt32(1)..<32 where x != reserved && x != 2 {
      lines.append("  lw x\(x), \(4 * x)(x\(reserved))")
    }
    lines += body.map { "  .word \(hexadecimal($0))  # \(InstructionTable.disassemble($0))" }
    lines += ["  li a7, 93", "  ecall", ".data", ".balign 4"]
    lines += Self.words("scratch", scratchSeed, DifferentialProgram.scratchByteCount)
    lines += Self.words("integers", integerSeed, 128)
    lines.append("vectors:")
    for (group, seed) in vectorSeeds.enumerated() {
      lines += Self.words("group\(group)", seed, 1024)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func hexadecimal(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }

  /// A part of the pool of random data.
  private static func words(_ label: String, _ seed: UInt32, _ byteCount: UInt32) -> [String] {
    let pool = DifferentialProgram.poolBytes
    let values = stride(from: Int(seed), to: Int(seed + byteCount), by: 4).map { offset in
      let value = (0..<4).reduce(UInt32(0)) { $0 | UInt32(pool[offset + $1]) << UInt32(8 * $1) }
      return "0x" + String(value, radix: 16)
    }
    return ["\(label):"]
      + stride(from: 0, to: values.count, by: 8).map {
        "  .word " + values[$0..<min($0 + 8, values.count)].joined(separator: ", ")
      }
  }
}
