import ChipGeometry
import Testing

@Suite struct StateBytesTests {
  static func sample() -> [UInt8] {
    var writer = StateWriter()
    writer.section("part")
    writer.write(Int32(-2))
    writer.write(UInt64(0x0102_0304_0506_0708))
    writer.write(true)
    writer.write(-0.0)
    writer.writeArray([UInt8(7), 8])
    writer.writeArray([Int16(-1), 300])
    writer.writeArray([1.5, .infinity])
    return writer.bytes
  }

  @Test("What was written is read back")
  func roundTrip() throws {
    var reader = StateReader(Self.sample())
    try reader.section("part")
    #expect(try reader.read(Int32.self) == -2)
    #expect(try reader.read(UInt64.self) == 0x0102_0304_0506_0708)
    #expect(try reader.readBool())
    #expect(try reader.readDouble().sign == .minus)
    #expect(try reader.readArray(count: 2) == [UInt8(7), 8])
    #expect(try reader.readArray() == [Int16(-1), 300])
    #expect(try reader.readDoubles() == [1.5, .infinity])
    #expect(reader.isAtEnd)
  }

  @Test("Integers are little endian")
  func byteOrder() {
    var writer = StateWriter()
    writer.write(UInt32(0x0403_0201))
    #expect(writer.bytes == [1, 2, 3, 4])
  }

  @Test("A state that ends too early is an error at every length")
  func truncated() {
    let bytes = Self.sample()
    for count in 0..<bytes.count {
      #expect(throws: StateError.self) {
        var reader = StateReader(Array(bytes[..<count]))
        try reader.section("part")
        _ = try reader.read(Int32.self)
        _ = try reader.read(UInt64.self)
        _ = try reader.readBool()
        _ = try reader.readDouble()
        let _: [UInt8] = try reader.readArray()
        let _: [Int16] = try reader.readArray()
        _ = try reader.readDoubles()
      }
    }
  }

  @Test("Another section, another count and a strange truth value are refused")
  func refusals() {
    #expect(throws: StateError.wrongSection(offset: 0, expected: "other")) {
      var reader = StateReader(Self.sample())
      try reader.section("other")
    }
    #expect(throws: StateError.invalidValue(offset: 0, meaning: "3 elements, not 4")) {
      var reader = StateReader(Self.sample())
      let _: [UInt8] = try reader.readArray(count: 3)
    }
    #expect(throws: StateError.invalidValue(offset: 0, meaning: "a truth value")) {
      var reader = StateReader([2])
      _ = try reader.readBool()
    }
  }
}
