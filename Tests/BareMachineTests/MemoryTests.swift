import BareMachine
import PlasticityProcessor
import Testing

@Suite struct MemoryTests {
  private static func program(_ ranges: [(UInt32, Int)], tohost: UInt32? = nil) -> BareProgram {
    BareProgram(
      segments: ranges.map { BareProgram.Segment(address: $0.0, bytes: [1], byteCount: $0.1) },
      entry: ranges.first?.0 ?? 0, tohost: tohost)
  }

  private static let standards: [([(UInt32, Int)], base: UInt32, byteCount: Int)] = [
    ([(0x8000_0000, 1)], 0x8000_0000, 16 << 20),
    ([(0x1_0074, 100)], 0x1_0000, 16 << 20),
    ([(0x2000, 4), (0x1000, 4)], 0x1000, 16 << 20),
    ([(0, 16 << 20)], 0, 16 << 20),
    ([(0, 1 + 16 << 20)], 0, 32 << 20),
    ([(0x1000, 1), (0x100_0FFF, 2)], 0x1000, 32 << 20),
    ([(0x1000, 64 << 20)], 0x1000, 64 << 20),
    ([(0xFFFF_F000, 4096)], 0xFFFF_F000, 4096),
  ]

  @Test("The memory starts at the page of the lowest segment and has 16, 32 or 64 MiB")
  func standardMemory() throws {
    for (ranges, base, byteCount) in Self.standards {
      let memory = try BareMemory(for: Self.program(ranges))
      #expect(memory.base == base && memory.byteCount == byteCount, "\(ranges)")
    }
  }

  @Test("The memory reaches to tohost")
  func memoryOfTohost() throws {
    let memory = try BareMemory(for: Self.program([(0x1000, 4)], tohost: 0x0200_0000))
    #expect(memory.byteCount == 32 << 20)
  }

  private func expectError(_ text: String, _ body: () throws -> Void) {
    let error = #expect(throws: BareMachineError.self, performing: body)
    #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
  }

  @Test("What does not fit is an error that says where")
  func errors() throws {
    expectError("nothing to load") { _ = try BareMachine(Self.program([])) }
    expectError("from 0x0 to 0x4000001, more than the 64 MiB") {
      _ = try BareMachine(Self.program([(0, 1 + 64 << 20)]))
    }
    expectError("64 MiB") { _ = try BareMachine(Self.program([(0x1000, 4), (0x8000_0000, 4)])) }
    let memory = try BareMemory(base: 0x1000, byteCount: 0x2000)
    expectError("the segment from 0x2ffe to 0x3001 is not in the memory from 0x1000 to 0x3000") {
      _ = try BareMachine(Self.program([(0x1000, 4), (0x2FFE, 3)]), memory: memory)
    }
    expectError("the segment from 0xfff to 0x1001") {
      _ = try BareMachine(Self.program([(0xFFF, 2)]), memory: memory)
    }
    expectError("tohost, 0x2ffd, is not in") {
      _ = try BareMachine(Self.program([(0x1000, 4)], tohost: 0x2FFD), memory: memory)
    }
    expectError("tohost, 0x0, is not in") {
      _ = try BareMachine(Self.program([(0x1000, 4)], tohost: 0), memory: nil)
    }
    for entry in [0x1002, 0x3000, 0xFFC] as [UInt32] {
      var program = Self.program([(0x1000, 4)])
      program.entry = entry
      expectError("the entry point 0x\(String(entry, radix: 16))") {
        _ = try BareMachine(program, memory: memory)
      }
    }
    expectError("not at a multiple of 4096") { _ = try BareMemory(base: 0x100, byteCount: 4096) }
    expectError("possible are multiples") { _ = try BareMemory(base: 0, byteCount: 0) }
    expectError("possible are multiples") { _ = try BareMemory(base: 0, byteCount: 4097) }
    expectError("possible are multiples") { _ = try BareMemory(base: 0, byteCount: 2 << 30) }
    expectError("reach beyond") { _ = try BareMemory(base: 0xFFFF_F000, byteCount: 8192) }
  }

  /// Runs one access to or over the edge of a memory of one page at 0x1000.
  private func trap(_ instruction: String, t0: UInt32) throws -> Trap? {
    let memory = try BareMemory(base: 0x1000, byteCount: 4096)
    var machine = try BareMachine(
      source: "li t0, \(t0)\nvsetivli t1, 2, e16, m1, ta, ma\n\(instruction)\nli a7, 93\necall",
      base: 0x1000, memory: memory)
    switch machine.runToEnd() {
    case .trapped(let trap): return trap
    case .exited(0): return nil
    case let end:
      Issue.record("\(String(describing: end))")
      return nil
    }
  }

