import Assembler
import Foundation
import TestSupport
import Testing

@Suite struct ProgramTests {
  /// Assembles sources that are only in memory.
  static func assemble(
    _ sources: [(String, String)], _ files: [String: String] = [:], textBase: UInt32 = 0,
    memoryEnd: UInt32? = nil
  ) throws(AssemblyError) -> Assembly {
    var options = Assembler.Options()
    options.textBase = textBase
    options.memoryEnd = memoryEnd
    options.load = { files[$0].map { Array($0.utf8) } }
    return try Assembler.assemble(
      sources: sources.map { Assembler.Source(path: $0.0, text: $0.1) }, options: options)
  }

  /// What is said about sources that cannot be assembled.
  static func errors(
    _ sources: [(String, String)], _ files: [String: String] = [:], textBase: UInt32 = 0,
    memoryEnd: UInt32? = nil
  ) -> String {
    do {
      _ = try assemble(sources, files, textBase: textBase, memoryEnd: memoryEnd)
      return ""
    } catch {
      return error.description
    }
  }

  // MARK: Several files

  static let main = """
    .globl _start, shared
    _start: call helper
    local: j local
    shared: nop
    .data
    .p2align 4
    here: .word helper, table, local
    """
  static let other = """
    .globl helper, table
    .p2align 5
    helper: la a0, shared
    local: j local
    .section .rodata
    table: .word local
    .data
    .byte 1
    .bss
    .zero 3
    """

  @Test(
    "Files share global names and keep their local ones, as with clang and ld.lld",
    .enabled(if: ClangOracle.isUsable, "needs clang and ld.lld"))
  func severalFiles() throws {
    let folder = try TemporaryFolder()
    let paths = [
      try folder.write(Self.main, to: "main.s"), try folder.write(Self.other, to: "other.s"),
    ]
    let ours = try Assembler.assemble(files: paths)
    let difference = difference(ours.image, try ClangOracle.program(paths))
    #expect(difference == nil, "\(difference ?? "")")
    #expect(ours.image.symbols.filter { $0.name == "local" }.map(\.value) == [8, 40])
  }

