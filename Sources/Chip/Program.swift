public import ChipGeometry

/// A linked program, ready for the SRAM of a plasticity processor.
public struct Program: Equatable, Sendable {
  /// Bytes that belong at an address.
  public struct Segment: Equatable, Sendable {
    public var address: UInt32
    public var bytes: [UInt8]

    public init(address: UInt32, bytes: [UInt8]) {
      self.address = address
      self.bytes = bytes
    }
  }

  public var segments: [Segment]
  /// The address of the first instruction.
  public var entry: UInt32

  public init(segments: [Segment], entry: UInt32) {
    self.segments = segments
    self.entry = entry
  }

  /// A program of instruction words at address 0, where it starts.
  public init(words: [UInt32]) {
    let bytes = words.flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) }
    }
    self.init(segments: [Segment(address: 0, bytes: bytes)], entry: 0)
  }
}

/// What a host asks of a chip that the chip cannot do.
public enum ChipError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A program needs addresses that the SRAM does not have.
  case programDoesNotFit(address: UInt32, byteCount: Int)
  /// The first instruction is outside the SRAM or misaligned.
  case badEntry(UInt32)
  /// An event lies before the chip's present.
  case eventInThePast(tick: UInt64, now: ClockTime)

  public var description: String {
    switch self {
    case .programDoesNotFit(let address, let byteCount):
      "the program needs \(byteCount) bytes from address \(Self.hex(address)) on, "
        + "the SRAM has \(AddressMap.sramByteCount) bytes from 0x0"
    case .badEntry(let entry):
      "the program starts at \(Self.hex(entry)), which is not the address of an instruction "
        + "in the SRAM (0x0 to \(Self.hex(AddressMap.sramByteCount - 4)))"
    case .eventInThePast(let tick, let now):
      "an event at tick \(tick) cannot be sent at tick \(now.ticks)"
    }
  }

  private static func hex(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }
}