  private static let faults: [(String, t0: UInt32, TrapCause, value: UInt32)] = [
    ("lw a1, 0(t0)", 0x0, TrapCause.loadAccessFault, 0x0),
    ("lw a1, 0(t0)", 0x2000, .loadAccessFault, 0x2000),
    ("lw a1, 0(t0)", 0x2001, .loadAccessFault, 0x2001),
    ("lw a1, 0(t0)", 0x1FFE, .loadAccessFault, 0x2000),
    ("lw a1, 0(t0)", 0xFFE, .loadAccessFault, 0xFFE),
    ("lh a1, 0(t0)", 0x1FFF, .loadAccessFault, 0x2000),
    ("lbu a1, 0(t0)", 0x200_0000, .loadAccessFault, 0x200_0000),
    ("sb a1, 0(t0)", 0x2000, .storeAccessFault, 0x2000),
    ("sw a1, 0(t0)", 0x1FFD, .storeAccessFault, 0x2000),
    ("sh a1, 0(t0)", 0xFFFF_FFFF, .storeAccessFault, 0xFFFF_FFFF),
    ("vle16.v v8, (t0)", 0x1FFE, .loadAccessFault, 0x2000),
    ("vle16.v v8, (t0)", 0x1FFD, .loadAccessFault, 0x2000),
    ("vle16.v v8, (t0)", 0x4000, .loadAccessFault, 0x4000),
    ("vse16.v v8, (t0)", 0x0200_4000, .storeAccessFault, 0x0200_4000),
    ("vs1r.v v8, (t0)", 0x1F90, .storeAccessFault, 0x2000),
    ("jr t0", 0x2000, .instructionAccessFault, 0x2000),
    ("jr t0", 0xFFC, .instructionAccessFault, 0xFFC),
  ]

  @Test("An access outside the memory is an access fault at the first address outside")
  func accessFaults() throws {
    for (instruction, t0, cause, value) in Self.faults {
      let trap = try trap(instruction, t0: t0)
      #expect(trap?.cause == cause && trap?.value == value, "\(instruction) \(t0): \(trap as Any)")
    }
  }

  @Test("The last bytes of the memory work")
  func edge() throws {
    let accesses: [(String, UInt32)] = [
      ("lw a1, 0(t0)", 0x1FFC), ("lh a1, 0(t0)", 0x1FFE), ("sb a1, 0(t0)", 0x1FFF),
      ("vle16.v v8, (t0)", 0x1FFC), ("vs1r.v v8, (t0)", 0x1F80), ("lw a1, 0(t0)", 0x1FF9),
    ]
    for (instruction, t0) in accesses {
      #expect(try trap(instruction, t0: t0) == nil, "\(instruction)")
    }
  }

  @Test("Code runs anywhere in a large memory, and what it has not loaded is zeros")
  func farCode() throws {
    // Copies four instructions far away, calls them, and changes one of them.
    var machine = try BareMachine(
      source: """
        li s0, 0x80f00000
        lw t1, 0(s0)
        bnez t1, wrong
        la t0, routine
        li t2, 4
        mv t3, s0
        1: lw t1, 0(t0)
        sw t1, 0(t3)
        addi t0, t0, 4
        addi t3, t3, 4
        addi t2, t2, -1
        bnez t2, 1b
        fence.i
        jalr s0
        li t1, 0x00350513
        sw t1, 0(s0)
        fence.i
        jalr s0
        li a7, 93
        ecall
        wrong: ebreak
        routine: addi a0, a0, 20
        addi a0, a0, 2
        ret
        nop
        """)
    #expect(machine.runToEnd() == .exited(code: 27))
    // Execution comes from below into words that nothing has prepared.
    var words = try BareMachine(source: "li t0, 0x80ffffc8\njr t0")
    words.processor.load(
      (0..<13).flatMap { _ in [0x13, 0x05, 0x15, 0] as [UInt8] },
      at: 0x80FF_FFC8)
    guard case .trapped(let trap) = words.runToEnd() else {
      Issue.record("no trap")
      return
    }
    #expect(trap.programCounter == 0x80FF_FFFC && trap.cause == .illegalInstruction)
    #expect(words.processor[x: 10] == 13)
  }
}
