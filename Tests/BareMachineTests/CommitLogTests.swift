import BareMachine
import PlasticityProcessor
import TestSupport
import Testing

@Suite struct CommitLogTests {
  private static func log(_ source: String) throws -> [Substring] {
    var machine = try BareMachine(source: source)
    var log = CommitLog()
    _ = machine.run(untilInstruction: 10_000, observer: &log)
    return String(decoding: log.take(), as: UTF8.self).split(separator: "\n")
  }

  /// What the line of the last instruction but the exit says behind the instruction's word.
  private static func last(_ source: String) throws -> String {
    let lines = try log(source + "\nli a7, 93\necall")
    return lines.dropLast().last?.split(separator: ") ", maxSplits: 1).last.map(String.init) ?? ""
  }

  @Test("Scalar instructions as in Spike")
  func scalar() throws {
    let lines = try Self.log(
      """
      lui t0, 0x80001
      addi x10, t0, -1
      nop
      sw x10, 4(t0)
      sh x10, 8(t0)
      sb x10, 0x11(t0)
      lw x0, 4(t0)
      lb a1, 4(t0)
      csrrw x0, mscratch, t0
      csrrs a2, mscratch, x0
      beq x0, x0, 1f
      1: jal ra, 2f
      2: csrrwi t1, vxrm, 2
      """)
    #expect(
      lines == [
        "core   0: 3 0x80000000 (0x800012b7) x5  0x80001000",
        "core   0: 3 0x80000004 (0xfff28513) x10 0x80000fff",
        "core   0: 3 0x80000008 (0x00000013)",
        "core   0: 3 0x8000000c (0x00a2a223) mem 0x80001004 0x80000fff",
        "core   0: 3 0x80000010 (0x00a29423) mem 0x80001008 0x0fff",
        "core   0: 3 0x80000014 (0x00a288a3) mem 0x80001011 0xff",
        "core   0: 3 0x80000018 (0x0042a003) mem 0x80001004",
        "core   0: 3 0x8000001c (0x00428583) x11 0xffffffff mem 0x80001004",
        "core   0: 3 0x80000020 (0x34029073) c832_mscratch 0x80001000",
        "core   0: 3 0x80000024 (0x34002673) x12 0x80001000",
        "core   0: 3 0x80000028 (0x00000263)",
        "core   0: 3 0x8000002c (0x004000ef) x1  0x80000030",
        "core   0: 3 0x80000030 (0x00a15373) x6  0x00000000 c10_vxrm 0x00000002 "
          + "c768_mstatus 0x80001e00",
      ])
  }

  @Test("Traps have no line, and their handler's first instruction follows")
  func traps() throws {
    let lines = try Self.log(
      """
      la t0, handler
      csrw mtvec, t0
      .word 0
      addi a0, a0, 5
      ebreak
      handler: csrr t1, mepc
      addi t1, t1, 4
      csrw mepc, t1
      mret
      """)
    #expect(lines[2].contains("c773_mtvec"))
    #expect(lines[3].contains("x6  0x8000000c"), "the handler: \(lines[3])")
    #expect(lines[6].contains("c768_mstatus 0x00001a80 c784_mstatush 0x00000000"))
    #expect(lines[7].contains("x10 0x00000005"))
    #expect(lines[8].contains("x6  0x80000014"))
  }

  private static let setUp = """
    la s0, data
    csrwi vxrm, 0
    vsetivli t0, 4, e16, m1, ta, ma
    vle16.v v2, (s0)
    vmv.v.i v0, 5
    j 1f
    .balign 4
    data: .half 0x1111, 0x2222, 0x3333, 0x4444
    .zero 248
    1:

    """
  private static func register(_ low: String) -> String {
    "0x" + String(repeating: "0", count: 256 - low.count) + low
  }

  @Test("Vector instructions: the mark, whole registers, elements in memory")
  func vectors() throws {
    let data: UInt32 = 0x8000_001C
    let mark = "e16 m1 l4 "
    let start = "c8_vstart 0x00000000"
    func hexadecimal(_ offset: UInt32) -> String { "0x" + String(data + offset, radix: 16) }
    let lines: [(String, String)] = [
      (
        "vsetivli t0, 3, e32, m2, ta, ma",
        "x5  0x00000003 \(start) c3104_vl 0x00000003 c3105_vtype 0x000000d1"
      ),
      ("vsetivli x0, 3, e16, m1, ta, ma", "\(start) c3104_vl 0x00000003"),
      (
        "vle16.v v3, (s0)",
        mark + "v3  \(Self.register("4444333322221111")) \(start) mem \(hexadecimal(0)) "
          + "mem \(hexadecimal(2)) mem \(hexadecimal(4)) mem \(hexadecimal(6))"
      ),
      (
        "vle16.v v12, (s0), v0.t",
        mark + "\(start) v12 \(Self.register("333300001111")) mem \(hexadecimal(0)) "
          + "mem \(hexadecimal(4))"
      ),
      (
        "vse16.v v2, (s0), v0.t",
        mark + "\(start) mem \(hexadecimal(0)) 0x1111 mem \(hexadecimal(4)) 0x3333"
      ),
      (
        "li t1, -2\naddi s0, s0, 6\nvsse8.v v2, (s0), t1",
        mark + "\(start) mem \(hexadecimal(6)) 0x11 mem \(hexadecimal(4)) 0x11 "
          + "mem \(hexadecimal(2)) 0x22 mem \(hexadecimal(0)) 0x22"
      ),
      (
        "vmv.v.i v4, 6\nvluxei16.v v3, (s0), v4, v0.t",
        mark + "v3  \(Self.register("444400004444")) \(start) mem \(hexadecimal(6)) "
          + "mem \(hexadecimal(6))"
      ),
      ("vadd.vv v4, v2, v2", mark + "v4  \(Self.register("8888666644442222")) \(start)"),
      (
        "vwaddu.vv v4, v2, v2",
        mark + "v4  \(Self.register("00008888000066660000444400002222")) \(start)"
      ),
      ("vsaddu.vv v4, v2, v2", mark + "v4  \(Self.register("8888666644442222")) \(start)"),
      (
        "vsadd.vv v4, v2, v2",
        mark + "v4  \(Self.register("7fff666644442222")) \(start) c9_vxsat 0x00000001"
      ),
      ("vmseq.vi v4, v2, 0", mark + "v4  0x" + String(repeating: "0", count: 256) + " \(start)"),
      ("vredsum.vs v4, v2, v4", mark + "v4  \(Self.register("aaaa")) \(start)"),
      ("vmv.x.s a0, v2", mark + "\(start) x10 0x00001111"),
      ("vcpop.m a0, v0", mark + "x10 0x00000002"),
      ("vid.v v4, v0.t", mark + "v4  \(Self.register("000200000000")) \(start)"),
      ("vsetivli t0, 0, e16, mf2, ta, ma\nvadd.vv v4, v2, v2", "e16 mf2 l0 \(start)"),
      (
        "li t0, 65\nvsetvli t0, t0, e16, m2, ta, ma\nvmv.v.i v4, 0",
        "e16 m2 l65 v4  \(Self.register("0")) v5  \(Self.register("0")) \(start)"
      ),
      (
        "vsetvli t0, x0, e16, m2, ta, ma\nvmv.v.i v0, -1\nvsetivli t0, 5, e16, m2, ta, ma\n"
          + "vmv.v.i v4, 0", "e16 m2 l5 v4  \(Self.register("0")) \(start)"
      ),
    ]
    for (instruction, expected) in lines {
      #expect(try Self.last(Self.setUp + instruction) == expected, "\(instruction)")
    }
  }

  @Test("Whole registers are logged by elements of memory, even without a vector type")
  func wholeRegisters() throws {
    let load = try Self.last("la s0, 1f\nvl2re32.v v6, (s0)\n1: nop")
    #expect(load.isEmpty == false)
    let line = try #require(
      try Self.log("la s0, 1f\nvl2re32.v v6, (s0)\n1: nop").first { $0.contains(" v6 ") })
    #expect(line.split(separator: " ").filter { $0 == "mem" }.count == 64)
    #expect(line.contains(" v7 "))
    let store = try #require(
      try Self.log("lui s0, 0x80001\nvs1r.v v6, (s0)").last)
    #expect(store.split(separator: " ").filter { $0 == "0x00" }.count == 128)
  }

  @Test("A log changes nothing, and an observed run may be split anywhere")
  func unchangedState() throws {
    var plain = try BareMachine(source: BareCheckpointTests.source)
    #expect(plain.runToEnd() == .passed)
    var logged = try BareMachine(source: BareCheckpointTests.source)
    var log = CommitLog()
    #expect(logged.run(untilInstruction: .max, observer: &log) == .ended(.passed))
    #expect(logged.stateHash == plain.stateHash)
    let whole = log.take()
    var split = try BareMachine(source: BareCheckpointTests.source)
    var pieces: [UInt8] = []
    for limit in stride(from: UInt64(3), to: 1000, by: 3) where split.end == nil {
      _ = split.run(untilInstruction: limit, observer: &log)
      pieces += log.take()
    }
    #expect(pieces == whole && split.stateHash == plain.stateHash)
  }
}
