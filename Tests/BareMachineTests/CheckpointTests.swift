import BareMachine
import ChipGeometry
import PlasticityProcessor
import Testing

@Suite struct BareCheckpointTests {
  /// Counts in memory, in vectors and in the counters, and prints now and then.
  static let source = """
    la s0, cells
    vsetvli t0, zero, e16, m1, ta, ma
    1: vadd.vi v8, v8, 3
    vsmul.vv v9, v8, v8
    vse16.v v8, (s0)
    addi s0, s0, 128
    lw t1, -4(s0)
    add a0, a0, t1
    mul a0, a0, a0
    csrr t2, mcycle
    addi s1, s1, 1
    li t3, 40
    blt s1, t3, 1b
    sw a0, 0(s0)
    la t0, tohost
    li t1, 1
    sw t1, 0(t0)
    .data
    tohost: .word 0
    .bss
    .balign 4096
    cells: .zero 8192
    """

  @Test("A run goes on from a checkpoint as if nothing had been")
  func restore() throws {
    var machine = try BareMachine(source: Self.source)
    #expect(machine.run(untilInstruction: 101) == .limit)
    let checkpoint = machine.checkpoint()
    let early = machine.stateHash
    #expect(machine.run(untilInstruction: 250) == .limit)
    let middle = machine.checkpoint(sharing: checkpoint)
    let middleHash = machine.stateHash
    #expect(machine.runToEnd() == .passed)
    let hash = machine.stateHash
    #expect(early.count == 64 && early != middleHash && middleHash != hash)
    for _ in 0..<2 {
      try machine.restore(checkpoint)
      #expect(machine.stateHash == early && machine.instructionCount == 101)
      #expect(machine.end == nil)
      #expect(machine.runToEnd() == .passed)
      #expect(machine.stateHash == hash)
      try machine.restore(middle)
      #expect(machine.stateHash == middleHash)
    }
    // Into another machine of the same kind, too; what it had in its memory disappears.
    var other = try BareMachine(source: "nop")
    other.processor.load([1, 2, 3], at: 0x8080_0000)
    try other.restore(checkpoint)
    #expect(other.stateHash == early)
  }

  @Test("Checkpoints hold only pages with something in them")
  func sparse() throws {
    var machine = try BareMachine(source: Self.source)
    #expect(machine.checkpoint().pageCount == 1)
    #expect(machine.runToEnd() == .passed)
    machine.processor.load([1], at: 0x80FF_F000)
    #expect(machine.checkpoint().pageCount == 4)
  }

  @Test("A checkpoint of another memory is refused")
  func wrongMemory() throws {
    let machine = try BareMachine(source: "nop")
    let checkpoint = machine.checkpoint()
    var other = try BareMachine(source: "nop", base: 0)
    #expect(throws: StateError.self) { try other.restore(checkpoint) }
  }

  @Test("Limits of instructions are exact, and splitting changes nothing")
  func instructionLimits() throws {
    var whole = try BareMachine(source: Self.source)
    #expect(whole.runToEnd() == .passed)
    var steps = try BareMachine(source: Self.source)
    var limit: UInt64 = 0
    while steps.end == nil {
      limit += 7
      let stop = steps.run(untilInstruction: limit)
      #expect(steps.instructionCount == limit || stop == .ended(.passed))
      #expect(steps.run(untilCycle: steps.cycle) == stop)
    }
    #expect(steps.stateHash == whole.stateHash && steps.instructionCount == whole.instructionCount)
  }

  @Test("The hash tells every byte of memory and every register apart")
  func hashes() throws {
    var machine = try BareMachine(source: "nop")
    var hashes = [machine.stateHash]
    machine.processor.load([1], at: 0x80FF_FFFF)
    hashes.append(machine.stateHash)
    machine.processor.load([0, 1], at: 0x80FF_FFFE)
    machine.processor[x: 31] = 1
    hashes.append(machine.stateHash)
    machine.processor[v: 31] = [UInt8](repeating: 1, count: 128)
    hashes.append(machine.stateHash)
    machine.processor.setControlRegister(0x340, to: 5)
    hashes.append(machine.stateHash)
    #expect(Set(hashes).count == hashes.count)
    machine.processor.setControlRegister(0x340, to: 0)
    #expect(machine.stateHash == hashes[3])
  }
}
