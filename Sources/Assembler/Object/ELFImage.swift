/// An ELF32 RISC-V executable, read and checked.
///
/// Every number of the file is checked before it is used: a damaged file gives an ``ELFError`` with
/// the offset of the damage.
public struct ELFImage: Sendable {
  public struct Section: Sendable, Equatable {
    public let name: String
    /// As in the ELF specification: 1 contents, 8 zeros.
    public let type: UInt32
    public let address: UInt32
    public let byteCount: Int
    public let isLoaded: Bool
    public let isWritable: Bool
    public let isExecutable: Bool
    /// Empty for zeros.
    public let bytes: [UInt8]
    let offset: Int
    let link: Int
    let entrySize: Int
  }

  public let entry: UInt32
  /// What is to be loaded, in the order of the file.
  public let segments: [ProgramImage.Segment]
  /// The first one is the empty section of every ELF file.
  public let sections: [Section]
  /// Mapping symbols (`$x`, `$d`), `.L…`, and those of sections and files left out.
  public let symbols: [ProgramImage.Symbol]
  /// Which line each instruction came from; empty without debug information.
  public let lines: LineTable
  /// Where code (true) and data (false) begin, from `$x` and `$d`, by section index and address.
  let mappings: [(section: Int, address: UInt32, isCode: Bool)]

  /// - Throws: ``ELFError`` if the file is damaged or of another kind.
  public init(_ bytes: [UInt8]) throws(ELFError) {
    var reader = ByteReader(bytes)
    let header = try ELFHeader(&reader)
    entry = header.entry
    segments = try Self.readSegments(bytes, header)
    sections = try Self.readSections(bytes, header)
    (symbols, mappings) = try Self.readSymbols(bytes, sections)
    lines = try LineTable(debugSections: sections, of: bytes)
  }

  /// The section that lies at an address, nil if none does.
  public func section(containing address: UInt32) -> Section? {
    sections.first {
      $0.isLoaded && address >= $0.address && Int(address - $0.address) < $0.byteCount
    }
  }

  private static func readSegments(
    _ bytes: [UInt8], _ header: ELFHeader
  ) throws(ELFError) -> [ProgramImage.Segment] {
    var segments: [ProgramImage.Segment] = []
    var total = 0
    for index in 0..<header.segmentCount {
      let start = header.segmentsOffset + index * header.segmentEntrySize
      var reader = ByteReader(bytes, start..<max(start, bytes.count))
      let type: UInt32 = try reader.integer()
      let offset = Int(try reader.integer(UInt32.self))
      let address: UInt32 = try reader.integer()
      try reader.skip(4)
      let fileSize = Int(try reader.integer(UInt32.self))
      let memorySize = Int(try reader.integer(UInt32.self))
      guard type == 1, memorySize > 0 else { continue }
      guard fileSize <= memorySize, offset <= bytes.count, fileSize <= bytes.count - offset else {
        throw ELFError(
          offset: start,
          message: "the segment \(index) has \(fileSize) bytes from \(offset) on, the file has "
            + "\(bytes.count)")
      }
      guard Int(address) + memorySize <= 1 << 32 else {
        throw ELFError(offset: start, message: "the segment \(index) ends after 32-bit addresses")
      }
      total += fileSize
      guard total <= 4 * bytes.count else {
        throw ELFError(offset: start, message: "the segments use the same bytes again and again")
      }
      segments.append(
        ProgramImage.Segment(
          address: address, bytes: Array(bytes[offset..<(offset + fileSize)]),
          byteCount: memorySize))
    }
    return segments
  }

