import ChipGeometry
import Testing

@testable import SpikeTrace

@Suite struct TimeTextTests {
  static func text(_ nanoseconds: UInt64, _ exponent: Int) -> String {
    var bytes: [UInt8] = []
    TimeText.append(nanoseconds: nanoseconds, exponent: exponent, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("Times are written with all their decimals")
  func writing() {
    #expect(Self.text(8, 3) == "0.008")
    #expect(Self.text(0, 3) == "0.000")
    #expect(Self.text(123_456, 3) == "123.456")
    #expect(Self.text(123_456, 6) == "0.123456")
    #expect(Self.text(7, 0) == "7")
    #expect(Self.text(.max, 9) == "18446744073.709551615")
  }

  @Test("What is written is read as the same tick, at every acceleration")
  func roundTrip() {
    var random = RandomStream(seed: 1, name: "ticks")
    for _ in 0..<2000 {
      let tick = random.next() >> (24 + random.next(below: 38))
      let acceleration = 1 + random.next(below: 2000)
      for exponent in [0, 3, 6, 9] {
        let text = Self.text(tick * 8 * acceleration, exponent)
        let reading = TimeText.tick(text, exponent: exponent, acceleration: acceleration)
        #expect(reading == TimeText.Reading(tick: tick, isRounded: false), "\(text)")
      }
    }
  }

  @Test(
    "Times of others: exact, rounded half up, or refused",
    arguments: [
      ("0.008", 1, false), ("0.012", 2, true), ("0.0119999999", 1, true), ("0.016", 2, false),
      ("1", 125, false), ("+1.5E2", 18750, false), ("1e-3", 0, true), ("4e-3", 1, true),
      (".8", 100, false), ("8.", 1000, false), ("000.00800", 1, false), ("1e-30", 0, true),
      ("0e30", 0, false), ("0.0040000000000000000000000000000000001", 1, true),
      ("0.0039999999999999999999999999999999999", 0, true),
    ])
  func reading(text: String, tick: UInt64, isRounded: Bool) {
    let found = TimeText.tick(text, exponent: 3, acceleration: 1)
    #expect(found == TimeText.Reading(tick: tick, isRounded: isRounded), "\(text): \(found as Any)")
  }

  @Test(
    "What is no time is refused",
    arguments: [
      "", "-1", ".", "e3", "1e", "1e400", "nan", "inf", "0x10", "1,5", "1 2", "1_000", "٣",
      "99999999999999999999999999", "1e25", "--1", "+-1", "1.2.3",
    ])
  func refusal(text: String) {
    #expect(TimeText.tick(text, exponent: 3, acceleration: 1) == nil)
  }
}
