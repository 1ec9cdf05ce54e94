import Debugging
import Foundation
import Testing

/// The gdb remote protocol without gdb: packets in, packets out.
@Suite struct RemoteTests {
  /// A stub on the counting program and what it has sent.
  final class Connection {
    let server: RemoteServer
    private var sent: [UInt8] = []
    private final class Box { var send: ([UInt8]) -> Void = { _ in } }

    init(_ source: String = Subject.counting, interrupts: Bool = false) throws {
      let box = Box()
      server = RemoteServer(try Subject.bare(source, interval: 5000)) {
        interrupts ? [0x03] : []
      } send: {
        box.send($0)
      }
      box.send = { [unowned self] in sent += $0 }
    }

    /// The contents of all packets that come back.
    func ask(_ packet: String) -> [String] { ask(bytes: PacketReader.framed(packet)) }

    func ask(bytes: [UInt8]) -> [String] {
      sent = []
      server.receive(bytes)
      var reader = PacketReader()
      reader.feed(sent)
      var answers: [String] = []
      while let item = reader.next() {
        if case .packet(let bytes) = item { answers.append(String(decoding: bytes, as: UTF8.self)) }
      }
      return answers
    }
  }

  @Test("Packets are cut out of a stream that comes in any pieces")
  func framing() {
    let stream = Array("+$m0,4#fd\u{3}-noise$X1,1:}\u{3}#a0$bad#00".utf8)
    let expected: [PacketReader.Item] = [
      .acknowledged, .packet(Array("m0,4".utf8)), .interrupt, .refused,
      .packet(Array("X1,1:#".utf8)), .damaged,
    ]
    for size in 1...stream.count {
      var reader = PacketReader()
      var items: [PacketReader.Item] = []
      for start in stride(from: 0, to: stream.count, by: size) {
        reader.feed(Array(stream[start..<min(start + size, stream.count)]))
        while let item = reader.next() { items.append(item) }
      }
      #expect(items == expected)
    }
    #expect(PacketReader.framed("a#") == Array("$a}\u{3}#e1".utf8))
  }

  @Test("Registers and memory are read and written, and what is not there is refused")
  func access() throws {
    let connection = try Connection()
    #expect(connection.ask("?") == ["T05thread:1;"])
    #expect(connection.ask("p20") == ["00000000"])
    #expect(connection.ask("Pa=78563412") == ["OK"])
    #expect(connection.ask("pa") == ["78563412"])
    #expect(connection.ask("P0=01000000") == ["OK"] && connection.ask("p0") == ["00000000"])
    let lanes = String(repeating: "0123456789abcdef", count: 16)
    #expect(connection.ask("P24=" + lanes) == ["OK"] && connection.ask("p24") == [lanes])
    let all = try #require(connection.ask("g").first)
    #expect(all.count == 2 * (33 * 4 + 32 * 128 + 23 * 4))
    // x0, x1, the stack pointer at the end of the memory, x3 to x9, x10.
    let zeros = String(repeating: "0", count: 56)
    #expect(all.hasPrefix("0000000000000000f0ff0000" + zeros + "78563412"))
    #expect(connection.ask("G" + all) == ["OK"] && connection.ask("g") == [all])
    #expect(connection.ask("M300,3:010203") == ["OK"])
    #expect(connection.ask("m2ff,5") == ["0001020300"])
    #expect(connection.ask(bytes: PacketReader.framed("X300,2:#$")) == ["OK"])
    #expect(connection.ask("m300,3") == ["232403"])
    #expect(connection.ask("mfffe,10") == ["0000"])
    #expect(connection.ask("m10000,4") == ["E14"] && connection.ask("M10000,1:00") == ["E14"])
    for bad in ["pzz", "p", "P1", "P1=0", "m", "m1", "m,", "M0,2:00", "G00", "Z0,1", "X0,1"] {
      #expect(connection.ask(bad) == ["E01"], "\(bad)")
    }
    for unknown in ["", "vMustReplyEmpty", "qTStatus", "b", "Z9,0,4", "Z", "!!"] {
      #expect(connection.ask(unknown) == [""], "\(unknown)")
    }
    #expect(connection.ask(bytes: Array("$g#00".utf8)) == [])
  }

