import Assembler
import ChipGeometry
import Foundation
import TestSupport
import Testing

@Suite struct ELFTests {
  static func program(_ name: String) throws -> (assembly: Assembly, path: String, TemporaryFolder)
  {
    let folder = try TemporaryFolder()
    let assembly = try FirmwareTests.assemble(name)
    let path = folder.path("program.elf")
    try Data(assembly.elf).write(to: URL(fileURLWithPath: path))
    return (assembly, path, folder)
  }

  @Test("What the writer writes, the reader reads")
  func roundTrip() throws {
    for name in FirmwareTests.programs {
      let assembly = try FirmwareTests.assemble(name)
      let elf = try ELFImage(assembly.elf)
      let image = ProgramImage(elf)
      #expect(image.sha256 == assembly.image.sha256)
      #expect(image.entry == assembly.image.entry)
      #expect(Set(image.symbols.map { "\($0)" }) == Set(assembly.image.symbols.map { "\($0)" }))
      #expect(elf.lines == assembly.lines)
    }
  }

  @Test(
    "readelf finds nothing to complain about",
    .enabled(if: Oracle.readelf.isUsable, "needs readelf"))
  func readelf() throws {
    let (assembly, path, folder) = try Self.program("eventprop.s")
    let result = try Oracle.readelf.run(["-aW", "--debug-dump=info,line,abbrev,aranges", path])
    #expect(result.status == 0)
    #expect(result.errors == "")
    #expect(!result.text.contains("arning"))
    #expect(result.text.contains("Machine:                           RISC-V"))
    for symbol in assembly.image.symbols {
      let value = String(symbol.value, radix: 16)
      let padded = String(repeating: "0", count: 8 - value.count) + value
      #expect(result.text.contains("\(padded)  "), "\(symbol.name)")
    }
    _ = folder
  }

  @Test(
    "llvm-objdump reads code and lines as we do",
    .enabled(if: Oracle.llvmObjdump.isUsable, "needs llvm-objdump"))
  func objdump() throws {
    let (assembly, path, folder) = try Self.program("eventprop.s")
    let result = try Oracle.llvmObjdump.run(["-d", "-l", "--no-show-raw-insn", path])
    #expect(result.status == 0)
    var line: String?
    var compared = 0
    for row in result.text.split(separator: "\n") {
      if row.hasPrefix("; "), !row.hasSuffix("():") { line = String(row.dropFirst(2)) }
      let words = row.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard row.first == " ", let address = words.first?.dropLast(), row.contains(": "),
        let number = UInt32(address, radix: 16), let expected = line
      else { continue }
      #expect(assembly.lines.location(of: number)?.description == expected, "\(row)")
      compared += 1
    }
    #expect(compared > 500)
    #expect(!result.text.contains("<unknown>") || result.text.contains("vsetvli"))
    _ = folder
  }

  @Test(
    "gdb finds lines, symbols and places for breakpoints",
    .enabled(if: Oracle.gdb.isUsable, "needs gdb-multiarch"))
  func gdb() throws {
    let folder = try TemporaryFolder()
    let source =
      "  .globl _start, work\n_start: nop\n\n  nop\nwork: nop\n  j work\n  .data\nx: .word 1\n"
    let assembly = try Assembler.assemble(text: source, path: "some/program.s")
    let path = folder.path("program.elf")
    try Data(assembly.elf).write(to: URL(fileURLWithPath: path))
    let result = try Oracle.gdb.run([
      "-batch", "-nx", "-ex", "set architecture riscv:rv32", "-ex", "info line program.s:4",
      "-ex", "info line *0xc", "-ex", "info symbol 0xc", "-ex", "break program.s:3", "-ex",
      "info breakpoints", "-ex", "x/1xw &x", "-ex", "disassemble work", path,
    ])
    #expect(result.text.contains("Line 4 of \"some/program.s\" starts at address 0x4 <_start+4>"))
    #expect(result.text.contains("Line 6 of \"some/program.s\" starts at address 0xc <work+4>"))
    #expect(result.text.contains("work + 4 in section .text"))
    #expect(result.text.contains("some/program.s:4"))
    #expect(result.text.contains("0x10:\t0x00000001"))
    #expect(result.text.contains("0x0000000c <+4>:\tj\t0x8 <work>"))
  }

