import ChipGeometry
import SpikeTrace
import Testing

@Suite struct ChecksumTests {
  @Test("CRC-32 agrees with the standard's example and with the bitwise definition")
  func values() {
    #expect(CRC32.of(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(CRC32.of([]) == 0)
    var random = RandomStream(seed: 1, name: "crc")
    for count in 0..<70 {
      let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      #expect(CRC32.of(bytes) == BinaryFile.crc32(bytes))
      var parts = CRC32()
      parts.update(bytes.span.extracting(..<(count / 3)))
      parts.update(bytes.span.extracting((count / 3)...))
      #expect(parts.value == BinaryFile.crc32(bytes))
    }
  }
}