  @Test("Names that no file shares, or two define, are refused")
  func globals() {
    #expect(
      Self.errors([("a.s", "_start: j b\n"), ("b.s", "\nb: nop\n")]) == """
        a.s:1:11: error: undefined symbol 'b'; another file defines it, without .globl
        _start: j b
                  ^
        1 error

        """)
    #expect(
      Self.errors([("a.s", ".globl b\nb: nop\n"), ("b.s", ".globl b\n\nb: nop\n")]) == """
        b.s:3:1: error: the symbol 'b' is already defined (a.s:2)
        b: nop
        ^
        1 error

        """)
  }

  @Test("A weak symbol gives way to a global one and may be missing")
  func weak() throws {
    let program = try Self.assemble([
      ("a.s", ".weak f, g\n_start: nop\nf: nop\n .data\n .word f, g\n"),
      ("b.s", ".globl f\nf: nop\n"),
    ])
    #expect((8..<24).compactMap(program.image.byte(at:)).count == 12)
    #expect((12..<20).map { program.image.byte(at: $0) } == [8, 0, 0, 0, 0, 0, 0, 0])
  }

  // MARK: Layout

  @Test("Sections follow each other, each at its largest alignment, at least 4")
  func layout() throws {
    let source = """
      .data
      .byte 1
      .p2align 4
      .byte 2
      .section .rodata
      .byte 3
      .bss
      .zero 2
      .text
      nop
      """
    let program = try Self.assemble([("a.s", source)])
    #expect(
      program.budget.sections.map { "\($0.name) \($0.address) \($0.byteCount)" }
        == [".text 0 4", ".rodata 4 1", ".data 16 17", ".bss 36 2"])
    let moved = try Self.assemble([("a.s", source)], textBase: 0x8000_0000)
    #expect(moved.image.entry == 0x8000_0000)
    #expect(moved.image.segments.map(\.address) == [0, 4, 16, 36].map { 0x8000_0000 + $0 })
    #expect(moved.budget.limit == nil)
    #expect(Self.errors([("a.s", source)], textBase: 2).contains("2 is not a multiple of 4"))
  }

  @Test("Execution starts at _start, or else at the start of .text")
  func entry() throws {
    #expect(try Self.assemble([("a.s", "nop\n_start: nop\n")]).image.entry == 4)
    #expect(try Self.assemble([("a.s", "nop\nstart: nop\n")], textBase: 64).image.entry == 64)
  }

  @Test("A program that does not fit is told what it needs, what there is, and what is largest")
  func tooLarge() {
    let source = """
      .globl weights, table
      _start: nop
      .data
      weights: .zero 12000
      .bss
      table: .zero 5000
      .globl small
      small: .word 0
      """
    #expect(
      Self.errors([("a.s", source)])
        == "a.s:6:1: error: the program does not fit: it needs 17008 bytes, the memory below the "
        + "mailbox has 16128 (880 too many); table (5000 bytes) is the first beyond it; sections: "
        + ".text 4, .data 12000, .bss 5004; largest: weights 12000, table 5000, _start 4, small 4\n"
        + "table: .zero 5000\n^\n1 error\n")
    #expect(Self.errors([("a.s", source)], memoryEnd: 17007).contains("the memory has 17007 (1 "))
    #expect(Self.errors([("a.s", source)], memoryEnd: 17008) == "")
  }

  @Test("What does not fit is shown where it is put, in a macro and as common memory too")
  func tooLargePlaces() {
    let macro = """
      .macro table name, size
      \\name: .zero \\size
      .endm
      _start: nop
      .bss
      table first, 8000
      table second, 9000
      table third, 1000
      """
    let inMacro = Self.errors([("a.s", macro)])
    #expect(inMacro.hasPrefix("a.s:2:"))
    #expect(inMacro.contains("; second (9000 bytes) is the first beyond it; "))
    #expect(inMacro.contains("a.s:7: note: in the expansion of the macro 'table'"))
    let common = Self.errors([
      ("a.s", "_start: nop\n .comm a, 16000\n .comm b, 125\n .comm c, 8\n")
    ])
    #expect(common.hasPrefix("a.s:3:"), "\(common)")
    #expect(common.contains("; b (125 bytes) is the first beyond it; "))
  }

  @Test("The budget counts by size, or up to the next symbol")
  func budget() throws {
    let program = try Self.assemble([
      (
        "a.s",
        """
        .globl _start, second
        _start: nop
        local: nop
        second: nop
        nop
        nop
        .data
        plain: .word 1
        other: .word 1, 2
        sized: .word 3
        .size sized, 2
        """
      )
    ])
    #expect(
      program.budget.sections.map { $0.symbols.map { "\($0.name) \($0.address) \($0.byteCount)" } }
        == [
          ["_start 0 4", "local 4 4", "second 8 12"],
          ["plain 20 4", "other 24 8", "sized 32 2"],
        ])
    #expect(program.budget.need == 36)
    #expect(program.budget.free == 16128 - 36)
  }

  // MARK: Messages

  @Test("A message shows the line, the place, and the way through inclusions and macros")
  func messages() {
    let text = Self.errors(
      [("main.s", "_start: nop\n  .include \"lib/a.inc\"\n  outer 5000 # here\n")],
      [
        "lib/a.inc": " .include \"b.inc\"\n .macro outer x\n\tinner \\x\n .endm\n",
        "lib/b.inc": " .macro inner x\n\taddi a0, a0, \\x\n .endm\n\tä\n",
      ])
    #expect(
      text == """
        lib/b.inc:4:2: error: expected a label, an instruction or a directive, found the \
        character 'ä'
        \tä
        \t^
        lib/a.inc:1: note: included here
        main.s:2: note: included here
        lib/b.inc:2:15: error: expected an integer from -2048 to 2047, found 5000
        \taddi a0, a0, 5000
        \t             ^
        lib/a.inc:3: note: in the expansion of the macro 'inner'
        main.s:3: note: in the expansion of the macro 'outer'
        2 errors

        """)
  }

  @Test("A file that cannot be read is named with the places that were tried")
  func missingFiles() {
    #expect(
      Self.errors([("src/main.s", " .include \"x.inc\"\n .incbin \"/y.bin\"\n")]) == """
        src/main.s:1:11: error: the file 'x.inc' cannot be read; tried src/x.inc
         .include "x.inc"
                  ^
        src/main.s:2:10: error: the file '/y.bin' cannot be read; tried /y.bin
         .incbin "/y.bin"
                 ^
        2 errors

        """)
    #expect(throws: AssemblyError.self) { try Assembler.assemble(files: ["/no/such/file.s"]) }
  }

  @Test("A mistake in an included .if ends with the file, and a flood of errors is cut")
  func recovery() {
    let unclosed = Self.errors(
      [("main.s", " .include \"a.inc\"\n_start: nop\n .endif\n")], ["a.inc": " .if 1\n"])
    #expect(unclosed.contains("a.inc:1:2: error: this .if has no .endif"))
    #expect(unclosed.contains("main.s:3:2: error: .endif without .if"))
    let flood = String(repeating: "bad\n", count: 1000)
    do {
      _ = try Self.assemble([("a.s", flood)])
      Issue.record("assembled")
    } catch {
      #expect(error.diagnostics.count == 200)
    }
  }

  @Test("A warning does not keep a program from being made")
  func warnings() throws {
    let program = try Self.assemble([("a.s", "_start: nop\n.warning \"careful\"\n.byte 1\nnop\n")])
    #expect(
      program.warnings.map { "\($0.line): \($0.severity): \($0.message)" } == [
        "2: warning: careful",
        "4: warning: the instruction does not lie at a multiple of 4; .p2align 2 helps [alignment]",
      ])
  }
}
