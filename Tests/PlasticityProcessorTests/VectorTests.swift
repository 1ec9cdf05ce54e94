import InstructionSet
import PlasticityProcessor
import Testing

/// Behaviours that implementers get wrong, with the results that two unrelated simulators gave.
@Suite struct VectorTests {
  /// Runs vector words under a type and a length, nil for VLMAX.
  static func run(
    _ type: VectorType, length: Int? = nil, _ words: [UInt32],
    _ prepare: (inout PlasticityProcessor) -> Void = { _ in }
  ) -> PlasticityProcessor {
    var processor = PlasticityProcessor(
      program: [Code.vsetvli(31, length == nil ? 0 : 30, type)] + words + Code.exit)
    processor[x: 30] = UInt32(length ?? 0)
    prepare(&processor)
    processor[x: 17] = 93
    let stop = processor.finish()
    guard case .exited = stop else {
      Issue.record("\(stop)")
      return processor
    }
    return processor
  }

  /// True if the word runs under the type, false if it is illegal.
  static func isLegal(_ type: VectorType, _ word: UInt32, length: Int? = nil) -> Bool {
    var processor = PlasticityProcessor(
      program: [Code.vsetvli(31, length == nil ? 0 : 30, type), word] + Code.exit)
    processor[x: 8] = 0x1000
    processor[x: 30] = UInt32(length ?? 0)
    switch processor.finish() {
    case .exited: return true
    case .trapped(let trap):
      #expect(trap.cause == .illegalInstruction)
      #expect(trap.programCounter == 4)
      return false
    default: return false
    }
  }

  @Test("vsetvli gives AVL, at most VLMAX, and VLMAX for x0")
  func lengths() {
    for (request, length): (UInt32, UInt32) in [
      (0, 0), (1, 1), (63, 63), (64, 64), (65, 64), (127, 64), (128, 64), (.max, 64),
    ] {
      var processor = PlasticityProcessor(program: [Code.vsetvli(5, 6, .e16m1)])
      processor[x: 6] = request
      _ = processor.run(untilCycle: 1)
      #expect(processor[x: 5] == length)
      #expect(processor.controlRegister(0xC20) == length)
    }
    var processor = PlasticityProcessor(program: [
      Code.vsetvli(5, 0, .e8m8), Code.vsetivli(6, 0, .e8m8),
    ])
    _ = processor.run(untilCycle: 2)
    #expect(processor[x: 5] == 1024)
    #expect(processor[x: 6] == 0)
  }

  @Test("vtype is legal exactly for SEW ≤ 32 and SEW ≤ LMUL·32")
  func types() {
    for bits: UInt32 in 0..<2048 {
      var processor = PlasticityProcessor(program: [Code.vsetvl(5, 6, 7)])
      processor[x: 6] = 1
      processor[x: 7] = bits
      _ = processor.run(untilCycle: 1)
      let (sew, lmul) = (8 << Int(bits >> 3 & 7), Int(bits & 7))
      let eighths = lmul < 4 ? 8 << lmul : 1 << (lmul - 5 < 0 ? 0 : lmul - 5)
      let isLegal = bits >> 8 == 0 && sew <= 32 && lmul != 4 && sew * 8 <= 32 * eighths
      #expect(processor.controlRegister(0xC21) == (isLegal ? bits : 1 << 31), "vtype \(bits)")
      #expect(processor[x: 5] == (isLegal ? 1 : 0))
    }
    for bits: UInt32 in [1 << 8, 1 << 30, 1 << 31] {
      var processor = PlasticityProcessor(program: [Code.vsetvl(5, 6, 7)])
      processor[x: 7] = bits
      _ = processor.run(untilCycle: 1)
      #expect(processor.controlRegister(0xC21) == 1 << 31)
    }
  }

  @Test("x0, x0 keeps vl if VLMAX stays, otherwise sets vill")
  func keeping() {
    for (type, isKept) in [
      (VectorType(sew: 8, lmul: -1), true), (VectorType(sew: 32, lmul: 1), true), (.e8m1, false),
    ] {
      var processor = PlasticityProcessor(
        program: [Code.vsetivli(0, 9, .e16m1), Code.vsetvli(0, 0, type)])
      _ = processor.run(untilCycle: 2)
      #expect(processor.controlRegister(0xC20) == (isKept ? 9 : 0))
      #expect(processor.controlRegister(0xC21) == (isKept ? UInt32(type.bits) : 1 << 31))
    }
    var processor = PlasticityProcessor(program: [Code.vsetvli(0, 0, .e16m1)])
    _ = processor.run(untilCycle: 1)
    #expect(processor.controlRegister(0xC21) == 1 << 31, "vill stays")
  }

