import Assembler
import Chip
import ChipGeometry
import Debugging
import Foundation
import Learning
import TestSupport

/// Programs for debuggers.
enum Subject {
  /// A debugger on an assembly source that runs on a chip.
  static func chip(_ source: String) throws -> Debugger {
    let assembly = try Assembler.assemble(text: source)
    var chip = Chip()
    try chip.load(LearningProgram(assembly.image, name: "t").program, into: .top)
    let elf = try ELFImage(assembly.elf)
    let text = source.split(separator: "\n", omittingEmptySubsequences: false)
    return Debugger(
      ChipExecution(chip, subject: .top, end: nil),
      DebuggedProgram(name: "t", image: assembly.image, lines: elf.lines) { _ in text },
      checkpointInterval: 500)
  }

  /// A debugger on the EventProp program, learning.
  static func session() throws -> Debugger {
    let path = repository.appendingPathComponent("firmware/eventprop.s").path
    let assembly = try Assembler.assemble(files: [path])
    let elf = try ELFImage(assembly.elf)
    return Debugger(
      try ExecutionTests.execution(),
      DebuggedProgram(name: "eventprop.s", image: assembly.image, lines: elf.lines),
      checkpointInterval: 5000)
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
