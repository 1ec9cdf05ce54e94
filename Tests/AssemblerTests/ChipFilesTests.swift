import Assembler
import Foundation
import TestSupport
import Testing

@Suite struct ChipFilesTests {
  @Test("firmware/chip.inc is what the address map says")
  func includeFile() throws {
    try expectGolden(ChipIncludeFile.text, at: "firmware/chip.inc")
  }

  @Test("firmware/c/chip.h is what the address map says")
  func header() throws {
    try expectGolden(ChipHeaderFile.text, at: "firmware/c/chip.h")
  }

  @Test("chip.h has the names and values of chip.inc")
  func headerAgrees() throws {
    func names(_ text: String, _ keyword: String, _ separator: Character) -> [String] {
      text.split(separator: "\n").filter { $0.drop { $0 == " " }.hasPrefix(keyword) }.map {
        let words = $0.split { $0 == " " || $0 == separator }
        return words.count > 2 ? "\(words[1]) \(words[2])" : ""
      }
    }
    let inC = names(ChipHeaderFile.text, "#define", " ").filter { !$0.contains("(") }
    let inAssembly = names(ChipIncludeFile.text, ".equ", ",").filter { !$0.hasPrefix("CHIP_INC") }
    #expect(inC.filter { !$0.isEmpty } == inAssembly && inAssembly.count > 80)
  }

  @Test(
    "clang reads chip.inc, also twice, and chip.ld links a program",
    .enabled(if: Oracle.clang.isUsable && Oracle.ldLLD.isUsable, "needs clang and ld.lld"))
  func clangReadsThem() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(
      """
      .include "chip.inc"
      .include "chip.inc"
      .globl _start
      _start: li sp, STACK_TOP
      la a0, MAILBOX_READY
      """, to: "a.s")
    let compiled = try Oracle.clang.run([
      "--target=riscv32", "-march=rv32im_zicsr_zifencei_zve32x_zvl1024b", "-mno-relax", "-c",
      "-I", repository.appendingPathComponent("firmware").path, source, "-o", folder.path("a.o"),
    ])
    #expect(compiled.status == 0, "\(compiled.errors)")
    let linked = try Oracle.ldLLD.run([
      "-T", repository.appendingPathComponent("firmware/chip.ld").path, folder.path("a.o"), "-o",
      folder.path("a.elf"),
    ])
    #expect(linked.status == 0, "\(linked.errors)")
  }
}
