import Assembler
import BareMachine
import Foundation
import PlasticityProcessor
import TestSupport
import Testing

/// Programs shaped as the official suites are: a start that tries registers of other privilege modes,
/// a trap handler, `mret` into the test, and an end by `tohost`, or by `ecall` without a handler.
@Suite struct ConformanceTests {
  /// Start, handler and end of a test in machine mode; `body` checks with `check`.
  ///
  /// A body may set `handler` (in mscratch) to the address where it wants its traps to go.
  static func machineMode(_ body: String) -> String {
    """
    .macro check number, register, value
      li gp, \\number
      li t6, \\value
      bne \\register, t6, fail
    .endm
    .macro attempt instructions:vararg
      la t0, 9f
      csrw mtvec, t0
      \\instructions
      .balign 4
    9:
    .endm
    .section .text
    .globl _start
    _start:
      j reset
      .balign 4
    trap:
      csrr t5, mscratch
      beqz t5, 1f
      jr t5
    1:
      csrr t5, mcause
      li t6, 11
      beq t5, t6, write
      ori gp, gp, 1337
    write:
      la t5, tohost
      sw gp, 0(t5)
      sw zero, 4(t5)
      j write
    reset:
      csrr a0, mhartid
    1: bnez a0, 1b
      attempt csrwi 0x744, 8
      attempt csrwi satp, 0
      attempt csrwi 0x3b0, -1 & 31
      attempt csrwi 0x3a0, 31
      attempt csrwi 0x105, 0
      csrwi mie, 0
      attempt csrwi medeleg, 0
      attempt csrwi mideleg, 0
      li gp, 0
      la t0, trap
      csrw mtvec, t0
      csrwi mstatus, 0
      li t0, 0x200
      csrs mstatus, t0
      csrwi vcsr, 0
      la t0, 1f
      csrw mepc, t0
      mret
    1:
    \(body)
      li gp, 1
      li a7, 93
      li a0, 0
      ecall
    fail:
      slli gp, gp, 1
      ori gp, gp, 1
      ecall
      .word 0xc0001073
    .data
      .balign 64
      .globl tohost
    tohost: .word 0, 0
      .globl begin_signature
    begin_signature: .word 0xffffffff, 0
      .globl end_signature
    end_signature:
    bytes: .word 0x03020100, 0x07060504, 0x0b0a0908, 0
    """
  }

  /// A trap of the instruction at 7: that comes back with mcause, mtval and the distance of mepc.
  private static func trapping(_ instruction: String, cause: Int, value: String) -> String {
    """
      la t0, 8f
      csrw mscratch, t0
      la s1, 7f
      la s2, bytes
      li s3, 0
    7: \(instruction)
      j fail
      .balign 4
    8:
      csrw mscratch, zero
      csrr s4, mcause
      check 11, s4, \(cause)
      csrr s5, mepc
      sub s5, s5, s1
      check 12, s5, 0
      csrr s6, mtval
      \(value)
      li gp, 13
      bne s6, s7, fail
      csrr s8, mstatus
      andi s8, s8, 8
      check 14, s8, 0
    """
  }

