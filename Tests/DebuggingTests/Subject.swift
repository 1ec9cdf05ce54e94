import Assembler
import BareMachine
import Chip
import ChipGeometry
import Debugging
import Foundation
import Learning
import TestSupport

/// Programs for debuggers.
enum Subject {
  /// A debugger on an assembly source that runs on a bare machine, or on a chip.
  static func bare(_ source: String, interval: UInt64 = 500) throws -> Debugger {
    try debugger(source, interval: interval) { image in
      let segments = image.segments.map {
        BareProgram.Segment(address: $0.address, bytes: $0.bytes, byteCount: $0.byteCount)
      }
      let program = BareProgram(segments: segments, entry: image.entry)
      return BareExecution(
        try BareMachine(program, memory: BareMemory(base: 0, byteCount: 1 << 16)))
    }
  }

  static func chip(_ source: String) throws -> Debugger {
    try debugger(source, interval: 500) { image in
      var chip = Chip()
      try chip.load(LearningProgram(image, name: "t").program, into: .top)
      return ChipExecution(chip, subject: .top, lastEvent: chip.now, end: nil)
    }
  }

  private static func debugger(
    _ source: String, interval: UInt64, _ execution: (ProgramImage) throws -> any Execution
  ) throws -> Debugger {
    let assembly = try Assembler.assemble(text: source)
    let elf = try ELFImage(assembly.elf)
    let text = source.split(separator: "\n", omittingEmptySubsequences: false)
    return Debugger(
      try execution(assembly.image),
      DebuggedProgram(name: "t", image: assembly.image, lines: elf.lines) { _ in text },
      checkpointInterval: interval)
  }

  /// A debugger on the EventProp program, learning.
  static func session() throws -> Debugger {
    let path = repository.appendingPathComponent("firmware/eventprop.s").path
    let assembly = try Assembler.assemble(files: [path])
    let elf = try ELFImage(assembly.elf)
    return Debugger(
      try ExecutionTests.execution(),
      DebuggedProgram(name: "eventprop.s", image: assembly.image, lines: elf.lines),
      checkpointInterval: 15_000)
  }

  /// Calls, a loop, vector stores, and an end.
  static let counting = """
    _start: li sp, 0x3f00
            li s0, 5
    loop:   call step
            addi s0, s0, -1
            bnez s0, loop
            li a7, 93
            li a0, 0
            ecall
    step:   addi sp, sp, -16
            sw ra, 12(sp)
            la t0, counter
            lw t1, 0(t0)
            addi t1, t1, 3
            sw t1, 0(t0)
            call leaf
            lw ra, 12(sp)
            addi sp, sp, 16
            ret
    leaf:   vsetivli zero, 4, e16, m1, ta, ma
            vmv.v.x v3, t1
            la t0, lanes
            vse16.v v3, (t0)
            ret
            .data
    counter: .word 0
    lanes:  .zero 8
    """
}

extension Debugger {
  func address(_ symbol: String) -> UInt32 { program.image.address(of: symbol)! }
  func breakAt(_ symbol: String) -> Int { add(.breakpoint(address(symbol)), text: symbol) }
  func watch(_ symbol: String, _ byteCount: Int = 4, _ access: MemoryAccessKind = .change) -> Int {
    add(.memory(MemoryRange(address: address(symbol), byteCount: byteCount), access), text: symbol)
  }
}
