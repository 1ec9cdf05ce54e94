import ChipGeometry
import Foundation
import InstructionSet
import TestSupport
import Testing

/// The table against the toolchain's own assembler and disassembler, which nobody here wrote.
@Suite struct ToolchainTests {
  static let target = ["--target=riscv32", "-march=rv32im_zicsr_zifencei_zve32x_zvl1024b"]

  /// The words that clang makes of assembler lines.
  static func assemble(_ lines: [String]) throws -> [UInt32] {
    let folder = try TemporaryFolder()
    let source = try folder.write(lines.joined(separator: "\n") + "\n", to: "a.s")
    let result = try Oracle.clang.run(
      target + ["-mno-relax", "-ferror-limit=20", "-c", source, "-o", folder.path("a.o")])
    try #require(result.status == 0, "\(result.errors)")
    _ = try Oracle.llvmObjcopy.run(["-O", "binary", folder.path("a.o"), folder.path("a.bin")])
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("a.bin")))
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
    }
  }

  /// What llvm-objdump makes of words, one line each, tabs as spaces.
  static func disassemble(_ words: [UInt32]) throws -> [String] {
    let folder = try TemporaryFolder()
    let lines = words.map { ".word \(hexadecimal($0))" }
    let source = try folder.write(lines.joined(separator: "\n") + "\n", to: "a.s")
    let result = try Oracle.clang.run(target + ["-c", source, "-o", folder.path("a.o")])
    try #require(result.status == 0, "\(result.errors)")
    let listing = try Oracle.llvmObjdump.run([
      "-d", "-M", "no-aliases", "--no-print-imm-hex", "--no-show-raw-insn", "--no-leading-addr",
      "--mattr=+m,+zicsr,+zifencei,+zve32x,+zvl1024b", folder.path("a.o"),
    ])
    return listing.text.split(separator: "\n").filter { $0.hasPrefix("\t") || $0.hasPrefix(" ") }
      .map { line in
        // Without the symbol that a target is near to.
        let text = line.replacingOccurrences(of: "\t", with: " ")
        return (text.components(separatedBy: " <").first ?? text)
          .trimmingCharacters(in: .whitespaces)
      }
  }

  /// Words whose registers do not overlap in a way that clang refuses.
  static func plainWords(of row: InstructionRow, count: Int) -> [UInt32] {
    guard row.operands.contains(where: { $0.kind == .vectorRegister }) else {
      return randomWords(of: row, count: count, seed: 3)
    }
    return randomWords(of: row, count: 20 * count, seed: 3).filter { word in
      let fields = [word >> 7 & 31, word >> 15 & 31, word >> 20 & 31]
      return fields[0] != fields[1] && fields[0] != fields[2] && fields[0] != 0
    }.prefix(count).map { $0 }
  }

  @Test(
    "clang assembles every row to the same words",
    .enabled(if: Oracle.clang.isUsable, "clang is not installed"))
  func encodings() throws {
    let words = InstructionTable.rows.flatMap { Self.plainWords(of: $0, count: 20) }
    #expect(words.count > 5000)
    let lines = words.map { InstructionTable.disassemble($0) }
    let theirs = try Self.assemble(lines)
    try #require(theirs.count == words.count)
    for (index, word) in words.enumerated() where theirs[index] != word {
      Issue.record("\(lines[index]): clang \(hexadecimal(theirs[index])), we \(hexadecimal(word))")
    }
  }

  @Test(
    "llvm-objdump prints every row as we do",
    .enabled(if: Oracle.llvmObjdump.isUsable, "llvm-objdump is not installed"))
  func listings() throws {
    let words = InstructionTable.rows.flatMap { Self.plainWords(of: $0, count: 20) }
    let theirs = try Self.disassemble(words)
    try #require(theirs.count == words.count)
    for (index, word) in words.enumerated() {
      let ours = InstructionTable.disassemble(word, at: UInt32(4 * index))
      if !Self.isSame(ours, theirs[index], word) {
        Issue.record("we \(ours), llvm-objdump \(theirs[index])")
      }
    }
  }

  /// Two differences of style: we print the immediates of lui and auipc in hexadecimal, and have no
  /// names for the control registers of other extensions.
  private static func isSame(_ ours: String, _ theirs: String, _ word: UInt32) -> Bool {
    let row = Decoder.row(of: word)
    if row?.operands.contains(where: { $0.kind == .controlRegister }) == true,
      ControlRegister.name(of: Int(word >> 20)) == nil
    {
      return true
    }
    switch word & 0x7F {
    case 0x37, 0x17: return (try? InstructionTable.assemble(theirs)) == word
    default: return ours == theirs
    }
  }

  @Test(
    "What llvm-objdump does not find in the table, or not at all, is illegal",
    .enabled(if: Oracle.llvmObjdump.isUsable, "llvm-objdump is not installed"))
  func nothingElse() throws {
    var random = RandomStream(seed: 4, name: "nothing else")
    let majors: [UInt32] = [0x03, 0x07, 0x0F, 0x13, 0x23, 0x27, 0x2F, 0x33, 0x53, 0x57, 0x63, 0x73]
    var words = (0..<60_000).map { index in
      // Every major opcode, the common ones of the table more often.
      let major = index % 4 == 0 ? UInt32(random.next() & 31) << 2 | 3 : majors[index % 12]
      return UInt32(truncatingIfNeeded: random.next()) & ~127 | major
    }
    // Neighbours of every row: one fixed bit different.
    for row in InstructionTable.rows {
      for bit in 2..<UInt32(32) where row.mask >> bit & 1 != 0 {
        words.append(contentsOf: randomWords(of: row, count: 3).map { $0 ^ 1 << bit })
      }
    }
    // Longer encodings would shift all lines that follow.
    words.removeAll { $0 & 31 == 31 || $0 & 3 != 3 }
    let theirs = try Self.disassemble(words)
    try #require(theirs.count == words.count)
    var legalCount = 0
    for (index, word) in words.enumerated() {
      let mnemonic = theirs[index].prefix { $0 != " " }
      // Shifts by 32 and more are not RV32I; llvm-objdump prints them nevertheless.
      if word & 0x0200_307F == 0x0200_1013 { continue }
      let row = Decoder.row(of: word)
      legalCount += row == nil ? 0 : 1
      let expected = InstructionTable.row(String(mnemonic))?.mnemonic
      if row?.mnemonic != expected {
        Issue.record(
          """
          \(hexadecimal(word)): llvm-objdump \(theirs[index]), \
          we \(InstructionTable.disassemble(word))
          """)
      }
    }
    #expect(legalCount > 10_000)
  }

  @Test(
    "clang knows every control register by the same number",
    .enabled(if: Oracle.clang.isUsable, "clang is not installed"))
  func controlRegisters() throws {
    let named = ControlRegister.named
    let words = try Self.assemble(named.map { "csrrs a0, \($0.name), zero" })
    try #require(words.count == named.count)
    for (index, register) in named.enumerated() where words[index] >> 20 != register.number {
      Issue.record("\(register.name): clang \(hexadecimal(words[index] >> 20))")
    }
  }
}
