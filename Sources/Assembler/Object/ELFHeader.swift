/// The beginning of an ELF file.
struct ELFHeader {
  let entry: UInt32
  let segmentsOffset: Int
  let segmentEntrySize: Int
  let segmentCount: Int
  let sectionsOffset: Int
  let sectionCount: Int
  /// The section with the names of sections.
  let namesIndex: Int

  init(_ reader: inout ByteReader) throws(ELFError) {
    for (index, byte) in [UInt8(0x7F), 0x45, 0x4C, 0x46].enumerated() {
      guard let found = try? reader.integer(UInt8.self), found == byte else {
        throw ELFError(offset: index, message: "this is not an ELF file")
      }
    }
    func expect(_ value: Int, _ expected: Int, at offset: Int, _ what: String) throws(ELFError) {
      guard value == expected else {
        throw ELFError(offset: offset, message: "expected \(what) (\(expected)), found \(value)")
      }
    }
    try expect(Int(try reader.integer(UInt8.self)), 1, at: 4, "32-bit addresses")
    try expect(Int(try reader.integer(UInt8.self)), 1, at: 5, "little-endian numbers")
    try expect(Int(try reader.integer(UInt8.self)), 1, at: 6, "version 1")
    try reader.skip(9)
    try expect(Int(try reader.integer(UInt16.self)), 2, at: 16, "an executable, linked file")
    try expect(
      Int(try reader.integer(UInt16.self)), Int(ELFConstants.machineRISCV), at: 18, "RISC-V")
    try reader.skip(4)
    entry = try reader.integer()
    segmentsOffset = Int(try reader.integer(UInt32.self))
    sectionsOffset = Int(try reader.integer(UInt32.self))
    try reader.skip(6)
    segmentEntrySize = Int(try reader.integer(UInt16.self))
    segmentCount = Int(try reader.integer(UInt16.self))
    let sectionEntrySize = Int(try reader.integer(UInt16.self))
    sectionCount = Int(try reader.integer(UInt16.self))
    namesIndex = Int(try reader.integer(UInt16.self))
    if segmentCount > 0, segmentEntrySize < 32 {
      throw ELFError(offset: 42, message: "a program header has \(segmentEntrySize) bytes")
    }
    if sectionCount > 0 { try expect(sectionEntrySize, 40, at: 46, "bytes of a section header") }
  }
}
