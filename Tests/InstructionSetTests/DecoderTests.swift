import ChipGeometry
import InstructionSet
import Testing

@Suite struct DecoderTests {
  private func decode(_ word: UInt32) -> Instruction { Decoder.decode(word) }

  @Test("Scalar fields arrive where the hot loop reads them")
  func scalarFields() {
    let addi = decode(0xFFF5_8513)  // addi a0, a1, -1
    #expect(addi.opcode == .addi)
    #expect(addi.destination == 10 && addi.source1 == 11 && addi.immediate == -1)
    #expect(addi.word == 0xFFF5_8513)
    let lui = decode(0x8000_0537)  // lui a0, 0x80000
    #expect(lui.opcode == .lui && lui.immediate == Int32.min)
    let store = decode(0xFEB5_2E23)  // sw a1, -4(a0)
    #expect(store.opcode == .sw && store.source1 == 10 && store.source2 == 11)
    #expect(store.immediate == -4 && store.destination == Instruction.bitBucket)
    let branch = decode(0xFEB5_1EE3)  // bne a0, a1, -4
    #expect(branch.opcode == .bne && branch.immediate == -4)
    let jump = decode(0xFFDF_F06F)  // j -4
    #expect(jump.opcode == .jal && jump.immediate == -4)
    #expect(jump.destination == Instruction.bitBucket)
    let control = decode(0xC203_D573)  // csrrwi a0, vl, 7
    #expect(control.opcode == .csrrwi && control.immediate == 0xC20 && control.source1 == 7)
  }

  @Test("A write to x0 goes to the bit bucket, a write to v0 does not")
  func bitBucket() {
    #expect(decode(0x0000_0013).destination == Instruction.bitBucket)  // nop
    #expect(decode(0x0220_8057).destination == 0)  // vadd.vv v0, v2, v1
    #expect(decode(0x4220_2057).destination == Instruction.bitBucket)  // vmv.x.s zero, v2
  }

  @Test("Vector fields arrive where the hot loop reads them")
  func vectorFields() {
    let add = decode(0x0022_3457)  // vadd.vi v8, v2, 4, v0.t
    #expect(add.opcode == .vector && add.operation == .vadd && add.form == .vi)
    #expect(add.destination == 8 && add.source2 == 2 && add.immediate == 4 && !add.isUnmasked)
    let wide = decode(0xD620_E457)  // vwadd.wx v8, v2, ra
    #expect(wide.operation == .vwadd && wide.form == .wx && wide.source1 == 1 && wide.isUnmasked)
    let load = decode(0x0205_5407)  // vle16.v v8, (a0)
    #expect(load.operation == .vle && load.elementWidth == .e16 && load.source1 == 10)
    let store = decode(0x0E95_6427)  // vsoxei32.v v8, (a0), v9
    #expect(store.operation == .vsoxei && store.elementWidth == .e32)
    #expect(store.destination == 8 && store.source2 == 9)
    let whole = decode(0x6285_5407)  // vl4re16.v v8, (a0)
    #expect(whole.operation == .vlr && whole.registerCount == 4 && whole.elementWidth == .e16)
    let move = decode(0x9F03_B457)  // vmv8r.v v8, v16
    #expect(move.operation == .vmvr && move.registerCount == 8)
    let merge = decode(0x5C20_8457)  // vmerge.vvm v8, v2, v1, v0
    #expect(merge.operation == .vmerge && merge.form == .vv && !merge.isUnmasked)
    let configure = decode(0xCC87_F557)  // vsetivli a0, 15, e16, m1, ta, ma
    #expect(configure.operation == .vsetivli && configure.source1 == 15)
    #expect(configure.immediate == 0xC8 && configure.destination == 10)
  }

  @Test(
    "Words outside the table are illegal",
    arguments: [
      ("zeros", 0x0000_0000), ("ones", 0xFFFF_FFFF), ("vdivu.vv", 0x8220_A457),
      ("vle64.v", 0x0205_7407), ("vlseg2e8.v", 0x2205_0407), ("vle8ff.v", 0x0305_0407),
      ("reserved lumop", 0x0225_0407), ("vl4re16.v v9", 0x6285_5487),
      ("vmv8r.v v8, v17", 0x9F13_B457), ("vmv.v.v with vs2 = v1", 0x5E10_8457),
      ("vmv.x.s, masked", 0x4020_2057), ("sret", 0x1020_0073), ("branch with 010", 0x0000_2063),
      ("c.nop", 0x0001_0001), ("vadc.vvm", 0x4020_8457), ("flw", 0x0005_2507),
    ] as [(String, UInt32)])
  func illegal(name: String, word: UInt32) {
    #expect(Decoder.decode(word) == .illegal(word))
  }

  @Test("Reserved fences are fences")
  func reservedFences() {
    #expect(decode(0x0FF0_000F).opcode == .fence)
    #expect(decode(0x8330_000F).opcode == .fenceTSO)
    #expect(decode(0x4FF5_058F).opcode == .fence)
    #expect(decode(0x0000_100F).opcode == .fenceI)
    #expect(decode(0x1230_108F).opcode == .fenceI)
  }

  @Test("A million random words decode, each one keeping its word")
  func randomWords() {
    var random = RandomStream(seed: 5, name: "random words")
    var legalCount = 0
    for _ in 0..<1_000_000 {
      let word = UInt32(truncatingIfNeeded: random.next()) | 3
      let instruction = Decoder.decode(word)
      if instruction.word != word || instruction.destination > 32 || instruction.source1 > 31 {
        Issue.record("\(hexadecimal(word)) became \(instruction)")
      }
      legalCount += instruction.opcode == .illegal ? 0 : 1
    }
    #expect((200_000..<300_000).contains(legalCount), "\(legalCount)")
  }
}
