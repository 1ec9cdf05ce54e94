import Assembler
import Foundation
import TestSupport
import Testing

@Suite struct OutputTests {
  static let source = """
    # A program.
      .equ COUNT, 3
      .macro twice instruction
      \\instruction
      \\instruction
      .endm

      .globl _start
      .type _start, @function
    _start:
      li a0, COUNT; twice "addi a0, a0, -1"
      la a1, table
      beqz a0, _start
      .size _start, . - _start
      .data
    table: .word 1, _start
      .string "twelve bytes"
      .bss
      .zero 7
    """

  static func program(textBase: UInt32 = 0) throws -> Assembly {
    var options = Assembler.Options()
    options.textBase = textBase
    return try Assembler.assemble(text: source, path: "a.s", options: options)
  }

  @Test("The listing shows address, bytes and source of every line")
  func listing() throws {
    try expectGolden(try Self.program().listing, at: "Tests/AssemblerTests/Cases/listing.txt")
  }

  @Test("The symbol list shows value, size, section and name")
  func symbols() throws {
    #expect(
      try Self.program().symbolList == """
        00000000 00000018 T _start
        00000003 00000000 a COUNT
        00000018 00000000 d table

        """)
  }

  @Test("Intel HEX has the bytes, upper addresses, and entry, with right checksums")
  func hex() throws {
    #expect(
      try Self.program().intelHex == """
        :10000000130530001305F5FF1305F5FF97050000F4
        :080010009385C500E30605FE1F
        :080018000100000000000000DF
        :0D0020007477656C766520627974657300F5
        :0400000500000000F7
        :00000001FF

        """)
    let high = try Self.program(textBase: 0x8001_FFF8).intelHex
    #expect(high.hasPrefix(":020000048001"))
    #expect(high.contains(":020000048002"))
    for line in high.split(separator: "\n") {
      let digits = Array(line.dropFirst())
      let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(digits[$0...($0 + 1)]), radix: 16)
      }
      #expect(bytes.reduce(0, &+) == 0, "\(line)")
    }
  }

  @Test("The image knows its symbols by name and by address")
  func image() throws {
    let image = try Self.program().image
    #expect(image.address(of: "table") == 24)
    #expect(image.address(of: "COUNT") == 3)
    #expect(image.address(of: "nothing") == nil)
    #expect(image.description(of: 8) == "_start+0x8")
    #expect(image.description(of: 24) == "table")
    #expect(image.description(of: 0x4000) == "0x4000")
    #expect(image.symbol(named: "_start")?.byteCount == 24)
    #expect(image.symbol(named: "_start")?.kind == .function)
    #expect(image.symbol(named: "COUNT")?.section == nil)
    #expect(image.end == 55)
  }

  @Test("The hash depends on what is loaded and on nothing else")
  func hash() throws {
    let nops = "_start: nop\n nop\n .data\n .word 5\n"
    let base = try Assembler.assemble(text: nops).image.sha256
    #expect(
      base
        == "\(try Assembler.assemble(text: "#\n_start: nop\nx: nop\n .word 5\n.bss\n.zero 9\n").image.sha256)"
    )
    #expect(base != (try Assembler.assemble(text: nops + " .word 1\n").image.sha256))
    #expect(base != (try Assembler.assemble(text: "nop\n" + nops).image.sha256))
    #expect(
      base != (try Assembler.assemble(text: "nop\n_start: nop\n.word 5\n").image.sha256))
  }

  @Test("The disassembly has symbols, targets, data and source lines")
  func disassembly() throws {
    let source = """
      _start: li a0, 5
      loop: addi a0, a0, -1
        bnez a0, loop
        call work
        j loop
        .word 0x12345678
        .half 7
        .byte 1
        .p2align 2
      work: ret
      """
    let elf = try ELFImage(Assembler.assemble(text: source, path: "a.s").elf)
    var options = Disassembler.Options()
    options.showsLines = true
    try expectGolden(
      Disassembler.text(elf, options: options), at: "Tests/AssemblerTests/Cases/disassembly.txt")
    options.symbol = "work"
    #expect(
      Disassembler.text(elf, options: options) == """

        section .text

        00000020 <work>:
        ; a.s:10
              20: 00008067  jalr zero, 0(ra)

        """)
  }
}
