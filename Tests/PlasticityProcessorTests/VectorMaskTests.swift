import ChipGeometry
import InstructionSet
import PlasticityProcessor
import Testing

@Suite struct VectorMaskTests {
  @Test("Mask logic changes the bits below vl and no others")
  func logic() {
    let operations: [(UInt32, (UInt8, UInt8) -> UInt8)] = [
      (0x19, { $0 & $1 }), (0x1D, { ~($0 & $1) }), (0x18, { $0 & ~$1 }), (0x1B, { $0 ^ $1 }),
      (0x1A, { $0 | $1 }), (0x1E, { ~($0 | $1) }), (0x1C, { $0 | ~$1 }), (0x1F, { ~($0 ^ $1) }),
    ]
    for (f6, operation) in operations {
      let processor = VectorTests.run(.e8m1, length: 12, [Code.vector(f6, 2, 2, 3, 4)]) {
        $0.setLanes(2, [0x5A, 0x5A, 0x5A] as [UInt8])
        $0.setLanes(3, [0b1100_1100, 0xFF] as [UInt8])
        $0.setLanes(4, [0b1010_1010, 0x0F] as [UInt8])
      }
      let expected = [
        operation(0b1100_1100, 0b1010_1010), 0x50 | operation(0xFF, 0x0F) & 0x0F, 0x5A,
      ]
      #expect(processor.lanes(2, 3) == expected, "funct6 \(f6)")
    }
  }

  @Test("vcpop counts and vfirst finds active bits below vl")
  func counting() {
    let words = [
      Code.vector(0x10, 2, 10, 3, 16), Code.vector(0x10, 2, 11, 3, 17),
      Code.vector(0x10, 2, 12, 3, 16, masked: true), Code.vector(0x10, 2, 13, 3, 17, masked: true),
      Code.vector(0x10, 2, 14, 4, 17),
    ]
    let processor = VectorTests.run(.e8m8, length: 100, words) {
      $0.setLanes(3, [0b0101_0000, 0xFF] + [UInt8](repeating: 0xFF, count: 20))
      $0.setLanes(0, [0b0100_0000, 0] + [UInt8](repeating: 0x01, count: 20))
      $0[x: 14] = 5
    }
    #expect(processor[x: 10] == 2 + 92)
    #expect(processor[x: 11] == 4)
    #expect(processor[x: 12] == 1 + 11)
    #expect(processor[x: 13] == 6)
    #expect(processor[x: 14] == .max)
  }

  @Test("vmsbf, vmsif and vmsof mark what lies before, up to and at the first bit")
  func first() {
    func result(_ code: Int, _ source: [UInt8], mask: [UInt8]? = nil) -> [UInt8] {
      VectorTests.run(
        .e8m1, length: 10, [Code.vector(0x14, 2, 2, 3, code, masked: mask != nil)]
      ) {
        $0.setLanes(3, source)
        $0.setLanes(0, mask ?? [])
        $0.setLanes(2, [0x00, 0xF0] as [UInt8])
      }.lanes(2, 2)
    }
    #expect(result(1, [0b1001_0000, 3]) == [0b0000_1111, 0xF0])
    #expect(result(3, [0b1001_0000, 3]) == [0b0001_1111, 0xF0])
    #expect(result(2, [0b1001_0000, 3]) == [0b0001_0000, 0xF0])
    #expect(result(1, [0, 0xF0]) == [0xFF, 0xF3], "no bit below vl: all before")
    #expect(result(3, [0, 0]) == [0xFF, 0xF3])
    #expect(result(2, [0, 0]) == [0, 0xF0])
    #expect(result(1, [0b1001_0000, 3], mask: [0b1100_0110, 0xFF]) == [0b0100_0110, 0xF0])
    #expect(result(2, [0b1001_0000, 3], mask: [0b1100_0110, 0xFF]) == [0b1000_0000, 0xF0])
  }

