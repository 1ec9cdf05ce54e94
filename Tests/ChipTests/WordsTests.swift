import Testing

@Suite struct WordsTests {
  @Test("The small programs mean what clang's assembler says")
  func words() {
    typealias W = Words
    // The output of llvm-objdump for these instructions, assembled by clang.
    let expected: [(UInt32, UInt32)] = [
      (W.lui(W.t0, 0x12345), 0x1234_52B7), (W.addi(W.a0, W.t1, -5), 0xFFB3_0513),
      (W.andi(W.a0, W.t1, 7), 0x0073_7513), (W.add(W.a0, W.a1, W.a2), 0x00C5_8533),
      (W.lw(W.a0, -8, W.sp), 0xFF81_2503), (W.sw(W.a0, -12, W.sp), 0xFEA1_2A23),
      (W.load(1, W.a0, 3, W.t0), 0x0032_C503), (W.load(2, W.a0, 2, W.t0), 0x0022_D503),
      (W.store(1, W.a0, 3, W.t0), 0x00A2_81A3), (W.store(2, W.a0, 2, W.t0), 0x00A2_9123),
      (W.bne(W.a0, W.a1, -8), 0xFEB5_1CE3), (W.jump(-16), 0xFF1F_F06F),
      (W.csrw(W.mtvec, W.t0), 0x3052_9073), (W.csrr(W.a0, W.mip), 0x3440_2573),
      (W.vsetvli8(W.a0, W.a1), 0x0C05_F557), (W.vle8(3, W.t0), 0x0202_8187),
      (W.vse8(4, W.t1), 0x0203_0227), (W.vle32(5, W.t0), 0x0202_E287),
      (W.vlse8(6, W.t0, W.t2), 0x0A72_8307), (W.vmvVI(7, -3), 0x5E0E_B3D7),
    ]
    for (word, clang) in expected { #expect(word == clang) }
    #expect(W.li(W.a0, 0x1000_0FFF) == [0x1000_1537, 0xFFF5_0513])
  }
}