  @Test("Under vill only vset* and whole-register accesses are legal")
  func illegalType() {
    let vill = VectorType(sew: 64, lmul: 0)
    #expect(!Self.isLegal(vill, Code.vector(0, 0, 1, 2, 3)))
    #expect(!Self.isLegal(vill, Code.vector(0x27, 3, 8, 16, 0)), "vmv1r.v")
    #expect(!Self.isLegal(vill, Code.vectorMemory(store: false, 8, 0, 8, 8, 0x0B)), "vlm.v")
    #expect(Self.isLegal(vill, Code.vectorMemory(store: false, 8, 0, 8, 8, 0x08)), "vl1re8.v")
    #expect(Self.isLegal(vill, Code.vectorMemory(store: true, 8, 0, 8, 8, 0x08, fields: 7)))
    #expect(Self.isLegal(vill, Code.vsetvli(0, 5, .e8m1)))
  }

  @Test("vssra rounds in the four modes")
  func rounding() {
    let values: [Int16] = [1, 2, 3, 5, 6, 7, -1, -3]
    let expected: [[Int16]] = [
      [1, 1, 2, 3, 3, 4, 0, -1], [0, 1, 2, 2, 3, 4, 0, -2], [0, 1, 1, 2, 3, 3, -1, -2],
      [1, 1, 1, 3, 3, 3, -1, -1],
    ]
    for mode in 0..<4 {
      let processor = Self.run(
        .e16m1, [Code.csrrwi(0, 0x00A, mode), Code.vector(0x2B, 3, 2, 3, 1)]
      ) { $0.setLanes(3, values) }
      #expect(processor.lanes(2, 8) == expected[mode], "vxrm \(mode)")
    }
  }

  @Test("vnclip rounds first, then saturates, and only then sets vxsat")
  func clip() {
    // Shifted by 4: 2047.94 → 2048; 524287.9 → 524288 saturates; -32768.5.
    let values: [Int32] = [32767, 8_388_607, -524_296, 524_279, 524_280, -524_297]
    let processor = Self.run(.e16m1, length: 6, [Code.vector(0x2F, 3, 2, 4, 4)]) {
      $0.setLanes(4, values)
    }
    #expect(processor.lanes(2, 6) == [2048, 32767, -32768, 32767, 32767, -32768] as [Int16])
    #expect(processor.controlRegister(0x009) == 1)
    #expect(processor.saturationCount == 1)
    let clean = Self.run(.e16m1, length: 1, [Code.vector(0x2F, 3, 2, 4, 4)]) {
      $0.setLanes(4, values)
    }
    #expect(clean.controlRegister(0x009) == 0, "lanes at and past vl do not saturate")
    let unsigned = Self.run(.e8m1, length: 3, [Code.vector(0x2E, 3, 2, 4, 1)]) {
      $0.setLanes(4, [510, 511, 0xFFFF] as [UInt16])
    }
    #expect(unsigned.lanes(2, 3) == [255, 255, 255] as [UInt8])
    #expect(unsigned.controlRegister(0x009) == 1, "511 / 2 rounds to 256")
  }

  @Test("vsmul saturates only the square of the smallest number, and rounds by vxrm")
  func fractional() {
    let a: [Int16] = [-32768, -32768, 16384, 1, 3, -1]
    let b: [Int16] = [-32768, 32767, 16384, 16384, 16384, 16384]
    let expected: [[Int16]] = [
      [32767, -32767, 8192, 1, 2, 0], [32767, -32767, 8192, 0, 2, 0],
      [32767, -32767, 8192, 0, 1, -1], [32767, -32767, 8192, 1, 1, -1],
    ]
    for mode in 0..<4 {
      let words = [Code.csrrwi(0, 0x00A, mode), Code.vector(0x27, 0, 2, 3, 4)]
      let processor = Self.run(.e16m1, length: 6, words) {
        $0.setLanes(3, a)
        $0.setLanes(4, b)
      }
      #expect(processor.lanes(2, 6) == expected[mode], "vxrm \(mode)")
      #expect(processor.controlRegister(0x009) == 1)
    }
    let masked = Self.run(.e16m1, length: 6, [Code.vector(0x27, 0, 2, 3, 4, masked: true)]) {
      $0.setLanes(0, [UInt8(0b11_1110)])
      $0.setLanes(3, a)
      $0.setLanes(4, b)
    }
    #expect(masked.controlRegister(0x009) == 0)
    #expect(masked.saturationCount == 0)
  }

