import Assembler
import Chip
import Foundation
import HostTool
import Learning
import TestSupport
import Testing

/// Recorded sessions of the real gdb-multiarch.
@Suite(.enabled(if: Oracle.gdb.isUsable, "needs gdb-multiarch"))
struct GDBSessionTests {
  /// `ranvier debug --gdb` beside a gdb that does what a script says.
  struct Session {
    var gdb: String
    var tool: (status: Int32, output: String)

    init(_ arguments: [String], elf: String, script: String) throws {
      let folder = try TemporaryFolder()
      let (output, errors) = (ToolStream.memory(), ToolStream.memory())
      let done = DispatchSemaphore(value: 0)
      let status = LockedStatus()
      let thread = Thread {
        status.value = HostTool.run(
          arguments: ["debug", "--gdb", "0"] + arguments, standardOutput: output,
          standardError: errors)
        done.signal()
      }
      thread.stackSize = 16 << 20
      thread.start()
      var port: Substring?
      for _ in 0..<3000 where port == nil {
        usleep(20_000)
        port = errors.text.firstMatch(of: /127\.0\.0\.1:(\d+)/)?.1
        if port == nil, done.wait(timeout: .now()) == .success { break }
      }
      let found = try #require(port, "\(errors.text)")
      #expect(errors.text.contains("gdb-multiarch -ex 'set architecture riscv:rv32'"))
      let commands = """
        set pagination off
        set confirm off
        set width 0
        set architecture riscv:rv32
        set osabi none
        target remote 127.0.0.1:\(found)
        \(script)
        """
      let result = try Oracle.gdb.run(
        ["-nx", "-batch", "-x", try folder.write(commands, to: "commands"), elf])
      gdb = result.text + result.errors
      #expect(done.wait(timeout: .now() + 60) == .success)
      tool = (status.value, output.text)
    }

    final class LockedStatus: @unchecked Sendable { var value: Int32 = -1 }
  }

  static func path(_ file: String) -> String { repository.appendingPathComponent(file).path }

  /// The end of a learning run that nobody debugs.
  static func unobserved(samples: Int) throws -> (hash: String, instructions: UInt64) {
    let image = try Assembler.assemble(files: [path("firmware/eventprop.s")]).image
    var options = TrainingOptions()
    options.session.hiddenCount = 30
    options.session.parameters = [.init("spike_slots", 1), .init("push_activity", 19661)]
    var session = try LearningSession(
      LearningProgram(image, name: "eventprop.s"), options.sessionConfiguration)
    try session.start()
    for sample in TrainingRun.firstSamples(samples, options) { _ = try session.present(sample) }
    return (session.chip.stateHash, session.chip.instructionCount(.top))
  }

