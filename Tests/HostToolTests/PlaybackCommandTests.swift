import ChipGeometry
import Foundation
import SpikeTrace
import TestSupport
import Testing

@Suite struct PlaybackCommandTests {
  /// Counts what it is sent, and says at `ready` when it has begun.
  static let program = """
      .include "chip.inc"
      .globl _start
    _start:
      li t0, 1
      la t1, ready
      sw t0, 0(t1)
    1: wfi
      j 1b
      .data
    ready: .word 0
    limit: .word 5

    """

  static let chip = """
    {"format": "ranvier-chip-1", "fabric": {"link_interval": 0.8, "link_queue_depth": 1},
     "crossbar": [{"from": "link-1", "to": "link-1"}, {"from": "link-0", "to": "link-0"}]}
    """

  @Test("Accesses, symbols, events and what comes back by the links")
  func session() throws {
    let folder = try TemporaryFolder()
    let program = try folder.write(Self.program, to: "program.s")
    let chip = try folder.write(Self.chip, to: "chip.json")
    let file = try folder.write(
      """
      # a comment
      poll top ready value 1 within 10us
      read top limit as limit   # a symbol
      write top limit+0 0xFFFFFFFE
      read top limit half
      write bottom SYNAPSE_WEIGHTS+257 63 byte
      read bottom SYNAPSE_WEIGHTS+257 byte as weight
      at 20us
      spike 0x4003
      spike 0x4004
      spike 0x4005
      spike 0x0006
      wait 5us
      read top TIMER.TIME
      read top COUNTER+1172
      """, to: "a.playback")
    let received = folder.path("received.spikes")
    let all = folder.path("all.spikes")
    let run = Tool(
      "playback", file, "--chip", chip, "--top", program, "-I",
      repository.appendingPathComponent("firmware").path, "--received", received, "--record", all)
    #expect(run.status == 0 && run.errors == "", "\(run.errors)")
    let lines = run.output.split(separator: "\n").map {
      $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
    #expect(
      lines == [
        "1.000 us top ready 1 0x1", "1.008 us limit 5 0x5", "1.024 us top limit 65534 0xfffe",
        "1.040 us weight 63 0x3f", "25.032 us top TIMER.TIME 3129 0xc39",
        "25.040 us top COUNTER+1172 2 0x2",
      ], "\(run.output)")
    func events(_ path: String) throws -> [[UInt64]] {
      let reader = try TraceReader(path: path)
      var events: [[UInt64]] = []
      while let event = try reader.next() {
        events.append([event.tick, UInt64(event.label.rawValue)])
      }
      return events
    }
    // Three at 2500, 2501, 2502: the second waits, the third finds it waiting; out as they came in.
    #expect(try events(received) == [[2500, 0x4003], [2503, 6], [2600, 0x4004]])
    #expect(try events(all) == [[2500, 0x4003], [2503, 6], [2600, 0x4004]])
    let json = Tool(
      "playback", file, "--chip", chip, "--top", program, "-I",
      repository.appendingPathComponent("firmware").path, "--json")
    #expect(json.output.contains("\"events_lost_by_links\": 1"))
    #expect(
      json.output.contains("\"name\": \"weight\"") && json.output.contains("\"failed\": null"))
  }

  @Test(
    "What cannot be read is said with line and column",
    arguments: [
      ("spik 3", "1:1: unknown instruction 'spik'"),
      ("wait 5", "1:6: '5' is no time with a unit, such as 10us, 2ms or 500ticks"),
      ("\n  spike 65536", "2:9: '65536' is not a label of 16 bits"),
      ("read left 0", "1:6: 'left' is neither top nor bottom"),
      ("read top NOWHERE", "1:10: 'NOWHERE' is no address"),
      ("read top COUNTER+2", "1:10: 0x20030002 is not a multiple of 4"),
      ("read top 0xFFFFFFFF+1", "1:10: '0xFFFFFFFF+1' is no address"),
      ("write top 0", "1:11: a value of 32 bits is missing at the end of the line"),
      ("write top 0 5000000000", "1:13: '5000000000' is not a value of 32 bits"),
      ("poll top 0 value 1", "1:18: expected 'within', found the end of the line"),
      ("wait 5us 6us", "1:10: '6us' is too much here"),
      ("read top 0x70000000", "1: the bus has nothing there"),
    ])
  func errors(text: String, message: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(text, to: "a.playback")
    let out = folder.path("out.spikes")
    let run = Tool("playback", file, "--record", out)
    #expect(run.status == 2 && run.errors.contains(file + ":" + message), "\(run.errors)")
  }

  @Test("A poll in vain is a failed check, and what came before is printed")
  func timeout() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      "read top TIMER.TIME\npoll top SHARED mask 3 value 2 within 4us\n", to: "a.playback")
    let run = Tool("playback", file)
    #expect(run.status == 1 && run.output.contains("TIMER.TIME"))
    #expect(
      run.errors == "\(file):2: the value did not come in time; the last was 0, 0x0\n",
      "\(run.errors)")
    let json = Tool("playback", file, "--json")
    #expect(json.status == 1 && json.output.contains("\"line\": 2"))
  }

  @Test("A program that traps or ends badly ends the playback")
  func trap() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("wait 1ms\n", to: "a.playback")
    let trapping = try folder.write("_start:\n  lw a0, 1(zero)\n", to: "trap.s")
    let run = Tool("playback", file, "--bottom", trapping)
    #expect(run.status == 3 && run.errors.contains("trapped"), "\(run.errors)")
    let bad = try folder.write("_start:\n  li a0, 4\n  li a7, 93\n  ecall\n", to: "bad.s")
    let end = Tool("playback", file, "--top", bad)
    #expect(end.status == 3 && end.errors.contains("exits with code 4"), "\(end.errors)")
  }

  @Test("Mutated programs are refused with a place or carried out")
  func fuzz() throws {
    let folder = try TemporaryFolder()
    let valid = Array(
      """
      poll top SHARED+4 mask 3 value 0 within 10us
      write top COUNTER+4 7 word
      read bottom SYNAPSE_LABELS+3 byte as label
      at 20us
      spike 0x4003
      wait 5us
      """.utf8)
    var random = RandomStream(seed: 5, name: "mutations")
    for _ in 0..<300 {
      var bytes = valid
      for _ in 0...Int(random.next(below: 3)) {
        let place = Int(random.next(below: UInt64(bytes.count)))
        switch random.next(below: 3) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8(random.next(below: 256))
        default: bytes.insert(bytes[Int(random.next(below: UInt64(bytes.count)))], at: place)
        }
      }
      let file = folder.path("mutated.playback")
      try Data(bytes).write(to: URL(fileURLWithPath: file))
      let run = Tool("playback", file)
      #expect(run.status != 3, "\(String(decoding: bytes, as: UTF8.self))")
      if run.status == 2 { #expect(run.errors.contains(file), "\(run.errors)") }
    }
  }
}
