/// Cuts the bytes of a gdb remote protocol connection into packets (GDB manual, appendix "Remote
/// Protocol", overview). Any bytes may come: what is no packet is passed over.
package struct PacketReader {
  package enum Item: Equatable {
    /// The bytes between `$` and `#`, escapes resolved.
    case packet([UInt8])
    /// A packet whose checksum is wrong.
    case damaged
    /// Control-C.
    case interrupt
    case acknowledged
    case refused
  }

  /// The largest packet, as announced.
  package static let maximumByteCount = 0x4000

  private var bytes: [UInt8] = []

  package init() {}

  package mutating func feed(_ more: [UInt8]) { bytes += more }

  /// The next item, nil until more bytes come.
  package mutating func next() -> Item? {
    var index = 0
    defer { bytes.removeFirst(index) }
    while index < bytes.count {
      switch bytes[index] {
      case 0x03:
        index += 1
        return .interrupt
      case UInt8(ascii: "+"):
        index += 1
        return .acknowledged
      case UInt8(ascii: "-"):
        index += 1
        return .refused
      case UInt8(ascii: "$"):
        guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "#")) else {
          // An endless packet is not one.
          if bytes.count - index > 2 * Self.maximumByteCount { index = bytes.count }
          return nil
        }
        guard end + 2 < bytes.count else { return nil }
        let content = bytes[(index + 1)..<end]
        let sum = content.reduce(0) { $0 &+ $1 }
        let isGood = Hex.byte(bytes[end + 1], bytes[end + 2]) == sum
        index = end + 3
        return isGood ? .packet(Self.unescaped(content)) : .damaged
      default: index += 1
      }
    }
    return nil
  }

  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var isEscaped = false
    for byte in bytes {
      if isEscaped {
        result.append(byte ^ 0x20)
        isEscaped = false
      } else if byte == UInt8(ascii: "}") {
        isEscaped = true
      } else {
        result.append(byte)
      }
    }
    return result
  }

  /// A packet with its frame.
  package static func framed(_ text: String) -> [UInt8] {
    var content: [UInt8] = []
    for byte in text.utf8 {
      // `#`, `$`, `}`, `*`.
      if [0x23, 0x24, 0x7D, 0x2A].contains(byte) {
        content += [0x7D, byte ^ 0x20]
      } else {
        content.append(byte)
      }
    }
    let sum = content.reduce(0) { $0 &+ $1 }
    return [0x24] + content + [0x23] + Array(Hex.text([sum]).utf8)
  }
}

/// Hexadecimal digits as the protocol has them.
enum Hex {
  private static let digits = Array("0123456789abcdef".utf8)

  static func text(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 97...102: byte - 87
    case 65...70: byte - 55
    default: nil
    }
  }

  static func byte(_ high: UInt8, _ low: UInt8) -> UInt8? {
    guard let high = digit(high), let low = digit(low) else { return nil }
    return high << 4 | low
  }

  /// Nil unless these are pairs of digits.
  static func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
    let text = Array(text)
    guard text.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: text.count, by: 2) {
      guard let byte = byte(text[index], text[index + 1]) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  /// A number of at most 32 bits.
  static func number(_ text: some Collection<UInt8>) -> UInt32? {
    guard !text.isEmpty, text.count <= 8 else { return nil }
    var number: UInt32 = 0
    for byte in text {
      guard let digit = digit(byte) else { return nil }
      number = number << 4 | UInt32(digit)
    }
    return number
  }
}
