import PlasticityProcessor
import Testing

@Suite struct BusTests {
  static let row: UInt32 = 0x1000_0000
  static let recorder: UInt32 = 0x2000_0000

  @Test("A scalar load asks for one element and extends what it gets, in 8 cycles")
  func scalarLoads() {
    let cases: [(f3: UInt32, size: Int, answer: UInt32, result: UInt32)] = [
      (0, 1, 0x1F5, 0xFFFF_FFF5), (4, 1, 0x1F5, 0xF5), (1, 2, 0x8001, 0xFFFF_8001),
      (5, 2, 0x8001, 0x8001), (2, 4, 0x8765_4321, 0x8765_4321),
    ]
    for c in cases {
      var processor = PlasticityProcessor(program: [Code.immediate(0x03, c.f3, 10, 8, 4)])
      processor[x: 8] = Self.recorder
      #expect(processor.finish() == .busAccess)
      #expect(
        processor.busRequest
          == BusRequest(
            isWrite: false, pattern: .scalar, elementByteCount: c.size, elementCount: 1,
            address: Self.recorder + 4))
      #expect(processor.busAddress(ofElement: 0) == Self.recorder + 4)
      #expect(processor.cycle == 0, "the access happens before its time passes")
      processor.setBusElement(0, to: c.answer)
      processor.completeBusAccess()
      #expect(processor.busRequest == nil)
      #expect(processor[x: 10] == c.result)
      #expect(processor.cycle == 8)
      #expect(processor.instructionCount == 1)
      #expect(processor.programCounter == 4)
    }
  }

  @Test("A scalar store carries its value")
  func scalarStores() {
    for (f3, size, value): (UInt32, Int, UInt32) in [
      (0, 1, 0x78), (1, 2, 0x5678), (2, 4, 0x1234_5678),
    ] {
      var processor = PlasticityProcessor(program: [Code.store(f3, 10, -4, 8)])
      processor[x: 8] = Self.recorder
      processor[x: 10] = 0x1234_5678
      #expect(processor.finish() == .busAccess)
      #expect(processor.busRequest?.isWrite == true)
      #expect(processor.busRequest?.elementByteCount == size)
      #expect(processor.busRequest?.address == Self.recorder - 4)
      #expect(processor.busElement(0) == value)
      processor.completeBusAccess()
      #expect(processor.cycle == 8)
    }
  }

  @Test("A failed access traps at its instruction with its address")
  func failure() {
    for isWrite in [false, true] {
      var processor = PlasticityProcessor(
        program: [isWrite ? Code.sw(10, 0, 8) : Code.lw(10, 0, 8)])
      processor[x: 8] = 0x4000_0000
      processor[x: 10] = 5
      #expect(processor.finish() == .busAccess)
      processor.failBusAccess()
      #expect(
        processor.finish()
          == .trapped(
            Trap(
              cause: isWrite ? .storeAccessFault : .loadAccessFault, programCounter: 0,
              value: 0x4000_0000, instruction: processor.readWord(at: 0))))
      #expect(processor[x: 10] == 5)
      #expect(processor.instructionCount == 0)
    }
  }

  @Test("A row of synapses is loaded and stored as bytes, 20 cycles per 128")
  func rows() {
    var processor = PlasticityProcessor(
      program: [
        Code.vsetvli(0, 5, .e8m1), Code.vectorMemory(store: false, 8, 0, 2, 8),
        Code.vectorMemory(store: true, 8, 0, 2, 9), Code.vsetvli(0, 6, VectorType(sew: 8, lmul: 1)),
        Code.vectorMemory(store: false, 8, 0, 4, 8),
      ])
    processor[x: 5] = 128
    processor[x: 6] = 256
    processor[x: 8] = Self.row
    processor[x: 9] = Self.row + 256
    #expect(processor.finish() == .busAccess)
    #expect(
      processor.busRequest
        == BusRequest(
          isWrite: false, pattern: .unitStride, elementByteCount: 1, elementCount: 128,
          address: Self.row))
    #expect(processor.busRequest?.byteCount == 128)
    #expect(processor.busAddress(ofElement: 127) == Self.row + 127)
    processor.withBusData { data in
      #expect(data.count == 128)
      for k in 0..<128 { data[k] = UInt8(k ^ 0x55) }
    }
    processor.completeBusAccess()
    #expect(processor.cycle == 1 + 20)
    #expect(processor[v: 2] == (0..<128).map { UInt8($0 ^ 0x55) })
    #expect(processor.finish() == .busAccess)
    #expect(processor.busRequest?.isWrite == true)
    #expect(processor.busElement(3) == 3 ^ 0x55)
    processor.completeBusAccess()
    #expect(processor.cycle == 1 + 20 + 20)
    #expect(processor.finish() == .busAccess)
    #expect(processor.busRequest?.byteCount == 256)
    processor.completeBusAccess()
    #expect(processor.cycle == 1 + 20 + 20 + 1 + 40)
  }

  @Test("Masked elements are not on the bus and keep their lanes")
  func masked() {
    var processor = PlasticityProcessor(
      program: [
        Code.vsetivli(0, 8, .e16m1),
        Code.vectorMemory(store: false, 16, 0, 2, 8, masked: true),
        Code.vectorMemory(store: true, 16, 0, 2, 8, masked: true),
      ])
    processor[x: 8] = Self.recorder
    processor.setLanes(0, [UInt8(0b0010_1001)])
    processor.setLanes(2, [UInt16](repeating: 7, count: 8))
    #expect(processor.finish() == .busAccess)
    #expect(
      processor.busRequest
        == BusRequest(
          isWrite: false, pattern: .scattered, elementByteCount: 2, elementCount: 3,
          address: Self.recorder))
    #expect((0..<3).map { processor.busAddress(ofElement: $0) - Self.recorder } == [0, 6, 10])
    for k in 0..<3 { processor.setBusElement(k, to: UInt32(100 + k)) }
    processor.completeBusAccess()
    #expect(processor.lanes(2, 8, as: UInt16.self) == [100, 7, 7, 101, 7, 102, 7, 7])
    #expect(processor.cycle == 1 + 16 + 4, "16 and one per word of the eight elements")
    #expect(processor.finish() == .busAccess)
    #expect((0..<3).map { processor.busElement($0) } == [100, 101, 102])
    processor.completeBusAccess()
  }

  @Test("Strided and indexed accesses list their addresses, 16 cycles and one per element")
  func scattered() {
    var processor = PlasticityProcessor(
      program: [
        Code.vsetivli(0, 4, .e16m1), Code.vectorMemory(store: false, 16, 2, 2, 8, 9),
        Code.vectorMemory(store: true, 8, 1, 2, 8, 4),
      ])
    processor[x: 8] = Self.recorder + 100
    processor[x: 9] = UInt32(bitPattern: -8)
    processor.setLanes(4, [UInt8(0), 200, 3, 3])
    #expect(processor.finish() == .busAccess)
    #expect(processor.busRequest?.pattern == .scattered)
    #expect(
      (0..<4).map { Int(processor.busAddress(ofElement: $0)) - Int(Self.recorder) }
        == [100, 92, 84, 76])
    for k in 0..<4 { processor.setBusElement(k, to: UInt32(k + 1)) }
    processor.completeBusAccess()
    #expect(processor.cycle == 1 + 20)
    #expect(processor.finish() == .busAccess)
    #expect(processor.busRequest?.isWrite == true)
    #expect(processor.busRequest?.elementByteCount == 2)
    #expect(
      (0..<4).map { Int(processor.busAddress(ofElement: $0)) - Int(Self.recorder) }
        == [100, 300, 103, 103])
    #expect((0..<4).map { processor.busElement($0) } == [1, 2, 3, 4])
    processor.completeBusAccess()
    #expect(processor.cycle == 1 + 20 + 20)
  }

  @Test("A vector access that fails in the middle has done what lies before, and vstart tells")
  func partial() {
    var processor = PlasticityProcessor(
      program: [
        Code.vsetivli(0, 6, .e32m1),
        Code.vectorMemory(store: false, 32, 0, 2, 8, masked: true),
      ])
    processor[x: 8] = Self.recorder
    processor.setLanes(0, [UInt8(0b11_1010)])
    processor.setLanes(2, [UInt32](repeating: 9, count: 6))
    #expect(processor.finish() == .busAccess)
    #expect(processor.busRequest?.elementCount == 4)
    for k in 0..<4 { processor.setBusElement(k, to: UInt32(50 + k)) }
    processor.failBusAccess(element: 2)
    guard case .trapped(let trap) = processor.finish() else {
      Issue.record("no trap")
      return
    }
    #expect(trap.cause == .loadAccessFault)
    #expect(trap.value == Self.recorder + 16)
    #expect(processor.controlRegister(0x008) == 4)
    #expect(processor.lanes(2, 6, as: UInt32.self) == [9, 50, 9, 51, 9, 9])
    // A handler that repairs the cause returns to the same instruction, which goes on.
    #expect(processor.finish() == .busAccess)
    #expect(processor.busRequest?.elementCount == 2)
    #expect(processor.busAddress(ofElement: 0) == Self.recorder + 16)
    processor.setBusElement(0, to: 70)
    processor.setBusElement(1, to: 71)
    processor.completeBusAccess()
    #expect(processor.lanes(2, 6, as: UInt32.self) == [9, 50, 9, 51, 70, 71])
    #expect(processor.controlRegister(0x008) == 0)
  }

  @Test("A vector access that leaves the SRAM in the middle faults there")
  func straddling() {
    var processor = PlasticityProcessor(
      program: [Code.vsetivli(0, 4, .e32m1), Code.vectorMemory(store: true, 32, 0, 2, 8)])
    processor[x: 8] = 0x4000 - 8
    processor.setLanes(2, [1, 2, 3, 4] as [UInt32])
    #expect(
      processor.finish()
        == .trapped(
          Trap(
            cause: .storeAccessFault, programCounter: 4, value: 0x4000,
            instruction: processor.readWord(at: 4))))
    #expect(processor.controlRegister(0x008) == 2)
    #expect(processor.readWord(at: 0x3FF8) == 1)
    #expect(processor.readWord(at: 0x3FFC) == 2)
  }

  @Test("The cost of vector memory is the table's", arguments: [8, 16, 32])
  func costs(_ sew: Int) {
    for (lmul, cost) in [(0, 48), (1, 80), (2, 144), (3, 272), (-1, 32)] {
      let type = VectorType(sew: sew, lmul: lmul)
      guard sew <= 16 || lmul >= 0 else { continue }
      var processor = PlasticityProcessor(
        program: [
          Code.vsetvli(5, 0, type), Code.vectorMemory(store: false, sew, 0, 8, 8),
          Code.vectorMemory(store: false, sew, 2, 8, 8, 9),
        ])
      processor[x: 8] = 0x1000
      processor[x: 9] = 1
      _ = processor.run(untilCycle: 2)
      #expect(processor.cycle == UInt64(1 + cost), "e\(sew), lg2 LMUL \(lmul)")
      _ = processor.run(untilCycle: processor.cycle + 1)
      #expect(processor.cycle == UInt64(1 + cost + 16) + UInt64(processor[x: 5]))
    }
  }
}