  @Test("gdb debugs the learning program by source lines, there and back, and changes nothing")
  func learningProgram() throws {
    let folder = try TemporaryFolder()
    let elf = folder.path("eventprop.elf")
    let source = try String(contentsOfFile: Self.path("firmware/lib/learner.inc"), encoding: .utf8)
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.contains("call ") && $0.contains("decide") }) + 1
    let session = try Session(
      [
        Self.path("firmware/eventprop.s"), "--samples", "2", "--hidden", "30", "--set",
        "push_activity=19661", "--elf", elf,
      ], elf: elf,
      script: """
        break learner.inc:\(line)
        continue
        info line *$pc
        print $vl > 0
        print $v8.s[1] == *(short*)($s0+2)
        print sizeof($v8.s)
        monitor events 1
        watch *(int*)&spike_times
        continue
        print/x $pc
        stepi
        reverse-stepi
        print/x $pc
        reverse-continue
        print/x $pc
        reverse-continue
        info line *$pc
        delete
        stepi 3
        reverse-stepi 3
        info line *$pc
        continue
        """)
    let text = session.gdb
    #expect(text.contains("Breakpoint 1, "), "\(text)")
    let here = "Line \(line) of \""
    #expect(text.components(separatedBy: here).count == 4, "\(text)")
    #expect(text.contains("$1 = 1\n$2 = 1\n$3 = 128\n"), "\(text)")
    #expect(text.contains("end (label 0x700)"))
    #expect(text.contains("Hardware watchpoint 2: *(int*)&spike_times"))
    let changes = text.matches(of: /Old value = (-?\d+)\nNew value = (-?\d+)/)
    try #require(changes.count == 2, "\(text)")
    // Forwards and backwards over the same store.
    #expect(changes[0].1 == changes[1].2 && changes[0].2 == changes[1].1)
    let places = text.matches(of: /\$[456] = 0x([0-9a-f]+)/).compactMap { Int($0.1, radix: 16) }
    try #require(places.count == 3, "\(text)")
    #expect(places[0] == places[1] && places[2] == places[0] - 4)
    #expect(text.contains("[Inferior 1 (Remote target) exited normally]"), "\(text)")
    let expected = try Self.unobserved(samples: 2)
    #expect(session.tool.output.contains("stopped       all 2 samples are through\n"))
    #expect(session.tool.output.contains("instructions  \(expected.instructions)\n"))
    #expect(session.tool.output.hasSuffix("state         \(expected.hash)\n"))
    #expect(session.tool.status == 0)
  }

  @Test("gdb debugs a bare program: calls, lanes, memory, the program's output and exit code")
  func bareProgram() throws {
    let folder = try TemporaryFolder()
    let program = try folder.write(
      """
        .globl _start
      _start:
        li sp, 0x8000
        li s0, 3
      loop:
        call step
        addi s0, s0, -1
        bnez s0, loop
        li a7, 64
        la a1, text
        li a2, 6
        ecall
        li a7, 93
        li a0, 5
        ecall
        .type step, @function
      step:
        vsetivli zero, 4, e16, m1, ta, ma
        vmv.v.x v3, s0
        la t0, lanes
        vse16.v v3, (t0)
        ret
        .data
      text: .ascii "hello\\n"
        .balign 4
      lanes: .zero 8
      """, to: "bare.s")
    let elf = folder.path("bare.elf")
    let session = try Session(
      ["--bare", program, "--elf", elf], elf: elf,
      script: """
        break step
        continue
        next
        next
        print $v3.s[3]
        set $v3.s[3] = 77
        next
        next
        print *(short*)((char*)&lanes + 6)
        finish
        backtrace
        delete
        awatch *(int*)&lanes
        continue
        info registers s0 pc
        delete
        continue
        """)
    let text = session.gdb
    #expect(text.contains("Breakpoint 1, step () at"), "\(text)")
    #expect(text.contains("$1 = 3\n"), "\(text)")
    #expect(text.contains("$2 = 77\n"), "\(text)")
    #expect(text.contains("#0  loop () at"), "\(text)")
    #expect(text.contains("Hardware access (read/write) watchpoint 2"), "\(text)")
    #expect(text.contains("s0             0x2"), "\(text)")
    #expect(text.contains("hello\n"), "\(text)")
    #expect(text.contains("exited with code 05]"), "\(text)")
    #expect(session.tool.output.hasPrefix("hello\nstopped       it ended with code 5\n"))
    #expect(session.tool.status == 3)
  }

  @Test("gdb that goes away, or detaches, leaves an orderly end")
  func leaving() throws {
    let folder = try TemporaryFolder()
    let source = "_start: li a0, 1000\n1: addi a0, a0, -1\n bnez a0, 1b\n li a7, 93\n ecall\n"
    let program = try folder.write(source, to: "loop.s")
    let elf = folder.path("loop.elf")
    let quit = try Session(["--bare", program, "--elf", elf], elf: elf, script: "stepi 10\nkill")
    #expect(quit.tool.output.contains("stopped       gdb has left\n"))
    #expect(quit.tool.output.contains("instructions  10\n"), "\(quit.gdb)")
    let detached = try Session(
      ["--bare", program, "--elf", elf], elf: elf, script: "stepi 10\ndetach")
    #expect(detached.tool.output.hasPrefix("stopped       it ended with code 0\n"))
    #expect(quit.tool.status == 0 && detached.tool.status == 0)
  }
}
