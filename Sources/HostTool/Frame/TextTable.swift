/// Columns of fixed width.
enum TextTable {
  static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// `0x1f`.
  static func hexadecimal(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }

  /// Eight digits.
  static func word(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