  @Test("vxsat stays set until it is cleared")
  func sticky() {
    let saturate = Code.vector(0x21, 3, 2, 3, 1)
    let processor = Self.run(
      .e8m1, length: 2,
      [
        saturate, Code.vector(0x21, 3, 2, 4, 1), Code.csrrs(5, 0x009, 0), Code.csrrwi(6, 0x009, 0),
        Code.vector(0x21, 3, 2, 4, 1), Code.csrrs(7, 0x009, 0),
      ]
    ) { $0.setLanes(3, [127, 0] as [Int8]) }
    #expect([5, 6, 7].map { processor[x: $0] } == [1, 1, 0])
    #expect(processor.lanes(2, 2) == [1, 1] as [Int8])
  }

  @Test("The averaging operations have one bit more inside")
  func averaging() {
    let a: [UInt8] = [255, 255, 0, 128]
    let b: [UInt8] = [255, 0, 255, 127]
    func result(_ f6: UInt32) -> [UInt8] {
      Self.run(.e8m1, length: 4, [Code.csrrwi(0, 0x00A, 2), Code.vector(f6, 2, 2, 3, 4)]) {
        $0.setLanes(3, a)
        $0.setLanes(4, b)
      }.lanes(2, 4)
    }
    #expect(result(0x08) == [255, 127, 127, 127], "vaaddu")
    #expect(result(0x09) == [255, 255, 255, 255], "vaadd")
    #expect(result(0x0A) == [0, 127, 128, 0], "vasubu: the borrow is a sign")
    #expect(result(0x0B) == [0, 255, 0, 128], "vasub")
  }

  @Test("Shifts use the low bits of the amount; their immediates have no sign, others do")
  func immediates() {
    let words = [
      Code.vector(0x25, 3, 2, 3, 17),  // vsll.vi by 17 is by 1
      Code.vector(0x1C, 3, 4, 3, 31),  // vmsleu.vi: -1 is the largest number
      Code.vector(0x2C, 3, 5, 6, 17),  // vnsrl.wi: five bits of the amount
      Code.vector(0x20, 3, 8, 3, 31),  // vsaddu.vi adds 65535
      Code.vector(0x03, 3, 9, 3, 31),  // vrsub.vi
    ]
    let processor = Self.run(.e16m1, length: 2, words) {
      $0.setLanes(3, [3, 0xFFFE] as [UInt16])
      $0.setLanes(6, [0x8000_0000, 0x2_0000] as [UInt32])
    }
    #expect(processor.lanes(2, 2) == [6, 0xFFFC] as [UInt16])
    #expect(processor.lanes(4, 1) == [3] as [UInt8])
    #expect(processor.lanes(5, 2) == [0x4000, 1] as [UInt16])
    #expect(processor.lanes(8, 2) == [0xFFFF, 0xFFFF] as [UInt16])
    #expect(processor.lanes(9, 2) == [0xFFFC, 1] as [UInt16])
  }

  @Test("Scalar operands are cut to SEW, offsets and indices are not")
  func scalars() {
    let words = [
      Code.vector(0x00, 4, 2, 3, 5),  // vadd.vx
      Code.vector(0x0C, 4, 4, 3, 5),  // vrgather.vx: out of range
      Code.vector(0x0F, 4, 5, 3, 5),  // vslidedown.vx: out of range
      Code.vector(0x0E, 6, 6, 3, 5),  // vslide1up.vx
      Code.vector(0x10, 2, 6, 7, 0),  // vmv.x.s
      Code.vector(0x10, 6, 31, 0, 5),  // vmv.s.x
    ]
    let processor = Self.run(.e16m1, length: 3, words) {
      $0[x: 5] = 0x1_0001
      $0.setLanes(3, [10, 20, 30] as [UInt16])
      $0.setLanes(4, [9, 9, 9, 9] as [UInt16])
      $0.setLanes(7, [0x8001] as [UInt16])
      $0.setLanes(31, [7, 7] as [UInt16])
    }
    #expect(processor.lanes(2, 3) == [11, 21, 31] as [UInt16])
    #expect(processor.lanes(4, 4) == [0, 0, 0, 9] as [UInt16])
    #expect(processor.lanes(5, 3) == [0, 0, 0] as [UInt16])
    #expect(processor.lanes(6, 3) == [1, 10, 20] as [UInt16])
    #expect(processor[x: 6] == 0xFFFF_8001)
    #expect(processor.lanes(31, 2) == [1, 7] as [UInt16])
  }