  @Test("The first bit may lie beyond the first 64 lanes, and others behind it")
  func firstFar() {
    let words = [1, 3, 2].enumerated().map { Code.vector(0x14, 2, 4 + $0, 3, $1) }
    let processor = VectorTests.run(.e8m8, length: 200, words + [Code.vector(0x10, 2, 10, 3, 17)]) {
      $0.setLanes(3, [0, 1 << 6, 1 << 5, .max] as [UInt64])
    }
    #expect(processor.lanes(4, 4) == [.max, (1 << 6) - 1, 0, 0] as [UInt64])
    #expect(processor.lanes(5, 4) == [.max, (1 << 7) - 1, 0, 0] as [UInt64])
    #expect(processor.lanes(6, 4) == [0, 1 << 6, 0, 0] as [UInt64])
    #expect(processor[x: 10] == 70)
  }

  @Test("viota counts from zero over active lanes, vid numbers all")
  func numbers() {
    let words = [
      Code.vector(0x14, 2, 2, 3, 16), Code.vector(0x14, 2, 4, 3, 16, masked: true),
      Code.vector(0x14, 2, 5, 0, 17, masked: true),
    ]
    let processor = VectorTests.run(.e8m1, length: 8, words) {
      $0.setLanes(3, [UInt8(0b1000_1001)])
      $0.setLanes(0, [UInt8(0b1110_1011)])
      for register in [4, 5] { $0.setLanes(register, [UInt8](repeating: 100, count: 9)) }
    }
    #expect(processor.lanes(2, 8) == [0, 1, 1, 1, 2, 2, 2, 2] as [UInt8])
    #expect(processor.lanes(4, 9) == [0, 1, 100, 1, 100, 2, 2, 2, 100] as [UInt8])
    #expect(processor.lanes(5, 9) == [0, 1, 100, 3, 100, 5, 6, 7, 100] as [UInt8])
  }

  @Test("Comparisons write one bit per active lane, also onto the mask and their own source")
  func comparisons() {
    let words = [
      Code.vector(0x1B, 0, 2, 3, 4),  // vmslt
      Code.vector(0x1A, 0, 5, 3, 4),  // vmsltu
      Code.vector(0x1E, 3, 6, 3, 31),  // vmsgtu.vi
      Code.vector(0x1D, 4, 3, 3, 5),  // vmsle.vx onto vs2
      Code.vector(0x18, 3, 0, 4, 1, masked: true),  // vmseq.vi onto v0
    ]
    let processor = VectorTests.run(.e8m1, length: 4, words) {
      $0[x: 5] = 0xFF
      $0.setLanes(3, [0xFF, 1, 2, 0xFE] as [UInt8])
      $0.setLanes(4, [1, 1, 1, 1] as [UInt8])
      $0.setLanes(0, [0b1111_1010] as [UInt8])
      for register in [2, 5, 6] { $0.setLanes(register, [0xF0] as [UInt8]) }
    }
    #expect(processor.lanes(2, 1) == [0xF9] as [UInt8])
    #expect(processor.lanes(5, 1) == [0xF0] as [UInt8])
    #expect(processor.lanes(6, 1) == [0xF0] as [UInt8])
    #expect(processor.lanes(3, 1) == [0xF9] as [UInt8])
    #expect(processor.lanes(0, 1) == [0xFA] as [UInt8])
  }

  @Test("vcompress packs, vmerge chooses, vmv copies")
  func choosing() {
    let words = [
      Code.vector(0x17, 2, 2, 3, 4), Code.vector(0x17, 0, 5, 3, 6, masked: true),
      Code.vector(0x17, 3, 7, 3, 31, masked: true), Code.vector(0x17, 4, 8, 0, 5),
    ]
    let processor = VectorTests.run(.e16m1, length: 4, words) {
      $0[x: 5] = 0x1_2345
      $0.setLanes(0, [UInt8(0b0101)])
      $0.setLanes(3, [1, 2, 3, 4, 5] as [UInt16])
      $0.setLanes(4, [UInt8(0b1_1010)])
      $0.setLanes(6, [10, 20, 30, 40, 50] as [UInt16])
      for register in [2, 5, 7, 8] { $0.setLanes(register, [UInt16](repeating: 9, count: 5)) }
    }
    #expect(processor.lanes(2, 5) == [2, 4, 9, 9, 9] as [UInt16])
    #expect(processor.lanes(5, 5) == [10, 2, 30, 4, 9] as [UInt16])
    #expect(processor.lanes(7, 5) == [0xFFFF, 2, 0xFFFF, 4, 9] as [UInt16])
    #expect(processor.lanes(8, 5) == [0x2345, 0x2345, 0x2345, 0x2345, 9] as [UInt16])
  }

