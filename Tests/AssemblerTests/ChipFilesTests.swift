import Assembler
import Foundation
import TestSupport
import Testing

@Suite struct ChipFilesTests {
  @Test("firmware/chip.inc is what the address map says")
  func includeFile() throws {
    try expectGolden(ChipIncludeFile.text, at: "firmware/chip.inc")
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
