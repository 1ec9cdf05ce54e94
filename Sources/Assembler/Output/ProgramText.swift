extension Assembly {
  /// The symbols by value, one a line: value, size, section, type, name.
  ///
  /// The letter is that of `nm`: `T` code, `D` data, `B` zeros, `R` constants, `A` a number, in
  /// lower case if the name is local.
  public var symbolList: String {
    var text = ""
    for symbol in image.symbols {
      let letter = letter(symbol)
      text += hexadecimalDigits(UInt64(symbol.value), 8) + " "
      text += hexadecimalDigits(UInt64(symbol.byteCount), 8) + " "
      text += (symbol.isGlobal ? letter.uppercased() : letter) + " \(symbol.name)\n"
    }
    return text
  }

  private func letter(_ symbol: ProgramImage.Symbol) -> String {
    guard let name = symbol.section, let section = sections.first(where: { $0.name == name }) else {
      return "a"
    }
    if section.flags.contains(.execute) { return "t" }
    if section.isZeroFill { return "b" }
    return section.flags.contains(.write) ? "d" : "r"
  }

  /// The contents in Intel HEX, as many loaders read it: 16 bytes a record, an extended linear
  /// address record wherever the upper 16 bits change, and the entry address.
  public var intelHex: String { IntelHex.text(image) }
}

/// Records of `:`, byte count, address, type, bytes, and a checksum that makes their sum zero.
enum IntelHex {
  static func text(_ image: ProgramImage) -> String {
    var text = ""
    var upper: UInt32 = 0
    for segment in image.segments {
      var offset = 0
      while offset < segment.bytes.count {
        let address = segment.address &+ UInt32(offset)
        if address >> 16 != upper {
          upper = address >> 16
          text += record(0, 4, [UInt8(upper >> 8), UInt8(upper & 0xFF)])
        }
        // A record does not cross into the next 64 KiB.
        let count = min(
          16 - Int(address & 15), segment.bytes.count - offset, 0x1_0000 - Int(address & 0xFFFF))
        text += record(
          UInt16(truncatingIfNeeded: address), 0, segment.bytes[offset..<(offset + count)])
        offset += count
      }
    }
    let entry = (0..<4).map { UInt8(truncatingIfNeeded: image.entry >> (24 - 8 * $0)) }
    return text + record(0, 5, entry) + record(0, 1, [])
  }

  private static func record(
    _ address: UInt16, _ type: UInt8, _ data: some Collection<UInt8>
  ) -> String {
    var bytes = [UInt8(data.count), UInt8(address >> 8), UInt8(address & 0xFF), type] + data
    bytes.append(0 &- bytes.reduce(0, &+))
    return ":" + bytes.map { hexadecimalDigits(UInt64($0), 2).uppercased() }.joined() + "\n"
  }
}
