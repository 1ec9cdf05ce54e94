/// Numbers of variable length, seven bits a byte, the lowest first (DWARF 5, section 7.6).
enum LEB128 {
  static func unsigned(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    repeat {
      bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
      rest >>= 7
    } while rest != 0
    return bytes
  }

  static func signed(_ value: Int64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while true {
      let low = UInt8(truncatingIfNeeded: rest) & 0x7F
      rest >>= 7
      let isLast = rest == 0 && low & 0x40 == 0 || rest == -1 && low & 0x40 != 0
      bytes.append(isLast ? low : low | 0x80)
      if isLast { return bytes }
    }
  }
}