  @Test("With vl = 0 nothing is written but integer registers")
  func empty() {
    let words = [
      Code.vector(0x00, 2, 2, 3, 4), Code.vector(0x10, 6, 2, 0, 5), Code.vector(0x17, 2, 2, 3, 4),
      Code.vector(0x21, 3, 2, 3, 1), Code.vector(0x14, 2, 2, 0, 17),
      Code.vector(0x10, 2, 10, 3, 0), Code.vector(0x10, 2, 11, 3, 16),
      Code.vector(0x10, 2, 12, 3, 17), Code.vector(0x27, 3, 6, 3, 0),
    ]
    let processor = Self.run(.e8m1, length: 0, words) {
      $0[x: 5] = 1
      $0.setLanes(2, [UInt8](repeating: 77, count: 128))
      $0.setLanes(3, [UInt8](repeating: 0x7F, count: 128))
    }
    #expect(processor[v: 2] == [UInt8](repeating: 77, count: 128))
    #expect(processor.controlRegister(0x009) == 0)
    #expect(processor[x: 10] == 0x7F)
    #expect(processor[x: 11] == 0)
    #expect(processor[x: 12] == .max)
    #expect(processor[v: 6] == processor[v: 3], "vmv1r.v ignores vl")
  }

  @Test("Arithmetic with vstart ≠ 0 traps; memory starts there; everything resets it")
  func start() {
    for word in [
      Code.vector(0, 0, 1, 2, 3), Code.vector(0, 2, 1, 2, 3), Code.vector(0x10, 2, 5, 3, 16),
    ] {
      var processor = PlasticityProcessor(
        program: [Code.vsetivli(0, 4, .e8m1), Code.csrrwi(0, 0x008, 1), word])
      guard case .trapped(let trap) = processor.finish() else {
        Issue.record("no trap")
        continue
      }
      #expect(trap.programCounter == 8)
    }
    let load = Code.vectorMemory(store: false, 8, 0, 2, 8)
    let processor = Self.run(.e8m1, length: 4, [Code.csrrwi(0, 0x008, 2), load]) {
      $0[x: 8] = 0x1000
      $0.load([1, 2, 3, 4], at: 0x1000)
    }
    #expect(processor.lanes(2, 4) == [0, 0, 3, 4] as [UInt8])
    #expect(processor.controlRegister(0x008) == 0)
    let past = Self.run(.e8m1, length: 4, [Code.csrrwi(0, 0x008, 9), load]) { $0[x: 8] = 0x1000 }
    #expect(past.controlRegister(0x008) == 0)
    let configured = Self.run(.e8m1, [Code.csrrwi(0, 0x008, 9), Code.vsetivli(0, 1, .e8m1)])
    #expect(configured.controlRegister(0x008) == 0)
  }

  @Test("Slides and gathers reach to VLMAX, not to vl")
  func slides() {
    let lanes = (0..<64).map { UInt16($0 + 1) }
    let words = [
      Code.vector(0x0F, 3, 2, 3, 2),  // vslidedown.vi
      Code.vector(0x0F, 4, 4, 3, 5),  // vslidedown.vx by 62
      Code.vector(0x0F, 6, 5, 3, 6),  // vslide1down.vx
      Code.vector(0x0E, 3, 6, 3, 2),  // vslideup.vi
      Code.vector(0x0E, 3, 7, 3, 9),  // vslideup.vi past vl
      Code.vector(0x0C, 0, 9, 3, 8),  // vrgather.vv
      Code.vector(0x0F, 3, 3, 3, 1),  // vslidedown.vi onto itself
    ]
    let processor = Self.run(.e16m1, length: 4, words) {
      $0[x: 5] = 62
      $0[x: 6] = 99
      $0.setLanes(3, lanes)
      for register in [2, 4, 5, 6, 7, 9] {
        $0.setLanes(register, [UInt16](repeating: 500, count: 6))
      }
      $0.setLanes(8, [63, 64, 0xFFFF, 0] as [UInt16])
    }
    #expect(processor.lanes(2, 5) == [3, 4, 5, 6, 500] as [UInt16])
    #expect(processor.lanes(4, 5) == [63, 64, 0, 0, 500] as [UInt16])
    #expect(processor.lanes(5, 5) == [2, 3, 4, 99, 500] as [UInt16])
    #expect(processor.lanes(6, 5) == [500, 500, 1, 2, 500] as [UInt16])
    #expect(processor.lanes(7, 5) == [500, 500, 500, 500, 500] as [UInt16])
    #expect(processor.lanes(9, 5) == [64, 0, 0, 1, 500] as [UInt16])
    #expect(processor.lanes(3, 5) == [2, 3, 4, 5, 5] as [UInt16])
  }
}