  static let bodies: [(name: String, body: String)] = [
    ("nothing", ""),
    ("illegal word", trapping(".word 0", cause: 2, value: "li s7, 0")),
    ("unknown CSR", trapping("csrr t0, 0x7c0", cause: 2, value: "lw s7, 0(s1)")),
    ("read-only CSR", trapping("csrw 0xc20, t0", cause: 2, value: "lw s7, 0(s1)")),
    ("ebreak", trapping("ebreak", cause: 3, value: "mv s7, s1")),
    ("misaligned jalr", trapping("jalr t0, 6(s1)", cause: 0, value: "addi s7, s1, 6")),
    ("misaligned jal", trapping("jal t0, . + 6", cause: 0, value: "addi s7, s1, 6")),
    ("misaligned branch", trapping("beqz zero, . + 6", cause: 0, value: "addi s7, s1, 6")),
    ("load outside", trapping("lw t0, -4(zero)", cause: 5, value: "li s7, -4")),
    ("store outside", trapping("sw t0, -4(zero)", cause: 7, value: "li s7, -4")),
    (
      "vector instruction without vtype",
      trapping("vadd.vv v1, v2, v3", cause: 2, value: "lw s7, 0(s1)")
    ),
    (
      "vector unit off",
      """
        csrwi mstatus, 0
      \(trapping("vsetvli t0, t0, e8, m1, ta, ma", cause: 2, value: "lw s7, 0(s1)"))
      """
    ),
    (
      "segment load", trapping(".word 0x22050407", cause: 2, value: "lw s7, 0(s1)")
    ),
    ("division", trapping(".word 0x8220a457", cause: 2, value: "lw s7, 0(s1)")),
    (
      "misaligned data",
      """
        la s0, bytes
        lh t1, 1(s0)
        check 2, t1, 0x0201
        lw t1, 3(s0)
        check 3, t1, 0x06050403
        li t2, 0x83828180
        sw t2, 5(s0)
        lw t1, 4(s0)
        check 4, t1, 0x82818004
        sh t2, 3(s0)
        lbu t1, 4(s0)
        check 5, t1, 0x81
      """
    ),
    (
      "changed code",
      """
        li a3, 111
        la a0, 3f
        lw a0, 0(a0)
        la a1, 1f
        la a2, 2f
        sw a0, 0(a1)
        fence.i
      1: addi a3, a3, 222
        check 2, a3, 444
        li a4, 100
      1: addi a4, a4, -1
        bnez a4, 1b
        sw a0, 0(a2)
        fence.i
      2: addi a3, a3, 555
        check 3, a3, 777
        j 4f
      3: addi a3, a3, 333
      4:
      """
    ),
    (
      "vector lengths and types",
      """
        li t0, 0
        vsetvli t1, t0, e16, m1, ta, ma
        check 2, t1, 0
        li t0, 1
        vsetvli t1, t0, e16, m1, ta, ma
        check 3, t1, 1
        li t0, 63
        vsetvli t1, t0, e16, m1, ta, ma
        check 4, t1, 63
        li t0, 64
        vsetvli t1, t0, e16, m1, ta, ma
        check 5, t1, 64
        li t0, 65
        vsetvli t1, t0, e16, m1, ta, ma
        check 6, t1, 64
        li t0, 127
        vsetvli t1, t0, e16, m1, ta, ma
        check 7, t1, 64
        li t0, 128
        vsetvli t1, t0, e16, m1, ta, ma
        check 8, t1, 64
        li t0, -1
        vsetvli t1, t0, e16, m1, ta, ma
        check 9, t1, 64
        vsetivli t1, 0, e16, m1, ta, ma
        check 12, t1, 0
        vsetvli t1, zero, e16, m1, ta, ma
        check 13, t1, 64
        vsetvli zero, zero, e8, mf2, ta, ma
        csrr t1, vl
        check 14, t1, 64
        vsetvli zero, zero, e8, m1, ta, ma
        csrr t1, vtype
        check 15, t1, 0x80000000
        csrr t1, vl
        check 16, t1, 0
        vsetivli t1, 4, e32, mf2, ta, ma
        check 17, t1, 0
        csrr t1, vtype
        check 18, t1, 0x80000000
        csrwi vstart, 31
        li t2, -1
        csrw vstart, t2
        csrr t1, vstart
        check 19, t1, 1023
        vsetivli t1, 4, e32, m1, ta, ma
        csrr t1, vstart
        check 20, t1, 0
        csrr t1, vlenb
        check 21, t1, 128
      """
    ),
    (
      "rounding and saturation",
      """
        vsetivli t1, 8, e16, m1, ta, ma
        la s0, 5f
        vle16.v v2, (s0)
        j 6f
        .balign 4
      5: .half 1, 2, 3, 5, 6, 7, -1, -3
        .half 1, 1, 2, 3, 3, 4, 0, -1
        .half 0, 1, 2, 2, 3, 4, 0, -2
        .half 0, 1, 1, 2, 3, 3, -1, -2
        .half 1, 1, 1, 3, 3, 3, -1, -1
      6:
        csrwi vxrm, 0
        vssra.vi v3, v2, 1
        addi s0, s0, 16
        vle16.v v4, (s0)
        vmsne.vv v5, v3, v4
        vcpop.m t1, v5
        check 2, t1, 0
        csrwi vxrm, 1
        vssra.vi v3, v2, 1
        addi s0, s0, 16
        vle16.v v4, (s0)
        vmsne.vv v5, v3, v4
        vcpop.m t1, v5
        check 3, t1, 0
        csrwi vxrm, 2
        vssra.vi v3, v2, 1
        addi s0, s0, 16
        vle16.v v4, (s0)
        vmsne.vv v5, v3, v4
        vcpop.m t1, v5
        check 4, t1, 0
        csrwi vxrm, 3
        vssra.vi v3, v2, 1
        addi s0, s0, 16
        vle16.v v4, (s0)
        vmsne.vv v5, v3, v4
        vcpop.m t1, v5
        check 5, t1, 0
        csrwi vxsat, 0
        li t0, -32768
        vmv.v.x v2, t0
        vsmul.vv v3, v2, v2
        vmv.x.s t1, v3
        check 6, t1, 0x7fff
        csrr t1, vcsr
        check 7, t1, 7
        csrwi vxrm, 7
        csrr t1, vxrm
        check 8, t1, 3
      """
    ),
    (
      "direct and vectored mtvec, and mret",
      """
        la t0, 5f
        ori t0, t0, 1
        csrw mtvec, t0
        csrsi mstatus, 8
        li t1, 0x80
      6: ebreak
        csrr t2, mstatus
        andi t2, t2, 0x88
        check 2, t2, 0x88
        j 4f
        .balign 64
      5:
        csrr t2, mstatus
        andi t2, t2, 0x88
        check 3, t2, 0x80
        csrr t2, mepc
        addi t2, t2, 4
        csrw mepc, t2
        mret
      4:
        la t0, trap
        csrw mtvec, t0
      """
    ),
  ]