  @Test("Lines are found by address and addresses by line")
  func lines() throws {
    let assembly = try Assembler.assemble(
      text: "nop\n\n.macro m\nnop\nnop\n.endm\nm\nnop\n.data\n.word 1\n", path: "src/a.s")
    #expect(assembly.lines.location(of: 0)?.description == "src/a.s:1")
    #expect(assembly.lines.location(of: 4)?.description == "src/a.s:7")
    #expect(assembly.lines.location(of: 8)?.description == "src/a.s:7")
    #expect(assembly.lines.location(of: 12)?.description == "src/a.s:8")
    #expect(assembly.lines.location(of: 16) == nil)
    #expect(assembly.lines.addresses(ofLine: 2, in: "a.s") == [4])
    #expect(assembly.lines.addresses(ofLine: 8, in: "src/a.s") == [12])
    #expect(assembly.lines.addresses(ofLine: 9, in: "a.s") == [])
    #expect(assembly.lines.addresses(ofLine: 1, in: "b.s") == [])
  }

  @Test(
    "A program of clang is read, with its lines of C",
    .enabled(if: ClangOracle.isUsable, "needs clang and ld.lld"))
  func compiled() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "int add(int a, int b) {\n  return a + b;\n}\nvoid _start(void) { add(1, 2); }\n", to: "a.c")
    for version in ["-gdwarf-4", "-gdwarf-5"] {
      let elf = try ClangOracle.program([path], arguments: ["-O1", version])
      let add = try #require(elf.symbols.first { $0.name == "add" })
      #expect(elf.lines.location(of: add.value)?.file.hasSuffix("a.c") == true)
      #expect(elf.lines.addresses(ofLine: 2, in: "a.c").first == add.value)
      #expect(Disassembler.text(elf).contains("add a0, a1, a0"))
    }
  }

  @Test("A damaged file gives an error with an offset, or is read, but nothing worse")
  func damage() throws {
    let source = "_start: nop\n.data\nx: .word 1\n.bss\n.zero 4\n"
    let good = try Assembler.assemble(text: source).elf
    func message(_ bytes: [UInt8]) -> String {
      do {
        _ = try ELFImage(bytes)
        return "read"
      } catch { return error.description }
    }
    #expect(message(good) == "read")
    #expect(message([]) == "byte 0 (0x0): this is not an ELF file")
    #expect(message(Array(good.prefix(20))) == "byte 20 (0x14): the file ends within a field")
    func patched(_ offset: Int, _ value: UInt8) -> [UInt8] {
      var bytes = good
      bytes[offset] = value
      return bytes
    }
    #expect(message(patched(4, 2)) == "byte 4 (0x4): expected 32-bit addresses (1), found 2")
    #expect(
      message(patched(16, 1)) == "byte 16 (0x10): expected an executable, linked file (2), found 1")
    #expect(message(patched(18, 62)) == "byte 18 (0x12): expected RISC-V (243), found 62")
    #expect(
      message(patched(52 + 18, 1))
        == "byte 52 (0x34): the segment 0 has 65544 bytes from 4096 on, the file has \(good.count)")
    var random = RandomStream(seed: 1, name: "damage")
    for length in stride(from: 0, to: good.count, by: 61) {
      #expect(message(Array(good.prefix(length))) != "read")
    }
    for _ in 0..<400 {
      var bytes = good
      for _ in 0...Int(random.next() % 6) {
        let isHead = random.next() % 3 == 0
        let place = isHead ? random.next() % 84 : 4096 + random.next() % UInt64(good.count - 4096)
        bytes[Int(place)] = UInt8(truncatingIfNeeded: random.next() >> 20)
      }
      if let elf = try? ELFImage(bytes) { _ = Disassembler.text(elf) }
    }
  }
}