  @Test("Reductions fold the active lanes into element 0 and wrap")
  func reductions() {
    /// funct6, category, result for lanes 200, 100, 3, 7 (the last not active) and scalar 5.
    let cases: [(UInt32, UInt32, Int, UInt16)] = [
      (0, 2, 8, 308 & 255), (1, 2, 8, 200 & 100 & 3 & 5), (2, 2, 8, 200 | 100 | 3 | 5),
      (3, 2, 8, 200 ^ 100 ^ 3 ^ 5), (4, 2, 8, 3), (5, 2, 8, 200), (6, 2, 8, 200), (7, 2, 8, 100),
      (0x30, 0, 16, 308), (0x31, 0, 16, UInt16(truncatingIfNeeded: 308 - 256)),
    ]
    for (f6, category, width, expected) in cases {
      let word = Code.vector(f6, category, 2, 3, 4, masked: true)
      let processor = VectorTests.run(.e8m1, length: 4, [word]) {
        $0.setLanes(0, [UInt8(0b0111)])
        $0.setLanes(3, [200, 100, 3, 7] as [UInt8])
        $0.setLanes(4, [5, 0] as [UInt8])
        $0.setLanes(2, [0xEE, 0xEE, 0xEE] as [UInt8])
      }
      let bytes = processor.lanes(2, 3, as: UInt8.self)
      if width == 8 {
        #expect(bytes == [UInt8(expected), 0xEE, 0xEE], "funct6 \(f6)")
      } else {
        #expect(bytes == [UInt8(expected & 255), UInt8(expected >> 8), 0xEE], "funct6 \(f6)")
      }
    }
  }

  @Test("Mask loads and stores move ceil(vl / 8) bytes; whole registers ignore vl")
  func maskMemory() {
    let words = [
      Code.vectorMemory(store: false, 8, 0, 2, 8, 0x0B),
      Code.vectorMemory(store: true, 8, 0, 3, 9, 0x0B),
      Code.vectorMemory(store: false, 32, 0, 4, 8, 0x08, fields: 1),
    ]
    let processor = VectorTests.run(.e8m1, length: 9, words) {
      $0[x: 8] = 0x1000
      $0[x: 9] = 0x2000
      $0.load((0..<256).map { UInt8($0) }, at: 0x1000)
      $0.setLanes(3, [1, 2, 3] as [UInt8])
    }
    #expect(processor.lanes(2, 3) == [0, 1, 0] as [UInt8])
    #expect(processor.read(at: 0x2000, byteCount: 3) == [1, 2, 0])
    #expect(processor.lanes(4, 256) == (0..<256).map { UInt8($0) })
  }

  @Test("Strided and indexed accesses, also backwards, onto one place and misaligned")
  func scatter() {
    let words = [
      Code.vectorMemory(store: false, 16, 2, 2, 8, 9),
      Code.vectorMemory(store: true, 16, 2, 2, 10, 0),
      Code.vectorMemory(store: false, 8, 1, 3, 8, 4),
      Code.vectorMemory(store: true, 8, 3, 2, 11, 4),
    ]
    let processor = VectorTests.run(.e16m1, length: 3, words) {
      $0[x: 8] = 0x1010
      $0[x: 9] = UInt32(bitPattern: -3)
      $0[x: 10] = 0x2000
      $0[x: 11] = 0x3000
      $0.load((0..<64).map { UInt8($0) }, at: 0x1000)
      $0.setLanes(4, [1, 0, 0xFF] as [UInt8])
    }
    #expect(processor.lanes(2, 3) == [0x1110, 0x0E0D, 0x0B0A] as [UInt16])
    #expect(processor.read(at: 0x2000, byteCount: 3) == [0x0A, 0x0B, 0])
    #expect(processor.lanes(3, 3) == [0x1211, 0x1110, 0] as [UInt16])
    #expect(processor.read(at: 0x3000, byteCount: 3) == [0x0D, 0x0E, 0x11])
    #expect(processor.read(at: 0x30FF, byteCount: 2) == [0x0A, 0x0B])
  }
}
