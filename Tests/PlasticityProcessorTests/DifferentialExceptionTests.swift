import InstructionSet
import PlasticityProcessor
import Testing

/// What the differential tests avoid, because QEMU 7.2 does something else or because processors may
/// differ: here the specification says what happens.
@Suite struct DifferentialExceptionTests {
  /// Runs a program to its end or to its first trap, memory from 0x800 filled with 1, 2, 3, ….
  private func run(_ lines: [String]) throws -> (stop: StopReason, a0: UInt32, a1: UInt32) {
    let words = try (lines + ["addi a7, zero, 93", "ecall"]).map {
      try #require(try InstructionTable.assemble($0), "\($0)")
    }
    var processor = PlasticityProcessor(program: words)
    processor.load((1...255).map { UInt8($0) }, at: 0x800)
    return (processor.finish(), processor[x: 10], processor[x: 11])
  }

  private func expectTrap(_ lines: [String]) throws {
    let result = try run(lines)
    guard case .trapped(let trap) = result.stop else {
      Issue.record("\(lines.last ?? ""): \(result.stop)")
      return
    }
    #expect(trap.cause == .illegalInstruction)
    #expect(trap.programCounter == 4 * UInt32(lines.count - 1), "\(lines)")
  }

  private static let legal = "vsetivli a0, 4, e16, m1, ta, ma"
  private static let illegal = "vsetivli a0, 4, e64, m1, ta, ma"

  @Test(
    "With vill set, everything that depends on the vector type traps",
    arguments: [
      "vmv1r.v v8, v9", "vadd.vv v8, v9, v10", "vmv.x.s a0, v8", "vle8.v v8, (zero)",
      "vmand.mm v8, v9, v10", "vlm.v v8, (zero)", "vid.v v8", "vredsum.vs v8, v9, v10",
    ])
  func illegalType(instruction: String) throws {
    try expectTrap([instruction])
    try expectTrap([Self.legal, Self.illegal, instruction])
  }

  @Test("Whole-register loads and stores work with vill set")
  func wholeRegisters() throws {
    let result = try run([
      "addi t0, zero, 0x7f0", "addi t0, t0, 16", "vl1re8.v v8, (t0)", "addi t1, t0, 256",
      "vs1r.v v8, (t1)", "lw a0, 4(t1)",
    ])
    #expect(result.stop == .exited(code: 0x0807_0605))
  }

  @Test("Keeping vl while VLMAX would change sets vill, and vill stays")
  func keptLength() throws {
    let changed = try run([
      Self.legal, "vsetvli zero, zero, e32, m1, ta, ma", "csrrs a1, vl, zero",
      "csrrs a0, vtype, zero",
    ])
    #expect(changed.stop == .exited(code: .min) && changed.a1 == 0)
    let still = try run([
      Self.illegal, "vsetvli zero, zero, e16, m1, ta, ma", "csrrs a0, vtype, zero",
    ])
    #expect(still.stop == .exited(code: .min))
    let same = try run([
      Self.legal, "vsetvli zero, zero, e32, m2, ta, ma", "csrrs a0, vl, zero",
    ])
    #expect(same.stop == .exited(code: 4))
  }

  @Test("vxrm has two bits and vxsat one")
  func narrowRegisters() throws {
    #expect(
      try run(["csrrwi zero, vxrm, 7", "csrrs a0, vxrm, zero"]).stop == .exited(code: 3))
    #expect(
      try run(["csrrwi zero, vxsat, 6", "csrrs a0, vxsat, zero"]).stop == .exited(code: 0))
    #expect(
      try run(["csrrwi zero, vcsr, 31", "csrrs a0, vcsr, zero"]).stop == .exited(code: 7))
  }

  @Test(
    "Arithmetic does not resume in the middle",
    arguments: [
      "vadd.vv v8, v9, v10", "vredsum.vs v8, v9, v10", "vcpop.m a0, v8", "vfirst.m a0, v8",
      "vmsbf.m v8, v9", "viota.m v8, v9", "vcompress.vm v8, v9, v10", "vslideup.vi v8, v9, 1",
    ])
  func restartedArithmetic(instruction: String) throws {
    try expectTrap([Self.legal, "csrrwi zero, vstart, 1", instruction])
  }

  @Test("A load resumes in the middle, and past its end only resets vstart")
  func restartedLoad() throws {
    let addresses = ["addi t0, zero, 0x7f0", "addi t0, t0, 16", Self.legal]
    let resumed = try run(
      addresses + [
        "csrrwi zero, vstart, 1", "vle16.v v8, (t0)", "csrrs a1, vstart, zero",
        "vslide1down.vx v9, v8, zero", "vmv.x.s a0, v9",
      ])
    #expect(resumed.stop == .exited(code: 0x0403) && resumed.a1 == 0)
    let past = try run(
      addresses + [
        "csrrwi zero, vstart, 4", "vle16.v v8, (t0)", "csrrs a1, vstart, zero", "vmv.x.s a0, v8",
      ])
    #expect(past.stop == .exited(code: 0) && past.a1 == 0)
  }

  @Test(
    "What belongs to other extensions traps",
    arguments: [
      0x0205_7407,  // vle64.v v8, (a0)
      0x0605_7407,  // vluxei64.v v8, (a0), v0
      0x8220_A457,  // vdivu.vv
      0x4020_8457,  // vadc.vvm
      0x2205_0407,  // vlseg2e8.v
      0x0305_0407,  // vle8ff.v
      0x4A21_2457,  // vzext.vf8
    ] as [UInt32])
  func otherExtensions(word: UInt32) throws {
    try expectTrap([Self.legal, ".word 0x\(String(word, radix: 16))"])
  }
}
