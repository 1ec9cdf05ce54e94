/// What a ``BareMachine`` runs: bytes for its memory and where to start.
public struct BareProgram: Sendable, Equatable {
  /// A run of memory to fill.
  public struct Segment: Sendable, Equatable {
    public var address: UInt32
    /// What the file has. The rest, up to ``byteCount``, is zero.
    public var bytes: [UInt8]
    /// In memory; at least the count of ``bytes``.
    public var byteCount: Int

    public init(address: UInt32, bytes: [UInt8], byteCount: Int? = nil) {
      self.address = address
      self.bytes = bytes
      self.byteCount = max(byteCount ?? 0, bytes.count)
    }

    /// The address behind the last byte; 2^32 if that is the last of all.
    var end: UInt64 { UInt64(address) + UInt64(byteCount) }
  }

  public var segments: [Segment]
  /// The address of the first instruction.
  public var entry: UInt32
  /// The address of the symbol `tohost`, nil if there is none: the program ends when it writes a
  /// word there that is not zero.
  public var tohost: UInt32?

  public init(segments: [Segment], entry: UInt32, tohost: UInt32? = nil) {
    self.segments = segments
    self.entry = entry
    self.tohost = tohost
  }
}

/// Where the memory of a ``BareMachine`` lies.
public struct BareMemory: Sendable, Equatable {
  /// The first address, a multiple of 4096.
  public var base: UInt32
  /// A multiple of 4096.
  public var byteCount: Int

  /// Bytes by which sparse checkpoints and hashes go; base and size are multiples.
  public static let pageByteCount = 4096
  /// 16 MiB.
  public static let standardByteCount = 16 << 20
  /// 64 MiB: a program that needs more has to say so.
  public static let automaticByteCountMax = 64 << 20
  /// 1 GiB.
  public static let byteCountMax = 1 << 30

  /// - Throws: ``BareMachineError`` unless base and size are multiples of 4096, and the size is
  ///   between 4096 and 1 GiB and does not reach beyond 4 GiB.
  public init(base: UInt32, byteCount: Int) throws(BareMachineError) {
    let page = Self.pageByteCount
    guard Int(base) % page == 0 else {
      throw BareMachineError(
        "the memory starts at \(hexadecimal(UInt64(base))), not at a multiple of \(page)")
    }
    guard byteCount >= page, byteCount <= Self.byteCountMax, byteCount % page == 0 else {
      throw BareMachineError(
        "a memory of \(byteCount) bytes; possible are multiples of \(page) from \(page) up to 1 GiB"
      )
    }
    guard UInt64(base) + UInt64(byteCount) <= 1 << 32 else {
      throw BareMachineError(
        "\(byteCount) bytes from \(hexadecimal(UInt64(base))) reach beyond the 32-bit addresses")
    }
    (self.base, self.byteCount) = (base, byteCount)
  }

  /// The memory for a program: 16 MiB from its lowest segment, rounded down to a multiple of 4096;
  /// 32 or 64 MiB if its segments and `tohost` reach further; less if the addresses end.
  ///
  /// - Throws: ``BareMachineError`` if there is no segment, or 64 MiB are not enough.
  public init(for program: BareProgram) throws(BareMachineError) {
    let segments = program.segments.filter { $0.byteCount > 0 }
    guard let lowest = segments.map(\.address).min(), var end = segments.map(\.end).max() else {
      throw BareMachineError("the program has nothing to load")
    }
    base = lowest / UInt32(Self.pageByteCount) * UInt32(Self.pageByteCount)
    if let tohost = program.tohost, tohost >= base { end = max(end, UInt64(tohost) + 4) }
    var size = UInt64(Self.standardByteCount)
    while UInt64(base) + size < end { size *= 2 }
    guard size <= Self.automaticByteCountMax else {
      throw BareMachineError(
        "the program reaches from \(hexadecimal(UInt64(lowest))) to \(hexadecimal(end)), "
          + "more than the \(Self.automaticByteCountMax >> 20) MiB that are given unasked")
    }
    byteCount = Int(min(size, 1 << 32 - UInt64(base)))
  }

  var end: UInt64 { UInt64(base) + UInt64(byteCount) }

  private func contains(_ address: UInt32, byteCount: Int) -> Bool {
    address >= base && UInt64(address) + UInt64(byteCount) <= end
  }

  /// Throws unless everything that the program names is inside.
  func check(_ program: BareProgram) throws(BareMachineError) {
    let place = "the memory from \(hexadecimal(UInt64(base))) to \(hexadecimal(end))"
    for segment in program.segments
    where segment.byteCount > 0 && !contains(segment.address, byteCount: segment.byteCount) {
      throw BareMachineError(
        "the segment from \(hexadecimal(UInt64(segment.address))) to \(hexadecimal(segment.end)) "
          + "is not in \(place)")
    }
    guard program.entry % 4 == 0, contains(program.entry, byteCount: 4) else {
      throw BareMachineError(
        "the entry point \(hexadecimal(UInt64(program.entry))) is not the address of a word in "
          + place)
    }
    if let tohost = program.tohost, !contains(tohost, byteCount: 4) {
      throw BareMachineError("tohost, \(hexadecimal(UInt64(tohost))), is not in \(place)")
    }
  }
}

/// Why a program cannot be loaded.
public struct BareMachineError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
