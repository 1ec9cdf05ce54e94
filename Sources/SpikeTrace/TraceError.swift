/// What is wrong with a trace, where, what was found there and what was expected.
public struct TraceError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// The operating system refuses to open or read the file.
    case unreadable
    /// The operating system refuses to create, write or rename the file.
    case unwritable
    /// Bytes that the format does not allow at this place.
    case malformed
    /// The file stops before its end mark.
    case truncated
    /// A checksum or a count does not fit what it covers.
    case corrupted
    /// An event is earlier than the one before it.
    case timeRunsBackwards
    /// A newer format version, or a part that this version does not know.
    case unsupported
    /// Larger than the format allows.
    case tooLarge
  }

  public enum Position: Hashable, Sendable {
    case none
    /// In a text trace. Both count from 1; the column counts bytes.
    case text(line: Int, column: Int)
    /// Bytes from the start of a binary trace.
    case byte(UInt64)
    /// In the header text of a binary trace, which starts at `byte`.
    case header(byte: UInt64, line: Int, column: Int)
  }

  public var kind: Kind
  /// The file as the user named it.
  public var file: String
  public var position: Position
  public var found: String
  public var expected: String

  public init(
    _ kind: Kind, file: String, at position: Position, found: String, expected: String
  ) {
    self.kind = kind
    self.file = file
    self.position = position
    self.found = found
    self.expected = expected
  }

  public var description: String {
    switch kind {
    case .unreadable: return "\(file): cannot be read: \(found)"
    case .unwritable: return "\(file): cannot be written: \(found)"
    default: break
    }
    let place =
      switch position {
      case .none: file
      case .text(let line, let column): "\(file):\(line):\(column)"
      case .byte(let offset): "\(file): byte \(offset)"
      case .header(let byte, let line, let column):
        "\(file): byte \(byte), header line \(line), column \(column)"
      }
    return "\(place): found \(found), expected \(expected)"
  }
}

extension TraceError {
  /// `bytes` for a message: quoted, at most 40 of them, unprintable ones as `\xHH`.
  static func quoted(_ bytes: some Collection<UInt8>) -> String {
    if bytes.isEmpty { return "nothing" }
    var text = "\""
    for byte in bytes.prefix(40) {
      if byte >= 0x20 && byte < 0x7F {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "\\x" + hexadecimal(UInt64(byte), digits: 2)
      }
    }
    return text + (bytes.count > 40 ? "…\"" : "\"")
  }

  /// `value` in lower-case hexadecimal with at least `digits` digits.
  static func hexadecimal(_ value: UInt64, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