  @Test("Tests in machine mode pass, and say which check fails")
  func machineMode() throws {
    for (name, body) in Self.bodies {
      var machine = try BareMachine(source: Self.machineMode(body))
      #expect(machine.runToEnd() == .passed, "\(name)")
    }
    var failing = try BareMachine(source: Self.machineMode("li a0, 5\ncheck 21, a0, 4"))
    #expect(failing.runToEnd() == .failed(test: 21))
  }

  @Test(
    "The same tests from clang and ld.lld pass",
    .enabled(if: Oracle.clang.isUsable && Oracle.ldLLD.isUsable, "clang is not installed"))
  func fromClang() throws {
    let folder = try TemporaryFolder()
    for (name, body) in Self.bodies where !name.contains("misaligned") || name.contains("data") {
      let source = try folder.write(Self.machineMode(body), to: "test.s")
      let object = folder.path("test.o")
      let march = "rv32im_zicsr_zifencei_zve32x_zvl1024b"
      let compiled = try Oracle.clang.run([
        "--target=riscv32-unknown-elf", "-march=\(march)", "-mno-relax", "-c", source, "-o", object,
      ])
      #expect(compiled.status == 0, "\(name): \(compiled.errors)")
      let elf = folder.path("test.elf")
      let linked = try Oracle.ldLLD.run([
        "-Ttext=0x80000000", "--image-base=0x7fff0000", "--no-relax", object, "-o", elf,
      ])
      #expect(linked.status == 0, "\(name): \(linked.errors)")
      let image = try ProgramImage(elf: [UInt8](try Data(contentsOf: URL(fileURLWithPath: elf))))
      var machine = try BareMachine(Source.program(image))
      #expect(machine.runToEnd() == .passed, "\(name)")
    }
  }
}