  private static func readSections(
    _ bytes: [UInt8], _ header: ELFHeader
  ) throws(ELFError) -> [Section] {
    var raw: [(nameOffset: Int, section: Section)] = []
    for index in 0..<header.sectionCount {
      let start = header.sectionsOffset + index * 40
      var reader = ByteReader(bytes, start..<max(start, bytes.count))
      let nameOffset = Int(try reader.integer(UInt32.self))
      let type: UInt32 = try reader.integer()
      let flags: UInt32 = try reader.integer()
      let address: UInt32 = try reader.integer()
      let offset = Int(try reader.integer(UInt32.self))
      let size = Int(try reader.integer(UInt32.self))
      let link = Int(try reader.integer(UInt32.self))
      try reader.skip(8)
      let entrySize = Int(try reader.integer(UInt32.self))
      let hasBytes = type != ELFConstants.noBits && type != 0
      guard !hasBytes || offset <= bytes.count && size <= bytes.count - offset else {
        throw ELFError(
          offset: start,
          message: "the section \(index) has \(size) bytes from \(offset) on, the file has "
            + "\(bytes.count)")
      }
      // Only what is asked for later is copied: sections may overlap in a damaged file.
      raw.append(
        (
          nameOffset,
          Section(
            name: "", type: type, address: address, byteCount: type == 0 ? 0 : size,
            isLoaded: flags & 2 != 0, isWritable: flags & 1 != 0, isExecutable: flags & 4 != 0,
            bytes: [], offset: offset, link: link, entrySize: entrySize)
        ))
    }
    guard !raw.isEmpty else { return [] }
    guard header.namesIndex < raw.count else {
      throw ELFError(offset: 50, message: "there is no section \(header.namesIndex) with names")
    }
    let names = raw[header.namesIndex].section
    var total = 0
    var sections: [Section] = []
    for (nameOffset, section) in raw {
      let hasBytes = section.type != ELFConstants.noBits && section.type != 0
      total += hasBytes ? section.byteCount : 0
      guard total <= 4 * bytes.count else {
        throw ELFError(
          offset: header.sectionsOffset, message: "the sections use the same bytes again and again")
      }
      var reader = ByteReader(
        bytes,
        (names.offset + nameOffset)..<max(names.offset + nameOffset, names.offset + names.byteCount)
      )
      sections.append(
        Section(
          name: try reader.string(), type: section.type, address: section.address,
          byteCount: section.byteCount, isLoaded: section.isLoaded,
          isWritable: section.isWritable, isExecutable: section.isExecutable,
          bytes: hasBytes
            ? Array(bytes[section.offset..<(section.offset + section.byteCount)]) : [],
          offset: section.offset, link: section.link, entrySize: section.entrySize))
    }
    return sections
  }

  private static func readSymbols(
    _ bytes: [UInt8], _ sections: [Section]
  ) throws(ELFError) -> (
    [ProgramImage.Symbol], [(section: Int, address: UInt32, isCode: Bool)]
  ) {
    var symbols: [ProgramImage.Symbol] = []
    var mappings: [(section: Int, address: UInt32, isCode: Bool)] = []
    guard let table = sections.first(where: { $0.type == ELFConstants.symbolTable }) else {
      return ([], [])
    }
    guard table.link < sections.count, table.byteCount % 16 == 0 else {
      throw ELFError(offset: table.offset, message: "a malformed symbol table")
    }
    let strings = sections[table.link]
    var reader = ByteReader(bytes, table.offset..<(table.offset + table.byteCount))
    while !reader.isAtEnd {
      let start = reader.offset
      let nameOffset = Int(try reader.integer(UInt32.self))
      let value: UInt32 = try reader.integer()
      let size: UInt32 = try reader.integer()
      let info: UInt8 = try reader.integer()
      try reader.skip(1)
      let section = Int(try reader.integer(UInt16.self))
      guard nameOffset < max(strings.byteCount, 1), strings.type == ELFConstants.stringTable else {
        throw ELFError(offset: start, message: "a symbol's name lies outside the string table")
      }
      var names = ByteReader(
        bytes, (strings.offset + nameOffset)..<(strings.offset + strings.byteCount))
      let name = try names.string()
      // What assemblers keep to themselves, and the names of sections and files.
      if name.isEmpty || name.hasPrefix(".L") || section == 0 || info & 15 > 2 { continue }
      guard section >= 0xFF00 || section < sections.count else {
        throw ELFError(offset: start, message: "the symbol '\(name)' lies in no section")
      }
      if name == "$d" || name.hasPrefix("$d.") {
        mappings.append((section, value, false))
      } else if name == "$x" || name.hasPrefix("$x") {
        mappings.append((section, value, true))
      } else {
        symbols.append(
          ProgramImage.Symbol(
            name: name, value: value, byteCount: Int(size),
            kind: ProgramImage.Symbol.Kind(rawValue: info & 15) ?? .none, isGlobal: info >> 4 != 0,
            section: section < sections.count ? sections[section].name : nil))
      }
    }
    return (symbols, mappings)
  }
}

extension ProgramImage {
  /// Reads an ELF executable.
  ///
  /// - Throws: ``ELFError`` if the file is damaged or of another kind.
  public init(elf bytes: [UInt8]) throws(ELFError) { self.init(try ELFImage(bytes)) }

  public init(_ elf: ELFImage) {
    self.init(segments: elf.segments, entry: elf.entry, symbols: elf.symbols)
  }
}
