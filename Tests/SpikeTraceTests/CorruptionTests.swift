import ChipGeometry
import Foundation
import SpikeTrace
import TestSupport
import Testing

/// Damaged files are found, and never do harm.
@Suite struct CorruptionTests {
  static let trace: Trace = {
    var header = SpikeTraceHeader(toolVersion: "0.1.0")
    header.parameters = [.init("p", -5)]
    header.arrays = [.init("w", shape: [2, 2], values: [1, 2, 3, 4])]
    header.sourceNames = [.init(label: 5, name: "five")]
    return Trace(
      header: header,
      events: Samples.events(samples: 2)
        + Samples.oddEvents(count: 20, seed: 5).map {
          Samples.event($0.tick + 30_000, $0.label.rawValue, $0.flags)
        })
  }()

  static func read(_ bytes: [UInt8]) throws -> Trace { try Trace(bytes: bytes, name: "f") }

  @Test("Every truncation is found", arguments: RoundTripTests.forms)
  func truncated(form: TraceForm) throws {
    let bytes = try Self.trace.bytes(form: form)
    for count in 0..<bytes.count {
      let error = #expect(throws: TraceError.self) { try Self.read(Array(bytes.prefix(count))) }
      let isEmpty = form == .text && count == 0
      #expect(error?.kind == .truncated || isEmpty, "\(count): \(String(describing: error))")
    }
  }

  @Test("Every changed bit of a binary trace is found")
  func flipped() throws {
    let bytes = try Self.trace.bytes(form: .binary)
    for index in bytes.indices {
      for bit in index % 8..<index % 8 + 1 {
        var changed = bytes
        changed[index] ^= 1 << UInt8(bit)
        #expect(throws: TraceError.self, "byte \(index)") { try Self.read(changed) }
      }
    }
  }

