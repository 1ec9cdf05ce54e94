import BareMachine
import PlasticityProcessor
import Testing

@Suite struct BareMachineTests {
  // MARK: How programs end

  /// The instructions between a store to `tohost` and a trap that would show that it was missed.
  private static func storing(_ instructions: String, data: String = "tohost: .word 0, 0") -> String
  {
    """
    la t0, tohost
    \(instructions)
    ebreak
    .data
    .balign 64
    \(data)
    """
  }

  /// Ways to write a word that is not 0 to the address in t0, and what they mean.
  private static let stores: [(String, BareEnd)] = [
    ("li t1, 1\nsw t1, 0(t0)", BareEnd.passed),
    ("li t1, 3\nsw t1, 0(t0)", .failed(test: 1)),
    ("li t1, 1337 * 2 + 1\nsw t1, 0(t0)", .failed(test: 1337)),
    ("li t1, 1\nsb t1, 0(t0)", .passed),
    ("li t1, 1\nsb t1, 1(t0)", .failed(test: 128)),
    ("li t1, 1\nsh t1, 0(t0)", .passed),
    ("li t1, 0x100\nsw t1, -1(t0)", .passed),
    ("sw zero, 0(t0)\nsw zero, 4(t0)\nli t1, 1\nsw t1, 0(t0)", .passed),
    ("vsetivli t1, 8, e32, m1, ta, ma\nvmv.v.i v8, 1\nvse32.v v8, (t0)", .passed),
    (
      "vsetivli t1, 8, e8, m1, ta, ma\nvmv.v.i v8, 1\nvmv.v.i v0, 4\nvse8.v v8, (t0), v0.t",
      .failed(test: 0x8000)
    ),
    (
      "vsetivli t1, 2, e32, m1, ta, ma\nvmv.v.i v8, 1\nli t2, -8\naddi t0, t0, 8\n"
        + "vsse32.v v8, (t0), t2", .passed
    ),
    ("vsetivli t1, 1, e32, m1, ta, ma\nvmv.v.i v8, 1\nvs1r.v v8, (t0)", .passed),
    // The second element is outside of the memory: the store before it counts.
    (
      "vsetivli t1, 2, e32, m1, ta, ma\nvmv.v.i v8, 1\nli t2, 0x40000000\n"
        + "vsse32.v v8, (t0), t2", .passed
    ),
  ]

  @Test("A program ends when it writes a word to tohost that is not 0, however it writes it")
  func tohost() throws {
    for (instructions, end) in Self.stores {
      var machine = try BareMachine(source: Self.storing(instructions))
      #expect(machine.runToEnd() == end, "\(instructions)")
      #expect(machine.run(untilCycle: .max) == .ended(end), "and it stays at its end")
    }
  }

  @Test("Stores beside tohost and zeros do not end a program")
  func besideTohost() throws {
    var machine = try BareMachine(
      source: Self.storing(
        """
        li t1, -1
        sw t1, -4(t0)
        sw t1, 4(t0)
        sw zero, 0(t0)
        vsetivli t1, 4, e8, m1, ta, ma
        vse8.v v8, (t0)
        lw a0, -4(t0)
        lw a1, 4(t0)
        """, data: "before: .word 0\n.balign 4\ntohost: .word 7, 0"))
    guard case .trapped(let trap) = machine.runToEnd() else {
      Issue.record("no trap")
      return
    }
    #expect(trap.cause == .breakpoint)
    #expect(machine.processor[x: 10] == .max && machine.processor[x: 11] == .max)
  }

  @Test("The instruction that writes tohost has retired, and its time has passed")
  func timeOfTheEnd() throws {
    let store = "vsetivli t1, 8, e32, m1, ta, ma\nvmv.v.i v8, 1\nvse32.v v8, (t0)"
    var watched = try BareMachine(source: Self.storing(store))
    #expect(watched.runToEnd() == .passed)
    // The same without the symbol: as many cycles when the same instruction is done.
    var unwatched = try BareMachine(
      source: Self.storing(store).replacing("tohost", with: "nobody"))
    #expect(unwatched.run(untilInstruction: watched.instructionCount) == .limit)
    #expect(watched.cycle == unwatched.cycle)
    #expect(watched.programCounter == unwatched.programCounter)
    #expect(watched.stateHash == unwatched.stateHash)
  }

  @Test("Environment calls without a trap handler")
  func environmentCalls() throws {
    var machine = try BareMachine(
      source: """
        li a7, 64
        la a1, text
        li a2, 3
        ecall
        mv s0, a0
        li a7, 93
        li a0, -5
        ecall
        text: .byte 0, 255, 10
        """)
    #expect(machine.run(untilCycle: .max) == .consoleWrite([0, 255, 10]))
    #expect(machine.run(untilCycle: .max) == .ended(.exited(code: -5)))
    #expect(machine.processor[x: 8] == 3, "the call returns the number of bytes")
  }

  @Test("With a trap handler an environment call traps to it")
  func handledEnvironmentCall() throws {
    var machine = try BareMachine(
      source: """
        la t0, handler
        csrw mtvec, t0
        li a7, 93
        ecall
        handler: csrr a0, mcause
        la t0, tohost
        sw a0, 0(t0)
        .data
        tohost: .word 0
        """)
    #expect(machine.runToEnd() == .failed(test: 11 / 2))
  }

  @Test("A handler that cannot be executed ends the program instead of trapping for ever")
  func trapLoop() throws {
    let source = """
      la t0, handler
      csrw mtvec, t0
      j handler
      .balign 4
      handler: .word 0xffffffff
      """
    let handler = try #require(try Source.image(source).address(of: "handler"))
    let trap = Trap(
      cause: .illegalInstruction, programCounter: handler, value: .max, instruction: .max)
    var hashes: [String] = []
    for limit in [5, 10, 60, 1_000_000] as [UInt64] {
      var machine = try BareMachine(source: source)
      let stop = machine.run(untilInstruction: limit)
      #expect(stop == .ended(.trapped(trap)))
      hashes.append(machine.stateHash)
    }
    #expect(hashes.allSatisfy { $0 == hashes[0] })
  }

  @Test("wfi goes on, and a program that only sleeps is over")
  func sleeping() throws {
    var machine = try BareMachine(source: "wfi\nwfi\nli a7, 93\nwfi\nli a0, 3\necall")
    #expect(machine.runToEnd() == .exited(code: 3))
    var asleep = try BareMachine(source: "li a0, 1\n1: wfi\nj 1b")
    #expect(asleep.runToEnd() == .asleep)
  }
}
