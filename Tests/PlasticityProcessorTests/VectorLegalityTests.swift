import PlasticityProcessor
import Testing

/// Register groups and overlaps, each as two unrelated simulators decide.
@Suite struct VectorLegalityTests {
  static let m1 = VectorType.e16m1
  static let m2 = VectorType.e16m2
  static let mf2 = VectorType(sew: 16, lmul: -1)

  static let cases: [(String, VectorType, UInt32, Bool)] = [
    ("vadd v0 masked", m1, Code.vector(0, 0, 0, 2, 3, masked: true), false),
    ("vadd v0 unmasked", m1, Code.vector(0, 0, 0, 2, 3), true),
    ("vslidedown v0 masked", m1, Code.vector(0x0F, 3, 0, 2, 1, masked: true), false),
    ("vle v0 masked", m1, Code.vectorMemory(store: false, 16, 0, 0, 8, masked: true), false),
    ("vse v0 masked", m1, Code.vectorMemory(store: true, 16, 0, 0, 8, masked: true), true),
    ("vid v0 masked", m1, Code.vector(0x14, 2, 0, 0, 17, masked: true), false),
    ("vmsbf v0 masked", m1, Code.vector(0x14, 2, 0, 3, 1, masked: true), false),
    ("viota v0 masked", m1, Code.vector(0x14, 2, 0, 3, 16, masked: true), false),
    ("vmseq v0 masked", m1, Code.vector(0x18, 0, 0, 2, 3, masked: true), true),
    ("vredsum v0 masked", m1, Code.vector(0, 2, 0, 2, 3, masked: true), true),
    ("vmerge v0", m1, Code.vector(0x17, 0, 0, 2, 3, masked: true), false),
    ("vwadd highest part", m1, Code.vector(0x31, 2, 2, 3, 4), true),
    ("vwadd lowest part", m1, Code.vector(0x31, 2, 2, 2, 4), false),
    ("vwadd highest part as vs1", m1, Code.vector(0x31, 2, 2, 4, 3), true),
    ("vwadd odd destination", m1, Code.vector(0x31, 2, 3, 4, 5), false),
    ("vwadd fractional overlap", mf2, Code.vector(0x31, 2, 2, 2, 4), false),
    ("vwadd fractional apart", mf2, Code.vector(0x31, 2, 3, 2, 4), true),
    ("vwadd.wv onto vs2", m1, Code.vector(0x35, 2, 2, 2, 5), true),
    ("vwadd at e32", .e32m1, Code.vector(0x31, 2, 2, 4, 5), false),
    ("vwadd at m8", .e16m8, Code.vector(0x31, 2, 8, 16, 24), false),
    ("vnsrl lowest part", m1, Code.vector(0x2C, 3, 2, 2, 1), true),
    ("vnsrl highest part", m1, Code.vector(0x2C, 3, 3, 2, 1), false),
    ("vnclip at e32", .e32m1, Code.vector(0x2F, 3, 2, 4, 1), false),
    ("vmseq lowest of its group", m2, Code.vector(0x18, 0, 8, 8, 10), true),
    ("vmseq highest of its group", m2, Code.vector(0x18, 0, 9, 8, 10), false),
    ("vmseq lowest of vs1", m2, Code.vector(0x18, 0, 10, 8, 10), true),
    ("vadd odd register at m2", m2, Code.vector(0, 0, 8, 9, 10), false),
    ("vadd.vx odd x at m2", m2, Code.vector(0, 4, 8, 10, 5), true),
    ("vadd.vi odd immediate at m2", m2, Code.vector(0, 3, 8, 10, 5), true),
    ("vslideup onto itself", m1, Code.vector(0x0E, 3, 2, 2, 1), false),
    ("vslidedown onto itself", m1, Code.vector(0x0F, 3, 2, 2, 1), true),
    ("vslide1up onto itself", m1, Code.vector(0x0E, 6, 2, 2, 5), false),
    ("vslide1down onto itself", m1, Code.vector(0x0F, 6, 2, 2, 5), true),
    ("vrgather onto vs2", m1, Code.vector(0x0C, 0, 2, 2, 3), false),
    ("vrgather onto vs1", m1, Code.vector(0x0C, 0, 2, 3, 2), false),
    ("vrgather.vx, x of the same number", m1, Code.vector(0x0C, 4, 2, 3, 2), true),
    ("vrgatherei16 at e8: index m2", .e8m1, Code.vector(0x0E, 0, 2, 3, 4), true),
    ("vrgatherei16 at e8: odd index", .e8m1, Code.vector(0x0E, 0, 2, 3, 5), false),
    ("vrgatherei16 at e8: overlapping index", .e8m1, Code.vector(0x0E, 0, 5, 3, 4), false),
    ("vrgatherei16 at e8, m8", .e8m8, Code.vector(0x0E, 0, 8, 16, 24), false),
    ("vcompress onto vs2", m1, Code.vector(0x17, 2, 2, 2, 3), false),
    ("vcompress onto its mask", m1, Code.vector(0x17, 2, 2, 3, 2), false),
    ("vcompress group over its mask", m2, Code.vector(0x17, 2, 2, 4, 3), false),
    ("viota over its source", m2, Code.vector(0x14, 2, 2, 3, 16), false),
    ("vmsif onto itself", m1, Code.vector(0x14, 2, 2, 2, 3), false),
    ("vzext.vf2 onto itself", m1, Code.vector(0x12, 2, 2, 2, 6), false),
    ("vzext.vf2 highest part", m2, Code.vector(0x12, 2, 2, 3, 6), true),
    ("vzext.vf2 at e8", .e8m1, Code.vector(0x12, 2, 2, 4, 6), false),
    ("vzext.vf4 at e32", .e32m1, Code.vector(0x12, 2, 2, 4, 4), true),
    ("vzext.vf4 at e16", m1, Code.vector(0x12, 2, 2, 4, 4), false),
    (
      "vsext.vf4 at e32, mf2 is vill", VectorType(sew: 32, lmul: -1), Code.vector(0x12, 2, 2, 4, 5),
      false
    ),
    ("vredsum at m2, odd scalar", m2, Code.vector(0, 2, 3, 4, 5), true),
    ("vredsum at m2, odd vector", m2, Code.vector(0, 2, 3, 5, 4), false),
    ("vwredsum at e8, m8", .e8m8, Code.vector(0x31, 0, 3, 8, 5), true),
    ("vwredsum at e32", .e32m1, Code.vector(0x31, 0, 3, 8, 5), false),
    ("vmv.x.s at m8, odd", .e16m8, Code.vector(0x10, 2, 5, 3, 0), true),
    ("vmv.s.x at m8, odd", .e16m8, Code.vector(0x10, 6, 3, 0, 5), true),
    ("vle32 at e8, m8", .e8m8, Code.vectorMemory(store: false, 32, 0, 8, 8), false),
    ("vle8 at e32, m1", .e32m1, Code.vectorMemory(store: false, 8, 0, 9, 8), true),
    ("vle16 odd at m2", m2, Code.vectorMemory(store: false, 16, 0, 9, 8), false),
    ("vle8 odd at e16, m2", m2, Code.vectorMemory(store: false, 8, 0, 9, 8), true),
    (
      "vle8 at e16, mf2", VectorType(sew: 16, lmul: -1),
      Code.vectorMemory(store: false, 8, 0, 9, 8), true
    ),
    ("vle64", m1, 0x0204_7407, false),
    ("vluxei64", m1, 0x0624_7407, false),
    ("vluxei16 onto its index", m1, Code.vectorMemory(store: false, 16, 1, 2, 8, 2), true),
    ("vluxei32 onto the lowest part", m1, Code.vectorMemory(store: false, 32, 1, 8, 8, 8), true),
    ("vluxei32 onto the highest part", m1, Code.vectorMemory(store: false, 32, 1, 9, 8, 8), false),
    ("vluxei32 odd index", m1, Code.vectorMemory(store: false, 32, 1, 2, 8, 9), false),
    ("vluxei8 onto its index", m1, Code.vectorMemory(store: false, 8, 1, 8, 8, 8), false),
    ("vluxei8 highest part at m2", m2, Code.vectorMemory(store: false, 8, 1, 8, 8, 9), true),
    ("vsuxei8 with its index", m1, Code.vectorMemory(store: true, 8, 1, 8, 8, 8), true),
    ("vlseg2e8", .e8m1, Code.vectorMemory(store: false, 8, 0, 8, 8, fields: 1), false),
    ("vle8ff", .e8m1, Code.vectorMemory(store: false, 8, 0, 8, 8, 0x10), false),
    ("vdiv", m1, Code.vector(0x21, 2, 2, 3, 4), false),
    ("vadc", m1, Code.vector(0x10, 0, 2, 3, 4, masked: true), false),
    ("vfadd", .e32m1, Code.vector(0, 1, 2, 3, 4), false),
    ("operands of two widths in one register", m1, Code.vector(0x35, 2, 2, 4, 4), true),
  ]

  @Test("Reserved groups and overlaps are illegal, the others are not", arguments: cases)
  func legality(_ c: (name: String, type: VectorType, word: UInt32, isLegal: Bool)) {
    #expect(VectorTests.isLegal(c.type, c.word, length: 2) == c.isLegal, "\(c.name)")
    #expect(VectorTests.isLegal(c.type, c.word, length: 0) == c.isLegal, "\(c.name), vl = 0")
  }

  @Test("The verdict follows vtype when the same instruction runs under another one")
  func changes() {
    var processor = PlasticityProcessor(
      program: [
        Code.vsetvli(0, 5, .e16m1), Code.addi(6, 6, 1), Code.vector(0, 0, 1, 3, 5),
        Code.vsetvli(0, 5, .e16m2), Code.jal(0, -12),
      ])
    processor[x: 5] = 4
    guard case .trapped(let trap) = processor.finish() else {
      Issue.record("no trap")
      return
    }
    #expect(trap.programCounter == 8)
    #expect(processor[x: 6] == 2)
  }
}