  @Test("Lost, doubled and swapped chunks and added bytes are found")
  func chunks() throws {
    let long = Trace(header: Self.trace.header, events: Samples.events(samples: 220))
    let bytes = try long.bytes(form: .binary)
    let chunks = BinaryFile.chunks(bytes)
    #expect(chunks.count == 6)
    for index in chunks.indices {
      for change in 0..<2 {
        var changed = chunks
        if change == 0 {
          changed.remove(at: index)
        } else {
          changed.insert(chunks[index], at: index)
        }
        #expect(throws: TraceError.self) { try Self.read(BinaryFile.bytes(changed)) }
      }
    }
    var swapped = chunks
    swapped.swapAt(1, 2)
    #expect(throws: TraceError.self) { try Self.read(BinaryFile.bytes(swapped)) }
    let error = #expect(throws: TraceError.self) { try Self.read(bytes + [0]) }
    #expect(
      error?.description
        == "f: byte \(bytes.count): found more bytes, expected nothing after the end")
  }

  @Test("An end that says something else than its file is refused")
  func wrongEnd() throws {
    var chunks = BinaryFile.chunks(try Self.trace.bytes(form: .binary))
    let end = try #require(chunks.last?.body)
    let place = try Self.trace.bytes(form: .binary).count - 20
    for (index, found) in [(0, "events"), (8, "chunks"), (12, "total check")] {
      chunks[2] = BinaryFile.Chunk(type: "DONE", body: end)
      chunks[2].body[index] ^= 1
      let error = #expect(throws: TraceError.self) { try Self.read(BinaryFile.bytes(chunks)) }
      #expect(error?.kind == .corrupted && error?.found.contains(found) == true)
      #expect(error?.position == .byte(UInt64(place + index)))
    }
  }

  @Test("A chunk that begins before the one before ends is refused")
  func backwards() throws {
    var chunks = BinaryFile.chunks(try Self.trace.bytes(form: .binary))
    let last = try #require(Self.trace.events.last).tick
    chunks.insert(chunks[1], at: 2)
    chunks[2].body = [1, 0, 0, 0] + Self.tick(last - 1) + [8, 1, 0]
    let error = #expect(throws: TraceError.self) { try Self.read(BinaryFile.signed(chunks)) }
    #expect(error?.kind == .timeRunsBackwards && error?.found == "tick \(last - 1)")
    #expect(error?.expected == "at least \(last), below 2^63")
  }

  @Test("A chunk with a lower-case first letter is skipped, another unknown one refused")
  func unknownChunks() throws {
    var chunks = BinaryFile.chunks(try Self.trace.bytes(form: .binary))
    chunks.insert(BinaryFile.Chunk(type: "note", body: Array("hello".utf8)), at: 1)
    #expect(try Self.read(BinaryFile.signed(chunks)) == Self.trace)
    chunks[1].type = "NOTE"
    let error = #expect(throws: TraceError.self) { try Self.read(BinaryFile.signed(chunks)) }
    #expect(error?.kind == .unsupported)
  }

  @Test(
    "Wrong contents with right checks are refused with their place",
    arguments: [
      (
        [0, 0, 0, 0] + tick(0),
        "found 0 events in 0 bytes, expected at least one event, at least 3 bytes for each", 0
      ),
      (
        [2, 0, 0, 0] + tick(0) + [0, 1, 0],
        "found 2 events in 3 bytes, expected at least one event, at least 3 bytes for each", 0
      ),
      (
        [1, 0, 0, 0] + tick(1 << 63) + [0, 1, 0],
        "found tick 9223372036854775808, expected at least 0, below 2^63", 4
      ),
      (
        [1, 0, 0, 0] + tick(1 << 63 - 1) + [2, 1, 0],
        "found a tick of 2^63 or more, expected ticks below 2^63", 12
      ),
      (
        [1, 0, 0, 0] + tick(1 << 63 - 1) + [0x7E, 1, 0, 0, 0, 0, 0, 0],
        "found a tick of 2^63 or more, expected ticks below 2^63", 12
      ),
      (
        [1, 0, 0, 0] + tick(0) + [0, 1, 0, 9],
        "found 1 more bytes, expected the end of the chunk after 1 events", 15
      ),
      ([1, 0, 0, 0] + tick(0) + [1, 1, 0], "found the end of the chunk, expected an event", 13),
      (
        [1, 0, 0, 0] + tick(0) + [0x80, 0x80, 0x80],
        "found the end of the chunk, expected an event", 15
      ),
      (
        [1, 0, 0, 0] + tick(0) + [UInt8](repeating: 0xFF, count: 9) + [2, 0, 0],
        "found a variable-length number of more than 64 bits, expected at most 64 bits in 10 bytes",
        12
      ),
      ([1, 0, 0], "found 3 bytes, expected at least 12", 0),
    ])
  func records(body: [UInt8], message: String, offset: Int) throws {
    var chunks = BinaryFile.chunks(try Self.trace.bytes(form: .binary))
    chunks[1].body = body
    let place = 12 + chunks[0].body.count + 12 + 8 + offset
    let error = #expect(throws: TraceError.self) { try Self.read(BinaryFile.signed(chunks)) }
    #expect(error?.description == "f: byte \(place): \(message)")
  }

  static func tick(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  @Test("A wrong header in a binary trace is named by line and column")
  func binaryHeader() throws {
    var chunks = BinaryFile.chunks(try Self.trace.bytes(form: .binary))
    chunks[0].body = Array("ranvier trace 1\nchip_seed: x\n".utf8)
    let error = #expect(throws: TraceError.self) { try Self.read(BinaryFile.signed(chunks)) }
    #expect(
      error?.description
        == "f: byte 20, header line 2, column 12: found \"x\", expected a decimal number below 2^64"
    )
  }

  @Test("Claims of size are not believed")
  func claims() throws {
    var bytes = Array(try Self.trace.bytes(form: .binary).prefix(12))
    bytes += Array("HEAD".utf8) + [0, 0, 0, 2]
    #expect(
      ErrorTests.message(bytes)
        == "f: byte 16: found a chunk of 33554432 bytes, expected at most 16777216")
    bytes.replaceSubrange(12..., with: Array("HEAD".utf8) + [0, 0, 0, 1])
    #expect(
      ErrorTests.message(bytes)
        == "f: byte 20: found the end of the file, expected 16777216 bytes of chunk \"HEAD\" and its check"
    )
  }

  /// Seeds of failures can be replayed: the message names the mutation's number.
  @Test(
    "Mutated files are read or refused, never worse", arguments: [TraceForm.text, .binary],
    [false, true])
  func mutated(form: TraceForm, isSigned: Bool) throws {
    let original = try Self.trace.bytes(form: form)
    var random = RandomStream(seed: 9, name: "mutations")
    for _ in 0..<250 {
      var bytes = original
      for _ in 0...random.next() % 4 { Self.mutate(&bytes, &random) }
      // With right checks, mutations get past the first line of defence.
      if isSigned && form == .binary {
        var chunks = BinaryFile.chunks(original)
        let index = Int(random.next() % 3)
        Self.mutate(&chunks[index].body, &random)
        bytes = BinaryFile.signed(chunks)
      }
      do {
        let trace = try Self.read(bytes)
        #expect(trace.events.count <= bytes.count)
        #expect(zip(trace.events, trace.events.dropFirst()).allSatisfy { $0.tick <= $1.tick })
        // What is accepted can be written again.
        #expect(try Self.read(trace.bytes(form: form)) == trace)
      } catch let error as TraceError {
        #expect(error.position != .none, "\(error)")
      }
    }
  }

  static func mutate(_ bytes: inout [UInt8], _ random: inout RandomStream) {
    guard !bytes.isEmpty else { return }
    let index = Int(random.next() % UInt64(bytes.count))
    let other = Int(random.next() % UInt64(bytes.count))
    switch random.next() % 7 {
    case 0: bytes[index] ^= 1 << UInt8(random.next() % 8)
    case 1: bytes[index] = UInt8(truncatingIfNeeded: random.next())
    case 2: bytes.removeSubrange(min(index, other)..<max(index, other))
    case 3: bytes.insert(contentsOf: bytes[min(index, other)..<max(index, other)], at: index)
    case 4: bytes.removeLast(bytes.count - index)
    case 5: bytes.swapAt(index, other)
    default: bytes[index] = Array("0 9\n-x[]#+\u{7F}\\:".utf8).randomByte(&random)
    }
  }
}

