import Assembler
import Chip
import ChipGeometry
import Debugging
import Foundation
import HostTool
import PlasticityProcessor
import TestSupport
import Testing

/// Where the cycles of a program go.
@Suite struct ProfilerTests {
  /// Runs a source on a chip under the profiler.
  struct Profiled {
    let profiler: Profiler
    let image: ProgramImage
    let cycles: UInt64
    let instructions: UInt64

    init(_ source: String, until end: UInt64 = 10_000) throws {
      var options = Assembler.Options()
      options.includePaths = [repository.appendingPathComponent("firmware").path]
      let assembly = try Assembler.assemble(text: source, options: options)
      image = assembly.image
      var chip = Chip()
      let segments = image.segments.map {
        Program.Segment(address: $0.address, bytes: $0.bytes)
      }
      try chip.load(Program(segments: segments, entry: image.entry), into: .top)
      let execution = ChipExecution(
        chip, subject: .top, lastEvent: chip.now, end: ClockTime(cycles: end))
      var profiler = Profiler(
        image, hartID: 0, memory: 0..<AddressMap.sramByteCount, hasChip: true)
      _ = try execution.run(observer: &profiler)
      profiler.finish(at: execution.withProcessor { $0.cycle })
      cycles = execution.withProcessor { $0.cycle }
      instructions = execution.withProcessor { $0.instructionCount }
      self.profiler = profiler
    }

    /// The row of a symbol as `instructions: cause cycles …`.
    func row(_ symbol: String) -> String {
      guard let row = ProfileTable.bySymbol(profiler).rows.first(where: { $0.name == symbol })
      else { return "never ran" }
      let causes = CycleCause.allCases.filter { row.sums[$0] > 0 }
        .map { "\($0.name) \(row.sums[$0])" }
      return "\(row.sums.instructions): " + causes.joined(separator: " ")
    }
  }

  /// Every cause, with costs that the cycle model of the design says.
  static let mixed = """
    .include "chip.inc"
    _start:    li   s0, 3              # 1 instruction
    loop:      addi s0, s0, -1         # 3 times
               bnez s0, loop           # twice taken
    scalar:    mul  t0, s0, s0         # 4 cycles
               div  t0, t0, t0         # 31 cycles
               sw   t0, 0x400(zero)    # 3 cycles
               lw   t1, 0x400(zero)    # 3 cycles
    vectors:   vsetvli t0, zero, e8, m1, ta, ma
               li   a0, 0x400
               vle8.v v8, (a0)         # 48 cycles
               vmul.vv v9, v8, v8      # 1 cycle, result after 4
               vadd.vv v10, v9, v9     # waits 3
               vredsum.vs v11, v8, v8  # 8 cycles
    rows:      li   a1, SYNAPSE_WEIGHTS
               vse8.v v8, (a1)         # 20 cycles
               li   a2, RECORDER
               vle8.v v8, (a2)         # 48 cycles
    registers: li   a3, TIMER
               lw   a4, 0(a3)          # 8 cycles
               addi a4, a4, 200
               sw   a4, 8(a3)
               sw   zero, 12(a3)
               li   a5, 1 << 7
               csrw mie, a5
    sleep:     wfi
               jal  t0, end
    end:       li   a7, 93
               li   a0, 0
               ecall
    """

  @Test("Each cycle is counted once, under what it was for")
  func causes() throws {
    let profiled = try Profiled(Self.mixed)
    let total = profiled.profiler.total
    #expect(total.total == profiled.cycles)
    #expect(total.instructions == profiled.instructions)
    #expect(profiled.row("loop") == "6: execute 6 branch 4")
    #expect(profiled.row("scalar") == "4: execute 4 multiply 33 memory 4")
    #expect(profiled.row("vectors") == "6: execute 13 multiply 3 memory 47")
    #expect(profiled.row("rows") == "4: execute 4 synapse 19 events 47")
    #expect(profiled.row("registers") == "7: execute 7 bus 21")
    #expect(profiled.row("end") == "2: execute 2")
    // The compare register is 200 ticks after the timer was read.
    #expect(total[.wait] > 350 && total[.wait] < 400)
    #expect(profiled.row("sleep").hasPrefix("2: execute 2 branch 2 wait 3"))
  }