  @Test("Breakpoints, watchpoints, steps in both directions, and the end")
  func motion() throws {
    let connection = try Connection()
    let debugger = connection.server.debugger
    let step = String(debugger.address("step"), radix: 16)
    let counter = String(debugger.address("counter"), radix: 16)
    #expect(connection.ask("Z0,\(step),4") == ["OK"])
    #expect(connection.ask("vCont;c") == ["T05thread:1;"])
    #expect(debugger.programCounter == debugger.address("step"))
    #expect(connection.ask("bs") == ["T05thread:1;"])
    #expect(debugger.programCounter == debugger.address("step") &- 24)
    #expect(connection.ask("s") == ["T05thread:1;"])
    #expect(connection.ask("z0,\(step),4") == ["OK"])
    #expect(connection.ask("Z2,\(counter),4") == ["OK"])
    // Before the store, as gdb expects it of RISC-V; it then steps over it.
    #expect(connection.ask("c") == ["T05thread:1;watch:\(counter);"])
    #expect(debugger.programCounter == debugger.address("step") + 24)
    #expect(try debugger.number("*counter") == 0)
    #expect(connection.ask("s") == ["T05thread:1;"])
    #expect(try debugger.number("*counter") == 3)
    // On the way back: after the store.
    #expect(connection.ask("bc") == ["T05thread:1;watch:\(counter);"])
    #expect(try debugger.number("*counter") == 3)
    #expect(connection.ask("bs") == ["T05thread:1;"])
    #expect(connection.ask("bc") == ["T05thread:1;replaylog:begin;"])
    #expect(connection.ask("z2,\(counter),4") == ["OK"])
    #expect(connection.ask("Z3,\(counter),4") == ["OK"])
    #expect(connection.ask("c") == ["T05thread:1;rwatch:\(counter);"])
    #expect(connection.ask("z3,\(counter),4") == ["OK"])
    #expect(connection.ask("c") == ["W00"])
    #expect(connection.server.ending == .programEnded)
  }

  @Test("A trap is a signal first, from which one can go back, and the end afterwards")
  func trap() throws {
    let connection = try Connection("_start: li a0, 1\n .word 0\n")
    let text = try #require(connection.ask("c").last)
    #expect(text == "T04thread:1;")
    #expect(connection.ask("bs") == ["T05thread:1;"])
    #expect(connection.ask("bs") == ["T05thread:1;"])
    #expect(connection.server.debugger.programCounter == 0)
    #expect(connection.ask("c").last == "T04thread:1;")
    #expect(connection.ask("c") == ["X04"] && connection.server.ending == .programEnded)
  }

  @Test("Control-C stops a program that runs; monitor commands answer in text")
  func interruption() throws {
    let connection = try Connection("_start: addi a0, a0, 1\n j _start\n", interrupts: true)
    #expect(connection.ask("c") == ["T02thread:1;"])
    func monitor(_ command: String) -> String {
      let hex = command.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      let answer = connection.ask("qRcmd,\(hex)").first ?? ""
      let digits = Array(answer)
      return String(
        decoding: stride(from: 0, to: digits.count - 1, by: 2).map {
          UInt8(String(digits[$0...($0 + 1)]), radix: 16) ?? 63
        }, as: UTF8.self)
    }
    #expect(monitor("time").hasPrefix("instruction "))
    #expect(monitor("help").contains("monitor catch EVENT"))
    #expect(monitor("step").contains("no monitor command 'step'"))
    #expect(monitor("state").count == 71)
    #expect(connection.ask("qRcmd,0") == ["E01"])
    #expect(connection.ask("D") == ["OK"] && connection.server.ending == .detached)
  }

  @Test("No bytes bring the stub down")
  func fuzz() throws {
    var random = Generator(state: 7)
    let seeds = [
      "g", "p20", "Pa=78563412", "m0,40", "M300,3:010203", "X300,2:ab", "Z0,10,4", "z0,10,4",
      "Z2,300,4", "Z4,300,4", "s", "c", "bs", "bc", "vCont;s", "qRcmd,68656c70", "?", "Hg0",
      "qXfer:features:read:target.xml:0,fff", "qSupported:a+;b-", "QStartNoAckMode",
      "qRcmd,7020763320653136", "G0011", "qXfer:features:read:target.xml:fffffff0,ffffffff",
    ]
    var connection = try Connection(interrupts: true)
    for round in 0..<600 {
      if connection.server.ending != nil || round % 150 == 0 {
        connection = try Connection(interrupts: true)
      }
      var packet = Array(seeds[Int(random.next() % UInt64(seeds.count))].utf8)
      for _ in 0..<(random.next() % 4) {
        let place = Int(random.next() % UInt64(packet.count + 1))
        let byte = UInt8(truncatingIfNeeded: random.next())
        switch random.next() % 3 {
        case 0: packet.insert(byte, at: place)
        case 1: if place < packet.count { packet[place] = byte }
        default: if place < packet.count { packet.remove(at: place) }
        }
      }
      let sum = packet.reduce(0) { $0 &+ $1 }
      let digits = String(sum, radix: 16)
      _ = connection.ask(
        bytes: [0x24] + packet + Array("#\(digits.count < 2 ? "0" : "")\(digits)".utf8))
    }
    #expect(connection.ask("?").count <= 1)
  }

  struct Generator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
  }
}
