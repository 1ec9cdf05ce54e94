import ChipGeometry

/// The records of an `EVTS` chunk.
///
/// A record is a variable-length number n (seven bits a byte, low ones first, the top bit says that
/// more follow), a 16-bit label and, if n is odd, 16-bit flags. n / 2 is the tick's difference from
/// the record before. Without flags, those of the record before hold; the first starts from 0.
enum EventRecords {
  struct Failure: Error {
    /// From the start of the body.
    var offset: Int
    var found: String
    var expected: String
  }

  static func encode(
    _ event: SpikeEvent, after previous: SpikeEvent, into bytes: inout [UInt8]
  ) {
    let hasFlags = event.flags.rawValue != previous.flags.rawValue
    var number = (event.tick - previous.tick) << 1 | (hasFlags ? 1 : 0)
    while number >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: number) | 0x80)
      number >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: number))
    bytes.append(UInt8(truncatingIfNeeded: event.label.rawValue))
    bytes.append(UInt8(truncatingIfNeeded: event.label.rawValue >> 8))
    if hasFlags {
      bytes.append(UInt8(truncatingIfNeeded: event.flags.rawValue))
      bytes.append(UInt8(truncatingIfNeeded: event.flags.rawValue >> 8))
    }
  }

  /// Appends `count` events, whose records must fill `body` after its header exactly.
  static func decode(
    _ body: Span<UInt8>, count: Int, from first: UInt64, into events: inout [SpikeEvent]
  ) throws(Failure) {
    let raw = unsafe body.bytes
    var offset = BinaryLayout.eventHeaderByteCount
    var tick = first
    var flags: UInt16 = 0
    for _ in 0..<count {
      let start = offset
      var difference: UInt64
      var hasFlags: Bool
      if body.count - offset >= 8 {
        // Eight bytes are there, enough for a difference of up to three bytes with all that follows
        // one of up to three.
        let word = UInt64(
          littleEndian: unsafe raw.unsafeLoadUnaligned(
            fromUncheckedByteOffset: offset, as: UInt64.self))
        if word & 0x80 == 0 {
          (difference, hasFlags) = (word >> 1 & 0x3F, word & 1 != 0)
          offset += 1
          take(word >> 8, hasFlags, &offset, &flags, difference, &tick, &events)
          if tick < TraceLimits.ticks { continue }
        } else if word & 0x8000 == 0 {
          (difference, hasFlags) = ((word & 0x7F | word >> 1 & 0x3F80) >> 1, word & 1 != 0)
          offset += 2
          take(word >> 16, hasFlags, &offset, &flags, difference, &tick, &events)
          if tick < TraceLimits.ticks { continue }
        }
        if offset != start { throw beyond(tick, start) }
      }
      (difference, hasFlags) = try number(body, &offset)
      let byteCount = hasFlags ? 4 : 2
      guard body.count - offset >= byteCount else { throw cut(offset) }
      var word = UInt64(body.littleEndian(offset, as: UInt16.self))
      if hasFlags { word |= UInt64(body.littleEndian(offset + 2, as: UInt16.self)) << 16 }
      guard difference < TraceLimits.ticks - tick else { throw beyond(tick &+ difference, start) }
      take(word, hasFlags, &offset, &flags, difference, &tick, &events)
    }
    guard offset == body.count else {
      throw Failure(
        offset: offset, found: "\(body.count - offset) more bytes",
        expected: "the end of the chunk after \(count) events")
    }
  }

  /// Takes label and flags from the low bits of `word`.
  @inline(__always)
  private static func take(
    _ word: UInt64, _ hasFlags: Bool, _ offset: inout Int, _ flags: inout UInt16,
    _ difference: UInt64, _ tick: inout UInt64, _ events: inout [SpikeEvent]
  ) {
    tick &+= difference
    if hasFlags { flags = UInt16(truncatingIfNeeded: word >> 16) }
    offset += hasFlags ? 4 : 2
    events.append(
      SpikeEvent(
        tick: tick, label: EventLabel(UInt16(truncatingIfNeeded: word)),
        flags: SpikeEvent.Flags(rawValue: flags)))
  }

  private static func number(
    _ body: Span<UInt8>, _ offset: inout Int
  ) throws(Failure) -> (difference: UInt64, hasFlags: Bool) {
    let start = offset
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard offset < body.count else { throw cut(offset) }
      let byte = body.littleEndian(offset, as: UInt8.self)
      offset += 1
      guard shift < 63 || byte <= 1 else {
        throw Failure(
          offset: start, found: "a variable-length number of more than 64 bits",
          expected: "at most 64 bits in 10 bytes")
      }
      value |= UInt64(byte & 0x7F) << shift
      shift += 7
      if byte & 0x80 == 0 { return (value >> 1, value & 1 != 0) }
    }
  }

  private static func beyond(_ tick: UInt64, _ offset: Int) -> Failure {
    Failure(offset: offset, found: "a tick of 2^63 or more", expected: "ticks below 2^63")
  }

  private static func cut(_ offset: Int) -> Failure {
    Failure(offset: offset, found: "the end of the chunk", expected: "an event")
  }
}