  @Test("Functions are found by call and return, recursion and trap handlers too")
  func callTree() throws {
    let profiled = try Profiled(
      """
      _start:   la   t0, handler
                csrw mtvec, t0
                li   sp, 0x3000
                li   a0, 2
                call count
                ecall
                li   a7, 5
      stop:     j    stop
      count:    beqz a0, done
                addi sp, sp, -4
                sw   ra, 0(sp)
                addi a0, a0, -1
                call count
                lw   ra, 0(sp)
                addi sp, sp, 4
      done:     ret
      handler:  csrr t1, mepc
                addi t1, t1, 4
                csrw mepc, t1
                jal  t0, helper
                mret
      helper:   jr   t0
      """, until: 200)
    let text = FoldedStacks.text(profiled.profiler)
    let paths = text.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
    #expect(
      paths == [
        "_start", "_start;count", "_start;count;count", "_start;count;count;count",
        "_start;count;count;count;done", "_start;count;count;done", "_start;count;done",
        "_start;handler", "_start;handler;helper", "_start;stop",
      ])
    let sum = text.split(separator: "\n").compactMap { UInt64($0.split(separator: " ")[1]) }
      .reduce(0, +)
    #expect(sum == profiled.profiler.total.busy)
    // The innermost count: beqz, taken. Before it: beqz, four more, call.
    #expect(text.contains("\n_start;count;count;count 3\n"))
    #expect(text.contains("\n_start;handler;helper 3\n"))
  }

  @Test("Spans of phases, calls and sleep nest without gaps")
  func timeline() throws {
    let profiled = try Profiled(Self.mixed)
    let spans = profiled.profiler.timeline.spans
    let phases = spans.filter { $0.kind == .phase }
    let names = phases.map { profiled.profiler.symbols.names[$0.symbol] }
    #expect(
      names == ["_start", "loop", "scalar", "vectors", "rows", "registers", "sleep"])
    for (phase, next) in zip(phases, phases.dropFirst()) { #expect(phase.end == next.start) }
    #expect(phases.first?.start == 0)
    // The call of `end` never returns, so the phase that called it lasts to the end.
    #expect(phases.last?.end == profiled.cycles)
    let sleeps = spans.filter { $0.kind == .sleep }
    #expect(sleeps.map { $0.end - $0.start } == [profiled.profiler.total[.wait]])
    let calls = spans.filter { $0.kind == .call }
    #expect(calls.map { profiled.profiler.symbols.names[$0.symbol] } == ["end"])
    #expect(calls.allSatisfy { $0.end == profiled.cycles })
  }

  @Test("Lines carry the cost of their instructions, the listing that of each")
  func lines() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "_start: li a0, 3\n  mul a0, a0, a0; mul a1, a0, a0\n  wfi\n", to: "p.s")
    let assembly = try Assembler.assemble(files: [path])
    var chip = Chip()
    try chip.load(
      Program(
        segments: assembly.image.segments.map { .init(address: $0.address, bytes: $0.bytes) },
        entry: 0), into: .top)
    let execution = ChipExecution(chip, subject: .top, lastEvent: chip.now, end: nil)
    var profiler = Profiler(assembly.image, hartID: 0, memory: 0..<0x4000, hasChip: true)
    _ = try execution.run(observer: &profiler)
    let lines = try ELFImage(assembly.elf).lines
    let rows = ProfileTable.byLine(profiler, lines).rows
    #expect(rows.map { $0.name.suffix(5) } == ["p.s:2", "p.s:1", "p.s:3"])
    #expect(rows.map { $0.sums.busy } == [8, 1, 1])
    let listing = AnnotatedListing.text(profiler, lines) { "source \($0.line)" }
    #expect(listing.contains("p.s:2  source 2\n"))
    #expect(listing.contains("           4    40.0          1        4:  mul a0, a0, a0"))
    #expect(listing.contains(" multiply 3\n"))
  }

  @Test("A learning program under the profiler ends in the same state, all its cycles counted")
  func learningProgram() throws {
    let expected = try ExecutionTests.unobserved()
    let execution = try ExecutionTests.execution()
    let image = try Assembler.assemble(
      files: [repository.appendingPathComponent("firmware/eventprop.s").path]
    ).image
    var profiler = Profiler(image, hartID: 0, memory: 0..<0x4000, hasChip: true)
    _ = try execution.run(observer: &profiler)
    #expect(execution.stateHash == expected.hash)
    let total = profiler.total
    #expect(total.instructions == expected.instructions)
    #expect(total.total == execution.withProcessor { $0.cycle })
    #expect(total[.synapse] > 0 && total[.events] > 0 && total[.wait] > 4 * 11_000)

    let later = try ExecutionTests.execution()
    var half = Profiler(image, hartID: 0, memory: 0..<0x4000, hasChip: true)
    _ = try later.skip(samples: 2)
    let skipped = later.withProcessor { $0.instructionCount }
    _ = try later.run(observer: &half)
    #expect(later.stateHash == expected.hash)
    #expect(half.total.instructions == expected.instructions - skipped)
    #expect(half.total[.wait] > 11_000 && half.total[.wait] < 13_000)
  }
}