extension [UInt8] {
  fileprivate func randomByte(_ random: inout RandomStream) -> UInt8 {
    self[Int(random.next() % UInt64(count))]
  }
}

/// The binary form taken apart, written from its description and not with the module's own code.
enum BinaryFile {
  struct Chunk {
    var type: String
    var body: [UInt8]
    var check: UInt32?
  }

  static func chunks(_ bytes: [UInt8]) -> [Chunk] {
    var rest = bytes.dropFirst(12)
    var chunks: [Chunk] = []
    while !rest.isEmpty {
      let type = String(decoding: rest.prefix(4), as: UTF8.self)
      let count = Int(number(rest.dropFirst(4)))
      let body = Array(rest.dropFirst(8).prefix(count))
      chunks.append(Chunk(type: type, body: body, check: number(rest.dropFirst(8 + count))))
      rest = rest.dropFirst(12 + count)
    }
    return chunks
  }

  /// The chunks with the checks that they have.
  static func bytes(_ chunks: [Chunk]) -> [UInt8] {
    let prefix: [UInt8] = [0x93, 0x52, 0x56, 0x54, 0x0D, 0x0A, 0x1A, 0x0A, 1, 0, 0, 0]
    return chunks.reduce(prefix) { bytes, chunk in
      let covered = Array(chunk.type.utf8) + little(UInt32(chunk.body.count)) + chunk.body
      return bytes + covered + little(chunk.check ?? crc32(covered))
    }
  }

  /// The chunks with right checks and a right end.
  static func signed(_ chunks: [Chunk]) -> [UInt8] {
    var signed = chunks
    var checks: [UInt8] = []
    for index in signed.indices {
      if signed[index].type == "DONE" && signed[index].body.count == 16 {
        signed[index].body.replaceSubrange(8..<12, with: little(UInt32(index)))
        signed[index].body.replaceSubrange(12..<16, with: little(crc32(checks)))
      }
      signed[index].check = nil
      let body = signed[index].body
      checks += little(
        crc32(Array(signed[index].type.utf8) + little(UInt32(body.count)) + body))
    }
    return bytes(signed)
  }

  /// Bit by bit, as in the standard.
  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var state: UInt32 = .max
    for byte in bytes {
      state ^= UInt32(byte)
      for _ in 0..<8 { state = state & 1 == 0 ? state >> 1 : state >> 1 ^ 0xEDB8_8320 }
    }
    return ~state
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func little(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
}
