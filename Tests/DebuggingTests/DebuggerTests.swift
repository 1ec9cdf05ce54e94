import Debugging
import TestSupport
import Testing

/// Stopping, stepping, and going back.
@Suite struct DebuggerTests {
  static func words(_ bytes: [UInt8]) -> [Int] {
    stride(from: 0, to: bytes.count, by: 2).map { Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8 }
  }

  /// Runs to the end and collects the positions of all stops on the way.
  static func stops(_ debugger: Debugger) -> [(position: Position, causes: [StopCause])] {
    var stops: [(Position, [StopCause])] = []
    while true {
      let causes = debugger.resume()
      if debugger.end != nil { return stops }
      stops.append((debugger.position, causes))
    }
  }

  @Test("Breakpoints, watchpoints on memory and registers, and vector stores stop the program")
  func stopPoints() throws {
    let debugger = try Subject.bare(Subject.counting)
    let step = debugger.breakAt("step")
    let counter = debugger.watch("counter")
    let lanes = debugger.watch("lanes", 8)
    let register = debugger.add(.register(.integer(8)), text: "s0")
    let stops = Self.stops(debugger)
    var expected: [Int] = [register]
    for _ in 0..<5 { expected += [step, counter, lanes, register] }
    #expect(stops.flatMap { $0.causes.compactMap(\.number) } == expected)
    let changes = stops.flatMap(\.causes).compactMap { cause -> [Int]? in
      guard case .changed(lanes, let old, let new, let writer) = cause else { return nil }
      #expect(debugger.program.image.description(of: writer) == "leaf+0x10")
      return Self.words(old) + Self.words(new)
    }
    #expect(
      changes
        == (0..<5).map { k in
          [Int](repeating: 3 * k, count: 4) + [Int](repeating: 3 * k + 3, count: 4)
        })
    #expect(debugger.stopPoints.map(\.hitCount) == [5, 5, 5, 6])
  }

  @Test("Watchpoints for reads see scalar and vector loads of any pattern, and no others")
  func accesses() throws {
    let debugger = try Subject.bare(
      """
      _start: la t0, data
              lw a0, 0(t0)
      yes1:   lw a0, 4(t0)
              lb a0, 3(t0)
      yes2:   lbu a0, 6(t0)
              vsetivli zero, 8, e8, m1, ta, ma
      yes3:   vle8.v v1, (t0)
              vid.v v2
              vmseq.vi v0, v2, 3
              vle8.v v1, (t0), v0.t
              vmseq.vi v0, v2, 5
      yes4:   vle8.v v1, (t0), v0.t
              li t1, 9
              vlse8.v v1, (t0), t1
              li t1, 2
      yes5:   vlse8.v v1, (t0), t1
              vadd.vi v2, v2, 8
              vluxei8.v v1, (t0), v2
              vadd.vi v2, v2, -2
      yes6:   vluxei8.v v1, (t0), v2
      yes7:   vl1re8.v v1, (t0)
              vlm.v v1, (t0)
              sw a0, 4(t0)
              ebreak
              .data
              .balign 4
      data:   .zero 128
      """)
    let place = debugger.address("data") + 4
    debugger.add(.memory(MemoryRange(address: place, byteCount: 4), .read), text: "data+4")
    let seen = Self.stops(debugger).flatMap(\.causes).compactMap { cause -> String? in
      guard case .accessed(_, false, let pc) = cause else { return nil }
      return debugger.program.image.description(of: pc)
    }
    #expect(seen == (1...7).map { "yes\($0)" })
    debugger.restart()
    _ = debugger.changeStopPoint(1) { $0.isEnabled = false }
    debugger.add(.memory(MemoryRange(address: place, byteCount: 4), .access), text: "data+4")
    let all = Self.stops(debugger).flatMap(\.causes)
    #expect(all.count == 8)
    #expect(all.last == .accessed(number: 2, isWrite: true, place: debugger.address("yes7") + 8))
  }

  @Test("Steps by line enter calls, pass over them, and leave functions")
  func steps() throws {
    let debugger = try Subject.bare(Subject.counting)
    func line() -> Int { debugger.program.lines.location(of: debugger.programCounter)?.line ?? 0 }
    _ = debugger.stepLine(entersCalls: true)
    _ = debugger.stepLine(entersCalls: true)
    #expect(line() == 3)
    _ = debugger.stepLine(entersCalls: true)
    #expect(line() == 9)
    #expect(
      debugger.backtrace().map { debugger.program.functionName($0.function ?? 0) }
        == ["step", "_start"])
    for _ in 0..<6 { _ = debugger.stepLine(entersCalls: false) }
    #expect(line() == 15)
    _ = debugger.stepLine(entersCalls: true)
    #expect(line() == 19)
    let frames = debugger.backtrace()
    #expect(
      frames.map { debugger.program.functionName($0.function ?? 0) }
        == ["leaf", "step", "_start"])
    #expect(frames.map(\.stackPointer) == [0x3ef0, 0x3ef0, 0x3f00])
    #expect(debugger.finish() == [.done])
    #expect(line() == 16)
    _ = debugger.stepInstructions(2)
    #expect(line() == 18)
    #expect(debugger.backtrace().count == 2)
    #expect(debugger.finish() == [.done])
    #expect(line() == 4)
    #expect(debugger.finish() == nil)
    _ = debugger.stepLine(entersCalls: false)
    _ = debugger.stepLine(entersCalls: false)
    #expect(line() == 3)
    _ = debugger.stepLine(entersCalls: false)
    #expect(line() == 4)
  }

  @Test("Steps back retrace every instruction, in every way of stepping")
  func stepsBack() throws {
    let debugger = try Subject.bare(Subject.counting)
    var trail: [(pc: UInt32, hash: String)] = []
    while debugger.end == nil {
      trail.append((debugger.programCounter, debugger.execution.stateHash))
      _ = debugger.stepInstructions()
    }
    // The last one is the instruction that ends the program.
    for (pc, hash) in trail.reversed() {
      #expect(debugger.stepInstructionsBackwards() == [.done])
      #expect(debugger.programCounter == pc && debugger.end == nil)
      #expect(debugger.execution.stateHash == hash)
    }
    #expect(debugger.stepInstructionsBackwards() == [.beginning])
    #expect(debugger.stepInstructions(trail.count) != [.done])
    #expect(debugger.stepInstructionsBackwards(trail.count) == [.done])
    #expect(debugger.instructionCount == 0)
  }

  @Test("Lines back: over calls, into them, and out of them")
  func linesBack() throws {
    let debugger = try Subject.bare(Subject.counting)
    func line() -> Int { debugger.program.lines.location(of: debugger.programCounter)?.line ?? 0 }
    let end = debugger.add(.breakpoint(debugger.address("step") &- 12), text: "li a7")
    #expect(debugger.resume() == [.breakpoint(number: end)])
    #expect(line() == 6)
    var lines: [Int] = []
    for _ in 0..<5 {
      _ = debugger.stepLineBackwards(skipsCalls: true)
      lines.append(line())
    }
    #expect(lines == [5, 4, 3, 5, 4])
    _ = debugger.stepLineBackwards(skipsCalls: false)
    #expect(line() == 18)
    lines = []
    for _ in 0..<5 {
      _ = debugger.stepLineBackwards(skipsCalls: false)
      lines.append(line())
    }
    #expect(lines == [17, 16, 23, 22, 21])
    // In the middle of `la`, which is two instructions.
    _ = debugger.stepInstructions()
    #expect(line() == 21)
    _ = debugger.stepLineBackwards(skipsCalls: true)
    #expect(debugger.programCounter == debugger.address("leaf") + 8)
    #expect(debugger.finishBackwards() == [.done])
    #expect(line() == 15)
    #expect(debugger.finishBackwards() == [.done])
    #expect(line() == 3)
    #expect(debugger.finishBackwards() == [.beginning])
    #expect(debugger.instructionCount == 0)
  }

  @Test("Going back stops exactly at the hits that the way forwards had, and changes nothing")
  func resumesBack() throws {
    for debugger in [try Subject.bare(Subject.counting), try Subject.session()] {
      let isLearning = debugger.program.name == "eventprop.s"
      if isLearning {
        _ = debugger.breakAt("decide")
        _ = debugger.watch("spike_times", 64)
        for text in ["hidden[3]", "end", "teacher", "input[2]"] {
          debugger.add(.event(try #require(EventPattern(text))), text: text)
        }
      } else {
        _ = debugger.breakAt("step")
        _ = debugger.watch("counter")
        debugger.add(.register(.vector(3)), text: "v3")
      }
      let forwards = Self.stops(debugger)
      #expect(forwards.count >= 15)
      let hash = debugger.execution.stateHash
      for stop in forwards.suffix(isLearning ? 5 : 15).reversed() {
        #expect(debugger.resumeBackwards() == stop.causes)
        #expect(debugger.position == stop.position)
      }
      if isLearning { debugger.restart() }
      #expect(debugger.resumeBackwards() == [.beginning])
      #expect(debugger.instructionCount == 0)
      let again = Self.stops(debugger)
      #expect(again.map(\.position) == forwards.map(\.position))
      #expect(again.map(\.causes) == forwards.map(\.causes))
      #expect(debugger.execution.stateHash == hash)
      if isLearning { #expect(try ExecutionTests.unobserved().hash == hash) }
    }
  }

  @Test("Checkpoints are dense near the present and few altogether")
  func history() throws {
    let debugger = try Subject.bare(
      "_start: li a0, 30000\nloop: addi a0, a0, -1\n bnez a0, loop\n ebreak\n")
    _ = debugger.resume()
    let cycles = debugger.checkpointCycles
    #expect(cycles.first == 0 && cycles.count < 40)
    let present = debugger.position.cycle
    let gaps = zip(cycles, cycles.dropFirst()).map { $1 - $0 }
    #expect(gaps.suffix(2).allSatisfy { $0 < 600 })
    for (cycle, gap) in zip(cycles.dropFirst(), gaps) {
      #expect(gap <= max(600, (present - cycle) / 4 + 600))
    }
  }

  @Test("An edit begins a new history")
  func edits() throws {
    let debugger = try Subject.bare(Subject.counting)
    _ = debugger.breakAt("step")
    _ = debugger.resume()
    _ = debugger.resume()
    let count = debugger.instructionCount
    #expect(debugger.write([9, 0, 0, 0], to: .integer(8)))
    #expect(debugger.write([100], at: debugger.address("counter")))
    _ = debugger.resume()
    #expect(try debugger.number("*counter") == 103)
    #expect(try debugger.number("s0") == 8)
    #expect(debugger.resumeBackwards() == [.breakpoint(number: 1)])
    #expect(debugger.instructionCount == count)
    #expect(debugger.resumeBackwards() == [.beginning])
    #expect(debugger.instructionCount == count)
    #expect(try debugger.number("s0") == 9)
    #expect(try debugger.number("*counter") == 100)
    debugger.restart()
    #expect(debugger.instructionCount == 0)
    #expect(try debugger.number("*counter") == 0)
    #expect(!debugger.write([1], at: 0xFFFF_0000))
    #expect(!debugger.write([1, 0, 0, 0], to: .programCounter))
  }

  @Test("Conditions hold the program only where they are met")
  func conditions() throws {
    let debugger = try Subject.bare(Subject.counting)
    debugger.add(
      .breakpoint(debugger.address("step")), text: "step", condition: "s0 < 3 && 1")
    _ = debugger.removeStopPoint(1)
    debugger.add(.breakpoint(debugger.address("step")), text: "step", condition: "s0 < 3")
    #expect(debugger.resume() == [.breakpoint(number: 2)])
    #expect(try debugger.number("s0") == 2)
    #expect(debugger.stopPoints[0].hitCount == 1)
  }
}
