/// Chip times as decimal numbers, exact in both directions.
enum TimeText {
  /// Nanoseconds as a number of a unit of 10^`exponent` nanoseconds, with all its decimals: 8 is
  /// `0.008` microseconds.
  static func append(nanoseconds: UInt64, exponent: Int, to output: inout [UInt8]) {
    var unit: UInt64 = 1
    for _ in 0..<exponent { unit *= 10 }
    TextEncoding.appendDecimal(nanoseconds / unit, to: &output)
    guard exponent > 0 else { return }
    output.append(UInt8(ascii: "."))
    var rest = nanoseconds % unit
    for _ in 0..<exponent {
      unit /= 10
      output.append(UInt8(ascii: "0") + UInt8(rest / unit))
      rest %= unit
    }
  }

  /// A time that was read: the nearest tick, and whether it is not exactly that.
  struct Reading: Equatable {
    var tick: UInt64
    var isRounded: Bool
  }

  /// The tick of a decimal number of a unit of 10^`exponent` nanoseconds.
  ///
  /// - Returns: nil if it is no number, negative, or beyond the range of ticks.
  static func tick(
    _ text: some StringProtocol, exponent: Int, acceleration: UInt64
  ) -> Reading? {
    let mantissa: Substring
    var shift = exponent
    let whole = Substring(text)
    if let mark = whole.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      guard let power = Int(whole[whole.index(after: mark)...]), abs(power) < 40 else {
        return nil
      }
      mantissa = whole[..<mark]
      shift += power
    } else {
      mantissa = whole
    }
    let sign = mantissa.first == "+" ? mantissa.dropFirst() : mantissa
    let parts = sign.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let integer = parts.first, parts.count <= 2 else { return nil }
    let fraction = parts.count == 2 ? parts[1] : ""
    let digits = integer + fraction
    guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return reading(Array(digits.utf8), shift - fraction.utf8.count, acceleration)
  }

  /// The tick of `digits` times 10^`power` nanoseconds.
  private static func reading(
    _ digits: [UInt8], _ power: Int, _ acceleration: UInt64
  ) -> Reading? {
    let significant = digits.drop { $0 == 0x30 }
    guard !significant.isEmpty else { return Reading(tick: 0, isRounded: false) }
    // More than 2^63 ticks, or so little that it rounds to nothing.
    guard significant.count + power <= 30 else { return nil }
    var value: UInt128 = 0
    var isRounded = false
    // Thirty digits are as exact as anybody can ask for.
    let kept = significant.prefix(30)
    for digit in kept { value = value * 10 + UInt128(digit - 0x30) }
    let power = power + significant.count - kept.count
    if significant.dropFirst(30).contains(where: { $0 != 0x30 }) { isRounded = true }
    var divisor = UInt128(SpikeTraceHeader.tickNanoseconds) * UInt128(acceleration)
    if power >= 0 {
      for _ in 0..<power { value *= 10 }
    } else {
      for _ in 0..<min(-power, 60) {
        let (product, hasOverflowed) = divisor.multipliedReportingOverflow(by: 10)
        if hasOverflowed { return Reading(tick: 0, isRounded: true) }
        divisor = product
      }
    }
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    let rounded = rest >= divisor - rest ? quotient + 1 : quotient
    guard rounded < UInt128(TraceLimits.ticks) else { return nil }
    return Reading(tick: UInt64(rounded), isRounded: isRounded || rest != 0)
  }
}
