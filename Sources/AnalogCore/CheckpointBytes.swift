/// Numbers as little-endian bytes.
struct CheckpointBytes {
  private(set) var bytes: [UInt8] = []
  private var position = 0

  init() {}
  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func add(_ word: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }

  mutating func add(_ more: [UInt8]) { bytes += more }

  var isAtEnd: Bool { position == bytes.count }

  mutating func byte() throws(AnalogCheckpointError) -> UInt8 {
    guard position < bytes.count else { throw .wrongLength(byteCount: bytes.count) }
    position += 1
    return bytes[position - 1]
  }

  mutating func next() throws(AnalogCheckpointError) -> UInt64 {
    guard bytes.count - position >= 8 else { throw .wrongLength(byteCount: bytes.count) }
    var word: UInt64 = 0
    for i in 0..<8 { word |= UInt64(bytes[position + i]) << UInt64(8 * i) }
    position += 8
    return word
  }

  mutating func number() throws(AnalogCheckpointError) -> Double {
    Double(bitPattern: try next())
  }

  mutating func numbers(_ count: Int) throws(AnalogCheckpointError) -> [Double] {
    var numbers: [Double] = []
    for _ in 0..<count { numbers.append(try number()) }
    return numbers
  }
}
