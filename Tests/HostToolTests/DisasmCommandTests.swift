import Foundation
import TestSupport
import Testing

@Suite struct DisasmCommandTests {
  static let source = """
    _start:
      beqz a0, done
      lw a1, 4(sp)
    done:
      ret

    """

  @Test("A source and its executable are disassembled alike, with symbols")
  func alike() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(Self.source, to: "a.s")
    #expect(Tool("asm", source, "-o", folder.path("a.elf")).status == 0)
    let fromSource = Tool("disasm", source)
    let fromELF = Tool("disasm", folder.path("a.elf"))
    #expect(fromSource.output == fromELF.output && fromELF.status == 0)
    for text in ["<_start>:", "beq a0, zero, 0x8 <done>", "lw a1, 4(sp)", "<done>:", "jalr"] {
      #expect(fromELF.output.contains(text), "\(text)")
    }
  }

  @Test("One symbol, a range of addresses, source lines, an output file")
  func selection() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(Self.source, to: "a.s")
    let done = Tool("disasm", source, "--symbol", "done").output
    #expect(done.contains("jalr") && !done.contains("lw a1"))
    let middle = Tool("disasm", source, "--start", "4", "--end", "8").output
    #expect(middle.contains("lw a1") && !middle.contains("jalr") && !middle.contains("beq"))
    let lines = Tool("disasm", source, "--lines", "-o", folder.path("out"))
    #expect(lines.output == "" && lines.status == 0)
    #expect(try String(contentsOfFile: folder.path("out"), encoding: .utf8).contains("a.s:3"))
  }

  @Test("An unknown symbol and a damaged file are refused")
  func refused() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(Self.source, to: "a.s")
    let unknown = Tool("disasm", source, "--symbol", "doen")
    #expect(
      unknown.errors == "ranvier disasm: \(source) has no symbol 'doen' in its sections\n"
        + "did you mean 'done'?\n")
    #expect(unknown.status == 2)
    #expect(Tool("asm", source, "-o", folder.path("a.elf")).status == 0)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("a.elf")))
    try bytes.prefix(40).write(to: URL(fileURLWithPath: folder.path("cut.elf")))
    let cut = Tool("disasm", folder.path("cut.elf"))
    #expect(cut.status == 2 && cut.output == "")
    #expect(cut.errors.hasPrefix("ranvier disasm: \(folder.path("cut.elf")): "))
  }
}
